"""Gestures for what shows something and may be pressed, and for what happens to a page."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, expect

from gestures import Gesture, Row

CLICKED = "dict {'ctrl_key': False, 'shift_key': False, 'meta_key': False}"
PICTURE = """
import base64

STATE["dot"] = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""

PHOTO = {"src": "@{dot}", "alt": "A dot"}


def click(role: Any, name: str) -> Gesture:
    return lambda page: page.get_by_role(role, name=name).click()


def press(role: Any, name: str, key: str) -> Gesture:
    return lambda page: page.get_by_role(role, name=name).press(key)


async def nothing(_: Page) -> None:
    """It happens by itself."""


async def strike(page: Page) -> None:
    await expect(page.get_by_role("heading", name="Got: nothing yet")).to_be_visible()
    await page.keyboard.press("k")


def route(page: str, **variables: str) -> str:
    return f"dict { ({'page_key': page, 'route_vars': variables})!r}"


def tab(name: str, title: str) -> dict[str, Any]:
    return {"id": name, "type": "tab", "fields": {"title": title}}


LINK = {
    "id": "to_customer", "type": "link",
    "fields": {"text": "Customer 17", "url": "page_wf_hashchange?customer=17"},
}  # fmt: skip


ROWS = [
    Row("page", "wf-page-open", nothing, "str 'page_wf_page_open'"),
    Row("page", "wf-app-open", nothing, route("page_wf_app_open")),
    Row(
        "page", "wf-hashchange", click("link", "Customer 17"), route("page_wf_hashchange", customer="17"),
        children=[LINK],
    ),
    Row(
        "page", "wf-keydown", strike,
        "dict {'key': 'k', 'ctrl_key': False, 'shift_key': False, 'meta_key': False}",
    ),
    Row("text", "wf-click", lambda page: page.get_by_text("Read me").click(), CLICKED, {"text": "Read me"}),
    Row("heading", "wf-click", lambda page: page.get_by_text("Above").click(), CLICKED, {"text": "Above"}),
    Row("link", "wf-click", click("link", "Guide"), CLICKED, {"text": "Guide", "url": "#guide"}),
    Row("image", "wf-click", click("button", "A dot"), CLICKED, PHOTO, code=PICTURE),
    Row("metric", "wf-click", click("button", "Orders 128"), CLICKED, {"label": "Orders", "value": "128"}),
    Row(
        "metric", "wf-click", press("button", "Orders 128", "Enter"), CLICKED,
        {"label": "Orders", "value": "128"}, note="by a key",
    ),
    Row("avatar", "wf-click", click("button", "Ada Lovelace"), CLICKED),
    Row("tags", "wf-tag-click", click("button", "Tag B"), "str 'b'"),
    Row(
        "tabs", "wf-tab-change", click("tab", "Second"), "str 'second'",
        children=[tab("first", "First"), tab("second", "Second")],
    ),
    Row(
        "tabs", "wf-tab-change", press("tab", "First one", "ArrowRight"), "str 'second_one'",
        children=[tab("first_one", "First one"), tab("second_one", "Second one")], note="by a key",
    ),
    Row("timer", "wf-tick", nothing, "NoneType None", {"interval": 0.1}),
]  # fmt: skip
