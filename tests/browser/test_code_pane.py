"""The code pane: what is underlined and why, fixes, formatting, and what saving writes."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from commands import Command, open_command
from playwright.async_api import FrameLocator, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """\
from mainspring.runtime import init_state

init_state({"total": 0, "fail": True, "person": {"home": {"city": "Ulm"}}})


def count(state):
    state["total"] += 1
    emoji = "😀"; state["total"] += 1 / (0 if state["fail"] else 1)


def mend(state):
    state["fail"] = False
"""


@pytest_asyncio.fixture(loop_scope="session")
async def edited(page: Page, tmp_path: Path) -> AsyncIterator[Path]:
    """The Builder on a small app, with main.py in front; gives the app's folder."""
    path = write_app(
        tmp_path / "app",
        MAIN,
        main=[button("go", "count"), button("mend", "mend"), text("@{total}", "shown")],
    )
    async with open_command("edit", path, "--port", "0", "--no-browser") as command:
        await open_builder(page, command)
        yield path


async def open_builder(page: Page, command: Command) -> None:
    await page.goto(command.url)
    await expect(page.get_by_role("status").first).to_contain_text("live")
    await expect(content(page)).to_contain_text("init_state")


def code(page: Page) -> Locator:
    return page.get_by_role("region", name="Code", exact=True)


def content(page: Page) -> Locator:
    return code(page).locator(".cm-content")


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


def problems(page: Page) -> Locator:
    return page.get_by_role("region", name="Problems", exact=True)


async def write_at_end(page: Page, typed: str) -> None:
    """Type below the last line."""
    await content(page).click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type(typed)


async def show_problems(page: Page) -> None:
    await page.get_by_role("tab", name=re.compile("^Problems")).click()


async def save(page: Page) -> None:
    await page.keyboard.press("Control+s")
    await expect(code(page).get_by_label("unsaved")).to_have_count(0)


@pytest.mark.usefixtures("edited")
async def test_the_editor_is_loaded_when_its_pane_is_first_opened(page: Page) -> None:
    await page.keyboard.press("Control+1")
    await expect(code(page)).to_be_hidden()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    await page.reload()
    await expect(app(page).get_by_role("button", name="Go")).to_be_visible()
    assert not any("chunk-editor" in url for url in loaded)

    await page.keyboard.press("Control+1")

    await expect(content(page)).to_contain_text("init_state")
    assert any("chunk-editor" in url for url in loaded)


@pytest.mark.usefixtures("edited")
async def test_a_syntax_error_is_underlined_while_it_is_typed_and_listed_and_gone_when_it_is_mended(
    page: Page,
) -> None:
    await show_problems(page)
    await write_at_end(page, "\nwrong = = 1")

    await expect(code(page).locator(".cm-lintRange-error")).to_have_text("=")
    await expect(problems(page).get_by_text("main.py:14")).to_be_visible()

    await page.keyboard.press("Home")
    await page.keyboard.type("# ")

    await expect(code(page).locator(".cm-lintRange-error")).to_have_count(0)
    await expect(problems(page).get_by_text("main.py:14")).to_have_count(0)


@pytest.mark.usefixtures("edited")
async def test_what_ruff_finds_is_underlined_with_its_rule_and_ctrl_dot_fixes_it(page: Page) -> None:
    await content(page).click()
    await page.keyboard.press("Control+Home")
    await page.keyboard.type("import os\n")
    marked = code(page).locator(".cm-lintRange-warning", has_text="os")
    await marked.hover()
    tooltip = page.locator(".cm-tooltip-lint")
    await expect(tooltip).to_contain_text("imported but unused")
    await expect(tooltip).to_contain_text("F401")
    await expect(tooltip.get_by_role("button")).to_contain_text("Remove unused import")

    await page.keyboard.press("Control+Home")
    await page.keyboard.press("Control+.")

    await expect(content(page)).not_to_contain_text("import os")
    await expect(marked).to_have_count(0)
    await page.keyboard.press("Control+z")
    await expect(content(page)).to_contain_text("import os")


@pytest.mark.usefixtures("edited")
async def test_a_problem_of_the_code_is_listed_with_its_rule_and_can_be_fixed_from_there(page: Page) -> None:
    await show_problems(page)
    await content(page).click()
    await page.keyboard.press("Control+Home")
    await page.keyboard.type("import os\n")
    row = problems(page).get_by_role("listitem").filter(has_text="F401")
    await expect(row).to_contain_text("main.py:1")

    await row.get_by_role("button", name="Remove unused import").click()

    await expect(content(page)).not_to_contain_text("import os")
    await expect(row).to_have_count(0)


