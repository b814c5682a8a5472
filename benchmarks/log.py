"""``python -m benchmarks log``: from ``print`` to the browser, alone and in a flood.

In the page: from a printed line to its pixels; frames while 20,000 lines come in a second; keys in the code
pane while a handler prints without end. Beside it: lines a second over the Builder's socket and how many of
them were left out, what an endless ``print`` costs the app beside one into a file, what the Builder grows by,
and how soon Stop works, from the press of the button to the word "stopped".
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import aiohttp
from playwright.sync_api import Page

from .browser import new_page, open_browser
from .commands import Served, mainspring, open_command
from .figures import Figures

MAIN = """
import threading
import time

from mainspring.runtime import init_state

init_state({})
printed = 0


def tick(state):
    for number in range(TICKS):
        print("tick", number, time.time() * 1000)
        time.sleep(0.05)


def steady(state):
    started = time.monotonic()
    for part in range(SECONDS * 100):
        for number in range(200):
            print("steady", part * 200 + number)
        time.sleep(max(0, started + (part + 1) * 0.01 - time.monotonic()))
    print("steady is over")


def endless(state):
    number = 0
    while True:
        print(number)
        number += 1
"""
FILE = """
import sys, time
number, end = 0, time.monotonic() + float(sys.argv[1])
with open(sys.argv[2], "w", buffering=1) as file:
    while time.monotonic() < end:
        print(number, file=file)
        number += 1
print(number)
"""
STEADY_S = 60
ENDLESS_S = 30

WATCH = """() => {
  const told = window.told = {latency: [], gaps: [], keys: [], end: false, stop: 0, stopped: 0};
  const seen = new Set();
  const look = () => {
    for (const row of document.querySelectorAll(".log-head .log-words")) {
      const match = /^tick (\\d+) ([\\d.]+)$/.exec(row.textContent);
      if (match && !seen.has(match[1])) {
        seen.add(match[1]);
        const stamp = Number(match[2]);
        requestAnimationFrame(() => setTimeout(() => told.latency.push(Date.now() - stamp)));
      }
      if (row.textContent === "steady is over") told.end = true;
    }
  };
  addEventListener("pointerdown", (event) => {
    if (event.target.closest("[aria-label=Stop]")) told.stop = event.timeStamp;
  }, true);
  const stops = () => {
    if (told.stop && !told.stopped && /stopped/.test(document.querySelector("[role=status]").textContent)) {
      told.stopped = performance.now();
    }
  };
  new MutationObserver(stops).observe(document.body, {childList: true, subtree: true, characterData: true});
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true});
  let before = performance.now();
  const frame = (now) => { told.gaps.push(now - before); before = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  addEventListener("keydown", (event) => {
    const at = event.timeStamp;
    requestAnimationFrame(() => setTimeout(() => told.keys.push(performance.now() - at)));
  }, true);
}"""


class Follower(threading.Thread):
    """A second reader of the log, over the Builder's own socket: counts what comes and what is left out."""

    def __init__(self, page: Page, url: str) -> None:
        super().__init__(daemon=True)
        self.shown = self.skipped = 0
        self.enough = threading.Event()
        self._url = url.split("?")[0].rstrip("/")
        self._cookies = {each["name"]: each["value"] for each in page.context.cookies()}
        self._ticket = page.evaluate("JSON.parse(document.getElementById('bootstrap').textContent).ticket")

    def run(self) -> None:
        asyncio.run(self._follow())

    async def _follow(self) -> None:
        async with (
            aiohttp.ClientSession(cookies=self._cookies) as client,
            client.ws_connect(f"{self._url}/api/socket", origin=self._url, max_msg_size=0) as socket,
        ):
            await socket.send_str(json.dumps({"type": "join", "ticket": self._ticket}))
            while not self.enough.is_set():
                frame = await socket.receive()
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    print(f"the Builder ended the second reader's line: {frame.data} {frame.extra}")
                    return
                message = json.loads(frame.data)
                if message["type"] == "log":
                    if message["records"]:
                        await socket.send_str(str(message["records"][-1]["number"]))
                    self.shown += len(message["records"])
                    self.skipped += message["skipped"] + sum(each["skipped"] for each in message["records"])


