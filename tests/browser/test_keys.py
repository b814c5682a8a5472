"""Every key of the Builder's sheet does what the sheet says."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from browser_apps import text, write_app
from builder_pages import until_the_canvas_listens
from commands import Command, open_command
from playwright.async_api import FrameLocator, Locator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
import json


def greet(state):
    state["told"] = json.dumps("hello")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    box: dict[str, Any] = {"id": "box", "type": "section", "children": [text("Inside", "inside")]}
    button = {"id": "press", "type": "button", "fields": {"text": "Press"}}
    return write_app(
        tmp_path / "app", MAIN, main=[text("One", "one"), text("Two", "two"), box, button], second=[]
    )


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, folder: Path) -> AsyncIterator[Command]:
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(app(page).get_by_text("Inside")).to_be_visible()
        await expect(region(page, "Code").locator(".cm-line").first).to_be_visible()
        await until_the_canvas_listens(page)
        yield command


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


def region(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def rows(page: Page) -> Locator:
    return page.get_by_role("tree", name="Components").get_by_role("treeitem")


async def order(page: Page, *ids: str) -> None:
    """The rows of the tree below the page, from top to bottom."""
    await expect(rows(page)).to_have_count(len(ids) + 1)
    for position, name in enumerate(ids, 1):
        await expect(rows(page).nth(position)).to_have_id(f"row-{name}")


async def selected(page: Page, *ids: str) -> None:
    chosen = page.get_by_role("tree").get_by_role("treeitem", selected=True)
    await expect(chosen).to_have_count(len(ids))
    for position, name in enumerate(ids):
        await expect(chosen.nth(position)).to_have_id(f"row-{name}")


class Hand:
    """What a person at the keyboard does; a row of the tree is clicked only to begin somewhere."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def at(self, component: str, *keys: str) -> None:
        await self.page.locator(f"#row-{component}").click()
        await self.press(*keys)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def undo(self) -> None:
        await self.at("main", "Control+z")


START = ("one", "two", "box", "inside", "press")


async def undo_redo(hand: Hand) -> None:
    await hand.at("two", "Delete")
    await order(hand.page, "one", "box", "inside", "press")
    await hand.press("Control+z")
    await order(hand.page, *START)
    await hand.press("Control+Shift+z")
    await order(hand.page, "one", "box", "inside", "press")
    await hand.press("Control+z")
    await order(hand.page, *START)
    # In a text field these keys are the field's own: of two steps, one is taken back.
    await hand.at("two", "Delete")
    await order(hand.page, "one", "box", "inside", "press")
    await hand.at("press", "Delete")
    await order(hand.page, "one", "box", "inside")
    await hand.at("one")
    await region(hand.page, "Settings").get_by_label("Text", exact=True).press("Control+z")
    # So they are in the code, where there is nothing to take back.
    await region(hand.page, "Code").locator(".cm-content").press("Control+z")
    await hand.undo()
    await order(hand.page, "one", "box", "inside", "press")
    await hand.undo()
    await order(hand.page, *START)


async def clipboard(hand: Hand) -> None:
    await hand.at("one", "Control+c", "Control+v")
    await order(hand.page, "one", "one_2", *START[1:])
    await hand.at("one_2", "Control+x")
    await order(hand.page, *START)
    await hand.at("two", "Control+v")
    await order(hand.page, "one", "two", "one_2", *START[2:])
    await hand.undo()
    await order(hand.page, *START)


async def duplicate(hand: Hand) -> None:
    await hand.at("one", "Control+d")
    await order(hand.page, "one", "one_2", *START[1:])
    await hand.undo()


async def rename(hand: Hand) -> None:
    await hand.at("one", "F2")
    await hand.page.keyboard.type("first")
    await hand.press("Enter")
    await order(hand.page, "first", *START[1:])
    # On the canvas in its place, with the focus back there.
    await app(hand.page).get_by_text("One").click()
    await hand.press("F2")
    field = region(hand.page, "Canvas").get_by_label("New id of first")
    await field.fill("one")
    await field.press("Enter")
    await order(hand.page, *START)
    await expect(hand.page.get_by_title("App")).to_be_focused()


async def insert(hand: Hand) -> None:
    await hand.at("inside", "i")
    await hand.page.keyboard.type("hdng")
    await hand.press("Enter")
    await order(hand.page, *START[:4], "heading", "press")
    await hand.undo()


async def steps(hand: Hand) -> None:
    await hand.at("two", "Alt+ArrowUp")
    await order(hand.page, "two", "one", *START[2:])
    await hand.press("Alt+ArrowDown")
    await order(hand.page, *START)
    await hand.at("inside", "Alt+ArrowLeft")
    await order(hand.page, "one", "two", "box", "inside", "press")
    await expect(hand.page.locator("#row-inside")).to_have_attribute("aria-level", "2")
    await hand.press("Alt+ArrowRight")
    await expect(hand.page.locator("#row-inside")).to_have_attribute("aria-level", "3")
    # Several together.
    await hand.at("one", "Shift+ArrowDown", "Alt+ArrowDown")
    await order(hand.page, "box", "inside", "one", "two", "press")
    await hand.press("Alt+ArrowUp")
    await order(hand.page, *START)


