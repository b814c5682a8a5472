"""Inputs: their bindings, and that what is disabled takes nothing. Their events are in `tests/gestures`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser_apps import write_app
from commands import open_command
from playwright.async_api import Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CODE = """
from mainspring.runtime import init_state

init_state({"bound": {"radio": "b", "range": [20, 80], "switch": True}})


def take(state, payload):
    pass
"""

EVENTS = {
    "textarea": ["wf-change", "wf-change-finish"],
    "slider": ["wf-number-change", "wf-number-change-finish"],
    "range": ["wf-range-change"],
    "checkbox": ["wf-toggle"],
    "switch": ["wf-toggle"],
    "checkbox_group": ["wf-options-change"],
    "radio": ["wf-option-change"],
    "select_multiple": ["wf-options-change"],
    "date": ["wf-date-change"],
    "time": ["wf-time-change"],
    "colour": ["wf-change"],
    "rating": ["wf-number-change"],
    "download_button": ["wf-click"],
    "pagination": ["wf-change-page", "wf-change-page-size"],
}


def shown(template: str, name: str) -> dict[str, Any]:
    """A plain text: what a list looks like must not be taken for Markdown."""
    return {"id": name, "type": "heading", "fields": {"text": template}}


def component(kind: str, **fields: Any) -> dict[str, Any]:
    label = {} if kind == "download_button" else {"label": kind}
    return {
        "id": kind,
        "type": kind,
        "fields": {**label, **fields},
        "on": dict.fromkeys(EVENTS[kind], "take"),
    }


def components(**fields: Any) -> list[dict[str, Any]]:
    own: dict[str, dict[str, Any]] = {
        "pagination": {"page_sizes": [10, 25]},
        "download_button": {"data": "Hello", "file_name": "a.txt"},
    }
    return [component(kind, **own.get(kind, {}), **fields) for kind in EVENTS]


async def test_bindings_show_state_and_take_what_is_entered(page: Page, tmp_path: Path) -> None:
    kinds = ("radio", "range", "switch")
    tree = [{**component(kind), "on": {}, "binding": f"bound.{kind}"} for kind in kinds]
    values = shown("@{bound.radio} @{bound.range} @{bound.switch}", "shown")
    async with open_command(
        "run", write_app(tmp_path / "app", CODE, main=[values, *tree]), "--port", "0"
    ) as served:
        await page.goto(served.url)
        await expect(page.get_by_role("radio", name="Option B")).to_be_checked()
        await expect(page.get_by_role("switch")).to_be_checked()
        await expect(page.get_by_label("From")).to_have_value("20")

        await page.get_by_role("radio", name="Option A").click()
        await page.get_by_role("switch").click()

        await expect(page.locator("[data-component=shown]")).to_contain_text("a [20")
        await expect(page.locator("[data-component=shown]")).to_contain_text("false")


async def test_what_is_disabled_takes_no_input(page: Page, tmp_path: Path) -> None:
    tree = components(disabled=True)
    async with open_command("run", write_app(tmp_path / "app", CODE, main=tree), "--port", "0") as served:
        await page.goto(served.url)
        await expect(page.get_by_label("textarea")).to_be_visible()

        assert await page.locator(":is(input, select, textarea, button):enabled:visible").count() == 0