def main(*, short: bool) -> None:
    steady_s, endless_s = (2, 2) if short else (STEADY_S, ENDLESS_S)
    with tempfile.TemporaryDirectory() as folder, open_browser() as browser:
        app = Path(folder, "app")
        write_app(app, ticks=20 if short else 200, seconds=steady_s)
        with open_command(*mainspring("edit", app, "--port", "0", "--no-browser")) as served:
            page = new_page(browser)
            page.goto(served.url)
            page.get_by_role("status").first.filter(has_text="live").wait_for()
            page.get_by_role("button", name="Use app").click()
            page.evaluate(WATCH)
            print("                                    p50      p95 ms   of")
            latency(page)
            steady(page, served, steady_s)
            endless(page, served, endless_s, Path(folder))


def write_app(app: Path, *, ticks: int, seconds: int) -> None:
    (app / "pages").mkdir(parents=True)
    code = MAIN.replace("TICKS", str(ticks)).replace("SECONDS", str(seconds))
    (app / "main.py").write_text(code, encoding="utf-8")
    buttons: list[dict[str, Any]] = [
        {"id": name, "type": "button", "fields": {"text": name}, "on": {"wf-click": name}}
        for name in ("tick", "steady", "endless")
    ]
    page = {"schema": 1, "order": 1, "id": "main", "type": "page", "children": buttons}
    (app / "pages" / "main.json").write_text(json.dumps(page), encoding="utf-8")


def press(page: Page, name: str) -> None:
    page.frame_locator("iframe[title='App']").get_by_role("button", name=name, exact=True).click()


def say(name: str, series: list[float]) -> None:
    print(f"{name:31} {Figures.of(series)}   {len(series):5}", flush=True)


def latency(page: Page) -> None:
    press(page, "tick")
    deadline = time.monotonic() + 60
    before = -1
    while time.monotonic() < deadline:
        page.wait_for_timeout(500)
        ticks = page.evaluate("told.latency.length")
        if ticks == before and ticks:
            break
        before = ticks
    say("print → pixel", page.evaluate("told.latency"))


def steady(page: Page, served: Served, seconds: int) -> None:
    follower = Follower(page, served.url)
    follower.start()
    page.wait_for_timeout(500)
    before = follower.shown
    page.evaluate("told.gaps.length = 0")
    started = time.monotonic()
    press(page, "steady")
    while not page.evaluate("told.end") and time.monotonic() < started + seconds * 4 + 60:
        page.wait_for_timeout(100)
    took = time.monotonic() - started
    say("frame gap, 20,000 lines/s", page.evaluate("told.gaps"))
    page.wait_for_timeout(500)
    produced = seconds * 20_000 + 1
    shown, skipped = follower.shown - before, follower.skipped
    follower.enough.set()
    rate = f"{shown / took:10,.0f} a second"
    print(f"lines over the socket           {rate}; {skipped:,} of {produced:,} left out", flush=True)
    if shown + skipped < produced:
        print(f"  {produced - shown - skipped:,} lines are neither shown nor counted")


def endless(page: Page, served: Served, seconds: int, folder: Path) -> None:
    follower = Follower(page, served.url)
    follower.start()
    page.wait_for_timeout(500)
    before, memory = follower.shown + follower.skipped, served.memory_kib()["service"]
    page.locator(".cm-line").first.click()
    page.evaluate("told.keys.length = 0")
    started = time.monotonic()
    press(page, "endless")
    page.locator(".cm-line").first.click()
    page.keyboard.press("Control+End")
    page.evaluate("told.keys.length = 0")
    while time.monotonic() < started + seconds:
        page.keyboard.type("x")
        page.wait_for_timeout(100)
    lines = (follower.shown + follower.skipped - before) / (time.monotonic() - started)
    grown = served.memory_kib()["service"] - memory
    say("key in the code → painted", page.evaluate("told.keys"))
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("status").first.filter(has_text="stopped").wait_for()
    stopped = page.evaluate("told.stopped - told.stop")
    follower.enough.set()
    file_s = min(5.0, float(seconds))
    command = [sys.executable, "-c", FILE, str(file_s), str(folder / "lines.txt")]
    into_file = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / file_s
    rates = f"{lines:10,.0f} lines a second; into a file {into_file:,.0f}, ratio {lines / into_file:.2f}"
    print(f"endless print                   {rates}")
    print(f"the Builder grew by             {grown / 1024:10.1f} MiB; Stop took {stopped:.0f} ms")
