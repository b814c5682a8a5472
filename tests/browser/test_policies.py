"""The policies that browsers get are as tight as pages allow: nothing that they do is forbidden to them."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import open_command
from playwright.async_api import ConsoleMessage, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_builder_needs_no_inline_style_but_the_sheets_of_its_editor(
    page: Page, copy_of_hello: Path
) -> None:
    refused: list[str] = []

    def listen(said: ConsoleMessage) -> None:
        # The app in the frame has a policy of its own.
        if "Content Security Policy" in said.text:
            refused.append(said.text)

    page.on("console", listen)
    async with open_command("edit", copy_of_hello, "--no-browser") as command:
        await page.goto(f"{command.origin}/?token=wrong")
        await expect(page.locator("main")).to_have_css("max-width", "512px")
        await page.goto(command.url)
        code = page.get_by_role("region", name="Code")
        content = code.locator(".cm-content")
        await expect(content).to_contain_text("import")
        # From the editor's own sheets.
        await expect(code.locator(".cm-scroller")).to_have_css("display", "flex")
        await content.click()
        await page.keyboard.press("Control+F")
        await expect(code.get_by_role("search", name="Find in this file")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.type("pri")
        await expect(page.frame_locator("iframe[title=App]").locator("main").first).to_be_visible()

    assert refused == []
