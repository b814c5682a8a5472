"""Browsers of a served app as fast Python: one that clicks and counts on, and others that mean no good."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
from served_apps import BOOTSTRAP, Served
from sites import new_client

LIMIT_S = 60.0


@contextlib.asynccontextmanager
async def line(served: Served) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A socket that hasn't joined yet."""
    headers = {"Origin": served.origin}
    async with (
        new_client() as client,
        client.ws_connect(f"{served.origin}/session", headers=headers, max_msg_size=0) as socket,
    ):
        yield socket


def join(served: Served, session: str | None = None) -> str:
    """The text of a join with a good ticket."""
    ticket = served.bootstrap["ticket"]
    return json.dumps({"type": "join", "ticket": ticket, "session": session, "page": "main"})


def event(
    sequence: int, component: str = "count_button", name: str = "wf-click", **more: Any
) -> dict[str, Any]:
    payload = {"ctrl_key": False, "shift_key": False, "meta_key": False}
    sent = {"sequence": sequence, "page": "main", "component": component, "event": name, "payload": payload}
    return {"type": "event", **sent, "rows": [], **more}


def operations_of(message: dict[str, Any]) -> list[Any]:
    """What a message says of changes of state, on their own or with the end of an event."""
    found: list[Any] = message.get("changes", message).get("operations", [])
    return found


async def heard(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any] | None:
    """The next message of a kind; ``None`` when the line ends before."""
    async for frame in socket:
        if frame.type is not aiohttp.WSMsgType.TEXT:
            return None
        message: dict[str, Any] = json.loads(frame.data)
        if message["type"] == kind:
            return message
    return None


@dataclass(frozen=True)
class Bystander:
    """Somebody who used the app meanwhile; each click was answered and counted.

    Attributes:
        took_ms: How long each click took, from the message to its answer.
    """

    took_ms: list[float]


@contextlib.asynccontextmanager
async def bystander(served: Served, at_least: int = 10) -> AsyncIterator[asyncio.Future[Bystander]]:
    """Let somebody click as long as the block runs, and so many times at least; the future is done behind it.

    In a process of its own: how long its clicks take has nothing to do with what this one is busy with.
    """
    command = [sys.executable, __file__, str(served.port), served.bootstrap["ticket"], str(at_least)]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    found: asyncio.Future[Bystander] = asyncio.get_running_loop().create_future()
    try:
        async with asyncio.timeout(LIMIT_S):
            assert await process.stdout.readline() == b"clicking\n"
            yield found
            process.stdin.close()
            told = json.loads(await process.stdout.readline())
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    assert told["count"] == told["clicks"]
    found.set_result(Bystander(told["took_ms"]))


async def click_on(port: int, ticket: str, at_least: int) -> None:
    """Click until stdin ends, slower than the allowance of events; then say how it was."""
    origin = f"http://127.0.0.1:{port}"
    enough = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    clicks = count = 0
    took_ms: list[float] = []
    async with (
        asyncio.timeout(LIMIT_S),
        new_client() as client,
        client.ws_connect(f"{origin}/session", headers={"Origin": origin}) as socket,
    ):
        await socket.send_str(json.dumps({"type": "join", "ticket": ticket, "page": "main"}))
        assert await heard(socket, "joined")
        print("clicking", flush=True)
        while not enough.done() or clicks < at_least:
            clicks += 1
            start = time.perf_counter()
            await socket.send_str(json.dumps(event(clicks)))
            async for frame in socket:
                assert frame.type is aiohttp.WSMsgType.TEXT, frame
                message = json.loads(frame.data)
                for operation in operations_of(message):
                    if operation[1] == ["count"]:
                        count = operation[2]
                if message["type"] == "done":
                    assert message["status"] == "ok", message
                    break
            took_ms.append((time.perf_counter() - start) * 1000)
            await asyncio.wait([enough], timeout=0.025)
    print(json.dumps({"clicks": clicks, "count": count, "took_ms": took_ms}), flush=True)


async def page_is_served(served: Served) -> bool:
    """Whether a new visitor gets the page."""
    async with new_client() as client, client.get(served.origin) as got:
        return got.status == 200 and BOOTSTRAP.search(await got.text()) is not None


if __name__ == "__main__":
    asyncio.run(click_on(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
