"""Who is let in, whose session it is, and which browser comes back to it."""

from __future__ import annotations

import json
from collections.abc import Callable

import aiohttp
import pytest
from mainspring.builder.processes.supervisor import Status
from mainspring.builder.sessions import session_messages as messages
from mainspring.builder.sessions import visitors
from mainspring.runtime.protocol import Done, OpenSession, Verified, Verify
from sites import Browser, Site, SiteMaker

ADA, BOB = b'{"name":"Ada"}', b'{"name":"Bob"}'


def cookie_of(browser: Browser) -> str:
    """The cookie that this browser was given with its socket, as it sends it back."""
    given = browser.socket._response.headers.getall("Set-Cookie")
    assert len(given) == 1
    assert given[0].startswith("mainspring_session_")
    assert "HttpOnly" in given[0]
    assert "SameSite=Strict" in given[0]
    return given[0].partition(";")[0]


# --- coming back -------------------------------------------------------------------------------------


async def test_asking_for_the_page_makes_no_session_and_gives_no_cookie(site: Site) -> None:
    async with site.client.get(site.url) as got:
        assert "Set-Cookie" not in got.headers
    assert not site.app.told


async def test_a_new_tab_goes_on_with_the_session_that_no_tab_has(site: Site) -> None:
    async with site.joined() as (browser, first):
        cookie = cookie_of(browser)
    async with site.joined(Cookie=cookie) as (_, again):
        assert again["session"] == first["session"]
        assert again["resumed"]

    # The page is a new one: it gets what each session imports, so the app is told as of a new one.
    assert [opened.session_id for opened in site.app.all(OpenSession)] == [first["session"]] * 2


async def test_two_tabs_of_one_browser_have_a_session_each(site: Site) -> None:
    async with site.joined() as (one, first), site.joined(Cookie=cookie_of(one)) as (two, second):
        assert second["session"] != first["session"]
        # And each comes back to its own, whichever cookie the browser has now.
        async with site.joined(first["key"], Cookie=cookie_of(two)) as (_, again):
            assert again["session"] == first["session"]


async def test_a_cookie_is_good_once_and_takes_the_key_along(site: Site) -> None:
    """Who plants a cookie of their own session in another's browser has no way back into it (fixation)."""
    async with site.joined() as (planted, attacker):
        cookie = cookie_of(planted)
    async with site.joined(Cookie=cookie) as (_, victim):
        assert victim["session"] == attacker["session"]
        assert victim["key"] != attacker["key"]
        async with site.joined(attacker["key"], Cookie=cookie) as (_, back):
            assert back["session"] != victim["session"]
    async with site.joined(Cookie=cookie) as (_, back):
        assert back["session"] != victim["session"]


@pytest.mark.parametrize("value", ["", "x", "a" * 43, "é"])
async def test_a_cookie_that_was_not_made_here_opens_nothing_and_is_replaced(site: Site, value: str) -> None:
    name = f"mainspring_session_{site.url.rpartition(':')[2]}"
    async with site.joined(Cookie=f"{name}={value}") as (browser, joined):
        assert not joined["resumed"]
        assert cookie_of(browser) != f"{name}={value}"


async def test_the_id_of_a_session_opens_nothing(site: Site) -> None:
    """The app knows it, and so do its logs."""
    async with site.joined() as (_, joined):
        assert joined["session"] != joined["key"]
    async with site.joined(joined["session"]) as (_, other):
        assert not other["resumed"]
    headers = {"Origin": site.url, "X-Mainspring-Ticket": joined["session"]}
    form = aiohttp.FormData()
    form.add_field("file", b"x", filename="x")
    async with site.client.post(f"{site.url}/uploads", data=form, headers=headers) as got:
        assert got.status == 403


async def test_an_app_that_is_edited_gives_no_cookie(open_site: SiteMaker) -> None:
    """Its frames are the Builder's, and each has a session of its own."""
    async with open_site(builder_port=1) as site, site.joined() as (browser, _):
        assert "Set-Cookie" not in browser.socket._response.headers


# --- being let in ------------------------------------------------------------------------------------


def saying(status: str, user: bytes = b"null") -> Callable[[Verify], Verified]:
    return lambda asked: Verified(asked.request, status, user, "e1d2" if status == "error" else "")


FILES = ("/", "/main", "/assets/x.svg", "/theme.css", "/components/x/y.js", "/blob/x", "/packages/plotly.js")


async def test_an_app_without_a_verifier_is_not_asked(site: Site) -> None:
    async with site.joined():
        pass
    assert not site.app.all(Verify)


