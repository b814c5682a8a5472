"""The panes `Events` and `Handlers`: creating, linking, watching and counting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from commands import Command, open_command
from playwright.async_api import FrameLocator, Locator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    import threading
    from shutil import rmtree

    from mainspring.runtime import init_handlers, init_state

    import shop

    init_handlers(shop)
    init_state({"n": 1})
    gate = threading.Event()

    def add(state):
        state["n"] += 1

    def wait():
        gate.wait()

    def release():
        gate.set()

    def fail():
        raise ValueError("no")

    def idle():
        pass

    def lacks(state, whatever):
        pass
"""
SHOP = "def ship():\n    pass\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    parts = [
        text("There are @{n}.", "told"),
        {"id": "fresh", "type": "button", "fields": {"text": "Fresh"}},
        *[button(name, name) for name in ("add", "wait", "release", "fail", "lacks")],
        button("more", "add"),
        button("lost", "ad"),
    ]
    return write_app(tmp_path / "app", MAIN, {"shop.py": SHOP}, main=parts, second=[button("third", "add")])


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, folder: Path) -> AsyncIterator[Command]:
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(app(page).get_by_text("There are 1.")).to_be_visible()
        yield command


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


async def press(page: Page, name: str) -> None:
    await app(page).get_by_role("button", name=name, exact=True).click()


async def row_of(page: Page, component: str) -> Locator:
    await page.locator(f"#row-{component}").click()
    return page.get_by_role("region", name="Events", exact=True).get_by_role("row", name="wf-click")


@pytest.mark.usefixtures("builder")
async def test_a_handler_is_created_in_a_file_of_choice_and_undo_takes_its_stub_out_again(
    page: Page, folder: Path
) -> None:
    row = await row_of(page, "fresh")
    await page.get_by_label("File of new handlers").select_option("shop.py")
    await row.get_by_role("button", name="Create handler").click()

    await expect(row.get_by_role("combobox")).to_have_value("shop.handle_fresh_click")
    await expect(page.get_by_role("textbox", name="shop.py")).to_contain_text("def handle_fresh_click(")
    await expect(row.get_by_role("button", name="Go to shop.handle_fresh_click")).to_be_visible()
    assert (folder / "shop.py").read_text().startswith(SHOP + "\n\ndef handle_fresh_click(")

    await page.get_by_role("button", name="Undo", exact=True).click()

    await expect(row.get_by_role("combobox")).to_have_value("")
    await expect(page.get_by_role("textbox", name="shop.py")).not_to_contain_text("handle_fresh_click")
    assert (folder / "shop.py").read_text() == SHOP


@pytest.mark.usefixtures("builder")
async def test_an_events_chip_says_whether_its_handler_is_missing_wrong_or_running(page: Page) -> None:
    row = await row_of(page, "lacks")
    await expect(row.get_by_text("nothing fills the parameter whatever")).to_be_visible()

    row = await row_of(page, "lost")
    await expect(row.get_by_text("No function is called ad.")).to_be_visible()
    await expect(row.get_by_role("button", name="Create ad")).to_be_visible()
    await row.get_by_role("button", name="Relink …").click()
    await expect(row.get_by_role("combobox")).to_be_focused()
    await row.get_by_role("button", name="Link to add").click()
    await expect(row.get_by_role("button", name="Go to add")).to_be_visible()
    await row.get_by_role("button", name="Unlink wf-click").click()
    await expect(row.get_by_role("combobox")).to_have_value("")

    row = await row_of(page, "wait")
    await page.get_by_role("button", name="Use app").click()
    await press(page, "Wait")
    await expect(row.get_by_role("button", name="wait is running")).to_be_visible()
    await expect(row).to_contain_text("running")
    await press(page, "Release")
    await expect(row.get_by_role("button", name="Go to wait")).to_be_visible()
    await expect(row).to_contain_text(" ms")


@pytest.mark.usefixtures("builder")
async def test_the_handlers_say_who_uses_them_how_long_they_take_and_how_often_they_fail(page: Page) -> None:
    await page.get_by_role("button", name="Use app").click()
    for name in ("Add", "More", "Fail"):
        await press(page, name)
    await expect(app(page).get_by_text("There are 3.")).to_be_visible()
    await page.get_by_role("tab", name="Handlers").click()
    pane = page.get_by_role("region", name="Handlers", exact=True)
    functions = pane.get_by_role("row")
    add = functions.filter(has_text="add(state)")
    await expect(add).to_contain_text("main")
    await expect(add.get_by_role("cell").nth(-3)).to_contain_text("ms")
    await expect(functions.filter(has_text="idle()")).to_contain_text("has not run")
    await expect(functions.filter(has_text="ship()")).to_contain_text("shop")

    await add.get_by_role("button", name="3 components").click()
    await expect(page.locator("[data-outlined]")).to_have_count(2)
    await expect(pane.get_by_role("button", name="third")).to_be_visible()
    await pane.get_by_role("button", name="third").click()
    await expect(app(page).get_by_role("button", name="Third")).to_be_visible()
    await expect(page.locator("[data-outlined='third']")).to_be_visible()
    await add.get_by_role("button", name="3 components").click()
    await expect(page.locator("[data-outlined]")).to_have_count(0)

    await pane.get_by_role("button", name="Unused", exact=True).click()
    await expect(functions.filter(has_text="unused")).to_have_count(2)
    await expect(functions.filter(has_text="add(")).to_have_count(0)
    await pane.get_by_role("button", name="Unused", exact=True).click()
    await pane.get_by_role("button", name="of installed packages").click()
    await expect(functions.last).to_contain_text("rmtree")
    await pane.get_by_label("Search the handlers").fill("state")
    await expect(functions.filter(has_text="idle()")).to_have_count(0)
    await pane.get_by_label("Search the handlers").fill("fail")

    await functions.filter(has_text="fail()").get_by_role("button", name="1", exact=True).click()
    await expect(page.get_by_role("log").get_by_role("button", name="ValueError: no")).to_be_visible()