@pytest.mark.usefixtures("edited")
async def test_an_error_of_a_handler_is_underlined_by_its_columns_and_stays_there_when_lines_come_above(
    page: Page,
) -> None:
    await page.get_by_role("button", name="Use app").click()
    await app(page).get_by_role("button", name="Go").click()
    place = code(page).locator(".cm-lintRange-error")
    await expect(place).to_have_text('1 / (0 if state["fail"] else 1)')
    message = code(page).locator(".cm-mark-message")
    await expect(message).to_contain_text("ZeroDivisionError")

    await content(page).click()
    await page.keyboard.press("Control+Home")
    await page.keyboard.type("# one\n# two\nimport os\n")
    await expect(code(page).locator(".cm-lintRange-warning", has_text="os")).to_be_visible()

    await expect(place).to_have_text('1 / (0 if state["fail"] else 1)')
    line = code(page).locator(".cm-line").filter(has_text="emoji")
    await expect(line.locator(".cm-mark-message")).to_have_count(1)

    await line.click()
    await page.keyboard.press("Home")
    await page.keyboard.type("x")
    await expect(message).to_have_count(0)


@pytest.mark.usefixtures("edited")
async def test_an_error_of_a_handler_is_gone_with_its_next_good_run(page: Page) -> None:
    await page.get_by_role("button", name="Use app").click()
    await app(page).get_by_role("button", name="Go").click()
    message = code(page).locator(".cm-mark-message")
    await expect(message).to_contain_text("ZeroDivisionError")

    await app(page).get_by_role("button", name="Mend").click()
    await app(page).get_by_role("button", name="Go").click()

    await expect(message).to_have_count(0)
    await expect(code(page).locator(".cm-lintRange-error")).to_have_count(0)


async def test_saving_formats_what_differs_and_cursor_and_undo_keep_their_places(
    page: Page, edited: Path
) -> None:
    await write_at_end(page, "\nfirst = { 'a':1 }\nlast = 'here'")
    await page.keyboard.press("ArrowLeft")

    await save(page)
    on_disk = (edited / "main.py").read_text("utf-8")
    await page.keyboard.type("!")

    assert on_disk.endswith('first = {"a": 1}\nlast = "here"\n')
    await expect(content(page)).to_contain_text('last = "here!"')
    await page.keyboard.press("Control+z")
    await page.keyboard.press("Control+z")
    await expect(content(page)).to_contain_text("first = { 'a':1 }")


async def test_formatting_on_save_can_be_switched_off_and_that_is_remembered(
    page: Page, edited: Path
) -> None:
    switch = code(page).get_by_label("Format on save")
    await expect(switch).to_be_checked()
    await switch.uncheck()
    await page.reload()
    await expect(content(page)).to_contain_text("init_state")
    await expect(switch).not_to_be_checked()

    await write_at_end(page, "\nfirst = { 'a':1 }")
    await save(page)

    assert (edited / "main.py").read_text("utf-8") == MAIN + "\nfirst = { 'a':1 }"


async def test_a_file_that_cannot_be_parsed_is_saved_as_it_is(page: Page, edited: Path) -> None:
    await write_at_end(page, "\nfirst = { 'a':1 ")
    await page.keyboard.press("Delete")

    await save(page)

    assert (edited / "main.py").read_text("utf-8") == MAIN + "\nfirst = { 'a':1 "


async def test_a_formatted_save_is_written_once(page: Page, edited: Path) -> None:
    puts: list[str] = []
    page.on("request", lambda request: puts.append(request.url) if request.method == "PUT" else None)
    # Unsaved work is kept beside the app's files.
    await write_at_end(page, "\nfirst = { 'a':1 }")

    await save(page)

    assert len([url for url in puts if "/api/files/" in url]) == 1
    assert 'first = {"a": 1}' in (edited / "main.py").read_text("utf-8")


@pytest.mark.usefixtures("edited")
async def test_imports_are_organised_by_command(page: Page) -> None:
    await content(page).click()
    await page.keyboard.press("Control+Home")
    await page.keyboard.type("import sys\nimport os\n")

    await page.keyboard.press("Alt+Shift+O")

    await expect(content(page)).to_contain_text(re.compile(r"import os\s*import sys"))


