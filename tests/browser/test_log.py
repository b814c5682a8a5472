"""The pane Log: what the app says, at once, found again, and each line knowing where it came from."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import write_app
from commands import Command, open_command
from playwright.async_api import FrameLocator, Locator, Page, Route, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = r"""
    import logging
    import sys
    import time

    from mainspring.runtime import init_state

    init_state({"count": 0})
    log = logging.getLogger("shop")
    print("started")


    def say(state):
        state["count"] += 1
        print("said", state["count"])


    def say_same():
        for _ in range(5):
            print("the same again")


    def colours():
        print("\x1b[1;31mred and bold\x1b[0m plain")


    def progress():
        for i in range(1, 11):
            print(f"\r{i * 10:3}%|{'#' * i:10}| {i}/10", end="", file=sys.stderr, flush=True)
            time.sleep(0.02)
        print(file=sys.stderr)


    def warn():
        log.warning("nearly empty")


    def long():
        print("x" * 100_000 + "THE END")


    def flood():
        for i in range(3000):
            print("line", i)


    def inner(value):
        return {"a": value}["b"]


    def fail():
        try:
            inner("é😀")
        except KeyError as error:
            error.add_note("look at the keys")
            raise ValueError("no such thing") from error


    def in_json():
        import json

        json.loads("{")


    async def fail_together():
        import asyncio

        async def one(number):
            raise RuntimeError(f"task {number}")

        async with asyncio.TaskGroup() as tasks:
            for number in range(2):
                tasks.create_task(one(number))
