"""Every action of ``state``, as it shows in a page of the finished app."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import button, on_page, text, write_app
from commands import Command, open_command
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import FrontendError, init_state

    initial = init_state({"result": "nothing yet", "started": ""})
    initial.import_stylesheet("everywhere", "assets/everywhere.css")


    def notify(state):
        for kind in ("info", "success", "warning", "error"):
            state.add_notification(kind, f"Title of {kind}", f"Words of {kind}")


    def download(state):
        state.file_download("col\\n1\\n", "numbers.csv")


    def open_site(state):
        state.open_url("https://example.org/help")


    def open_bad(state):
        state.open_url("javascript:alert(1)")


    def style(state):
        state.import_stylesheet("look", "assets/look.css")


    def restyle(state):
        state.import_stylesheet("look", "assets/other.css")


    def script(state):
        state.import_script("extra", "/assets/extra.js")


    def foreign(state):
        found = []
        for path in ("https://evil.example/x.js", "//evil.example/x.js", "assets/../main.py", "main.py",
                     "assets/%2e%2e/main.py", "data:text/javascript,1", "assets\\\\x.js", "assets/"):
            for do in (state.import_script, state.import_stylesheet, state.import_frontend_module):
                try:
                    do("key", path)
                except ValueError:
                    continue
                found.append(path)
        state["result"] = f"taken: {found}"


    async def add(state):
        state.import_frontend_module("tools", "assets/tools.js")
        state["result"] = await state.call_frontend_function("tools", "add", [20, 22])


    def add_in_a_thread(state):
        state.import_frontend_module("tools", "assets/tools.js")
        sum_ = state.call_frontend_function("tools", "addLater", [1, 2]).result()
        state["result"] = f"{sum_} from a thread"


    async def fail(state):
        state.import_frontend_module("tools", "assets/tools.js")
        try:
            await state.call_frontend_function("tools", "fails", [])
        except FrontendError as error:
            state["result"] = f"caught {error}"


    def fail_uncaught(state):
        state.import_frontend_module("tools", "assets/tools.js")
        state.call_frontend_function("tools", "fails").result()


    async def never(state):
        state.import_frontend_module("tools", "assets/tools.js")
        try:
            await state.call_frontend_function("tools", "never", timeout=0.2)
        except TimeoutError as error:
            state["result"] = str(error)


    async def absent(state):
        state.import_frontend_module("gone", "assets/gone.js")
        try:
            await state.call_frontend_function("gone", "add")
        except FrontendError as error:
            state["result"] = f"caught {type(error).__name__}"


    def log(state):
        state.add_log_entry("warning", "Low stock", "only 3 hinges")


    def bad_page(state):
        state.set_page("nowhere")


    def start(state):
        state.import_stylesheet("start", "assets/start.css")
        state["started"] = "yes"
"""

FILES = {
    "assets/everywhere.css": ".heading { text-decoration: underline; }",
    "assets/look.css": ".button { text-transform: uppercase; }",
    "assets/other.css": ".button { text-transform: lowercase; }",
    "assets/start.css": ".heading { font-style: italic; }",
    "assets/extra.js": "const all = document.documentElement.dataset; all.extra = (all.extra ?? '') + 'x';",
    "assets/tools.js": """
        export const add = (a, b) => a + b;
        export const addLater = async (a, b) => a + b;
        export function fails() { throw new TypeError("no chart is here"); }
        export const never = () => new Promise(() => {});
    """,
}

NAMES = [
    "notify", "download", "open_site", "open_bad", "style", "restyle", "script", "foreign", "add",
    "add_in_a_thread", "fail", "fail_uncaught", "never", "absent", "log", "bad_page",
]  # fmt: skip


def an_app(folder: Path) -> Path:
    title = {"id": "title", "type": "heading", "fields": {"text": "Actions"}}
    buttons = [button(name, name) for name in NAMES]
    shown = [text("Result: @{result}", "result"), text("Started: @{started}", "started")]
    return write_app(folder, MAIN, files=FILES, main=[on_page(app_open="start"), title, *buttons, *shown])


@contextlib.asynccontextmanager
async def served(page: Page, app: Path) -> AsyncIterator[Command]:
    async with open_command("run", app, "--port", "0") as command:
        await page.goto(command.url)
        await expect(page.get_by_text("Started: yes")).to_be_visible()
        yield command


