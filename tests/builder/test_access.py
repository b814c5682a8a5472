"""Who gets what: a small table of routes on a real port, and everything that may be wrong with a request."""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.compression_utils import ZLibDecompressor
from mainspring.builder.web.access import (
    Guard,
    Policy,
    RequestRefused,
    Route,
    UndeclaredRoute,
    add_routes,
    check_routes,
    make_app,
)
from mainspring.builder.web.entry import Entry, TooManyTries
from mainspring.builder.web.hosts import Hosts
from raw_requests import request
from sites import LIMIT_S, new_client, open_routes, raw_answer
from yarl import URL


async def answer(request: web.Request) -> web.StreamResponse:
    return web.Response(text="in")


async def socket(request: web.Request) -> web.StreamResponse:
    response = web.WebSocketResponse()
    await response.prepare(request)
    return response


async def fail(request: web.Request) -> web.StreamResponse:
    raise LookupError("a secret in the text")


class DomainError(Exception):
    pass


async def refuse(request: web.Request) -> web.StreamResponse:
    raise DomainError("not like this")


ROUTES = [
    Route("GET", "/", answer, Policy.PAGE),
    Route("GET", "/open", answer, Policy.OPEN),
    Route("GET", "/api", answer, Policy.READ),
    Route("POST", "/api", answer, Policy.WRITE),
    Route("PUT", "/api", answer, Policy.WRITE),
    Route("DELETE", "/api", answer, Policy.WRITE),
    Route("POST", "/uploads", answer, Policy.UPLOAD),
    Route("GET", "/socket", socket, Policy.SOCKET),
    Route("GET", "/fail", fail, Policy.READ),
    Route("GET", "/refuse", refuse, Policy.READ),
]


class Place:
    """The routes above behind a token, and a client."""

    def __init__(self, url: str, guard: Guard, client: aiohttp.ClientSession) -> None:
        self.url = url
        self.guard = guard
        self.client = client
        assert guard.entry is not None
        self.entry: Entry = guard.entry

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"{self.entry.cookie}={self.entry.cookie_value}"}

    @property
    def writing(self) -> dict[str, str]:
        return {
            **self.cookie,
            "Origin": self.url,
            "Content-Type": "application/json",
            "X-Mainspring-Token": self.guard.write_token,
        }

    async def status(self, method: str, path: str, headers: dict[str, str]) -> int:
        async with self.client.request(
            method,
            self.url + path,
            headers=headers,
            allow_redirects=False,
            data=b"{}" if method != "GET" else None,
        ) as got:
            return got.status


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    guards: list[Guard] = []

    def guard(port: int) -> Guard:
        answers = {DomainError: lambda error: RequestRefused(409, "impossible", str(error), now=1)}
        guards.append(Guard(Hosts.of(port), Entry(f"c_{port}", "token", token=True), answers=answers))
        return guards[0]

    async with open_routes(guard, ROUTES) as url, new_client() as client:
        yield Place(url, guards[0], client)


def test_a_route_that_came_past_the_table_stops_the_start() -> None:
    app = make_app(Guard(Hosts.of(1)))
    app.router.add_get("/forgotten", answer)

    with pytest.raises(UndeclaredRoute, match="/forgotten"):
        check_routes(app)


async def test_the_service_does_not_start_with_such_a_route() -> None:
    app = make_app(Guard(Hosts.of(1)))
    app.router.add_get("/forgotten", answer)
    runner = web.AppRunner(app)

    with pytest.raises(UndeclaredRoute):
        await runner.setup()

    await runner.cleanup()


@pytest.mark.parametrize(
    ("method", "policy"),
    [("POST", Policy.READ), ("GET", Policy.WRITE), ("POST", Policy.SOCKET), ("*", Policy.OPEN)],
)
def test_a_method_that_contradicts_its_policy_can_not_be_declared(method: str, policy: Policy) -> None:
    with pytest.raises(UndeclaredRoute):
        add_routes(make_app(Guard(Hosts.of(1))), [Route(method, "/x", answer, policy)])


@pytest.mark.parametrize("path", ["/", "/api", "/socket", "/fail"])
async def test_without_the_cookie_nothing_is_answered(place: Place, path: str) -> None:
    assert await place.status("GET", path, {"Origin": place.url}) == 403


async def test_what_is_open_needs_no_cookie(place: Place) -> None:
    assert await place.status("GET", "/open", {}) == 200


async def test_with_the_cookie_reads_are_answered(place: Place) -> None:
    assert await place.status("GET", "/api", place.cookie) == 200


async def test_the_token_in_the_url_is_swapped_for_a_cookie_and_redirected_away(place: Place) -> None:
    url = f"{place.url}/?token={place.entry.token}&pane=code"
    async with place.client.get(url, allow_redirects=False) as got:
        cookie = got.cookies[place.entry.cookie]

        assert (got.status, got.headers["Location"]) == (303, "/?pane=code")
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert str(place.entry.token) not in str(cookie)

    async with place.client.get(url) as got:
        assert (got.status, str(got.url)) == (200, f"{place.url}/?pane=code")


async def test_a_wrong_token_gets_no_cookie_and_the_eleventh_waits(place: Place) -> None:
    wrong = [await place.status("GET", "/?token=ünsinn", {}) for _ in range(11)]
    right = await place.status("GET", f"/?token={place.entry.token}", {})

    assert wrong == [403] * 10 + [429]
    assert right == 429


async def test_a_wrong_cookie_is_refused_but_locks_nobody_out(place: Place) -> None:
    stale = {"Cookie": f"{place.entry.cookie}=from-an-earlier-run"}
    wrong = [await place.status("GET", "/api", stale) for _ in range(11)]

    assert wrong == [403] * 10 + [429]
    assert await place.status("GET", "/api", place.cookie) == 200


