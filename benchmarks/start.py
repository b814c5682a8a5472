"""``python -m benchmarks start``: from a command to something to use, and what the processes hold then.

From the start of ``mainspring run`` to the app's text in a page; from that of ``mainspring edit`` to a
Builder with its tree, its canvas and its status; and the page alone on a warm server. The floor stands beside
them. A browser context is used once: nothing is cached. Memory is the proportional set size of all processes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from mainspring.builder.settings import examples_folder
from playwright.sync_api import Browser, Page

from .browser import new_page, open_browser
from .commands import COUNTER, Command, Served, floor, mainspring, open_command, open_copy, run
from .figures import Figures


def app_shown(page: Page) -> None:
    page.evaluate("bench.shown('count: \\\\d')")


def builder_usable(page: Page) -> None:
    """A component answers when it is chosen, the app is in the canvas, and what runs is said."""
    page.locator("#row-count_button").click()
    page.get_by_role("textbox", name="Text", exact=True).wait_for()
    page.frame_locator("iframe[title=App]").get_by_role("button", name="One more").wait_for()
    page.get_by_role("status").filter(has_text="live").first.wait_for()


def edit(hello: Path) -> Command:
    return mainspring("edit", hello, "--port", "0", "--no-browser")


Shown = Callable[[Page], None]
# Each with the app of the counter and a copy of the example, as somebody has it who tries Mainspring.
KINDS: Final[dict[str, tuple[Callable[[Path, Path], Command], Shown]]] = {
    "floor": (lambda counter, hello: floor(), app_shown),
    "mainspring run": (lambda counter, hello: run(counter), app_shown),
    "mainspring edit": (lambda counter, hello: edit(hello), builder_usable),
}


def started(browser: Browser, command: Command, shown: Shown) -> tuple[float, float]:
    """Seconds from the command until it is ``shown``, and MiB of all its processes then."""
    page = new_page(browser)
    begun = time.perf_counter()
    with open_command(*command) as served:
        page.goto(served.url, wait_until="commit")
        shown(page)
        seconds = time.perf_counter() - begun
        held = memory_mib(served)
        page.context.close()
    return seconds, held


def memory_mib(served: Served) -> float:
    return sum(served.memory_kib().values()) / 1024 if sys.platform == "linux" else 0.0


def loaded(browser: Browser, served: Served, times: int) -> list[float]:
    """Seconds from asking for the page to its text, on a server that has served it before."""
    taken = []
    for _ in range(times + 1):
        page = new_page(browser)
        begun = time.perf_counter()
        page.goto(served.url, wait_until="commit")
        app_shown(page)
        taken.append(time.perf_counter() - begun)
        page.context.close()
    return taken[1:]


def main(*, short: bool) -> None:
    rounds, times = (1, 2) if short else (5, 10)
    with (
        open_copy(COUNTER) as app,
        open_copy(examples_folder() / "hello") as hello,
        open_browser() as browser,
    ):
        seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
        held: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for number in range(rounds):
            for kind, (command, shown) in list(KINDS.items())[:: -1 if number % 2 else 1]:
                taken, mib = started(browser, command(app, hello), shown)
                seconds[kind].append(taken)
                held[kind].append(mib)
        print("start to shown, s              p50      p95       MiB PSS")
        for kind in KINDS:
            print(f"{kind:25} {_two(seconds[kind])}      {max(held[kind]):8.1f}")
        print("a page, warm server, s         p50      p95")
        for kind in ("floor", "mainspring run"):
            with open_command(*KINDS[kind][0](app, hello)) as served:
                print(f"{kind:25} {_two(loaded(browser, served, times))}")


def _two(series: list[float]) -> str:
    figures = Figures.of([*series, *series][: max(2, len(series))])
    return f"{figures.p50:8.2f} {figures.p95:8.2f}"
