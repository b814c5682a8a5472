"""The app's files in the code pane: the tree, tabs, unsaved work, versions, and what others write to them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from commands import open_command
from playwright.async_api import BrowserContext, FilePayload, Locator, Page, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = "from shop import orders\n\n\ndef count(state):\n    state['n'] = orders.price()\n"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg=="
)


@pytest.fixture
def app_path(tmp_path: Path) -> Path:
    path = write_app(
        tmp_path / "app",
        MAIN,
        {"shop/orders.py": "def price():\n    return 3\n", "notes.txt": "one\n"},
        main=[button("go", "count"), text("@{n}", "shown")],
    )
    (path / "assets").mkdir()
    (path / "assets" / "logo.png").write_bytes(PICTURE)
    (path / "data.bin").write_bytes(b"\0" * 100)
    return path


@asynccontextmanager
async def builder(page: Page, app: Path) -> AsyncIterator[None]:
    async with open_command("edit", app, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(page.get_by_role("status").first).to_contain_text("live")
        await expect(content(page)).to_be_visible()
        yield


@pytest_asyncio.fixture(loop_scope="session")
async def edited(page: Page, app_path: Path) -> AsyncIterator[Path]:
    async with builder(page, app_path):
        yield app_path


def code(page: Page) -> Locator:
    return page.get_by_role("region", name="Code", exact=True)


def content(page: Page) -> Locator:
    return code(page).locator(".editor-host .cm-content")


def tree(page: Page) -> Locator:
    return code(page).get_by_role("tree", name="Files")


def row(page: Page, name: str) -> Locator:
    return tree(page).get_by_role("treeitem", name=name)


def tab(page: Page, name: str) -> Locator:
    return code(page).get_by_role("tablist", name="Open files").get_by_role("tab", name=name)


def unsaved(page: Page) -> Locator:
    return code(page).get_by_role("tablist").get_by_label("unsaved")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


async def write_at_end(page: Page, typed: str) -> None:
    await content(page).click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type(typed)


async def save(page: Page) -> None:
    await page.keyboard.press("Control+s")
    await expect(unsaved(page)).to_have_count(0)


async def test_files_are_made_renamed_copied_and_deleted_with_the_keyboard(page: Page, edited: Path) -> None:
    await page.keyboard.press("Control+b")
    await expect(tree(page)).to_be_focused()
    await expect(row(page, "main.py")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Delete")
    await expect(page.get_by_text("main.py can't be deleted")).to_be_visible()

    await page.keyboard.press("Home")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"):
        await page.keyboard.press(key)
    await expect(row(page, "orders.py")).to_have_attribute("aria-selected", "true")
    await expect(row(page, "orders.py")).to_have_attribute("aria-level", "2")
    await page.keyboard.press("Enter")
    await expect(tab(page, "orders.py")).to_have_attribute("aria-selected", "true")
    await write_at_end(page, "# typed")

    # Renamed with unsaved work in it: its imports, cursor, work and undo go along.
    await page.keyboard.press("Control+b")
    await page.keyboard.press("F2")
    await page.keyboard.type("tills")
    await page.keyboard.press("Enter")
    await expect(dialog(page)).to_contain_text("2 lines in 1 file")
    await expect(dialog(page).get_by_label("New name")).to_have_value("shop/tills.py")
    assert (edited / "main.py").read_text() == MAIN
    await page.keyboard.press("Enter")
    await expect(dialog(page)).to_have_count(0)
    await expect(tab(page, "tills.py")).to_have_attribute("aria-selected", "true")
    await expect(unsaved(page)).to_have_count(1)
    assert (edited / "main.py").read_text() == MAIN.replace("orders", "tills")
    await content(page).click()
    await page.keyboard.press("Control+z")
    await expect(content(page)).not_to_contain_text("typed")
    assert sorted(each.name for each in (edited / "shop").iterdir() if each.is_file()) == ["tills.py"]
    await page.get_by_label("Messages").get_by_role("button", name="Undo the rename").click()
    await expect(row(page, "orders.py")).to_be_visible()
    assert (edited / "main.py").read_text() == MAIN
    await tab(page, "main.py").click()
    await expect(content(page)).to_contain_text("from shop import orders")

    await row(page, "orders.py").click()
    await tree(page).focus()
    await page.keyboard.press("Control+d")
    field = tree(page).get_by_role("textbox")
    await expect(field).to_have_value("orders_copy.py")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Delete")
    await expect(row(page, "orders_copy.py")).to_have_count(0)
    await page.get_by_label("Messages").get_by_role("button", name="Undo").click()
    await expect(row(page, "orders_copy.py")).to_be_visible()

    await page.keyboard.press("Home")
    await code(page).get_by_role("button", name="New folder").click()
    await page.keyboard.type("shop")
    await page.keyboard.press("Enter")
    await expect(tree(page).get_by_role("alert")).to_have_count(0)
    await page.keyboard.press("Escape")
    await row(page, "shop").first.click(button="right")
    await page.get_by_role("menuitem", name="New file").click()
    await page.keyboard.type("orders.py")
    await page.keyboard.press("Enter")
    await expect(tree(page).get_by_role("alert")).to_contain_text("There is a orders.py here already.")
    await field.fill("rates")
    await page.keyboard.press("Enter")
    await expect(tab(page, "rates.py")).to_have_attribute("aria-selected", "true")
    assert (edited / "shop" / "rates.py").read_bytes() == b""

    await row(page, "shop").first.click(button="right")
    await page.get_by_role("menuitem", name="Copy the path").click()
    await expect(page.get_by_text("The path is on the clipboard.")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == "shop"
    await row(page, "shop").first.click(button="right")
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(dialog(page)).to_contain_text("3 files go with it")
    await expect(dialog(page)).to_contain_text("from shop import orders")
    await page.keyboard.press("Escape")
    await expect(dialog(page)).to_have_count(0)
    assert (edited / "shop" / "orders.py").exists()


async def test_files_are_brought_in_and_what_is_no_text_is_shown_as_what_it_is(
    page: Page, edited: Path
) -> None:
    await code(page).get_by_role("button", name="Files", exact=True).click()
    chooser = code(page).get_by_label("Files to upload")
    await row(page, "assets").click()
    await chooser.evaluate("(input) => input.addEventListener('click', (event) => event.preventDefault())")
    await code(page).get_by_role("button", name="Upload files").click()
    await chooser.set_input_files([FilePayload(name="new.png", mimeType="image/png", buffer=PICTURE)])
    await expect(row(page, "new.png")).to_be_visible()
    assert (edited / "assets" / "new.png").read_bytes() == PICTURE

    drop = """(element) => {
        const data = new DataTransfer();
        data.items.add(new File(["dropped"], "notes.txt"));
        for (const type of ["dragover", "drop"])
            element.dispatchEvent(
                new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
    }"""
    await row(page, "main.py").evaluate(drop)
    await expect(dialog(page)).to_contain_text("Replace notes.txt?")
    await dialog(page).get_by_role("button", name="Replace").click()
    await row(page, "notes.txt").click()
    await expect(content(page)).to_have_text("dropped")

    await row(page, "logo.png").click()
    picture = code(page).get_by_role("img", name="The picture assets/logo.png")
    await expect(picture).to_be_visible()
    await expect(code(page).get_by_text("5 × 5, 85 bytes")).to_be_visible()
    await expect(content(page)).to_be_hidden()
    await row(page, "data.bin").click()
    await expect(code(page)).to_contain_text("data.bin can't be edited here")
    await expect(code(page).get_by_role("link", name="Download 100 bytes")).to_be_visible()
    await tab(page, "main.py").click()
    await expect(content(page)).to_contain_text("def count")


async def test_hidden_files_are_shown_when_they_are_asked_for_and_links_say_where_they_lead(
    page: Page, edited: Path
) -> None:
    (edited / ".env").write_text("KEY=1\n")
    (edited / "prices.py").symlink_to("shop/orders.py")
    if not await tree(page).is_visible():
        await code(page).get_by_role("button", name="Files", exact=True).click()
    await expect(row(page, "prices.py").get_by_role("img", name="a link to shop/orders.py")).to_be_visible()
    await expect(row(page, ".env")).to_have_count(0)

    await code(page).get_by_role("button", name="Hidden files").click()
    await row(page, ".env").click()
    await expect(content(page)).to_contain_text("KEY=1")
    await row(page, "prices.py").click()
    await expect(content(page)).to_contain_text("return 3")
    await write_at_end(page, "# through a link\n")
    await save(page)

    assert (edited / "shop" / "orders.py").read_text().endswith("# through a link\n")
    assert (edited / "prices.py").is_symlink()


async def test_unsaved_work_outlives_the_tab_the_service_and_its_port(
    context: BrowserContext, page: Page, app_path: Path
) -> None:
    async with builder(page, app_path):
        before = page.url
        async with page.expect_response(lambda answer: "/api/drafts/" in answer.url):
            await write_at_end(page, "\n\ndef drafted(state): pass\n")
        async with page.expect_response(lambda answer: "# last" in str(answer.request.post_data)):
            await page.keyboard.type("# last")
        # Nothing of the page runs any more: as when its process is killed.
        await page.close(run_before_unload=False)
    second = await context.new_page()
    async with builder(second, app_path):
        assert second.url != before
        await expect(content(second)).to_contain_text("# last")
        await expect(unsaved(second)).to_have_count(1)
        await expect(code(second)).to_contain_text("not saved was brought back")
        assert (app_path / "main.py").read_text("utf-8") == MAIN

        await code(second).get_by_role("button", name="Discard").click()
        await expect(content(second)).not_to_contain_text("drafted")
        await expect(unsaved(second)).to_have_count(0)
        await content(second).click()
        await second.keyboard.press("Control+z")
        await expect(content(second)).to_contain_text("drafted")
    await second.close()


async def test_a_tab_with_unsaved_work_asks_before_it_closes(page: Page, edited: Path) -> None:
    await write_at_end(page, "# kept\n")
    close = tab(page, "main.py").locator(".tab-close")
    await close.click()
    await dialog(page).get_by_role("button", name="Cancel").click()
    await expect(content(page)).to_contain_text("# kept")
    await close.click()
    await dialog(page).get_by_role("button", name="Save", exact=True).click()
    await expect(tab(page, "main.py")).to_have_count(0)
    await expect(code(page)).to_contain_text("No file is open")
    assert (edited / "main.py").read_text("utf-8").endswith("# kept\n")

    await code(page).get_by_role("button", name="Show the files").click()
    await row(page, "main.py").click()
    await write_at_end(page, "# lost\n")
    await tab(page, "main.py").click(button="middle")
    await dialog(page).get_by_role("button", name="Don't save").click()
    await row(page, "main.py").click()
    await expect(content(page)).to_contain_text("# kept")
    await expect(content(page)).not_to_contain_text("# lost")


async def test_what_another_program_writes_is_followed_or_offered_and_goes_over_nothing(
    page: Page, edited: Path
) -> None:
    main = edited / "main.py"
    bar = code(page).get_by_role("alert")
    await write_at_end(page, "last = 1\n")
    await save(page)
    await page.keyboard.type("m")
    await page.keyboard.press("Backspace")

    # Clean: followed, with the cursor where it was and its own step to undo.
    main.write_text("# above\n" + main.read_text("utf-8"), "utf-8")
    await expect(content(page)).to_contain_text("# above")
    await page.keyboard.type("here = 2")
    await expect(content(page)).to_contain_text(re.compile(r"last = 1\s*here = 2"))
    await expect(bar).to_have_count(0)

    # Unsaved: nothing is taken and nothing written until somebody decides.
    theirs = main.read_text("utf-8").replace("# above", "# theirs")
    main.write_text(theirs, "utf-8")
    await expect(bar).to_contain_text("main.py has changed on disk")
    await page.keyboard.press("Control+s")
    assert main.read_text("utf-8") == theirs
    await bar.get_by_role("button", name="Compare").click()
    sides = dialog(page).locator(".cm-content")
    await expect(sides).to_have_count(2)
    await expect(dialog(page).get_by_role("status")).to_have_text("2 differences")
    await dialog(page).get_by_role("button", name="Take this from the left").first.click()
    await expect(dialog(page).get_by_role("status")).to_have_text("1 difference")
    await dialog(page).get_by_role("button", name="Save the right side").click()
    await expect(unsaved(page)).to_have_count(0)
    await expect(bar).to_have_count(0)
    merged = main.read_text("utf-8")
    assert merged.startswith("# theirs\n")
    assert merged.endswith("here = 2\n")

    await write_at_end(page, "# mine\n")
    main.write_text("# other\n", "utf-8")
    await bar.get_by_role("button", name="Reload").click()
    await expect(content(page)).to_have_text("# other")
    await page.keyboard.press("Control+End")
    await page.keyboard.type("x = 1\n")
    main.write_text("# again\n", "utf-8")
    await bar.get_by_role("button", name="Keep mine").click()
    await expect(unsaved(page)).to_have_count(0)
    assert main.read_text("utf-8") == "# other\nx = 1\n"

    main.unlink()
    await expect(bar).to_contain_text("main.py was deleted on disk")
    await bar.get_by_role("button", name="Keep mine").click()
    await expect(bar).to_have_count(0)
    assert main.read_text("utf-8") == "# other\nx = 1\n"


async def test_what_changes_on_disk_while_a_save_is_under_way_is_seen_when_it_ends(
    page: Page, edited: Path
) -> None:
    main = edited / "main.py"
    theirs = "# theirs\n"
    told = asyncio.Event()

    def heard(frame: str | bytes) -> None:
        message = json.loads(frame)
        if message.get("type") == "file" and message["digest"] == hashlib.sha256(theirs.encode()).hexdigest():
            told.set()

    page.on("websocket", lambda socket: socket.on("framereceived", heard))
    await page.reload()
    await expect(content(page)).to_contain_text("def count")

    async def held(route: Route) -> None:
        if route.request.method != "PUT":
            await route.fallback()
            return
        answer = await route.fetch()
        main.write_text(theirs, "utf-8")
        await page.keyboard.type("# typed meanwhile")
        async with asyncio.timeout(15):
            await told.wait()
        await route.fulfill(response=answer)

    await page.route("**/api/files/main.py", held)
    await write_at_end(page, "mine = 1\n")
    await page.keyboard.press("Control+s")

    await expect(code(page).get_by_role("alert")).to_contain_text("main.py has changed on disk")
    await expect(content(page)).to_contain_text("mine = 1")
    await expect(content(page)).to_contain_text("# typed meanwhile")
    assert main.read_text("utf-8") == theirs


async def test_saves_are_compared_and_taken_back_and_bytes_that_nobody_edited_stay(
    page: Page, app_path: Path
) -> None:
    notes = app_path / "notes.txt"
    first = b"\xef\xbb\xbfone\r\ntwo\rthree\r\nlast \xc3\xa9"
    notes.write_bytes(first)
    async with builder(page, app_path):
        await code(page).get_by_role("button", name="Files", exact=True).click()
        await row(page, "notes.txt").click()
        await expect(code(page)).to_contain_text("CRLF, UTF-8 with BOM")
        await write_at_end(page, "!")
        await save(page)
        assert notes.read_bytes() == first + b"!"
        await write_at_end(page, "?")
        await save(page)

        await page.keyboard.press("Alt+Shift+V")
        versions = dialog(page).get_by_role("option")
        await expect(versions).to_have_count(3)
        await versions.nth(2).click()
        await expect(dialog(page).locator(".cm-merge-b .cm-changedText")).to_have_text("!?")
        await dialog(page).get_by_label("What this save changed").check()
        await expect(dialog(page)).to_contain_text("Nothing before")
        await dialog(page).get_by_role("button", name="Restore this version").click()
        await expect(page.get_by_text("notes.txt is as it was at")).to_be_visible()

        assert notes.read_bytes() == first
        await content(page).click()
        await page.keyboard.press("Control+z")
        await expect(content(page)).to_contain_text("é!?")


async def test_the_chip_says_what_becomes_of_a_save_from_its_key_on(page: Page, edited: Path) -> None:
    await page.evaluate(
        """() => {
            const chip = document.querySelector(".chip-text");
            window.said = [];
            new MutationObserver(() => window.said.push(chip.textContent))
                .observe(chip, { characterData: true, childList: true, subtree: true });
        }"""
    )
    await write_at_end(page, "more = 1\n")
    await page.evaluate("window.said.length = 0")
    await save(page)
    # It is live before as well.
    await page.wait_for_function(
        "() => said.some((each) => /^(checking|starting)/.test(each)) && said.at(-1).startsWith('live in')"
    )

    said: list[str] = await page.evaluate("window.said")
    order = [
        said.index(next(each for each in said if each.startswith(word))) for word in ("saving", "live in")
    ]
    assert said[0] == "saving"
    assert order == sorted(order)
