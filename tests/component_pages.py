"""Pages that show each component of the catalogue, for tests that go through all of them.

A new component falls under these tests by itself; `OWN_VALUES` holds what its fields need to show anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.components.component_types import ComponentType
from pdf_files import make_pdf

CATALOGUE = load_catalogue()
TYPES: Mapping[str, ComponentType] = {
    name: type_ for name, type_ in CATALOGUE.types.items() if name != "page"
}
Make = Callable[[str, str], Any]

DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
BARS: dict[str, Any] = {
    "data": [{"type": "bar", "x": ["Mon", "Tue"], "y": [3, 1]}],
    "layout": {"height": 240},
}
SPEC = {
    "mark": "bar",
    "data": {"values": [{"day": "Mon", "sold": 3}, {"day": "Tue", "sold": 1}]},
    "encoding": {
        "x": {"field": "day", "type": "nominal"},
        "y": {"field": "sold", "type": "quantitative"},
    },
}
# Files of an app that shows `OWN_VALUES`.
ASSETS: Mapping[str, str] = {
    "assets/paper.pdf": make_pdf(["A page of words"]).decode(),
    "assets/page.html": "<!doctype html><title>A page</title><p>In a frame.</p>",
}
# By type, what a component needs to have something to show; its other fields keep their defaults.
OWN_VALUES: Mapping[str, Mapping[str, Any]] = {
    "image": {"src": DOT, "alt": "A dot", "caption": "One pixel"},
    "figure": {"figure": DOT, "alt": "A dot"},
    "icon": {"label": "A star"},
    "link": {"url": "#here"},
    "dialog": {"open": True, "title": "A question"},
    "dataframe": {"data": [{"item": "Lamp", "price": 7}, {"item": "Desk", "price": 40}], "label": "Stock"},
    "json_viewer": {"data": {"order": {"id": 7, "items": ["Lamp"]}}, "label": "Order"},
    "repeater": {"items": {"a": {"name": "Ada"}, "b": {"name": "Alan"}}},
    "plotly_graph": {"figure": BARS, "label": "Sales"},
    "vega_lite_chart": {"spec": SPEC, "label": "Sales"},
    "map": {"markers": [{"id": "b", "lat": 52.5, "lng": 13.4, "name": "Berlin"}], "label": "Offices"},
    "chatbot": {"conversation": [{"role": "assistant", "content": "How can I **help**?"}]},
    "html_element": {"text": "An element"},
    "metric": {"delta": "+3 %", "description": "Since Monday"},
    "pagination": {"page_sizes": [10, 25]},
    "iframe": {"src": "assets/page.html"},
    "audio_player": {"src": "assets/none.mp3", "label": "A bell"},
    "video_player": {"src": "assets/none.mp4", "label": "A film"},
    "pdf_viewer": {"src": "assets/paper.pdf", "label": "A paper"},
    "reuse": {"component": "shown_again"},
    "section": {"collapsible": True},
}


def specimen(type_: str, name: str, /, **fields: Any) -> dict[str, Any]:
    """One component with content in it where it takes any, every event linked to ``take``."""
    known = CATALOGUE.types[type_]
    inside: list[dict[str, Any]] = []
    if known.children == "any":
        inside = [{"id": f"{name}_text", "type": "text", "fields": {"text": "What stands inside."}}]
    elif known.children != "none":
        kinds = known.initial_children or known.children
        inside = [
            specimen(kind, f"{name}_{place}", **_only(kind, fields)) for place, kind in enumerate(kinds)
        ]
    return {
        "id": name,
        "type": type_,
        "fields": {**OWN_VALUES.get(type_, {}), **_only(type_, fields)},
        "children": inside,
        "on": dict.fromkeys(known.events, "take"),
    }


def _only(type_: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in CATALOGUE.types[type_].fields}


def is_part(type_: str) -> bool:
    """Whether a component stands only in one that is made for it, and is shown with that one."""
    parents = TYPES[type_].parents
    return parents != "any" and "page" not in parents


def shown_alone() -> list[str]:
    return [type_ for type_ in TYPES if not is_part(type_)]


def texts_from(type_: str, make: Make) -> dict[str, Any]:
    """Values for all fields of ``type_`` into which a text can go; ``make(name, type)`` gives each."""
    return {
        name: make(name, field.type)
        for name, field in _fields(type_)
        if field.type not in ("number", "boolean")
    }


def variants(type_: str) -> Iterator[dict[str, Any]]:
    """Fields that draw ``type_`` otherwise: each switch turned, then each other choice, one at a time."""
    for name, field in _fields(type_):
        if field.type == "boolean":
            yield {name: not field.default}
        for choice in field.options or ():
            if choice != field.default:
                yield {name: choice}


def _fields(type_: str) -> Iterator[tuple[str, Any]]:
    yield from CATALOGUE.types[type_].fields.items()
    if isinstance(children := CATALOGUE.types[type_].children, tuple):
        for child in children:
            yield from CATALOGUE.types[child].fields.items()