def names(page: Page) -> Locator:
    """The rows of the completion list."""
    return page.get_by_role("listbox").get_by_role("option")


def asked(page: Page) -> list[str]:
    """The methods that the page asks for from its next load on, in order."""
    methods: list[str] = []

    def sent(frame: str | bytes) -> None:
        request = json.loads(frame)
        # A number says how much of the log the page has.
        if isinstance(request, dict) and "method" in request:
            methods.append(request["method"])

    page.on("websocket", lambda socket: socket.on("framesent", sent))
    return methods


@pytest.mark.usefixtures("edited")
async def test_keys_of_the_state_are_offered_within_the_quotes_with_their_types(page: Page) -> None:
    await write_at_end(page, '\n\ndef more(state):\n    state["')

    await expect(names(page).filter(has_text="fail")).to_contain_text("bool")
    # As fast as a person: a list takes keys 30 ms after it has come.
    await page.keyboard.type("tot", delay=40)
    await expect(names(page)).to_have_count(1)
    await page.keyboard.press("Enter")

    await expect(content(page)).to_contain_text('state["total"]')


@pytest.mark.usefixtures("edited")
async def test_ids_of_components_are_offered_in_the_code_and_handlers_in_a_page(page: Page) -> None:
    await write_at_end(page, '\n\ndef more(context):\n    if context["target"] == "')
    await expect(names(page).filter(has_text="shown")).to_contain_text("text on main")
    # As fast as a person: a list takes keys 30 ms after it has come.
    await page.keyboard.type("me", delay=40)
    await expect(names(page)).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(content(page)).to_contain_text('context["target"] == "mend"')
    await page.keyboard.type(": return 'a")
    await expect(names(page)).to_have_count(0)

    await page.keyboard.press("Control+k")
    await page.keyboard.type("pages/main.json")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("textbox", name="pages/main.json")).to_be_focused()
    await page.keyboard.press("Control+End")
    await page.keyboard.type('"wf-click": "co')
    # A key would have to wait until the list may be meant.
    await names(page).filter(has_text="count").click()
    await expect(content(page)).to_contain_text(']}"wf-click": "count"')

    await page.keyboard.press("End")
    await page.keyboard.type(' "text": "So far: @{to')
    await expect(names(page).filter(has_text="total")).to_contain_text("0")
    await names(page).filter(has_text="total").click()
    await page.keyboard.type(" and @{per")
    await names(page).filter(has_text="person").click()
    await names(page).filter(has_text="home").click()
    await names(page).filter(has_text="city").click()
    await expect(content(page)).to_contain_text('"text": "So far: @{total} and @{person.home.city}')


@pytest.mark.usefixtures("edited")
async def test_enter_behind_a_name_that_is_typed_whole_begins_the_next_line(page: Page) -> None:
    await write_at_end(page, "\nimport json")
    await expect(names(page).first).to_have_text("json")
    await expect(names(page).first).to_have_attribute("aria-selected", "true")
    # The list takes keys, as one can see from this one.
    await expect(page.locator(".cm-completionInfo")).to_be_visible()

    await page.keyboard.press("Enter")
    await page.keyboard.type("from")

    last = content(page).locator(".cm-line")
    await expect(last.nth(-2)).to_have_text("import json")
    await expect(last.last).to_have_text("from")


@pytest.mark.usefixtures("edited")
async def test_rows_get_their_signature_and_the_selected_one_its_documentation(page: Page) -> None:
    await write_at_end(page, "\nimport json\njson.dump")

    await expect(names(page).filter(has_text="dumps")).to_contain_text("(obj")
    await page.keyboard.press("ArrowDown")

    await expect(page.locator(".cm-completionInfo")).to_contain_text("Serialize")


@pytest.mark.usefixtures("edited")
async def test_what_a_call_takes_is_shown_with_the_argument_that_is_typed(page: Page) -> None:
    await write_at_end(page, '\ndef order(count: int, name: str) -> None:\n"""Order some.')
    await page.keyboard.press("Control+End")
    await page.keyboard.type("\n\norder(")
    signature = page.locator(".cm-signature")

    await expect(signature.locator("b")).to_have_text("count: int")
    await expect(signature).to_contain_text("Order some.")
    await page.keyboard.type("1, ")
    await expect(signature.locator("b")).to_have_text("name: str")
    await page.keyboard.press("Escape")
    await expect(signature).to_have_count(0)
    await page.keyboard.type("'a'")
    await page.keyboard.press("ArrowRight")
    await expect(signature).to_have_count(0)


