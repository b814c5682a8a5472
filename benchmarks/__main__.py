"""``python -m benchmarks [--short]``: speed, as ratios of Mainspring to the floor in the same run.

Times on a shared machine say little by themselves: read the ratios. Odd rounds run in reverse order,
so that a slow minute hits both sides.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from .browser import HERE, Figures, mainspring, new_page, open_browser, open_command

COUNTER = HERE / "apps" / "counter"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def floor() -> list[str | Path]:
    return [sys.executable, HERE / "floor" / "main.py", str(free_port())]


def clicks(browser: Browser, command: list[str | Path], times: int) -> list[float]:
    """Milliseconds from a click to the new text in the document, one after the other."""
    with open_command(*command) as url:
        page = new_page(browser)
        page.goto(url)
        page.evaluate("bench.shown('count: \\\\d')")
        page.evaluate("bench.clicks(20, 10)")
        taken: list[float] = page.evaluate("(times) => bench.clicks(times, 20)", times)
        page.context.close()
    return taken


def saves(browser: Browser, times: int) -> tuple[list[float], int]:
    """Milliseconds from an outside editor's save to the new text in the open page, and how often
    the session's counter was still there."""
    taken, kept = [], 0
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder, "counter")
        shutil.copytree(COUNTER, app)
        with open_command(*mainspring("edit", app, "--port", "0", "--no-browser")) as url:
            page = new_page(browser)
            page.goto(url)
            page.goto(page.evaluate(PREVIEW_URL))
            page.evaluate("bench.shown('count: \\\\d')")
            page.evaluate("bench.clicks(3, 10)")
            source = (app / "main.py").read_text(encoding="utf-8")
            for number in range(2, times + 2):
                shown = page.evaluate_handle(f"({{shown: bench.shown('label-v{number}(?!\\\\d)')}})")
                started = page.evaluate("performance.timeOrigin + performance.now()")
                (app / "main.py").write_text(source.replace("label-v1", f"label-v{number}"), encoding="utf-8")
                taken.append(shown.evaluate("(waiting) => waiting.shown") - started)
                kept += page.evaluate("document.body.textContent.includes('count: 3')")
    return taken, kept


# A fresh one-time address of the app's own page; the Builder's page is where it may be asked for.
PREVIEW_URL = """async () => {
  const bootstrap = JSON.parse(document.getElementById("bootstrap").textContent);
  const answer = await fetch("api/preview", {
    method: "POST",
    headers: {"Content-Type": "application/json", "X-Mainspring-Token": bootstrap.write_token},
    body: "{}",
  });
  return (await answer.json()).url;
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="few repetitions: it runs, that's all it shows")
    short = parser.parse_args().short
    times, rounds = (10, 1) if short else (200, 2)
    runs: dict[str, list[float]] = {"floor": [], "mainspring": []}
    with open_browser() as browser:
        commands = {"floor": floor, "mainspring": lambda: mainspring("run", COUNTER, "--port", "0")}
        for number in range(rounds):
            for name in list(commands)[:: -1 if number % 2 else 1]:
                runs[name] += clicks(browser, commands[name](), times)
        saved, kept = saves(browser, 3 if short else 15)
    print("milliseconds                       p50      p95")
    figures = {name: Figures.of(series) for name, series in runs.items()}
    for name, figure in figures.items():
        print(f"click to text, {name:12}   {figure}")
    ratio = figures["mainspring"].p50 / figures["floor"].p50
    print(f"click to text, mainspring : floor = {ratio:.2f}")
    print(f"save to text, mainspring      {Figures.of(saved)}   counter kept {kept} of {len(saved)}")


if __name__ == "__main__":
    main()
