"""Calls of the page's functions, the address, and files that an app keeps: what the gateway lets through."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from mainspring.builder.sessions import session_messages as messages
from mainspring.builder.sessions.sessions import SessionLimits
from mainspring.builder.web.uploads import UploadLimits, UploadRefused, open_uploads
from mainspring.runtime.protocol import Action, Done, FrontendResult, Navigate, UploadsHeld
from sites import Browser, Site, SiteMaker


async def settled(browser: Browser) -> None:
    """Wait until the service has handled all that was said."""
    await browser.say({"type": "resync"})
    await browser.hear("snapshot")


def call(session: str, call_id: str = "c1") -> Action:
    return Action(session, b'{"action":"call_frontend_function","call":"c1"}', call_id)


async def test_only_the_session_that_was_asked_may_answer_and_once(site: Site) -> None:
    async with site.joined() as (asked, joined), site.joined() as (other, _):
        site.app.receive(call(joined["session"]))
        answer = {"type": "result", "call": "c1", "value": {"n": 1.5}}

        await other.say(answer)
        await settled(other)
        assert not site.app.all(FrontendResult)

        await asked.say(answer)
        await asked.say(answer)
        await asked.say({"type": "result", "call": "made up", "value": 1})
        await settled(asked)

    assert site.app.all(FrontendResult) == [FrontendResult(joined["session"], "c1", b'{"n": 1.5}')]


async def test_what_went_wrong_in_the_page_is_passed_on(site: Site) -> None:
    async with site.joined() as (browser, joined):
        site.app.receive(call(joined["session"]))
        await browser.say({"type": "result", "call": "c1", "value": None, "error": "TypeError: no"})
        await settled(browser)

    assert site.app.all(FrontendResult) == [FrontendResult(joined["session"], "c1", b"null", "TypeError: no")]


async def test_answers_that_nobody_asked_for_end_the_line(open_site: SiteMaker) -> None:
    limits = SessionLimits(events_per_s=0.001, burst=1, strikes=3)
    async with open_site(limits) as site, site.joined() as (browser, _):
        for number in range(10):
            await browser.say({"type": "result", "call": f"c{number}"})

        assert await browser.closed() == messages.CLOSE_BUSY


async def test_an_action_waits_for_a_browser_that_is_gone_for_a_moment(site: Site) -> None:
    async with site.joined() as (browser, joined):
        await browser.socket.close()
    site.app.receive(Action(joined["session"], b'{"action":"notify","title":"Saved"}'))

    async with site.joined(joined["key"]) as (browser, again):
        assert again["resumed"]
        assert (await browser.hear("action"))["title"] == "Saved"


async def test_the_address_is_told_and_one_without_a_page_is_that_of_the_first(site: Site) -> None:
    async with site.joined() as (browser, joined):
        await browser.say({"type": "navigate", "page": "main", "route_vars": {"id": "7"}})
        await browser.say({"type": "navigate", "page": "../etc", "route_vars": {}})
        await settled(browser)

    session = joined["session"]
    assert site.app.all(Navigate) == [Navigate(session, "main", {"id": "7"}), Navigate(session, "main", {})]


async def test_a_browser_that_comes_back_says_where_it_is(site: Site) -> None:
    async with site.joined() as (_, joined):
        pass
    async with site.socket() as browser:
        join = {"type": "join", "ticket": site.ticket, "session": joined["key"], "page": "main"}
        await browser.say({**join, "route_vars": {"id": "8"}})
        await browser.hear("joined")

    assert site.app.all(Navigate) == [Navigate(joined["session"], "main", {"id": "8"})]


@pytest.mark.parametrize(
    "route_vars", [{"a": 1}, {"a": "x" * 1_001}, {"x" * 201: ""}, {str(n): "" for n in range(51)}]
)
async def test_an_address_that_is_too_much_ends_the_line(site: Site, route_vars: dict[str, Any]) -> None:
    async with site.joined() as (browser, _):
        await browser.say({"type": "navigate", "page": "main", "route_vars": route_vars})

        assert await browser.closed() == messages.CLOSE_MALFORMED


# --- files -------------------------------------------------------------------------------------------


async def sent(site: Site, browser: Browser, key: str, sequence: int) -> Path:
    """Upload a file and name it in an event; returns where it lies."""
    form = aiohttp.FormData()
    form.add_field("file", b"PNG", filename="a.png", content_type="image/png")
    headers = {"Origin": site.url, "X-Mainspring-Ticket": key}
    async with site.client.post(f"{site.url}/uploads", data=form, headers=headers) as answer:
        upload_id = (await answer.json())["id"]
    event = {"type": "event", "sequence": sequence, "page": "main", "component": "camera"}
    await browser.say({**event, "event": "wf-capture", "payload": {"uploads": [upload_id]}})
    await settled(browser)
    return Path(site.app.told[-2].uploads[0].path)  # type: ignore[union-attr]


async def test_a_file_that_the_app_holds_outlives_its_event_and_goes_when_it_is_free(site: Site) -> None:
    async with site.joined() as (browser, joined):
        path = await sent(site, browser, joined["key"], 1)
        site.app.receive(UploadsHeld((str(path),), ()))
        site.app.receive(Done(joined["session"], 1, "ok"))
        assert path.exists()

        site.app.receive(UploadsHeld((), (str(path), "/etc/passwd")))
        assert not path.exists()


async def test_a_session_s_end_takes_the_files_that_the_app_still_holds(open_site: SiteMaker) -> None:
    async with open_site(SessionLimits(sessions=1)) as site:
        async with site.joined() as (browser, joined):
            path = await sent(site, browser, joined["key"], 1)
            site.app.receive(UploadsHeld((str(path),), ()))
            site.app.receive(Done(joined["session"], 1, "ok"))
            await browser.socket.close()
        async with site.joined():
            assert not path.exists()


@pytest.mark.parametrize(
    "payload",
    [
        {"uploads": ["/etc/passwd"]},
        {"uploads": ["../../etc/passwd"]},
        {"uploads": ["file:///etc/passwd"]},
        {"uploads": ["http://127.0.0.1/secret"]},
        {"uploads": [{"path": "/etc/passwd"}]},
        {"uploads": [], "path": "/etc/passwd"},
        [{"name": "a", "type": "", "path": "/etc/passwd"}],
        "data:text/plain,x",
    ],
    ids=json.dumps,
)
async def test_no_path_or_address_of_a_client_names_a_file(site: Site, payload: object) -> None:
    async with site.joined() as (browser, _):
        event = {"type": "event", "sequence": 1, "page": "main", "component": "camera"}
        await browser.say({**event, "event": "wf-capture", "payload": payload})

        assert (await browser.hear("done"))["status"] == "refused"
    assert not [message for message in site.app.told if getattr(message, "uploads", ())]


async def chunks(*sizes: int) -> Any:
    for size in sizes:
        yield b"x" * size


async def test_files_count_together_while_they_arrive_and_room_comes_back() -> None:
    limits = UploadLimits(file_bytes=10, total_bytes=15, files=2)
    with open_uploads(limits) as uploads:
        first = await uploads.receive("s", "a", "", chunks(5, 5))
        with pytest.raises(UploadRefused, match="wait to be used"):
            await uploads.receive("s", "b", "", chunks(5, 5))
        with pytest.raises(UploadRefused, match="A file may have"):
            await uploads.receive("other", "c", "", chunks(5, 6))
        second = await uploads.receive("s", "d", "", chunks(5))
        with pytest.raises(UploadRefused, match="At most 2 files"):
            await uploads.receive("s", "e", "", chunks(1))
        folder = Path(uploads.find("s", [first])[0].path).parent
        uploads.release("s", [first, second])

        assert await uploads.receive("s", "f", "", chunks(10))
        assert len(list(folder.iterdir())) == 1


def test_an_app_that_takes_a_gigabyte_has_room_for_two() -> None:
    assert UploadLimits.of(200).total_bytes == 1024**3
    assert UploadLimits.of(1024) == UploadLimits(file_bytes=1024**3, total_bytes=2 * 1024**3)
