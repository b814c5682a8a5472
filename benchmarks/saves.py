"""``python -m benchmarks saves``: from a save by another editor to the new text, beside other frameworks.

The same smallest app for each, in a copy, in the mode in which it loads its code anew, with its page open.
Those that aren't installed (``make peers``) are left out, and named. Odd rounds run in reverse order.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Browser, Error, Page

from .beside import APPS, ENVIRONMENTS, Peer, open_peer
from .browser import PREVIEW_URL, new_page, open_browser
from .commands import COUNTER, mainspring, open_command
from .reload import one_reload, write

# The page is asked for its count by the words in it.
COUNT: Final = "Number(/count: (\\d+)/.exec(document.body.textContent)[1])"
PAUSE_MS: Final = 1_500

_streamlit = "--server.port {port} --server.address 127.0.0.1 --server.headless true --server.runOnSave true"
PEERS: Final = {
    "streamlit": Peer(
        ("streamlit", "run", "{app}/streamlit_app.py", *_streamlit.split()),
        {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"},
    ),
    "nicegui": Peer(("python", "{app}/nicegui_app.py"), {"PORT": "{port}", "RELOAD": "1"}),
}


@contextlib.contextmanager
def opened(browser: Browser, name: str) -> Iterator[tuple[Page, Path]]:
    """A copy of an app, running; the block gets its page and the file that has its text."""
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder, "app")
        if name == "mainspring":
            shutil.copytree(COUNTER, app)
            with open_command(*mainspring("edit", app, "--port", "0", "--no-browser")) as served:
                builder = new_page(browser)
                builder.goto(served.url)
                page = builder.context.new_page()
                page.goto(builder.evaluate(PREVIEW_URL))
                yield page, app / "main.py"
                page.context.close()
            return
        app.mkdir()
        main = Path(shutil.copy(APPS / f"{name}_app.py", app))
        with open_peer(name, PEERS[name], app) as served:
            page = new_page(browser)
            page.goto(served.url)
            yield page, main
            page.context.close()


def saved(browser: Browser, name: str, times: int) -> tuple[list[float], int]:
    """Milliseconds from each save to its text in the open page, and how often the count was kept."""
    with opened(browser, name) as (page, main):
        page.evaluate("bench.shown('label-v1')")
        source = main.read_text(encoding="utf-8")
        taken, kept = [], 0
        for number in range(2, times + 2):
            page.get_by_role("button", name="Increment").click()
            page.wait_for_timeout(PAUSE_MS)
            before = page.evaluate(COUNT)
            begun = time.time()
            try:
                taken.append(one_reload(page, lambda text: write(page, main, text), source, number))
            except Error:  # Some load their page anew.
                page.get_by_text(f"label-v{number}").wait_for()
                taken.append((time.time() - begun) * 1000)
            page.wait_for_timeout(PAUSE_MS)
            kept += page.evaluate(COUNT) == before > 0
    return taken, kept


def main(*, short: bool) -> None:
    rounds, times = (1, 1) if short else (2, 7)
    there = [name for name in PEERS if (ENVIRONMENTS / name / "bin").is_dir()]
    if missing := sorted(PEERS.keys() - set(there)):
        print(f"not installed, left out: {', '.join(missing)} (make peers)")
    names = ["mainspring", *there]
    print(
        "save to text, median ms      "
        + "".join(f"round {number + 1:<8}" for number in range(rounds))
        + "state kept"
    )
    found: dict[str, list[tuple[float, int, int]]] = {name: [] for name in names}
    with open_browser() as browser:
        for number in range(rounds):
            for name in names[:: -1 if number % 2 else 1]:
                try:
                    taken, kept = saved(browser, name, times)
                except (AssertionError, Error) as error:
                    print(f"{name} could not be measured: {error}")
                    continue
                found[name].append((median(taken), kept, len(taken)))
    for name in names:
        medians = "".join(f"{milliseconds:<14.0f}" for milliseconds, _, _ in found[name])
        kept = sum(each for _, each, _ in found[name])
        print(f"{name:28} {medians}{kept} of {sum(times for _, _, times in found[name])}")
