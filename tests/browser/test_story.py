"""What a person can do: from an empty app to a button that counts, in a real browser, by the real command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from builder_pages import until_the_canvas_listens, until_versions_are_live
from commands import mainspring_command, open_command
from playwright.async_api import FrameLocator, Locator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def create(path: Path, *options: str) -> None:
    import asyncio

    process = await asyncio.create_subprocess_exec(*mainspring_command(), "create", str(path), *options)
    async with asyncio.timeout(20):
        assert await process.wait() == 0


def region(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


def chip(page: Page) -> Locator:
    return page.get_by_role("status").first


async def drag(page: Page, source: Locator, target: Locator) -> None:
    """As a hand does it: press, move in steps, let go."""
    await source.scroll_into_view_if_needed()
    start, end = await source.bounding_box(), await target.bounding_box()
    assert start is not None
    assert end is not None
    await page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    await page.mouse.down()
    x, y = end["x"] + end["width"] / 2, end["y"] + min(end["height"] / 2, 200)
    await page.mouse.move(x, y - 20, steps=8)
    await page.mouse.move(x, y, steps=4)
    await page.mouse.up()


async def drop_from_palette(page: Page, title: str) -> None:
    await drag(page, region(page, "Palette").get_by_text(title, exact=True), page.get_by_title("App"))


async def wait_until_live(page: Page) -> None:
    await expect(chip(page)).to_contain_text(re.compile(r"live", re.IGNORECASE))


async def test_from_an_empty_app_to_a_button_that_counts(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "my_app"
    await create(path, "--template", "empty")
    main = path / "main.py"

    async with open_command("edit", path, "--port", "0", "--no-browser") as builder:
        await page.goto(builder.url)
        await wait_until_live(page)
        await until_the_canvas_listens(page)

        # A text that shows the counter, and a button.
        await drop_from_palette(page, "Text")
        await region(page, "Settings").get_by_label("Text", exact=True).fill("Count: @{counter}")
        await drop_from_palette(page, "Button")
        await expect(app(page).get_by_role("button", name="Button")).to_be_visible()
        await expect(app(page).get_by_text("Count:")).to_be_visible()

        # Its handler, written by the Builder and completed by hand.
        await region(page, "Events").get_by_role("button", name="Create handler").first.click()
        code = region(page, "Code")
        await expect(code.get_by_text("def handle_button_click")).to_be_visible()
        assert "def handle_button_click" in main.read_text(encoding="utf-8")
        await until_versions_are_live(page, 2)
        # The cursor stands in its body, the example there is selected: typing replaces it.
        await expect(code.locator(".cm-content")).to_be_focused()
        await page.keyboard.type('state["counter"] = (state["counter"] or 0) + 1\n')
        await page.keyboard.type('print("counted to", state["counter"])')
        await page.keyboard.press("Control+s")
        await expect(code.get_by_label("unsaved")).to_have_count(0)
        await until_versions_are_live(page, 3)
        assert "counted to" in main.read_text(encoding="utf-8")

        # A click in the live app counts, and what it prints stands in the log.
        await region(page, "Canvas").get_by_title("App").scroll_into_view_if_needed()
        use = page.get_by_role("button", name="Use app")
        await use.click()
        await app(page).get_by_role("button", name="Button").click()
        await expect(app(page).get_by_text("Count: 1")).to_be_visible()
        log = page.get_by_role("log")
        await expect(log.get_by_text("counted to 1")).to_be_visible()

        # New code answers; the counter keeps its value.
        text = main.read_text(encoding="utf-8")
        await replace_code(page, text.replace("+ 1", "+ 10"))
        await page.keyboard.press("Control+s")
        await expect(chip(page)).to_contain_text(re.compile(r"kept 1"))
        await expect(app(page).get_by_text("Count: 1")).to_be_visible()
        await app(page).get_by_role("button", name="Button").click()
        await expect(app(page).get_by_text("Count: 11")).to_be_visible()

        # A syntax error touches nothing that runs, and is shown where it stands.
        await replace_code(page, main.read_text(encoding="utf-8") + "\ndef broken(:\n")
        await page.keyboard.press("Control+s")
        await expect(chip(page)).to_contain_text(re.compile(r"failed — version \d+ still serves"))
        await expect(log.get_by_text(re.compile("SyntaxError|invalid syntax")).first).to_be_visible()
        await expect(code.locator(".cm-lintRange-error, .cm-lint-marker-error").first).to_be_visible()
        await app(page).get_by_role("button", name="Button").click()
        await expect(app(page).get_by_text("Count: 21")).to_be_visible()

        # Mended; then everything is there after a reload of the page.
        await replace_code(page, text.replace("+ 1", "+ 100"))
        await page.keyboard.press("Control+s")
        await expect(chip(page)).to_contain_text(re.compile(r"kept 1"))
        await page.reload()
        await wait_until_live(page)
        await expect(app(page).get_by_role("button", name="Button")).to_be_visible()
        await expect(region(page, "Code").get_by_text("def handle_button_click")).to_be_visible()

    # And after a restart of the command.
    async with open_command("edit", path, "--port", "0", "--no-browser") as builder:
        await page.goto(builder.url)
        await wait_until_live(page)
        await page.get_by_role("button", name="Use app").click()
        await app(page).get_by_role("button", name="Button").click()
        await expect(app(page).get_by_text("Count: 100")).to_be_visible()

    # The finished app, without the editing side.
    async with open_command("run", path, "--port", "0") as served:
        await page.goto(served.url)
        await page.get_by_role("button", name="Button").click()
        await expect(page.get_by_text("Count: 100")).to_be_visible()


async def replace_code(page: Page, text: str) -> None:
    """Select all in the editor and type the new text, the way a paste does."""
    editor = region(page, "Code").locator(".cm-content")
    await editor.click()
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(text)
