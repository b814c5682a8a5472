"""What browsers may ask of the frames that their pages show."""

from __future__ import annotations

from typing import Any

from mainspring.builder.sessions.sessions import SessionLimits
from mainspring.runtime.protocol import ReadRows, Rows
from sites import Browser, Site, SiteMaker


def request(number: int = 1, component: str = "table", **more: Any) -> dict[str, Any]:
    values = {"page": "main", "component": component, "rows": [], "version": "v", "start": 0, "count": 50}
    return {"type": "read_rows", "request": number, **values, **more}


async def told(site: Site, browser: Browser) -> list[ReadRows]:
    """What the app was told: what the browser said before a resync is handled by its answer."""
    await browser.say({"type": "resync"})
    await browser.hear("snapshot")
    return site.app.all(ReadRows)


async def test_rows_are_asked_of_the_app_and_answered_by_the_browsers_number(site: Site) -> None:
    async with site.joined() as (browser, joined):
        await browser.say(request(7, sort=1, descending=True, search="x y", start=100))
        (asked,) = await told(site, browser)
        site.gateway.receive(Rows(joined["session"], asked.request, "ok", body=b'{"start":100,"total":1}'))

        assert (asked.component, asked.start, asked.count, asked.sort) == ("table", 100, 50, 1)
        assert (asked.descending, asked.search, asked.session_id) == (True, "x y", joined["session"])
        assert await browser.hear("rows") == {
            "type": "rows",
            "request": 7,
            "status": "ok",
            "message": "",
            "body": {"start": 100, "total": 1},
        }


async def test_only_a_dataframe_that_is_not_hidden_can_be_asked(site: Site) -> None:
    async with site.joined() as (browser, _):
        for number, refused in enumerate(
            ({"component": "gone_table"}, {"component": "save"}, {"component": "x"}, {"page": "other"}), 1
        ):
            await browser.say(request(number, **refused))
            answer = await browser.hear("rows")
            assert (answer["request"], answer["status"], answer["message"]) == (
                number,
                "refused",
                "not possible",
            )

        assert await told(site, browser) == []


async def test_an_answer_goes_to_the_session_that_asked_and_once(site: Site) -> None:
    async with site.joined() as (browser, joined), site.joined() as (other, others):
        await browser.say(request(1))
        (asked,) = await told(site, browser)
        for session in (others["session"], joined["session"], joined["session"]):
            site.gateway.receive(Rows(session, asked.request, "ok"))
        await told(site, other)
        await browser.hear("rows")
        await told(site, browser)

        assert not [message for message in other.heard if message["type"] == "rows"]
        assert len([message for message in browser.heard if message["type"] == "rows"]) == 1


async def test_a_page_that_was_loaded_anew_gets_no_rows_of_the_one_before(site: Site) -> None:
    async with site.joined() as (browser, joined):
        await browser.say(request(1))
        (before,) = await told(site, browser)
    async with site.joined(joined["key"]) as (again, _):
        await again.say(request(1, start=500))
        _, now = await told(site, again)
        site.gateway.receive(Rows(joined["session"], before.request, "ok", body=b'"old"'))
        site.gateway.receive(Rows(joined["session"], now.request, "ok", body=b'"new"'))

        assert (await again.hear("rows"))["body"] == "new"


async def test_too_many_requests_are_answered_busy_and_events_go_on(open_site: SiteMaker) -> None:
    async with (
        open_site(SessionLimits(events_per_s=0.001, burst=5)) as site,
        site.joined() as (browser, _),
    ):
        for number in range(1, 8):
            await browser.say(request(number))

        assert [(await browser.hear("rows"))["request"] for _ in range(2)] == [6, 7]
        assert {message["status"] for message in browser.heard if message["type"] == "rows"} == {"busy"}
        await browser.say(
            {"type": "event", "sequence": 1, "page": "main", "component": "off", "event": "wf-click"}
        )
        assert (await browser.hear("done"))["message"] != "busy"


async def test_a_browser_that_waits_for_many_rows_is_answered_busy(open_site: SiteMaker) -> None:
    async with open_site(SessionLimits(pending=3)) as site, site.joined() as (browser, _):
        for number in range(1, 5):
            await browser.say(request(number))

        answer = await browser.hear("rows")
        assert (answer["request"], answer["status"]) == (4, "busy")
        assert len(await told(site, browser)) == 3


async def test_a_request_for_more_rows_than_a_page_shows_is_no_message(site: Site) -> None:
    for wrong in (
        {"count": 50_001},
        {"form": "csv"},
        {"filters": [{"column": -1}]},
        {"filters": [{"column": 0, "empty": "x"}]},
        {"count": 0},
        {"start": -1},
        {"sort": -1},
        {"search": "x" * 201},
        {"path": ["a"]},
    ):
        async with site.joined() as (browser, _):
            await browser.say(request(**wrong))
            assert await browser.closed() == 4400, wrong
