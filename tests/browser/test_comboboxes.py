"""Lists that are searched by typing: keys, long lists, and choices that are taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser_apps import text, write_app
from commands import open_command
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({
        "city": None, "cities": ["c7"], "asking": True,
        "many": {f"c{n}": f"City {n}" for n in range(5_000)},
    })
"""


def choice(type_: str, binding: str, **fields: Any) -> dict[str, Any]:
    values = {"label": binding.capitalize(), "options": "@{many}", **fields}
    return {"id": f"choose_{binding}", "type": type_, "binding": binding, "fields": values}


async def test_one_of_many_is_found_by_keys_and_taken_back_by_emptying_the_field(
    page: Page, tmp_path: Path
) -> None:
    room = {"id": "room", "type": "html_element", "fields": {"styles": {"height": "650px"}}}
    parts = [room, choice("select", "city", search=True), text("Chosen: @{city}", "told")]
    async with open_command("run", write_app(tmp_path / "app", MAIN, main=parts), "--port", "0") as served:
        await page.set_viewport_size({"width": 360, "height": 800})
        await page.goto(served.url)
        field = page.get_by_role("combobox", name="City")
        options = page.get_by_role("option")
        await field.click()
        await expect(options).to_have_count(201)
        await expect(options.last).to_have_text("4800 more: type to find them")
        # Below is no room for it.
        box, below = await page.get_by_role("listbox").bounding_box(), await field.bounding_box()
        assert box is not None
        assert below is not None
        assert box["y"] + box["height"] <= below["y"]

        for _ in range(20):
            await page.keyboard.press("ArrowDown")
        active = page.locator("[role=option].active")
        await expect(active).to_have_text("City 20")
        await expect(active).to_be_in_viewport()
        await page.keyboard.type("city 4987")
        await expect(options).to_have_text(["City 4987"])
        await page.keyboard.type("x")
        await expect(options).to_have_text("Nothing found")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("listbox")).to_have_count(0)

        await field.fill("city 4999")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Chosen: c4999")).to_be_visible()
        await expect(field).to_have_value("City 4999")
        await field.fill("nowhere")
        await page.keyboard.press("Tab")
        await expect(field).to_have_value("City 4999")
        await field.fill("")
        await page.get_by_text("Chosen").click()
        await expect(page.get_by_text("Chosen: c4999")).to_have_count(0)
        await field.fill("city 12")
        await options.get_by_text("City 121", exact=True).click()
        await expect(page.get_by_text("Chosen: c121")).to_be_visible()
        await page.get_by_role("button", name="Take back City 121").click()
        await expect(page.get_by_text("Chosen: c121")).to_have_count(0)
        await expect(field).to_have_value("")


async def test_of_several_the_last_goes_by_backspace_and_escape_closes_the_list_before_the_dialog(
    page: Page, tmp_path: Path
) -> None:
    dialog = {
        "id": "dialog", "type": "dialog", "fields": {"title": "Where to?"}, "binding": "asking",
        "children": [choice("select_multiple", "cities")],
    }  # fmt: skip
    async with open_command("run", write_app(tmp_path / "app", MAIN, main=[dialog]), "--port", "0") as served:
        await page.goto(served.url)
        field = page.get_by_role("combobox", name="Cities")
        chips = page.locator(".chip")
        await expect(chips).to_have_text("City 7")
        await field.press_sequentially("4999")
        await page.keyboard.press("Enter")
        await expect(chips).to_have_text(["City 7", "City 4999"])
        await expect(page.get_by_role("listbox")).to_be_visible()
        await page.keyboard.press("Backspace")
        await expect(chips).to_have_text(["City 7"])

        await page.keyboard.press("Escape")
        await expect(page.get_by_role("listbox")).to_have_count(0)
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