async def move_to(hand: Hand) -> None:
    await hand.at("one", "m")
    await hand.page.keyboard.type("box")
    await hand.press("Enter")
    await order(hand.page, "two", "box", "inside", "one", "press")
    await hand.undo()


async def wrap(hand: Hand) -> None:
    await hand.at("one", "Shift+ArrowDown", "Control+g")
    await order(hand.page, "section", *START)
    await hand.press("Control+Shift+g")
    await order(hand.page, *START)


async def around(hand: Hand) -> None:
    # On the canvas the arrows go from sibling to sibling.
    await app(hand.page).get_by_text("One").click()
    await selected(hand.page, "one")
    await hand.press("ArrowDown", "ArrowDown")
    await selected(hand.page, "box")
    await hand.press("Enter")
    await selected(hand.page, "inside")
    await hand.press("Shift+Enter")
    await selected(hand.page, "box")
    await hand.press("ArrowUp")
    await selected(hand.page, "two")


async def handler(hand: Hand) -> None:
    await hand.at("press", "F4")
    code = region(hand.page, "Code")
    await expect(code.get_by_text("def handle_press_click")).to_be_visible()
    await expect(code.locator(".cm-content")).to_be_focused()
    await hand.press("F12")
    await expect(hand.page.get_by_role("tree", name="Components")).to_be_focused()
    await hand.press("F12")
    await expect(code.locator(".cm-content")).to_be_focused()
    await expect(code.locator(".cm-linked[data-handler=handle_press_click]")).to_be_visible()
    await hand.press("Alt+Shift+L")
    log = region(hand.page, "Log pane")
    await log.get_by_role("button", name="Remove the filter Handler handle_press_click").click()


async def save(hand: Hand) -> None:
    code = region(hand.page, "Code").locator(".cm-content")
    await code.click()
    await hand.press("Control+End")
    await hand.page.keyboard.type("x   =  1")
    await hand.press("Control+s")
    await expect(code).to_contain_text(re.compile("x = 1"))
    await expect(region(hand.page, "Code").get_by_role("button", name="Save")).to_be_disabled()


async def format_and_imports(hand: Hand) -> None:
    code = region(hand.page, "Code").locator(".cm-content")
    await code.click()
    await hand.press("Control+End")
    await hand.page.keyboard.type("\ny   =  2")
    await hand.press("Alt+Shift+f")
    await expect(code).to_contain_text(re.compile("y = 2"))
    await hand.press("Control+Home")
    await hand.page.keyboard.type("import re\n")
    await hand.press("Alt+Shift+o")
    await expect(code).to_contain_text(re.compile("^import json *import re"))


async def names_in_the_code(hand: Hand) -> None:
    await region(hand.page, "Code").get_by_text("greet").first.click()
    await hand.press("F2")
    await expect(hand.page.get_by_role("dialog", name="Rename")).to_be_visible()
    await hand.press("Escape")
    await region(hand.page, "Code").get_by_text("greet").first.click()
    await hand.press("Shift+F12")
    await expect(hand.page.get_by_role("dialog", name=re.compile("eferences"))).to_be_visible()
    await hand.press("Escape")


async def definition(hand: Hand) -> None:
    await region(hand.page, "Code").get_by_text("greet").first.click()
    # No component runs it, so its definition leads to its uses in the code.
    await hand.press("Control+F12")
    await expect(hand.page.get_by_role("dialog", name="References of greet")).to_be_visible()
    await hand.press("Escape")


async def search_the_app(hand: Hand) -> None:
    pane = region(hand.page, "Search")
    await hand.at("one", "Control+Shift+f")
    await expect(pane.get_by_label("Search in all files")).to_be_focused()
    await expect(pane.get_by_label("Replace by")).to_have_count(0)
    await hand.at("one", "Control+Shift+h")
    await expect(pane.get_by_label("Search in all files")).to_be_focused()
    await expect(pane.get_by_label("Replace by")).to_be_visible()


async def find_anything(hand: Hand) -> None:
    box = hand.page.get_by_role("dialog", name="Go to").get_by_role("combobox")
    await hand.at("one", "Control+k")
    await box.fill("duplicate")
    await hand.press("Enter")
    await order(hand.page, "one", "one_2", *START[1:])
    await hand.undo()
    for wanted in ("second", "main"):
        await hand.press("Control+p")
        await box.fill(f"page {wanted}")
        await hand.press("Enter")
        tab = hand.page.get_by_role("navigation", name="Pages").get_by_role("button", name=wanted, exact=True)
        await expect(tab).to_have_attribute("aria-current", "page")
    await hand.press("Control+p")
    await box.fill("inside")
    await hand.press("Enter")
    await selected(hand.page, "inside")
    # Places only: nothing that would change the page.
    await hand.press("Control+p")
    await box.fill("duplicate")
    await expect(hand.page.get_by_role("dialog", name="Go to").get_by_text("Command")).to_have_count(0)
    await box.fill("greet")
    await hand.press("Enter")
    await expect(region(hand.page, "Code").locator(".cm-content")).to_be_focused()