"""
BUTTONS = (
    "say",
    "say_same",
    "colours",
    "progress",
    "warn",
    "long",
    "flood",
    "fail",
    "fail_together",
    "in_json",
)


def button(name: str) -> dict[str, Any]:
    return {"id": f"{name}_button", "type": "button", "fields": {"text": name}, "on": {"wf-click": name}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_app(tmp_path / "app", MAIN, main=[button(name) for name in BUTTONS])


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, folder: Path) -> AsyncIterator[Command]:
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(app(page).get_by_role("button", name="say", exact=True)).to_be_visible()
        await page.get_by_role("button", name="Use app").click()
        yield command


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Log")


def heads(page: Page) -> Locator:
    return log(page).locator(".log-head")


async def press(page: Page, name: str) -> None:
    await app(page).get_by_role("button", name=name, exact=True).click()


@pytest.mark.usefixtures("builder")
async def test_output_of_the_start_is_there_and_each_line_says_where_it_came_from(page: Page) -> None:
    await expect(heads(page).filter(has_text="started")).to_be_visible()
    await press(page, "say")

    line = heads(page).filter(has_text="said 1")
    await expect(line).to_be_visible()
    await expect(line.locator(".log-source")).to_have_text("say · say_button")
    await line.locator(".log-open").click()
    for fact in ("stream stdout", "handler say", "component say_button", "event wf-click"):
        await expect(log(page).get_by_role("button", name=f"Only {fact}")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_each_field_filters_and_a_filter_that_is_set_is_seen_and_removed(page: Page) -> None:
    for name in ("say", "warn"):
        await press(page, name)
    await expect(heads(page).filter(has_text="nearly empty")).to_be_visible()
    await page.get_by_role("button", name="Filters").click()
    filters = page.get_by_role("group", name="Filters of the log")

    for label, value, shown, hidden in (
        ("Level", "Warnings and errors", "nearly empty", "said 1"),
        ("Source", "Printed (stdout)", "said 1", "nearly empty"),
        ("Handler", "warn", "nearly empty", "said 1"),
        ("Component", "say_button", "said 1", "nearly empty"),
        ("Event", "wf-click", "said 1", "started"),
    ):
        option = (
            filters.get_by_label(label).locator("option").filter(has_text=re.compile(f"^{re.escape(value)}"))
        )
        chosen = await option.get_attribute("value")
        await filters.get_by_label(label).select_option(chosen)
        await expect(heads(page).filter(has_text=shown)).to_be_visible()
        await expect(heads(page).filter(has_text=hidden)).to_have_count(0)
        await filters.get_by_role("button", name="Show all").click()
        await expect(heads(page).filter(has_text=hidden)).to_be_visible()

    await filters.get_by_label("Handler").select_option("warn")
    await page.get_by_role("button", name="Filters").click()
    await filters.get_by_role("button", name="Remove the filter Handler warn").click()
    await expect(heads(page).filter(has_text="said 1")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_the_search_marks_what_it_finds_and_says_when_there_is_nothing(page: Page) -> None:
    await press(page, "say")
    search = page.get_by_role("searchbox", name="Search the log")
    await search.fill("SAID")

    await expect(log(page).locator("mark")).to_have_text("said")
    await expect(page.get_by_text(re.compile(r"^1 of \d+$"))).to_be_visible()
    await search.fill("say_but")
    await expect(log(page).locator(".log-source mark")).to_have_text("say_but")
    await search.fill("said")
    await expect(heads(page).filter(has_text="started")).to_have_count(0)
    await search.fill("nowhere to be found")
    await expect(page.get_by_text("Nothing matches")).to_be_visible()
    await search.press("Escape")
    await expect(heads(page).filter(has_text="started")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_scrolling_up_stops_following_and_says_how_many_are_new(page: Page) -> None:
    await press(page, "flood")
    await expect(heads(page).filter(has_text="line 2999")).to_be_visible()
    await log(page).hover()
    await page.mouse.wheel(0, -4000)
    await expect(page.get_by_role("button", name="Follow")).to_have_attribute("aria-pressed", "false")
    top = await log(page).evaluate("element => element.scrollTop")

    await press(page, "say")
    await page.get_by_role("button", name="1 new").click()

    await expect(heads(page).filter(has_text="said 1")).to_be_visible()
    await expect(page.get_by_role("button", name="Follow")).to_have_attribute("aria-pressed", "true")
    assert await log(page).evaluate("element => element.scrollTop") > top


@pytest.mark.usefixtures("builder")
async def test_repeats_are_one_line_with_a_count_that_spreads_them(page: Page) -> None:
    await press(page, "say_same")

    same = heads(page).filter(has_text="the same again")
    await expect(same).to_have_count(1)
    await same.get_by_role("button", name="5 times the same; show each").click()
    await expect(same).to_have_count(5)


@pytest.mark.usefixtures("builder")
async def test_colours_of_terminals_are_colours_here(page: Page) -> None:
    await press(page, "colours")

    piece = log(page).get_by_text("red and bold")
    await expect(piece).to_have_css("font-weight", re.compile("600|700"))
    plain = (
        await heads(page)
        .filter(has_text="red and bold")
        .locator(".log-words")
        .evaluate("element => getComputedStyle(element).color")
    )
    await expect(piece).not_to_have_css("color", plain)
    await expect(heads(page).filter(has_text="red and bold plain")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_a_progress_bar_is_one_line_that_moves(page: Page) -> None:
    await press(page, "progress")

    await expect(heads(page).filter(has_text="100%|##########| 10/10")).to_be_visible()
    await expect(heads(page).filter(has_text=re.compile(r"\d+%\|"))).to_have_count(1)


@pytest.mark.usefixtures("builder")
async def test_a_long_line_is_cut_and_can_be_seen_whole(page: Page) -> None:
    await press(page, "long")

    head = heads(page).filter(has_text="xxxxxxxx")
    await head.locator(".log-open").click()
    await log(page).evaluate("element => { element.scrollTop = element.scrollHeight; }")
    link = log(page).get_by_role("link", name="Show the whole line")
    async with page.context.expect_page() as opened:
        await link.click()
    whole = await opened.value
    await whole.wait_for_load_state()
    assert (await whole.inner_text("body")).strip() == "x" * 100_000 + "THE END"


@pytest.mark.usefixtures("builder")
async def test_an_error_says_its_message_first_and_its_frames_lead_to_the_code(page: Page) -> None:
    await press(page, "fail")

    await expect(heads(page).filter(has_text="ValueError: no such thing")).to_be_visible()
    cause = log(page).locator(".log-cause")
    await expect(cause).to_have_text("caused by KeyError: 'b'")
    await expect(log(page).locator(".log-note").filter(has_text="look at the keys")).to_be_visible()
    frame = log(page).locator(".log-frame").filter(has_text="inner").last
    await expect(frame.locator(".log-at").first).to_be_visible()
    assert "".join(await frame.locator(".log-at").all_inner_texts()) == '{"a": value}["b"]'
    await frame.get_by_role("button", name=re.compile(r"^main\.py:\d+")).click()

    await expect(page.get_by_role("region", name="Code")).to_be_visible()
    line = page.locator(".cm-activeLine")
    await expect(line).to_contain_text('return {"a": value}["b"]')


@pytest.mark.usefixtures("builder")
async def test_frames_are_read_without_the_colours_where_those_do_not_come(page: Page) -> None:
    # The page fixture fails a test in whose page a promise is rejected that nobody holds.
    refused: list[str] = []

    async def refuse(route: Route) -> None:
        refused.append(route.request.url)
        await route.abort()

    await page.route("**/chunk-python_colours*", refuse)
    async with page.expect_event("requestfailed", lambda request: "python_colours" in request.url):
        await press(page, "fail")

    await expect(log(page).locator(".log-frame").filter(has_text="inner").last).to_contain_text('"a": value')
    assert refused


@pytest.mark.usefixtures("builder")
async def test_a_folded_frame_of_a_package_opens_its_file_read_only_at_its_line(page: Page) -> None:
    await press(page, "in_json")
    await log(page).get_by_role("button", name="3 frames of installed packages").click()
    await log(page).get_by_role("button", name=re.compile(r"^json.decoder\.py:\d+")).last.click()

    code = page.get_by_role("region", name="Code", exact=True)
    await expect(code.get_by_text("Installed package, read only")).to_be_visible()
    await expect(page.locator(".cm-activeLine")).to_contain_text("self.scan_once(s, idx)")


@pytest.mark.usefixtures("builder")
async def test_a_group_of_errors_shows_each_of_them(page: Page) -> None:
    await press(page, "fail_together")

    members = log(page).locator(".log-member")
    await expect(members).to_have_text(["1 of 2  RuntimeError: task 0", "2 of 2  RuntimeError: task 1"])


@pytest.mark.usefixtures("builder")
async def test_a_line_leads_to_its_event_and_to_all_that_this_event_said(page: Page) -> None:
    await press(page, "say")
    await press(page, "say_same")
    line = heads(page).filter(has_text="said 1")
    await line.hover()
    await line.get_by_role("button", name="Show the event wf-click of say_button").click()

    history = page.get_by_role("region", name="Event history")
    await expect(history).to_be_visible()
    await expect(history.get_by_role("button", expanded=True)).to_contain_text("say_button")
    await history.get_by_role("button", name="Show in the log").click()
    await expect(heads(page)).to_have_count(1)
    await expect(heads(page)).to_contain_text("said 1")


@pytest.mark.usefixtures("builder")
async def test_what_is_shown_is_copied_downloaded_and_cleared(page: Page, builder: Command) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=builder.origin)
    await press(page, "say")
    await expect(heads(page).filter(has_text="said 1")).to_be_visible()
    await page.get_by_role("searchbox", name="Search the log").fill("said")
    await page.get_by_role("button", name="Copy the log").click()
    await expect(page.get_by_text("What the log shows is on the clipboard.")).to_be_visible()
    copied = await page.evaluate("navigator.clipboard.readText()")
    found = {}
    for kind in ("As text", "As JSON lines"):
        await page.get_by_role("button", name="Download the log").click()
        async with page.expect_download() as download:
            await page.get_by_role("menuitem", name=kind).click()
        with open(await (await download.value).path(), encoding="utf-8") as file:  # noqa: ASYNC230, PTH123
            found[kind] = file.read()

    assert copied.strip().endswith("say · say_button  said 1")
    assert found["As text"] == copied
    record = json.loads(found["As JSON lines"])
    assert (record["text"], record["handler"], record["component"]) == ("said 1", "say", "say_button")
    await page.get_by_role("button", name="Clear the log").click()
    await expect(heads(page)).to_have_count(0)


@pytest.mark.usefixtures("builder")
async def test_after_a_time_offline_the_log_goes_on_without_a_gap(page: Page) -> None:
    await press(page, "say")
    await expect(heads(page).filter(has_text="said 1")).to_be_visible()
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    await page.context.set_offline(True)
    await page.context.set_offline(False)
    await press(page, "flood")
    await expect(heads(page).filter(has_text="line 2999")).to_be_visible()

    await page.get_by_role("searchbox", name="Search the log").fill("said 1")
    await expect(heads(page).filter(has_text="said 1")).to_have_count(1)
    await expect(log(page).locator(".log-gap")).to_have_count(0)
