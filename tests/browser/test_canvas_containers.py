"""On the Builder's canvas: tabs, steps, grids, dialogs and sidebars are edited where they are seen."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from builder_pages import until_the_canvas_listens, until_versions_are_live
from commands import open_command
from playwright.async_api import FrameLocator, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({"open": "first", "asking": False, "turned": 0})


    def turn(state):
        state["turned"] += 1
"""


def part(name: str, type_: str, /, *children: Any, **more: Any) -> dict[str, Any]:
    own: dict[str, Any] = {key: more.pop(key) for key in ("on", "binding", "visible") if key in more}
    return {"id": name, "type": type_, "fields": more, "children": list(children), **own}


def cell(name: str) -> dict[str, Any]:
    return part(name, "section", text(f"In {name}", f"{name}_words"), title=name)


PAGES: dict[str, list[Any]] = {
    "main": [
        text("Turned @{turned}, open @{open}", "now"),
        part(
            "views", "tabs",
            part("first", "tab", text("One", "one"), title="First"),
            part("second", "tab", text("Two", "two"), title="Second"),
            binding="open", on={"wf-tab-change": "turn"},
        ),
    ],
    "gridded": [part("cells", "grid", *map(cell, "abcd"), min_width=320)],
    "folded": [
        part("more", "section", text("In it", "in_it"), title="More", collapsible=True, start_collapsed=True)
    ],
    "asked": [part("sure", "dialog", text("Really?", "really"), title="Sure?", open="@{asking}")],
    "sided": [
        part("side", "sidebar", text("In the side", "in_side"), title="Menu"),
        part("again", "reuse", component=""),
        button("press", "turn"),
        part("mark", "icon"),
        part("report", "iframe", src="assets/inside.html", title="Report"),
    ],
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def folder(page: Page, tmp_path: Path) -> AsyncIterator[Path]:
    """The Builder on a small app, live; its folder."""
    app_folder = write_app(tmp_path / "app", MAIN, {"assets/inside.html": "<p>Inside</p>"}, **PAGES)
    async with open_command("edit", app_folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(page.get_by_role("status").first).to_contain_text("live")
        await expect(app(page).get_by_text("Turned 0, open first")).to_be_visible()
        await until_the_canvas_listens(page)
        yield app_folder


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


def region(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def row(page: Page, component: str) -> Locator:
    return page.locator(f"#row-{component}")


async def show_page(page: Page, key: str) -> None:
    await page.get_by_role("navigation", name="Pages").get_by_role("button", name=key, exact=True).click()


def children(folder: Path, key: str, parent: str) -> list[str]:
    """Ids of what stands in a component, as the page's file says."""

    def find(component: dict[str, Any]) -> list[str] | None:
        below = component.get("children", [])
        if component["id"] == parent:
            return [child["id"] for child in below]
        return next((found for child in below if (found := find(child)) is not None), None)

    found = find(json.loads((folder / "pages" / f"{key}.json").read_text("utf-8")))
    assert found is not None, f"there is no {parent}"
    return found


async def middle(locator: Locator, x: float = 0.5, y: float = 0.5) -> tuple[float, float]:
    box = await locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] * x, box["y"] + box["height"] * y


async def carry(page: Page, tile: str, *stops: tuple[float, float]) -> None:
    """Drag a component of the palette along ``stops``, without letting go."""
    source = region(page, "Palette").get_by_role("button", name=tile, exact=True)
    await source.scroll_into_view_if_needed()
    await page.mouse.move(*await middle(source))
    await page.mouse.down()
    for stop in stops:
        await page.mouse.move(*stop, steps=8)


async def test_a_click_on_a_tab_selects_it_and_shows_it_and_runs_nothing(page: Page, folder: Path) -> None:
    await app(page).get_by_role("tab", name="Second").click()

    await expect(row(page, "second")).to_have_attribute("aria-selected", "true")
    await expect(app(page).get_by_text("Two", exact=True)).to_be_visible()
    await expect(app(page).get_by_text("Turned 0, open first")).to_be_visible()

    await row(page, "one").click()
    await expect(app(page).get_by_text("One", exact=True)).to_be_visible()


async def test_what_the_app_opens_is_shown_also_after_the_builder_looked_elsewhere(
    page: Page, folder: Path
) -> None:
    await row(page, "two").click()
    await expect(app(page).get_by_text("Two", exact=True)).to_be_visible()

    await page.get_by_role("button", name="Use app").click()
    await expect(app(page).get_by_text("One", exact=True)).to_be_visible()
    await app(page).get_by_role("tab", name="Second").click()

    await expect(app(page).get_by_text("Turned 1, open second")).to_be_visible()


async def test_a_tab_is_added_on_the_canvas(page: Page, folder: Path) -> None:
    await app(page).get_by_role("button", name="Add a tab").click()

    await expect(app(page).get_by_role("tab")).to_have_count(3)
    await expect(app(page).get_by_role("tab", name="Tab")).to_have_attribute("aria-selected", "true")
    await expect(row(page, "tab")).to_have_attribute("aria-selected", "true")
    assert children(folder, "main", "views") == ["first", "second", "tab"]


async def test_a_tab_is_dropped_between_the_buttons_of_two_others(page: Page, folder: Path) -> None:
    await carry(page, "Tab", await middle(app(page).get_by_role("tab", name="Second"), x=0.2))
    await expect(page.get_by_text("in Tabs, before Second")).to_be_visible()
    await page.mouse.up()

    await expect(app(page).get_by_role("tab")).to_have_count(3)
    assert children(folder, "main", "views") == ["first", "tab", "second"]


async def test_waiting_above_a_tab_opens_it_to_drop_into(page: Page, folder: Path) -> None:
    await carry(page, "Separator", await middle(app(page).get_by_role("tab", name="Second")))
    await expect(app(page).get_by_text("Two", exact=True)).to_be_visible()
    await page.mouse.move(*await middle(app(page).get_by_text("Two", exact=True), y=0.6), steps=5)
    await expect(page.get_by_text("in Second, after Two")).to_be_visible()
    await page.mouse.up()

    await expect(app(page).get_by_role("separator")).to_be_visible()
    assert children(folder, "main", "second") == ["two", "separator"]


async def test_what_is_dropped_in_a_grid_lands_in_the_row_under_the_pointer(page: Page, folder: Path) -> None:
    await show_page(page, "gridded")
    c = app(page).locator("[data-component=c]")
    await expect(c).to_be_visible()

    box = await c.bounding_box()
    assert box is not None
    await carry(page, "Separator", (box["x"] + 40, box["y"] - 8))
    await expect(page.get_by_text("in Grid, before c")).to_be_visible()
    await page.mouse.up()

    await expect(app(page).get_by_role("separator")).to_be_visible()
    assert children(folder, "gridded", "cells") == ["a", "b", "separator", "c", "d"]


async def test_what_is_dropped_in_a_cell_of_a_grid_stands_in_it(page: Page, folder: Path) -> None:
    await show_page(page, "gridded")

    await carry(page, "Separator", await middle(app(page).get_by_text("In d", exact=True), y=0.9))
    await page.mouse.up()

    await expect(app(page).get_by_role("separator")).to_be_visible()
    assert children(folder, "gridded", "d") == ["d_words", "separator"]


async def test_a_dialog_stands_in_its_place_to_be_edited_and_is_one_in_use(page: Page, folder: Path) -> None:
    await show_page(page, "asked")

    await app(page).get_by_text("Really?").click()
    await expect(row(page, "really")).to_have_attribute("aria-selected", "true")

    await page.get_by_role("button", name="Use app").click()
    await expect(app(page).get_by_text("Really?")).to_have_count(0)


async def test_a_closed_sidebar_is_opened_by_selecting_what_is_in_it(page: Page, folder: Path) -> None:
    await show_page(page, "sided")
    await expect(app(page).get_by_text("In the side")).to_be_visible()
    await page.get_by_role("button", name="Phone, 390 px").click()
    await expect(app(page).get_by_text("In the side")).to_have_count(0)

    await row(page, "in_side").click()

    await expect(app(page).get_by_text("In the side")).to_be_visible()


async def test_the_reused_component_is_chosen_in_the_settings_and_selected_as_what_it_is(
    page: Page, folder: Path
) -> None:
    await show_page(page, "sided")
    await row(page, "again").click()

    picker = region(page, "Settings").get_by_label("Component", exact=True)
    assert "again" not in await picker.locator("option").evaluate_all("(all) => all.map((o) => o.value)")
    await picker.select_option("one")
    await app(page).get_by_text("One", exact=True).click()

    await expect(row(page, "again")).to_have_attribute("aria-selected", "true")
    saved = json.loads((folder / "pages" / "sided.json").read_text("utf-8"))
    assert saved["children"][1]["fields"] == {"component": "one"}


async def test_an_icon_is_chosen_among_all_names(page: Page, folder: Path) -> None:
    await show_page(page, "sided")
    await row(page, "mark").click()

    field = region(page, "Settings").get_by_label("Icon", exact=True)
    await expect(field).to_have_value("star")
    await region(page, "Settings").get_by_role("button", name="Choose Icon").click()
    await expect(page.get_by_role("searchbox", name="Search icons")).to_be_focused()
    await page.keyboard.press("Escape")
    await field.fill("nonsense")
    await expect(app(page).get_by_text("There is no icon “nonsense”")).to_be_visible()
    await field.fill("zoom-out")

    await expect(app(page).locator("[data-component=mark] svg")).to_be_visible()


async def test_an_event_of_the_browser_gets_a_row_a_stub_and_a_handler(page: Page, folder: Path) -> None:
    await show_page(page, "sided")
    await row(page, "press").click()
    events = region(page, "Events")

    other = events.get_by_label("Another event of the browser")
    await other.fill("wf-nothing")
    await expect(events.get_by_role("button", name="Add event")).to_be_disabled()
    await other.fill("mouseenter")
    await other.press("Enter")
    added = events.get_by_role("row", name="mouseenter", exact=True)
    await expect(added).to_contain_text("json")
    await added.get_by_role("button", name="Show stub").click()
    await expect(events.get_by_label("Stub handle_press_mouseenter")).to_contain_text("client_x")
    await added.get_by_role("button", name="Create handler").click()
    await expect(added.get_by_role("button", name="Go to handle_press_mouseenter")).to_be_visible()
    await until_versions_are_live(page, 2)

    await page.get_by_role("button", name="Use app").click()
    await app(page).get_by_role("button", name="Press").hover()

    await expect(added).to_contain_text("ms")


async def test_a_frame_shows_the_apps_own_file_and_a_press_selects_it(page: Page, folder: Path) -> None:
    await show_page(page, "sided")
    frame = app(page).locator("iframe[title=Report]")
    await expect(app(page).frame_locator("iframe[title=Report]").get_by_text("Inside")).to_be_attached()

    await page.mouse.click(*await middle(frame, y=0.2))

    await expect(row(page, "report")).to_have_attribute("aria-selected", "true")


async def test_a_folded_section_is_opened_by_selecting_what_is_in_it(page: Page, folder: Path) -> None:
    await show_page(page, "folded")
    await expect(app(page).get_by_role("button", name="More")).to_have_attribute("aria-expanded", "false")

    await row(page, "in_it").click()

    await expect(app(page).get_by_text("In it")).to_be_visible()
