"""Small apps for browser tests: a function or two, and a page of components."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, FloatRect, Locator


def write_app(folder: Path, code: str, /, files: Mapping[str, str] | None = None, **pages: list[Any]) -> Path:
    """Write an app and return its folder; each page is a list of components, the first page comes first.

    Example: ``write_app(tmp_path / "app", "…", main=[button("go", "run")])``
    """
    for name, text in {"main.py": code, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    (folder / "pages").mkdir()
    for order, (key, children) in enumerate(pages.items(), 1):
        on = {}
        if children and "on" in children[0] and "type" not in children[0]:
            on, children = children[0]["on"], children[1:]
        page = {"schema": 1, "order": order, "id": key, "type": "page", "on": on, "children": children}
        (folder / "pages" / f"{key}.json").write_text(json.dumps(page), encoding="utf-8")
    return folder


def on_page(**handlers: str) -> dict[str, Any]:
    """What a page itself runs; stands first in its list. ``app_open="start"`` is ``wf-app-open``."""
    return {"on": {f"wf-{event.replace('_', '-')}": handler for event, handler in handlers.items()}}


def button(name: str, handler: str, text: str | None = None) -> dict[str, Any]:
    label = text or name.replace("_", " ").capitalize()
    return {"id": name, "type": "button", "fields": {"text": label}, "on": {"wf-click": handler}}


def text(template: str, name: str) -> dict[str, Any]:
    return {"id": name, "type": "text", "fields": {"text": template}}


async def box_of(element: Locator | ElementHandle) -> FloatRect:
    """Where an element stands that can be seen."""
    box = await element.bounding_box()
    assert box is not None, "it can't be seen"
    return box
