"""Gestures for what arranges a page: steps, dialogs, frames, icons, elements."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

from gestures import Gesture, Row

CLICKED = "dict {'ctrl_key': False, 'shift_key': False, 'meta_key': False}"


def click(role: Any, name: str) -> Gesture:
    return lambda page: page.get_by_role(role, name=name).click()


async def escape(page: Page) -> None:
    await page.get_by_role("dialog", name="Sure?").press("Escape")


async def nothing(_: Page) -> None:
    """The page does it by itself."""


def step(name: str, title: str) -> dict[str, Any]:
    return {"id": name, "type": "step", "fields": {"title": title}}


STEPS = [step("who", "Who"), step("where", "Where"), step("pay", "Pay")]
DIALOG = {"title": "Sure?", "open": True}

ROWS = [
    Row("steps", "wf-tab-change", click("button", "Next"), "str 'where'", children=STEPS),
    Row("steps", "wf-tab-change", click("button", "Step 3 of 3: Pay"), "str 'pay'", children=[
        step("who_2", "Who"), step("where_2", "Where"), step("pay", "Pay")
    ], note="by its mark"),
    Row("dialog", "wf-close", escape, "NoneType None", DIALOG),
    Row("dialog", "wf-toggle", click("button", "Close"), "bool False", DIALOG, bound=True),
    Row("icon", "wf-click", click("button", "Mark it"), CLICKED, {"icon": "flag", "label": "Mark it"}),
    Row(
        "html_element",
        "wf-click",
        click("button", "Fold"),
        CLICKED,
        {"element": "em", "text": "Fold", "attributes": {"role": "button"}},
    ),
    Row("iframe", "wf-load", nothing, "NoneType None", {"src": "assets/none.html"}),
]  # fmt: skip
