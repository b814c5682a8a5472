"""The gallery: each of its pages in both themes and three widths, without error or foreign request."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, Literal

import pytest
import pytest_asyncio
from commands import Command, open_command
from mainspring.builder.settings import examples_folder
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

GALLERY = examples_folder() / "gallery"
PAGES: list[dict[str, Any]] = sorted(
    (json.loads(file.read_text(encoding="utf-8")) for file in (GALLERY / "pages").glob("*.json")),
    key=lambda page: page["order"],
)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def gallery() -> AsyncIterator[Command]:
    async with open_command("run", GALLERY, "--port", "0") as served:
        yield served


@pytest.mark.parametrize("shown", PAGES, ids=lambda page: page["id"])
async def test_a_page_opens_in_both_themes_without_an_error_and_asks_nobody_else(
    page: Page, gallery: Command, shown: dict[str, Any]
) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    title = next(child["fields"]["text"] for child in shown["children"] if child["type"] == "heading")
    for theme in THEMES:
        await page.emulate_media(color_scheme=theme)
        await page.goto(f"{gallery.origin}/{shown['id']}")
        await expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        await page.wait_for_load_state("networkidle")

        for width in (360, 820, 1440):
            await page.set_viewport_size({"width": width, "height": 900})
            # What is drawn to measure follows the width a little later.
            fits = "(width) => document.documentElement.scrollWidth <= width"
            await page.wait_for_function(fits, arg=width)

    assert [url for url in asked if not url.startswith((f"{gallery.origin}/", "blob:", "data:"))] == []
    assert said == []


async def test_a_press_in_the_gallery_says_what_its_handler_was_given(page: Page, gallery: Command) -> None:
    await page.goto(f"{gallery.origin}/input")

    await page.get_by_role("button", name="Roast a batch").click()

    await expect(page.get_by_text("wf-click · {'ctrl_key': False")).to_be_visible()
