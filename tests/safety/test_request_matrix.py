"""Every route of the real commands, asked by whoever has no business there: not one answer too many.

The tables of routes say what each one asks for; ``Combination.wrong`` says it again, from the request's
side. All hosts and all origins are tried on each route, and a sample of the product of everything
(all of it would be 10^8 requests); ``make soak`` takes a larger one.
"""

from __future__ import annotations

import functools
import random
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import figures
import pytest
from mainspring.builder.web.access import Policy, Route
from raw_requests import Answer, Line, request
from route_tables import CONTENT_TYPES, UPGRADE, filled, tables
from served_apps import Served, serve, write_served_app

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")
RIGHT = "right"
# {port} is the listener's own, {other} another one.
HOSTS = (
    None,
    "",
    "localhost",
    "127.0.0.1",
    "localhost:{other}",
    "127.0.0.1:{other}",
    "evil.com",
    "evil.com:{port}",
    "localhost.evil.com:{port}",
    "127.0.0.1.evil.com:{port}",
    "evil.com.localhost:{port}",
    "evillocalhost:{port}",
    "localhost:{port}@evil.com",
    "localhost:{port}.evil.com",
    "localhost#.evil.com:{port}",
    "localhost/.evil.com:{port}",
    "localhost?.evil.com:{port}",
    "localhost\\.evil.com:{port}",
    "user@localhost:{port}",
    "user:word@127.0.0.1:{port}",
    "localhost:{port}:{port}",
    "localhost:+{port}",
    "localhost:0{port}",
    "localhost: {port}",
    "localhost :{port}",
    "localhost.:{port}",
    ".localhost:{port}",
    "local_host:{port}",
    "0:{port}",
    "0.0.0.0:{port}",
    "127.1.evil:{port}",
    "2130706433:{port}",
    "0x7f000001:{port}",
    "017700000001:{port}",
    "[::]:{port}",
    "::1:{port}",
    "[::1:{port}",
    "[::1%25lo]:{port}",
    "[::ffff:10.0.0.1]:{port}",
    "10.0.0.1:{port}",
    "192.168.1.10:{port}",
    "169.254.169.254:{port}",
    "metadata.google.internal:{port}",
    "lоcalhost:{port}",
    "localhost:８１２３",
    "localhost:99999",
    "localhost:0",
    "http://localhost:{port}",
    "localhost,evil.com:{port}",
    "localhost:{port}, evil.com",
    "*:{port}",
    "localhost\x00:{port}",
    "a" * 400 + ":{port}",
)
ORIGINS = (
    None,
    "",
    "null",
    "http://localhost",
    "http://127.0.0.1",
    "http://127.0.0.1:{other}",
    "https://127.0.0.1:{port}",
    "HTTP://127.0.0.1:{port}",
    "http://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}.evil.com",
    "http://127.0.0.1:{port}@evil.com",
    "http://evil.com#127.0.0.1:{port}",
    "http://evil.com",
    "http://evil.com:{port}",
    "http://localhost:{port}",
    "file://",
    "chrome-extension://abcdefgh",
    "vscode-webview://localhost",
    "http://127.0.0.1:{port} http://evil.com",
)
TYPES = (
    RIGHT,
    None,
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json-patch+json",
    "text/html",
)
SECRETS = (RIGHT, None, "wrong", "", "é", "0")


@functools.cache
def path_pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path.replace("{path:.+}", ".+")))


@dataclass(frozen=True)
class Combination:
    """One request. ``RIGHT`` stands for what a page of the listener's own would send."""

    route: Route
    method: str
    host: str | None = RIGHT
    origin: str | None = RIGHT
    kind: str | None = RIGHT
    cookie: str | None = RIGHT
    token: str | None = RIGHT

    @property
    def path(self) -> str:
        return filled(self.route.path)

    def wrong(self, policy: Policy | None, *, guarded: bool) -> bool:
        """Whether there is something that must keep it from being answered.

        Args:
            policy: Of the route that its method and path lead to, if there is one.
        """
        if self.host != RIGHT or policy is None:
            return True
        if policy is Policy.OPEN:
            return False
        if guarded and self.cookie != RIGHT:
            return True
        changing = policy in (Policy.WRITE, Policy.WRITE_BYTES, Policy.UPLOAD)
        if (changing or policy is Policy.SOCKET) and self.origin != RIGHT:
            return True
        if changing and self.kind != RIGHT:
            return True
        return policy in (Policy.WRITE, Policy.WRITE_BYTES) and self.token != RIGHT


