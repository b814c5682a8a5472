"""Inputs: their bindings, and that what is disabled takes nothing. Their events are in `tests/gestures`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from browser_apps import button, write_app
from commands import open_command
from component_pages import TYPES, shown_alone, specimen
from playwright.async_api import Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CODE = """
from mainspring.runtime import init_state

init_state({})


def take(state, payload):
    pass
"""
# By type, what state holds and what the control must then say.
SHOWN = {
    "checkbox": (True, "true"),
    "checkbox_group": (["b"], "b"),
    "colour": ("#b42318", "#b42318 #b42318"),
    "date": ("2026-03-14", "2026-03-14"),
    "number_input": (2.5, "2.5"),
    "pagination": (3, "3"),
    "radio": ("b", "b"),
    "range": ([20, 80], "20 80"),
    "rating": (4, "4"),
    "select": ("b", "b"),
    "select_multiple": (["b"], "Option B"),
    "slider": (30, "30"),
    "switch": (True, "true"),
    "tabs": ("second", "second"),
    "text_input": ("Ada", "Ada"),
    "textarea": ("Ada\nLovelace", "Ada\nLovelace"),
    "time": ("09:30", "09:30"),
}
READ = """() => Object.fromEntries([...document.querySelectorAll("[data-component^=bound_]")].map((root) => {
    const many = root.querySelector(".chip, [aria-current], [aria-selected=true][role=tab]");
    if (many) return [root.dataset.component, many.dataset.selects ?? many.textContent];
    const controls = [...root.querySelectorAll("input, textarea, select")];
    const one = controls.length === 1 && controls[0].type === "checkbox";
    const counts = ({ type, checked }) => checked || !["checkbox", "radio"].includes(type);
    const says = one ? [String(controls[0].checked)] : controls.filter(counts).map(({ value }) => value);
    return [root.dataset.component, says.join(" ")];
}))"""
BINDABLE = """
from mainspring.runtime import init_state

init_state({{"first": {first!r}, "now": {{}}}})


def put(state):
    state["now"] = state["first"]


def take_away(state):
    state["now"] = {{}}
"""


async def test_each_control_says_what_state_holds_and_follows_when_a_handler_changes_it(
    page: Page, tmp_path: Path
) -> None:
    first = {type_: value for type_, (value, _) in SHOWN.items()}
    more: dict[str, dict[str, Any]] = {
        "tabs": {"children": [{"id": name, "type": "tab"} for name in ("first", "second")]},
        "pagination": {"fields": {"total": 100}},
    }
    tree = [
        {"id": f"bound_{type_}", "type": type_, "binding": f"now.{type_}", **more.get(type_, {})}
        for type_ in SHOWN
    ]
    code = BINDABLE.format(first=first)
    app = write_app(
        tmp_path / "app", code, main=[button("put", "put"), button("take_away", "take_away"), *tree]
    )
    async with open_command("run", app, "--port", "0") as served:
        await page.goto(served.url)
        # Of what isn't there yet, nothing is busy.
        await expect(page.locator(f"[data-component={tree[-1]['id']}]")).to_be_attached()
        await page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
        empty = await page.evaluate(READ)
        full = {f"bound_{type_}": says for type_, (_, says) in SHOWN.items()}
        for name, expected in (("Put", full), ("Take away", empty)):
            await page.get_by_role("button", name=name).click()
            await page.wait_for_function(
                f"(expected) => JSON.stringify(({READ})()) === expected",
                arg=json.dumps(expected, separators=(",", ":"), ensure_ascii=False),
            )


CAN_BE_DISABLED = [type_ for type_ in shown_alone() if "disabled" in TYPES[type_].fields]


async def test_what_is_disabled_takes_no_input(page: Page, tmp_path: Path) -> None:
    tree = [specimen(type_, type_, disabled=True) for type_ in CAN_BE_DISABLED]
    async with open_command("run", write_app(tmp_path / "app", CODE, main=tree), "--port", "0") as served:
        await page.goto(served.url)
        for type_ in CAN_BE_DISABLED:
            shown = page.locator(f"[data-component={type_}]")
            await expect(shown).to_be_visible()
            fields = shown.locator(":is(input, select, textarea):enabled:not([type=search]):visible")
            await expect(fields).to_have_count(0)
        buttons = page.locator("[data-component=button], [data-component=download_button], .stepper button")
        for button in await buttons.all():
            await expect(button).to_be_disabled()