async def test_an_eleventh_wrong_header_token_waits(place: Place) -> None:
    wrong = [
        await place.status("POST", "/api", {**place.writing, "X-Mainspring-Token": "x"}) for _ in range(11)
    ]

    assert wrong == [403] * 10 + [429]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_complete_write_is_answered(place: Place, method: str) -> None:
    assert await place.status(method, "/api", place.writing) == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Cookie", None, 403),
        ("Origin", None, 403),
        ("Origin", "null", 403),
        ("Origin", "http://evil.com", 403),
        ("Origin", "http://localhost", 403),
        ("Content-Type", "text/plain", 415),
        ("Content-Type", "application/x-www-form-urlencoded", 415),
        ("Content-Type", "multipart/form-data", 415),
        ("X-Mainspring-Token", None, 403),
        ("X-Mainspring-Token", "wrong", 403),
    ],
)
async def test_a_write_that_lacks_one_thing_is_refused(
    place: Place, method: str, header: str, value: str | None, status: int
) -> None:
    headers = {**place.writing, header: value}
    sent = {name: one for name, one in headers.items() if one is not None}

    assert await place.status(method, "/api", sent) == status


@pytest.mark.parametrize("origin", [None, "null", "http://evil.com", "http://localhost:1"])
async def test_a_socket_from_elsewhere_is_refused_before_it_is_one(place: Place, origin: str | None) -> None:
    headers = {**place.cookie} if origin is None else {**place.cookie, "Origin": origin}

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await place.client.ws_connect(f"{place.url}/socket", headers=headers)

    assert refused.value.status == 403


async def test_a_socket_of_our_own_page_is_opened(place: Place) -> None:
    headers = {**place.cookie, "Origin": place.url}
    async with place.client.ws_connect(f"{place.url}/socket", headers=headers) as opened:
        assert not opened.closed


@pytest.mark.parametrize(
    "head",
    [
        "GET /open HTTP/1.1\r\n\r\n",
        "GET /open HTTP/1.0\r\n\r\n",
        "GET /open HTTP/1.1\r\nHost: evil.com\r\n\r\n",
        "GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /open HTTP/1.1\r\nHost: {host}.evil.com\r\n\r\n",
        "GET /open HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n",
        "GET /open HTTP/1.1\r\nHost: {host}\r\nHost: evil.com\r\n\r\n",
        "GET http://{host}/open HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "GET http://evil.com/open HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "GET //evil.com/open HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: evil.com\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: {host}\r\n\r\n",
        "CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    ],
)
async def test_a_request_that_is_not_addressed_to_us_is_refused(place: Place, head: str) -> None:
    host = place.url.removeprefix("http://")

    line = await raw_answer(place.url, head.format(host=host).encode())

    assert line.split()[1] in (b"400", b"421")


async def test_an_unknown_path_and_an_unknown_method_are_answered_as_such(place: Place) -> None:
    assert await place.status("GET", "/nothing", place.cookie) == 404
    assert await place.status("POST", "/socket", place.writing) == 405


async def test_an_error_of_ours_is_logged_and_said_without_what_it_was(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        async with place.client.get(f"{place.url}/fail", headers=place.cookie) as got:
            body = await got.text()

    assert got.status == 500
    assert "secret" not in body
    assert "Traceback" not in body
    (record,) = caplog.records
    assert record.args is not None
    assert str(record.args[0]) in body  # type: ignore[index]


async def test_domain_errors_become_answers_in_one_place(place: Place) -> None:
    async with place.client.get(f"{place.url}/refuse", headers=place.cookie) as got:
        assert got.status == 409
        assert await got.json() == {"error": {"code": "impossible", "message": "not like this"}, "now": 1}


def test_a_one_time_secret_opens_once() -> None:
    entry = Entry("c", "ticket", token=False)
    secret = entry.one_time()

    assert entry.opens(secret)
    assert not entry.opens(secret)


def test_a_one_time_secret_is_good_for_ten_minutes() -> None:
    now = [0.0]
    entry = Entry("c", "ticket", token=False, clock=lambda: now[0])
    secret = entry.one_time()
    now[0] = 601.0

    assert not entry.opens(secret)


def test_after_a_minute_tokens_are_looked_at_again() -> None:
    now = [0.0]
    entry = Entry("c", "token", token=True, clock=lambda: now[0])
    assert entry.token is not None
    for _ in range(10):
        assert not entry.opens("wrong")
    with pytest.raises(TooManyTries):
        entry.opens(entry.token)
    now[0] = 60.0

    assert entry.opens(entry.token)


async def test_a_packed_body_is_refused_and_never_unpacked(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also not while what is left of it is read and thrown away."""
    unpacked: list[int] = []
    plain = ZLibDecompressor.decompress_sync

    def decompress(self: ZLibDecompressor, data: bytes, *arguments: int) -> bytes:
        unpacked.append(len(data))
        return plain(self, data, *arguments)

    monkeypatch.setattr(ZLibDecompressor, "decompress_sync", decompress)
    body = gzip.compress(b"0" * 10_000_000)
    head = {**place.writing, "Host": URL(place.url).authority, "Content-Encoding": "gzip"}
    later = request("GET", "/open", {"Host": head["Host"], "Connection": "close"})
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(place.url).port)
    async with asyncio.timeout(LIMIT_S):
        writer.write(request("POST", "/api", head, body) + later)
        answers = await reader.read()
    writer.close()

    assert answers.startswith(b"HTTP/1.1 415")
    assert b"HTTP/1.1 200" in answers
    assert unpacked == []
