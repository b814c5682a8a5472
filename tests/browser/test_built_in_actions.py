"""Events that do something without code: chosen in the Builder, carried out in the app."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import text, write_app
from commands import Command, open_command
from playwright.async_api import FrameLocator, Locator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from shutil import rmtree

    from mainspring.runtime import init_state

    init_state({"word": "begin", "form": {"name": "Ada"}})

    def save(state, payload):
        pass
"""


def plain_button(name: str) -> dict[str, object]:
    return {"id": name, "type": "button", "fields": {"text": name.capitalize()}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    close = {"id": "close", "type": "button", "fields": {"text": "No"}}
    dialog = {"id": "ask", "type": "dialog", "fields": {"title": "Sure?"}, "children": [close]}
    parts = [text("The word is @{word}.", "told"), plain_button("go"), dialog]
    return write_app(tmp_path / "app", MAIN, main=parts, second=[text("The second page.", "there")])


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, folder: Path) -> AsyncIterator[Command]:
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(app(page).get_by_text("The word is begin.")).to_be_visible()
        yield command


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


async def row_of(page: Page, component: str) -> Locator:
    await page.locator(f"#row-{component}").click()
    return page.get_by_role("region", name="Events", exact=True).get_by_role("row", name="wf-click")


async def choose(page: Page, row: Locator, title: str) -> None:
    picker = row.get_by_role("combobox", name="Handler for wf-click")
    await picker.click()
    await page.get_by_role("option", name=title, exact=True).click()
    await expect(picker).to_have_value(title)


def stored(folder: Path, index: int) -> object:
    return json.loads((folder / "pages" / "main.json").read_text())["children"][index].get("on")


@pytest.mark.usefixtures("builder")
async def test_state_is_set_pages_are_shown_and_dialogs_open_without_a_line_of_code(
    page: Page, folder: Path
) -> None:
    row = await row_of(page, "go")
    await choose(page, row, "Set state")
    await row.get_by_label("State", exact=True).press_sequentially("wo")
    await page.get_by_role("listbox", name="State paths").get_by_role("option", name="word").click()
    await row.get_by_label("To", exact=True).fill("changed by @{form.name}")
    await row.get_by_label("To", exact=True).blur()
    await expect(page.get_by_role("button", name="Undo", exact=True)).to_have_attribute(
        "data-tip", "Undo: Let wf-click of Go set word to changed by @{form.name}"
    )

    await page.get_by_role("button", name="Use app").click()
    await app(page).get_by_role("button", name="Go").click()
    await expect(app(page).get_by_text("The word is changed by Ada.")).to_be_visible()

    await choose(page, row, "Open a dialog")
    await choose(page, await row_of(page, "close"), "Close a dialog")
    await app(page).get_by_role("button", name="Go").click()
    await expect(app(page).get_by_role("dialog", name="Sure?")).to_be_visible()
    await app(page).get_by_role("dialog").get_by_role("button", name="No").click()
    await expect(app(page).get_by_role("dialog", name="Sure?")).to_be_hidden()

    row = await row_of(page, "go")
    await choose(page, row, "Go to a page")
    await expect(row.get_by_label("Page", exact=True)).to_have_value("second")
    await app(page).get_by_role("button", name="Go").click()
    await expect(app(page).get_by_text("The second page.")).to_be_visible()
    assert stored(folder, 1) == {"wf-click": {"action": "go_to_page", "page": "second"}}
    await page.get_by_role("tab", name="Event history").click()
    history = page.get_by_role("region", name="Event history")
    await expect(history.get_by_text("go to page second")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_a_link_is_stored_when_it_has_an_address_and_opens_a_tab(page: Page, folder: Path) -> None:
    row = await row_of(page, "go")
    await choose(page, row, "Open a link")
    address = row.get_by_label("Address")
    await address.fill("javascript:alert(1)")
    await expect(address).to_have_attribute("aria-invalid", "true")
    assert stored(folder, 1) is None

    await address.fill("/?of=@{form.name}")
    await address.blur()
    await expect(row.get_by_role("button", name="Unlink wf-click")).to_be_visible()
    await page.get_by_role("button", name="Use app").click()
    async with page.context.expect_page() as opened:
        await app(page).get_by_role("button", name="Go").click()

    await expect((await opened.value).get_by_text("The word is begin.")).to_be_visible()
    assert (await opened.value).url.endswith("/?of=Ada")
    await page.get_by_role("button", name="Use app").click()
    await row.get_by_role("button", name="Unlink wf-click").click()
    await expect(row.get_by_role("combobox")).to_have_value("")


@pytest.mark.usefixtures("builder")
async def test_the_picker_keeps_functions_of_packages_apart_last_and_folded(page: Page) -> None:
    row = await row_of(page, "go")
    picker = row.get_by_role("combobox", name="Handler for wf-click")
    await picker.click()
    options = page.get_by_role("listbox", name="Handlers for wf-click").get_by_role("option")
    await expect(options.first).to_have_text("save(state, payload)main")
    await expect(options.last).to_have_text("1 function of installed packages …")
    await expect(page.get_by_role("option", name="rmtree")).to_have_count(0)

    await options.last.click()
    await expect(options.last).to_contain_text("rmtree")

    await picker.fill("shutil")
    await expect(options).to_have_count(1)
    await picker.fill("payload")
    await expect(options).to_have_text(["save(state, payload)main"])
