"""Run mode by the real command, with a real child: what end users get, and what they don't."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from commands import Command, open_command
from mainspring.builder.sessions import session_messages
from mainspring.builder.web.routes_app import app_routes
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

    ours = {name.rpartition(".")[2] for name in loaded if name.startswith("mainspring.builder.")}

    assert "run_app" in ours
    assert not EDITING & ours
    assert not [name for name in loaded if name.startswith("mainspring.builder.editing")]
    assert not {"jedi", "watchfiles", "pygments"} & set(loaded)


GOLDEN = Path(__file__).parent / "run_mode.txt"


def test_run_mode_is_what_its_list_says() -> None:
    """Modules, routes with their policies, and messages: whatever is new is put on the list on purpose."""
    code = "import sys, mainspring.builder.run_app; print(*sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = [f"module {name}" for name in found.stdout.split() if name.startswith("mainspring.")]
    site: Any = SimpleNamespace(renderer=None)
    routes = [f"route {route.method} {route.path} {route.policy.name}" for route in app_routes(site)]
    taken = [f"message {kind.__struct_config__.tag}" for kind in get_args(session_messages.FromBrowser)]

    assert [*loaded, *sorted(routes), *sorted(taken)] == GOLDEN.read_text("utf-8").splitlines()


async def test_a_click_runs_its_handler_and_the_page_gets_what_changed(command: Command) -> None:
    async with new_client() as client:
        browser, start = await joined(command, client)
        await browser.say(click(1, "count_button"))
        done = await browser.hear("done")

    assert start["state"] == {"count": 0}
    assert done["changes"]["operations"] == [["set", ["count"], 1]]
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


@pytest.mark.parametrize("mode", ["run", "edit"])
async def test_files_of_the_app_that_are_named_like_modules_change_nothing_in_the_service(
    app: Path, mode: str
) -> None:
    """The app's folder is on the path of its own process, never on that of the service."""
    for name in (
        "asyncio",
        "builder",
        "json",
        "logging",
        "mainspring",
        "msgspec",
        "runtime",
        "ssl",
        "typing",
    ):
        (app / f"{name}.py").write_text("raise SystemExit('the service has imported this')\n", "utf-8")
    main = app / "main.py"
    main.write_text("def handle_count(state): state['count'] = 1\n", "utf-8")

    async with open_command(mode, app, "--port", "0", "--no-browser", cwd=app) as command:
        async with new_client() as client, client.get(command.url) as response:
            assert response.status == 200
        assert command.process.returncode is None
        assert not [
            line for line in command.said if "the service has imported this" in line and mode == "run"
        ]


HEADERS = {
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
}


async def test_no_answer_lacks_the_protecting_headers_or_names_its_software(command: Command) -> None:
    paths = [
        "/",
        "/main",
        "/nothing",
        "/healthz",
        "/session",
        "/assets/x",
        "/theme.css",
        "/blob/x",
        "/uploads",
    ]
    async with new_client() as client:
        for path in paths:
            for method in ("GET", "POST", "PUT", "OPTIONS"):
                async with client.request(method, command.origin + path) as response:
                    assert response.headers.keys() >= HEADERS, f"{method} {path}: {response.headers.keys()}"
                    assert response.headers["Server"] == "mainspring", f"{method} {path}"
                    assert "unsafe-eval" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "request_",
    [b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"G\0T / HTTP/1.1\r\n\r\n"],
)
async def test_what_is_no_http_is_answered_without_names_of_software_or_places(
    command: Command, request_: bytes
) -> None:
    port = int(command.origin.rpartition(":")[2])
    async with asyncio.timeout(LIMIT_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            answer = await reader.read()
        writer.close()

    assert b"aiohttp" not in answer.lower()
    assert b"python" not in answer.lower()
    assert b"Traceback" not in answer
    assert not [line for line in command.said if "Traceback" in line]
