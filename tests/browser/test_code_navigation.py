"""From the code to what it is about and back: components, handlers, definitions, lines of the log."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from commands import open_command
from playwright.async_api import FrameLocator, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """\
from fractions import Fraction

from helpers import note


def count(state):
    print("counted")
    note(state)


def fail(state, context):
    if context["target"] == "second_button":
        raise ValueError(Fraction("no"))
"""
HELPERS = """\
def note(state):
    state["noted"] = True
"""


@pytest_asyncio.fixture(loop_scope="session")
async def edited(page: Page, tmp_path: Path) -> AsyncIterator[Path]:
    path = write_app(
        tmp_path / "app",
        MAIN,
        {"helpers.py": HELPERS},
        main=[button("go", "count"), button("again", "count"), button("idle", "")],
        other=[button("second_button", "fail"), text("@{noted}", "shown")],
    )
    async with open_command("edit", path, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(page.get_by_role("status").first).to_contain_text("live")
        await expect(content(page)).to_contain_text("def count")
        yield path


def code(page: Page) -> Locator:
    return page.get_by_role("region", name="Code", exact=True)


def content(page: Page) -> Locator:
    return code(page).locator(".cm-content")


def line(page: Page, words: str) -> Locator:
    return content(page).locator(".cm-line").filter(has_text=words)


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


def selected(page: Page) -> Locator:
    """The row of the tree that is selected."""
    return page.get_by_role("treeitem", selected=True)


def tab(page: Page, name: str) -> Locator:
    return code(page).get_by_role("tab", name=name)


async def ctrl_click(page: Page, words: str, within: str) -> None:
    """Ctrl-click in the middle of the first ``words`` in the line that has ``within``."""
    found = line(page, within).first
    x, y = await found.evaluate(
        """(line, words) => {
            const range = document.createRange();
            const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
            const from = line.getBoundingClientRect();
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(words);
                if (at < 0) continue;
                range.setStart(walker.currentNode, at);
                range.setEnd(walker.currentNode, at + words.length);
                const { x, y, width, height } = range.getBoundingClientRect();
                return [x - from.x + width / 2, y - from.y + height / 2];
            }
        }""",
        words,
    )
    # Where the line is when it has come to rest.
    await found.click(modifiers=["Control"], position={"x": x, "y": y})


@pytest.mark.usefixtures("edited")
async def test_the_selection_and_the_code_lead_to_each_other(page: Page) -> None:
    marked = code(page).locator(".cm-selected-handler")
    await page.get_by_role("treeitem", name=re.compile("again")).click()
    await expect(marked).to_have_text("def count(state):")

    await page.get_by_role("treeitem", name=re.compile("idle")).click()
    await expect(marked).to_have_count(0)

    # The handler's name leads to the components that run it, one after the other.
    await ctrl_click(page, "count", "def count")
    await expect(selected(page)).to_contain_text("go")
    await ctrl_click(page, "count", "def count")
    await expect(selected(page)).to_contain_text("again")
    await expect(marked).to_have_text("def count(state):")

    # A component's id leads to it, on another page too.
    await ctrl_click(page, "second_button", "context[")
    await expect(selected(page)).to_contain_text("second_button")
    await expect(marked).to_have_text("def fail(state, context):")


@pytest.mark.usefixtures("edited")
async def test_a_linked_function_is_marked_with_its_runs_and_the_mark_leads_to_its_lines_of_the_log(
    page: Page,
) -> None:
    mark = code(page).locator(".cm-linked[data-handler=count]")
    await expect(mark).to_have_attribute("aria-label", re.compile("^go wf-click, again wf-click · not run"))
    # Lines that come above, not saved, carry it along.
    await content(page).click()
    await page.keyboard.press("Control+Home")
    await page.keyboard.type("# one\n")

    await page.get_by_role("button", name="Use app").click()
    await app(page).get_by_role("button", name="Go").click()
    await app(page).get_by_role("button", name="Go").click()
    await expect(mark).to_have_attribute("aria-label", re.compile(r"2 events, the last at \d.* in [\d.]+ ms"))
    box, at = await mark.bounding_box(), await line(page, "def count").bounding_box()
    assert box is not None
    assert at is not None
    assert abs(box["y"] - at["y"]) < 10

    await page.get_by_role("button", name="Use app").click()
    await page.get_by_role("navigation", name="Pages").get_by_role("button", name="other").click()
    await page.get_by_role("button", name="Use app").click()
    await app(page).get_by_role("button", name="Second button").click()
    failed = code(page).locator(".cm-linked.failed[data-handler=fail]")
    await expect(failed).to_have_attribute("aria-label", re.compile("1 event, .*1 failed"))

    await mark.click()

    log = page.get_by_role("log")
    await expect(log.get_by_text("counted")).to_have_count(1)
    await expect(log).not_to_contain_text("ValueError")


@pytest.mark.usefixtures("edited")
async def test_a_name_leads_to_its_definition_in_packages_too_which_are_read_only_and_back(
    page: Page,
) -> None:
    await ctrl_click(page, "note", "    note(state)")
    await expect(tab(page, "helpers.py")).to_have_attribute("aria-selected", "true")
    await expect(content(page)).to_contain_text("def note")
    await page.keyboard.press("Alt+ArrowLeft")
    await expect(tab(page, "main.py")).to_have_attribute("aria-selected", "true")

    await ctrl_click(page, "Fraction", "raise")
    await expect(tab(page, "fractions.py")).to_have_attribute("aria-selected", "true")
    await expect(code(page).get_by_text("Installed package, read only")).to_be_visible()
    await expect(page.get_by_role("textbox", name="fractions.py")).to_be_focused()
    await expect(content(page).locator(".cm-activeLine")).to_contain_text("class Fraction(numbers.Rational):")

    await page.keyboard.type("x")

    await expect(content(page).locator(".cm-activeLine")).to_contain_text("class Fraction(numbers.Rational):")
    await expect(code(page).get_by_label("unsaved")).to_have_count(0)
    # And on from there.
    await ctrl_click(page, "Rational", "class Fraction(")
    await expect(tab(page, "numbers.py")).to_have_attribute("aria-selected", "true")
