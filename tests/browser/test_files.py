"""Files from a person's disk to a handler, with what the person sees on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from commands import Command, open_command
from playwright.async_api import FilePayload, Page, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({"got": "nothing", "kept": None, "later": "", "papers": []})


    def take(state, payload):
        rows = []
        for file in payload:
            with file.open() as opened:
                same = opened.read() == file["data"]
            rows.append(f"{file['name']} {file['type']} {file.size} {len(file['data'])} {same}")
        state["got"] = f"{len(payload)}: {', '.join(rows)}"


    def keep(state, payload):
        state["kept"] = payload[0]


    def read_later(state):
        state["later"] = state["kept"]["data"].decode()


    def clear(state):
        state["papers"] = []


    def let_go(state):
        path = state["kept"].path
        del state["kept"]
        state["later"] = path
"""


def file_input(name: str, handler: str, **fields: object) -> dict[str, object]:
    label = name.capitalize()
    return {
        "id": name, "type": "file_input",
        "fields": {"label": label, **fields}, "on": {"wf-file-change": handler},
    }  # fmt: skip


def payload(name: str, data: bytes, media_type: str = "text/plain") -> FilePayload:
    return {"name": name, "mimeType": media_type, "buffer": data}


@pytest_asyncio.fixture(loop_scope="session")
async def app(page: Page, tmp_path: Path) -> AsyncIterator[Command]:
    inputs = [
        file_input("documents", "take", multiple=True, help="What the job needs."),
        file_input("table", "take", accept=".csv, text/csv", max_size=1, required=True),
        file_input("note", "keep"),
        file_input("locked", "take", disabled=True),
    ]
    rest = [
        text("Got @{got}", "got"),
        text("Kept @{kept.name}, later @{later}", "later"),
        button("read_later", "read_later"),
        button("let_go", "let_go"),
        {**file_input("papers", "take", multiple=True), "binding": "papers", "on": {}},
        text("First @{papers.0.name}", "first"),
        button("clear", "clear"),
    ]
    folder = write_app(
        tmp_path / "app", MAIN, files={"mainspring.toml": "upload_mb = 2\n"}, main=[*inputs, *rest]
    )
    async with open_command("run", folder, "--port", "0") as command:
        await page.goto(command.url)
        await expect(page.get_by_text("Got nothing")).to_be_visible()
        yield command


async def test_chosen_files_reach_the_handler_with_name_type_and_data(page: Page, app: Command) -> None:
    await page.get_by_label("Documents").set_input_files(
        [payload("a.txt", b"alpha"), payload("größe.csv", b"1,2", "text/csv")]
    )

    await expect(
        page.get_by_text("Got 2: a.txt text/plain 5 5 True, größe.csv text/csv 3 3 True")
    ).to_be_visible()
    await expect(page.get_by_role("list", name="Chosen files").get_by_role("listitem")).to_have_count(2)


async def test_removing_a_file_gives_the_handler_those_that_are_left(page: Page, app: Command) -> None:
    await page.get_by_label("Documents").set_input_files(
        [payload("a.txt", b"alpha"), payload("b.txt", b"be")]
    )
    await expect(page.get_by_text("Got 2:")).to_be_visible()

    await page.get_by_role("button", name="Remove a.txt").click()
    await expect(page.get_by_text("Got 1: b.txt text/plain 2 2 True")).to_be_visible()
    await page.get_by_role("button", name="Remove b.txt").click()

    await expect(page.get_by_text("Got 0:")).to_be_visible()


