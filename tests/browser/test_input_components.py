"""Every event of the inputs, by a gesture of a person: what the handler gets, and what is shown."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import write_app
from commands import open_command
from playwright.async_api import Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CODE = """
from mainspring.runtime import init_state

init_state({"got": "nothing", "tick": "no", "bound": {"radio": "b", "range": [20, 80], "switch": True}})


def take(state, payload):
    state["got"] = f"{type(payload).__name__} {payload!r}"


def tick(state, payload):
    state["tick"] = repr(payload)
"""

EVENTS = {
    "textarea": ["wf-change", "wf-change-finish"],
    "slider": ["wf-number-change", "wf-number-change-finish"],
    "range": ["wf-range-change"],
    "checkbox": ["wf-toggle"],
    "switch": ["wf-toggle"],
    "checkbox_group": ["wf-options-change"],
    "radio": ["wf-option-change"],
    "select_multiple": ["wf-options-change"],
    "date": ["wf-date-change"],
    "time": ["wf-time-change"],
    "colour": ["wf-change"],
    "rating": ["wf-number-change"],
    "download_button": ["wf-click"],
    "pagination": ["wf-change-page", "wf-change-page-size"],
}


def shown(template: str, name: str) -> dict[str, Any]:
    """A plain text: what a list looks like must not be taken for Markdown."""
    return {"id": name, "type": "heading", "fields": {"text": template}}


def component(kind: str, **fields: Any) -> dict[str, Any]:
    label = {} if kind == "download_button" else {"label": kind}
    return {
        "id": kind,
        "type": kind,
        "fields": {**label, **fields},
        "on": dict.fromkeys(EVENTS[kind], "take"),
    }


def components(**fields: Any) -> list[dict[str, Any]]:
    own: dict[str, dict[str, Any]] = {
        "pagination": {"page_sizes": [10, 25]},
        "download_button": {"data": "Hello", "file_name": "a.txt"},
    }
    return [component(kind, **own.get(kind, {}), **fields) for kind in EVENTS]


@pytest_asyncio.fixture(loop_scope="session")
async def app(page: Page, tmp_path: Path) -> AsyncIterator[Page]:
    """A page with all of them, each telling what it sends."""
    timer = {"id": "timer", "type": "timer", "fields": {"interval": 0.1}, "on": {"wf-tick": "tick"}}
    tree = [shown("Got: @{got}", "got"), shown("Tick: @{tick}", "tick"), *components(), timer]
    async with open_command("run", write_app(tmp_path / "app", CODE, main=tree), "--port", "0") as served:
        await page.goto(served.url)
        await expect(page.get_by_text("Got: nothing")).to_be_visible()
        yield page


Gesture = Callable[[Page], Awaitable[object]]


async def _search_and_choose(page: Page) -> None:
    await page.get_by_role("combobox", name="select_multiple").press_sequentially("option b")
    await page.keyboard.press("Enter")


GESTURES: dict[str, tuple[Gesture, str]] = {
    "textarea": (lambda page: page.get_by_label("textarea").press_sequentially("Hi"), "str 'Hi'"),
    "slider": (lambda page: page.get_by_role("slider", name="slider").press("ArrowRight"), "float 1.0"),
    "range, lower": (lambda page: page.get_by_label("From").press("PageUp"), "list [10.0, 100.0]"),
    "range, upper": (lambda page: page.get_by_label("To").press("ArrowLeft"), "list [0.0, 99.0]"),
    "checkbox": (lambda page: page.get_by_role("checkbox", name="checkbox").click(), "bool True"),
    "switch": (lambda page: page.get_by_role("switch").press("Space"), "bool True"),
    "checkbox_group": (lambda page: page.get_by_role("checkbox", name="Option B").click(), "list ['b']"),
    "radio": (lambda page: page.get_by_role("radio", name="Option A").click(), "str 'a'"),
    "select_multiple": (_search_and_choose, "list ['b']"),
    "date": (lambda page: page.get_by_label("date").fill("2026-03-14"), "str '2026-03-14'"),
    "time": (lambda page: page.get_by_label("time").fill("09:30"), "str '09:30'"),
    "colour, chosen": (lambda page: page.get_by_label("colour picker").fill("#3651d4"), "str '#3651d4'"),
    "rating": (lambda page: page.get_by_role("radio", name="4 stars").click(), "float 4.0"),
    "pagination": (lambda page: page.get_by_role("button", name="Next page").click(), "int 2"),
    "page size": (lambda page: page.get_by_label("Items a page").select_option("25"), "int 25"),
}


@pytest.mark.parametrize("name", GESTURES)
async def test_a_gesture_reaches_the_handler_as_the_documented_payload(app: Page, name: str) -> None:
    gesture, got = GESTURES[name]

    await gesture(app)

    await expect(app.get_by_text(f"Got: {got}", exact=True)).to_be_visible()


async def test_a_download_hands_over_the_file_after_its_handler(app: Page) -> None:
    async with app.expect_download() as started:
        await app.get_by_role("button", name="Download").click()

    download = await started.value
    assert download.suggested_filename == "a.txt"
    assert (await download.path()).read_text() == "Hello"
    await expect(app.get_by_text("Got: dict")).to_be_visible()


async def test_a_timer_runs_its_handler(app: Page) -> None:
    await expect(app.get_by_text("Tick: None")).to_be_visible()


async def test_bindings_show_state_and_take_what_is_entered(page: Page, tmp_path: Path) -> None:
    kinds = ("radio", "range", "switch")
    tree = [{**component(kind), "on": {}, "binding": f"bound.{kind}"} for kind in kinds]
    values = shown("@{bound.radio} @{bound.range} @{bound.switch}", "shown")
    async with open_command(
        "run", write_app(tmp_path / "app", CODE, main=[values, *tree]), "--port", "0"
    ) as served:
        await page.goto(served.url)
        await expect(page.get_by_role("radio", name="Option B")).to_be_checked()
        await expect(page.get_by_role("switch")).to_be_checked()
        await expect(page.get_by_label("From")).to_have_value("20")

        await page.get_by_role("radio", name="Option A").click()
        await page.get_by_role("switch").click()

        await expect(page.locator("[data-component=shown]")).to_contain_text("a [20")
        await expect(page.locator("[data-component=shown]")).to_contain_text("false")


async def test_what_is_disabled_takes_no_input(page: Page, tmp_path: Path) -> None:
    tree = components(disabled=True)
    async with open_command("run", write_app(tmp_path / "app", CODE, main=tree), "--port", "0") as served:
        await page.goto(served.url)
        await expect(page.get_by_label("textarea")).to_be_visible()

        assert await page.locator(":is(input, select, textarea, button):enabled:visible").count() == 0
