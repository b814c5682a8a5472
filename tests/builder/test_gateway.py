"""Browsers on real sockets, a real gateway, and an app that records what it is told."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from mainspring.builder.processes.supervisor import Status
from mainspring.builder.sessions import gateway, sessions
from mainspring.builder.sessions import session_messages as messages
from mainspring.builder.sessions.sessions import (
    KEPT_ACTIONS,
    KEPT_ANSWERS,
    KEPT_CALLS,
    SessionLimits,
    Sessions,
)
from mainspring.builder.web.served_pages import ServedPages
from mainspring.builder.web.shared_reading import SharedReading
from mainspring.runtime.protocol import (
    Action,
    Blob,
    Changes,
    CloseSession,
    Component,
    Done,
    Event,
    OpenSession,
    Resync,
    Snapshot,
)
from raw_requests import text_frame
from sites import LIMIT_S, Browser, Site, SiteMaker


def click(sequence: int = 1, component: str = "save", **more: Any) -> dict[str, Any]:
    event = {
        "page": "main",
        "component": component,
        "event": "wf-click",
        "payload": {"ctrl_key": False},
        "rows": [],
    }
    return {"type": "event", "sequence": sequence, **event, **more}


async def until_told(site: Site, browser: Browser, kind: type[Any], number: int = 1) -> list[Any]:
    """Wait until the app has been told: what the browser said before a resync is handled by its answer."""
    await browser.say({"type": "resync"})
    await browser.hear("snapshot")
    found = site.app.all(kind)
    assert len(found) >= number, f"{len(found)} of {number} {kind.__name__}"
    return found


async def until_handled(browser: Browser, sequence: int) -> None:
    """Wait until what the browser said before has been handled: what is refused is so in its turn."""
    await browser.say(click(sequence, "nothing"))
    await browser.hear("done")


@contextlib.asynccontextmanager
async def silent(site: Site) -> AsyncIterator[tuple[aiohttp.ClientWebSocketResponse, dict[str, Any]]]:
    """A browser that has joined and answers no ping by itself, with what it was told."""
    headers = {"Origin": site.url}
    async with site.client.ws_connect(f"{site.url}/session", headers=headers, autoping=False) as socket:
        browser = Browser(socket)
        await browser.say({"type": "join", "ticket": site.ticket, "session": None, "page": "main"})
        yield socket, await browser.hear("joined")


# --- joining -----------------------------------------------------------------------------------------


async def test_a_browser_that_joins_gets_pages_and_state(site: Site) -> None:
    async with site.joined() as (_, joined):
        assert joined["state"] == {"count": 1}
        assert not joined["resumed"]
        assert joined["sequence"] == 0
        assert [page["id"] for page in joined["pages"]] == ["main"]


async def test_pages_say_which_events_are_linked_and_never_to_what(site: Site) -> None:
    async with site.joined() as (_, joined):
        save, idle, *_ = joined["pages"][0]["children"]

        assert save["on"] == ["wf-click"]
        assert idle == {
            "id": "idle",
            "type": "button",
            "fields": {"text": "Button"},
            "binding": None,
            "on": [],
            "visible": True,
            "children": [],
        }
        assert "handle_save" not in json.dumps(joined)


async def test_session_ids_are_made_here_and_not_taken_from_a_browser(site: Site) -> None:
    async with site.joined("a-chosen-id") as (_, joined):
        assert not joined["resumed"]
        assert joined["session"] != "a-chosen-id"
        assert len(joined["session"]) >= 43


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({"type": "join", "ticket": "wrong"}, messages.CLOSE_TICKET),
        ({"type": "join", "ticket": "é"}, messages.CLOSE_TICKET),
        ({"type": "resync"}, messages.CLOSE_MALFORMED),
        ({"type": "join"}, messages.CLOSE_MALFORMED),
        ({"type": "open_session", "session_id": "x"}, messages.CLOSE_MALFORMED),
        ("no json", messages.CLOSE_MALFORMED),
        ("[" * 100_000, messages.CLOSE_MALFORMED),
    ],
)
async def test_a_first_message_that_is_no_join_ends_the_line(site: Site, first: object, code: int) -> None:
    async with site.socket() as browser:
        await browser.say(first)

        assert await browser.closed() == code
        assert not site.app.told


async def test_a_ticket_for_another_kind_of_socket_is_refused(site: Site) -> None:
    async with site.socket() as browser:
        await browser.say({"type": "join", "ticket": site.guard.tickets.issue("builder")})

        assert await browser.closed() == messages.CLOSE_TICKET


async def test_a_socket_of_another_origin_is_no_socket(site: Site) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with site.socket(Origin="http://evil.com"):
            pass


async def test_our_own_cookies_do_not_reach_the_app(site: Site) -> None:
    cookies = "mainspring_8000=token; mainspring_preview_8001=token; theme=dark"
    async with site.socket(Cookie=cookies) as browser:
        await browser.say({"type": "join", "ticket": site.ticket})
        await browser.hear("joined")

    (opened,) = site.app.all(OpenSession)
    assert opened.cookies == {"theme": "dark"}
    assert not [name for name in opened.headers if name == "cookie" or name.startswith("sec-websocket")]


async def test_a_browser_that_comes_back_has_its_session(site: Site) -> None:
    async with site.joined() as (browser, joined):
        await browser.say(click(1))
        await until_told(site, browser, Event)
        site.app.receive(Done(joined["session"], 1, "ok"))
    async with site.joined(joined["key"]) as (_, again):
        assert again["session"] == joined["session"]
        assert again["resumed"]
        assert again["sequence"] == 1
        assert len(site.app.all(OpenSession)) == 1
        assert len(site.app.all(Resync)) == 2


async def test_the_newest_socket_has_the_session(site: Site) -> None:
    async with site.joined() as (first, joined), site.joined(joined["key"]) as (second, _):
        assert await first.closed() == messages.CLOSE_REPLACED
        site.app.receive(Changes(joined["session"], 2, b"[]"))

        assert (await second.hear("changes"))["revision"] == 2


async def test_a_session_that_nobody_comes_back_to_ends(open_site: SiteMaker) -> None:
    async with open_site(SessionLimits(idle_s=0.0)) as site:
        async with site.joined() as (_, joined):
            pass
        async with site.joined(joined["key"]) as (_, again):
            assert not again["resumed"]

        assert joined["session"] in [message.session_id for message in site.app.all(CloseSession)]


async def test_with_all_sessions_in_use_a_further_browser_shall_come_later(
    open_site: SiteMaker,
) -> None:
    async with open_site(SessionLimits(sessions=1)) as site, site.joined(), site.socket() as second:
        await second.say({"type": "join", "ticket": site.ticket})

        assert await second.closed() == messages.CLOSE_TOO_MANY


async def test_the_session_that_was_longest_without_a_browser_makes_room(
    open_site: SiteMaker,
) -> None:
    async with open_site(SessionLimits(sessions=1)) as site:
        async with site.joined() as (browser, first):
            await browser.socket.close()
        async with site.joined() as (_, second):
            assert first["session"] != second["session"]

        assert site.app.all(CloseSession)[0].session_id == first["session"]


# --- events ------------------------------------------------------------------------------------------


async def test_an_event_reaches_the_app_with_its_payload_as_it_came(site: Site) -> None:
    async with site.joined() as (browser, joined):
        payload = '{"a":[1.50, "é\\u00e9"]}'
        text = json.dumps(click(7, payload="PAYLOAD", rows=["k1"])).replace('"PAYLOAD"', payload)
        await browser.say(text)

        (event,) = await until_told(site, browser, Event)

    assert event == Event(
        session_id=joined["session"],
        sequence=7,
        page="main",
        component="save",
        event="wf-click",
        kind="click",
        payload=payload.encode(),
        rows=("k1",),
    )


async def test_an_event_of_a_bound_input_carries_its_value(site: Site) -> None:
    async with site.joined() as (browser, _):
        await browser.say(click(1, "name", event="wf-change", payload="Ada"))

        (event,) = await until_told(site, browser, Event)

    assert (event.binds, event.kind, event.payload) == (True, "text", b'"Ada"')


@pytest.mark.parametrize(
    "refused",
    [
        click(component="nothing"),
        click(page="other"),
        click(event="wf-change"),
        click(event="handle_save"),
        click(event="__class__"),
        click(component="idle"),
        click(component="off"),
        click(component="gone"),
        click(component="name"),
    ],
)
async def test_what_the_page_does_not_provide_for_is_refused(site: Site, refused: dict[str, Any]) -> None:
    async with site.joined() as (browser, _):
        await browser.say(refused)
        done = await browser.hear("done")

    assert (done["status"], done["message"]) == ("refused", "not possible")
    assert not site.app.all(Event)


async def test_whoever_edits_is_told_why(open_site: SiteMaker) -> None:
    async with open_site(builder_port=1) as site, site.joined() as (browser, _):
        await browser.say(click(component="idle"))

        assert (await browser.hear("done"))["message"] == "nothing is linked to 'wf-click' of 'idle'"


@pytest.mark.parametrize(
    "message",
    [
        "",
        "null",
        "[]",
        '{"type":"event"}',
        json.dumps(click(0)),
        json.dumps(click(-1)),
        json.dumps(click(2**60)),
        json.dumps(click(1, handler="handle_save")),
        json.dumps(click(1, rows=["k"] * 17)),
        json.dumps(click(1, component="c" * 201)),
        json.dumps(click(1))[:-1],
        json.dumps(click(1)).replace("false", "NaN"),
        json.dumps(click(1, payload="P")).replace('"P"', "[" * 65 + "]" * 65),
        json.dumps({"type": "join", "ticket": "again", "handler": "x"}),
    ],
)
async def test_what_is_no_message_ends_the_line(site: Site, message: str) -> None:
    async with site.joined() as (browser, _):
        await browser.say(message)

        assert await browser.closed() == messages.CLOSE_MALFORMED
        assert not site.app.all(Event)


async def test_a_message_of_more_than_a_megabyte_ends_the_line(site: Site) -> None:
    async with site.joined() as (browser, _):
        await browser.say(click(1, payload="x" * messages.MAX_MESSAGE_BYTES))

        assert await browser.closed() == 1009


async def test_brackets_in_texts_are_no_depth(site: Site) -> None:
    async with site.joined() as (browser, _):
        await browser.say(click(1, payload={"text": '["\\' * 200}))

        (event,) = await until_told(site, browser, Event)

    assert json.loads(event.payload) == {"text": '["\\' * 200}


async def test_an_event_that_comes_again_has_its_answer_again_and_no_second_effect(site: Site) -> None:
    async with site.joined() as (browser, joined):
        await browser.say(click(1))
        await browser.say(click(1))
        await until_told(site, browser, Event)
        site.app.receive(Done(joined["session"], 1, "ok"))
        await browser.hear("done")
    async with site.joined(joined["key"]) as (browser, _):
        await browser.say(click(1))

        assert (await browser.hear("done"))["status"] == "ok"
        assert len(site.app.all(Event)) == 1


async def test_an_answer_that_came_while_nobody_was_there_waits(site: Site) -> None:
    async with site.joined() as (browser, joined):
        await browser.say(click(1))
        await until_told(site, browser, Event)
        await browser.socket.close()
    site.app.receive(Done(joined["session"], 1, "error", error_id="e1"))
    async with site.joined(joined["key"]) as (browser, _):
        done = await browser.hear("done")

    assert (done["sequence"], done["status"], done["error_id"]) == (1, "error", "e1")


async def test_what_an_event_has_changed_comes_with_its_end_and_not_with_an_answer_that_is_given_again(
    site: Site,
) -> None:
    async with site.joined() as (browser, joined):
        await browser.say(click(1))
        await until_told(site, browser, Event)
        site.app.receive(Done(joined["session"], 1, "ok", revision=2, operations=b'[["set", ["a"], 1.50]]'))
        done = await browser.hear("done")
        await browser.say(click(1))
        again = await browser.hear("done")

    assert done.pop("changes") == {"type": "changes", "revision": 2, "operations": [["set", ["a"], 1.5]]}
    assert again == done


async def test_why_the_app_refuses_an_event_is_for_whoever_edits_it(site: Site) -> None:
    async with site.joined() as (browser, joined):
        await browser.say(click(1))
        await until_told(site, browser, Event)
        site.app.receive(Done(joined["session"], 1, "refused", "main.py has no handler save"))
        done = await browser.hear("done")

    assert (done["status"], done["message"]) == ("refused", "not possible")


async def test_more_events_than_may_wait_are_answered_busy(open_site: SiteMaker) -> None:
    async with open_site(SessionLimits(pending=2)) as site, site.joined() as (browser, _):
        for sequence in (1, 2, 3):
            await browser.say(click(sequence))
        done = await browser.hear("done")

        assert (done["sequence"], done["status"], done["message"]) == (3, "refused", "busy")
        assert len(site.app.all(Event)) == 2


async def test_events_beyond_the_rate_are_busy_and_then_the_line_ends(open_site: SiteMaker) -> None:
    limits = SessionLimits(events_per_s=0.0, burst=1, strikes=3)
    async with open_site(limits) as site, site.joined() as (browser, _):
        for sequence in range(1, 7):
            await browser.say(click(sequence))

        assert await browser.closed() == messages.CLOSE_BUSY
        assert len(site.app.all(Event)) == 1


@pytest.mark.parametrize("message", [{"type": "resync"}, click(1)], ids=["resync", "an old event"])
async def test_asking_for_the_same_again_and_again_ends_the_line(
    open_site: SiteMaker, message: dict[str, Any]
) -> None:
    limits = SessionLimits(events_per_s=0.0, burst=3, strikes=5)
    async with open_site(limits) as site, site.joined() as (browser, _):
        for _ in range(12):
            await browser.say(message)

        assert await browser.closed() == messages.CLOSE_BUSY
        assert len(site.app.all(Event)) + len(site.app.all(Resync)) <= 4


async def test_clicks_that_arrive_together_let_those_of_another_in_between(open_site: SiteMaker) -> None:
    limits = SessionLimits(burst=200, pending=200)
    async with open_site(limits) as site, site.joined() as (quick, _), site.joined() as (other, joined):
        clicks = [text_frame(json.dumps(click(sequence)).encode()) for sequence in range(1, 101)]
        quick.socket._writer.transport.write(b"".join(clicks))
        await other.say(click())
        await until_handled(quick, 101)

        order = [event.session_id for event in site.app.all(Event)]
        assert len(order) == 101
        assert order.index(joined["session"]) < 50


async def test_everything_is_asked_for_once_however_often_a_browser_asks_until_it_is_there(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site.joined() as (browser, joined):
        site.app.busy = True
        for _ in range(20):
            await browser.say({"type": "resync"})
        await until_handled(browser, 1)
        assert len(site.app.all(Resync)) == 1

        # It is there: what is missed from now on is asked for again.
        site.app.receive(Snapshot(joined["session"], 2, b"{}"))
        await browser.hear("snapshot")
        await browser.say({"type": "resync"})
        await until_handled(browser, 2)
        assert len(site.app.all(Resync)) == 2

        # And an app that never answered is asked again.
        monkeypatch.setattr(sessions, "REFRESH_S", 0.0)
        site.app.receive(Snapshot(joined["session"], 3, b"{}"))
        for _ in range(3):
            await browser.say({"type": "resync"})
        await until_handled(browser, 3)
        assert len(site.app.all(Resync)) == 5


# --- what the app sends ------------------------------------------------------------------------------


async def test_changes_actions_and_snapshots_are_passed_on_as_they_were_encoded(site: Site) -> None:
    async with site.joined() as (browser, joined):
        session = joined["session"]
        site.app.receive(Changes(session, 2, b'[["set", ["a"], 1.50]]'))
        site.app.receive(Action(session, b'{"action": "notify", "title": "Saved"}'))
        site.app.receive(Snapshot(session, 3, '{"a": "é"}'.encode()))

        assert await browser.hear("changes") == {
            "type": "changes",
            "revision": 2,
            "operations": [["set", ["a"], 1.5]],
        }
        assert await browser.hear("action") == {"type": "action", "action": "notify", "title": "Saved"}
        assert await browser.hear("snapshot") == {"type": "snapshot", "revision": 3, "state": {"a": "é"}}


@pytest.mark.parametrize("size", [125, 126, 65_535, 65_536, 2_000_000])
async def test_frames_of_every_length_arrive_whole(site: Site, size: int) -> None:
    async with site.joined() as (browser, joined):
        around = len(messages.encode(messages.Changes(2, msgspec.Raw(b'[""]'))))
        text = "x" * (size - around)
        site.app.receive(Changes(joined["session"], 2, json.dumps([text]).encode()))

        assert (await browser.hear("changes"))["operations"] == [text]


async def test_nothing_of_one_session_reaches_another(site: Site) -> None:
    async with site.joined() as (one, first), site.joined() as (other, second):
        site.app.receive(Changes(first["session"], 2, b'[["set", ["a"], "one"]]'))
        site.app.receive(Changes(second["session"], 2, b'[["set", ["a"], "other"]]'))

        assert (await one.hear("changes"))["operations"] == [["set", ["a"], "one"]]
        assert (await other.hear("changes"))["operations"] == [["set", ["a"], "other"]]


async def test_messages_for_a_session_that_is_gone_are_dropped(site: Site) -> None:
    site.app.receive(Changes("gone", 2, b"[]"))
    site.app.receive(Done("gone", 1, "ok"))

    async with site.joined() as (_, joined):
        assert joined["revision"] == 1


async def test_changed_pages_are_pushed_to_every_browser(site: Site, small_catalogue: Any) -> None:
    pages = [Component(id="main", type="page"), Component(id="second", type="page")]
    async with site.joined() as (one, _), site.joined() as (other, _):
        site.gateway.set_pages(ServedPages(pages, small_catalogue))

        for browser in (one, other):
            told = await browser.hear("pages")
            assert ([page["id"] for page in told["pages"]], told["pages_revision"]) == (["main", "second"], 2)


async def test_of_a_changed_page_browsers_get_what_has_changed(site: Site, small_catalogue: Any) -> None:
    page, new = site.gateway.pages.pages[0], Component(id="new", type="button", on={"wf-click": "secret"})
    async with site.joined() as (browser, joined):
        after = msgspec.structs.replace(page, children=(new, *page.children))
        site.gateway.set_pages(ServedPages([after], small_catalogue, before=site.gateway.pages))
        # Nothing new, hence nothing to tell.
        site.gateway.set_pages(ServedPages([after], small_catalogue, before=site.gateway.pages))

        told = await browser.hear("parts")
        assert [part["id"] for part in told["pages"]["main"]] == ["main", "new"]
        assert told["pages"]["main"][0]["children"] == ["new", *[child.id for child in page.children]]
        assert told["pages"]["main"][1]["on"] == ["wf-click"]
        assert (joined["pages_revision"], told["pages_revision"]) == (1, 2)
        again = ServedPages([after], small_catalogue)
        assert site.gateway.pages.json == again.json
        site.gateway.set_pages(again)
        await browser.say({"type": "resync"})
        await browser.hear("snapshot")
        assert [message["type"] for message in browser.heard].count("parts") == 1


async def test_a_browser_that_misses_a_revision_of_the_pages_gets_all_of_them(site: Site) -> None:
    async with site.joined() as (browser, joined):
        await browser.say({"type": "resync", "pages": True})

        again = await browser.hear("joined")
        assert again["pages"] == joined["pages"]
        assert again["resumed"]


async def test_a_status_is_told_and_a_start_ends_in_joined(open_site: SiteMaker) -> None:
    async with open_site() as site:
        site.app.change_status(Status("starting"))
        async with site.socket() as browser:
            await browser.say({"type": "join", "ticket": site.ticket})
            assert (await browser.hear("status"))["state"] == "starting"

            site.app.change_status(Status("live", 1))
            assert (await browser.hear("status"))["state"] == "live"
            site.app.receive(Snapshot(site.app.all(OpenSession)[0].session_id, 0, b"{}"))
            await browser.hear("joined")


async def test_whoever_edits_sees_the_page_while_the_code_does_not_load(open_site: SiteMaker) -> None:
    async with open_site(builder_port=1) as site:
        site.app.change_status(Status("failed"))
        async with site.joined() as (_, joined):
            assert joined["pages"][0]["id"] == "main"
            assert joined["state"] == {}


async def test_a_browser_that_does_not_keep_up_gets_everything_anew(site: Site) -> None:
    async with site.joined() as (browser, joined):
        session = joined["session"]
        big = json.dumps(["x" * 1_000_000]).encode()
        # Sent in one step of the loop: nothing of it can leave meanwhile but what the system's buffers take.
        for revision in range(2, 40):
            site.app.receive(Changes(session, revision, big))
        site.app.receive(Changes(session, 40, b"[]"))
        async with asyncio.timeout(LIMIT_S):
            again = await browser.hear("joined")

    assert again["resumed"]
    assert sum(message["type"] == "changes" for message in browser.heard) < 30


async def test_a_browser_that_has_vanished_without_a_word_is_noticed_and_its_session_waits_for_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "HEARTBEAT_S", 0.1)
    async with silent(site) as (socket, joined):
        # From here on it answers nothing, as if its machine slept.
        async with asyncio.timeout(LIMIT_S):
            while (session := site.gateway._sessions.get(joined["session"])) and session.joined:
                await socket.receive()

    assert session is not None


async def test_a_silent_browser_that_answers_pings_stays(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "HEARTBEAT_S", 0.2)
    async with silent(site) as (socket, _):
        async with asyncio.timeout(LIMIT_S):
            for _ in range(4):
                assert (await socket.receive()).type is aiohttp.WSMsgType.PING
                await socket.pong()

        await until_handled(Browser(socket), 1)


async def test_of_a_line_that_the_service_has_ended_nothing_is_kept(site: Site) -> None:
    def lines() -> int:
        return sum(isinstance(found, SharedReading) for found in gc.get_objects())

    gc.collect()
    before = lines()
    for _ in range(5):
        async with site.joined() as (browser, _):
            await browser.say("{")
            assert await browser.closed() == messages.CLOSE_MALFORMED
    async with asyncio.timeout(LIMIT_S):
        # One whose end is on its way takes some turns of the loop.
        while lines() > before:
            await asyncio.to_thread(gc.collect)


async def test_an_idle_session_holds_no_tasks_but_those_that_aiohttp_has_for_its_connection(
    site: Site,
) -> None:
    async with site.joined():
        before = asyncio.all_tasks()
        async with site.joined():
            more = asyncio.all_tasks() - before

    names = {getattr(task.get_coro(), "__qualname__", "") for task in more}
    assert len(more) == 2
    assert names == {"RequestHandler.start", "RequestHandler._handle_request"}


async def test_only_the_newest_answers_actions_and_calls_are_kept() -> None:
    sessions: Sessions[str] = Sessions(SessionLimits(), lambda _: None)
    session = sessions.open()
    for number in range(1_000):
        session.keep_answer(messages.Done(number, "ok"))
        session.keep_call(str(number))
        session.keep_action(b"%d" % number)

    assert list(session.answers) == list(range(1_000 - KEPT_ANSWERS, 1_000))
    assert list(session.calls) == [str(number) for number in range(1_000 - KEPT_CALLS, 1_000)]
    assert session.actions == [b"%d" % number for number in range(1_000 - KEPT_ACTIONS, 1_000)]


# --- HTTP beside the socket --------------------------------------------------------------------------


def picture(data: bytes, name: str = "a.png") -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", data, filename=name, content_type="image/png")
    return form


def content(path: str) -> bytes | None:
    return Path(path).read_bytes() if Path(path).exists() else None


async def upload(
    site: Site, session: str, form: aiohttp.FormData, **headers: str
) -> tuple[int, dict[str, Any]]:
    sent = {"Origin": site.url, "X-Mainspring-Ticket": session, **headers}
    async with site.client.post(f"{site.url}/uploads", data=form, headers=sent) as got:
        return got.status, await got.json()


async def test_an_uploaded_file_reaches_the_app_as_a_path_and_is_gone_with_its_answer(site: Site) -> None:
    async with site.joined() as (browser, joined):
        _, answer = await upload(site, joined["key"], picture(b"PNG", "../../etc/shot.png"))
        await browser.say(click(1, "camera", event="wf-capture", payload={"uploads": [answer["id"]]}))
        (event,) = await until_told(site, browser, Event)
        (stored,) = event.uploads

        assert (stored.name, stored.type, stored.size) == ("shot.png", "image/png", 3)
        assert content(stored.path) == b"PNG"
        assert event.payload == b"null"

        site.app.receive(Done(joined["session"], 1, "ok"))
        assert content(stored.path) is None


async def test_a_session_can_not_use_the_files_of_another(site: Site) -> None:
    async with site.joined() as (_, one), site.joined() as (other, _):
        _, answer = await upload(site, one["key"], picture(b"PNG"))
        await other.say(click(1, "camera", event="wf-capture", payload={"uploads": [answer["id"]]}))

        assert (await other.hear("done"))["status"] == "refused"


async def test_an_upload_over_the_limit_is_refused_and_nothing_kept(site: Site) -> None:
    async with site.joined() as (_, joined):
        status, answer = await upload(site, joined["key"], picture(b"x" * 1025))

    assert (status, answer["error"]["code"]) == (413, "upload_refused")


@pytest.mark.parametrize(
    ("headers", "status"), [({"X-Mainspring-Ticket": "made-up"}, 403), ({"Origin": "null"}, 403)]
)
async def test_an_upload_without_a_session_or_from_elsewhere_is_refused(
    site: Site, headers: dict[str, str], status: int
) -> None:
    async with site.joined() as (_, joined):
        got, _ = await upload(site, joined["key"], picture(b"PNG"), **headers)

    assert got == status


@pytest.mark.parametrize(
    ("body", "boundary"),
    [(b"", "x"), (b"--x\r\n", "x"), (b"nonsense", "x"), (b"--x--\r\n", "x"), (b"x", None)],
)
async def test_a_damaged_form_is_a_bad_request(
    site: Site, body: bytes, boundary: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    kind = "multipart/form-data" + (f"; boundary={boundary}" if boundary else "")
    async with site.joined() as (_, joined):
        headers = {"Origin": site.url, "X-Mainspring-Ticket": joined["key"], "Content-Type": kind}
        async with site.client.post(f"{site.url}/uploads", data=body, headers=headers) as got:
            assert got.status == 400

    assert not caplog.records


async def test_a_blob_is_served_under_its_name_and_can_not_run(site: Site) -> None:
    site.app.receive(Blob("abc", "image/svg+xml", b"<svg/>"))

    async with site.client.get(f"{site.url}/blob/abc") as got:
        assert (got.status, got.content_type, await got.read()) == (200, "image/svg+xml", b"<svg/>")
        assert "sandbox" in got.headers["Content-Security-Policy"]
    async with site.client.get(f"{site.url}/blob/abd") as got:
        assert got.status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../main.py",
        "/assets/%2e%2e/main.py",
        "/assets/..%2fmain.py",
        "/assets//etc/passwd",
        "/assets/%2fetc/passwd",
        "/assets/logo.svg%00",
        "/assets/",
        "/assets",
        "/static/manifest.json%00",
        "/static/..%2fmanifest.json",
        "/main.py",
        "/pages/main.json",
        "/api/overview",
    ],
)
async def test_nothing_but_assets_is_served_of_the_app_s_files(site: Site, path: str) -> None:
    from yarl import URL

    async with site.client.get(URL(site.url + path, encoded=True)) as got:
        assert got.status in (404, 405)
        assert "secret" not in await got.text()


async def test_a_link_out_of_the_assets_is_not_followed(site: Site, served_app: Any) -> None:
    (served_app / "assets" / "link.py").symlink_to(served_app / "main.py")

    async with site.client.get(f"{site.url}/assets/link.py") as got:
        assert got.status == 404


async def test_an_asset_and_a_built_file_are_served(site: Site) -> None:
    async with site.client.get(f"{site.url}/assets/logo.svg") as got:
        assert (got.status, await got.text()) == (200, "<svg/>")
    async with site.client.get(f"{site.url}/") as got:
        assert '<link rel="modulepreload" href="static/part.js">' in await got.text()
    async with site.client.get(f"{site.url}/static/app-1A2B.js") as got:
        assert got.status == 200
        assert "immutable" in got.headers["Cache-Control"]


async def test_the_page_carries_what_its_script_starts_from_and_the_headers_that_bind_it(site: Site) -> None:
    for path in ("/", "/main"):
        async with site.client.get(site.url + path) as got:
            text = await got.text()

        assert got.status == 200
        start = text.index('id="bootstrap">') + len('id="bootstrap">')
        bootstrap = json.loads(text[start : text.index("</script>", start)])
        assert bootstrap["mode"] == "run"
        assert bootstrap["builder_origin"] is None
        assert site.guard.tickets.accepts("session", bootstrap["ticket"])
        assert got.headers["Cache-Control"] == "no-store"


async def test_a_page_that_is_not_there_is_a_page_that_says_so(site: Site) -> None:
    async with site.client.get(f"{site.url}/other") as got:
        assert got.status == 404
        assert got.content_type == "text/html"
