"""``python -m benchmarks events``: events a second at 1, 8 and 32 sessions, beside the floor.

Each session has one event at a time on its way: it sends the next when everything that the last one caused
has come. The clients are one process, which takes its share of the machine from whatever it measures; so
the processor time that the servers' own processes used for an event stands beside the throughput.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

import aiohttp

from .clients import Client, Floor, Session
from .commands import COUNTER, Served, floor, open_command, open_copy, run
from .figures import Figures

SESSIONS: Final = (1, 8, 32)
WARM_UP: Final = 20


@dataclass
class Load:
    """What the rounds of one server at one number of sessions came to."""

    rates: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    latencies_ms: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return median(self.rates)

    def line(self, name: str, sessions: int) -> str:
        figures = Figures.of(self.latencies_ms)
        return (
            f"{sessions:8}  {name:12}{self.rate:10,.0f}"
            f"{figures.p50:9.2f}{figures.p95:9.2f}{median(self.cpu_us):14.0f}"
        )


async def load(name: str, served: Served, sessions: int, seconds: float, into: Load) -> None:
    """Let so many sessions send events for so long; the figures go ``into``."""
    kind = Floor if name == "floor" else Session
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        clients: list[Client] = [await kind.open(http, served.url) for _ in range(sessions)]
        for _ in range(WARM_UP):
            await asyncio.gather(*(client.event() for client in clients))
        taken: list[float] = []
        cpu, started = served.cpu_s(), time.perf_counter()

        async def send(client: Client) -> None:
            while (begun := time.perf_counter()) < started + seconds:
                await client.event()
                taken.append((time.perf_counter() - begun) * 1000)

        await asyncio.gather(*(send(client) for client in clients))
        into.rates.append(len(taken) / (time.perf_counter() - started))
        into.cpu_us.append((served.cpu_s() - cpu) * 1e6 / len(taken))
        into.latencies_ms += taken
        await asyncio.gather(*(client.close() for client in clients))


def measure(sessions: Sequence[int], seconds: float, rounds: int) -> dict[tuple[str, int], Load]:
    """Rounds alternate which server comes first; each load has a server of its own."""
    found = {(name, number): Load() for number in sessions for name in ("floor", "mainspring")}
    with open_copy(COUNTER) as app, fast_loop() as runner:
        for round_ in range(rounds):
            for name, number in list(found)[:: -1 if round_ % 2 else 1]:
                with open_command(*(floor() if name == "floor" else run(app))) as served:
                    runner.run(load(name, served, number, seconds, found[name, number]))
    return found


def fast_loop() -> contextlib.AbstractContextManager[asyncio.Runner]:
    if sys.platform == "win32":
        return asyncio.Runner()
    import uvloop

    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


def main(*, short: bool) -> None:
    found = measure((1, 8), 0.3, 1) if short else measure(SESSIONS, 4.0, 3)
    print("sessions  server        a second   p50 ms   p95 ms   CPU µs each")
    for (name, number), figures in found.items():
        print(figures.line(name, number))
    for number in dict.fromkeys(number for _, number in found):
        ratio = found["mainspring", number].rate / found["floor", number].rate
        print(f"{number:8}  mainspring : floor = {ratio:.2f}")