@pytest.mark.parametrize(("verdict", "status"), [("refused", 403), ("error", 500)])
async def test_who_is_not_let_in_gets_no_page_no_file_and_no_session(
    site: Site, verdict: str, status: int
) -> None:
    site.gateway.visitors.verified = True
    site.app.verdict = saying(verdict)
    for path in FILES:
        async with site.client.get(site.url + path) as got:
            assert got.status == status, path
            told = await got.text()
    assert ("e1d2" in told) == (verdict == "error")
    async with site.socket() as browser:
        await browser.say({"type": "join", "ticket": site.ticket})
        code = messages.CLOSE_NOT_LET_IN if verdict == "refused" else messages.CLOSE_TOO_MANY
        assert await browser.closed() == code
    assert not site.app.all(OpenSession)


async def test_what_is_no_secret_of_the_app_is_for_everyone(site: Site) -> None:
    site.gateway.visitors.verified = True
    site.app.verdict = saying("refused")
    async with site.client.get(f"{site.url}/healthz") as got:
        assert got.status == 200


async def test_the_app_sees_cookies_and_headers_but_not_ours(site: Site) -> None:
    site.gateway.visitors.verified = True
    headers = {"Cookie": "mainspring_8000=secret; sso=abc", "Remote-User": "ada"}
    async with site.client.get(site.url, headers=headers):
        pass
    (asked,) = site.app.all(Verify)
    assert dict(asked.cookies) == {"sso": "abc"}
    assert asked.headers["remote-user"] == "ada"
    assert "cookie" not in asked.headers
    assert "secret" not in json.dumps(dict(asked.headers))


async def test_the_user_goes_with_the_session(site: Site) -> None:
    site.gateway.visitors.verified = True
    site.app.verdict = saying("allowed", ADA)
    async with site.joined():
        pass
    (opened,) = site.app.all(OpenSession)
    assert opened.user == ADA


async def test_another_user_of_the_same_tab_gets_a_session_of_their_own(site: Site) -> None:
    site.gateway.visitors.verified = True
    site.app.verdict = saying("allowed", ADA)
    async with site.joined() as (browser, first):
        cookie = cookie_of(browser)
    site.app.verdict = saying("allowed", BOB)
    for key, headers in ((first["key"], {}), (None, {"Cookie": cookie})):
        async with site.joined(key, **headers) as (_, second):
            assert second["session"] != first["session"]
            assert not second["resumed"]


async def test_a_visitor_between_two_versions_of_the_app_waits_for_the_next(site: Site) -> None:
    site.gateway.visitors.verified = True
    answers = [saying("lost"), saying("allowed", ADA)]

    def verdict(asked: Verify) -> Verified:
        answer = answers.pop(0)(asked)
        if answer.status == "lost":
            site.app.change_status(Status("starting"))
            site.app.change_status(Status("live", 2))
        return answer

    site.app.verdict = verdict
    async with site.client.get(site.url) as got:
        assert got.status == 200
    assert not answers


async def test_an_app_that_does_not_answer_is_not_waited_for_for_ever(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors, "LIMIT_S", 0.05)
    site.gateway.visitors.verified = True
    site.app.verdict = saying("lost")
    async with site.client.get(site.url) as got:
        assert got.status == 503
        assert "does not answer" in await got.text()


async def test_no_more_visitors_wait_than_the_app_can_be_asked_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitors, "MAX_WAITING", 0)
    site.gateway.visitors.verified = True
    async with site.client.get(site.url) as got:
        assert got.status == 503
    assert not site.app.all(Verify)


async def test_whoever_edits_the_app_sees_it_in_any_case_and_is_told(open_site: SiteMaker) -> None:
    async with open_site(builder_port=1) as site:
        said: list[str] = []
        site.gateway.visitors.verified = True
        site.gateway.visitors.on_unknown = said.append
        site.app.verdict = saying("refused")
        async with site.client.get(site.url) as got:
            assert got.status == 200
        async with site.joined():
            pass
    (opened,) = site.app.all(OpenSession)
    assert opened.user == b"null"
    assert len(said) == 1


# --- what end users are told -------------------------------------------------------------------------


@pytest.mark.parametrize("edit", [False, True])
async def test_why_an_event_was_refused_is_told_to_whoever_edits_alone(
    open_site: SiteMaker, edit: bool
) -> None:
    async with open_site(builder_port=1 if edit else None) as site, site.joined() as (browser, joined):
        reason = "main.py has no handler handle_save"
        site.app.receive(Done(joined["session"], 1, "refused", reason))
        assert (await browser.hear("done"))["message"] == (reason if edit else "not possible")
