"""Browsers without a page: what goes over the wire, by WebSocket."""

from __future__ import annotations

import json
import re
from typing import Any, Final, Protocol

import aiohttp

CLICK: Final = {"ctrl_key": False, "shift_key": False, "meta_key": False}
_BOOTSTRAP: Final = re.compile(r'<script type="application/json" id="bootstrap">(.*?)</script>', re.DOTALL)


class Client(Protocol):
    """A session: ``event`` sends one and waits until everything that it causes has come."""

    async def event(self) -> None: ...

    async def close(self) -> None: ...


class Floor:
    """A client of ``benchmarks/floor``."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, url: str) -> Floor:
        socket = await http.ws_connect(url + "socket")
        await socket.receive()
        return cls(socket)

    async def event(self) -> None:
        await self._socket.send_str('{"event": "increment"}')
        frame = await self._socket.receive()
        assert frame.type is aiohttp.WSMsgType.TEXT, f"{frame!r} instead of a count"

    async def close(self) -> None:
        await self._socket.close()


class Session:
    """A client of ``mainspring run``; ``received`` counts the bytes of all messages that came."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._sequence = 0
        self.received = 0
        self._changed = ""
        self.state: Any = None
        self.key = ""
        """What opens the session, for what goes by HTTP."""

    @property
    def operations(self) -> list[Any]:
        """What the newest message that had changes says of them."""
        message = json.loads(self._changed)
        found: list[Any] = message.get("changes", message)["operations"]
        return found

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, url: str) -> Session:
        async with http.get(url) as answer:
            found = _BOOTSTRAP.search(await answer.text())
        assert found is not None, "the page has no bootstrap"
        bootstrap = json.loads(found[1])
        socket = await http.ws_connect(
            url + bootstrap["socket"], headers={"Origin": url.rstrip("/")}, max_msg_size=0
        )
        session = cls(socket)
        await socket.send_json({"type": "join", "ticket": bootstrap["ticket"], "page": "main"})
        joined = json.loads(await session._hear('"joined"'))
        session.key, session.state = joined["key"], joined["state"]
        return session

    async def event(
        self, component: str = "increment_button", event: str = "wf-click", payload: Any = CLICK
    ) -> None:
        """Click a button, or have another event happen.

        Raises:
            AssertionError: It was not answered with ``ok``, or changed nothing.
        """
        self._sequence += 1
        await self._socket.send_json(
            {
                "type": "event",
                "sequence": self._sequence,
                "page": "main",
                "component": component,
                "event": event,
                "payload": payload,
                "rows": [],
            }
        )
        self._changed = ""
        done = await self._hear('"done"')
        assert '"status":"ok"' in done, done
        assert self._changed, "nothing changed"

    async def upload(self, http: aiohttp.ClientSession, url: str, data: bytes) -> str:
        """Send a file; returns the id under which an event may bring it."""
        form = aiohttp.FormData()
        form.add_field("file", data, filename="file.bin", content_type="application/octet-stream")
        headers = {"Origin": url.rstrip("/"), "X-Mainspring-Ticket": self.key}
        async with http.post(url + "uploads", data=form, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            found: str = (await answer.json())["id"]
            return found

    async def _hear(self, kind: str) -> str:
        """The next message of a kind, as text: decoding would measure the client."""
        start = '{"type":' + kind
        while True:
            frame = await self._socket.receive()
            assert frame.type is aiohttp.WSMsgType.TEXT, f"{frame!r} instead of {kind}"
            text: str = frame.data
            self.received += len(text.encode())
            if '"operations":' in text[:200]:
                self._changed = text
            if text.startswith(start):
                return text

    async def close(self) -> None:
        await self._socket.close()
