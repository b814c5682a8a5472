"""Pictures of PIL as files that browsers show: moving ones move, photographs stay small enough to go."""

from __future__ import annotations

import io
from typing import Any, Final

__all__ = ["picture_file"]

_PNG_MODES: Final = frozenset({"1", "L", "LA", "I", "I;16", "P", "RGB", "RGBA"})
# PNG keeps every pixel as it is. A photograph of so many pixels takes ten times a JPEG's bytes in it.
MAX_PNG_PIXELS: Final = 4_000_000
_QUALITY: Final = 92


def picture_file(image: Any) -> tuple[bytes, str]:
    """Return a PIL image as a file and its media type.

    What was opened from a JPEG becomes one again, and so does any large picture without transparency
    (a large one with it WebP); one that moves becomes GIF or WebP with all its frames; all others PNG.
    """
    if getattr(image, "is_animated", False):
        name = "GIF" if image.format == "GIF" else "WEBP"
        # Saving goes through the frames; the app goes on where it stood.
        place = image.tell()
        try:
            return _saved(image, name, save_all=True), f"image/{name.lower()}"
        finally:
            image.seek(place)
    is_large = image.width * image.height > MAX_PNG_PIXELS
    if image.mode in ("RGB", "L") and (is_large or image.format == "JPEG"):
        return _saved(image, "JPEG", quality=_QUALITY), "image/jpeg"
    if image.mode == "RGBA" and is_large:
        return _saved(image, "WEBP", quality=_QUALITY), "image/webp"
    return _saved(image if image.mode in _PNG_MODES else image.convert("RGB"), "PNG"), "image/png"


def _saved(image: Any, name: str, **how: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, name, **how)
    return file.getvalue()
