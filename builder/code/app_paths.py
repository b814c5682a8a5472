"""Which file of an app a path from a browser names, and that it is one of the app's.

Paths are relative to the app's folder and written with ``/``. Whatever could name something outside,
here or on another system, is refused, even where this system would take it for a harmless name.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from mainspring.builder.code.temporary_names import is_temporary

__all__ = ["PathRefused", "resolve_in"]

MAX_PATH_CHARACTERS: Final = 1_000
MAX_NAME_BYTES: Final = 255

# Windows opens these whatever the folder and the suffix; a path must mean the same everywhere.
_DEVICE: Final = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\..*)?", re.IGNORECASE
)
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|\ud800-\udfff]')


class PathRefused(Exception):
    """The path can't name a file of the app. The text is a sentence that says why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path[:200]!r} {reason}.")
        self.path = path


def resolve_in(root: Path, path: str) -> Path:
    """Return the real place of ``path`` below ``root``, which must be resolved itself.

    The file need not exist. Symbolic links are followed and may lead anywhere inside ``root``.

    Raises:
        PathRefused: It isn't relative, leaves ``root``, or has a name that no system-independent file has.
    """
    if not path or len(path) > MAX_PATH_CHARACTERS:
        raise PathRefused(path, "is empty" if not path else "is too long")
    if _FORBIDDEN.search(path):
        raise PathRefused(path, "has a character that file names can't have everywhere")
    for name in path.split("/"):
        _check_name(path, name)
    try:
        found = (root / path).resolve()
    except (OSError, RuntimeError) as error:
        # A circle of links: RuntimeError until Python 3.12, OSError from 3.13 on.
        raise PathRefused(path, "can't be followed") from error
    if not found.is_relative_to(root) or found == root:
        raise PathRefused(path, "leads out of the app's folder")
    return found


def _check_name(path: str, name: str) -> None:
    if name in ("", ".", ".."):
        raise PathRefused(path, "is not a plain path below the app's folder")
    if len(name.encode()) > MAX_NAME_BYTES:
        raise PathRefused(path, "has a name that is too long")
    if name != name.rstrip(". ") or name != name.lstrip(" "):
        raise PathRefused(path, "has a name that begins or ends with a space or ends with a dot")
    if _DEVICE.fullmatch(name):
        raise PathRefused(path, "names a device on some systems")
    if is_temporary(name):
        raise PathRefused(path, "is a temporary file")
