"""The tabs of pages and the canvas: both show the same page, however quickly it is turned."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import text, write_app
from commands import Command, open_command
from playwright.async_api import FrameLocator, Locator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, tmp_path: Path) -> AsyncIterator[Command]:
    go = {"id": "go", "type": "link", "fields": {"text": "To the second", "url": "second"}}
    first = [text("The first", "one"), go]
    folder = write_app(tmp_path / "app", "", main=first, second=[text("The second", "two")])
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(app(page).get_by_text("The first", exact=True)).to_be_visible()
        yield command


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Pages").get_by_role("button", name=name, exact=True)


async def shows(page: Page, name: str, words: str) -> None:
    await expect(app(page).get_by_text(words, exact=True)).to_be_visible()
    await expect(tab(page, name)).to_have_attribute("aria-current", "page")
    await expect(page.get_by_role("treeitem", name=f"Page {name}")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_the_page_that_was_chosen_last_is_shown_before_the_canvas_has_followed(page: Page) -> None:
    await tab(page, "second").click()
    await shows(page, "second", "The second")
    await tab(page, "main").click()
    await shows(page, "main", "The first")
    turned = await page.evaluate_handle("""() => {
        const turned = [];
        window.addEventListener("message", ({ data }) => data?.type === "page" && turned.push(data.key));
        return turned;
    }""")

    # Both in one turn of the loop: the canvas can't have answered to the first.
    await page.get_by_role("navigation", name="Pages").evaluate("""(tabs) => {
        const of = (name) => [...tabs.querySelectorAll("button")].find((each) => each.textContent === name);
        of("second").click();
        of("main").click();
    }""")

    await page.wait_for_function("(turned) => turned.length === 2", arg=turned)
    assert await turned.json_value() == ["second", "main"]
    await shows(page, "main", "The first")


@pytest.mark.usefixtures("builder")
async def test_who_goes_to_another_page_in_the_app_sees_it_in_the_builder(page: Page) -> None:
    await page.get_by_role("button", name="Use app").click()
    await app(page).get_by_role("link", name="To the second").click()
    await shows(page, "second", "The second")

    await tab(page, "main").click()
    await shows(page, "main", "The first")
    await app(page).get_by_role("link", name="To the second").click()
    await shows(page, "second", "The second")
