"""Connections that say nothing, say it slowly, or are too many: who asks properly is answered meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from mainspring.builder.listening import bind, port_of, serving
from mainspring.builder.sessions.session_socket import SessionSocket
from raw_requests import text_frame

LIMIT_S = 20.0


async def answer(_: web.Request) -> web.Response:
    return web.Response(text="here")


@contextlib.asynccontextmanager
async def service(head_s: float = 60.0, limit: int = 1000) -> AsyncIterator[int]:
    app = web.Application()
    app.router.add_get("/", answer)
    bound = bind("127.0.0.1", 0)
    port = port_of(bound)
    async with asyncio.timeout(LIMIT_S), serving(app, bound, head_s=head_s, connection_limit=limit):
        yield port


async def ask(port: int) -> str:
    async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{port}/") as response:
        return await response.text()


async def test_five_hundred_connections_with_half_a_head_hold_nobody_up_and_are_ended() -> None:
    async with service(head_s=1.0) as port:
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(500)]
        for number, (_, writer) in enumerate(lines):
            if number % 3:
                writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")

        assert await ask(port) == "here"
        ends = await asyncio.gather(*(reader.read() for reader, _ in lines), return_exceptions=True)

        assert all(end == b"" or isinstance(end, ConnectionError) for end in ends)
        for _, writer in lines:
            writer.close()


async def test_a_head_that_comes_letter_by_letter_is_not_in_time() -> None:
    async with service(head_s=0.5) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(ConnectionError):
            while not reader.at_eof():
                writer.write(b"X")
                await writer.drain()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.05):
                        await reader.read(1)
        writer.close()

        assert await ask(port) == "here"


@pytest.mark.parametrize("cut", [1, 17, 40, -1, -2, -3, -4])
async def test_a_head_in_two_pieces_is_a_head_and_its_connection_stays(cut: int) -> None:
    head = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    async with service(head_s=1.0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        other, silent = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head[:cut])
        await writer.drain()
        assert await ask(port) == "here"
        writer.write(head[cut:])
        assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
        # Until the other one, which came later, has been ended for its silence.
        with contextlib.suppress(ConnectionError):
            assert await other.read() == b""
        writer.write(head)
        assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
        writer.close()
        silent.close()


async def test_connections_beyond_the_limit_are_closed_and_a_place_that_is_free_again_is_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with service(limit=3) as port:
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
        assert "beyond the limit of 3" in caplog.text

        lines[0][1].close()
        found = ""
        while found != "here":
            with contextlib.suppress(aiohttp.ClientError):
                found = await ask(port)
        for _, writer in lines:
            writer.close()


# --- turns ---

SOCKET_HEAD = (
    b"GET /socket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
PAGE_HEAD = b"GET /page HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class Heard:
    """What a service was told, in order."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._more = asyncio.Event()

    def add(self, word: str) -> None:
        self.words.append(word)
        self._more.set()

    async def until(self, word: str, times: int = 1) -> None:
        while self.words.count(word) < times:
            self._more.clear()
            await self._more.wait()


@contextlib.asynccontextmanager
async def recorded() -> AsyncIterator[tuple[int, Heard]]:
    """A service of sockets that join at once."""
    heard = Heard()

    async def socket(request: web.Request) -> web.WebSocketResponse:
        response = web.WebSocketResponse(compress=False)
        await response.prepare(request)
        SessionSocket(request, response).joined()
        async for message in response:
            heard.add(message.data)
        return response

    async def page(_: web.Request) -> web.Response:
        heard.add("page")
        return web.Response(text="here")

    app = web.Application()
    app.router.add_get("/socket", socket)
    app.router.add_get("/page", page)
    bound = bind("127.0.0.1", 0)
    async with asyncio.timeout(LIMIT_S), serving(app, bound):
        yield port_of(bound), heard


async def joined(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(SOCKET_HEAD)
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def test_a_line_that_sends_thousands_of_messages_at_once_lets_others_in_between() -> None:
    async with recorded() as (port, heard):
        (_, flood), (_, other) = await joined(port), await joined(port)

        # Both lie in the service's buffers before it reads again.
        flood.write(text_frame(b"flood") * 20_000)
        other.write(text_frame(b"other"))
        await heard.until("flood", 20_000)

        assert heard.words.index("other") < 2_000
        flood.close()
        other.close()


async def test_pages_that_are_asked_for_together_let_messages_of_sessions_in_between() -> None:
    async with recorded() as (port, heard):
        _, user = await joined(port)
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]

        for _, writer in lines:
            writer.write(PAGE_HEAD)
        await heard.until("page")
        user.write(text_frame(b"click"))
        await heard.until("page", 200)

        assert heard.words.index("click") < 100
        for _, writer in (*lines, (None, user)):
            writer.close()


async def test_what_was_asked_in_one_piece_or_many_is_answered_whole_and_in_order() -> None:
    async with recorded() as (port, heard):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(PAGE_HEAD * 50)
        for _ in range(50):
            assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
        _, talker = await joined(port)
        words = [str(number) for number in range(30_000)]
        talker.write(b"".join(text_frame(word.encode()) for word in words))
        await heard.until(words[-1])

        assert heard.words == ["page"] * 50 + words
        writer.close()
        talker.close()
