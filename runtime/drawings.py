"""Figures and other things that draw themselves: as pictures, as plotly's JSON, or as HTML."""

from __future__ import annotations

import sys
from typing import Any, Final

import msgspec

# A figure of a hundred thousand points is sooner a picture of pixels than one of shapes.
MAX_SVG_BYTES: Final = 2 * 1024 * 1024


def matplotlib_picture(figure: Any) -> tuple[bytes, str]:
    """Return a matplotlib figure as SVG, or as PNG where it has very many shapes; and its media type."""
    svg = _saved(figure, format="svg", metadata={"Date": None})
    if len(svg) <= MAX_SVG_BYTES:
        return svg, "image/svg+xml"
    return _saved(figure, format="png", dpi=200), "image/png"


def plotly_json(figure: Any) -> Any:
    """Return a figure without the template that plotly gives to all: so the page's theme may speak."""
    plain = msgspec.json.decode(figure.to_json())
    layout = plain.get("layout")
    if isinstance(layout, dict) and "template" in layout and layout["template"] == _default_template():
        del layout["template"]
    return plain


def picture(value: Any) -> tuple[bytes, str] | None:
    """Return what an object shows of itself in notebooks, as SVG or PNG with its media type."""
    for name, media_type in (("_repr_svg_", "image/svg+xml"), ("_repr_png_", "image/png")):
        drawn = _display(value, name)
        if isinstance(drawn, str) and name == "_repr_svg_":
            drawn = drawn.encode()
        if isinstance(drawn, bytes) and drawn:
            return drawn, media_type
    return None


def html(value: Any) -> str:
    """Return the HTML that an object has of itself for notebooks; whoever shows it has to sanitise it."""
    found = _display(value, "_repr_html_")
    return found if isinstance(found, str) else ""


def _display(value: Any, name: str) -> Any:
    method = None if isinstance(value, type) else getattr(type(value), name, None)
    return method(value) if callable(method) else None


_default: list[Any] = []


def _default_template() -> Any:
    if not _default:
        module = sys.modules.get("plotly.io")
        known = getattr(module, "templates", {})
        _default.append(known["plotly"].to_plotly_json() if "plotly" in known else None)
    return _default[0]


def _saved(figure: Any, **how: Any) -> bytes:
    import io

    file = io.BytesIO()
    figure.savefig(file, **how)
    return file.getvalue()
