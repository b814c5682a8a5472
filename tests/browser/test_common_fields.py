"""What every component has: visible as an expression, CSS classes, a tooltip; and what every input has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser_apps import button, write_app
from commands import open_command
from component_pages import ASSETS, TYPES, shown_alone, specimen
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({"tip": "The first", "look": "first", "shown": True, "error": "It is wrong.", "needed": True})


    def take(state, payload):
        pass


    def change(state):
        state["tip"], state["look"] = "The second", "second"
        state["error"], state["needed"] = "", False


    def hide(state):
        state["shown"] = False
"""
BUTTONS = [button("change", "change"), button("hide", "hide")]
INPUTS = [type_ for type_ in TYPES if {"label", "help", "required", "error"} <= set(TYPES[type_].fields)]
LOOKS = """() => Object.fromEntries([...document.querySelectorAll("[data-component^=tried_]")].map(
    (element) => [element.dataset.component, `${element.title}, ${element.className.split(" ").at(-1)}`]))"""


def classed(components: list[dict[str, Any]]) -> set[str]:
    """The ids of those among ``components``, and below them, that were given classes."""
    below = set[str]().union(*(classed(each.get("children", [])) for each in components))
    return below | {each["id"] for each in components if "css_class" in each["fields"]}


async def test_each_component_has_its_tooltip_and_classes_and_is_there_while_its_expression_says_so(
    page: Page, tmp_path: Path
) -> None:
    common = {"tooltip": "@{tip}", "css_class": "own @{look}"}
    # A dialog would lie over the buttons.
    tried = [specimen(type_, f"tried_{type_}", **common) for type_ in shown_alone() if type_ != "dialog"]
    again = {"id": "shown_again", "type": "text", "fields": {"text": "Again."}}
    tree = [*BUTTONS, again, *({**each, "visible": "@{shown}"} for each in tried)]
    # Of several tabs or steps one is open.
    expected = classed(tried) - {"tried_tabs_1", "tried_steps_1", "tried_steps_2"}
    async with open_command(
        "run", write_app(tmp_path / "app", MAIN, ASSETS, main=tree), "--port", "0"
    ) as served:
        await page.goto(served.url)
        # Of what isn't there yet, nothing is busy.
        await expect(page.locator(f"[data-component={tried[-1]['id']}]")).to_be_attached()
        await page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
        seen = await page.evaluate(LOOKS)
        assert {name: seen.get(name) for name in expected} == dict.fromkeys(expected, "The first, first")

        await page.get_by_role("button", name="Change").click()
        await expect(page.locator("[data-component=tried_button]")).to_have_class("button primary own second")
        seen = await page.evaluate(LOOKS)
        assert {name: seen.get(name) for name in expected} == dict.fromkeys(expected, "The second, second")

        await page.get_by_role("button", name="Hide").click()
        await expect(page.locator("[data-component^=tried_]")).to_have_count(0)


async def test_each_input_has_its_label_help_error_and_mark_of_what_is_required(
    page: Page, tmp_path: Path
) -> None:
    common = {"help": "So it is done.", "error": "@{error}", "required": "@{needed}"}
    tried = [specimen(type_, type_, label=f"Label of {type_}", **common) for type_ in INPUTS]
    tree = [*BUTTONS, *tried]
    async with open_command("run", write_app(tmp_path / "app", MAIN, main=tree), "--port", "0") as served:
        await page.goto(served.url)
        for type_ in INPUTS:
            shown = page.locator(f"[data-component={type_}]")
            name = f"Label of {type_}"
            control = shown.locator("[aria-describedby]").first
            await expect(control).to_have_accessible_description("It is wrong. So it is done.")
            # The mark is for the eyes; browsers differ in whether a hidden part of a label names.
            await expect(
                page.get_by_label(name).or_(page.get_by_role("group", name=name)).first
            ).to_be_visible()
            await expect(shown.get_by_role("alert")).to_have_text("It is wrong.")
            await expect(shown.locator(".required")).to_be_visible()

        await page.get_by_role("button", name="Change").click()
        await expect(page.get_by_role("alert")).to_have_count(0)
        await expect(page.locator(".required")).to_have_count(0)
        await expect(page.locator("[aria-invalid=true]")).to_have_count(0)
