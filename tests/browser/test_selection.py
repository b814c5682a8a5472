"""Several components at once in the Builder: selected, moved, wrapped, copied, each as one step."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import text, write_app
from builder_pages import until_the_canvas_listens
from commands import Command, open_command
from playwright.async_api import FrameLocator, Locator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    box: dict[str, Any] = {"id": "box", "type": "section", "children": [text("Inside", "inside")]}
    parts = [text("One", "one"), text("Two", "two"), text("Three", "three"), box]
    return write_app(tmp_path / "app", "", main=parts, second=[])


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, folder: Path) -> AsyncIterator[Command]:
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(app(page).get_by_text("Three")).to_be_visible()
        await until_the_canvas_listens(page)
        yield command


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


def tree(page: Page) -> Locator:
    return page.get_by_role("tree", name="Components")


def row(page: Page, component: str) -> Locator:
    return page.locator(f"#row-{component}")


async def shape(page: Page, *rows: str) -> None:
    """The tree below the page, as indented ids: `box > inside` stands as `.inside`."""
    found = tree(page).get_by_role("treeitem")
    await expect(found).to_have_count(len(rows) + 1)
    for position, name in enumerate(rows, 1):
        await expect(found.nth(position)).to_have_id(f"row-{name.lstrip('.')}")
        await expect(found.nth(position)).to_have_attribute(
            "aria-level", str(2 + len(name) - len(name.lstrip(".")))
        )


@pytest.mark.usefixtures("builder")
async def test_a_selection_grows_by_ctrl_and_shift_and_shrinks_again(page: Page) -> None:
    await row(page, "one").click()
    await row(page, "three").click(modifiers=["Shift"])
    await expect(page.get_by_text("3 components are selected.")).to_be_visible()
    await row(page, "two").click(modifiers=["Control"])
    await expect(page.get_by_text("2 components are selected.")).to_be_visible()
    await expect(tree(page).get_by_role("treeitem", selected=True)).to_have_count(2)

    await app(page).get_by_text("Inside").click(modifiers=["Control"])
    await expect(page.get_by_text("3 components are selected.")).to_be_visible()
    await row(page, "one").click()
    await expect(tree(page).get_by_role("treeitem", selected=True)).to_have_count(1)


@pytest.mark.usefixtures("builder")
async def test_a_selection_is_dragged_together_and_undone_in_one_step(page: Page) -> None:
    await row(page, "one").click()
    await row(page, "three").click(modifiers=["Control"])
    source, target = await row(page, "one").bounding_box(), await row(page, "inside").bounding_box()
    assert source is not None
    assert target is not None

    await page.mouse.move(source["x"] + 90, source["y"] + 12)
    await page.mouse.down()
    await page.mouse.move(target["x"] + 90, target["y"] + 4, steps=6)
    await page.mouse.up()

    await shape(page, "two", "box", ".one", ".three", ".inside")
    await page.get_by_role("button", name="Undo").click()
    await shape(page, "one", "two", "three", "box", ".inside")


@pytest.mark.usefixtures("builder")
async def test_move_to_wrap_and_unwrap_by_keyboard(page: Page) -> None:
    await row(page, "one").click()
    await row(page, "two").click(modifiers=["Control"])
    await page.keyboard.press("m")
    await page.get_by_label("Component to move into").fill("box")
    await page.keyboard.press("Enter")
    await shape(page, "three", "box", ".inside", ".one", ".two")

    await row(page, "inside").click()
    await row(page, "one").click(modifiers=["Shift"])
    await page.keyboard.press("Control+g")
    await shape(page, "three", "box", ".section", "..inside", "..one", ".two")
    await expect(row(page, "section")).to_have_attribute("aria-selected", "true")

    await page.keyboard.press("Control+Shift+G")
    await shape(page, "three", "box", ".inside", ".one", ".two")
    await expect(tree(page).get_by_role("treeitem", selected=True)).to_have_count(2)


@pytest.mark.usefixtures("builder")
async def test_a_selection_is_duplicated_deleted_and_copied_to_another_page(page: Page) -> None:
    await row(page, "one").click()
    await row(page, "two").click(modifiers=["Control"])
    await page.keyboard.press("Control+d")
    await shape(page, "one", "one_2", "two", "two_2", "three", "box", ".inside")
    await page.keyboard.press("Delete")
    await shape(page, "one", "two", "three", "box", ".inside")

    await row(page, "two").click()
    await row(page, "box").click(modifiers=["Control"])
    await page.keyboard.press("Control+c")
    await page.get_by_role("button", name="second", exact=True).click()
    await expect(app(page).get_by_text("Three")).to_have_count(0)
    await row(page, "second").click()
    await page.keyboard.press("Control+v")
    await shape(page, "two_2", "box_2", ".inside_2")


@pytest.mark.usefixtures("builder")
async def test_alt_copies_what_is_dragged_on_the_canvas(page: Page) -> None:
    source = await app(page).get_by_text("One").bounding_box()
    target = await app(page).get_by_text("Three").bounding_box()
    assert source is not None
    assert target is not None

    await page.mouse.move(source["x"] + 10, source["y"] + 10)
    await page.keyboard.down("Alt")
    await page.mouse.down()
    await page.mouse.move(target["x"] + 10, target["y"] + target["height"] - 2, steps=8)
    await expect(page.get_by_text("Copy of")).to_be_visible()
    await page.mouse.up()
    await page.keyboard.up("Alt")

    await shape(page, "one", "two", "three", "one_2", "box", ".inside")
