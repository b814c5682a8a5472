"""JSON and code: by pointer, by keyboard, copied, long, and when what draws them does not load."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import button, write_app
from commands import open_command
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({
        "order": {"id": 4711, "customer": {"name": "<b>Ada</b>", "tags": ["early"]}, "done": None},
        "rows": [{"n": n} for n in range(20_000)],
        "code": "\\n".join(f"x_{n} = {n}" for n in range(5_000)),
        "query": "SELECT '<b>' FROM t",
        "words": "Plain words",
    })


    def deliver(state):
        state["order"]["customer"]["name"] = "Grace"
        state["query"] = "DELETE FROM t"


    def mark(state):
        state["words"] = "Some **bold** words"
"""


def viewer(name: str, type_: str, **fields: Any) -> dict[str, Any]:
    return {"id": name, "type": type_, "fields": fields}


JSON = [
    button("deliver", "deliver"),
    viewer("order", "json_viewer", data="@{order}", label="Order", initial_depth=2),
    viewer("rows", "json_viewer", data="@{rows}", label="Rows", initial_depth=0, max_height=240),
    viewer("none", "json_viewer", empty_text="Nothing to see"),
]
CODE = [
    button("change", "deliver"),
    viewer("query", "code_viewer", code="@{query}", language="sql", label="Query"),
    viewer("long", "code_viewer", code="@{code}", label="Long", max_height=200),
    viewer("blank", "code_viewer", code="", empty_text="No query"),
]
WORDS = [button("mark", "mark"), {"id": "words", "type": "text", "fields": {"text": "@{words}"}}]


@pytest_asyncio.fixture(loop_scope="session")
async def origin(tmp_path: Path) -> AsyncIterator[str]:
    folder = write_app(tmp_path / "app", MAIN, json=JSON, code=CODE, words=WORDS)
    async with open_command("run", folder, "--port", "0") as command:
        yield command.origin


