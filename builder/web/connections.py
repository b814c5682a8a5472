"""What aiohttp leaves open: how long a connection may take to say what it wants, how many there may be,
and how much of one is read before the others have their turn.

    await loop.create_server(Connections(runner.server, keep_alive_s=75), sock=bound)

Each connection has ``head_s`` seconds until the head of its first request is complete; what comes after
that, aiohttp's own keep-alive time limits. Connections beyond the limit are closed at once, and counted.
One event loop serves everybody, so what arrives together is taken in turns: a piece of each line that has
joined a session, and a few pieces of all the others.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Final, cast

from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler
from mainspring.builder.web.shared_reading import SharedReading

__all__ = ["HEAD_S", "MAX_CONNECTIONS", "Connections"]

HEAD_S: Final = 10.0
# A browser has a handful; the sessions that may be there have a limit of their own.
MAX_CONNECTIONS: Final = 8_192
# So many pieces are taken in one turn of the loop from all lines that haven't joined: what they ask for, such
# as a page or a session, costs more than any message of a session does.
PIECES_PER_TURN: Final = 2
# So much is read of one line: some hundred messages, or a part of a file.
PIECE_BYTES: Final = 16 * 1024
_SAY_EVERY_S: Final = 60.0
_END_OF_HEAD: Final = b"\r\n\r\n"

_no_log = logging.getLogger("mainspring.requests")
_no_log.disabled = True
_log = logging.getLogger("mainspring.connections")


class Connections:
    """Makes the protocol of each connection. Used from one event loop.

    Attributes:
        open: How many connections there are.
        refused: How many were one too many, since the start.
        late: How many didn't say in time what they want, since the start.
        malformed: How many requests were no HTTP, since the start.
    """

    def __init__(
        self,
        server: web.Server,
        *,
        keep_alive_s: float,
        head_s: float = HEAD_S,
        limit: int = MAX_CONNECTIONS,
    ) -> None:
        """Args:
        keep_alive_s: Seconds that a connection may wait for its next request.
        head_s: Seconds until the first request's head must be there.
        """
        self._server = server
        self._keep_alive_s = keep_alive_s
        self._head_s = head_s
        self._limit = limit
        self._said = -_SAY_EVERY_S
        self._waiting: deque[Callable[[], None]] = deque()
        self._taken = 0
        self._turning = False
        # All lines read into the same memory, one after the other.
        self.piece = memoryview(bytearray(PIECE_BYTES))
        self.open = 0
        self.refused = 0
        self.late = 0
        self.malformed = 0

    def __call__(self) -> asyncio.BaseProtocol:
        return _Connection(self)

    def handler(self) -> asyncio.Protocol:
        return _Handler(self, self._server, self._keep_alive_s)

    @property
    def full(self) -> bool:
        return self.open >= self._limit

    def take_turn(self, take: Callable[[], None]) -> None:
        """Call ``take`` in this turn of the loop or, behind those that came before, in a later one."""
        if self._taken < PIECES_PER_TURN:
            self._taken += 1
            take()
        else:
            self._waiting.append(take)
        if not self._turning:
            self._turning = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        self._taken = min(PIECES_PER_TURN, len(self._waiting))
        self._turning = self._taken > 0
        if self._turning:
            asyncio.get_running_loop().call_soon(self._turn)
        for _ in range(self._taken):
            self._waiting.popleft()()

    def deadline(self, too_late: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._head_s, too_late)

    def say(self) -> None:
        """A line in the log about connections that were closed, now and then."""
        if time.monotonic() - self._said >= _SAY_EVERY_S:
            self._said = time.monotonic()
            _log.warning(
                "%d connections are open; closed so far: %d beyond the limit of %d, "
                "%d that asked for nothing within %g s, %d whose request was no HTTP",
                self.open, self.refused, self._limit, self.late, self._head_s, self.malformed,
            )  # fmt: skip


class _Handler(RequestHandler):
    """aiohttp's, but for what it says to a request that is no HTTP: nothing of itself, and no traceback."""

    __slots__ = ("_connections",)

    def __init__(self, connections: Connections, server: web.Server, keep_alive_s: float) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=keep_alive_s,
            # Nothing logs requests: their URLs may hold tokens.
            access_log=_no_log,
            # Packed bodies are refused (Guard.check_request), and not unpacked on their way to nowhere.
            auto_decompress=False,
        )
        self._connections = connections

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if not isinstance(exc, HttpProcessingError):
            return super().handle_error(request, status, exc, message)
        self._connections.malformed += 1
        self._connections.say()
        response = web.Response(
            status=status,
            text="This is no request that we understand.\n",
            headers={hdrs.SERVER: "mainspring"},
        )
        response.force_close()
        return response


class _Connection(asyncio.BufferedProtocol):
    """Stands before the handler: waits for the first head, and passes on a piece at a time."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._handler: asyncio.Protocol | None = None
        self._reading: SharedReading | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._piece = b""
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # (uvloop's transports are none of asyncio's classes.)
        reading = SharedReading(cast("asyncio.Transport", transport))
        if self._connections.full:
            self._connections.refused += 1
            self._connections.say()
            reading.abort()
            return
        self._connections.open += 1
        self._reading = reading
        self._timer = self._connections.deadline(self._too_late)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._connections.piece

    def buffer_updated(self, nbytes: int) -> None:
        if self._reading is None:
            return
        self._reading.pieces += 1
        self._piece = bytes(self._connections.piece[:nbytes])
        if not self._reading.joined:
            self._reading.hold()
            self._connections.take_turn(self._take)
        elif nbytes == PIECE_BYTES:
            # There is more: after the others.
            self._reading.hold()
            asyncio.get_running_loop().call_soon(self._reading.go_on)
            self._pass_on()
        else:
            self._pass_on()

    def _take(self) -> None:
        if self._reading is not None:
            self._pass_on()
            self._reading.go_on()

    def _pass_on(self) -> None:
        data, self._piece = self._piece, b""
        if self._timer is not None:
            # The end of a head may come in two pieces.
            if _END_OF_HEAD in self._tail + data:
                self._timer.cancel()
                self._timer = None
            self._tail = (self._tail + data)[-3:]
        if self._handler is None:
            # Not before: who connects and says nothing costs next to nothing.
            self._handler = self._connections.handler()
            self._handler.connection_made(cast("asyncio.Transport", self._reading))
        self._handler.data_received(data)

    def eof_received(self) -> bool | None:
        return self._handler.eof_received() if self._handler is not None else None

    def pause_writing(self) -> None:
        if self._handler is not None:
            self._handler.pause_writing()

    def resume_writing(self) -> None:
        if self._handler is not None:
            self._handler.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._reading is not None:
            self._reading = None
            self._connections.open -= 1
        if self._handler is not None:
            self._handler.connection_lost(exc)

    def _too_late(self) -> None:
        self._connections.late += 1
        self._connections.say()
        if self._reading is not None:
            self._reading.abort()
