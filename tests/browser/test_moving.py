"""Components that are carried: one hit test for tree and canvas, words, refusals, edges, copies."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import text, write_app
from commands import Command, open_command
from playwright.async_api import FrameLocator, Locator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LINES = 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    box: dict[str, Any] = {"id": "box", "type": "section", "fields": {"title": "Box"}, "children": []}
    first: list[Any] = [text("One", "one"), text("Two", "two"), box]
    lines = [text(f"Line {number}", f"line_{number}") for number in range(LINES)]
    return write_app(tmp_path / "app", "", main=[*first, *lines], second=[])


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, folder: Path) -> AsyncIterator[Command]:
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(app(page).get_by_text("Drop a component here")).to_be_visible()
        yield command


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


def row(page: Page, component: str) -> Locator:
    return page.locator(f"#row-{component}")


def children(folder: Path, parent: str = "main") -> list[str]:
    page = json.loads((folder / "pages" / "main.json").read_text("utf-8"))
    holder = page if parent == "main" else next(each for each in page["children"] if each["id"] == parent)
    return [child["id"] for child in holder.get("children", [])]


async def point(locator: Locator, x: float = 0.5, y: float = 0.5) -> tuple[float, float]:
    box = await locator.bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


async def carry(page: Page, source: Locator, target: Locator, x: float = 0.5, y: float = 0.5) -> None:
    """Take ``source`` over ``target``, without letting go."""
    await source.scroll_into_view_if_needed()
    await page.mouse.move(*await point(source, 0.3))
    await page.mouse.down()
    await page.mouse.move(*await point(target, x, y), steps=4)
    # What was passed at its edge has scrolled.
    await page.mouse.move(*await point(target, x, y))


def tile(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name="Palette").get_by_role("button", name=name, exact=True)


async def dropped(page: Page) -> None:
    await page.mouse.up()
    await expect(page.locator(".drag-layer")).to_have_count(0)


async def test_from_palette_tree_and_canvas_onto_tree_and_canvas_the_same_places_are_chosen_in_the_same_words(
    page: Page, builder: Command, folder: Path
) -> None:
    words = page.locator(".carried-where")
    sources = {
        "palette": tile(page, "Heading"),
        "tree": row(page, "line_0"),
        "canvas": app(page).get_by_text("Line 0", exact=True),
    }
    for source in sources.values():
        for target in (row(page, "two"), app(page).get_by_text("Two", exact=True)):
            await carry(page, source, target, 0.5, 0.2)
            await expect(words).to_have_text("in Page main, before Two")
            await page.mouse.move(*await point(target, 0.5, 0.85), steps=2)
            await expect(words).to_have_text("in Page main, before Box")
            await page.keyboard.press("Escape")
            await dropped(page)
    # Into the slot of what is empty.
    slot = app(page).get_by_text("Drop a component here")
    await carry(page, sources["canvas"], slot)
    await expect(words).to_have_text("in Box")
    await dropped(page)
    await expect(slot).to_have_count(0)
    assert children(folder, "box") == ["line_0"]
    undo = page.get_by_role("button", name="Undo")
    await undo.hover()
    await expect(page.locator(".tooltip.shown")).to_contain_text("Move Line 0 into Box")


@pytest.mark.usefixtures("builder")
async def test_an_impossible_parent_is_outlined_with_the_reason_and_takes_nothing(
    page: Page, folder: Path
) -> None:
    before = (folder / "pages" / "main.json").read_bytes()
    await carry(page, tile(page, "Column"), app(page).get_by_text("Two", exact=True))
    await expect(page.locator(".drop-parent.refused")).to_be_visible()
    await expect(page.locator(".carried-no")).to_have_text("Column stands only in Columns.")
    await expect(page.locator(".drop-line")).to_have_count(0)
    await dropped(page)

    # Of several that are carried, one is enough to be refused.
    await row(page, "one").click()
    await row(page, "box").click(modifiers=["Control"])
    await carry(page, row(page, "one"), app(page).get_by_text("Drop a component here"))
    await expect(page.locator(".carried-no")).to_have_text("A component can't stand in itself.")
    await dropped(page)

    assert (folder / "pages" / "main.json").read_bytes() == before


@pytest.mark.usefixtures("builder")
async def test_alt_copies_everything_that_is_carried_also_when_it_is_pressed_while_the_pointer_rests(
    page: Page, folder: Path
) -> None:
    await row(page, "one").click()
    await row(page, "two").click(modifiers=["Control"])
    target = app(page).get_by_text("Drop a component here")
    for source in (row(page, "one"), app(page).get_by_text("One", exact=True).first):
        await carry(page, source, target)
        await page.keyboard.down("Alt")
        await expect(page.locator(".carried-name")).to_contain_text("Copy of")
        await page.keyboard.up("Alt")
        await expect(page.locator(".carried-name")).not_to_contain_text("Copy of")
        await page.keyboard.down("Alt")
        await dropped(page)
        await page.keyboard.up("Alt")
        await expect(page.get_by_role("treeitem", selected=True)).to_have_count(2)
        await expect(row(page, "two_2")).to_be_visible()
        assert children(folder, "box") == ["one_2", "two_2"]
        await page.get_by_role("button", name="Undo").click()
        await expect(row(page, "two_2")).to_have_count(0)
        assert children(folder)[:2] == ["one", "two"]
        await row(page, "one").click()
        await row(page, "two").click(modifiers=["Control"])


@pytest.mark.usefixtures("builder")
async def test_canvas_and_tree_scroll_while_something_rests_at_their_edges(page: Page) -> None:
    tree = page.get_by_role("tree", name="Components")
    for source in (tile(page, "Heading"), app(page).get_by_text("One", exact=True)):
        await carry(page, source, page.get_by_title("App"), 0.5, 0.985)
        await expect(app(page).get_by_text(f"Line {LINES - 1}", exact=True)).to_be_in_viewport()
        await page.mouse.move(*await point(page.get_by_title("App"), 0.5, 0.015), steps=2)
        await expect(app(page).get_by_text("One", exact=True)).to_be_in_viewport()
        await page.mouse.move(*await point(tree, 0.5, 0.97), steps=2)
        await expect(row(page, f"line_{LINES - 1}")).to_be_in_viewport()
        await page.mouse.move(*await point(tree, 0.5, 0.03), steps=2)
        await expect(row(page, "one")).to_be_in_viewport()
        await page.keyboard.press("Escape")
        await dropped(page)


async def test_components_are_pasted_on_another_page_and_in_another_app_with_ids_of_their_own(
    page: Page, builder: Command, folder: Path, tmp_path: Path
) -> None:
    await row(page, "one").click()
    await row(page, "two").click(modifiers=["Control"])
    await page.keyboard.press("Control+c")
    await page.get_by_role("navigation", name="Pages").get_by_role("button", name="second").click()
    await row(page, "second").click()
    await page.keyboard.press("Control+v")
    await expect(row(page, "two_2")).to_be_visible()
    held = json.loads(await page.evaluate("navigator.clipboard.readText()"))
    assert [each["id"] for each in held["components"]] == ["one", "two"]

    other = write_app(tmp_path / "other", "", main=[text("There before", "one")])
    async with open_command("edit", other, "--port", "0", "--no-browser") as second:
        await page.goto(second.url)
        await row(page, "main").click()
        await page.keyboard.press("Control+v")
        await expect(row(page, "two")).to_be_visible()
        assert children(other) == ["one", "one_2", "two"]
