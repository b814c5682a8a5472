"""The Builder without eyes or a mouse: names, tooltips with shortcuts, focus, axe-core in both themes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from accessibility import see_nothing_serious_in_the_builder
from browser_apps import button, text, write_app
from builder_pages import until_the_canvas_listens
from commands import Command, open_command
from playwright.async_api import Locator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# Of each button that can be seen, rows of lists apart: what it is called, the words that are seen on it, what
# its tooltip says (or the label beside it), its shortcut as shown and as announced.
BUTTONS = """() => [...document.querySelectorAll("button, [role=button]")]
    .filter((each) => each.checkVisibility() && !each.matches("[role=log] *, .history-row, .link"))
    .map((each) => {
        const { tip, keys = "" } = each.dataset;
        const label = each.labels?.[0]?.textContent ?? "";
        const name = each.getAttribute("aria-label") ?? (each.textContent.trim() || label);
        const announced = each.getAttribute("aria-keyshortcuts") ?? "";
        return [name, each.innerText.trim(), tip ?? label, keys, announced, each.outerHTML.slice(0, 160)];
    })"""
# What has the focus: its name, and whether that can be seen.
FOCUSED = """() => {
  const each = document.activeElement, style = getComputedStyle(each);
  const labels = [...(each.labels ?? [])].map((label) => label.textContent).join(" ");
  const ringed = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const search = each.closest(".search, .finder-search");
  const ring = ringed(style) || (search && ringed(getComputedStyle(search)));
  return {
    name: (each.getAttribute("aria-label") ?? (labels || each.title || each.textContent)).trim(),
    ring: ring || style.boxShadow !== "none" || each.matches("iframe, .cm-editor *"),
    html: each.outerHTML.slice(0, 160),
  };
}"""
SHORTCUTS: Final = {
    "Undo": "Ctrl+Z",
    "Redo": "Ctrl+Shift+Z",
    "Save": "Ctrl+S",
    "Use app": "P",
    "Second user": "U",
    "Open app": "Ctrl+Enter",
    "Go to": "Ctrl+K",
    "Keyboard shortcuts": "?",
    "Theme of the app": "T",
    "Duplicate": "Ctrl+D",
    "Delete": "Del",
}
PANES: Final = ("Log", "State", "Event history", "Handlers", "Problems", "Search")


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, tmp_path: Path) -> AsyncIterator[Command]:
    """The Builder at its smallest width, on an app with something to see in every pane."""
    code = """
        from mainspring.runtime import init_state

        init_state({"counter": 0, "names": ["Ada", "Grace"]})


        def count(state):
            state["counter"] += 1
            print("counted", state["counter"])
    """
    parts: list[Any] = [text("Counted @{counter}", "words"), button("go", "count"), button("lost", "gone")]
    folder = write_app(tmp_path / "app", code, main=parts, second=[])
    await page.set_viewport_size({"width": 1280, "height": 800})
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        app = page.frame_locator("iframe[title='App']")
        await until_the_canvas_listens(page)
        # The first press selects, the next one acts.
        await app.get_by_role("button", name="Go").click()
        await expect(page.locator("#row-go")).to_have_attribute("aria-selected", "true")
        await app.get_by_role("button", name="Go").click()
        await expect(app.get_by_text("Counted 1")).to_be_visible()
        await expect(region(page, "Code").locator(".cm-line").first).to_be_visible()
        yield command


def region(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


@pytest.mark.usefixtures("builder")
async def test_every_button_has_a_name_and_a_tooltip_that_says_its_shortcut(page: Page) -> None:
    seen: dict[str, str] = {}
    wrong = set[str]()
    await page.keyboard.press("Control+b")
    await expect(page.get_by_role("tree", name="Files")).to_be_focused()
    for pane in PANES:
        await page.get_by_role("tab", name=pane).click()
        for name, words, tip, keys, announced, html in await page.evaluate(BUTTONS):
            # What is read on the button is not said again; an icon alone has its name there.
            if not name or words == tip or not (words or tip) or announced != keys.replace("Ctrl", "Control"):
                wrong.add(html)
            seen[name] = keys

    assert wrong == set()
    assert {name: seen.get(name) for name in SHORTCUTS} == SHORTCUTS
    await page.get_by_role("button", name="Undo").locator("..").hover()
    await page.get_by_role("button", name="Keyboard shortcuts").hover()
    await expect(page.locator(".tooltip.shown kbd")).to_have_text("?")


@pytest.mark.usefixtures("builder")
async def test_the_builder_is_walked_and_worked_with_the_keyboard_alone(page: Page) -> None:
    # A page that was just loaded: the first key goes to its beginning.
    await page.reload()
    await expect(region(page, "Code").locator(".cm-line").first).to_be_visible()
    names: list[str] = []
    for _ in range(140):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(FOCUSED)
        assert focused["name"], focused["html"]
        assert focused["ring"], f"the focus can't be seen on {focused['html']}"
        names.append(focused["name"])
        if focused["html"].startswith("<iframe"):
            break
    assert {"Add page", "Use app", "Open app", "Components", "Search the palette"} <= set(names)

    # From the tree on: a component, its text, its handler, and the app.
    await page.keyboard.press("F12")
    await page.keyboard.press("F12")
    await expect(page.get_by_role("tree", name="Components")).to_be_focused()
    await page.keyboard.press("End")
    await page.keyboard.press("i")
    await page.keyboard.type("button")
    await page.keyboard.press("Enter")
    await expect(page.locator("#row-button")).to_have_attribute("aria-selected", "true")
    field = region(page, "Settings").get_by_label("Text", exact=True)
    for _ in range(140):
        await page.keyboard.press("Tab")
        if await field.evaluate("each => each === document.activeElement"):
            break
    await page.keyboard.press("Control+a")
    await page.keyboard.type("By hand")
    await expect(
        page.frame_locator("iframe[title='App']").get_by_role("button", name="By hand")
    ).to_be_visible()
    await page.keyboard.press("F4")
    await expect(region(page, "Code").get_by_text("def handle_button_click")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_axe_finds_nothing_serious_in_any_pane_in_either_theme(page: Page) -> None:
    for pane in PANES:
        await page.get_by_role("tab", name=pane).click()
        await page.mouse.move(640, 300)
        await see_nothing_serious_in_the_builder(page, pane)
    for key, dialog in (("?", "Keyboard shortcuts"), ("Control+k", "Go to"), ("t", "Theme")):
        await page.locator("#row-main").click()
        await page.keyboard.press(key)
        await expect(page.get_by_role("dialog", name=dialog).first).to_be_visible()
        await see_nothing_serious_in_the_builder(page, dialog)
        await page.keyboard.press("Escape")


async def test_axe_finds_nothing_serious_in_files_search_settings_and_the_dialogs_of_code(
    page: Page, builder: Command, tmp_path: Path
) -> None:
    del builder
    main = tmp_path / "app" / "main.py"
    code, dialogs = region(page, "Code"), page.get_by_role("dialog")

    await page.locator("#row-go").click()
    await see_nothing_serious_in_the_builder(page, "a button's settings and events")
    await page.get_by_role("button", name="Show stub").click()
    await expect(page.get_by_text("def handle_go_click").first).to_be_visible()
    await see_nothing_serious_in_the_builder(page, "a stub")

    await page.keyboard.press("Control+Shift+f")
    await page.get_by_label("Search in all files").fill("counter")
    await expect(region(page, "Search").get_by_role("status")).to_contain_text("places")
    await see_nothing_serious_in_the_builder(page, "what was found")

    await page.keyboard.press("Control+b")
    files = page.get_by_role("tree", name="Files")
    await expect(files).to_be_focused()
    await see_nothing_serious_in_the_builder(page, "the files")
    await files.get_by_role("treeitem", name="main.py").click(button="right")
    await expect(page.get_by_role("menu")).to_be_visible()
    await see_nothing_serious_in_the_builder(page, "the menu of a file")
    await page.keyboard.press("Escape")

    await code.get_by_text("def", exact=True).click()
    await page.keyboard.press("Alt+Shift+V")
    await expect(dialogs.get_by_role("option").first).to_be_visible()
    await see_nothing_serious_in_the_builder(page, "versions")
    await page.keyboard.press("Escape")

    await code.get_by_text("count", exact=True).click()
    await page.keyboard.press("F2")
    await page.get_by_role("textbox", name="New name").fill("count_up")
    await expect(dialogs.get_by_role("region", name="What changes")).to_contain_text("count_up")
    await see_nothing_serious_in_the_builder(page, "a rename")
    await page.keyboard.press("Escape")

    await code.locator(".cm-line").last.click()
    await page.keyboard.type("# mine")
    main.write_text(main.read_text("utf-8") + "# theirs\n", encoding="utf-8")
    await page.get_by_role("button", name="Compare").click()
    await expect(dialogs.get_by_text("# theirs").first).to_be_visible()
    await see_nothing_serious_in_the_builder(page, "two versions side by side")
