"""The Builder's socket: what is pushed to it, and what it answers, with a real runtime and a real jedi."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from editing_sites import BuilderPage, EditingSite, open_editing_site
from mainspring.builder.code.code_service import CodeService, open_code_service
from mainspring.builder.pages.tree_operations import Add, SetField
from mainspring.builder.web.html_pages import PageRenderer
from mainspring.runtime.protocol import Component, ErrorReport, Record, TraceFrame

pytestmark = pytest.mark.asyncio(loop_scope="module")

BUTTON = {"id": "count", "type": "button", "on": {"wf-click": "count"}}
ROWS = Component(
    id="rows",
    type="repeater",
    fields={"items": "@{rows}", "key_variable": "id"},
    children=(Component(id="buy", type="button", on={"wf-click": "shop.buy"}),),
)
PAGE = {"schema": 1, "order": 1, "id": "main", "type": "page", "children": [BUTTON]}
MAIN = (
    "import pandas as pd\nfrom mainspring.runtime import init_state\n\n"
    "init_state({'total': 0, 'person': {'home': {'street': 'A'}}, "
    "'frame': pd.DataFrame({'a': [1], 'b c': [1.5]})})\n\n\n"
    "def count(state):\n    state['n'] = (state['n'] or 0) + 1\n    print('counted')\n"
)

_numbers = itertools.count(100)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def code(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CodeService]:
    async with open_code_service(tmp_path_factory.mktemp("code"), call_s=60.0) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="module")
async def editing(tmp_path: Path, renderer: PageRenderer, code: CodeService) -> AsyncIterator[EditingSite]:
    path = tmp_path / "app"
    (path / "pages").mkdir(parents=True)
    (path / "pages" / "main.json").write_text(json.dumps(PAGE), encoding="utf-8")
    (path / "main.py").write_text(MAIN, encoding="utf-8")
    async with open_editing_site(path, code, renderer) as site:
        await site.supervisor.settled()
        yield site


async def test_a_page_that_joins_is_told_how_everything_stands(editing: EditingSite) -> None:
    async with editing.page() as page:
        handlers = await page.hear("handlers")
        status = await page.hear("status")
        pages = await page.hear("pages")
        files = await page.hear("files")

    assert (status["state"], status["generation"]) == ("live", 1)
    assert [handler["name"] for handler in handlers["handlers"]] == ["count"]
    assert pages["pages"][0]["page"]["children"] == [BUTTON]
    assert pages["broken"] == []
    assert [file["path"] for file in files["files"]] == ["main.py", "pages/main.json"]


async def test_a_socket_without_a_right_ticket_is_closed_and_told_nothing(editing: EditingSite) -> None:
    for first in (
        '{"type":"join","ticket":"wrong"}',
        "{}",
        "[" * 100_000,
        '{"type":"join","ticket":"é.\\ud800"}',
    ):
        headers = {"Origin": editing.url}
        async with editing.client.ws_connect(f"{editing.url}/api/socket", headers=headers) as socket:
            await socket.send_str(first)
            frame = await socket.receive()

        assert frame.type is aiohttp.WSMsgType.CLOSE
        assert frame.data in (4403, 1002)


async def test_a_socket_of_another_origin_is_refused_before_it_opens(editing: EditingSite) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await editing.client.ws_connect(
            f"{editing.url}/api/socket", headers={"Origin": "http://evil.example"}
        )

    assert caught.value.status == 403


async def test_an_edit_of_a_page_is_pushed_with_its_revision_and_labels(editing: EditingSite) -> None:
    async with editing.page() as page:
        await page.hear("files")
        edit = await editing.pages.apply("main", SetField(id="count", field="text", value="Count"), 1)
        pushed = await page.hear("parts")

    assert pushed["revision"] == edit.revision
    assert pushed["undo"] == edit.undo
    assert [(part["id"], part["fields"]) for part in pushed["parts"]] == [("count", {"text": "Count"})]


async def test_a_save_is_pushed_as_a_file_a_status_and_new_handlers(editing: EditingSite) -> None:
    async with editing.page() as page:
        await page.hear("files")
        file = await editing.get("/api/files/main.py")
        text = file["text"] + "\n\ndef second(state):\n    pass\n"
        saved = await editing.put("/api/files/main.py", {"text": text, "base_digest": file["digest"]})

        pushed = await page.hear("file")
        await page.hear("status", state="live", generation=2)
        handlers = [message for message in page.heard if message["type"] == "handlers"][-1]

    assert pushed == {"type": "file", "path": "main.py", "digest": saved["digest"]}
    assert [handler["name"] for handler in handlers["handlers"]] == ["count", "second"]


async def test_a_change_from_outside_is_pushed_once_and_our_own_write_not_again(editing: EditingSite) -> None:
    async with editing.page() as page:
        await page.hear("files")
        file = await editing.get("/api/files/main.py")
        await editing.put("/api/files/main.py", {"text": "x = 1\n", "base_digest": file["digest"]})
        await editing.files.look_at(["main.py"])
        (editing.app_path / "main.py").write_text("x = 2\n")
        (editing.app_path / "new.py").write_text("y = 1\n")
        await editing.files.look_at(["main.py", "new.py"])
        (editing.app_path / "new.py").unlink()
        await editing.files.look_at(["new.py"])
        await page.hear("file", digest=None)

    told = [message["path"] for message in page.heard if message["type"] == "file"]
    assert told == ["main.py", "main.py", "new.py", "new.py"]


async def test_a_syntax_error_is_pushed_with_its_place_while_the_old_version_serves(
    editing: EditingSite,
) -> None:
    async with editing.page() as page:
        file = await editing.get("/api/files/main.py")
        await editing.put("/api/files/main.py", {"text": "x = (\n", "base_digest": file["digest"]})
        failed = await page.hear("status", state="failed")

    assert failed["generation"] == 1
    assert failed["error"]["type"] == "SyntaxError"
    assert (failed["error"]["frames"][-1]["file"], failed["error"]["frames"][-1]["line"]) == ("main.py", 1)


async def test_a_fired_event_is_pushed_with_its_handler_and_its_times_and_its_output_in_the_log(
    editing: EditingSite,
) -> None:
    before = time.time()
    async with editing.page(editing.log.last_number) as page:
        await page.hear("files")
        editing.click("count")
        fired = await page.hear("event")
        logs = [message for message in page.heard if message["type"] == "log"]
        while not any(record["text"] == "counted" for log in logs for record in log["records"]):
            logs.append(await page.hear("log"))

    assert (fired["component"], fired["event"], fired["handler"]) == ("count", "wf-click", "count")
    assert fired["status"] == "ok"
    assert fired["run_ms"] >= 0
    assert before <= fired["time"] <= time.time()


async def test_the_log_goes_on_after_the_number_that_the_page_has(editing: EditingSite) -> None:
    for number in range(10):
        editing.log.append(Record(0.0, "stdout", "info", f"line {number}"))
    last = editing.log.last_number

    async with editing.page(last - 2) as page:
        log = await page.hear("log")

    assert [record["text"] for record in log["records"]] == ["line 8", "line 9"]
    assert [record["number"] for record in log["records"]] == [last - 1, last]
    assert log["skipped"] == 0


async def test_a_page_knows_what_was_there_before_it_and_can_ask_for_a_long_line(
    editing: EditingSite,
) -> None:
    editing.log.append(Record(0.0, "stdout", "info", "x" * 70_000))
    before = editing.log.last_number
    async with editing.page(before - 1) as page:
        first = await page.hear("log")
        editing.log.append(Record(0.0, "stdout", "info", "new"))
        second = await page.hear("log")
    async with editing.client.get(f"{editing.url}/api/log/{before}") as response:
        whole, kind = await response.text(), response.content_type
    async with editing.client.get(f"{editing.url}/api/log/999999") as response:
        missing = response.status

    assert (first["history"], second["history"]) == (True, False)
    assert (first["records"][0]["cut"], whole, kind) == (70_000 - 65_536, "x" * 70_000, "text/plain")
    assert missing == 404


async def test_an_answer_does_not_wait_for_a_flood_of_the_log(editing: EditingSite) -> None:
    async with editing.page() as page:
        await page.hear("files")
        for number in range(40_000):
            editing.log.append(Record(0.0, "stdout", "info", f"line {number} {'x' * 200}"))
        last = editing.log.last_number
        await page.ask(1, "textDocument/diagnostic", "x = 1\n")
        shown = max(
            r["number"] for m in page.heard if m.get("type") == "log" for r in [*m["records"], {"number": 0}]
        )

    assert shown < last


async def test_of_a_flood_all_that_was_produced_is_shown_or_counted_as_skipped(
    editing: EditingSite,
) -> None:
    async with editing.page(editing.log.last_number) as page:
        first = editing.log.last_number
        for number in range(60_000):
            editing.log.append(Record(0.0, "stdout", "info", f"line {number} {'x' * 100}"))
        last, shown, skipped = editing.log.last_number, 0, 0
        while shown + skipped < last - first:
            log = await page.hear("log")
            shown, skipped = shown + len(log["records"]), skipped + log["skipped"]

    assert shown + skipped == last - first
    assert log["records"][-1]["number"] == last


async def test_of_four_pages_one_that_stands_still_costs_the_others_nothing(editing: EditingSite) -> None:
    first = editing.log.last_number
    async with (
        editing.page(first),  # Nobody reads here: what is written to it waits in the socket's buffers.
        editing.page(first) as one,
        editing.page(first) as two,
        editing.page(first) as three,
    ):
        pages = (one, two, three)
        seen = [0] * len(pages)
        for part in range(20):
            for number in range(1_000):
                editing.log.append(Record(0.0, "stdout", "info", f"line {part} {number} {'x' * 500}"))
            # Whoever keeps up has all of it, however far behind another one is.
            for reader, page in enumerate(pages):
                while seen[reader] < editing.log.last_number - first:
                    log = await page.hear("log")
                    assert log["skipped"] == 0
                    seen[reader] += len(log["records"])

    assert seen == [20_000] * 3


async def test_no_more_of_the_log_is_on_its_way_than_a_page_has_room_for_before_a_push(
    editing: EditingSite,
) -> None:
    first = editing.log.last_number
    async with editing.page(first) as page:
        for number in range(20_000):
            editing.log.append(Record(0.0, "stdout", "info", f"line {number}"))
        shown = 0
        # It takes what comes, and says so of nothing.
        while shown < 4_000:
            message = json.loads((await page.socket.receive()).data)
            shown += len(message["records"]) if message["type"] == "log" else 0
        await editing.supervisor.stop()
        message = {}
        while message.get("state") != "stopped":
            message = json.loads((await page.socket.receive()).data)
            assert message["type"] != "log"
        await page.socket.send_str(str(first + shown))

        assert (await page.hear("log"))["records"][0]["text"] == "line 4000"


async def test_a_file_of_a_package_is_shown_when_a_frame_of_the_log_stands_in_it_and_no_other(
    editing: EditingSite,
) -> None:
    frame = TraceFrame(json.__file__, 3, 3, 0, 1, "loads", "", "installed")
    asked = "workspace/textDocumentContent"
    async with editing.page() as page:
        refused = await page.ask(1, asked, "", json.__file__)
        editing.log.append(Record(0.0, "error", "error", "no", error=ErrorReport("E", "no", (frame,))))
        shown = await page.ask(2, asked, "", json.__file__)
        other = await page.ask(3, asked, "", asyncio.__file__)

    assert "error" in refused
    assert "def loads(" in shown["result"]["text"]
    assert "error" in other


# --- requests ---


async def test_names_are_completed_by_jedi(editing: EditingSite) -> None:
    async with editing.page() as page:
        answer = await page.ask(7, "textDocument/completion", "import os\nos.getc")

    assert "getcwd" in [item["label"] for item in answer["result"]["items"]]


async def test_a_syntax_error_is_diagnosed(editing: EditingSite) -> None:
    async with editing.page() as page:
        answer = await page.ask(1, "textDocument/diagnostic", "x = '😀' 1\n")

    (found,) = answer["result"]["items"]
    assert found["severity"] == 1
    assert found["range"]["start"]["line"] == 0


async def names(page: BuilderPage, text: str, path: str = "main.py") -> dict[str, str]:
    """What is offered at the end of ``text``, with the details of each name."""
    answer = await page.ask(next(_numbers), "textDocument/completion", text, path)
    return {item["label"]: item.get("detail", "") for item in answer["result"]["items"]}


async def test_keys_of_the_state_are_those_a_session_holds_now_with_their_types(editing: EditingSite) -> None:
    async with editing.page() as page:
        before = await names(page, 'def f(state):\n    state["')
        editing.click("count")
        await page.hear("event")
        now = await names(page, 'def f(state):\n    state["')
        nested = await names(page, 'def f(state):\n    state["person"]["home"]["')
        alias = await names(page, 'def f(state):\n    home = state["person"]["home"]\n    home["')
        used = await names(page, 'state["new"] = 1\nstate["')

    assert before == {"total": "int", "person": "dict", "frame": "DataFrame"}
    assert now == {**before, "n": "int"}
    assert nested == alias == {"street": "str"}
    assert used == {**now, "new": ""}


async def test_attributes_and_columns_of_a_frame_that_a_session_holds_are_offered(
    editing: EditingSite,
) -> None:
    async with editing.page() as page:
        editing.click("count")
        await page.hear("event")
        columns = await names(page, 'def f(state):\n    frame = state["frame"]\n    frame["')
        attributes = await names(page, 'def f(state):\n    state["frame"].')
        state = await names(page, "def f(state):\n    state.")

    assert columns == {"a": "int64", "b c": "float64"}
    assert {"groupby", "shape", "a"} <= attributes.keys()
    assert "b c" not in attributes
    assert {"total", "set_page", "add_notification"} <= state.keys()


async def test_keys_of_a_payload_are_those_of_the_linked_event_and_of_its_last_one(
    editing: EditingSite,
) -> None:
    text = 'def count(state, payload):\n    payload["'
    async with editing.page() as page:
        typed = await names(page, text)
        editing.click("count", payload=b'{"ctrl_key": false, "extra": 1}')
        await page.hear("event")
        seen = await names(page, text)
        elsewhere = await names(page, text.replace("count", "other"))

    assert typed == {"ctrl_key": "bool", "shift_key": "bool", "meta_key": "bool"}
    assert seen == {**typed, "extra": "int"}
    assert elsewhere == {}


async def test_what_an_event_tells_and_the_ids_of_components_are_offered(editing: EditingSite) -> None:
    revision = editing.pages.state("main").revision
    await editing.pages.apply("main", Add(component=ROWS, parent="main", index=1), revision)
    async with editing.page() as page:
        keys = await names(page, 'def buy(context):\n    context["', "shop.py")
        ids = await names(page, 'def buy(context):\n    if context["target"] == "', "shop.py")
        events = await names(page, 'def buy(context):\n    if context["event"] == "', "shop.py")
        payload = await names(page, 'def buy(payload):\n    payload["', "shop.py")
        nothing = await names(page, 'def buy(context):\n    if context == "', "shop.py")

    assert keys == {"target": "str", "event": "str", "id": "row", "item": "row"}
    assert list(ids.items()) == [
        ("buy", "button on main"),
        ("count", "button on main"),
        ("rows", "repeater on main"),
    ]
    assert events.keys() == {"wf-click"}
    assert "ctrl_key" in payload
    assert nothing == {}


async def test_page_keys_are_offered_where_a_page_is_set(editing: EditingSite) -> None:
    async with editing.page() as page:
        assert await names(page, 'def f(state):\n    state.set_page("') == {"main": "page"}


async def test_while_the_app_is_stopped_the_keys_known_from_its_last_start_are_offered(
    editing: EditingSite,
) -> None:
    async with editing.page() as page:
        await editing.post("/api/runtime/stop")
        await page.hear("status", state="stopped")

        assert (await names(page, 'def f(state):\n    state["')).keys() == {"total", "person", "frame"}


async def test_what_a_dot_would_offer_can_be_asked_for_ahead(editing: EditingSite) -> None:
    async with editing.page() as page:
        ahead = await page.ask(1, "mainspring/prefetch", "import os\nos.getc")
        details = await page.ask(2, "mainspring/completionDetails", "import os\nos.getc", labels=["getcwd"])

    assert "getcwd" in [item["label"] for item in ahead["result"]["items"]]
    (told,) = details["result"]["items"]
    assert (told["label"], told["kind"]) == ("getcwd", "function")
    assert "-> str" in told["detail"]


async def test_ruff_formatting_and_imports_are_asked_for_in_the_shapes_of_the_language_server_protocol(
    editing: EditingSite,
) -> None:
    text = "import sys\nimport os\nx = { 1:sys }"
    async with editing.page() as page:
        checked = await page.ask(1, "textDocument/diagnostic", text, identifier="ruff")
        formatted = await page.ask(2, "textDocument/formatting", text)
        again = await page.ask(3, "textDocument/formatting", "x = 1\n")
        context = {"only": ["source.organizeImports"]}
        organised = await page.ask(4, "textDocument/codeAction", text, context=context)
        refused = await page.ask(5, "textDocument/formatting", "x = (")

    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 13}}
    assert checked["result"]["kind"] == "full"
    assert [item["code"] for item in checked["result"]["items"]] == ["F401"]
    assert formatted["result"] == [{"range": whole, "newText": "import sys\nimport os\n\nx = {1: sys}\n"}]
    assert again["result"] == []
    (action,) = organised["result"]
    assert action["kind"] == "source.organizeImports"
    assert action["edit"]["changes"]["main.py"][0]["newText"].startswith("import os\nimport sys\n")
    assert "parse" in refused["error"]["message"]


async def test_references_and_a_rename_are_answered_in_the_shapes_of_the_language_server_protocol(
    editing: EditingSite,
) -> None:
    text = "def other(): pass\n\n\nx = '😀'; other"
    place = {"line": 3, "character": 14}
    async with editing.page() as page:
        found = await page.ask(1, "textDocument/references", text, position=place)
        renamed = await page.ask(2, "textDocument/rename", text, position=place, newName="another")
        refused = await page.ask(3, "textDocument/rename", text, position=place, newName="x")
        outside = await page.ask(4, "textDocument/rename", text, position=place, buffers={"../x.py": ""})

    ranges = [
        {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 9}},
        {"start": {"line": 3, "character": 10}, "end": {"line": 3, "character": 15}},
    ]
    assert found["result"] == [{"uri": "main.py", "range": each} for each in ranges]
    assert renamed["result"]["changes"] == {
        "main.py": [{"range": each, "newText": "another"} for each in ranges]
    }
    assert "main.py:4" in refused["error"]["message"]
    assert "plain path" in outside["error"]["message"]


async def test_a_file_of_a_package_is_shown_where_a_definition_has_led_to_it_and_no_other_is(
    editing: EditingSite,
) -> None:
    text = "import json\njson.dumps"
    async with editing.page() as page:
        before = await page.ask(1, "workspace/textDocumentContent", "", json.__file__)
        (place,) = (await page.ask(2, "textDocument/definition", text))["result"]
        shown = (await page.ask(3, "workspace/textDocumentContent", "", place["uri"]))["result"]["text"]
        inside = await page.ask(4, "textDocument/definition", f"{shown}\nJSONEncoder", place["uri"])
        formatted = await page.ask(5, "textDocument/formatting", shown, place["uri"])

    line = place["range"]["start"]["line"]
    assert "plain path" in before["error"]["message"]
    assert shown.split("\n")[line].startswith("def dumps(")
    assert inside["result"][0]["uri"].endswith("encoder.py")
    assert "plain path" in formatted["error"]["message"]


@pytest.mark.parametrize(
    ("method", "uri", "words"),
    [
        ("workspace/executeCommand", "main.py", "no method"),
        ("__class__", "main.py", "no method"),
        ("textDocument/completion", "../../etc/passwd", "plain path"),
    ],
)
async def test_a_request_that_is_none_is_answered_with_an_error(
    editing: EditingSite, method: str, uri: str, words: str
) -> None:
    async with editing.page() as page:
        answer = await page.ask(3, method, "x", uri)
        after = await page.ask(4, "textDocument/diagnostic", "x = 1")

    assert words in answer["error"]["message"]
    assert after["result"] == {"kind": "full", "items": []}


async def test_many_requests_at_once_are_all_answered(editing: EditingSite) -> None:
    async with editing.page() as page:
        for number in range(200):
            await page.send_request(number, "textDocument/completion", "import os\nos.getc")
        answers: dict[int, object] = {}
        while len(answers) < 200:
            message = await page.receive()
            if "id" in message:
                answers[message["id"]] = message

    assert set(answers) == set(range(200))


async def test_what_is_no_request_ends_the_line_and_leaves_the_others(editing: EditingSite) -> None:
    async with editing.page() as other, editing.page() as page:
        await page.socket.send_str('{"id": "x"}')
        async with asyncio.timeout(20):
            while (await page.socket.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
        answer = await other.ask(1, "textDocument/diagnostic", "x = 1")

    assert page.socket.close_code == 1002
    assert answer["result"] == {"kind": "full", "items": []}


async def test_the_code_worker_starts_once_the_canvas_has_its_app_and_not_with_the_service(
    tmp_path: Path, renderer: PageRenderer
) -> None:
    (tmp_path / "main.py").write_text("", encoding="utf-8")
    async with open_code_service(tmp_path) as code, open_editing_site(tmp_path, code, renderer) as site:
        await site.supervisor.settled()
        async with site.page() as page:
            # The last of what a page gets at first.
            await page.hear("access")
            before = code._wanted.is_set()
            site.click("nobody")
            while not (await page.hear("sessions"))["sessions"]:
                pass
            after = code._wanted.is_set()

    assert (before, after) == (False, True)


async def test_the_code_worker_starts_for_a_page_whose_app_can_not_be_shown(
    tmp_path: Path, renderer: PageRenderer
) -> None:
    (tmp_path / "main.py").write_text("1 / 0", encoding="utf-8")
    async with open_code_service(tmp_path) as code, open_editing_site(tmp_path, code, renderer) as site:
        await site.supervisor.settled()
        async with site.page() as page:
            await page.hear("access")

            assert code._wanted.is_set()
