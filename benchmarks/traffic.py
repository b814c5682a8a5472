"""``python -m benchmarks traffic``: what one change in a large state costs on the wire, by a real service.

The bytes are those of all messages that one click brings to the browser, its answer included.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Final

import aiohttp

from .clients import Session
from .commands import LARGE, Served, open_command, open_copy, run

CHANGES: Final = {
    "change_item": "one item of a list",
    "change_key": "one key of a dict",
    "append": "one append to the list",
}


async def measure(served: Served, times: int) -> dict[str, tuple[float, float]]:
    """For each change: bytes to the browser, and milliseconds from the event to its answer."""
    found = {}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        session = await Session.open(http, served.url)
        for change in CHANGES:
            taken, received = [], session.received
            for _ in range(times):
                started = time.perf_counter()
                await session.event(change)
                taken.append((time.perf_counter() - started) * 1000)
            found[change] = ((session.received - received) / times, median(taken))
        await session.close()
    return found


@contextmanager
def _size(number: int) -> Iterator[None]:
    os.environ["BENCHMARK_SIZE"] = str(number)
    try:
        yield
    finally:
        del os.environ["BENCHMARK_SIZE"]


def main(*, short: bool) -> None:
    print("                              of          bytes    ms, event to answer")
    with open_copy(LARGE) as app:
        for number in (10, 10_000) if short else (10, 1_000, 10_000, 100_000):
            with _size(number), open_command(*run(app)) as served:
                for change, (size, ms) in asyncio.run(measure(served, 5 if short else 200)).items():
                    print(f"{CHANGES[change]:24}{number:10,}{size:12,.0f}{ms:12.2f}")
