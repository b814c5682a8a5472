"""Whoever reaches a served app may send what they like: others go on, the process stays, nothing is called.

A bystander clicks through every attack; each of its clicks must be answered and counted once. How much longer
they took is said, not judged: ``make soak`` prints it into the table of ``docs/reliability.md``.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
import json
import random
import socket as sockets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import figures
import pytest
from live_clients import bystander, event, heard, join, line, page_is_served
from raw_requests import request, text_frame
from served_apps import Served, resident_bytes, serve, write_served_app
from sites import new_client

MEGABYTE = 1024 * 1024
LIMIT_S = 90.0
FUZZED = 20_000
FUZZED_LONG = 500_000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    app = write_served_app(tmp_path_factory.mktemp("hostile") / "counter", "upload_mb = 2\n")
    with serve(app, "run") as (run,):
        yield run


@contextlib.asynccontextmanager
async def attacked(served: Served, name: str, grow_by: int = 96 * MEGABYTE) -> AsyncIterator[None]:
    """An attack, with a bystander before and during it; then everything is as it was."""
    async with bystander(served, at_least=50) as before:
        pass
    memory = resident_bytes(served.process.pid)
    async with asyncio.timeout(LIMIT_S), bystander(served) as during:
        yield
    grown = resident_bytes(served.process.pid) - memory
    usual, then = (figures.percentile(each.result().took_ms, 99) for each in (before, during))
    said = f"p99 of others {usual:.1f} → {then:.1f} ms (× {then / usual:.1f})"
    figures.say(name, f"{said}, memory {grown / MEGABYTE:+.0f} MB")
    assert served.process.poll() is None
    assert await page_is_served(served)
    assert not (served.app / "called.txt").exists()
    assert "Traceback" not in served.log
    assert grown < grow_by


async def at_once(count: int, attack: Callable[[int], Awaitable[None]]) -> None:
    """Run ``count`` of them side by side; that a line breaks is what they expect."""

    async def one(number: int) -> None:
        with contextlib.suppress(ConnectionError, aiohttp.ClientError):
            await attack(number)

    async with asyncio.TaskGroup() as tasks:
        for number in range(count):
            tasks.create_task(one(number))


# --- messages --------------------------------------------------------------------------------------------

VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**53,
    2**64,
    1e308,
    "",
    "erase_everything",
    "handle_count",
    "__class__",
    "__proto__",
    "constructor",
    "../../etc/passwd",
    "main\x00",
    "{{7*7}}",
    "@{_secret}",
    "{0.__class__}",
    "%s%n",
    "(a+)+$",
    "<img src=x onerror=alert(1)>",
    "\ud800",
    "x" * 5_000,
    [],
    {},
    [[[[[]]]]],
    {"__class__": "erase_everything"},
    ["erase_everything"] * 20,
    {"uploads": ["../x", "0"]},
)
NUMBERS = ("NaN", "Infinity", "1e400", "-0", "0x10", "1" * 5_000, "01", "1.", "--1")


def bases(sequence: int) -> list[dict[str, object]]:
    rows = {"request": 1, "page": "main", "component": "shown", "rows": [], "version": "v", "start": 0}
    return [
        event(sequence),
        event(sequence, "name", "wf-change", payload="text"),
        event(sequence, "files", "wf-file-change", payload={"uploads": []}),
        {"type": "resync"},
        {"type": "navigate", "page": "main", "route_vars": {"a": "b"}},
        {"type": "result", "call": "x", "value": 1},
        {"type": "read_rows", **rows, "count": 10},
        {"type": "problem", "component": "shown", "message": "it failed"},
        {"type": "join", "ticket": "x", "page": "main"},
    ]


def mutated(chance: random.Random, sequence: int) -> str | bytes:
    """A message that was one of ours, with a value, a key, a type or some bytes replaced."""
    message = chance.choice(bases(sequence))
    way = chance.random()
    if way < 0.7:
        # Values of a kind that may pass the decoder: these lines live on, and go deepest.
        key = chance.choice([key for key in message if key != "type"] or ["extra"])
        message[key] = chance.choice(VALUES)
        return json.dumps(message)
    if way < 0.78:
        message["type"] = chance.choice(("open", "event_", "__init__", "Event", "", "done", "snapshot"))
        return json.dumps(message)
    text = json.dumps(message)
    if way < 0.85:
        return text.replace(": 1", f": {chance.choice(NUMBERS)}", 1)
    if way < 0.9:
        return text[: chance.randrange(len(text))]
    raw = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(chance.randrange(1, 8)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    if way < 0.97:
        return raw.decode("latin-1")
    return bytes(raw)


async def fuzz(served: Served, count: int, seed: int) -> None:
    """Send so many messages, over a new line where the last one was cut."""
    chance = random.Random(seed)
    sent = 0
    while sent < count:
        async with line(served) as socket:
            await socket.send_str(join(served))
            if await heard(socket, "joined") is None:
                continue
            sequence = 0
            while sent < count:
                sequence += 1
                sent += 1
                message = mutated(chance, sequence)
                try:
                    if isinstance(message, bytes):
                        await socket.send_bytes(message)
                    else:
                        await socket.send_str(message.encode("utf-8", "replace").decode())
                    if sequence % 8 == 0:
                        # Whether the line still lives; what was sent is behind it.
                        await socket.send_str(json.dumps(event(10_000 + sequence, "nothing")))
                        if await heard(socket, "done") is None:
                            break
                        sequence += 10_000
                except (ConnectionError, aiohttp.ClientError):
                    break
                if socket.closed:
                    break


async def test_twenty_thousand_broken_messages_do_nothing(served: Served) -> None:
    async with attacked(served, f"{FUZZED:,} fuzzed messages", grow_by=24 * MEGABYTE):
        await at_once(8, lambda number: fuzz(served, FUZZED // 8, number))


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_half_a_million_broken_messages_do_nothing(served: Served) -> None:
    for part in range(FUZZED_LONG // FUZZED):
        async with attacked(served, f"fuzzed messages {part * FUZZED:,} to {(part + 1) * FUZZED - 1:,}"):
            await at_once(8, lambda number, part=part: fuzz(served, FUZZED // 8, 100 * part + number))  # type: ignore[misc]


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"event","payload":' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"type":"event","payload":' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}",
        '{"type":"event","sequence":' + "9" * 5_000 + "}",
        json.dumps(event(1)).replace("false", "1e400", 1),
        json.dumps(event(1)).replace("false", "NaN", 1),
        '{"type":"navigate","page":"main","route_vars":{'
        + ",".join(f'"{n}":""' for n in range(50_000))
        + "}}",
        '"' + "\\u0000" * 100_000 + '"',
    ],
    ids=["brackets", "objects", "digits", "infinity", "nan", "keys", "nulls"],
)
async def test_huge_and_deep_json_is_refused(served: Served, text: str) -> None:
    async with attacked(served, "huge and deep JSON"):

        async def send(_: int) -> None:
            for _ in range(10):
                async with line(served) as socket:
                    await socket.send_str(join(served))
                    await heard(socket, "joined")
                    await socket.send_str(text)
                    await heard(socket, "done")

        await at_once(4, send)


async def test_messages_over_a_megabyte_end_their_line_however_they_come(served: Served) -> None:
    async with attacked(served, "messages of 32 MB, whole and in fragments"):

        async def send(number: int) -> None:
            async with line(served) as socket:
                await socket.send_str(join(served))
                await heard(socket, "joined")
                writer = socket._writer
                piece = b"x" * MEGABYTE
                if number % 2:
                    await socket.send_str("x" * 32 * MEGABYTE)
                else:
                    # Fragments: the first opens a text, the others go on with it, none ends it.
                    for opcode in (1, *([0] * 31)):
                        transport = writer.transport
                        assert transport is not None
                        head = bytes([opcode, 0x80 | 127]) + len(piece).to_bytes(8, "big") + b"\0\0\0\0"
                        transport.write(head + piece)
                        await asyncio.sleep(0)
                async for _frame in socket:
                    pass
                assert socket.close_code in (1006, 1009)

        await at_once(6, send)


# --- floods and slowness ---------------------------------------------------------------------------------


async def test_a_flood_of_events_ends_its_own_lines(served: Served) -> None:
    ended: list[int | None] = []

    async def flood(_: int) -> None:
        async with line(served) as socket:
            await socket.send_str(join(served))
            await heard(socket, "joined")
            with contextlib.suppress(ConnectionError, aiohttp.ClientError):
                for sequence in range(1, 20_000):
                    await socket.send_str(json.dumps(event(sequence)))
            async for _frame in socket:
                pass
            ended.append(socket.close_code)

    async with attacked(served, "floods of events over 10 lines"):
        await at_once(10, flood)
    assert len(ended) == 10
    assert set(ended) <= {1008, 1006}


async def test_who_never_reads_costs_no_memory(served: Served) -> None:
    async def ask_and_never_read(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1024)
        key = "dGhlIHNhbXBsZSBub25jZQ=="
        headers = {"Host": served.host, "Origin": served.origin, "Connection": "Upgrade"}
        headers |= {"Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
        writer.write(request("GET", "/session", headers))
        await reader.readuntil(b"\r\n\r\n")
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        for text in (join(served), *([json.dumps({"type": "resync"})] * 400)):
            writer.write(text_frame(text.encode()))
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(2):
                await writer.drain()
        writer.transport.abort()

    async with attacked(served, "50 browsers that never read"):
        await at_once(50, ask_and_never_read)


async def test_five_hundred_slow_heads_hold_nobody_up(served: Served) -> None:
    lines = []
    async with attacked(served, "500 connections with half a head"):
        for _ in range(500):
            one = sockets.create_connection(("127.0.0.1", served.port))
            one.sendall(f"GET / HTTP/1.1\r\nHost: {served.host}\r\nX-Slow: ".encode())
            lines.append(one)
            if len(lines) % 20 == 0:
                await asyncio.sleep(0)
        assert await page_is_served(served)
    for one in lines:
        one.close()


async def test_sockets_that_never_join_are_ended(served: Served) -> None:
    codes: list[int | None] = []

    async def wait(_: int) -> None:
        async with line(served) as socket:
            async for _frame in socket:
                pass
            codes.append(socket.close_code)

    async with attacked(served, "200 sockets that never join"):
        await at_once(200, wait)
    assert codes == [4408] * 200


async def test_half_open_connections_are_let_go(served: Served) -> None:
    """Lines that vanish without a word: no close frame, no FIN that anybody reads."""

    async def vanish(_: int) -> None:
        async with line(served) as socket:
            await socket.send_str(join(served))
            await heard(socket, "joined")
            writer = socket._writer
            assert writer.transport is not None
            writer.transport.abort()

    async with attacked(served, "300 lines that vanish"):
        await at_once(300, vanish)


# --- bodies ----------------------------------------------------------------------------------------------


async def test_bombs_are_not_unpacked(served: Served) -> None:
    bomb = gzip.compress(b"0" * 256 * MEGABYTE, 9)
    session = ""
    async with line(served) as socket:
        await socket.send_str(join(served))
        joined = await heard(socket, "joined")
        assert joined is not None
        session = joined["key"]
        own = {"Host": served.host, "Origin": served.origin, "X-Mainspring-Ticket": session}
        form = {"Content-Type": "multipart/form-data; boundary=x"}
        part = b'--x\r\nContent-Disposition: form-data; name="query"; filename="a"\r\n'

        async with attacked(served, "gzip bombs of 256 MB"):
            for target in ("/uploads", "/rows.csv"):
                whole = served.raw(request("POST", target, {**own, **form, "Content-Encoding": "gzip"}, bomb))
                assert whole.status == 415
                packed = part + b"Content-Encoding: gzip\r\n\r\n" + bomb + b"\r\n--x--\r\n"
                assert served.raw(request("POST", target, {**own, **form}, packed)).status in (200, 400)

        offered = {**own, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        offered |= {
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Extensions": "permessage-deflate",
        }
        assert "sec-websocket-extensions" not in served.raw(request("GET", "/session", offered)).headers


def kept_uploads(served: Served) -> list[str]:
    """Files of more than nothing that the service has open: those of uploads."""
    found = []
    for descriptor in Path(f"/proc/{served.process.pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            if "mainspring-uploads" in (name := str(descriptor.readlink())):
                found.append(name)
    return found


async def test_uploads_over_the_limit_are_refused_and_leave_nothing(served: Served) -> None:
    async with line(served) as socket, new_client() as client:
        await socket.send_str(join(served))
        joined = await heard(socket, "joined")
        assert joined is not None
        headers = {"Origin": served.origin, "X-Mainspring-Ticket": joined["key"]}
        refused: list[int] = []

        async def upload(_: int) -> None:
            form = aiohttp.FormData()
            form.add_field("file", io.BytesIO(b"0" * 3 * MEGABYTE), filename="large.bin")
            async with client.post(f"{served.origin}/uploads", data=form, headers=headers) as got:
                refused.append(got.status)

        async with attacked(served, "uploads over the limit"):
            await at_once(20, upload)
        # A line may also break while the rest of a file that is refused already is on its way.
        assert set(refused) <= {413}
        assert not await asyncio.to_thread(kept_uploads, served)


@pytest.mark.parametrize(
    "head",
    [
        b"X: " + b"y" * 100_000,
        b"\r\n".join(b"X-%d: y" % number for number in range(20_000)),
        b"Cookie: " + b"; ".join(b"a%d=b" % number for number in range(5_000)),
        b"Transfer-Encoding: chunked\r\nContent-Length: 4",
        b"Content-Length: 4\r\nContent-Length: 5",
        b"Content-Length: -1",
        b"Content-Length: +4",
        b"Transfer-Encoding: chunked, identity",
        b" folded: header",
        b"Host : twice",
        b"X: a\rb",
        b"X: a\0b",
    ],
)
async def test_strange_heads_are_refused(served: Served, head: bytes) -> None:
    async with attacked(served, "strange heads"):
        for _ in range(20):
            text = b"POST /uploads HTTP/1.1\r\nHost: " + served.host.encode() + b"\r\n" + head + b"\r\n\r\n"
            assert served.raw(text).status in (0, 400, 403, 415, 431)