async def test_files_are_dropped_where_they_shall_go(page: Page, app: Command) -> None:
    await expect(page.locator("[data-component=documents] .drop-zone")).to_be_visible()
    await page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["dropped"], "dropped.txt", { type: "text/plain" }));
            const zone = document.querySelector("[data-component=documents] .drop-zone");
            const over = { dataTransfer: data, bubbles: true, cancelable: true };
            zone.dispatchEvent(new DragEvent("dragover", over));
            zone.dispatchEvent(new DragEvent("drop", over));
        }"""
    )

    await expect(page.get_by_text("Got 1: dropped.txt text/plain 7 7 True")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("notes.txt", b"x", "Only these files are accepted: .csv, text/csv"),
        ("big.csv", b"x" * (1024 * 1024 + 1), "It is larger than 1 MB."),
    ],
)
async def test_a_file_that_does_not_fit_says_why_and_is_not_sent(
    page: Page, app: Command, name: str, data: bytes, words: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    await page.get_by_label("Table").set_input_files(payload(name, data))

    await expect(page.get_by_role("alert")).to_have_text(words)
    assert not [url for url in asked if "uploads" in url]


async def test_more_than_the_app_takes_is_said_before_it_is_sent(page: Page, app: Command) -> None:
    await page.get_by_label("Documents").set_input_files(payload("huge.bin", b"x" * (2 * 1024 * 1024 + 1)))

    await expect(page.get_by_role("alert")).to_have_text("It is larger than 2 MB.")


async def test_while_a_file_is_on_its_way_there_is_a_bar_and_a_way_to_cancel(
    page: Page, app: Command
) -> None:
    held: asyncio.Queue[Route] = asyncio.Queue()
    await page.route("**/uploads", held.put)
    await page.get_by_label("Documents").set_input_files(
        [payload("slow.txt", b"s"), payload("next.txt", b"nx")]
    )
    await held.get()

    bar = page.get_by_role("progressbar", name="Uploading slow.txt")
    await expect(bar).to_be_visible()
    await page.get_by_role("button", name="Cancel slow.txt").click()
    await expect(bar).to_have_count(0)
    await (await held.get()).continue_()

    await expect(page.get_by_text("Got 1: next.txt text/plain 2 2 True")).to_be_visible()


async def test_a_lost_connection_is_said_at_the_file(page: Page, app: Command) -> None:
    await page.route("**/uploads", lambda route: route.abort())

    await page.get_by_label("Documents").set_input_files(payload("a.txt", b"a"))

    await expect(page.get_by_role("alert")).to_have_text("The connection was lost. Choose the file again.")


async def test_what_the_service_refuses_is_said_in_its_words(page: Page, app: Command) -> None:
    refused = {"error": {"code": "upload_refused", "message": "At most 100 files can wait to be used."}}
    await page.route("**/uploads", lambda route: route.fulfill(status=413, json=refused))

    await page.get_by_label("Documents").set_input_files(payload("a.txt", b"a"))

    await expect(page.get_by_role("alert")).to_have_text("At most 100 files can wait to be used.")


async def test_a_file_that_is_kept_in_state_is_there_for_later_handlers_and_gone_when_let_go(
    page: Page, app: Command
) -> None:
    await page.get_by_label("Note").set_input_files(payload("note.txt", b"remember me"))
    await expect(page.get_by_text("Kept note.txt")).to_be_visible()
    await page.get_by_role("button", name="Read later").click()
    await expect(page.get_by_text("later remember me")).to_be_visible()

    await page.get_by_role("button", name="Let go").click()
    shown = page.get_by_text("later /")
    await expect(shown).to_be_visible()
    path = Path((await shown.inner_text()).partition("later ")[2])
    # Its end is told with the end of an event, so with this one at the latest, and behind what it shows.
    await page.get_by_label("Documents").set_input_files(payload("a.txt", b"alpha"))
    await expect(page.get_by_text("Got 1: a.txt")).to_be_visible()

    assert path.name
    async with asyncio.timeout(15):
        while await asyncio.to_thread(path.exists):
            await page.evaluate("() => new Promise(requestAnimationFrame)")


async def test_files_that_state_holds_are_shown_after_a_reload_and_gone_when_a_handler_lets_go(
    page: Page, app: Command
) -> None:
    papers = page.locator("[data-component=papers]")
    names = papers.locator(".file-name")
    await page.get_by_label("Papers").set_input_files([payload("a.txt", b"a"), payload("b.txt", b"b")])
    await expect(page.get_by_text("First a.txt")).to_be_visible()
    await page.get_by_role("button", name="Clear").click()
    await expect(names).to_have_count(0)

    await page.get_by_label("Papers").set_input_files([payload("c.txt", b"c"), payload("d.txt", b"d")])
    await expect(page.get_by_text("First c.txt")).to_be_visible()
    await page.reload()
    await expect(names).to_have_text(["c.txt", "d.txt"])
    await papers.get_by_role("button", name="Remove all").click()
    await expect(names).to_have_count(0)


async def test_label_help_required_and_disabled_are_those_of_every_input(page: Page, app: Command) -> None:
    await expect(page.get_by_label("Documents")).to_have_accessible_description("What the job needs.")
    await expect(page.get_by_label("Table")).to_have_attribute("aria-required", "true")
    await expect(page.get_by_label("Locked")).to_be_disabled()
