"""Run mode by the real command, with a real child: what end users get, and what they don't."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from commands import Command, open_command
from sites import LIMIT_S, Browser, new_client

MAIN = """
from mainspring.runtime import init_state

init_state({"count": 0, "_secret": "never sent"})
print("started")


def handle_count(state):
    state["count"] += 1
    print("counted to", state["count"])


def handle_failure(state):
    state["count"] = 100
    raise ValueError("the password is hunter2")
"""
PAGE = {
    "schema": 1,
    "order": 1,
    "id": "main",
    "type": "page",
    "children": [
        {"id": "shown", "type": "text", "fields": {"text": "Count: @{count}"}},
        {"id": "count_button", "type": "button", "on": {"wf-click": "handle_count"}},
        {"id": "fail_button", "type": "button", "on": {"wf-click": "handle_failure"}},
    ],
}
# Whatever only edit mode needs. What isn't imported can't be reached.
EDITING = {
    "code_service",
    "code_worker",
    "edit_app",
    "edited_page",
    "editing_app",
    "editing_socket",
    "handler_edits",
    "page_edits",
    "page_history",
    "routes_editing",
    "source",
    "stubs",
    "tree_edits",
    "tree_operations",
    "watcher",
}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = tmp_path / "counter"
    (path / "pages").mkdir(parents=True)
    (path / "main.py").write_text(MAIN)
    (path / "pages" / "main.json").write_text(json.dumps(PAGE))
    return path


@pytest.fixture
async def command(app: Path) -> AsyncIterator[Command]:
    async with open_command("run", app) as running:
        yield running


async def joined(command: Command, client: Any) -> tuple[Browser, dict[str, Any]]:
    async with client.get(command.url) as got:
        found = re.search(r'id="bootstrap">(.*?)</script>', await got.text(), re.DOTALL)
    assert found is not None
    ticket = json.loads(found[1])["ticket"]
    socket = await client.ws_connect(f"{command.origin}/session", headers={"Origin": command.origin})
    browser = Browser(socket)
    await browser.say({"type": "join", "ticket": ticket, "session": None, "page": "main", "route_vars": {}})
    return browser, await browser.hear("joined")


def click(sequence: int, component: str) -> dict[str, Any]:
    payload = {"ctrl_key": False, "shift_key": False, "meta_key": False}
    event = {"page": "main", "component": component, "event": "wf-click", "payload": payload, "rows": []}
    return {"type": "event", "sequence": sequence, **event}


def test_run_mode_imports_no_module_of_the_editing_side() -> None:
    code = "import sys, mainspring.builder.run_app; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    ours = {name.removeprefix("mainspring.builder.") for name in loaded}

    assert not EDITING & ours
    assert not {"jedi", "watchfiles", "pygments"} & set(loaded)


async def test_a_click_runs_its_handler_and_the_page_gets_what_changed(command: Command) -> None:
    async with new_client() as client:
        browser, start = await joined(command, client)
        await browser.say(click(1, "count_button"))
        changes, done = await browser.hear("changes"), await browser.hear("done")

    assert start["state"] == {"count": 0}
    assert changes["operations"] == [["set", ["count"], 1]]
    assert (done["sequence"], done["status"]) == (1, "ok")


async def test_sessions_have_their_own_state(command: Command) -> None:
    async with new_client() as client:
        one, _ = await joined(command, client)
        await one.say(click(1, "count_button"))
        await one.hear("done")
        _, start = await joined(command, client)

    assert start["state"] == {"count": 0}


async def test_how_many_events_a_browser_may_send_is_a_setting(app: Path) -> None:
    (app / "mainspring.toml").write_text("events_per_s = 1\n")
    async with open_command("run", app) as command, new_client() as client:
        browser, _ = await joined(command, client)
        for sequence in (1, 2, 3):
            await browser.say(click(sequence, "count_button"))
        answers = [await browser.hear("done") for _ in range(3)]

    assert sorted((done["sequence"], done["message"]) for done in answers) == [(1, ""), (2, ""), (3, "busy")]


async def test_an_error_has_an_id_for_the_user_and_its_reason_in_the_log(command: Command) -> None:
    async with new_client() as client:
        browser, _ = await joined(command, client)
        await browser.say(click(1, "fail_button"))
        done = await browser.hear("done")

        assert done["status"] == "error"
        assert done["error_id"]
        assert "hunter2" not in json.dumps(browser.heard)
        async with asyncio.timeout(LIMIT_S):
            await command.until_said("hunter2")

    assert any(done["error_id"] in line and "hunter2" in line for line in command.said)


async def test_the_editing_side_is_not_there(command: Command) -> None:
    async with new_client() as client:
        for path in ("/api/overview", "/api/files/main.py", "/api/socket", "/main.py", "/pages/main.json"):
            async with client.get(command.origin + path) as got:
                assert got.status == 404


async def test_nothing_that_is_sent_tells_source_handlers_paths_or_versions(
    command: Command, app: Path
) -> None:
    async with new_client() as client:
        browser, _ = await joined(command, client)
        await browser.say(click(1, "fail_button"))
        await browser.hear("done")
        sent = json.dumps(browser.heard)
        for path in ("/", "/nothing", "/session", "/blob/x", "/static/x.js"):
            async with client.get(command.origin + path) as got:
                sent += f"{dict(got.headers)} {await got.text()}"

    for secret in ("handle_", "never sent", "_secret", str(app), "Traceback", "aiohttp", "Python/", "0.1.0"):
        assert secret not in sent
