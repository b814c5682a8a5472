"""Sessions, their state and the history of events, as the Builder gets them, with a real runtime."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from editing_sites import EditingSite, open_editing_site
from mainspring.builder.code.code_service import CodeService, open_code_service
from mainspring.builder.editing.event_history import EventHistory
from mainspring.builder.processes.app_messages import FromApp
from mainspring.builder.web.html_pages import PageRenderer
from mainspring.runtime.protocol import Changes, CloseSession, Done

pytestmark = pytest.mark.asyncio(loop_scope="module")

MAIN = """
from mainspring.runtime import init_state

init_state({"n": 1, "person": {"name": "Ada"}})


def add(state):
    state["n"] += 1


def fail(state):
    state["n"] = 100
    raise ValueError("no")


def endless(state):
    while True:
        pass
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def code(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CodeService]:
    path = tmp_path_factory.mktemp("code")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(path / "cache"))
        async with open_code_service(path, call_s=60.0) as service:
            yield service


@pytest_asyncio.fixture(loop_scope="module")
async def editing(tmp_path: Path, renderer: PageRenderer, code: CodeService) -> AsyncIterator[EditingSite]:
    path = tmp_path / "app"
    (path / "pages").mkdir(parents=True)
    names = ("add", "fail", "endless")
    buttons = [{"id": name, "type": "button", "on": {"wf-click": name}} for name in names]
    shown = {"id": "shown", "type": "text", "fields": {"text": "@{n}"}}
    page = {"schema": 1, "order": 1, "id": "main", "type": "page", "children": [*buttons, shown]}
    (path / "pages" / "main.json").write_text(json.dumps(page), encoding="utf-8")
    (path / "main.py").write_text(MAIN, encoding="utf-8")
    async with open_editing_site(path, code, renderer) as site:
        await site.supervisor.settled()
        yield site


async def value(editing: EditingSite, *path: str) -> Any:
    told = await editing.get(f"/api/sessions/s/state?path={quote(json.dumps(path[:-1]))}")
    return next(item for item in told["items"] if item["key"] == path[-1]).get("value")


async def test_a_session_comes_its_state_is_read_set_found_and_reset(editing: EditingSite) -> None:
    async with editing.page() as page:
        assert (await page.hear("sessions"))["sessions"] == []
        editing.click("add")
        sessions = await page.hear("sessions")
        assert [session["id"] for session in sessions["sessions"]] == ["s"]
        await page.hear("event")

        assert await value(editing, "n") == 2
        await editing.put("/api/sessions/s/state", {"path": ["person", "name"], "value": "Grace"})
        assert await value(editing, "person", "name") == "Grace"
        found = await editing.get("/api/sessions/s/found?text=grace")
        assert [place["path"] for place in found["found"]] == [["person", "name"]]
        await page.hear("touched", paths=[["person", "name"]])
        await editing.post("/api/sessions/s/reset")
        assert await value(editing, "n") == 1


async def test_what_cannot_be_answered_is_refused_in_words(editing: EditingSite) -> None:
    for path in ("/api/sessions/gone/state", "/api/events/99"):
        refused = await editing.call("GET", path, 404)
        assert refused["error"]["message"].endswith(("has ended.", "in the history."))
    editing.click("add")
    await editing.call("GET", "/api/sessions/s/state?path=[", 400)
    missing = await editing.call("GET", "/api/sessions/s/state?path=" + quote('["x"]'), 409)
    assert missing["error"]["message"] == "There is nothing at state['x'] now."
    await editing.supervisor.stop()
    stopped = await editing.call("GET", "/api/sessions/s/state", 409)
    assert stopped["error"]["message"] == "The app isn't running."


async def test_an_event_has_its_payload_times_changes_and_error(editing: EditingSite) -> None:
    async with editing.page() as page:
        await page.hear("sessions")
        editing.click("add")
        fired = await page.hear("event")
        editing.click("fail", 2)
        failed = await page.hear("event")

    details = await editing.get(f"/api/events/{fired['number']}")
    assert json.loads(details["payload"])["ctrl_key"] is False
    assert details["changes"] == [{"path": ["n"], "before": "1", "after": "2", "file": "main.py", "line": 8}]
    assert (details["no_replay"], details["missing"]) == (None, [])
    assert details["send_ms"] >= 0
    assert details["sent_bytes"] == len(b'[["set",["n"],2]]')
    assert (await editing.get(f"/api/events/{failed['number']}"))["error_id"]
    events = (await editing.get("/api/events"))["events"]
    assert [event["status"] for event in events] == ["ok", "error"]