@pytest.mark.usefixtures("edited")
async def test_what_a_name_is_is_shown_where_the_pointer_rests(page: Page) -> None:
    await content(page).get_by_text("init_state").first.hover()

    await expect(page.locator(".cm-hover-documentation")).to_contain_text("init_state(")


@pytest.mark.usefixtures("edited")
async def test_what_a_dot_offers_was_asked_for_while_the_person_rested(page: Page) -> None:
    methods = asked(page)
    await page.reload()
    await expect(content(page)).to_contain_text("init_state")
    await write_at_end(page, "\nimport json\njson")
    async with asyncio.timeout(20):
        while "mainspring/prefetch" not in methods:
            await page.evaluate("() => new Promise(requestAnimationFrame)")
    await page.keyboard.press("Escape")
    before = methods.count("textDocument/completion")

    await page.keyboard.type(".")

    await expect(names(page).filter(has_text="dumps")).to_be_visible()
    assert methods.count("textDocument/completion") == before


async def test_the_environment_is_shown_and_that_the_app_runs_under_another_is_said(
    page: Page, tmp_path: Path
) -> None:
    files = {".venv/pyvenv.cfg": "version = 3.99.1\n"}
    path = write_app(tmp_path / "app", MAIN, files, main=[button("go", "count")])
    async with open_command("edit", path, "--port", "0", "--no-browser") as command:
        await open_builder(page, command)

        await code(page).get_by_role("button", name="Python 3.99 · .venv").click()

        row = problems(page).get_by_role("listitem").filter(has_text=".venv (Python 3.99)")
        await expect(row).to_contain_text("-m pip install mainspring")


@pytest.mark.usefixtures("edited")
async def test_several_cursors_type_at_once_and_escape_leaves_one(page: Page) -> None:
    await content(page).get_by_text("count").click()
    for _ in range(2):
        await page.keyboard.press("Control+d")
    # The word itself, and no other one is called so.
    await page.keyboard.press("Escape")
    await content(page).get_by_text("fail").first.dblclick()
    for _ in range(2):
        await page.keyboard.press("Control+d")
    await page.keyboard.type("failing")

    await expect(content(page)).to_contain_text('"failing": True')
    await expect(content(page)).to_contain_text('if state["failing"] else')
    await expect(content(page)).to_contain_text('state["failing"] = False')

    await page.keyboard.press("Escape")
    await content(page).get_by_text("mend").click()
    await page.keyboard.press("Home")
    await page.keyboard.press("Control+Alt+ArrowDown")
    await page.keyboard.type("#")
    await expect(content(page)).to_contain_text('#def mend(state):#    state["failing"] = False')

    await page.keyboard.press("Control+z")
    await content(page).get_by_text("mend").click()
    await content(page).get_by_text("import").click(modifiers=["Alt"])
    await expect(code(page).locator(".cm-cursor")).to_have_count(2)
    await page.keyboard.press("Escape")
    await expect(code(page).locator(".cm-cursor")).to_have_count(1)

    await page.get_by_role("tree").first.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(sheet).to_contain_text("Select the next one like this")


async def test_vim_keys_are_loaded_when_they_are_chosen_and_remembered(page: Page, edited: Path) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    await content(page).click()
    await page.keyboard.press("Control+Home")
    assert not any("vim" in url for url in loaded)

    await code(page).get_by_label("Vim keys").check()
    await expect(code(page).locator(".cm-vim-panel")).to_be_visible()
    assert any("vim" in url for url in loaded)
    await content(page).click()
    await page.keyboard.type("ggyypi# ")
    await page.keyboard.press("Escape")
    await page.keyboard.type(":w\n")

    await expect(code(page).get_by_label("unsaved")).to_have_count(0)
    first = MAIN.split("\n")[0]
    assert (edited / "main.py").read_text("utf-8").startswith(f"{first}\n# {first}\n")

    await page.reload()
    await expect(code(page).locator(".cm-vim-panel")).to_be_visible()
    await code(page).get_by_label("Vim keys").uncheck()
    await expect(code(page).locator(".cm-vim-panel")).to_have_count(0)
