"""``python -m benchmarks beside``: a click and a start, beside other frameworks where those are installed.

The same smallest app for each: a button, a counter in Python, a text. ``make peers`` installs them, each into
an environment of its own below ``build/peers``; one that isn't there is left out, and named. Odd rounds run
in reverse order. A click ends with the new text in the document, a start with the text in a page.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Browser, Error

from .browser import new_page, open_browser
from .commands import HERE, Served, floor, free_port, open_command, run
from .figures import Figures

ENVIRONMENTS: Final = HERE.parent / "build" / "peers"
APPS: Final = HERE / "peers"
STARTED_S: Final = 60.0


@dataclass(frozen=True)
class Peer:
    """How a peer's app is started; ``{port}`` stands for the port in arguments and variables."""

    command: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)


PEERS: Final[Mapping[str, Peer]] = {
    "nicegui": Peer(("python", str(APPS / "nicegui_app.py")), {"PORT": "{port}"}),
    "streamlit": Peer(
        (
            *("streamlit", "run", str(APPS / "streamlit_app.py"), "--server.port", "{port}"),
            *(
                "--server.address",
                "127.0.0.1",
                "--server.headless",
                "true",
                "--server.fileWatcherType",
                "none",
            ),
        ),
        {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"},
    ),
    "gradio": Peer(
        ("python", str(APPS / "gradio_app.py")),
        {
            "GRADIO_ANALYTICS_ENABLED": "False",
            "GRADIO_SERVER_NAME": "127.0.0.1",
            "GRADIO_SERVER_PORT": "{port}",
            "GRADIO_SSR_MODE": "False",
        },
    ),
    "dash": Peer(("python", str(APPS / "dash_app.py")), {"PORT": "{port}"}),
}


@contextlib.contextmanager
def open_peer(name: str, peer: Peer, app: Path = APPS) -> Iterator[Served]:
    """Run a peer's app; the block begins once it answers. ``{app}`` in its command stands for ``app``.

    Raises:
        AssertionError: It ended, or didn't answer within a minute.
    """
    port, binaries = str(free_port()), ENVIRONMENTS / name / "bin"
    program, *arguments = (part.format(port=port, app=app) for part in peer.command)
    variables = {key: value.format(port=port) for key, value in peer.variables.items()}
    process = subprocess.Popen(
        [binaries / program, *arguments],
        cwd=app,
        env={**os.environ, "PATH": f"{binaries}:{os.environ['PATH']}", "DO_NOT_TRACK": "1", **variables},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        url, deadline = f"http://127.0.0.1:{port}/", time.monotonic() + STARTED_S
        while not _answers(url):
            assert process.poll() is None, f"{name} ended with {process.returncode}"
            assert time.monotonic() < deadline, f"{name} didn't answer within {STARTED_S:.0f} s"
            time.sleep(0.01)
        yield Served(url, process.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 (an address of our own)
            return bool(answer.status == 200)
    except OSError:
        return False


@contextlib.contextmanager
def opened(name: str) -> Iterator[str]:
    """Run a peer's app, or the floor or Mainspring; the block gets its URL."""
    if name in PEERS:
        with open_peer(name, PEERS[name]) as served:
            yield served.url
    else:
        with open_command(*(floor() if name == "floor" else run())) as served:
            yield served.url


def measured(
    browser: Browser, server: contextlib.AbstractContextManager[str], clicks: int
) -> tuple[float, list[float]]:
    """Seconds from the command to its text in a page, and milliseconds of each click."""
    page = new_page(browser)
    begun = time.perf_counter()
    with server as url:
        page.goto(url, wait_until="commit")
        page.get_by_role("button", name="Increment").wait_for()
        page.evaluate("bench.shown('count: \\\\d')")
        seconds = time.perf_counter() - begun
        page.wait_for_timeout(1_000)
        page.evaluate("bench.clicks(10, 30)")
        taken: list[float] = page.evaluate("(times) => bench.clicks(times, 30)", clicks)
        page.context.close()
    return seconds, taken


def main(*, short: bool) -> None:
    rounds, clicks = (1, 5) if short else (2, 100)
    there = [name for name in PEERS if (ENVIRONMENTS / name / "bin").is_dir()]
    if missing := sorted(PEERS.keys() - set(there)):
        print(f"not installed, left out: {', '.join(missing)} (make peers)")
    names = ["floor", "mainspring", *there]
    starts: dict[str, list[float]] = {name: [] for name in names}
    took: dict[str, list[float]] = {name: [] for name in names}
    with open_browser() as browser:
        for number in range(rounds):
            for name in names[:: -1 if number % 2 else 1]:
                try:
                    seconds, taken = measured(browser, opened(name), clicks)
                except (AssertionError, Error) as error:
                    print(f"{name} could not be measured: {error}")
                    continue
                starts[name].append(seconds)
                took[name] += taken
    print("                       click p50      p95 ms     start to shown, s")
    for name in names:
        if took[name]:
            print(f"{name:20} {Figures.of(took[name])}      {median(starts[name]):14.2f}")
    best = min((median(took[name]) for name in there if took[name]), default=None)
    if best is not None:
        print(f"mainspring : best of the others {median(took['mainspring']) / best:8.2f}")
    print(f"mainspring : floor              {median(took['mainspring']) / median(took['floor']):8.2f}")