async def test_an_event_is_replayed_on_its_state_with_the_code_of_now(editing: EditingSite) -> None:
    async with editing.page() as page:
        await page.hear("sessions")
        fired = []
        for sequence in (1, 2, 3):
            editing.click("add", sequence)
            fired.append(await page.hear("event"))
        second = fired[1]
        assert await value(editing, "n") == 4
        generation = editing.supervisor.status.generation
        file = await editing.get("/api/files/main.py")
        changed = MAIN.replace("+= 1", "+= 10")
        await editing.put("/api/files/main.py", {"text": changed, "base_digest": file["digest"]})
        while (await page.hear("status", state="live"))["generation"] == generation:
            pass

        await editing.post(f"/api/events/{second['number']}/replay")
        replayed = await page.hear("event")

    assert await value(editing, "n") == 12
    assert replayed["replay_of"] == second["number"]
    assert replayed["status"] == "ok"


async def test_what_a_replay_has_changed_goes_to_browsers_and_its_end_does_not() -> None:
    passed_on: list[FromApp] = []
    history = EventHistory(passed_on.append, dict)
    of_browser = Done("s", 1, "ok", revision=4, operations=b"[]")

    history.receive(Done("s", -1, "ok", revision=3, operations=b'[["set",["n"],2]]'))
    history.receive(Done("s", -2, "ok"))
    history.receive(of_browser)

    assert passed_on == [Changes("s", 3, b'[["set",["n"],2]]'), of_browser]


async def test_an_event_of_a_session_that_has_ended_is_not_replayed(editing: EditingSite) -> None:
    async with editing.page() as page:
        await page.hear("sessions")
        editing.click("add")
        fired = await page.hear("event")
    editing.history.watching(editing.supervisor).send(CloseSession("s"))

    details = await editing.get(f"/api/events/{fired['number']}")
    refused = await editing.post(f"/api/events/{fired['number']}/replay", status=409)

    assert details["no_replay"] == refused["error"]["message"] == "Its session has ended."


async def test_an_event_that_takes_long_is_shown_while_it_runs_and_can_be_cancelled(
    editing: EditingSite,
) -> None:
    async with editing.page() as page:
        await page.hear("sessions")
        editing.click("endless")
        running = await page.hear("event")
        details = await editing.get(f"/api/events/{running['number']}")
        assert [event["status"] for event in (await editing.get("/api/events"))["events"]] == ["running"]
        await editing.post(f"/api/events/{running['number']}/cancel")
        ended = await page.hear("event")
        refused = await editing.post(f"/api/events/{running['number']}/cancel", status=409)

    assert (running["status"], details["no_replay"]) == ("running", "It is still running.")
    assert (ended["number"], ended["status"]) == (running["number"], "cancelled")
    assert refused["error"]["message"] == "This event has ended."


async def test_problems_are_those_of_the_app_as_it_runs(editing: EditingSite) -> None:
    assert (await editing.get("/api/problems"))["problems"] == []
    file = await editing.get("/api/files/main.py")
    async with editing.page() as page:
        await editing.put(
            "/api/files/main.py",
            {"text": MAIN.replace("def add", "def added"), "base_digest": file["digest"]},
        )
        await page.hear("status", state="live", generation=2)

    (problem,) = (await editing.get("/api/problems"))["problems"]
    assert problem["fixes"][0]["title"] == "Link to added"


async def test_who_has_seen_that_an_event_runs_hears_when_nobody_will_say_how_it_ended(
    editing: EditingSite,
) -> None:
    async with editing.page() as page:
        editing.click("endless")
        assert (await page.hear("event"))["status"] == "running"

        editing.history.watching(editing.supervisor).send(CloseSession("s"))

        assert (await page.hear("event"))["status"] == "lost"
