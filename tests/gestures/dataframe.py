"""Gestures for dataframes: rows that are selected, edited, added and acted on."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Locator, Page

from gestures import Row

CODE = """
STATE["people"] = [
    {"name": "Ada", "age": 36, "id": 2**60},
    {"name": "Bob", "age": 41, "id": 2},
    {"name": "Cid", "age": 7, "id": 3},
    {"name": "Dot", "age": 20, "id": 4},
]
"""
POLARS = """
import datetime

import polars

STATE["frame"] = polars.DataFrame({
    "n": range(100_000),
    "big": [2**60 + n for n in range(100_000)],
    "day": [datetime.date(2026, 3, 14)] * 100_000,
})
"""


def people(**more: Any) -> dict[str, Any]:
    return {"data": "@{people}", "label": "People", **more}


def frame(**more: Any) -> dict[str, Any]:
    return {"data": "@{frame}", "label": "Frame", **more}


def cell(page: Page, row: int, column: int) -> Locator:
    """A cell by its place in what is shown, both from 1; the head is row 0."""
    return page.locator(f"tr[aria-rowindex='{row + 1}'] > [aria-colindex='{column}']")


async def click_a_row(page: Page) -> None:
    await cell(page, 2, 2).click()


async def select_a_sorted_range(page: Page) -> None:
    await page.get_by_role("button", name="age", exact=True).click()  # Cid, Dot, Ada, Bob
    await cell(page, 1, 2).click()
    await cell(page, 3, 2).click(modifiers=["Shift"])
    await cell(page, 2, 2).click(modifiers=["Control"])


async def select_by_keys(page: Page) -> None:
    await cell(page, 0, 1).get_by_role("checkbox").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Shift+Space")


async def select_all(page: Page) -> None:
    await cell(page, 2, 2).click()
    await page.keyboard.press("Control+a")


async def select_the_end_of_a_sorted_frame(page: Page) -> None:
    await page.get_by_role("button", name="n", exact=True).click()
    await page.get_by_role("button", name="n", exact=True).click()
    await page.locator("td", has_text="99999").first.wait_for()
    await cell(page, 1, 2).click()
    await cell(page, 3, 2).click(modifiers=["Shift"])


async def edit_a_number(page: Page) -> None:
    await cell(page, 2, 2).dblclick()
    await page.get_by_label("Edit age").fill("42")
    await page.keyboard.press("Enter")


async def edit_by_typing_in_a_sorted_table(page: Page) -> None:
    await page.get_by_role("button", name="age", exact=True).click()
    await cell(page, 1, 1).click()
    await page.keyboard.type("Cy")
    await page.keyboard.press("Tab")


async def edit_digits_that_a_browser_would_lose(page: Page) -> None:
    await cell(page, 1, 2).click()
    await page.keyboard.press("F2")
    await page.get_by_label("Edit big").fill("1152921504606846999")
    await page.keyboard.press("Enter")


async def edit_a_day(page: Page) -> None:
    await cell(page, 2, 3).dblclick()
    await page.get_by_label("Edit day").fill("2027-01-31")
    await page.keyboard.press("Enter")


async def add_a_row(page: Page) -> None:
    await page.get_by_role("button", name="Add row").click()
    form = page.get_by_role("dialog", name="Add a row")
    await form.get_by_label("name").fill("Eve")
    await form.get_by_label("age").fill("5")
    await form.get_by_role("button", name="Add").click()


async def press_an_action(page: Page) -> None:
    await page.get_by_role("button", name="Remove, row 2").click()


ACTIONS = {"open": "Open", "remove": "Remove"}
BOB = "'name': 'Bob', 'age': 41, 'id': 2"

ROWS = [
    Row("dataframe", "wf-dataframe-select", click_a_row, "dict {'rows': [1]}", people(), code=CODE),
    Row(
        "dataframe",
        "wf-dataframe-select",
        select_a_sorted_range,
        "dict {'rows': [0, 2]}",
        people(),
        code=CODE,
        note="sorted",
    ),
    Row(
        "dataframe",
        "wf-dataframe-select",
        select_by_keys,
        "dict {'rows': [1, 2]}",
        people(),
        code=CODE,
        note="keys",
    ),
    Row(
        "dataframe",
        "wf-dataframe-select",
        select_all,
        "dict {'rows': [0, 1, 2, 3]}",
        people(),
        code=CODE,
        note="all",
    ),
    Row(
        "dataframe",
        "wf-dataframe-select",
        select_the_end_of_a_sorted_frame,
        "dict {'rows': [99997, 99998, 99999]}",
        frame(),
        code=POLARS,
        note="frame",
    ),
    Row(
        "dataframe",
        "wf-dataframe-update",
        edit_a_number,
        "dict {'record_index': 1, 'record': {'name': 'Bob', 'age': 42, 'id': 2}}",
        people(),
        code=CODE,
    ),
    Row(
        "dataframe",
        "wf-dataframe-update",
        edit_by_typing_in_a_sorted_table,
        "dict {'record_index': 2, 'record': {'name': 'Cy', 'age': 7, 'id': 3}}",
        people(),
        code=CODE,
        note="typed",
    ),
    Row(
        "dataframe",
        "wf-dataframe-update",
        edit_digits_that_a_browser_would_lose,
        "dict {'record_index': 0, 'record': {'n': 0, 'big': 1152921504606846999, 'day': '2026-03-14'}}",
        frame(),
        code=POLARS,
        note="digits",
    ),
    Row(
        "dataframe",
        "wf-dataframe-update",
        edit_a_day,
        "dict {'record_index': 1, 'record': {'n': 1, 'big': 1152921504606846977, 'day': '2027-01-31'}}",
        frame(),
        code=POLARS,
        note="day",
    ),
    Row(
        "dataframe",
        "wf-dataframe-add",
        add_a_row,
        "dict {'record': {'name': 'Eve', 'age': 5, 'id': None}}",
        people(),
        code=CODE,
    ),
    Row(
        "dataframe",
        "wf-dataframe-action",
        press_an_action,
        f"dict {{'action': 'remove', 'record_index': 1, 'record': {{{BOB}}}}}",
        people(actions=ACTIONS),
        code=CODE,
    ),
]
