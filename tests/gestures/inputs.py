"""Gestures for what a person types, chooses and drags."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import FilePayload, Locator, Page, expect

from gestures import Gesture, Row

CLICKED = "dict {'ctrl_key': False, 'shift_key': False, 'meta_key': False}"
CTRL_CLICKED = CLICKED.replace("'ctrl_key': False", "'ctrl_key': True")


def label(name: str, **fields: Any) -> dict[str, Any]:
    return {"label": name, **fields}


def fill(name: str, value: str) -> Gesture:
    return lambda page: page.get_by_label(name).fill(value)


def press(role: Any, name: str, key: str) -> Gesture:
    return lambda page: page.get_by_role(role, name=name).press(key)


def click(role: Any, name: str) -> Gesture:
    return lambda page: page.get_by_role(role, name=name).click()


def clear(name: str, value: str) -> Gesture:
    """Enter ``value``, and once it has reached the handler, take it away."""

    async def gesture(page: Page) -> None:
        await page.get_by_label(name).fill(value)
        await expect(page.get_by_role("heading", name="Got: nothing yet")).to_have_count(0)
        await page.get_by_label(name).fill("")

    return gesture


def type_and(name: str, words: str, key: str) -> Gesture:
    return lambda page: type_and_in(page.get_by_label(name), words, key)


async def type_and_in(control: Locator, words: str, key: str) -> None:
    await control.press_sequentially(words)
    await control.press(key)


async def drag(page: Page, handle: Locator, start: float, end: float) -> None:
    """Take hold at ``start`` of the line, from 0 to 1, and let go at ``end``."""
    await handle.scroll_into_view_if_needed()
    box = await handle.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    await page.mouse.move(box["x"] + box["width"] * start, middle)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] * end, middle, steps=6)
    await page.mouse.up()


def slide(name: str, start: float, end: float) -> Gesture:
    async def gesture(page: Page) -> None:
        handle = page.get_by_label(name)
        inside = 8 / (await handle.evaluate("(element) => element.clientWidth"))
        await drag(page, handle, min(max(start, inside), 1 - inside), min(max(end, 0), 1))

    return gesture


async def search_and_choose(page: Page) -> None:
    await page.get_by_role("combobox", name="Choices").press_sequentially("option b")
    await page.keyboard.press("Enter")


async def search_one(page: Page) -> None:
    await page.get_by_role("combobox", name="Choice").press_sequentially("on b")
    await page.keyboard.press("Enter")


def choose(option: str) -> Gesture:
    return lambda page: page.get_by_label("Choice").select_option(option)


async def choose_and_take_back(page: Page) -> None:
    await page.get_by_label("Choice").select_option("b")
    await expect(page.get_by_role("heading", name="Got: str 'b'")).to_be_visible()
    await page.get_by_label("Choice").select_option("")


async def take_a_colour_back(page: Page) -> None:
    entry = page.get_by_role("textbox", name="Tint", exact=True)
    await type_and_in(entry, "#b42318", "Enter")
    await expect(page.get_by_role("heading", name="Got: str '#b42318'")).to_be_visible()
    await entry.fill("")
    await entry.press("Tab")


async def tick_and_take_away(page: Page) -> None:
    await page.get_by_role("checkbox", name="Option B").click()
    await page.get_by_role("checkbox", name="Option A").click()
    await page.get_by_role("checkbox", name="Option B").click()


async def rate_and_take_back(page: Page) -> None:
    await page.get_by_role("radio", name="4 stars").click()
    await expect(page.get_by_role("heading", name="Got: float 4.0")).to_be_visible()
    await page.get_by_role("radio", name="4 stars").click()


async def ctrl_click(page: Page) -> None:
    await page.get_by_role("button", name="Run").click(modifiers=["Control"])


async def download(page: Page) -> None:
    async with page.expect_download() as started:
        await page.get_by_role("button", name="Save").click()
    assert (await (await started.value).path()).read_bytes() == b"\x00\x01\xff"


async def choose_file(page: Page) -> None:
    file: FilePayload = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"alpha"}
    await page.get_by_label("Papers").set_input_files(file)


async def remove_file(page: Page) -> None:
    await choose_file(page)
    await page.get_by_role("button", name="Remove a.txt").click()


def number(event: str, gesture: Gesture, got: str, note: str = "", **fields: Any) -> Row:
    return Row("number_input", event, gesture, got, label("Amount", **fields), note=note)


def slider(event: str, gesture: Gesture, got: Any, note: str = "") -> Row:
    return Row("slider", event, gesture, got, label("Amount"), note=note)


CHOICE, CHOICES = label("Choice"), label("Choices")
# A drag ends on a pixel; which number that is depends on the width of the line.
ABOUT_HALF = r"(4[4-9]|5[0-6])\.0"

ROWS = [
    Row("button", "wf-click", click("button", "Run"), CLICKED, {"text": "Run"}),
    Row("button", "wf-click", press("button", "Run", "Enter"), CLICKED, {"text": "Run"}, note="by a key"),
    Row("button", "wf-click", ctrl_click, CTRL_CLICKED, {"text": "Run"}, note="with Ctrl"),
    Row("text_input", "wf-change", fill("Words", "Hi"), "str 'Hi'", label("Words")),
    Row("text_input", "wf-change", clear("Words", "Hi"), "str ''", label("Words"), note="cleared"),
    Row("text_input", "wf-change-finish", type_and("Words", "Hi", "Tab"), "str 'Hi'", label("Words")),
    Row(
        "text_input", "wf-change-finish", type_and("Words", "Hi", "Enter"), "str 'Hi'", label("Words"),
        note="by Enter",
    ),
    Row("textarea", "wf-change", fill("Words", "Hi"), "str 'Hi'", label("Words")),
    Row("textarea", "wf-change-finish", type_and("Words", "Hi", "Tab"), "str 'Hi'", label("Words")),
    Row(
        "textarea", "wf-change-finish", type_and("Words", "Hi", "Control+Enter"), "str 'Hi'",
        label("Words"), note="by Ctrl Enter",
    ),
    number("wf-number-change", fill("Amount", "2.5"), "float 2.5", step=0.5),
    number("wf-number-change", clear("Amount", "2"), "NoneType None", "cleared"),
    number("wf-number-change", press("spinbutton", "Amount", "ArrowUp"), "float 1.0", "stepped"),
    number("wf-number-change-finish", type_and("Amount", "7", "Enter"), "float 7.0"),
    number("wf-number-change-finish", type_and("Amount", "7", "Tab"), "float 7.0", "left"),
    slider("wf-number-change", slide("Amount", 0, 0.5), re.compile(f"float {ABOUT_HALF}")),
    slider("wf-number-change", press("slider", "Amount", "PageUp"), "float 10.0", "by a key"),
    slider("wf-number-change-finish", slide("Amount", 0, 0.5), re.compile(f"float {ABOUT_HALF}")),
    slider("wf-number-change-finish", slide("Amount", 0, 1), "float 100.0", "to its end"),
    Row("range", "wf-range-change", slide("From", 0, 0.5), re.compile(rf"list \[{ABOUT_HALF}, 100\.0\]")),
    Row(
        "range", "wf-range-change", slide("To", 1, 0.5), re.compile(rf"list \[0\.0, {ABOUT_HALF}\]"),
        note="upper",
    ),
    Row(
        "range", "wf-range-change", press("slider", "To", "ArrowLeft"), "list [0.0, 99.0]", note="by a key"
    ),
    Row("checkbox", "wf-toggle", click("checkbox", "Agreed"), "bool True", label("Agreed")),
    Row("switch", "wf-toggle", click("switch", "Lamp"), "bool True", label("Lamp")),
    Row("switch", "wf-toggle", press("switch", "Lamp", "Space"), "bool True", label("Lamp"), note="by a key"),
    Row("checkbox_group", "wf-options-change", click("checkbox", "Option B"), "list ['b']", CHOICES),
    Row("checkbox_group", "wf-options-change", tick_and_take_away, "list ['a']", CHOICES, note="less"),
    Row("radio", "wf-option-change", click("radio", "Option A"), "str 'a'", CHOICE),
    Row("select", "wf-option-change", choose("b"), "str 'b'", CHOICE),
    Row("select", "wf-option-change", choose_and_take_back, "NoneType None", CHOICE, note="taken back"),
    Row("select", "wf-option-change", search_one, "str 'b'", label("Choice", search=True), note="searched"),
    Row("select_multiple", "wf-options-change", search_and_choose, "list ['b']", CHOICES),
    Row("date", "wf-date-change", fill("Day", "2026-03-14"), "str '2026-03-14'", label("Day")),
    Row("date", "wf-date-change", clear("Day", "2026-03-14"), "NoneType None", label("Day"), note="cleared"),
    Row("time", "wf-time-change", fill("Hour", "09:30"), "str '09:30'", label("Hour")),
    Row("time", "wf-time-change", clear("Hour", "09:30"), "NoneType None", label("Hour"), note="cleared"),
    Row("colour", "wf-change", fill("Tint picker", "#3651d4"), "str '#3651d4'", label("Tint")),
    Row(
        "colour", "wf-change",
        lambda page: type_and_in(page.get_by_role("textbox", name="Tint", exact=True), "3651d4", "Enter"),
        "str '#3651d4'", label("Tint"), note="typed",
    ),
    Row("colour", "wf-change", take_a_colour_back, "str ''", label("Tint"), note="taken back"),
    Row("rating", "wf-number-change", click("radio", "4 stars"), "float 4.0", label("Stars")),
    Row("rating", "wf-number-change", rate_and_take_back, "NoneType None", label("Stars"), note="taken back"),
    Row(
        "file_input", "wf-file-change", choose_file,
        re.compile(r"list \[.*'?a\.txt'?.*\]"), label("Papers"),
    ),
    Row("file_input", "wf-file-change", remove_file, "list []", label("Papers"), note="removed"),
    Row(
        "webcam_capture", "wf-webcam", click("button", "Capture"), re.compile(r"bytes b'\\x89PNG.*"),
        label("Camera"),
    ),
    Row(
        "download_button", "wf-click", download, CLICKED,
        {"text": "Save", "data": "@{raw_bytes}", "file_name": "raw.bin"},
        code='STATE["raw_bytes"] = b"\\x00\\x01\\xff"',
    ),
    Row("pagination", "wf-change-page", click("button", "Next page"), "int 2"),
    Row("pagination", "wf-change-page", click("button", "Page 10"), "int 10", note="far"),
    Row(
        "pagination", "wf-change-page-size",
        lambda page: page.get_by_label("Items a page").select_option("25"), "int 25",
        {"page_sizes": [10, 25]},
    ),
]  # fmt: skip
