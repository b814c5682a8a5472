"""A frame of a million rows in the finished app: it costs what is visible, and shows whatever is in it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from commands import Command, open_command
from playwright.async_api import Locator, Page, WebSocket, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    import datetime as dt

    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from mainspring.runtime import init_state

    ROWS = 1_000_000


    def orders():
        number = np.arange(ROWS)
        return pd.DataFrame({
            "number": number,
            "customer": np.char.add("customer ", (number * 7919 % ROWS).astype(str)),
            "price": (number * 31 % 1_000) / 4,
            "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(number % 365, unit="D"),
        })


    def mixed():
        frame = pd.DataFrame({
            "text": ["plain", None, "<b>no markup</b>", "Zoë"],
            "number": [1.5, None, -3, 1e9],
            "day": pd.to_datetime(["2026-03-14", None, "2026-03-14 09:30", "2025-12-31"], format="ISO8601"),
            "kind": pd.Categorical(["red", "blue", None, "red"]),
            "nested": [{"a": [1, 2]}, [3], None, {"b": None}],
            "ok": [True, None, False, True],
            7: ["seven"] * 4,
        })
        frame.columns = [*frame.columns[:-1], "text"]
        return frame


    init_state({
        "orders": orders(),
        "mixed": mixed(),
        "polars": pl.DataFrame({"n": range(100_000)}),
        "arrow": pa.table({"n": list(range(100_000))}),
        "list": [{"name": "Ann", "n": 2}, {"name": "Bob", "n": 1}],
        "clicks": 0,
    })


    def reprice(state):
        frame = state["orders"]
        frame["price"] = 7777.0
        state["orders"] = frame


    def shorten(state):
        state["orders"] = state["orders"].head(60)


    def click(state):
        state["clicks"] += 1
"""


def table(name: str, data: str, **fields: Any) -> dict[str, Any]:
    values = {"data": f"@{{{data}}}", "label": name.capitalize(), **fields}
    return {"id": name, "type": "dataframe", "fields": values}


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Command]:
    app = write_app(
        tmp_path_factory.mktemp("frames") / "app",
        MAIN,
        main=[
            table("orders", "orders", search=True, show_index=True),
            button("reprice", "reprice"),
            button("shorten", "shorten"),
            button("click", "click"),
            text("@{clicks} clicks", "clicks"),
        ],
        others=[
            table("mixed", "mixed"),
            table("polars", "polars", search=True),
            table("arrow", "arrow"),
            table("list", "list", search=True),
        ],
    )
    async with open_command("run", app, "--port", "0") as running:
        yield running


class Wire:
    """What came over a page's WebSocket."""

    def __init__(self, page: Page) -> None:
        self.received = 0
        self.asked = 0
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._receive)
        socket.on("framesent", self._send)

    def _receive(self, frame: str | bytes) -> None:
        self.received += len(frame)

    def _send(self, frame: str | bytes) -> None:
        self.asked += '"read_rows"' in str(frame)


@pytest_asyncio.fixture(loop_scope="session")
async def wire(page: Page, served: Command) -> Wire:
    """The page with the million rows is open."""
    wire = Wire(page)
    await page.goto(served.url)
    await expect(cells(page, "Orders", 1).first).to_have_text("0")
    return wire


