"""What a person does with a dataframe besides scrolling: filters, widths, selection, edits, copies, files."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import box_of, button, text, write_app
from commands import Command, open_command
from playwright.async_api import Locator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    import datetime as dt

    import polars as pl
    from mainspring.runtime import init_state

    N = 20_000


    def frame():
        return pl.DataFrame({
            "n": range(N),
            "name": [f"item {n}" for n in range(N)],
            "kind": pl.Series(["red", "green", "blue", None] * (N // 4), dtype=pl.Categorical),
            "day": [dt.date(2026, 1, 1) + dt.timedelta(days=n % 365) for n in range(N)],
        })


    init_state({
        "frame": frame(),
        "wide": pl.DataFrame({f"c{k}": [k * 1000 + n for n in range(1_000)] for k in range(50)}),
        "list": [
            {"name": "Ann", "n": 2, "note": "=1+1"},
            {"name": "Bob", "n": 10, "note": "a\\tb"},
            {"name": "Cid", "n": None, "note": None},
        ],
        "got": "nothing yet",
        "events": 0,
        "off": False,
    })


    def take(state, payload):
        state["got"] = repr(payload)
        state["events"] += 1


    def rename(state, payload):
        rows = state["list"]
        rows[payload["record_index"]] = payload["record"]


    def shorten(state):
        state["frame"] = state["frame"].head(50)


    def switch_off(state):
        state["off"] = True
"""
ALL = {f"wf-dataframe-{name}": "take" for name in ("select", "update", "add", "action")}


def table(data: str, on: dict[str, str] | None = None, **fields: Any) -> dict[str, Any]:
    values = {"data": f"@{{{data}}}", "label": data.capitalize(), "download": True, **fields}
    return {"id": f"{data}_table", "type": "dataframe", "fields": values, "on": on or {}}


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Command]:
    got = text("got @{got}, @{events} events", "got")
    app = write_app(
        tmp_path_factory.mktemp("dataframe") / "app",
        MAIN,
        main=[
            got,
            button("shorten", "shorten"),
            button("switch_off", "switch_off"),
            table("frame", ALL, search=True, disabled="@{off}", actions={"open": "Open"}),
        ],
        wide=[table("wide", show_index=True)],
        list=[got, table("list", {**ALL, "wf-dataframe-update": "rename"})],
    )
    async with open_command("run", app, "--port", "0") as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def frame(page: Page, served: Command) -> Locator:
    await page.goto(served.url)
    grid = page.get_by_role("grid", name="Frame")
    await expect(cell(grid, 1, "item 0")).to_be_visible()
    return grid


def cell(grid: Locator, row: int, text: str) -> Locator:
    """A cell of a shown row, from 1, by its text."""
    return grid.locator(f"tr[aria-rowindex='{row + 1}'] td").filter(
        has_text=re.compile(f"^{re.escape(text)}$")
    )


def status(page: Page) -> Locator:
    return page.locator(".table-count")


async def open_column(page: Page, name: str) -> Locator:
    """Open a column's panel by its keys."""
    await page.get_by_role("button", name=name, exact=True).focus()
    await page.keyboard.press("Alt+ArrowDown")
    panel = page.get_by_role("dialog", name=f"Column {name}")
    await expect(panel).to_be_visible()
    return panel


# --- what is shown ---------------------------------------------------------------------------------


async def test_filters_of_columns_find_rows_on_the_server(page: Page, frame: Locator) -> None:
    panel = await open_column(page, "n")
    await panel.get_by_label("From").fill("100")
    await panel.get_by_label("To", exact=True).fill("199")
    await expect(status(page)).to_have_text("100 of 20,000 rows")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="n", exact=True)).to_be_focused()

    panel = await open_column(page, "kind")
    for kind in ("green", "blue"):
        await panel.get_by_label(kind).uncheck()
    await expect(status(page)).to_have_text("25 of 20,000 rows")
    await page.keyboard.press("Escape")
    panel = await open_column(page, "name")
    await panel.get_by_label("Contains").fill("M 19")
    await expect(status(page)).to_have_text(re.compile("^2 of 20,000 rows"))
    await expect(cell(frame, 1, "item 192")).to_be_visible()
    await page.keyboard.press("Escape")

    await page.get_by_role("button", name="Clear 3 filters").click()
    await expect(status(page)).to_have_text("20,000 rows")
    panel = await open_column(page, "day")
    await panel.get_by_label("To", exact=True).fill("2026-01-02")
    await expect(status(page)).to_have_text("110 of 20,000 rows")
    await page.keyboard.press("Escape")
    panel = await open_column(page, "kind")
    await panel.get_by_label("Empty cells").select_option("only")
    await expect(status(page)).to_have_text(re.compile(r"^2\d of 20,000 rows"))