async def files_and_versions(hand: Hand) -> None:
    code = region(hand.page, "Code")
    await hand.press("Control+b")
    await expect(code.get_by_role("tree", name="Files")).to_be_focused()
    await hand.press("Control+b")
    await expect(code.get_by_role("tree", name="Files")).to_have_count(0)
    await hand.press("Alt+Shift+V")
    await expect(hand.page.get_by_role("dialog", name=re.compile("^Versions of"))).to_be_visible()
    await hand.press("Escape")


async def open_app(hand: Hand) -> None:
    await hand.at("one")
    async with hand.page.expect_popup() as opened:
        await hand.press("Control+Enter")
    tab = await opened.value
    await expect(tab.get_by_text("Inside")).to_be_visible()
    await tab.close()


async def toggles(hand: Hand) -> None:
    page = hand.page
    use = page.get_by_role("button", name="Use app")
    await hand.at("one", "p")
    await expect(use).to_have_attribute("aria-pressed", "true")
    await hand.press("Escape")
    await expect(use).to_have_attribute("aria-pressed", "false")
    await hand.at("one", "u")
    await expect(page.get_by_role("button", name="Second user", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    await hand.at("one", "u")
    await hand.at("one", "t")
    await expect(page.get_by_role("dialog", name=re.compile("[Tt]heme"))).to_be_visible()
    await page.get_by_role("button", name="Theme of the app").click()


async def panes(hand: Hand) -> None:
    names = ("Code", "Log pane", "State", "Event history", "Handlers", "Problems")
    for number, name in enumerate(names, 1):
        shown = region(hand.page, name)
        if await shown.is_visible():
            await hand.at("one", f"Control+{number}")
            await expect(shown).to_be_hidden()
        await hand.at("one", f"Control+{number}")
        await expect(shown).to_be_visible()
    await hand.press("Control+Shift+m")
    await expect(region(hand.page, "Canvas")).to_be_hidden()
    await hand.press("Control+Shift+m")
    await expect(region(hand.page, "Canvas")).to_be_visible()


async def sheet(hand: Hand) -> None:
    await hand.at("one", "?")
    shown = hand.page.get_by_role("dialog", name="Keyboard shortcuts")
    # The editor's own keys are in a group of their own, and its tests.
    groups = shown.locator("section").filter(has_not=hand.page.get_by_role("heading", name="In the code"))
    await expect(groups.locator("kbd").first).to_be_visible()
    keys = await groups.locator("kbd").all_inner_texts()
    assert sorted(keys) == sorted(key for row in TABLE for key in row[0])
    await hand.press("Escape")
    await expect(shown).to_have_count(0)


TABLE: Final[list[tuple[tuple[str, ...], Callable[[Hand], Awaitable[None]]]]] = [
    (("Ctrl+Z", "Ctrl+Shift+Z", "Del"), undo_redo),
    (("Ctrl+C", "Ctrl+X", "Ctrl+V"), clipboard),
    (("Ctrl+D",), duplicate),
    (("F2",), rename),
    (("I",), insert),
    (("Alt+↑", "Alt+↓", "Alt+←", "Alt+→"), steps),
    (("M",), move_to),
    (("Ctrl+G", "Ctrl+Shift+G"), wrap),
    (("↑", "↓", "Shift+Enter", "Enter"), around),
    (("Ctrl+K", "Ctrl+P"), find_anything),
    (("F4", "F12", "Alt+Shift+L"), handler),
    (("Ctrl+S",), save),
    (("Alt+Shift+F", "Alt+Shift+O"), format_and_imports),
    (("F2 in the code", "Shift+F12 in the code"), names_in_the_code),
    (("Ctrl+F12 in the code",), definition),
    (("Ctrl+Shift+F", "Ctrl+Shift+H"), search_the_app),
    (("Ctrl+B", "Alt+Shift+V"), files_and_versions),
    (("Ctrl+Enter",), open_app),
    (("P", "U", "T"), toggles),
    (("Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4", "Ctrl+5", "Ctrl+6", "Ctrl+Shift+M"), panes),
    (("?",), sheet),
]


@pytest.mark.usefixtures("builder")
async def test_every_key_of_the_sheet_does_what_it_says(page: Page) -> None:
    hand = Hand(page)
    for keys, act in TABLE:
        try:
            await act(hand)
        except Exception as error:
            error.add_note(f"at the keys {', '.join(keys)}")
            raise
