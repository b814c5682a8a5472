"""Search and replace, in the file in front and over all files of the app."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from commands import open_command
from playwright.async_api import Locator, Page, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """\
from helpers import add


def count(state):
    state["total"] = add(state["total"], 1)
"""
HELPERS = """\
def add(total, more):
    return total + more
"""


@pytest_asyncio.fixture(loop_scope="session")
async def folder(page: Page, tmp_path: Path) -> AsyncIterator[Path]:
    path = write_app(
        tmp_path / "app",
        MAIN,
        {"helpers.py": HELPERS},
        main=[button("go", "count"), text("@{total}", "shown")],
    )
    async with open_command("edit", path, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(page.get_by_role("status").first).to_contain_text("live")
        await expect(content(page)).to_contain_text("def count")
        yield path


def content(page: Page) -> Locator:
    return page.get_by_role("region", name="Code", exact=True).locator(".cm-content")


def search(page: Page) -> Locator:
    return page.get_by_role("region", name="Search", exact=True)


@pytest.mark.usefixtures("folder")
async def test_in_the_file_places_are_counted_stepped_through_and_replaced(page: Page) -> None:
    await content(page).click()
    await page.keyboard.press("Control+Home")
    await page.keyboard.press("Control+f")
    panel = page.get_by_role("search", name="Find in this file")
    await page.keyboard.type("STATE")
    await expect(panel.get_by_role("status")).to_have_text("3")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(panel.get_by_role("status")).to_have_text("2 of 3")
    await page.keyboard.press("Shift+Enter")
    await expect(panel.get_by_role("status")).to_have_text("1 of 3")

    await panel.get_by_role("button", name="Match case").click()
    await expect(panel.get_by_role("status")).to_have_text("Not found")
    await panel.get_by_role("button", name="Match case").click()
    await panel.get_by_role("button", name="Regular expression").click()
    await panel.get_by_label("Find", exact=True).fill("(")
    await expect(panel.get_by_role("status")).to_have_text("No regular expression")
    await panel.get_by_label("Find", exact=True).fill(r'\["(\w+)"\]')
    await expect(panel.get_by_role("status")).to_have_text("2")

    await page.keyboard.press("Control+h")
    await page.keyboard.type(".get('$1')")
    await panel.get_by_role("button", name="All").click()

    await expect(content(page)).to_contain_text("state.get('total') = add(state.get('total'), 1)")
    await page.keyboard.press("Escape")
    await expect(panel).to_have_count(0)
    await page.keyboard.press("Control+z")
    await expect(content(page)).to_contain_text('state["total"] = add(state["total"], 1)')


async def test_what_is_typed_before_the_pane_is_loaded_stands_in_its_field(page: Page, folder: Path) -> None:
    gate = asyncio.Event()

    async def later(route: Route) -> None:
        await gate.wait()
        await route.continue_()

    await page.route(re.compile(r"/chunk-side_views-"), later)
    await content(page).click()
    await page.keyboard.press("Control+Shift+F")
    await page.keyboard.type("tot")
    gate.set()
    await expect(search(page).get_by_label("Search in all files")).to_be_focused()
    await page.keyboard.type("al")

    await expect(search(page).get_by_label("Search in all files")).to_have_value("total")
    await expect(search(page).get_by_role("status")).to_have_text("5 places in 3 files")
    await expect(page.get_by_label("unsaved")).to_have_count(0)


async def test_over_the_app_a_replacement_is_looked_at_done_as_one_and_taken_back(
    page: Page, folder: Path
) -> None:
    # Unsaved work counts as it is shown.
    await content(page).click()
    await page.keyboard.press("Control+Home")
    await page.keyboard.type("# total\n")
    await page.keyboard.press("Control+Shift+F")
    await page.keyboard.type("total")
    found = search(page).get_by_role("region", name="What was found")
    await expect(search(page).get_by_role("status")).to_have_text("6 places in 3 files")
    await expect(found.get_by_role("button", name="main.py")).to_contain_text("unsaved")

    await found.get_by_role("button", name="return total + more").click()
    await expect(page.get_by_role("textbox", name="helpers.py")).to_be_focused()
    await expect(content(page).locator(".cm-activeLine")).to_contain_text("return total")

    await page.keyboard.press("Control+Shift+H")
    await search(page).get_by_label("Replace by").fill("sum")
    await expect(found.locator("ins").first).to_have_text("sum")
    await found.get_by_label("Replace in helpers.py, line 1").uncheck()
    await search(page).get_by_role("button", name="Replace all").click()

    await expect(page.get_by_text("5 places replaced in 3 files.")).to_be_visible()
    assert (folder / "main.py").read_text("utf-8") == "# sum\n" + MAIN.replace("total", "sum")
    assert (folder / "helpers.py").read_text("utf-8") == HELPERS.replace("return total", "return sum")
    assert "@{sum}" in (folder / "pages" / "main.json").read_text("utf-8")
    await expect(content(page)).to_contain_text("return sum + more")
    await expect(page.get_by_label("unsaved")).to_have_count(0)

    await page.get_by_role("button", name="Undo the replacement").click()

    await expect(content(page)).to_contain_text("return total + more")
    await expect(page.get_by_text("What was replaced stands there again.")).to_be_visible()
    assert (folder / "main.py").read_text("utf-8") == "# total\n" + MAIN
    await expect(search(page).get_by_role("status")).to_have_text("6 places in 3 files")

    await search(page).get_by_role("button", name="Regular expression").click()
    await search(page).get_by_label("Search in all files").fill("(")
    await expect(search(page).get_by_role("alert")).to_contain_text("no regular expression")


async def test_taking_a_replacement_back_leaves_what_was_typed_since_where_it_is(
    page: Page, folder: Path
) -> None:
    await content(page).click()
    await page.keyboard.press("Control+Shift+H")
    await search(page).get_by_label("Search in all files").fill("total")
    await search(page).get_by_label("Replace by").fill("sum")
    await search(page).get_by_role("button", name="Replace all").click()
    await expect(content(page)).to_contain_text('state["sum"]')
    await content(page).click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("# typed since")

    await page.get_by_role("button", name="Undo the replacement").click()

    await expect(page.get_by_text("What was replaced stands there again.")).to_be_visible()
    assert (folder / "main.py").read_text("utf-8") == MAIN
    assert (folder / "helpers.py").read_text("utf-8") == HELPERS
    await expect(content(page)).to_contain_text("# typed since")
    await expect(content(page)).to_contain_text('state["sum"]')
    bar = page.get_by_role("region", name="Code", exact=True).get_by_role("alert")
    await expect(bar).to_contain_text("main.py has changed on disk")
