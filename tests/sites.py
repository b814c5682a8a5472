"""Real servers for the tests of the web service, and an app that is a list of what it was told."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from mainspring.builder.components.catalogue import ComponentType
from mainspring.builder.listening import bind, port_of, serving
from mainspring.builder.processes.app_messages import FromApp, ToApp
from mainspring.builder.processes.supervisor import Status
from mainspring.builder.sessions.gateway import TICKET_PURPOSE, Gateway
from mainspring.builder.web.access import Guard, Route, add_routes, make_app
from mainspring.runtime.protocol import OpenSession, Resync, Snapshot, Verified, Verify

LIMIT_S = 10.0


def component_type(title: str, **more: Any) -> ComponentType:
    values: dict[str, Any] = {
        "type": title.lower(),
        "title": title,
        "category": "Other",
        "description": "",
        "icon": "box",
        "children": "any",
        "parents": "any",
        "axis": "vertical",
        "default_event": None,
        "binding": None,
        "initial_children": [],
        "fields": {},
        "events": {},
    }
    known = set(ComponentType.__struct_fields__)
    return ComponentType(**{key: value for key, value in (values | more).items() if key in known})


@dataclass
class RecordingApp:
    """Stands where the supervisor does: keeps what it is told, answers sessions with their state.

    ``busy``: It has no time for who asks for everything anew.
    """

    receive: Callable[[FromApp], None] = lambda _: None
    status: Status = field(default_factory=lambda: Status("live", 1))
    state: bytes = b'{"count":1}'
    told: list[ToApp] = field(default_factory=list)
    verdict: Callable[[Verify], Verified] = lambda asked: Verified(asked.request, "allowed")
    subscribers: list[Callable[[Status], None]] = field(default_factory=list)
    busy: bool = False

    def send(self, message: ToApp) -> None:
        self.told.append(message)
        if self.busy and isinstance(message, Resync):
            return
        if isinstance(message, OpenSession | Resync) and self.status.generation is not None:
            self.receive(Snapshot(message.session_id, 1, self.state))
        elif isinstance(message, Verify):
            self.receive(self.verdict(message))

    def subscribe(self, callback: Callable[[Status], None]) -> Callable[[], None]:
        self.subscribers.append(callback)
        return lambda: self.subscribers.remove(callback)

    def change_status(self, status: Status) -> None:
        self.status = status
        for callback in self.subscribers:
            callback(status)

    def all(self, kind: type[Any]) -> list[Any]:
        return [message for message in self.told if isinstance(message, kind)]


@dataclass
class Browser:
    """A page's side of a session socket."""

    socket: aiohttp.ClientWebSocketResponse
    heard: list[dict[str, Any]] = field(default_factory=list)

    async def say(self, message: object) -> None:
        await self.socket.send_str(message if isinstance(message, str) else json.dumps(message))

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next message of a kind; others are kept in ``heard``."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                frame = await self.socket.receive()
                if frame.type is aiohttp.WSMsgType.PING:
                    continue  # Seen by those alone who answer it themselves, or don't.
                assert frame.type is aiohttp.WSMsgType.TEXT, f"{frame!r} instead of {kind}"
                message: dict[str, Any] = json.loads(frame.data)
                self.heard.append(message)
                if message["type"] == kind:
                    return message

    async def closed(self) -> int:
        """Wait for the end of the line; return its code."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                frame = await self.socket.receive()
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    assert self.socket.close_code is not None
                    return self.socket.close_code


@dataclass
class Site:
    """An app's site on a real port, with the app behind it recorded."""

    url: str
    guard: Guard
    gateway: Gateway
    app: RecordingApp
    client: aiohttp.ClientSession

    @property
    def ticket(self) -> str:
        return self.guard.tickets.issue(TICKET_PURPOSE)

    @contextlib.asynccontextmanager
    async def socket(self, **headers: str) -> AsyncIterator[Browser]:
        """A browser that wasn't here before, unless ``headers`` bring its cookie."""
        self.client.cookie_jar.clear(lambda cookie: cookie.key.startswith("mainspring_session"))
        sent = {"Origin": self.url, **headers}
        async with self.client.ws_connect(f"{self.url}/session", headers=sent) as socket:
            yield Browser(socket)

    @contextlib.asynccontextmanager
    async def joined(
        self, key: str | None = None, **headers: str
    ) -> AsyncIterator[tuple[Browser, dict[str, Any]]]:
        async with self.socket(**headers) as browser:
            await browser.say({"type": "join", "ticket": self.ticket, "session": key, "page": "main"})
            yield browser, await browser.hear("joined")


@contextlib.asynccontextmanager
async def open_routes(guard_of: Callable[[int], Guard], routes: Sequence[Route]) -> AsyncIterator[str]:
    """Serve a table of routes; yields the origin."""
    bound = bind("127.0.0.1", 0)
    app = make_app(guard_of(port_of(bound)))
    add_routes(app, routes)
    async with serving(app, bound):
        yield f"http://127.0.0.1:{port_of(bound)}"


def new_client() -> aiohttp.ClientSession:
    """A client that keeps the cookies of an address, as browsers do."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def raw_answer(url: str, request: bytes) -> bytes:
    """Send bytes as they are to a server; return the first line of its answer."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(request)
        async with asyncio.timeout(LIMIT_S):
            return await reader.readline()
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


SiteMaker = Callable[..., contextlib.AbstractAsyncContextManager[Site]]
