"""A conversation: answers that come word by word, what a person sends, and what a text can't do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from commands import open_command
from live_clients import operations_of
from playwright.async_api import Page, WebSocket, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    import os
    import queue

    from mainspring.runtime import init_state

    PIECES = queue.Queue()
    ANSWER = ["First **paragraph** ", "of words.\\n\\n", "Second *para", "graph*\\n\\n```python\\ndef f(",
              "):\\n    return 1\\n```\\n", "\\n- one\\n- two\\n\\nSee [docs].\\n\\n[docs]: https://example.org\\n"]
    ATTACK = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>" \\
        "[go](javascript:window.hacked=1)\\n\\n```html\\n<img src=x onerror='window.hacked=1'>\\n```\\n"
    init_state({
        "chat": [], "got": "nothing", "said": 0, "off": False,
        "evil": [{"role": role, "content": ATTACK, "actions": {ATTACK: ATTACK},
                  "files": [{"name": ATTACK, "type": "image/png", "data": "javascript:window.hacked=1"}]}
                 for role in ("assistant", "user", "system")],
        "long": [{"role": "assistant", "content": f"Message {n}"} for n in range(60)],
    })


    def answer(state, payload):
        state["got"] = repr([payload["content"], [(f["name"], f["data"]) for f in payload["files"]]])
        state["chat"].append(payload)
        state["chat"].append({"role": "assistant", "content": ""})
        while (piece := PIECES.get()) is not None:
            state["chat"][-1]["content"] += piece
            yield


    def say(state):
        PIECES.put(ANSWER[state["said"]])
        state["said"] += 1


    def end(state):
        PIECES.put(None)


    def add(state):
        state["long"].append({"role": "assistant", "content": "The newest"})


    def switch(state):
        state["off"] = not state["off"]


    def crash(state):
        os._exit(1)
"""


def chatbot(name: str, handler: str = "answer", **fields: Any) -> dict[str, Any]:
    on = {"wf-chatbot-message": handler, "wf-chatbot-action-click": "say"}
    return {"id": name, "type": "chatbot", "fields": {"conversation": "@{chat}", **fields}, "on": on}


PAGES: dict[str, Any] = {
    "main": [
        text("Got `@{got}`", "got"),
        button("say", "say"),
        button("end", "end"),
        button("switch", "switch"),
        chatbot("bot", allow_files=True, accept=".txt", max_size=1, disabled="@{off}"),
    ],
    "evil": [chatbot("evil_bot", conversation="@{evil}")],
    "long": [button("add", "add"), chatbot("long_bot", conversation="@{long}")],
    "crashing": [chatbot("crashing_bot", "crash")],
}


@pytest_asyncio.fixture(loop_scope="session")
async def address(page: Page, tmp_path: Path) -> AsyncIterator[str]:
    folder = write_app(tmp_path / "app", MAIN, **PAGES)
    async with open_command("run", folder, "--port", "0") as command:
        await page.goto(command.url)
        await expect(page.get_by_placeholder("Write a message")).to_be_visible()
        yield command.url


async def ask(page: Page, words: str = "Hello") -> None:
    await page.get_by_placeholder("Write a message").fill(words)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article", name="You")).to_contain_text(words)


async def test_an_answer_appears_as_it_comes_and_costs_what_was_added(page: Page, address: str) -> None:
    frames: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(str(frame)))

    page.on("websocket", listen)
    await page.goto(address)
    await ask(page)
    await expect(page.get_by_text("An answer is on its way")).to_be_attached()
    say = page.get_by_role("button", name="Say")
    answer = page.get_by_role("article", name="Assistant")
    for _ in range(3):
        await say.click()
    await expect(answer.locator("p").last).to_have_text("Second *para")
    await expect(page.get_by_text("An answer is on its way")).to_have_count(0)
    first = await answer.locator("p").first.element_handle()
    frames.clear()
    for _ in range(2):
        await say.click()
    await expect(answer.locator("em")).to_have_text("paragraph")
    await expect(answer.locator(".tok-keyword").first).to_have_text("def")
    await expect(answer.locator("pre")).to_have_text("def f():\n    return 1")

    assert first is not None
    assert (
        await first.evaluate("(node) => node.isConnected && node.textContent") == "First paragraph of words."
    )
    operations = [
        each for frame in frames for each in operations_of(json.loads(frame)) if each[1][0] == "chat"
    ]
    assert {each[0] for each in operations} == {"append"}
    assert not any("First" in frame for frame in frames)
    await say.click()
    await page.get_by_role("button", name="End", exact=True).click()
    await expect(answer.get_by_role("link", name="docs")).to_have_attribute("href", "https://example.org")
    await expect(answer.locator("li")).to_have_text(["one", "two"])
    await expect(answer.locator("p").first).to_have_text("First paragraph of words.")


