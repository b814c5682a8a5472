"""Pages that can't be read: merged by choosing, or taken back; nothing is overwritten unasked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from accessibility import see_nothing_serious_in_the_builder
from browser_apps import text, write_app
from commands import open_command
from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.pages.page_conflicts import marked
from mainspring.builder.pages.tree_store import encode_page
from mainspring.runtime.protocol import Component
from playwright.async_api import Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return write_app(tmp_path / "app", "", main=[text("All is well.", "told")], other=[])


async def until_kept(state: Path) -> None:
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(lambda: list(state.glob("*/versions/*/pages%2Fmain%2Ejson/*"))):
            pass


def page_bytes(words: str) -> bytes:
    part = Component(id="told", type="text", fields={"text": words})
    return encode_page(Component(id="main", type="page", children=(part,)), 1, load_catalogue())


async def test_a_page_with_conflict_markers_is_resolved_in_the_canvas(page: Page, folder: Path) -> None:
    file = folder / "pages" / "main.json"
    file.write_bytes(marked(page_bytes("Mine"), page_bytes("Theirs"), ("HEAD", "branch")))
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await page.get_by_role("button", name="main", exact=True).click()
        await expect(page.get_by_text("unresolved git conflict")).to_be_visible()
        await expect(page.get_by_role("button", name="Write the page")).to_be_disabled()

        await see_nothing_serious_in_the_builder(page, "a page with a conflict")

        question = page.get_by_role("group", name="Text of Mine (told)")
        await question.get_by_label("Theirs: Theirs").check()
        await page.get_by_role("button", name="Write the page").click()

        await expect(page.frame_locator("iframe[title='App']").get_by_text("Theirs")).to_be_visible()
        assert file.read_bytes() == page_bytes("Theirs")


async def test_a_damaged_page_is_taken_back_from_the_last_good_version(page: Page, folder: Path) -> None:
    file = folder / "pages" / "main.json"
    before = file.read_bytes()
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        app = page.frame_locator("iframe[title='App']")
        await expect(app.get_by_text("All is well.")).to_be_visible()
        # The app may be seen before the Builder knows its pages.
        await expect(page.get_by_role("treeitem", name="Page main")).to_be_visible()
        await until_kept(folder.parent / "state")
        damaged = before[: len(before) // 2]
        file.write_bytes(damaged)

        await expect(page.get_by_role("region", name="Page main")).to_contain_text("line")
        await see_nothing_serious_in_the_builder(page, "a damaged page")
        assert file.read_bytes() == damaged
        await page.get_by_role("button", name="Take this version back").click()

        await expect(page.get_by_role("region", name="Page main")).to_have_count(0)
        await expect(app.get_by_text("All is well.")).to_be_visible()
        assert file.read_bytes() == before