@pytest_asyncio.fixture(loop_scope="session")
async def app(page: Page, tmp_path: Path) -> AsyncIterator[Command]:
    async with served(page, an_app(tmp_path / "app")) as command:
        yield command


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name.replace("_", " ").capitalize(), exact=True).click()


async def test_notifications_show_their_title_and_words_and_errors_are_alerts(
    page: Page, app: Command
) -> None:
    await press(page, "notify")

    for kind in ("info", "success", "warning"):
        await expect(page.get_by_role("status").filter(has_text=f"Title of {kind}")).to_contain_text(
            f"Words of {kind}"
        )
    alert = page.get_by_role("alert").filter(has_text="Title of error")
    await expect(alert).to_be_visible()
    await alert.get_by_role("button", name="Close").click()
    await expect(alert).to_have_count(0)


async def test_a_download_is_saved_under_its_name(page: Page, app: Command, tmp_path: Path) -> None:
    async with page.expect_download() as coming:
        await press(page, "download")

    download = await coming.value
    assert download.suggested_filename == "numbers.csv"
    await download.save_as(tmp_path / "saved")
    assert await asyncio.to_thread((tmp_path / "saved").read_text) == "col\n1\n"


async def test_an_address_opens_in_a_window_of_its_own_and_only_a_harmless_one(
    page: Page, app: Command
) -> None:
    await page.context.route("https://example.org/**", lambda route: route.fulfill(body="the help"))

    async with page.context.expect_page() as opened:
        await press(page, "open_site")

    await expect(await opened.value).to_have_url("https://example.org/help")
    await press(page, "open_bad")
    await app.until_said("takes an http, https or mailto address")


async def test_a_style_sheet_counts_at_once_and_another_one_replaces_it_under_its_key(
    page: Page, app: Command
) -> None:
    any_button = page.get_by_role("button").first

    await press(page, "style")
    await expect(any_button).to_have_css("text-transform", "uppercase")

    await press(page, "restyle")
    await expect(any_button).to_have_css("text-transform", "lowercase")


async def test_what_the_initial_state_imports_every_session_has(page: Page, app: Command) -> None:
    await expect(page.get_by_role("heading")).to_have_css("text-decoration-line", "underline")


async def test_imports_outlive_a_page_that_is_loaded_again(page: Page, app: Command) -> None:
    await expect(page.get_by_role("heading")).to_have_css("font-style", "italic")

    await page.reload()

    await expect(page.get_by_role("heading")).to_have_css("font-style", "italic")
    await expect(page.get_by_role("heading")).to_have_css("text-decoration-line", "underline")


async def test_a_script_runs_once_however_often_it_is_imported(page: Page, app: Command) -> None:
    await press(page, "script")
    await press(page, "script")
    await press(page, "foreign")

    await expect(page.get_by_text("Result: taken: []")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("data-extra", "x")


async def test_a_function_of_the_page_answers_handlers_of_both_kinds(page: Page, app: Command) -> None:
    await press(page, "add")
    await expect(page.get_by_text("Result: 42")).to_be_visible()

    await press(page, "add_in_a_thread")
    await expect(page.get_by_text("Result: 3 from a thread")).to_be_visible()


async def test_what_a_function_of_the_page_throws_is_an_exception_in_the_handler(
    page: Page, app: Command
) -> None:
    await press(page, "fail")
    await expect(page.get_by_text("Result: caught TypeError: no chart is here")).to_be_visible()

    await press(page, "fail_uncaught")
    await expect(page.get_by_role("alert").filter(has_text="Something went wrong")).to_be_visible()
    await app.until_said("no chart is here")


async def test_a_call_that_is_never_answered_ends_in_an_error(page: Page, app: Command) -> None:
    await press(page, "never")

    await expect(
        page.get_by_text("the browser did not answer the call of never within 0.2 s")
    ).to_be_visible()


async def test_a_module_that_is_not_there_is_an_error_of_the_call(page: Page, app: Command) -> None:
    await press(page, "absent")

    await expect(page.get_by_text("Result: caught FrontendError")).to_be_visible()


async def test_a_log_entry_reaches_the_log_and_no_page(page: Page, app: Command) -> None:
    await press(page, "log")

    await app.until_said("Low stock: only 3 hinges")
    await expect(page.get_by_text("Low stock")).to_have_count(0)


async def test_a_page_that_does_not_exist_is_an_error_that_names_those_that_do(
    page: Page, app: Command
) -> None:
    await press(page, "bad_page")

    await app.until_said("there is no page 'nowhere', only main")
