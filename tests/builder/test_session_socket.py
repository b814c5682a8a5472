"""How many calls to the system what is sent to a browser costs."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from aiohttp import web
from mainspring.builder.sessions.session_socket import LARGE_BYTES, SessionSocket, text_frame


class Transport:
    def __init__(self) -> None:
        self.writes: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False


class Response:
    closed = False

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def close(self, *, code: int, message: bytes) -> None:
        self._transport.write(b"closed")


def a_socket(transport: Transport) -> SessionSocket:
    request: Any = SimpleNamespace(transport=transport)
    return SessionSocket(request, cast("web.WebSocketResponse", Response(transport)))


async def test_what_is_sent_in_one_turn_of_the_loop_is_written_in_one_go() -> None:
    transport = Transport()
    socket = a_socket(transport)
    assert all(socket.send(text) for text in (b"1", b"22", b"333"))
    before = list(transport.writes)
    await asyncio.sleep(0)
    socket.send(b"4")
    await asyncio.sleep(0)

    assert before == []
    assert transport.writes == [text_frame(b"1") + text_frame(b"22") + text_frame(b"333"), text_frame(b"4")]


async def test_what_is_large_goes_at_once_after_what_was_sent_before() -> None:
    transport = Transport()
    socket = a_socket(transport)
    large = b"x" * (LARGE_BYTES + 1)
    socket.send(b"1")
    socket.send(large)

    assert transport.writes == [text_frame(b"1") + text_frame(large)]


async def test_what_was_sent_is_written_before_the_line_is_closed() -> None:
    transport = Transport()
    socket = a_socket(transport)
    socket.send(b"1")
    await socket.close(1001, "the service ends")
    await asyncio.sleep(0)

    assert transport.writes == [text_frame(b"1"), b"closed"]
