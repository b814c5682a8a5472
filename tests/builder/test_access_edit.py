"""Every route of edit mode, on the real command, with everything that may be wrong about a request."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from commands import open_command
from mainspring.builder.editing.editing_app import editing_table
from mainspring.builder.editing.editing_socket import EditingSockets
from mainspring.builder.new_app import create_app
from mainspring.builder.web.access import Policy, Route
from mainspring.builder.web.routes_app import AppSite, app_routes
from sites import new_client, raw_answer
from yarl import URL

NOTHING = cast("Any", None)
# The tables ask a site for nothing but its folder.
SITE = cast("Any", SimpleNamespace(app_path=Path(), renderer=None))
EDITING = editing_table(SITE, EditingSockets(SITE))
APP = app_routes(AppSite(NOTHING, NOTHING, Path(), "", 1))


def path_of(route: Route) -> str:
    return re.sub(r"\{[^}]+\}", "main", re.sub(r"\{\w+:\[0-9\]\+\}", "1", route.path))


@dataclass
class Edited:
    """A running ``edit``: both origins, and headers with which each of them lets a page of its own in."""

    builder: str
    app: str
    builder_headers: dict[str, str]
    app_headers: dict[str, str]
    client: aiohttp.ClientSession

    async def status(self, origin: str, method: str, path: str, headers: dict[str, str]) -> int:
        url = URL(origin + path, encoded=True)
        # Of a body that is right nothing may happen either, so it is one that says nothing.
        async with self.client.request(method, url, headers=headers, allow_redirects=False) as got:
            return got.status


def cookie_header(client: aiohttp.ClientSession, origin: str) -> str:
    found = client.cookie_jar.filter_cookies(URL(origin))
    port = URL(origin).port
    return "; ".join(f"{name}={one.value}" for name, one in found.items() if name.endswith(f"_{port}"))


@pytest.fixture
async def edited(tmp_path: Path) -> AsyncIterator[Edited]:
    create_app(tmp_path / "app")
    async with open_command("edit", tmp_path / "app", "--no-browser") as command, new_client() as client:
        async with client.get(command.url) as got:
            found = re.search(r'id="bootstrap">(.*?)</script>', await got.text(), re.DOTALL)
        assert found is not None
        bootstrap = json.loads(found[1])
        async with client.get(bootstrap["preview_url"]) as got:
            assert got.status == 200
        app = str(URL(bootstrap["preview_url"]).origin())
        builder_headers = {
            "Cookie": cookie_header(client, command.origin),
            "Origin": command.origin,
            "Content-Type": "application/json",
            "X-Mainspring-Token": bootstrap["write_token"],
        }
        app_headers = {"Cookie": cookie_header(client, app), "Origin": app}
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as bare:
            yield Edited(command.origin, app, builder_headers, app_headers, bare)


def without(headers: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in names}


def wrong_requests(route: Route, right: dict[str, str], other: str) -> Iterator[tuple[str, dict[str, str]]]:
    """What is wrong, and the headers with that."""
    if route.policy is Policy.OPEN:
        return
    yield "no cookie", without(right, "Cookie")
    yield "a wrong cookie", {**right, "Cookie": right["Cookie"].partition("=")[0] + "=wrong"}
    if route.policy in (Policy.WRITE, Policy.SOCKET, Policy.UPLOAD):
        yield "no origin", without(right, "Origin")
        for origin in ("null", "http://evil.com", "http://localhost", other, right["Origin"] + "/"):
            yield f"the origin {origin}", {**right, "Origin": origin}
    if route.policy is Policy.WRITE:
        yield "no token", without(right, "X-Mainspring-Token")
        for kind in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded"):
            yield f"the type {kind}", {**right, "Content-Type": kind}


@pytest.mark.parametrize("listener", ["builder", "app"])
async def test_no_route_answers_a_request_that_lacks_one_thing(edited: Edited, listener: str) -> None:
    own, other = (edited.builder, edited.app) if listener == "builder" else (edited.app, edited.builder)
    right = edited.builder_headers if listener == "builder" else edited.app_headers
    answered = []
    for route in EDITING if listener == "builder" else APP:
        for wrong, headers in wrong_requests(route, right, other):
            status = await edited.status(own, route.method, path_of(route), headers)
            if status not in (403, 415, 429):
                answered.append(f"{status} {route.method} {route.path} with {wrong}")

    assert answered == []


async def test_a_request_that_lacks_nothing_is_answered(edited: Edited) -> None:
    assert await edited.status(edited.builder, "GET", "/api/overview", edited.builder_headers) == 200
    assert await edited.status(edited.builder, "POST", "/api/preview", edited.builder_headers) == 200
    assert await edited.status(edited.app, "GET", "/main", edited.app_headers) == 200


async def test_the_cookie_of_the_one_origin_does_not_open_the_other(edited: Edited) -> None:
    to_builder = {**edited.builder_headers, "Cookie": edited.app_headers["Cookie"]}
    to_app = {**edited.app_headers, "Cookie": edited.builder_headers["Cookie"]}

    assert await edited.status(edited.builder, "GET", "/api/overview", to_builder) == 403
    assert await edited.status(edited.app, "GET", "/", to_app) == 403


async def test_the_app_s_origin_has_no_route_of_the_editing_side(edited: Edited) -> None:
    for route in EDITING:
        if route.path != "/":
            headers = {**edited.builder_headers, **edited.app_headers}
            status = await edited.status(edited.app, route.method, path_of(route), headers)

            assert status in (404, 405), f"{route.method} {route.path}"


async def test_no_route_answers_to_another_name(edited: Edited) -> None:
    answered = []
    for origin, routes in ((edited.builder, EDITING), (edited.app, APP)):
        headers = edited.builder_headers if origin == edited.builder else edited.app_headers
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        for route in routes:
            for host in ("evil.com", "localhost", "127.0.0.1.evil.com:" + origin.rsplit(":", 1)[1]):
                head = f"{route.method} {path_of(route)} HTTP/1.1\r\nHost: {host}\r\n{lines}\r\n"
                status = (await raw_answer(origin, head.encode())).split()[1]
                if status != b"421":
                    answered.append(f"{status!r} {route.path} as {host}")

    assert answered == []


async def test_the_builder_can_not_be_framed_and_the_app_only_by_it(edited: Edited) -> None:
    async with edited.client.get(edited.builder, headers=edited.builder_headers) as got:
        assert "frame-ancestors 'none'" in got.headers["Content-Security-Policy"]
        assert "'unsafe-inline'" not in got.headers["Content-Security-Policy"].split("style-src")[0]
    async with edited.client.get(edited.app, headers=edited.app_headers) as got:
        assert f"frame-ancestors 'self' {edited.builder}" in got.headers["Content-Security-Policy"]


async def test_a_number_that_nothing_can_have_is_a_number_of_nothing(edited: Edited) -> None:
    for address in ("/api/events/", "/api/log/"):
        assert (
            await edited.status(edited.builder, "GET", address + "9" * 5_000, edited.builder_headers) == 404
        )
