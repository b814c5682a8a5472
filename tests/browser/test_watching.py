"""Watching an app run, in the Builder: its state, the history of its events, its problems."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from commands import Command, open_command
from playwright.async_api import FrameLocator, Locator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({"n": 1, "person": {"name": "Ada", "tags": ["a"]}, "many": list(range(500))})

    def add(state):
        print("adding")
        state["n"] += 1
        state["person"]["tags"].append("b")

    def stay():
        while True:
            pass
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    buttons = [button("go", "add"), button("lost", "ad"), button("stay", "stay"), button("sell", "shop.sell")]
    parts = [text("There are @{n} for @{person.name}.", "told"), *buttons]
    path = write_app(tmp_path / "app", MAIN, main=parts, second=[])
    (path / "shop.py").write_text("def sell(state):\n    state['n'] += 10\n", encoding="utf-8")
    return path


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, folder: Path) -> AsyncIterator[Command]:
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(app(page).get_by_text("There are 1 for Ada.")).to_be_visible()
        await page.get_by_role("button", name="Use app").click()
        yield command


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


async def pane(page: Page, name: str) -> Locator:
    await page.get_by_role("tab", name=name).click()
    return page.get_by_role("region", name=name, exact=True)


def item(region: Locator, name: str) -> Locator:
    return region.get_by_role("treeitem", name=name, exact=True)


@pytest.mark.usefixtures("builder")
async def test_the_state_is_live_and_says_who_wrote_and_who_reads_it(page: Page) -> None:
    state = await pane(page, "State")
    await expect(item(state, "n: 1")).to_be_visible()
    await expect(item(state, "n: 1").get_by_role("button", name="told")).to_be_visible()

    flash = asyncio.create_task(page.wait_for_selector(".state-row.flash"))
    await app(page).get_by_role("button", name="Go").click()

    await expect(item(state, "n: 2")).to_be_visible()
    assert (shown := await flash) is not None
    assert "n" in str(await shown.get_attribute("data-path"))
    await item(state, "n: 2").get_by_role("button", name="add:8").click()
    await expect(page.get_by_role("region", name="Code").locator(".cm-activeLine")).to_contain_text(
        'state["n"] += 1'
    )


@pytest.mark.usefixtures("builder")
async def test_the_tree_of_the_state_opens_by_keyboard_and_shows_large_lists_in_parts(page: Page) -> None:
    state = await pane(page, "State")
    await item(state, "n: 1").focus()

    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowRight")
    await expect(item(state, "name: Ada")).to_be_visible()
    await page.keyboard.press("ArrowLeft")
    await expect(item(state, "name: Ada")).to_have_count(0)

    await item(state, "many: 500 items").click()
    await expect(item(state, "199: 199")).to_have_count(1)
    await state.get_by_role("button", name="300 more").click()
    await expect(item(state, "399: 399")).to_have_count(1)


@pytest.mark.usefixtures("builder")
async def test_a_value_that_is_edited_shows_in_the_app(page: Page) -> None:
    state = await pane(page, "State")
    await item(state, "n: 1").dblclick()
    edited = state.get_by_label("Value of n as JSON")
    await edited.fill("no JSON")
    await edited.press("Enter")
    await expect(page.get_by_text("This is no JSON.")).to_be_visible()

    await edited.fill("41")
    await edited.press("Enter")

    await expect(app(page).get_by_text("There are 41 for Ada.")).to_be_visible()
    await expect(item(state, "n: 41")).to_be_focused()
    await state.get_by_role("button", name="Reset the session").click()
    await expect(app(page).get_by_text("There are 1 for Ada.")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_the_state_is_searched_and_what_is_found_is_revealed(page: Page) -> None:
    state = await pane(page, "State")
    await state.get_by_label("Search the state").fill("ada")

    await state.get_by_role("button", name="person.name").click()

    await expect(item(state, "name: Ada")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_another_browser_is_a_session_of_its_own(page: Page, builder: Command) -> None:
    state = await pane(page, "State")
    async with page.context.expect_page() as opened:
        await page.get_by_role("button", name="Open app").click()
    other = await opened.value
    await other.get_by_role("button", name="Go").click()
    await expect(other.get_by_text("There are 2 for Ada.")).to_be_visible()

    sessions = state.get_by_label("Session", exact=True)
    await expect(sessions.get_by_role("option")).to_have_count(2)
    await expect(item(state, "n: 1")).to_be_visible()
    await sessions.select_option(index=1)

    await expect(item(state, "n: 2")).to_be_visible()
    await other.close()


@pytest.mark.usefixtures("builder")
async def test_an_event_tells_what_it_changed_and_printed_and_happens_again_with_the_code_of_now(
    page: Page, folder: Path
) -> None:
    history = await pane(page, "Event history")
    await app(page).get_by_role("button", name="Go").click()
    await history.get_by_role("button", name="add").click()

    changes = history.get_by_role("table", name="What it changed")
    await expect(changes.get_by_role("row", name="n 1 2 main.py:8")).to_be_visible()
    await expect(history.get_by_label("What it printed")).to_contain_text("adding")
    took = r"queued [\d.]+ m?s, ran [\d.]+ m?s, on the way [\d.]+ m?s; [1-9][\d,]* bytes sent"
    await expect(history.get_by_text(re.compile(took))).to_be_visible()

    (folder / "main.py").write_text((folder / "main.py").read_text().replace("+= 1", "+= 100"))
    await expect(page.get_by_role("status").first).to_contain_text("kept")
    await history.get_by_role("button", name="Replay").click()
    await expect(app(page).get_by_text("There are 101 for Ada.")).to_be_visible()
    await expect(history.get_by_text("replay", exact=True)).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_an_event_that_runs_is_cancelled_and_the_app_goes_on(page: Page) -> None:
    history = await pane(page, "Event history")
    await app(page).get_by_role("button", name="Stay").click()
    await history.get_by_role("button", name="Cancel stay").click()

    await expect(history.get_by_text("cancelled", exact=True)).to_be_visible()
    await expect(history.get_by_role("button", name="Cancel stay")).to_have_count(0)
    await app(page).get_by_role("button", name="Go").click()
    await expect(app(page).get_by_text("There are 2 for Ada.")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_problems_lead_to_their_places_and_are_fixed_with_a_click(page: Page) -> None:
    problems = await pane(page, "Problems")
    await expect(problems.get_by_text("Nothing leads to page second")).to_be_visible()
    missing = problems.get_by_role("listitem").filter(has_text="lost runs ad,")

    await missing.get_by_role("button", name="wf-click of lost").click()
    tree = page.get_by_role("tree", name="Components")
    await expect(tree.get_by_role("treeitem", selected=True)).to_contain_text("lost")
    await missing.get_by_role("button", name="Link to add").click()

    await expect(missing).to_have_count(0)
    await app(page).get_by_role("button", name="Lost").click()
    await expect(app(page).get_by_text("There are 2 for Ada.")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_a_module_that_main_does_not_know_is_registered_with_a_click_and_taken_out_again(
    page: Page, folder: Path
) -> None:
    before = (folder / "main.py").read_text(encoding="utf-8")
    await page.locator("#row-sell").click()
    events = page.get_by_role("region", name="Events")

    await events.get_by_role("button", name="Register shop in main.py").click()

    # Its place is known as soon as the new version serves.
    chip = events.get_by_role("button", name="Go to shop.sell")
    await expect(chip).to_have_attribute("data-tip", "shop.py:1 — go to the code")
    await app(page).get_by_role("button", name="Sell").click()
    await expect(app(page).get_by_text("There are 11 for Ada.")).to_be_visible()
    await page.get_by_role("button", name="Undo the registration").click()
    await expect(page.get_by_text("main.py is as it was.")).to_be_visible()
    assert (folder / "main.py").read_text(encoding="utf-8") == before


@pytest.mark.usefixtures("builder")
async def test_state_paths_are_completed_in_settings_with_their_values_beside(page: Page) -> None:
    await page.locator("#row-told").click()
    settings = page.get_by_role("region", name="Settings")
    field = settings.get_by_label("Text", exact=True)
    await field.fill("")
    await field.press_sequentially("Name: @{per")
    paths = page.get_by_role("listbox", name="State paths")
    await expect(paths.get_by_role("option")).to_have_text(["person2 keys"])

    await field.press("Enter")
    await expect(paths.get_by_role("option").first).to_have_text("nameAda")
    await field.press("Enter")

    await expect(field).to_have_value("Name: @{person.name}")
    await expect(app(page).get_by_text("Name: Ada")).to_be_visible()
    await field.fill("@{persn}")
    await expect(settings.get_by_text("the state has no persn")).to_be_visible()
