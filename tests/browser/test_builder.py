"""The Builder beyond the first story: undo, drags, stubs, changes from outside, what is broken."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from builder_pages import until_the_canvas_listens, until_versions_are_live
from commands import Command, open_command
from playwright.async_api import FrameLocator, Locator, Page, Route, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, copy_of_hello: Path) -> AsyncIterator[Command]:
    """The Builder on a copy of the example, live."""
    async with open_command("edit", copy_of_hello, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(page.get_by_role("status").first).to_contain_text("live")
        await expect(app(page).get_by_text("12 visitors today")).to_be_visible()
        await until_the_canvas_listens(page)
        yield command


def region(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


def row(page: Page, component: str) -> Locator:
    """A component's row in the tree."""
    return page.get_by_role("tree", name="Components").get_by_role("treeitem").filter(has_text=component).last


@pytest.mark.usefixtures("builder")
async def test_everything_has_the_name_that_readers_of_the_screen_hold_on_to(page: Page) -> None:
    await row(page, "count_button").click()
    for name in ("Components", "Palette", "Canvas", "Settings", "Events", "Code"):
        await expect(region(page, name)).to_be_visible()
    for name in ("Handlers", "State", "Event history", "Problems"):
        await page.get_by_role("tab", name=name).click()
        await expect(region(page, name)).to_be_visible()
    await page.get_by_role("tab", name="Log").click()
    await expect(page.get_by_role("log", name="Log")).to_be_visible()
    for name in ("Show stub", "Save", "Undo", "Redo", "Stop", "Restart"):
        await expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Use app", pressed=False)).to_be_visible()
    await expect(page.get_by_role("status", name="App")).to_contain_text("live")
    event = region(page, "Events").get_by_role("row", name="wf-click", exact=True)
    await expect(event.get_by_role("combobox", name="Handler for wf-click")).to_have_value("count_visitor")
    await event.get_by_role("button", name="Unlink wf-click").click()
    await expect(event.get_by_role("button", name="Create handler")).to_be_visible()
    pressed = app(page).get_by_role("button", name="One more")
    await expect(pressed).to_have_attribute("data-component", "count_button")


