"""Whether anybody is still at the other end of a WebSocket: a line that has vanished says nothing of it.

    with heartbeat(request, HEARTBEAT_S):
        …

aiohttp has a heartbeat of its own. It costs a callback a message, and what has come of a connection that the
service closes is kept for as long as it beats: half a minute of memory for whoever makes thousands of them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Final

from aiohttp import web
from mainspring.builder.web.shared_reading import SharedReading

__all__ = ["heartbeat"]

# A frame of a server without a text (RFC 6455, 5.5.2); aiohttp passes over the answer.
_PING: Final = b"\x89\x00"


@contextlib.contextmanager
def heartbeat(request: web.Request, every_s: float) -> Iterator[None]:
    """While the block runs, ask a line that was silent for a while for a sign of life; end it if none comes.

    Args:
        every_s: Seconds of silence after which it is asked, and after which it has not answered.
    """
    transport: object = request.transport
    if not isinstance(transport, SharedReading):
        # It has gone meanwhile.
        yield
        return
    beats = _Heartbeat(transport, every_s)
    try:
        yield
    finally:
        beats.stop()


class _Heartbeat:
    def __init__(self, line: SharedReading, every_s: float) -> None:
        self._line = line
        self._every_s = every_s
        self._pieces = line.pieces
        self._asked = False
        self._next = asyncio.get_running_loop().call_later(every_s, self._beat)

    def stop(self) -> None:
        self._next.cancel()

    def _beat(self) -> None:
        # Who isn't read from can't say anything.
        heard = self._line.pieces != self._pieces or not self._line.is_reading()
        if self._asked and not heard:
            self._line.abort()
            return
        self._asked = not heard
        if self._asked and not self._line.is_closing():
            self._line.write(_PING)
        self._pieces = self._line.pieces
        self._next = asyncio.get_running_loop().call_later(self._every_s, self._beat)
