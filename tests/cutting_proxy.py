"""A TCP proxy that cuts WebSocket lines at the boundaries of their frames."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal

Direction = Literal["up", "down"]


@dataclass
class Cut:
    """Cut when so many more frames have come in a direction, before the last of them goes on or behind it."""

    direction: Direction
    frames: int
    before: bool


@dataclass
class Proxy:
    """Stands before the service on port ``target``.

    ``cuts`` counts the lines that were cut; while ``dead``, nobody gets through.
    """

    port: int = 0
    target: int = 0
    cut: Cut | None = None
    cuts: int = 0
    dead: bool = False
    _lines: set[asyncio.StreamWriter] = field(default_factory=set)

    def drop_all(self) -> None:
        """Break every line there is now."""
        for writer in self._lines:
            writer.transport.abort()


@contextlib.asynccontextmanager
async def cutting_proxy() -> AsyncIterator[Proxy]:
    """Listen on a free port; whoever opens it says later which ``target`` it stands before."""
    proxy = Proxy()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if proxy.dead:
            writer.transport.abort()
            return
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", proxy.target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, up_writer}
        proxy._lines |= both
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            up_writer.write(head)
            socket = b"upgrade: websocket" in head.lower()
            if socket:
                writer.write(await up_reader.readuntil(b"\r\n\r\n"))
            await asyncio.gather(
                _pass_on(proxy, "up", reader, up_writer, frames=socket),
                _pass_on(proxy, "down", up_reader, writer, frames=socket),
            )
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            proxy._lines -= both
            for each in both:
                each.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        proxy.drop_all()
        server.close()


async def _pass_on(
    proxy: Proxy,
    direction: Direction,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    frames: bool,
) -> None:
    while True:
        if not frames:
            data = await reader.read(1 << 16)
            if not data:
                raise ConnectionResetError
            writer.write(data)
            continue
        frame = await _frame(reader)
        cut = proxy.cut
        if cut is not None and cut.direction == direction:
            cut.frames -= 1
            if cut.frames <= 0:
                proxy.cut = None
                proxy.cuts += 1
                if not cut.before:
                    writer.write(frame)
                    await writer.drain()
                raise ConnectionResetError
        writer.write(frame)


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """One frame of RFC 6455, as it came."""
    head = await reader.readexactly(2)
    size = head[1] & 0x7F
    if size >= 126:
        more = await reader.readexactly(2 if size == 126 else 8)
        head += more
        size = int.from_bytes(more, "big")
    mask = 4 if head[1] & 0x80 else 0
    return head + await reader.readexactly(mask + size)
