"""Starting: an empty page says what to do, and whoever wants it gets a tour."""

from __future__ import annotations

from pathlib import Path

import pytest
from accessibility import see_nothing_serious_in_the_builder
from browser_apps import write_app
from commands import open_command
from playwright.async_api import Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_an_empty_page_offers_three_ways_to_start_and_a_tour_that_can_be_left(
    page: Page, tmp_path: Path
) -> None:
    folder = write_app(tmp_path / "app", "def save():\n    pass\n", main=[])
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        empty = page.get_by_role("region", name="The page is empty")
        await expect(empty.get_by_role("listitem")).to_have_count(3)

        await see_nothing_serious_in_the_builder(page, "an empty page")
        await empty.get_by_role("button", name="Take the tour").click()
        tour = page.get_by_role("dialog", name="Tour")
        for number, title in enumerate(
            ["Components", "Your app, live", "Settings", "Events", "Code", "Watching it run"], 1
        ):
            await expect(page.get_by_role("dialog", name=f"Tour: {title}")).to_contain_text(f"{number} of 6")
            await expect(tour.get_by_role("button", name="Done" if number == 6 else "Next")).to_be_focused()
            if number == 2:
                await see_nothing_serious_in_the_builder(page, "the tour")
            await page.keyboard.press("Enter")
        await expect(tour).to_have_count(0)
        await empty.get_by_role("button", name="Take the tour").click()
        await expect(tour.get_by_role("button", name="Next")).to_be_focused()
        await page.keyboard.press("ArrowRight")
        await tour.get_by_role("button", name="Back").click()
        await tour.get_by_role("button", name="Skip").click()
        await expect(tour).to_have_count(0)
        assert "tour" not in await page.evaluate("JSON.stringify(localStorage)")

        await empty.get_by_role("button", name="Begin with the code").click()
        await expect(page.get_by_role("textbox", name="main.py")).to_be_focused()
        await empty.get_by_role("button", name="Insert a component").click()
        await expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
        await page.keyboard.press("Escape")
        await empty.get_by_role("button", name="Begin with a small form").click()

        await expect(empty).to_have_count(0)
        app = page.frame_locator("iframe[title='App']")
        await page.get_by_role("button", name="Use app").click()
        await app.get_by_label("Your name").fill("Ada")
        await expect(app.get_by_text("Nice to meet you, Ada.")).to_be_visible()
        await page.get_by_role("button", name="Undo", exact=True).click()
        await expect(empty).to_be_visible()