async def test_columns_are_dragged_fitted_moved_and_hidden(page: Page, frame: Locator) -> None:
    head = page.get_by_role("columnheader", name="name")
    names = page.locator("thead th[aria-colindex]:not(.lead, .actions)")
    before = (await box_of(head))["width"]
    beside = (await box_of(names.first))["width"]
    # Columns that nobody has set share the width of the table: none of it is left.
    last, actions = await names.last.bounding_box(), await page.locator("thead .actions").bounding_box()
    assert last is not None
    assert actions is not None
    assert 0 <= actions["x"] - last["x"] - last["width"] < 8
    edge = await head.locator(".head-edge").bounding_box()
    assert edge is not None
    await page.mouse.move(edge["x"] + 4, edge["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(edge["x"] + 154, edge["y"] + 10)
    await page.mouse.up()
    assert abs((await box_of(head))["width"] - before - 150) < 3
    assert (await box_of(names.first))["width"] == beside

    await head.locator(".head-edge").dblclick()
    assert (await box_of(head))["width"] < before + 60
    fitted = (await box_of(head))["width"]
    await head.get_by_role("button", name="name", exact=True).focus()
    await page.keyboard.press("Shift+ArrowRight")
    await expect(head.get_by_role("button", name="name", exact=True)).to_be_focused()
    await page.wait_for_function(
        "([head, width]) => head.getBoundingClientRect().width > width",
        arg=[await head.element_handle(), fitted],
    )

    panel = await open_column(page, "name")
    await panel.get_by_role("button", name="Move left").click()
    await expect(names).to_have_text(["name", "n", "kind", "day"])
    await panel.get_by_role("button", name="Hide").click()
    await expect(names).to_have_text(["n", "kind", "day"])
    await page.get_by_role("button", name="Show 1 hidden column").click()
    await expect(names).to_have_text(["name", "n", "kind", "day"])


async def test_of_fifty_columns_those_in_view_are_in_the_page(page: Page, served: Command) -> None:
    await page.goto(f"{served.origin}/wide")
    grid = page.get_by_role("grid", name="Wide")
    await expect(cell(grid, 1, "0")).to_be_visible()
    assert await grid.locator("thead th[aria-colindex]").count() < 20
    await expect(grid).to_have_attribute("aria-colcount", "51")

    await page.locator(".table-scroll").evaluate("(element) => { element.scrollLeft = 1e6; }")
    await expect(cell(grid, 1, "49000")).to_be_in_viewport()
    await expect(cell(grid, 1, "1")).to_be_in_viewport()  # Row numbers stay.
    await expect(page.get_by_role("columnheader", name="c0", exact=True)).to_have_count(0)

    await cell(grid, 2, "49001").click()
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowRight")
    await expect(cell(grid, 2, "1")).to_be_focused()
    await page.keyboard.press("Control+End")
    await expect(cell(grid, 1000, "49999")).to_be_focused()
    await expect(cell(grid, 1000, "49999")).to_be_in_viewport()


# --- selection, editing ----------------------------------------------------------------------------


async def test_a_selection_is_of_rows_of_the_data_however_they_are_sorted(page: Page, frame: Locator) -> None:
    await cell(frame, 3, "item 2").click()
    await expect(page.get_by_text("got {'rows': [2]}")).to_be_visible()
    await page.get_by_role("button", name="n", exact=True).click()
    await page.get_by_role("button", name="n", exact=True).click()
    await expect(cell(frame, 1, "item 19999")).to_be_visible()
    await expect(frame.get_by_role("row", selected=True)).to_have_count(0)
    await cell(frame, 2, "item 19998").click(modifiers=["Control"])
    await expect(page.get_by_text("got {'rows': [2, 19998]}")).to_be_visible()

    every = frame.get_by_role("checkbox", name="Select all rows")
    search = page.get_by_label("Search Frame")
    await search.fill("nowhere")
    await expect(status(page)).to_have_text("0 of 20,000 rows, 2 selected")
    await expect(every).not_to_be_checked()
    await search.fill("")
    await expect(status(page)).to_have_text("20,000 rows, 2 selected")
    await every.check()
    await expect(status(page)).to_have_text("20,000 rows, 20,000 selected")

    await page.get_by_role("button", name="Shorten").click()
    await expect(status(page)).to_have_text("50 rows")


async def test_escape_gives_an_edit_up_and_what_is_no_number_is_not_sent(page: Page, frame: Locator) -> None:
    await cell(frame, 2, "1").dblclick()
    await expect(page.get_by_text(", 1 events")).to_be_visible()  # The row was selected.
    await page.get_by_label("Edit n").fill("one")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("n: enter a number.")
    await expect(page.get_by_label("Edit n")).to_have_attribute("aria-invalid", "true")
    await page.keyboard.press("Escape")

    await expect(page.get_by_label("Edit n")).to_have_count(0)
    await expect(cell(frame, 2, "1")).to_be_focused()
    await page.keyboard.press("F2")
    await page.keyboard.press("Enter")
    await expect(cell(frame, 3, "2")).to_be_focused()
    await page.keyboard.press("Space")
    await expect(page.get_by_text("got {'rows': [1, 2]}, 2 events")).to_be_visible()


async def test_an_edit_shows_at_once_and_stays_as_state_has_it(page: Page, served: Command) -> None:
    await page.goto(f"{served.origin}/list")
    grid = page.get_by_role("grid", name="List")
    await cell(grid, 2, "Bob").dblclick()
    await page.get_by_label("Edit name").fill("<b>Bo</b>")
    await page.keyboard.press("Tab")
    await expect(cell(grid, 2, "<b>Bo</b>")).to_be_visible()
    await expect(grid.locator(".pending")).to_have_count(0)
    await expect(cell(grid, 2, "<b>Bo</b>")).to_be_visible()
    await expect(cell(grid, 2, "10")).to_be_focused()


@pytest.mark.usefixtures("frame")
async def test_what_is_disabled_is_read_and_sorted_and_nothing_else(page: Page, frame: Locator) -> None:
    await page.get_by_role("button", name="Switch off").click()
    await expect(frame.get_by_role("checkbox", name="Select all rows")).to_be_disabled()
    await expect(page.get_by_role("button", name="Add row")).to_have_count(0)
    await expect(page.get_by_role("button", name="Open, row 1", exact=True)).to_be_disabled()
    await cell(frame, 1, "item 0").dblclick()
    await expect(page.get_by_label("Edit name")).to_have_count(0)

    await page.get_by_role("button", name="name", exact=True).click()
    await page.get_by_role("button", name="name", exact=True).click()
    await expect(cell(frame, 1, "item 9999")).to_be_visible()
    await expect(page.get_by_text("got nothing yet, 0 events")).to_be_visible()


# --- out of the page -------------------------------------------------------------------------------


async def saved(page: Page) -> list[list[str]]:
    async with page.expect_download() as starting:
        await page.get_by_role("button", name="Download").click()
    download = await starting.value
    assert download.suggested_filename.endswith(".csv")
    content = await asyncio.to_thread((await download.path()).read_text, encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline="")))