@pytest.mark.usefixtures("address")
async def test_shift_enter_breaks_the_line_and_enter_sends_once_until_the_answer_is_there(page: Page) -> None:
    entry = page.get_by_placeholder("Write a message")
    await entry.press_sequentially("One")
    await entry.press("Shift+Enter")
    await entry.press_sequentially("Two")
    await entry.press("Enter")
    await expect(page.get_by_text("Got ['One\\nTwo', []]")).to_be_visible()
    await expect(entry).to_have_value("")
    await entry.fill("Three")
    await entry.press("Enter")
    await expect(page.get_by_role("button", name="Send")).to_be_disabled()
    await page.get_by_role("button", name="End", exact=True).click()
    await expect(page.get_by_role("button", name="Send")).to_be_enabled()
    await expect(entry).to_have_value("Three")
    await page.get_by_role("button", name="Send").click()

    await expect(page.get_by_text("Got ['Three', []]")).to_be_visible()


@pytest.mark.usefixtures("address")
async def test_files_go_with_a_message_and_those_of_other_types_do_not(page: Page) -> None:
    chooser = page.get_by_label("Files for the message")
    await chooser.set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"one"})
    await chooser.set_input_files({"name": "b.pdf", "mimeType": "application/pdf", "buffer": b"two"})
    chosen = page.get_by_role("list", name="Files to send")
    await expect(chosen.get_by_role("alert")).to_contain_text("Only these files")
    await chooser.set_input_files({"name": "c.txt", "mimeType": "text/plain", "buffer": b"x" * 1_100_000})
    await expect(chosen.get_by_role("alert").last).to_contain_text("1 MB")
    await expect(page.get_by_role("button", name="Send")).to_be_enabled()
    await page.get_by_role("button", name="Send").click()

    await expect(page.get_by_text("Got ['', [('a.txt', b'one')]]")).to_be_visible()
    await expect(chosen).to_have_count(0)
    await expect(page.get_by_role("article", name="You")).to_contain_text("a.txt")


@pytest.mark.usefixtures("address")
async def test_a_conversation_that_is_disabled_takes_nothing(page: Page) -> None:
    await page.get_by_role("button", name="Switch").click()

    await expect(page.get_by_placeholder("Write a message")).to_be_disabled()
    await expect(page.get_by_role("button", name="Add files")).to_be_disabled()


async def test_what_nobody_has_answered_stands_where_it_was_written(page: Page, address: str) -> None:
    await page.goto(f"{address}crashing")
    entry = page.get_by_placeholder("Write a message")
    await entry.fill("Keep me")
    await entry.press("Enter")
    await expect(page.get_by_text("The app stopped")).to_be_visible()

    await expect(entry).to_have_value("Keep me")


async def test_code_and_messages_can_be_copied(page: Page, address: str) -> None:
    await page.goto(f"{address}evil")
    await page.get_by_role("button", name="Copy", exact=True).click()
    await expect(page.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    code = await page.evaluate("() => navigator.clipboard.readText()")
    await page.get_by_role("button", name="Copy the message").click()
    await page.wait_for_function("async () => (await navigator.clipboard.readText()).includes('[go]')")

    assert code == "<img src=x onerror='window.hacked=1'>"


async def test_a_message_is_never_run_or_followed_and_instructions_are_not_shown(
    page: Page, address: str
) -> None:
    await page.goto(f"{address}evil")
    await expect(page.locator(".tok-typeName").first).to_be_visible()

    await expect(page.get_by_role("article")).to_have_count(2)
    bad = page.locator("main").locator("script, [onerror], [href^='javascript:']")
    await expect(bad).to_have_count(0)
    assert await page.evaluate("() => window.hacked") is None


async def test_the_end_is_followed_only_while_somebody_is_there(page: Page, address: str) -> None:
    await page.goto(f"{address}long")
    await expect(page.get_by_text("Message 59")).to_be_in_viewport()
    await page.get_by_text("Message 59").hover()
    await page.mouse.wheel(0, -600)
    await expect(page.get_by_text("Message 59")).not_to_be_in_viewport()
    to_end = page.get_by_role("button", name="Go to the last message")
    await expect(to_end).to_be_visible()
    await page.get_by_role("button", name="Add").click()
    newest = page.get_by_text("The newest")
    await expect(newest).to_be_attached()
    await expect(newest).not_to_be_in_viewport()
    await to_end.click()
    await expect(newest).to_be_in_viewport()
    await page.get_by_role("button", name="Add").click()

    await expect(newest).to_have_count(2)
    await expect(newest.last).to_be_in_viewport()


async def test_who_is_at_the_end_stays_there_when_much_comes_within_a_frame(page: Page, address: str) -> None:
    await page.goto(f"{address}long")
    await expect(page.get_by_text("Message 59")).to_be_in_viewport()

    # The notice of the first scroll comes when the list is longer already.
    await page.evaluate(
        """() => {
            const scroller = document.querySelector(".chat-scroll");
            scroller.scrollTop -= 20;
            scroller.scrollTop = scroller.scrollHeight;
            const more = document.createElement("div");
            more.style.height = "600px";
            more.textContent = "Much more";
            more.id = "more";
            scroller.querySelector(".chat-list").append(more);
        }"""
    )

    await page.wait_for_function(
        """() => {
            const { scrollTop, scrollHeight, clientHeight } = document.querySelector(".chat-scroll");
            return document.getElementById("more") && scrollTop + clientHeight > scrollHeight - 2;
        }"""
    )
    await expect(page.get_by_role("button", name="Go to the last message")).to_have_count(0)
