"""``python -m benchmarks prints``: from ``print`` to the browser, beside others that show output there.

Each where a developer sees it: marimo below the cell, Writer Framework in its builder's log, NiceGUI in a
``ui.log`` that the app writes to, Mainspring in the Builder's log. A hundred lines, one every 20 ms, for the
latency; then many in one go, until the last one is in the document. Those that aren't installed (``make
peers``) are left out, and named. Odd rounds run in reverse order.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Error, Locator, Page

from .beside import APPS, ENVIRONMENTS, Peer, open_peer
from .browser import new_page, open_browser
from .commands import Served, mainspring, open_command
from .figures import Figures

MAIN = """
import os
import time


def tick():
    for number in range(100):
        print("tick", number, time.time() * 1000)
        time.sleep(0.02)


def burst():
    count = int(os.environ["LINES"])
    for number in range(count):
        print("burst", number)
    print(f"burst is over, {count}")
"""
LIMIT_S = 60

_marimo = "-q edit {app}/marimo_log.py --host 127.0.0.1 --port {port} --headless --no-token"
_writer = "edit {app}/writer_log --host 127.0.0.1 --port {port} --no-interactive"
PEERS: Final[Mapping[str, Peer]] = {
    "marimo": Peer(("marimo", *_marimo.split())),
    "writer": Peer(("writer", *_writer.split())),
    "nicegui": Peer(("python", "{app}/nicegui_log.py"), {"PORT": "{port}"}),
}

# A line counts as shown when the frame is over that paints it: the one that is just made, if its text came
# into the document in there, else the next. What is added stands at the end of its node; the rest of a
# long one is not looked at.
WATCH = """() => {
  const told = window.printed = {latency: [], over: 0};
  const seen = new Set();
  let inFrame = false;
  const over = new MessageChannel();
  over.port1.onmessage = () => (inFrame = false);
  const frame = () => {
    inFrame = true;
    over.port2.postMessage(0);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const painted = (tell) => (inFrame ? setTimeout(tell) : requestAnimationFrame(() => setTimeout(tell)));
  const look = (text) => {
    const end = text.slice(-20000);
    for (const [, number, stamp] of end.matchAll(/tick (\\d+) (\\d{13}\\.\\d+)/g)) {
      if (seen.has(number)) continue;
      seen.add(number);
      painted(() => told.latency.push(Date.now() - Number(stamp)));
    }
    if (!told.over && /burst is over, \\d/.test(end)) {
      told.over = 1;
      painted(() => (told.over = performance.now()));
    }
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") look(change.target.data);
      for (const node of change.addedNodes) look(node.textContent);
    }
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
  addEventListener("click", (event) => told.began = event.timeStamp, true);
}"""


@dataclass
class Printed:
    """What was measured of one, over all rounds."""

    latency: list[float] = field(default_factory=list)
    lines_a_second: list[float] = field(default_factory=list)
    grown_kib: list[int] = field(default_factory=list)


@contextlib.contextmanager
def opened(browser: Browser, name: str) -> Iterator[tuple[Page, Served]]:
    """An app of ``name``, running, with its output in view."""
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder, "app")
        if name == "mainspring":
            write_app(app)
            command = mainspring("edit", app, "--port", "0", "--no-browser")
            server: contextlib.AbstractContextManager[Served] = open_command(*command)
        else:
            shutil.copytree(APPS, app)
            server = open_peer(name, PEERS[name], app)
        with server as served:
            page = new_page(browser)
            page.goto(served.url)
            if name == "mainspring":
                page.get_by_role("button", name="Use app").click()
            elif name == "writer":
                page.get_by_role("button", name="Log", exact=True).click()
            elif name == "marimo":
                run_cells(page)
            button(page, name, "tick").wait_for(timeout=60_000)
            page.evaluate(WATCH)
            yield page, served
            page.context.close()


def run_cells(page: Page) -> None:
    """Until marimo's kernel is there, nothing comes of the key."""
    deadline = time.monotonic() + LIMIT_S
    while not button(page, "marimo", "tick").count() and time.monotonic() < deadline:
        page.keyboard.press("Control+Shift+R")
        page.wait_for_timeout(1_000)


def write_app(app: Path) -> None:
    (app / "pages").mkdir(parents=True)
    (app / "main.py").write_text(MAIN, encoding="utf-8")
    buttons = [
        {"id": name, "type": "button", "fields": {"text": name}, "on": {"wf-click": name}}
        for name in ("tick", "burst")
    ]
    page = {"schema": 1, "order": 1, "id": "main", "type": "page", "children": buttons}
    (app / "pages" / "main.json").write_text(json.dumps(page), encoding="utf-8")


def button(page: Page, name: str, text: str) -> Locator:
    where = page.frame_locator("iframe[title='App']") if name == "mainspring" else page
    return where.get_by_role("button", name=text, exact=True)


def wait_for(page: Page, true: str) -> None:
    """Ask now and then; the Builder's page lets nobody have texts evaluated again and again within it.

    Raises:
        AssertionError: It isn't ``true`` within a minute.
    """
    deadline = time.monotonic() + LIMIT_S
    while not page.evaluate(true):
        assert time.monotonic() < deadline, f"not within {LIMIT_S} s: {true}"
        page.wait_for_timeout(100)


def measure(browser: Browser, name: str, lines: int, found: Printed) -> None:
    with opened(browser, name) as (page, served):
        button(page, name, "tick").click()
        wait_for(page, "printed.latency.length == 100")
        found.latency += page.evaluate("printed.latency")
        before = sum(served.memory_kib().values())
        began = page.evaluate("performance.now()")
        button(page, name, "burst").click()
        wait_for(page, "printed.over > 1")
        # The click in a frame of its own is not seen by the page around it.
        took = page.evaluate("printed.over") - max(began, page.evaluate("printed.began ?? 0"))
        found.lines_a_second.append(lines / took * 1000)
        found.grown_kib.append(sum(served.memory_kib().values()) - before)


def main(*, short: bool) -> None:
    rounds, lines = (1, 500) if short else (2, 20_000)
    os.environ["LINES"] = str(lines)
    there = [name for name in PEERS if (ENVIRONMENTS / name / "bin").is_dir()]
    if missing := sorted(PEERS.keys() - set(there)):
        print(f"not installed, left out: {', '.join(missing)} (make peers)")
    names = ["mainspring", *there]
    found = {name: Printed() for name in names}
    with open_browser() as browser:
        for number in range(rounds):
            for name in names[:: -1 if number % 2 else 1]:
                try:
                    measure(browser, name, lines, found[name])
                except (AssertionError, Error) as error:
                    print(f"{name}: {str(error).splitlines()[0]}", flush=True)
    print(f"                 print → shown p50   p95 ms   {lines:,} in one go: a second   grown by, MiB")
    for name, one in found.items():
        if one.latency:
            latency = f"{name:20} {Figures.of(one.latency)}"
            burst = one.lines_a_second
            rest = (
                f"{sum(burst) / len(burst):29,.0f} {max(one.grown_kib) / 1024:15.1f}"
                if burst
                else f"      not all shown within {LIMIT_S} s"
            )
            print(latency, rest)
