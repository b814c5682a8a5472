"""``python -m benchmarks click``: from a click to the new text in the page, beside the floor.

Odd rounds run in reverse order, so that a slow minute hits both sides.
"""

from __future__ import annotations

from playwright.sync_api import Browser

from .browser import new_page, open_browser
from .commands import SERVERS, Command, open_command
from .figures import Figures


def clicks(browser: Browser, command: Command, times: int) -> list[float]:
    """Milliseconds from a click to the new text in the document, one after the other."""
    with open_command(*command) as served:
        page = new_page(browser)
        page.goto(served.url)
        page.evaluate("bench.shown('count: \\\\d')")
        page.evaluate("bench.clicks(20, 10)")
        taken: list[float] = page.evaluate("(times) => bench.clicks(times, 20)", times)
        page.context.close()
    return taken


def main(*, short: bool) -> None:
    times, rounds = (10, 1) if short else (200, 2)
    runs: dict[str, list[float]] = {name: [] for name in SERVERS}
    with open_browser() as browser:
        for number in range(rounds):
            for name in list(SERVERS)[:: -1 if number % 2 else 1]:
                runs[name] += clicks(browser, SERVERS[name](), times)
    figures = {name: Figures.of(series) for name, series in runs.items()}
    print("click to text, milliseconds        p50      p95")
    for name, figure in figures.items():
        print(f"{name:29}{figure}")
    print(f"mainspring : floor            {figures['mainspring'].p50 / figures['floor'].p50:8.2f}")
