"""An app's theme and style sheet: in its file, in the Builder, live in the page that is open."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from browser_apps import button, text, write_app
from commands import open_command
from playwright.async_api import FrameLocator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save = {**button("save", "go"), "type": "button"}
    save["fields"] = {**save["fields"], "css_class": "loud"}
    code = "def go(state):\n    pass\n"
    return write_app(tmp_path / "app", code, main=[text("Words", "words"), save])


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


async def test_a_theme_that_is_saved_in_the_file_is_live_and_a_bad_one_changes_nothing(
    page: Page, folder: Path
) -> None:
    settings = folder / "mainspring.toml"
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        save = app(page).get_by_role("button", name="Save")
        await expect(save).to_have_css("background-color", "rgb(54, 81, 212)")

        settings.write_text('[theme]\naccent = "#0f766e"\nradius = 12\nscheme = "dark"\n')
        await expect(save).to_have_css("border-top-left-radius", "12px")
        await expect(app(page).locator("html")).to_have_attribute("data-theme", "dark")

        settings.write_text("[theme]\nradius = 99\n")
        await expect(page.get_by_role("log")).to_contain_text("mainspring.toml")
        await expect(save).to_have_css("border-top-left-radius", "12px")
        settings.write_text('[theme]\naccent = "#0f766e"\n')
        await expect(save).to_have_css("background-color", "rgb(15, 118, 110)")


async def test_the_style_sheet_of_the_app_reaches_its_classes_and_is_live(page: Page, folder: Path) -> None:
    sheet = folder / "assets" / "style.css"
    sheet.parent.mkdir()
    sheet.write_text(".loud { letter-spacing: 3px; }")
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        save = app(page).get_by_role("button", name="Save")
        await expect(save).to_have_css("letter-spacing", "3px")

        sheet.write_text(".loud { letter-spacing: 5px; }")
        await expect(save).to_have_css("letter-spacing", "5px")
        sheet.unlink()
        await expect(save).to_have_css("letter-spacing", "normal")


async def test_the_builder_sets_the_theme_with_what_it_writes_shown_at_once(page: Page, folder: Path) -> None:
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        save = app(page).get_by_role("button", name="Save")
        await expect(save).to_be_visible()
        await page.get_by_role("button", name="Theme of the app").click()
        dialog = page.get_by_role("dialog", name="Theme of the app")

        await dialog.get_by_label("Density").select_option("roomy")
        await expect(save).to_have_css("min-height", re.compile("42px"))
        await dialog.get_by_label("Accent, light").fill("#b42318")
        await expect(save).to_have_css("background-color", "rgb(180, 35, 24)")
        written = tomllib.loads((folder / "mainspring.toml").read_text())
        assert written == {"theme": {"accent": "#b42318", "density": "roomy"}}

        await dialog.get_by_label("Text, light").fill("#eeeeee")
        await expect(page.get_by_text("Text on surface can hardly be read")).to_be_visible()
        await dialog.get_by_role("button", name="Back to the usual theme").click()
        await expect(save).to_have_css("background-color", "rgb(54, 81, 212)")


async def test_in_run_mode_the_theme_is_there_with_the_first_paint(page: Page, folder: Path) -> None:
    (folder / "mainspring.toml").write_text('[theme]\naccent = "#0f766e"\nscheme = "light"\n')
    async with open_command("run", folder, "--port", "0") as served:
        await page.goto(served.url)

        await expect(page.locator("html")).to_have_attribute("data-theme", "light")
        await expect(page.locator("link[data-looks]")).to_have_attribute("href", re.compile("^theme.css"))
        await expect(page.get_by_role("button", name="Save")).to_have_css(
            "background-color", "rgb(15, 118, 110)"
        )
