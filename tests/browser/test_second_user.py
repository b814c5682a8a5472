"""A second user in the Builder: another session beside the canvas, which is used and never edited."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from accessibility import see_nothing_serious_in_the_builder
from browser_apps import button, text, write_app
from builder_pages import until_the_canvas_listens
from commands import Command, open_command
from playwright.async_api import FrameLocator, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({"n": 1})

    def add(state):
        state["n"] += 1
"""


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, tmp_path: Path) -> AsyncIterator[Command]:
    parts = [text("There are @{n}.", "told"), button("go", "add")]
    folder = write_app(tmp_path / "app", MAIN, main=parts, other=[text("The other page.", "elsewhere")])
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(first(page).get_by_text("There are 1.")).to_be_visible()
        await until_the_canvas_listens(page)
        yield command


def first(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


def second(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App of the second user']")


def toggle(page: Page) -> Locator:
    return page.get_by_role("button", name="Second user", exact=True)


async def open_second(page: Page) -> None:
    await toggle(page).click()
    await expect(second(page).get_by_text("There are 1.")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_the_second_user_has_a_session_of_their_own_also_after_the_builder_is_loaded_again(
    page: Page,
) -> None:
    await open_second(page)
    await see_nothing_serious_in_the_builder(page, "the second user")

    await second(page).get_by_role("button", name="Go").click()
    await second(page).get_by_role("button", name="Go").click()

    await expect(second(page).get_by_text("There are 3.")).to_be_visible()
    await expect(first(page).get_by_text("There are 1.")).to_be_visible()
    await page.reload()
    await expect(second(page).get_by_text("There are 3.")).to_be_visible()
    await expect(first(page).get_by_text("There are 1.")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_clicks_in_the_second_act_while_those_in_the_canvas_select(page: Page) -> None:
    await open_second(page)
    chosen = page.get_by_role("tree", name="Components").get_by_role("treeitem", selected=True)

    await second(page).get_by_role("button", name="Go").click()
    await expect(second(page).get_by_text("There are 2.")).to_be_visible()
    await expect(chosen).to_have_count(0)
    await first(page).get_by_role("button", name="Go").click()

    await expect(chosen).to_contain_text("go")
    await expect(first(page).get_by_text("There are 1.")).to_be_visible()
    await expect(page.locator(".second-user .outline")).to_have_count(0)


@pytest.mark.usefixtures("builder")
async def test_state_and_events_of_the_second_user_can_be_chosen(page: Page) -> None:
    await open_second(page)
    await second(page).get_by_role("button", name="Go").click()
    await page.get_by_role("tab", name="State").click()
    state = page.get_by_role("region", name="State", exact=True)
    await expect(state.get_by_role("treeitem", name="n: 1", exact=True)).to_be_visible()

    await state.get_by_label("Session", exact=True).select_option(label="Second user")

    await expect(state.get_by_role("treeitem", name="n: 2", exact=True)).to_be_visible()
    await page.get_by_role("tab", name="Event history").click()
    events = page.get_by_role("region", name="Event history")
    await expect(events.get_by_role("button", name="wf-click")).to_have_count(1)
    await events.get_by_label("Session", exact=True).select_option(label="This canvas")
    await expect(events.get_by_role("button", name="wf-click")).to_have_count(0)


@pytest.mark.usefixtures("builder")
async def test_closing_the_second_user_ends_their_session(page: Page, builder: Command) -> None:
    await open_second(page)
    await second(page).get_by_role("button", name="Go").click()
    await expect(second(page).get_by_text("There are 2.")).to_be_visible()
    await page.get_by_role("tab", name="State").click()
    picker = page.get_by_role("region", name="State", exact=True).get_by_label("Session", exact=True)
    await expect(picker).to_be_visible()

    await page.get_by_role("button", name="Close the second user").click()

    await expect(picker).to_have_count(0)
    await open_second(page)


@pytest.mark.usefixtures("builder")
async def test_the_second_user_has_a_width_and_a_page_of_their_own(page: Page) -> None:
    await open_second(page)
    await page.get_by_role("navigation", name="Pages").get_by_role("button", name="other").click()
    await expect(first(page).get_by_text("The other page.")).to_be_visible()

    await (
        page.get_by_role("group", name="Width of the second user's page")
        .get_by_role("button", name="Phone, 390 px")
        .click()
    )

    await expect(second(page).get_by_text("There are 1.")).to_be_visible()
    await expect(second(page).locator("html")).to_have_js_property("clientWidth", 390)
    assert await first(page).locator("html").evaluate("root => innerWidth") != 390
    await second(page).get_by_role("button", name="Go").focus()
    await page.keyboard.press("p")
    await expect(page.get_by_role("button", name="Use app")).to_have_attribute("aria-pressed", "false")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("dialog", name="Go to")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_the_line_between_both_users_moves_with_the_arrow_keys(page: Page) -> None:
    await open_second(page)
    line = page.get_by_role("separator", name="Width of the second user")
    frame = page.get_by_title("App of the second user")
    before = await frame.evaluate("frame => frame.clientWidth")

    await line.focus()
    await page.keyboard.press("ArrowLeft")

    await expect(line).not_to_have_attribute("aria-valuenow", "50")
    await page.wait_for_function(
        "([title, before]) => document.querySelector(`[title='${title}']`).clientWidth > before",
        arg=["App of the second user", before],
    )