async def test_a_tree_is_walked_by_keyboard(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/json")
    tree = page.get_by_role("tree", name="Order")
    await expect(tree.get_by_role("treeitem")).to_have_count(6)
    active = tree.locator("[aria-selected=true]")

    await tree.focus()
    for key, expected in [
        ("ArrowDown", "id: 4711"),
        ("ArrowDown", "customer: {"),
        ("ArrowLeft", "customer: {2 entries}"),
        ("ArrowDown", "done: null"),
        ("ArrowLeft", "{"),
        ("End", "done: null"),
        ("c", "customer: {2 entries}"),
        ("Enter", "customer: {"),
        ("ArrowRight", 'name: "<b>Ada</b>"'),
        ("ArrowDown", "tags: [1 item]"),
        ("*", "tags: ["),
        ("Home", "{"),
    ]:
        await tree.press(key)
        await expect(active).to_have_text(expected)

    await expect(tree.get_by_role("treeitem")).to_have_count(7)
    assert await tree.get_attribute("aria-activedescendant") == await active.get_attribute("id")
    levels = await tree.get_by_role("treeitem").evaluate_all("(all) => all.map((e) => e.ariaLevel).join()")
    assert levels == "1,2,2,3,3,4,2"


async def test_a_tree_keeps_what_is_unfolded_when_its_value_changes(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/json")
    tree = page.get_by_role("tree", name="Order")
    await tree.get_by_role("treeitem", name="tags").click()
    await expect(tree.get_by_text('"early"')).to_be_visible()

    await page.get_by_role("button", name="Deliver").click()

    await expect(tree.get_by_text('"Grace"')).to_be_visible()
    await expect(tree.get_by_text('"early"')).to_be_visible()


async def test_a_tree_is_copied_whole_by_its_button_and_in_part_by_its_key(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/json")
    await page.locator("[data-component=order]").get_by_role("button", name="Copy as JSON").click()
    await expect(page.locator("[data-component=order]").get_by_role("status")).to_have_text("Copied")
    copied = "() => navigator.clipboard.readText().then(JSON.parse)"
    assert (await page.evaluate(copied))["customer"] == {"name": "<b>Ada</b>", "tags": ["early"]}

    tree = page.get_by_role("tree", name="Order")
    await tree.focus()
    await tree.press("ArrowDown")
    await tree.press("Control+c")

    await page.wait_for_function(f"async () => await ({copied})() === 4711")


async def test_of_twenty_thousand_entries_those_in_view_are_in_the_page(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/json")
    tree = page.get_by_role("tree", name="Rows")
    await expect(tree.get_by_role("treeitem")).to_have_text("[20,000 items]")
    await tree.focus()
    await tree.press("ArrowRight")
    await expect(tree.get_by_role("treeitem", name="0 : ").first).to_be_visible()

    await tree.press("End")

    await expect(tree.locator("[aria-selected=true]")).to_contain_text("19999: ")
    await expect(tree.locator("[aria-selected=true]")).to_be_in_viewport()
    assert await tree.get_by_role("treeitem").count() < 100
    await expect(page.get_by_text("Nothing to see")).to_be_visible()


async def test_code_is_coloured_and_stays_text(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/code")
    code = page.get_by_role("region", name="Query")

    await expect(code.locator(".tok-keyword")).to_have_text(["SELECT", "FROM"])
    await expect(code.locator(".tok-string")).to_have_text("'<b>'")
    await page.get_by_role("button", name="Change").click()
    await expect(code.locator(".tok-keyword")).to_have_text(["DELETE", "FROM"])
    await page.locator("[data-component=query]").get_by_role("button", name="Copy the code").click()
    await expect(page.locator("[data-component=query]").get_by_role("status")).to_have_text("Copied")
    assert await page.evaluate("() => navigator.clipboard.readText()") == "DELETE FROM t"
    await expect(page.get_by_text("No query")).to_be_visible()


async def test_of_long_code_the_lines_in_view_are_in_the_page(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/code")
    code = page.get_by_role("region", name="Long")
    await expect(code.locator(".code-line").first).to_have_text("x_0 = 0")

    await code.evaluate("(element) => element.scrollTo(0, element.scrollHeight)")

    last = code.locator(".code-line").last
    await expect(last).to_have_text("x_4999 = 4999")
    await expect(last).to_have_attribute("data-number", "5000")
    await expect(last).to_be_in_viewport()
    assert await code.locator(".code-line").count() < 100


async def test_marked_text_is_never_away_for_a_frame(page: Page, origin: str) -> None:
    await page.add_init_script("""
        new MutationObserver(() => {
            for (const place of document.querySelectorAll(".text > .markdown"))
                window.textWhenAdded ??= place.textContent.trim();
        }).observe(document, { childList: true, subtree: true });
    """)
    await page.goto(f"{origin}/words")

    await page.get_by_role("button", name="Mark").click()
    await expect(page.locator(".markdown strong")).to_have_text("bold")
    assert await page.evaluate("window.textWhenAdded") == "Some bold words"


async def test_markdown_that_can_not_be_loaded_leaves_the_text(page: Page, origin: str) -> None:
    await page.route("**/chunk-markdown-*", lambda route: route.abort())
    await page.goto(f"{origin}/words")
    async with page.expect_event("requestfailed"):
        await page.get_by_role("button", name="Mark").click()

    await expect(page.get_by_text("Some **bold** words")).to_be_visible()


async def test_a_viewer_that_can_not_be_loaded_says_so(page: Page, origin: str) -> None:
    await page.route("**/chunk-json_tree-*", lambda route: route.abort())
    await page.goto(f"{origin}/json")

    await expect(page.locator("[data-component=order]").get_by_role("alert")).to_contain_text(
        "could not be loaded"
    )
    await page.unroute("**/chunk-json_tree-*")
    await page.get_by_role("button", name="Load the page again").first.click()
    await expect(page.get_by_role("tree", name="Order")).to_be_visible()
