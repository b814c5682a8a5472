"""``python -m benchmarks values``: large values, in milliseconds and in bytes on the wire.

A megabyte that goes to the app and comes back, a frame of 10,000 × 10 into state, one cell of it changed, one
key of 10,000 nested ones. A time ends when the page has what it shows. Beside it, what a service has to do at
the least that sends such values whole: write and read them as JSON, bytes as base64.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import time
from statistics import median
from typing import Final

import aiohttp

from .clients import Session
from .commands import HERE, open_command, open_copy, run

APP: Final = HERE / "apps" / "values"
MEGABYTE: Final = 1_000_000
CLICKS: Final = {
    "set_frame": "a frame of 10,000 × 10",
    "change_cell": "one cell of it",
    "change_key": "one key of 10,000",
}


async def megabyte(http: aiohttp.ClientSession, session: Session, url: str) -> tuple[float, int]:
    """Send a file, have it come into state, fetch what state then says; (ms, bytes back)."""
    data = os.urandom(MEGABYTE)
    received = session.received
    begun = time.perf_counter()
    upload = await session.upload(http, url, data)
    await session.event("file", "wf-file-change", {"uploads": [upload]})
    address = session.operations[0][2]
    async with http.get(url + address) as answer:
        back = await answer.read()
    taken = (time.perf_counter() - begun) * 1000
    assert back == data, "other bytes came back"
    return taken, session.received - received + len(back)


async def click(session: Session, component: str) -> tuple[float, int]:
    received = session.received
    begun = time.perf_counter()
    await session.event(component)
    return (time.perf_counter() - begun) * 1000, session.received - received


async def measure(url: str, times: int) -> dict[str, tuple[float, float]]:
    """For each value: median milliseconds, and bytes to the browser."""
    found = {}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        session = await Session.open(http, url)
        runs = [await megabyte(http, session, url) for _ in range(times)]
        found["1 MB up and back"] = _medians(runs)
        for component, name in CLICKS.items():
            found[name] = _medians([await click(session, component) for _ in range(times)])
        await session.close()
    return found


def whole_values() -> dict[str, tuple[float, float]]:
    """What it takes to write and read each value as JSON once: milliseconds and bytes."""
    frame = {name: [number / 7 for number in range(10_000)] for name in "abcdefghij"}
    keys = {f"key_{number}": number for number in range(10_000)}
    data = os.urandom(MEGABYTE)
    values = {"1 MB up and back": data, CLICKS["set_frame"]: frame, CLICKS["change_cell"]: frame}
    found = {}
    for name, value in {**values, CLICKS["change_key"]: keys}.items():
        begun = time.perf_counter()
        text = json.dumps(base64.b64encode(value).decode() if isinstance(value, bytes) else value)
        json.loads(text)
        found[name] = ((time.perf_counter() - begun) * 1000, float(len(text)))
    return found


def _medians(runs: list[tuple[float, int]]) -> tuple[float, float]:
    return median(taken for taken, _ in runs), median(size for _, size in runs)


def main(*, short: bool) -> None:
    print("                                 ms        bytes     whole, as JSON: ms        bytes")
    with open_copy(APP) as app, open_command(*run(app)) as served:
        ours = asyncio.run(measure(served.url, 2 if short else 30))
    for name, (whole_ms, whole_bytes) in whole_values().items():
        ms, size = ours[name]
        print(f"{name:24}{ms:11.2f}{size:13,.0f}{whole_ms:23.2f}{whole_bytes:13,.0f}")
