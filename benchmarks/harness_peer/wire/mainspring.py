"""A browser of ``mainspring run`` without a page: what goes over the wire for one click and its answer."""

from __future__ import annotations

import json
import re
from typing import Final

import aiohttp

# All of a click but its number, encoded once as other clients do.
CLICK: Final = (
    '"page":"main","component":"increment_button","event":"wf-click",'
    '"payload":{"ctrl_key":false,"shift_key":false,"meta_key":false},"rows":[]'
)
BOOTSTRAP: Final = re.compile(r'<script type="application/json" id="bootstrap">(.*?)</script>', re.DOTALL)


class Session:
    """Joins with the ticket of the page's bootstrap; an event is over with its ``done``."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._sequence = 0

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, base: str) -> Session:
        """Load the page at ``base`` and join.

        Raises:
            ConnectionError: The service closed the line.
        """
        async with http.get(base + "/") as answer:
            found = BOOTSTRAP.search(await answer.text())
        assert found is not None, "the page has no bootstrap"
        bootstrap = json.loads(found[1])
        address = f"{base}/{bootstrap['socket'].lstrip('/')}"
        session = cls(await http.ws_connect(address, headers={"Origin": base}, max_msg_size=0))
        await session._socket.send_json({"type": "join", "ticket": bootstrap["ticket"], "page": "main"})
        while not (await session._receive()).startswith('{"type":"joined"'):
            pass
        return session

    async def event(self) -> None:
        """Click Increment, and wait for the new count and the answer.

        Raises:
            ConnectionError: The service closed the line.
        """
        self._sequence += 1
        await self._socket.send_str(f'{{"type":"event","sequence":{self._sequence},{CLICK}}}')
        text, changed = "", False
        while not text.startswith('{"type":"done"'):
            text = await self._receive()
            changed = changed or '"changes"' in text
        assert '"status":"ok"' in text, text
        assert changed, "the count didn't change"

    async def _receive(self) -> str:
        """The next message as text: decoding would measure the client."""
        frame = await self._socket.receive()
        if frame.type is not aiohttp.WSMsgType.TEXT:
            raise ConnectionError(f"{frame!r} instead of a message")
        text: str = frame.data
        return text

    async def close(self) -> None:
        await self._socket.close()
