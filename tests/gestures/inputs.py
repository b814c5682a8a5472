"""Gestures for what a person types, chooses and drags."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

from gestures import Gesture, Row


def label(name: str) -> dict[str, Any]:
    return {"label": name}


def fill(name: str, value: str) -> Gesture:
    return lambda page: page.get_by_label(name).fill(value)


async def type_and_leave(page: Page) -> None:
    await page.get_by_label("Words").press_sequentially("Hi")
    await page.keyboard.press("Tab")


ROWS = [
    Row("text_input", "wf-change", fill("Words", "Hi"), "str 'Hi'", label("Words")),
    Row("text_input", "wf-change-finish", type_and_leave, "str 'Hi'", label("Words")),
    Row("textarea", "wf-change", fill("Words", "Hi"), "str 'Hi'", label("Words")),
    Row("textarea", "wf-change-finish", type_and_leave, "str 'Hi'", label("Words")),
]
