"""``python -m benchmarks memory``: what one more session costs, in the service and in the app's process.

Proportional set sizes of the processes of a real ``mainspring run`` with more and more browsers joined, each
with one click behind it and idle since; the floor beside it with as many sockets. Linux only.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping

import aiohttp

from .clients import Client, Floor, Session
from .commands import COUNTER, Served, floor, open_command, open_copy, run


async def measure(name: str, served: Served, few: int, many: int) -> list[Mapping[str, int]]:
    """The sizes with ``few`` and with ``many`` sessions: what the first ones cost once is in both."""
    kind = Floor if name == "floor" else Session
    found = []
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        clients: list[Client] = []
        for number in (few, many):
            while len(clients) < number:
                clients.append(await kind.open(http, served.url))
                await clients[-1].event()
            found.append(served.memory_kib())
        await asyncio.gather(*(client.close() for client in clients))
    return found


def main(*, short: bool) -> None:
    if sys.platform != "linux":
        print("measured on Linux only")
        return
    few, many = (10, 40) if short else (50, 550)
    print(f"KiB PSS                  with {few:3}      with {many:3}   a further one")
    with open_copy(COUNTER) as app:
        for name in ("floor", "mainspring"):
            with open_command(*(floor() if name == "floor" else run(app))) as served:
                first, last = asyncio.run(measure(name, served, few, many))
            for process in first:
                each = (last[process] - first[process]) / (many - few)
                print(f"{name:11} {process:8}{first[process]:13,}{last[process]:14,}{each:14.1f}")
