"""``python -m benchmarks reload``: from a save to the new text in the open page, state kept.

Two apps, one that imports nothing and one that imports pandas and plotly; each saved by another editor
(which is seen by watching the folder) and from the Builder (which says so itself).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from .browser import PREVIEW_URL, new_page, open_browser
from .commands import COUNTER, mainspring, open_command
from .figures import Figures

IMPORTS = {
    "hello": "",
    "pandas and plotly": "import pandas\nimport plotly.express\nimport plotly.graph_objects\n",
}
# What the app imports is learned from its first start, and the template needs a moment to load it.
WARM_UP = 6
PAUSE_MS = 150
WARM_UP_PAUSE_MS = 1_500

SAVE = """async (text) => {
  const bootstrap = JSON.parse(document.getElementById("bootstrap").textContent);
  const headers = {"Content-Type": "application/json", "X-Mainspring-Token": bootstrap.write_token};
  const file = await (await fetch("api/files/main.py")).json();
  const started = performance.timeOrigin + performance.now();
  const body = JSON.stringify({text, base_digest: file.digest});
  const answer = await fetch("api/files/main.py", {method: "PUT", headers, body});
  if (!answer.ok) throw new Error(await answer.text());
  return started;
}"""


def reloads(browser: Browser, imports: str, way: str, times: int, warm_up: int) -> tuple[list[float], int]:
    """Milliseconds from each save to its text in the page, and how often the session's state was kept."""
    taken: list[float] = []
    kept = 0
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder, "app")
        shutil.copytree(COUNTER, app)
        main = app / "main.py"
        source = imports + main.read_text(encoding="utf-8")
        main.write_text(source, encoding="utf-8")
        with open_command(*mainspring("edit", app, "--port", "0", "--no-browser")) as served:
            builder = new_page(browser)
            builder.goto(served.url)
            page = builder.context.new_page()
            page.goto(builder.evaluate(PREVIEW_URL))
            page.evaluate("bench.shown('count: \\\\d')")
            page.evaluate("bench.clicks(3, 10)")
            save = {"another editor": lambda text: write(page, main, text)}.get(
                way, lambda text: float(builder.evaluate(SAVE, text))
            )
            for number in range(2, times + warm_up + 2):
                page.wait_for_timeout(PAUSE_MS if number >= warm_up else WARM_UP_PAUSE_MS)
                milliseconds = one_reload(page, save, source, number)
                if number >= warm_up + 2:
                    taken.append(milliseconds)
                    kept += page.evaluate("document.body.textContent.includes('count: 3')")
            builder.context.close()
    return taken, kept


def one_reload(page: Page, save: Callable[[str], float], source: str, number: int) -> float:
    shown = page.evaluate_handle(f"({{shown: bench.shown('label-v{number}(?!\\\\d)')}})")
    started = save(source.replace("label-v1", f"label-v{number}"))
    return float(shown.evaluate("(waiting) => waiting.shown")) - started


def write(page: Page, main: Path, text: str) -> float:
    started = page.evaluate("performance.timeOrigin + performance.now()")
    main.write_text(text, encoding="utf-8")
    return float(started)


def main(*, short: bool) -> None:
    times, warm_up = (2, 1) if short else (40, WARM_UP)
    print("save to text, milliseconds                    p50      p95   state kept")
    with open_browser() as browser:
        for app, imports in IMPORTS.items():
            for way in ("another editor", "the Builder"):
                taken, kept = reloads(browser, imports, way, times, warm_up)
                print(f"{app:20} {way:15} {Figures.of(taken)}   {kept} of {len(taken)}", flush=True)


if __name__ == "__main__":
    main(short="--short" in sys.argv)
