"""The panes below the canvas: beside each other or as tabs, sized, enlarged, closed, and remembered."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import text, write_app
from commands import Command, open_command
from playwright.async_api import BrowserContext, Locator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_app(tmp_path / "app", 'print("up")\n', main=[text("One", "one")])


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, folder: Path) -> AsyncIterator[Command]:
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(region(page, "Code").locator(".cm-line").first).to_be_visible()
        yield command


def region(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


async def width(locator: Locator) -> float:
    box = await locator.bounding_box()
    assert box is not None
    return box["width"]


@pytest.mark.usefixtures("builder")
async def test_panes_stand_beside_each_other_or_share_a_place_as_tabs(page: Page) -> None:
    await page.get_by_role("button", name="Show Log beside the others").click()
    for name in ("Code", "State", "Log pane"):
        await expect(region(page, name)).to_be_visible()

    await page.get_by_role("button", name="Put Log into the tabs of State").click()
    await expect(region(page, "State")).to_have_count(0)
    await expect(page.get_by_role("tab", name="Log")).to_have_attribute("aria-selected", "true")

    await page.get_by_role("tab", name="Log").press("ArrowLeft")
    await expect(page.get_by_role("tab", name="Search")).to_be_focused()
    await expect(region(page, "Search")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_tabs_that_have_no_room_are_reached_with_the_wheel(page: Page) -> None:
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.get_by_role("button", name="Show Log beside the others").click()
    tabs = page.get_by_role("tablist", name="Panes: State")
    last = tabs.get_by_role("tab", name="Search")
    await expect(last).not_to_be_in_viewport(ratio=1)

    await tabs.hover()
    await page.mouse.wheel(0, 900)

    await expect(last).to_be_in_viewport(ratio=1)


@pytest.mark.usefixtures("builder")
async def test_a_tab_is_dragged_to_the_side_of_another_pane_and_into_its_tabs(page: Page) -> None:
    tab, code = page.get_by_role("tab", name="State"), region(page, "Code")
    await drag_to(page, tab, code, 0.9)
    await expect(region(page, "State")).to_be_visible()
    await expect(region(page, "Log pane")).to_be_visible()

    await drag_to(page, tab, region(page, "Log pane"), 0.5)
    await expect(region(page, "Log pane")).to_have_count(0)
    await expect(tab).to_have_attribute("aria-selected", "true")


@pytest.mark.usefixtures("builder")
async def test_a_pane_is_sized_enlarged_and_closed_by_keyboard_and_the_app_goes_on(page: Page) -> None:
    line = page.get_by_role("separator", name="Width of Code")
    code, before = region(page, "Code"), await width(region(page, "Code"))
    await line.press("ArrowRight")
    await expect(line).to_have_attribute("aria-valuenow", "55")
    assert await width(code) > before
    frame = page.frame_locator("iframe[title='App']")
    await frame.locator("body").evaluate("body => (body.dataset.same = 'yes')")

    await page.keyboard.press("Control+Shift+M")
    await expect(region(page, "Log pane")).to_have_count(0)
    await expect(region(page, "Canvas")).to_be_hidden()
    await page.keyboard.press("Control+Shift+M")
    await expect(region(page, "Log pane")).to_be_visible()
    await expect(frame.locator("body[data-same]")).to_be_visible()

    await page.keyboard.press("Control+2")
    await expect(region(page, "Log pane")).to_have_count(0)
    await page.keyboard.press("Control+1")
    await expect(code).to_be_hidden()
    await page.keyboard.press("Control+2")
    await expect(page.get_by_role("log")).to_be_focused()
    await page.keyboard.press("Control+1")
    await expect(code.locator(".cm-content")).to_be_focused()
    # A pane whose view is loaded only now.
    await page.keyboard.press("Control+5")
    await expect(region(page, "Handlers").locator(":focus")).to_be_visible()


async def test_the_layout_is_remembered_also_by_another_command_on_another_port(
    page: Page, folder: Path, context: BrowserContext
) -> None:
    async with open_command("edit", folder, "--port", "0", "--no-browser") as first:
        await page.goto(first.url)
        await page.get_by_role("button", name="Show Log beside the others").click()
        await page.get_by_role("separator", name="Width of the left side").press("ArrowRight")
        closed = '"open":false'
        async with page.expect_response(
            lambda answer: "/api/layout" in answer.url and closed in str(answer.request.post_data)
        ):
            await page.get_by_role("button", name="Close Code").click()
    await context.clear_cookies()

    async with open_command("edit", folder, "--port", "0", "--no-browser") as second:
        assert second.origin != first.origin
        await page.goto(second.url)
        for name, shown in (("Log pane", True), ("State", True), ("Code", False)):
            await expect(region(page, name)).to_be_visible(visible=shown)
        await expect(page.get_by_role("separator", name="Width of the left side")).to_have_attribute(
            "aria-valuenow", "300"
        )


@pytest.mark.usefixtures("builder")
async def test_a_pane_or_a_dialog_that_cannot_be_loaded_says_so(page: Page) -> None:
    await page.route(re.compile(r"/chunk-(side|dialog)_views-"), lambda route: route.abort())

    await page.get_by_role("tab", name="State").click()
    words = "This part of the Builder could not be loaded."
    await expect(region(page, "State").get_by_role("alert")).to_contain_text(words)
    await expect(region(page, "State").get_by_role("button", name="Load the page again")).to_be_visible()

    await page.get_by_role("button", name="Keyboard shortcuts").click()
    message = page.get_by_role("alert", name="Messages")
    await expect(message).to_contain_text(words)
    await page.unroute_all()
    await message.get_by_role("button", name="Load the page again").click()
    await page.get_by_role("button", name="Keyboard shortcuts").click()
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


async def drag_to(page: Page, tab: Locator, pane: Locator, across: float) -> None:
    start, end = await tab.bounding_box(), await pane.bounding_box()
    assert start is not None
    assert end is not None
    await page.mouse.move(start["x"] + 10, start["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(end["x"] + across * end["width"], end["y"] + 0.6 * end["height"], steps=5)
    await page.mouse.up()
