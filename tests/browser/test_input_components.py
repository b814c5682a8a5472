"""Inputs: their bindings, and that what is disabled takes nothing. Their events are in `tests/gestures`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser_apps import write_app
from commands import open_command
from component_pages import TYPES, shown_alone, specimen
from playwright.async_api import Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CODE = """
from mainspring.runtime import init_state

init_state({"bound": {"radio": "b", "range": [20, 80], "switch": True}})


def take(state, payload):
    pass
"""


def shown(template: str, name: str) -> dict[str, Any]:
    """A plain text: what a list looks like must not be taken for Markdown."""
    return {"id": name, "type": "heading", "fields": {"text": template}}


async def test_bindings_show_state_and_take_what_is_entered(page: Page, tmp_path: Path) -> None:
    kinds = ("radio", "range", "switch")
    tree = [{"id": kind, "type": kind, "binding": f"bound.{kind}"} for kind in kinds]
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


CAN_BE_DISABLED = [type_ for type_ in shown_alone() if "disabled" in TYPES[type_].fields]


async def test_what_is_disabled_takes_no_input(page: Page, tmp_path: Path) -> None:
    tree = [specimen(type_, type_, disabled=True) for type_ in CAN_BE_DISABLED]
    async with open_command("run", write_app(tmp_path / "app", CODE, main=tree), "--port", "0") as served:
        await page.goto(served.url)
        for type_ in CAN_BE_DISABLED:
            shown = page.locator(f"[data-component={type_}]")
            await expect(shown).to_be_visible()
            fields = shown.locator(":is(input, select, textarea):enabled:not([type=search]):visible")
            await expect(fields).to_have_count(0)
        buttons = page.locator("[data-component=button], [data-component=download_button], .stepper button")
        for button in await buttons.all():
            await expect(button).to_be_disabled()
