"""How an app looks beside its components: its theme, and a style sheet of its own in ``assets/style.css``."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.web.theme import Theme, theme_css

__all__ = ["STYLE_SHEET", "Looks", "load_looks"]

STYLE_SHEET: Final = "assets/style.css"


class Looks(msgspec.Struct, frozen=True):
    """What pages link to; addresses change with the content.

    Attributes:
        scheme: ``auto``, ``light`` or ``dark``.
        sheets: Addresses of style sheets below the app's own, in their order.
        css: The content of ``theme.css``.
        theme: Where it comes from.
    """

    scheme: str = "auto"
    sheets: tuple[str, ...] = ()
    css: str = ""
    theme: Theme = Theme()


def load_looks(app_path: Path, theme: Theme) -> Looks:
    """The looks of an app with that theme; a style sheet that can't be read is none."""
    css = theme_css(theme)
    sheets = [f"theme.css?v={_digest(css.encode())}"] if css else []
    with contextlib.suppress(OSError):
        sheets.append(f"{STYLE_SHEET}?v={_digest((app_path / STYLE_SHEET).read_bytes())}")
    return Looks(theme.scheme, tuple(sheets), css, theme)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
