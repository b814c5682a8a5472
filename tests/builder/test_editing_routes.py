"""The Builder's HTTP interface, with real files and a real runtime."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from editing_sites import LIMIT_S, EditingSite, open_editing_site
from mainspring.builder.code.code_service import CodeService
from mainspring.builder.editing.edit_lock import EditLock
from mainspring.builder.editing.fired_events import Fired
from mainspring.builder.web.access import Policy
from mainspring.builder.web.html_pages import PageRenderer

PAGE = {
    "schema": 1,
    "order": 1,
    "id": "main",
    "type": "page",
    "children": [
        {"id": "save", "type": "button"},
        {"id": "count", "type": "button", "on": {"wf-click": "count"}},
        {"id": "lost", "type": "button", "on": {"wf-click": "handle_lost"}},
        {"id": "name", "type": "text_input"},
    ],
}
MAIN = "def count(state):\r\n    state['n'] = (state['n'] or 0) + 1  \r\n\r\n\r\nprint('started')\r\n"


@pytest.fixture
def edited_app(tmp_path: Path) -> Path:
    path = tmp_path / "app"
    (path / "pages").mkdir(parents=True)
    (path / "pages" / "main.json").write_text(json.dumps(PAGE), encoding="utf-8")
    (path / "main.py").write_bytes(MAIN.encode())
    return path


@pytest.fixture
async def editing(edited_app: Path, renderer: PageRenderer) -> AsyncIterator[EditingSite]:
    # No question about code is asked here, so no process is started for them.
    async with open_editing_site(edited_app, CodeService(edited_app, 1.0, edited_app), renderer) as site:
        yield site


async def test_the_overview_holds_all_that_the_builder_begins_with(editing: EditingSite) -> None:
    await editing.supervisor.settled()

    overview = await editing.get("/api/overview")

    assert overview["name"] == "An app"
    assert overview["catalogue"]["button"]["events"]["wf-click"]["payload"] == "click"
    assert overview["pages"][0]["page"]["children"][1] == {
        "id": "count",
        "type": "button",
        "on": {"wf-click": "count"},
    }
    assert [file["path"] for file in overview["files"]] == ["main.py", "pages/main.json"]
    assert [(handler["name"], handler["file"]) for handler in overview["handlers"]] == [("count", "main.py")]
    assert overview["status"]["state"] == "live"
    assert overview["environment"].keys() == {"name", "version", "path", "wrong"}


async def test_the_page_has_what_its_script_needs_and_no_cookie_opens_nothing(editing: EditingSite) -> None:
    async with editing.client.get(editing.url) as response:
        html = await response.text()
    editing.client.cookie_jar.clear()

    assert editing.guard.write_token in html
    assert "preview_url" in html
    for path in ("/api/overview", "/api/files/main.py", "/api/handlers/count"):
        await editing.call("GET", path, 403)


async def test_whatever_changes_something_wants_the_write_token(editing: EditingSite) -> None:
    editing.guard.write_token = "another"
    for method, path in (
        ("PUT", "/api/files/main.py"),
        ("POST", "/api/handlers"),
        ("POST", "/api/runtime/stop"),
    ):
        headers = {"Origin": editing.url, "X-Mainspring-Token": "wrong"}
        async with editing.client.request(method, editing.url + path, json={}, headers=headers) as response:
            assert response.status == 403


# --- pages ---


async def test_an_operation_is_on_disk_and_can_be_undone(editing: EditingSite) -> None:
    body = {"base": 1, "operation": {"op": "set", "id": "save", "field": "text", "value": "Save"}}

    edit = await editing.post("/api/pages/main/operations", body)
    stored = json.loads((editing.app_path / "pages/main.json").read_text())
    undone = await editing.post("/api/pages/main/undo")

    assert (edit["revision"], edit["changed_id"]) == (2, "save")
    assert stored["children"][0]["fields"] == {"text": "Save"}
    assert undone["page"]["children"][0] == {"id": "save", "type": "button"}
    assert undone["redo"] == edit["undo"]
    assert (await editing.post("/api/pages/main/redo"))["revision"] == 4


async def test_an_edit_and_its_undoing_are_answered_with_what_has_changed(editing: EditingSite) -> None:
    def body(base: int, text: str) -> dict[str, Any]:
        return {"base": base, "operation": {"op": "set", "id": "save", "field": "text", "value": text}}

    async with editing.page() as page:
        edit = await editing.post("/api/pages/main/operations", body(1, "Save"))
        pushed = await page.hear("parts")
    undone = await editing.post("/api/pages/main/undo", {"base": 1})
    whole = await editing.get("/api/pages/main")

    save = {"id": "save", "type": "button"}
    assert edit["parts"] == pushed["parts"] == [save | {"fields": {"text": "Save"}}]
    assert (edit["base"], edit["revision"], edit["changed_id"]) == (1, 2, "save")
    # What was there before counts too: parts say how things are.
    assert (undone["base"], undone["revision"], undone["parts"]) == (1, 3, [save])
    assert (whole["revision"], whole["page"]["children"][0]) == (3, save)
    # A revision that nobody knows any more is answered with everything.
    assert (await editing.post("/api/pages/main/redo", {"base": 99}))["page"]["id"] == "main"
    await editing.call("GET", "/api/pages/nowhere", 404)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"base": 1, "operation": {"op": "delete", "id": "nobody"}}, 409, "impossible"),
        ({"base": 1, "operation": {"op": "explode", "id": "save"}}, 400, "bad_body"),
        ({"base": "one"}, 400, "bad_body"),
        ([], 400, "bad_body"),
    ],
)
async def test_an_operation_that_can_not_be_is_refused_with_a_sentence(
    editing: EditingSite, body: Any, status: int, code: str
) -> None:
    answer = await editing.post("/api/pages/main/operations", body, status)

    assert answer["error"]["code"] == code
    assert answer["error"]["message"].endswith(".")


async def test_pages_are_made_and_deleted(editing: EditingSite) -> None:
    made = await editing.post("/api/pages", {"key": "about", "title": "About"})
    await editing.call("DELETE", "/api/pages/about", 200)

    assert made["page"]["fields"] == {"title": "About"}
    assert not (editing.app_path / "pages/about.json").exists()
    await editing.post("/api/pages/about/redo", {}, 404)


# --- files ---


async def test_a_saved_file_keeps_its_line_ends_and_the_new_code_is_live(editing: EditingSite) -> None:
    await editing.supervisor.settled()
    file = await editing.get("/api/files/main.py")
    text = file["text"].replace("def count", "def counted")

    saved = await editing.put("/api/files/main.py", {"text": text, "base_digest": file["digest"]})
    status = await editing.supervisor.settled()

    assert (editing.app_path / "main.py").read_bytes() == MAIN.replace("def count", "def counted").encode()
    assert (await editing.get("/api/files/main.py"))["digest"] == saved["digest"]
    assert status.state == "live"
    assert [handler.name for handler in editing.supervisor.handlers] == ["counted"]


async def test_a_save_over_another_version_answers_with_that_version(editing: EditingSite) -> None:
    (editing.app_path / "main.py").write_text("theirs = 1\n")

    answer = await editing.put("/api/files/main.py", {"text": "mine = 1\n", "base_digest": "0"}, 409)

    assert answer["error"]["code"] == "conflict"
    assert answer["current"]["text"] == "theirs = 1\n"
    assert (editing.app_path / "main.py").read_text() == "theirs = 1\n"


async def test_a_file_is_made_once(editing: EditingSite) -> None:
    made = await editing.post("/api/files", {"path": "shop/orders.py"})

    assert (made["path"], made["text"]) == ("shop/orders.py", "")
    assert (await editing.post("/api/files", {"path": "shop/orders.py"}, 409))["error"]["code"] == "taken"


@pytest.mark.parametrize(
    "path", ["..%2f..%2fetc%2fpasswd", "%2e%2e/secret", "%2Fetc/passwd", "a%00b", "a%5c..%5cb"]
)
async def test_a_path_out_of_the_app_is_refused(editing: EditingSite, path: str) -> None:
    from yarl import URL

    (editing.app_path.parent / "secret").write_text("secret")
    async with editing.client.get(URL(f"{editing.url}/api/files/{path}", encoded=True)) as response:
        assert response.status in (400, 404)
        assert "secret" not in (await response.json())


# --- handlers ---


async def test_a_stub_is_shown_with_its_tokens_and_nothing_is_written(editing: EditingSite) -> None:
    stub = await editing.post("/api/stubs", {"page": "main", "component": "save", "event": "wf-click"})

    assert stub["name"] == "handle_save_click"
    assert "".join(text for _, text in stub["tokens"]) == stub["source"]
    assert (editing.app_path / "main.py").read_bytes() == MAIN.encode()


async def test_a_created_handler_stands_after_the_last_one_is_linked_and_live(editing: EditingSite) -> None:
    await editing.supervisor.settled()

    made = await editing.post("/api/handlers", {"page": "main", "component": "save", "event": "wf-click"})
    await editing.supervisor.settled()

    lines = made["text"].split("\n")
    on_disk = (editing.app_path / "main.py").read_bytes()
    assert made["handler"] == "handle_save_click"
    assert lines[made["line"]].startswith('    print("clicked')
    assert made["character"] == 4
    assert on_disk.startswith(MAIN.split("\r\n\r\n\r\n")[0].encode())
    assert on_disk.endswith(b"\r\n\r\n\r\nprint('started')\r\n")
    assert b"\r\n" in on_disk.replace(b"\r\n", b"", 5)
    assert on_disk.count(b"\n") == on_disk.count(b"\r\n")
    assert editing.pages.state("main").page.children[0].on == {"wf-click": "handle_save_click"}
    assert "handle_save_click" in [handler.name for handler in editing.supervisor.handlers]


async def test_a_handler_goes_into_what_the_editor_shows_not_only_what_is_saved(editing: EditingSite) -> None:
    file = await editing.get("/api/files/main.py")
    buffer = {"text": file["text"] + "unsaved = 1\n", "base_digest": file["digest"]}
    body = {"page": "main", "component": "name", "event": "wf-change", "path": "main.py", "buffer": buffer}

    made = await editing.post("/api/handlers", body)

    assert "unsaved = 1" in made["text"]
    assert "def handle_name_change(state: dict[str, object], payload: str) -> None:" in made["text"]
    assert b"unsaved = 1\r\n" in (editing.app_path / "main.py").read_bytes()
    body["component"], body["buffer"] = "save", {"text": "x = 1\n", "base_digest": file["digest"]}
    body["event"] = "wf-click"
    assert (await editing.post("/api/handlers", body, 409))["error"]["code"] == "conflict"


CREATE = {"page": "main", "component": "save", "event": "wf-click"}


async def test_a_click_right_after_a_handler_was_created_runs_it(editing: EditingSite) -> None:
    fired: asyncio.Queue[Fired] = asyncio.Queue()
    editing.history.subscribe(fired.put_nowait)
    await editing.supervisor.settled()

    await editing.post("/api/handlers", CREATE)
    editing.click("save")

    async with asyncio.timeout(LIMIT_S):
        event = await fired.get()
    assert (event.handler, event.status) == ("handle_save_click", "ok")


async def test_undoing_the_link_takes_an_untouched_stub_out_again_and_redoing_puts_it_back(
    editing: EditingSite,
) -> None:
    made = await editing.post("/api/handlers", CREATE)
    with_stub = (editing.app_path / "main.py").read_bytes()

    await editing.post("/api/pages/main/undo")
    assert (editing.app_path / "main.py").read_bytes() == MAIN.encode()

    await editing.post("/api/pages/main/redo")
    assert (editing.app_path / "main.py").read_bytes() == with_stub
    assert made["handler"] in with_stub.decode()


@pytest.mark.parametrize("why", ["touched", "unsaved", "linked elsewhere"])
async def test_a_stub_that_somebody_has_touched_or_uses_stays_when_its_link_is_undone(
    editing: EditingSite, why: str
) -> None:
    made = await editing.post("/api/handlers", CREATE)
    file = editing.app_path / "main.py"
    step: dict[str, Any] = {}
    if why == "touched":
        file.write_bytes(file.read_bytes().replace(b"print(", b"print(1, "))
    elif why == "unsaved":
        step = {"unsaved": ["main.py"]}
    else:
        about = await editing.post("/api/pages", {"key": "about"})
        other = {"id": "other", "type": "button", "on": {"wf-click": made["handler"]}}
        add = {"op": "add", "component": other, "parent": "about", "index": 0}
        body = {"base": about["revision"], "operation": add}
        await editing.post("/api/pages/about/operations", body)
    before = file.read_bytes()

    undone = await editing.post("/api/pages/main/undo", step)

    assert "on" not in undone["page"]["children"][0]
    assert file.read_bytes() == before


async def test_an_event_that_has_its_handler_is_answered_with_its_place(editing: EditingSite) -> None:
    made = await editing.post("/api/handlers", {"page": "main", "component": "count", "event": "wf-click"})

    assert (made["handler"], made["line"], made["character"]) == ("count", 1, 4)
    assert (editing.app_path / "main.py").read_bytes() == MAIN.encode()
    assert await editing.get("/api/handlers/count") == {"path": "main.py", "line": 1, "character": 4}


async def test_a_link_that_leads_nowhere_gets_the_function_that_it_names(editing: EditingSite) -> None:
    made = await editing.post("/api/handlers", {"page": "main", "component": "lost", "event": "wf-click"})

    assert made["handler"] == "handle_lost"
    assert "def handle_lost(" in made["text"]
    assert editing.pages.state("main").revision == 1


async def test_a_handler_in_another_module_is_named_by_it(editing: EditingSite) -> None:
    (editing.app_path / "shop.py").write_text("x = 1\n")
    body = {"page": "main", "component": "save", "event": "wf-click", "path": "shop.py"}

    made = await editing.post("/api/handlers", body)

    assert made["handler"] == "shop.handle_save_click"
    assert (await editing.get("/api/handlers/shop.handle_save_click"))["path"] == "shop.py"


@pytest.mark.parametrize(
    "body",
    [
        {"page": "nobody", "component": "save", "event": "wf-click"},
        {"page": "main", "component": "nobody", "event": "wf-click"},
        {"page": "main", "component": "save", "event": "wf-nothing"},
        {"page": "main", "component": "save", "event": "wf-click", "path": "missing.py"},
    ],
)
async def test_a_handler_for_nothing_is_refused_and_nothing_written(editing: EditingSite, body: Any) -> None:
    answer = await editing.post("/api/handlers", body, 404)

    assert answer["error"]["message"]
    assert (editing.app_path / "main.py").read_bytes() == MAIN.encode()


# --- the app ---


async def test_the_app_is_stopped_and_started_again(editing: EditingSite) -> None:
    await editing.supervisor.settled()

    await editing.post("/api/runtime/stop")
    stopped = editing.supervisor.status.state
    await editing.post("/api/runtime/restart")

    assert stopped == "stopped"
    assert (await editing.supervisor.settled()).state == "live"


async def test_the_page_that_begins_has_the_layout_that_was_kept(editing: EditingSite) -> None:
    await editing.put("/api/layout", {"values": {"left": 310}})
    refused = await editing.put("/api/layout", {"values": {"x" * 65: 1}}, status=400)
    too_large = await editing.put("/api/layout", {"values": {"long": "x" * 70_000}}, status=422)

    assert refused["error"]["code"] == "bad_body"
    assert too_large["error"]["message"] == "The layout holds more than can be kept."
    async with editing.client.get(editing.url) as page:
        assert '"layout": {"left": 310}' in await page.text()


async def test_the_preview_has_a_fresh_address(editing: EditingSite) -> None:
    assert (await editing.post("/api/preview"))["url"].startswith("http://127.0.0.1:1/?ticket=")


def test_all_routes_that_change_something_are_writes() -> None:
    from mainspring.builder.editing.routes_editing import editing_routes
    from mainspring.builder.editing.routes_editing_handlers import handler_routes

    site: Any = None
    for route in [*editing_routes(site), *handler_routes(site)]:
        expected = (Policy.PAGE, Policy.READ) if route.method == "GET" else (Policy.WRITE,)
        assert route.policy in expected, route.path


async def test_what_writes_to_the_app_is_refused_and_what_only_runs_it_is_not(
    editing: EditingSite,
) -> None:
    other = EditLock(editing.app_path, editing.app_path.parent / "locks")
    assert other.take()
    overview = await editing.get("/api/overview")
    operation = {"op": "delete", "id": "save"}

    refused = await editing.post(
        "/api/pages/main/operations", {"base": 1, "operation": operation}, status=423
    )
    assert refused["error"]["code"] == "read_only"
    assert "Another Builder edits this app (process " in refused["error"]["message"]
    assert (await editing.get("/api/overview"))["read_only"] == refused["error"]["message"]
    assert overview["pages"] == (await editing.get("/api/overview"))["pages"]
    await editing.post("/api/preview", {})

    other.release()
    await editing.post("/api/pages/main/operations", {"base": 1, "operation": operation})
    assert (await editing.get("/api/overview"))["read_only"] is None


async def test_what_two_tabs_type_into_one_field_is_undone_tab_by_tab(editing: EditingSite) -> None:
    def typing(text: str, base: int, client: str) -> object:
        operation = {"op": "set", "id": "save", "field": "text", "value": text}
        return {"base": base, "operation": operation, "client": client}

    path = "/api/pages/main/operations"
    await editing.post(path, typing("a", 1, "one"))
    await editing.post(path, typing("ab", 2, "one"))
    await editing.post(path, typing("xyz", 3, "two"))

    undone = await editing.post("/api/pages/main/undo")

    assert undone["page"]["children"][0]["fields"] == {"text": "ab"}


async def test_a_tab_s_own_newer_edit_is_no_conflict(editing: EditingSite) -> None:
    def text(value: str, client: str) -> object:
        operation = {"op": "set", "id": "save", "field": "text", "value": value}
        return {"base": 1, "operation": operation, "client": client}

    await editing.post("/api/pages/main/operations", text("a", "one"))

    await editing.post("/api/pages/main/operations", text("b", "two"), status=409)
    await editing.post("/api/pages/main/operations", text("ab", "one"))
