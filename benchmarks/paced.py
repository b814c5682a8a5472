"""``python -m benchmarks paced``: many browsers that are there at once, each with an event a second.

From the sending of an event to its answer, at sessions from 1 to 2,000, beside the floor; the clients are one
process beside the servers. The last percentile tells whether anybody waits because others are there.
"""

from __future__ import annotations

import asyncio
import time
from statistics import median
from typing import Final

import aiohttp

from .clients import Client, Floor, Session
from .commands import COUNTER, Served, floor, open_command, open_copy, run
from .events import fast_loop

SESSIONS: Final = (1, 10, 100, 500, 1_000, 2_000)
OPENING: Final = 50  # So many at a time: what is measured is not their coming.


async def paced(name: str, served: Served, sessions: int, seconds: float) -> list[float]:
    """Milliseconds from each event to its answer, sorted; each session sends one a second, evenly spread."""
    kind = Floor if name == "floor" else Session
    taken: list[float] = []
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        clients: list[Client] = []
        for first in range(0, sessions, OPENING):
            opened = range(first, min(first + OPENING, sessions))
            clients += await asyncio.gather(*(kind.open(http, served.url) for _ in opened))
        loop = asyncio.get_running_loop()
        start = loop.time() + 0.5

        async def send(number: int, client: Client) -> None:
            due = start + number / sessions
            while due < start + seconds:
                await asyncio.sleep(due - loop.time())
                begun = time.perf_counter()
                await client.event()
                taken.append((time.perf_counter() - begun) * 1000)
                due += 1.0

        await asyncio.gather(*(send(number, client) for number, client in enumerate(clients)))
        await asyncio.gather(*(client.close() for client in clients))
    return sorted(taken)


def measure(sessions: int, seconds: float) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    with open_copy(COUNTER) as app, fast_loop() as runner:
        for name in ("floor", "mainspring"):
            with open_command(*(floor() if name == "floor" else run(app))) as served:
                found[name] = runner.run(paced(name, served, sessions, seconds))
    return found


def main(*, short: bool) -> None:
    print("an event a second each, ms    floor: p50     p99     mainspring: p50     p99")
    for sessions in (1, 20) if short else SESSIONS:
        floor_, ours = measure(sessions, 1.0 if short else 10.0).values()
        print(
            f"{sessions:8,} sessions {median(floor_):23.2f}{p99(floor_):8.2f}"
            f"{median(ours):20.2f}{p99(ours):8.2f}",
            flush=True,
        )


def p99(ordered: list[float]) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