@pytest.mark.usefixtures("builder")
async def test_a_setting_shows_in_the_app_and_on_disk_and_undo_takes_it_back(
    page: Page, copy_of_hello: Path
) -> None:
    before = (copy_of_hello / "pages" / "main.json").read_bytes()
    await row(page, "count_button").click()

    await region(page, "Settings").get_by_label("Text", exact=True).fill("Yet another")
    await expect(app(page).get_by_role("button", name="Yet another")).to_be_visible()
    assert b"Yet another" in (copy_of_hello / "pages" / "main.json").read_bytes()

    await page.get_by_role("button", name="Undo").click()
    await expect(app(page).get_by_role("button", name="One more")).to_be_visible()
    assert (copy_of_hello / "pages" / "main.json").read_bytes() == before

    await page.get_by_role("button", name="Redo").click()
    await expect(app(page).get_by_role("button", name="Yet another")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_a_click_on_the_canvas_selects_first_and_acts_on_what_is_selected(page: Page) -> None:
    button = app(page).get_by_role("button", name="One more")

    await button.click()
    await expect(row(page, "count_button")).to_have_attribute("aria-selected", "true")
    await expect(app(page).get_by_text("12 visitors today")).to_be_visible()

    await button.click()
    await expect(app(page).get_by_text("13 visitors today")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_a_drag_on_the_canvas_says_where_it_lands_and_moves_the_component(
    page: Page, copy_of_hello: Path
) -> None:
    source = await app(page).get_by_role("button", name="One more").bounding_box()
    target = await app(page).get_by_role("heading", name="Workshop desk").bounding_box()
    assert source is not None
    assert target is not None

    await page.mouse.move(source["x"] + source["width"] / 2, source["y"] + source["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(target["x"] + 80, target["y"] + target["height"] / 2, steps=10)
    await page.mouse.move(target["x"] + 80, target["y"] + target["height"] - 4, steps=3)
    await expect(
        page.get_by_text(re.compile(r"after .*Workshop desk|before About|before .*front desk"))
    ).to_be_visible()
    await page.mouse.up()

    await expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    children = json.loads((copy_of_hello / "pages" / "main.json").read_text("utf-8"))["children"]
    assert [child["id"] for child in children[:3]] == ["title", "count_button", "about"]


@pytest.mark.usefixtures("builder")
async def test_escape_ends_a_drag_and_nothing_has_moved(page: Page, copy_of_hello: Path) -> None:
    before = (copy_of_hello / "pages" / "main.json").read_bytes()
    await region(page, "Palette").get_by_text("Button", exact=True).scroll_into_view_if_needed()
    tile = await region(page, "Palette").get_by_text("Button", exact=True).bounding_box()
    canvas = await page.get_by_title("App").bounding_box()
    assert tile is not None
    assert canvas is not None

    await page.mouse.move(tile["x"] + 10, tile["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(canvas["x"] + 200, canvas["y"] + 200, steps=10)
    await page.keyboard.press("Escape")
    await page.mouse.up()
    await region(page, "Palette").get_by_text("Button", exact=True).hover()

    assert (copy_of_hello / "pages" / "main.json").read_bytes() == before
    await expect(page.get_by_role("button", name="Undo")).to_be_disabled()


@pytest.mark.usefixtures("builder")
async def test_the_stub_of_an_event_is_shown_highlighted(page: Page) -> None:
    await row(page, "count_button").click()

    await region(page, "Events").get_by_role("button", name="Show stub").first.click()

    stub = region(page, "Events").get_by_label(re.compile("^Stub handle_count_button"))
    await expect(stub).to_contain_text("def handle_count_button_click(state")
    await expect(stub.locator("span").nth(5)).to_be_attached()
    await region(page, "Events").get_by_role("button", name="Copy stub").click()
    await expect(page.get_by_text("The stub is on the clipboard.")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == await stub.text_content()


@pytest.mark.usefixtures("builder")
async def test_a_page_changed_by_another_program_shows_in_the_builder_and_in_the_app(
    page: Page, copy_of_hello: Path
) -> None:
    file = copy_of_hello / "pages" / "main.json"
    await row(page, "count_button").click()

    file.write_text(file.read_text("utf-8").replace("One more", "One from outside"), encoding="utf-8")

    await expect(app(page).get_by_role("button", name="One from outside")).to_be_visible()
    await expect(region(page, "Settings").get_by_label("Text", exact=True)).to_have_value("One from outside")


@pytest.mark.usefixtures("builder")
async def test_an_edit_that_somebody_else_was_faster_with_is_a_conflict_and_can_be_had_all_the_same(
    page: Page, copy_of_hello: Path
) -> None:
    file = copy_of_hello / "pages" / "main.json"
    theirs = file.read_text("utf-8").replace('"One more"', '"Theirs"')

    async def after_theirs(route: Route) -> None:
        file.write_text(theirs, encoding="utf-8")
        await route.continue_()

    await row(page, "count_button").click()
    await page.route("**/api/pages/main/operations", after_theirs)
    await region(page, "Settings").get_by_label("Text", exact=True).fill("Mine")

    # The watcher may have been faster than the edit.
    conflict = re.compile("in the meantime|has just been changed")
    await expect(page.get_by_role("alert", name="Messages")).to_contain_text(conflict)
    await expect(app(page).get_by_role("button", name="Theirs")).to_be_visible()
    assert file.read_text("utf-8") == theirs

    await page.unroute("**/api/pages/main/operations")
    await page.get_by_role("button", name="Use mine").click()
    await expect(app(page).get_by_role("button", name="Mine")).to_be_visible()
    assert '"Mine"' in file.read_text("utf-8")


@pytest.mark.usefixtures("builder")
async def test_code_changed_by_another_program_is_live_and_followed_in_the_editor(
    page: Page, copy_of_hello: Path
) -> None:
    file = copy_of_hello / "main.py"
    await expect(region(page, "Code").get_by_text("The front desk").first).to_be_visible()

    file.write_text("# Changed outside.\n" + file.read_text("utf-8"), encoding="utf-8")

    await expect(region(page, "Code").get_by_text("# Changed outside.")).to_be_visible()
    await expect(page.get_by_role("log").get_by_text("The workshop is open.").nth(1)).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_a_damaged_page_file_is_named_and_never_overwritten(page: Page, copy_of_hello: Path) -> None:
    file = copy_of_hello / "pages" / "main.json"
    good, bad = file.read_text("utf-8"), file.read_text("utf-8")[:400]

    file.write_text(bad, encoding="utf-8")
    await expect(page.get_by_text(re.compile(r"main\.json, line \d+"))).to_be_visible()
    assert file.read_text("utf-8") == bad

    file.write_text(good, encoding="utf-8")
    await expect(app(page).get_by_text("visitors today")).to_be_visible()
    await expect(row(page, "count_button")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_a_failing_handler_is_shown_at_its_line_in_log_and_code(
    page: Page, copy_of_hello: Path
) -> None:
    file = copy_of_hello / "main.py"
    broken = file.read_text("utf-8").replace('state["visitors"] += 1', 'raise ValueError("no chair left")', 1)
    file.write_text(broken, encoding="utf-8")
    await until_versions_are_live(page, 2)

    await page.get_by_role("button", name="Use app").click()
    await app(page).get_by_role("button", name="One more").click()

    log = page.get_by_role("log")
    await expect(log.get_by_text("ValueError: no chair left")).to_be_visible()
    await log.get_by_role("button", name=re.compile(r"main\.py:\d+")).click()
    code = region(page, "Code")
    await expect(code.get_by_text('raise ValueError("no chair left")')).to_be_visible()
    await expect(code.locator(".cm-lintRange-error").first).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_stop_ends_the_app_and_restart_brings_it_back(page: Page) -> None:
    await page.get_by_role("button", name="Stop").click()
    await expect(page.get_by_role("status").first).to_contain_text("stopped")

    await page.get_by_role("button", name="Restart").first.click()

    await expect(page.get_by_role("status").first).to_contain_text("live")
    await expect(app(page).get_by_text("12 visitors today")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_names_are_completed_in_the_editor(page: Page) -> None:
    code = region(page, "Code").locator(".cm-content")
    await code.click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("\n\nimport json\n\njson.")

    await expect(page.get_by_role("listbox").get_by_text("dumps", exact=True)).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_light_and_dark_are_a_choice_that_is_remembered(page: Page) -> None:
    toggle = page.get_by_role("button", name=re.compile("^Theme of the Builder"))
    colour = "() => getComputedStyle(document.body).backgroundColor"
    before = await page.evaluate(colour)
    # A colour that fades is none yet.
    await page.emulate_media(reduced_motion="reduce")

    while await page.evaluate(colour) == before:
        await toggle.click()
    after = await page.evaluate(colour)
    await page.reload()
    await expect(page.get_by_role("status").first).to_contain_text("live")

    assert await page.evaluate(colour) == after


@pytest.mark.usefixtures("builder")
async def test_a_second_builder_only_looks_until_the_first_has_ended(
    page: Page, builder: Command, copy_of_hello: Path
) -> None:
    async with open_command("edit", copy_of_hello, "--port", "0", "--no-browser") as second:
        await page.goto(second.url)
        bar = page.get_by_role("alert").filter(has_text="Another Builder edits this app (process ")
        await expect(bar).to_contain_text(str(builder.process.pid))
        before = (copy_of_hello / "pages" / "main.json").read_bytes()
        await row(page, "count_button").click()
        await page.keyboard.press("Delete")
        refused = page.get_by_role("alert", name="Messages").get_by_text("so this one only shows it")
        await expect(refused).to_be_visible()
        assert (copy_of_hello / "pages" / "main.json").read_bytes() == before

        builder.process.kill()
        await expect(bar).to_have_count(0)
        await row(page, "count_button").click()
        await page.keyboard.press("Delete")
        await expect(row(page, "count_button")).to_have_count(0)


@pytest.mark.usefixtures("builder")
async def test_a_closed_row_opens_under_a_drag_that_waits_above_it(page: Page) -> None:
    await row(page, "visitors_section").locator(".twist").click()
    await expect(row(page, "count_button")).to_have_count(0)
    title, section = (
        await row(page, "title").bounding_box(),
        await row(page, "visitors_section").bounding_box(),
    )
    assert title is not None
    assert section is not None

    await page.mouse.move(title["x"] + 60, title["y"] + 12)
    await page.mouse.down()
    await page.mouse.move(section["x"] + 60, section["y"] + 12, steps=5)
    await expect(row(page, "count_button")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.mouse.up()
