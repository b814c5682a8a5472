"""A name of the app changes everywhere at once, after a look at what that means."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import button, write_app
from builder_pages import until_versions_are_live
from commands import Command, open_command
from playwright.async_api import FrameLocator, Locator, Page, Route, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    def save(state):
        print("saved")


    def other(state):
        save(state)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_app(tmp_path / "app", MAIN, main=[button("go", "save")], second=[button("again", "save")])


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, folder: Path) -> AsyncIterator[Command]:
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(app(page).get_by_role("button", name="Go")).to_be_visible()
        await expect(page.get_by_role("textbox", name="main.py")).to_contain_text("def save")
        yield command


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Rename save")


def links(folder: Path) -> list[str]:
    pages = [json.loads((folder / "pages" / f"{key}.json").read_text()) for key in ("main", "second")]
    return [page["children"][0]["on"]["wf-click"] for page in pages]


async def rename_to(page: Page, name: str) -> None:
    await dialog(page).get_by_label("New name").fill(name)
    await dialog(page).get_by_role("button", name="Rename everywhere").click()
    await expect(dialog(page)).to_have_count(0)


@pytest.mark.usefixtures("builder")
async def test_f2_in_the_code_renames_in_code_and_pages_with_a_preview_and_one_undo(
    page: Page, folder: Path
) -> None:
    await page.get_by_role("textbox", name="main.py").get_by_text("save", exact=True).first.click()
    await page.keyboard.press("F2")
    await expect(dialog(page)).to_contain_text("2 lines in 1 file, 2 links on 2 pages")
    await dialog(page).get_by_label("New name").fill("keep")
    preview = dialog(page).get_by_role("region", name="What changes")
    await expect(preview).to_contain_text("def keep(state):")
    assert links(folder) == ["save", "save"]

    await page.keyboard.press("Enter")

    await expect(page.get_by_text("save is keep now, in 1 file and 2 pages.")).to_be_visible()
    await expect(page.get_by_role("textbox", name="main.py")).to_contain_text("def keep(state)")
    assert links(folder) == ["keep", "keep"]
    await page.get_by_role("button", name="Use app").click()
    await app(page).get_by_role("button", name="Go").click()
    await expect(page.get_by_role("log").get_by_text("saved", exact=True)).to_be_visible()

    await page.get_by_role("button", name="Undo the rename").click()
    await expect(page.get_by_role("textbox", name="main.py")).to_contain_text("def save(state)")
    await expect(page.get_by_text("save has its name back.")).to_be_visible()
    assert links(folder) == ["save", "save"]


async def test_a_click_right_after_a_rename_waits_for_the_version_that_has_the_new_name(
    page: Page, folder: Path
) -> None:
    held = folder / "held"
    slow = "import time\nfrom pathlib import Path\n\nwhile Path('held').exists():\n    time.sleep(0.001)\n"
    (folder / "main.py").write_text(slow + (folder / "main.py").read_text())
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(page.get_by_role("log").get_by_text("live in")).to_be_visible()
        held.touch()
        await page.get_by_role("tab", name="Handlers").click()
        await page.get_by_role("button", name="Rename save").click()
        await rename_to(page, "keep")
        assert links(folder) == ["keep", "keep"]
        await page.get_by_role("button", name="Use app").click()
        go = app(page).get_by_role("button", name="Go")
        await go.click()
        await expect(go).to_have_attribute("aria-busy", "true")
        held.unlink()

        await expect(go).not_to_have_attribute("aria-busy", "true")
        await page.get_by_role("tab", name="Log").click()
        log = page.get_by_role("log")
        await expect(log.get_by_text("saved", exact=True)).to_be_visible()
        await expect(log.get_by_text("has no")).to_have_count(0)


@pytest.mark.usefixtures("builder")
async def test_what_is_typed_before_the_preview_is_there_is_the_new_name(page: Page) -> None:
    # The dialogs are loaded with the first of them.
    await page.get_by_role("button", name="Keyboard shortcuts").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    answers = asyncio.Event()

    async def later(route: Route) -> None:
        await answers.wait()
        await route.continue_()

    await page.route("**/api/renames/plan", later)
    code = page.get_by_role("textbox", name="main.py")
    await code.get_by_text("save", exact=True).first.click()

    await page.keyboard.press("F2")
    await page.keyboard.type("keep")
    answers.set()

    await expect(dialog(page)).to_contain_text("2 lines in 1 file, 2 links on 2 pages")
    await expect(dialog(page).get_by_label("New name")).to_have_value("keep")
    await expect(dialog(page).get_by_role("button", name="Rename everywhere")).to_be_enabled()
    await expect(code).to_contain_text("def save(state)")


@pytest.mark.usefixtures("builder")
async def test_a_name_that_is_taken_or_none_is_refused_while_it_is_typed(page: Page) -> None:
    await page.get_by_role("tab", name="Handlers").click()
    await page.get_by_role("button", name="Rename save").click()
    name = dialog(page).get_by_label("New name")
    await expect(name).to_have_value("save")
    for text, words in (("other", "There is a “other” already at main.py"), ("2nd", "is no name in Python")):
        await name.fill(text)
        await expect(dialog(page).get_by_role("alert")).to_contain_text(words)
        await expect(dialog(page).get_by_role("button", name="Rename everywhere")).to_be_disabled()
    await page.keyboard.press("Escape")
    await expect(dialog(page)).to_have_count(0)


@pytest.mark.usefixtures("builder")
async def test_unsaved_work_is_saved_along_with_a_rename(page: Page, folder: Path) -> None:
    code = page.get_by_role("textbox", name="main.py")
    await code.get_by_text("saved").click()
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    await page.keyboard.type("print('typed')")
    await page.get_by_role("tab", name="Handlers").click()
    await page.get_by_role("button", name="Rename save").click()
    await expect(dialog(page)).to_contain_text("its unsaved work is saved with it")

    await rename_to(page, "keep")

    await expect(code).to_contain_text("def keep(state)")
    await expect(page.get_by_role("img", name="unsaved")).to_have_count(0)
    assert "print('typed')" in (folder / "main.py").read_text()


@pytest.mark.usefixtures("builder")
async def test_taking_a_rename_back_leaves_what_was_typed_since_where_it_is(page: Page, folder: Path) -> None:
    code = page.get_by_role("textbox", name="main.py")
    await code.get_by_text("save", exact=True).first.click()
    await page.keyboard.press("F2")
    await rename_to(page, "keep")
    await code.get_by_text("saved").click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("# typed since")

    await page.get_by_role("button", name="Undo the rename").click()

    await expect(page.get_by_text("save has its name back.")).to_be_visible()
    assert "def save(state)" in (folder / "main.py").read_text()
    await expect(code).to_contain_text("# typed since")
    bar = page.get_by_role("region", name="Code", exact=True).get_by_role("alert")
    await expect(bar).to_contain_text("main.py has changed on disk")


@pytest.mark.usefixtures("builder")
async def test_references_are_listed_and_lead_to_their_places(page: Page) -> None:
    await page.get_by_role("textbox", name="main.py").get_by_text("save", exact=True).first.click()
    await page.keyboard.press("Shift+F12")
    shown = page.get_by_role("dialog", name="References of save")

    await shown.get_by_role("button", name="save(state)").last.click()

    await expect(shown).to_have_count(0)
    await expect(page.locator(".cm-activeLine")).to_have_text("    save(state)")


@pytest.mark.usefixtures("builder")
async def test_a_rename_made_elsewhere_is_recognised_and_offered(page: Page, folder: Path) -> None:
    main = folder / "main.py"
    main.write_text(main.read_text().replace("save(", "keep("))

    await expect(page.get_by_text("2 components used save; relink to keep?")).to_be_visible()
    await page.get_by_role("button", name="Relink to keep").click()

    await expect(page.get_by_role("button", name="Relink to keep")).to_have_count(0)
    await until_versions_are_live(page, 2)
    await page.get_by_role("button", name="Use app").click()
    await app(page).get_by_role("button", name="Go").click()
    await expect(page.get_by_role("log").get_by_text("saved", exact=True)).to_be_visible()
    assert links(folder) == ["keep", "keep"]
