"""An app's theme: ``[theme]`` of ``mainspring.toml`` as a style sheet over the tokens that pages have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

import msgspec

__all__ = ["Theme", "theme_css", "theme_problem"]

_WHITE: Final = "#ffffff"
_INK: Final = "#14171c"
_DARK_SURFACE: Final = "#101318"
# As text needs it on its ground, by WCAG 2.
_READABLE: Final = 4.5
# As controls need it beside what is around them.
_SEEN: Final = 3.0
# How much of the text's colour is in the quietest texts, in percent.
_QUIET: Final = 68
_FONTS: Final[Mapping[str, str]] = {
    "serif": 'ui-serif, Georgia, Cambria, "Times New Roman", "Liberation Serif", serif',
    "mono": "var(--mono)",
    "rounded": 'ui-rounded, "SF Pro Rounded", "Hiragino Maru Gothic ProN", Quicksand, system-ui, sans-serif',
}
_CONTROLS: Final[Mapping[str, int]] = {"compact": 30, "regular": 36, "roomy": 42}
_AIR: Final[Mapping[str, float]] = {"compact": 0.7, "regular": 1.0, "roomy": 1.3}

Colour = Annotated[str, msgspec.Meta(pattern=r"^(#[0-9a-fA-F]{6})?\Z")]


class Theme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``[theme]`` sets; empty texts leave things as they are. Colours are written ``#rrggbb``.

    Attributes:
        scheme: Light, dark, or as the reader's system has it.
        accent, surface, text: In light; accents on dark are made from ``accent`` unless they are given.
        accent_dark, surface_dark, text_dark: In dark.
        radius: Of controls, in pixels; panels and dialogs have two and three times as much.
        density: How high controls are, and how much air is between things.
        font: One of those that the reader's system has.
    """

    scheme: Literal["auto", "light", "dark"] = "auto"
    accent: Colour = ""
    surface: Colour = ""
    text: Colour = ""
    accent_dark: Colour = ""
    surface_dark: Colour = ""
    text_dark: Colour = ""
    radius: Annotated[int, msgspec.Meta(ge=0, le=24)] = 4
    density: Literal["compact", "regular", "roomy"] = "regular"
    font: Literal["sans", "serif", "mono", "rounded"] = "sans"


def theme_problem(theme: Theme) -> str | None:
    """Why something couldn't be read or seen with this theme, in words; ``None``: all can."""
    light, dark = theme.surface or _WHITE, theme.surface_dark or _DARK_SURFACE
    for text, surface, names in (
        (theme.text or "#171b22", light, "text on surface"),
        (theme.text_dark or "#e8ebf0", dark, "text_dark on surface_dark"),
    ):
        # The quietest texts are mixed from the two, and must be read as well.
        found = contrast(_blend(text, surface, _QUIET), surface)
        if found < _READABLE:
            return f"{names} can hardly be read: its quiet form has a contrast of {found:.1f} : 1, below 4.5"
    for accent, surface, names in (
        (theme.accent, light, "accent on surface"),
        (theme.accent_dark, dark, "accent_dark on surface_dark"),
    ):
        if accent and contrast(accent, surface) < _SEEN:
            found = contrast(accent, surface)
            return f"{names} can hardly be seen: their contrast is {found:.1f} : 1, below 3"
    return None


def theme_css(theme: Theme) -> str:
    """The style sheet of a theme; empty for one that sets nothing."""
    shape: dict[str, str] = {}
    if theme.radius != 4:
        shape |= {
            "radius": f"{theme.radius}px",
            "radius-panel": f"{theme.radius * 2}px",
            "radius-dialog": f"{theme.radius * 3}px",
        }
    if theme.density != "regular":
        air = _AIR[theme.density]
        shape["control"] = f"{_CONTROLS[theme.density]}px"
        shape |= {f"space-{size}": f"{round(size * air)}px" for size in (8, 12, 16, 24, 32)}
    if theme.font in _FONTS:
        shape["font"] = _FONTS[theme.font]
    light = _colours(theme.accent, theme.surface, theme.text, _WHITE)
    accent_dark = theme.accent_dark
    if theme.accent and not accent_dark:
        accent_dark = _lightened(theme.accent, theme.surface_dark or _DARK_SURFACE)
    dark = _colours(accent_dark, theme.surface_dark, theme.text_dark, _DARK_SURFACE)
    blocks = [_block(":root", shape | light)]
    if dark:
        inner = _block(':root:not([data-theme="light"])', dark)
        blocks += [
            f"@media (prefers-color-scheme: dark) {{\n{inner}}}\n",
            _block(':root[data-theme="dark"]', dark),
        ]
    return "".join(blocks)


def _block(selector: str, values: Mapping[str, str]) -> str:
    if not values:
        return ""
    lines = "".join(f"  --{name}: {value};\n" for name, value in values.items())
    return f"{selector} {{\n{lines}}}\n"


def _colours(accent: str, surface: str, text: str, ground: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if surface:
        found |= {
            "surface": surface,
            "surface-float": surface,
            "surface-2": _mixed("text", 4),
            "surface-3": _mixed("text", 9),
            "line": _mixed("text", 13),
            "line-strong": _mixed("text", 26),
            "line-control": _mixed("text", 52),
        }
    if text:
        found["text"] = text
    if text or surface:
        found |= {"text-2": _mixed("text", 78), "text-3": _mixed("text", _QUIET)}
    if accent:
        found |= {
            "accent": accent,
            # Away from what stands on it, so that it can be read there too.
            "accent-hover": _blend(accent, _away(accent), 88),
            "accent-active": _blend(accent, _away(accent), 76),
            "on-accent": _on(accent),
            "accent-wash": "color-mix(in srgb, var(--accent) 10%, var(--surface))",
            "accent-line": "color-mix(in srgb, var(--accent) 35%, var(--surface))",
            "selection": "color-mix(in srgb, var(--accent) 22%, var(--surface))",
            "chart-1": accent,
        }
    return found


def _mixed(token: str, percent: int) -> str:
    return f"color-mix(in srgb, var(--{token}) {percent}%, var(--surface))"


def _on(colour: str) -> str:
    """What can be read on ``colour``; black or white always can."""
    inks = (_WHITE, _INK, "#000000")
    return next((ink for ink in inks if contrast(ink, colour) >= _READABLE), _WHITE)


def _away(colour: str) -> str:
    return "#000000" if _on(colour) == _WHITE else _WHITE


def _blend(colour: str, ground: str, percent: int) -> str:
    """So much of ``colour`` on ``ground``, as ``color-mix(in srgb, …)`` has it."""
    pairs = zip(_parts(colour), _parts(ground), strict=True)
    return "#" + "".join(f"{round((a * percent + b * (100 - percent)) / 100):02x}" for a, b in pairs)


def _lightened(colour: str, ground: str) -> str:
    """``colour`` with as much white as makes it readable on a dark ground."""
    for share in range(0, 101, 5):
        mixed = _blend(_WHITE, colour, share)
        if contrast(mixed, ground) >= _READABLE:
            return mixed
    return _WHITE


def contrast(one: str, other: str) -> float:
    """How far two colours are told apart, from 1 to 21 (WCAG 2, relative luminance)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
