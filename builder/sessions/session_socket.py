"""A WebSocket that is written to without a task in between.

aiohttp sends frames from coroutines; the pipe's messages come in a callback. A text frame of a server
is two to ten bytes and the text, so the callback writes it to the transport itself, whole, in one call:
frames of aiohttp (pong, close) can't come in between. The response must be made without compression.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from typing import Final

from aiohttp import web
from mainspring.builder.web.shared_reading import SharedReading

__all__ = ["MAX_UNSENT_BYTES", "SessionSocket", "text_frame"]

# A browser that is further behind than this gets everything anew when it has caught up.
MAX_UNSENT_BYTES: Final = 1024 * 1024
CATCH_UP_S: Final = 10.0
# This much is worth a call of its own, and soon counts as unsent.
LARGE_BYTES: Final = 16 * 1024

_FINAL_TEXT: Final = 0x81


def text_frame(text: bytes) -> bytes:
    """Return ``text`` as a WebSocket frame of a server (RFC 6455, 5.2: final, not masked)."""
    size = len(text)
    if size < 126:
        return struct.pack("!BB", _FINAL_TEXT, size) + text
    if size < 65_536:
        return struct.pack("!BBH", _FINAL_TEXT, 126, size) + text
    return struct.pack("!BBQ", _FINAL_TEXT, 127, size) + text


class SessionSocket:
    """One browser's line. ``send`` never waits: what doesn't fit is not sent, and the socket is ``behind``.

    What is sent within one turn of the loop is written at its end, in one go: a call to the system costs more
    than all else that is done for a message, here and in the browser.

    Attributes:
        behind: Whether the browser has yet to take what was written; until then nothing more is.
        on_behind: Called when that begins. Whoever is called sees to it that ``catch_up`` runs.
    """

    __slots__ = ("_loop", "_request", "_response", "_unwritten", "behind", "on_behind")

    def __init__(self, request: web.Request, response: web.WebSocketResponse) -> None:
        """Args:
        response: Prepared, without compression.
        """
        self._request = request
        self._response = response
        self._loop = asyncio.get_running_loop()
        self._unwritten: list[bytes] = []
        self.behind = False
        self.on_behind: Callable[[], None] | None = None

    def joined(self) -> None:
        """It is a session's from now on: what it brings is taken at once."""
        transport: object = self._request.transport
        if isinstance(transport, SharedReading):
            transport.joined = True

    def send(self, text: bytes) -> bool:
        """Write a text frame soon; ``False`` if the browser is too far behind or gone."""
        transport = self._request.transport
        if transport is None or self._response.closed or transport.is_closing() or self.behind:
            return False
        if transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            self.behind = True
            if self.on_behind is not None:
                self.on_behind()
            return False
        if not self._unwritten:
            self._loop.call_soon(self._write)
        self._unwritten.append(text_frame(text))
        if len(text) > LARGE_BYTES:
            self._write()
        return True

    def _write(self) -> None:
        """Hand what was sent to the transport."""
        frames, self._unwritten = self._unwritten, []
        transport = self._request.transport
        if frames and transport is not None and not transport.is_closing():
            transport.write(frames[0] if len(frames) == 1 else b"".join(frames))

    async def catch_up(self) -> None:
        """Wait until the browser has taken what was written.

        Raises:
            TimeoutError: It didn't within ten seconds; the line is cut.
        """
        self._write()
        try:
            async with asyncio.timeout(CATCH_UP_S):
                await self._request.writer.drain()
        except TimeoutError:
            self.abort()
            raise
        self.behind = False

    async def close(self, code: int, reason: str) -> None:
        self._write()
        await self._response.close(code=code, message=reason.encode())

    def abort(self) -> None:
        """End the line at once, with what is unsent."""
        if self._request.transport is not None:
            self._request.transport.abort()