@dataclass(frozen=True)
class Listener:
    """Where to ask, and the table of what there is."""

    name: str
    served: Served
    routes: Sequence[Route]

    @property
    def guarded(self) -> bool:
        return self.served.headers["Cookie"] is not None

    def policy(self, method: str, path: str) -> Policy | None:
        """That of the first route which fits; ``/{page}`` fits many."""
        for route in self.routes:
            if route.method == method and path_pattern(route.path).fullmatch(path):
                return route.policy
        return None

    def bytes_of(self, each: Combination) -> bytes:
        served = self.served
        right = served.headers
        cookie = right["Cookie"]
        if each.cookie != RIGHT and cookie is not None:
            name = cookie.partition("=")[0]
            cookie = None if each.cookie is None else f"{name}={each.cookie}"
        headers = {
            "Host": right["Host"] if each.host == RIGHT else self._filled(each.host),
            "Origin": right["Origin"] if each.origin == RIGHT else self._filled(each.origin),
            "Content-Type": CONTENT_TYPES.get(each.route.policy) if each.kind == RIGHT else each.kind,
            "Cookie": cookie,
            "X-Mainspring-Token": right.get("X-Mainspring-Token") if each.token == RIGHT else each.token,
        }
        if each.route.policy is Policy.SOCKET:
            headers |= UPGRADE
        body = b"{}" if each.method in ("POST", "PUT", "DELETE", "PATCH") else b""
        return request(each.method, each.path, headers, body)

    def _filled(self, text: str | None) -> str | None:
        if text is None:
            return None
        return text.replace("{port}", str(self.served.port)).replace("{other}", str(self.served.port ^ 1))


@pytest.fixture(scope="module", params=["loopback", "0.0.0.0"])
def listeners(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Listener]]:
    host = ("--host", "0.0.0.0") if request.param == "0.0.0.0" else ()
    editing, shown = tables()
    folder = tmp_path_factory.mktemp("matrix")
    with (
        serve(write_served_app(folder / "run"), "run", *host) as (run,),
        serve(write_served_app(folder / "edit"), "edit", *host) as (builder, preview),
    ):
        yield [
            Listener("run", run, shown),
            Listener("builder", builder, editing),
            Listener("preview", preview, shown),
        ]


def leaks(answer: Answer, served: Served) -> bool:
    """Whether a refusal tells more than that it is one."""
    told = answer.text + str(answer.headers)
    secrets = ("hunter2", "handle_", "Traceback", "aiohttp", str(served.app))
    return any(secret in told for secret in secrets)


def wrong_answers(listener: Listener, combinations: Iterable[Combination]) -> tuple[int, list[str]]:
    """Ask; return how many requests had something wrong, and those of them that were answered."""
    asked = 0
    found = []
    with Line(listener.served.port) as line:
        for each in combinations:
            policy = listener.policy(each.method, each.path)
            if not each.wrong(policy, guarded=listener.guarded):
                continue
            asked += 1
            answer = line.ask(listener.bytes_of(each))
            allowed = (400, 421) if each.host != RIGHT else (400, 403, 405, 415, 429)
            if answer.status not in allowed or leaks(answer, listener.served):
                found.append(f"{listener.name}: {answer.status} {each.method} {each.route.path} {each}")
    return asked, found


def test_the_tables_are_whole(listeners: list[Listener]) -> None:
    """What is asked below is all there is: an unknown address has another answer than a known one."""
    for listener in listeners:
        for route in listener.routes:
            assert listener.served.ask("OPTIONS", filled(route.path)).status == 405


def test_no_route_answers_to_a_wrong_host(listeners: list[Listener]) -> None:
    for listener in listeners:
        asked, found = wrong_answers(
            listener,
            (
                Combination(route, method, host=host)
                for route in listener.routes
                for host in HOSTS
                for method in dict.fromkeys((route.method, "GET", "POST"))
            ),
        )
        figures.say(
            f"{listener.name}: routes × wrong hosts × methods", f"{asked} requests, {len(found)} wrong"
        )
        assert not found
        assert asked > 40 * len(listener.routes)


def test_no_route_that_changes_something_answers_to_a_wrong_origin(listeners: list[Listener]) -> None:
    for listener in listeners:
        _, found = wrong_answers(
            listener,
            (
                replace(Combination(route, route.method, origin=origin), **more)
                for route in listener.routes
                for origin in ORIGINS
                for more in ({}, {"kind": "text/plain"}, {"token": None}, {"cookie": None})
            ),
        )
        assert not found


def test_no_route_answers_with_one_thing_missing_or_another_method(listeners: list[Listener]) -> None:
    for listener in listeners:
        _, found = wrong_answers(
            listener,
            (
                Combination(route, method, kind=kind, cookie=cookie, token=token)
                for route in listener.routes
                for method in METHODS
                for kind, cookie, token in (
                    *((kind, RIGHT, RIGHT) for kind in TYPES),
                    *((RIGHT, cookie, RIGHT) for cookie in SECRETS),
                    *((RIGHT, RIGHT, token) for token in SECRETS),
                )
            ),
        )
        assert not found


def sample(listener: Listener, size: int, seed: int) -> Iterator[Combination]:
    """Requests from the product of everything, each the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(size):
        yield Combination(
            chance.choice(listener.routes),
            chance.choice(METHODS),
            chance.choice((RIGHT, RIGHT, *HOSTS)),
            chance.choice((RIGHT, RIGHT, *ORIGINS)),
            chance.choice(TYPES),
            chance.choice(SECRETS),
            chance.choice(SECRETS),
        )


def test_a_sample_of_all_combinations_has_no_wrong_answer(listeners: list[Listener]) -> None:
    for listener in listeners:
        _, found = wrong_answers(listener, sample(listener, 1_500, 9))
        assert not found


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_large_sample_of_all_combinations_has_no_wrong_answer(listeners: list[Listener]) -> None:
    for listener in listeners:
        asked, found = wrong_answers(listener, sample(listener, 200_000, time.time_ns()))
        figures.say(f"{listener.name}: sample of all combinations", f"{asked} requests, {len(found)} wrong")
        assert not found
