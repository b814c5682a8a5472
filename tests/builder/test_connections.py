"""Connections that say nothing, say it slowly, or are too many: who asks properly is answered meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from mainspring.builder.listening import bind, port_of, serving

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