async def test_a_file_has_all_rows_that_are_found_in_their_order(page: Page, frame: Locator) -> None:
    whole = await saved(page)
    assert whole[0] == ["n", "name", "kind", "day"]
    assert len(whole) == 20_001
    assert whole[20_000] == ["19999", "item 19999", "", "2026-10-17"]

    panel = await open_column(page, "n")
    await panel.get_by_label("To", exact=True).fill("11000")
    await panel.get_by_role("button", name="Descending").click()
    await page.keyboard.press("Escape")
    await expect(cell(frame, 1, "item 11000")).to_be_visible()
    part = await saved(page)
    assert [row[0] for row in part[1:]] == [str(n) for n in range(11_000, -1, -1)]


async def test_cells_of_a_file_are_no_formulas_and_copies_are_tab_separated(
    page: Page, served: Command
) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.goto(f"{served.origin}/list")
    grid = page.get_by_role("grid", name="List")
    await expect(cell(grid, 1, "Ann")).to_be_visible()
    assert await saved(page) == [
        ["name", "n", "note"],
        ["Ann", "2", "'=1+1"],
        ["Bob", "10", "a\tb"],
        ["Cid", "", ""],
    ]

    await grid.locator("tr[aria-rowindex='2'] td[aria-colindex='2']").click()
    for key in ("Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowRight", "Shift+ArrowRight", "Control+c"):
        await page.keyboard.press(key)
    await expect(page.get_by_text("Copied 3 rows")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == 'Ann\t2\t=1+1\nBob\t10\t"a\tb"\nCid\t\t'


async def test_at_360_pixels_everything_is_within_reach(page: Page, served: Command) -> None:
    await page.set_viewport_size({"width": 360, "height": 700})
    await page.goto(served.url)
    await expect(page.get_by_role("grid", name="Frame")).to_be_visible()
    panel = await open_column(page, "n")
    for part in (
        panel,
        page.get_by_role("button", name="Add row"),
        page.get_by_role("button", name="Download"),
    ):
        box = await part.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