def region(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def cells(page: Page, table: str, column: int) -> Locator:
    """The cells of a column that are in the page; the row numbers are column 0."""
    return region(page, table).locator(f"tbody tr[aria-rowindex] td:nth-child({column + 1})")


async def scroll(page: Page, table: str, share: float) -> None:
    await region(page, table).evaluate(
        "(element, share) => { element.scrollTop = (element.scrollHeight - element.clientHeight) * share; }",
        share,
    )


async def focused(page: Page) -> tuple[int, int]:
    """Row and column of the cell with the focus, as they are told to screen readers."""
    row, column = await page.evaluate(
        """() => {
            const cell = document.activeElement.closest("[aria-colindex]");
            return [cell?.parentElement.ariaRowIndex ?? 0, cell?.ariaColIndex ?? 0].map(Number);
        }"""
    )
    return row, column


async def first_in_view(page: Page, table: str) -> list[str]:
    """The texts of the first whole row in view; none while the rows there aren't drawn."""
    found = await region(page, table).evaluate(
        """(element) => {
            const top = element.getBoundingClientRect().top + element.querySelector("thead").offsetHeight - 1;
            const rows = [...element.querySelectorAll("tbody tr[aria-rowindex]")];
            const row = rows.find((each) => each.getBoundingClientRect().top >= top);
            return row ? [...row.cells].map((cell) => cell.textContent) : [];
        }"""
    )
    return [str(text) for text in found]


async def position_in_view(page: Page, table: str, low: int, high: int) -> int:
    """The position that the first whole row in view shows, once it is there and within the bounds."""
    async with asyncio.timeout(15):
        while True:
            _, text, *_ = await first_in_view(page, table) or ("", "")
            if text.isdigit() and low <= int(text) <= high:
                return int(text)
            # The next frame is the soonest that it can show something else.
            await page.evaluate("new Promise(requestAnimationFrame)")


async def test_a_million_rows_cost_what_is_visible(page: Page, wire: Wire) -> None:
    assert wire.received < 20_000
    assert wire.asked == 0
    assert await region(page, "Orders").locator("tbody tr").count() < 60
    await expect(page.get_by_text("1,000,000 rows")).to_be_visible()
    await expect(region(page, "Orders").locator("table")).to_have_attribute("aria-rowcount", "1000001")


async def test_the_middle_and_the_end_show_their_rows(page: Page, wire: Wire) -> None:
    await scroll(page, "Orders", 0.5)
    await expect(cells(page, "Orders", 1).first).to_have_text(re.compile(r"^(49|50)\d{4}$"))
    await expect(region(page, "Orders").locator("tr.coming")).to_have_count(0)
    number, same, customer, price, *_ = await first_in_view(page, "Orders")
    position = int(same)
    assert number.replace(",", "") == str(position + 1)
    assert customer == f"customer {position * 7919 % 1_000_000}"
    assert float(price) == (position * 31 % 1_000) / 4

    await scroll(page, "Orders", 1)
    await expect(cells(page, "Orders", 1).last).to_have_text("999999")
    box = await cells(page, "Orders", 1).last.bounding_box()
    frame = await region(page, "Orders").bounding_box()
    assert box is not None
    assert frame is not None
    assert box["y"] + box["height"] <= frame["y"] + frame["height"] + 1
    assert await region(page, "Orders").locator("tbody tr").count() < 60

    await scroll(page, "Orders", 0)
    await expect(cells(page, "Orders", 1).first).to_have_text("0")
    assert wire.received < 60_000


@pytest.mark.usefixtures("wire")
async def test_keys_and_the_wheel_move_by_rows_anywhere_in_the_table(page: Page) -> None:
    await cells(page, "Orders", 1).first.click()
    await page.keyboard.press("Control+End")
    await expect(cells(page, "Orders", 4).last).to_be_focused()
    await expect(cells(page, "Orders", 1).last).to_have_text("999999")
    await page.keyboard.press("Control+Home")
    await expect(cells(page, "Orders", 1).first).to_have_text("0")
    await expect(cells(page, "Orders", 0).first).to_be_focused()

    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(cells(page, "Orders", 0).nth(2)).to_be_focused()
    assert await focused(page) == (4, 1)
    await page.keyboard.press("PageDown")
    after, _ = await focused(page)
    assert 8 < after < 20

    await scroll(page, "Orders", 0.5)
    before = await position_in_view(page, "Orders", 490_000, 510_000)
    await region(page, "Orders").hover()
    await page.mouse.wheel(0, 360)
    await position_in_view(page, "Orders", before + 9, before + 11)
    # The cell was scrolled away and has left the focus to the table, which goes on from there.
    await page.keyboard.press("ArrowDown")
    await position_in_view(page, "Orders", 0, 20)
    assert await focused(page) == (after + 1, 1)


async def test_a_press_on_a_name_sorts_all_rows_on_the_server(page: Page, wire: Wire) -> None:
    customer = region(page, "Orders").get_by_role("button", name="customer", exact=True)
    await customer.click()
    await expect(cells(page, "Orders", 2).nth(1)).to_have_text("customer 1")
    await expect(cells(page, "Orders", 2).nth(3)).to_have_text("customer 100")
    await expect(page.get_by_role("columnheader", name="customer")).to_have_attribute(
        "aria-sort", "ascending"
    )

    await customer.click()
    await expect(cells(page, "Orders", 2).first).to_have_text("customer 999999")
    await scroll(page, "Orders", 1)
    await expect(cells(page, "Orders", 2).last).to_have_text("customer 0")

    await customer.click()
    await expect(cells(page, "Orders", 1).first).to_have_text("0")
    assert wire.received < 80_000


async def test_the_search_box_finds_rows_anywhere(page: Page, wire: Wire) -> None:
    await region(page, "Orders").get_by_role("button", name="number", exact=True).click()
    await page.get_by_label("Search Orders").fill("99999 CUSTOMER")

    status = page.get_by_role("status").filter(has_text="rows")
    await expect(status).to_have_text(re.compile(r"^\d\d of 1,000,000 rows$"))
    await expect(region(page, "Orders").locator("tr.coming")).to_have_count(0)
    shown = await cells(page, "Orders", 1).all_text_contents()
    customers = await cells(page, "Orders", 2).all_text_contents()
    assert all("99999" in number + customer for number, customer in zip(shown, customers, strict=True))
    assert [int(number) for number in shown] == sorted(int(number) for number in shown)

    await page.get_by_label("Search Orders").fill("no such words")
    await expect(page.get_by_text("No row holds “no such words”.")).to_be_visible()
    await page.get_by_label("Search Orders").fill("")
    await expect(page.get_by_text("1,000,000 rows")).to_be_visible()
    await expect(cells(page, "Orders", 1).first).to_have_text("0")
    assert wire.received < 60_000


@pytest.mark.usefixtures("wire")
async def test_events_go_on_while_a_million_rows_are_searched(page: Page) -> None:
    await page.get_by_label("Search Orders").fill("customer 1 0 2 3")
    await page.get_by_label("Search Orders").press("Enter")
    await page.get_by_role("button", name="Click").click()

    await expect(page.get_by_text("1 clicks")).to_be_visible()


@pytest.mark.usefixtures("wire")
async def test_a_frame_that_is_assigned_again_shows_its_new_rows_where_the_page_stands(page: Page) -> None:
    await scroll(page, "Orders", 0.5)
    await expect(cells(page, "Orders", 1).first).to_have_text(re.compile(r"^(49|50)\d{4}$"))
    here = await position_in_view(page, "Orders", 490_000, 510_000)

    await page.get_by_role("button", name="Reprice").click()

    await expect(cells(page, "Orders", 3).nth(20)).to_have_text("7777")
    assert await position_in_view(page, "Orders", 0, 999_999) == here

    await page.get_by_role("button", name="Shorten").click()
    await expect(page.get_by_text("60 rows", exact=True)).to_be_visible()
    await expect(cells(page, "Orders", 1).last).to_have_text("59")


async def test_cells_of_every_kind_and_names_that_occur_twice_are_shown(page: Page, served: Command) -> None:
    await page.goto(f"{served.origin}/others")
    names = region(page, "Mixed").get_by_role("columnheader")
    await expect(names).to_have_text(["text", "number", "day", "kind", "nested", "ok", "text"])

    rows = region(page, "Mixed").locator("tbody tr")
    await expect(rows.last.locator("td").first).to_have_text("Zoë")
    shown = [(await row.locator("td").all_text_contents())[:7] for row in await rows.all()]
    assert shown == [
        ["plain", "1.5", "2026-03-14", "red", '{"a":[1,2]}', "yes", "seven"],
        ["", "", "", "blue", "[3]", "", "seven"],
        ["<b>no markup</b>", "-3", "2026-03-14 09:30", "", "", "no", "seven"],
        ["Zoë", "1000000000", "2025-12-31", "red", '{"b":null}', "yes", "seven"],
    ]


async def test_frames_of_polars_and_pyarrow_scroll_too_and_lists_are_sorted_and_searched_here(
    page: Page, served: Command
) -> None:
    wire = Wire(page)
    await page.goto(f"{served.origin}/others")
    for name in ("Polars", "Arrow"):
        await scroll(page, name, 1)
        await expect(cells(page, name, 0).last).to_have_text("99999")
    asked = wire.asked

    await region(page, "List").get_by_role("button", name="n", exact=True).click()
    await expect(cells(page, "List", 0)).to_have_text(["Bob", "Ann"])
    await page.get_by_label("Search List").fill("ann")
    await expect(cells(page, "List", 0)).to_have_text(["Ann"])
    await expect(page.get_by_text("1 of 2 rows")).to_be_visible()
    assert wire.asked == asked


@pytest.mark.usefixtures("wire")
async def test_rows_come_again_when_the_line_was_cut(page: Page) -> None:
    await page.context.set_offline(True)
    await expect(page.get_by_text("connection", exact=False).first).to_be_visible()
    await scroll(page, "Orders", 0.5)
    await expect(region(page, "Orders").locator("tr.coming").first).to_be_visible()

    await page.context.set_offline(False)

    await expect(region(page, "Orders").locator("tr.coming")).to_have_count(0)
    await position_in_view(page, "Orders", 100_000, 999_999)
