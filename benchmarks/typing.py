"""``python -m benchmarks typing``: a typing session in the code pane, on a main.py of 600 lines with pandas.

In the page: from a key to the list of names that fits it, painted; the same from a dot; the first ``pd.`` of
a Builder that has just started; and how soon the pane can be used. Beside it, in this process: what a killed
and a hanging code worker cost the next answer, and how late the service's loop is meanwhile.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from mainspring.builder.code.code_service import CodeService, open_code_service
from playwright.sync_api import Browser, Page

from .browser import new_page, open_browser
from .commands import mainspring, open_command
from .figures import Figures

HEAD = '''import json
import os
from pathlib import Path

import pandas as pd
from mainspring.runtime import init_state

init_state({"total": 0, "person": {"name": "Ada"}, "frame": pd.DataFrame({"city": ["Oslo"], "size": [3]})})


class Cart:
    """What somebody buys."""

    def __init__(self) -> None:
        self.items: list[str] = []

    def add_item(self, name: str) -> None:
        self.items.append(name)
'''
HANDLER = '''

def handle_order_{n}(state, payload):
    """Takes order {n}."""
    amount_{n} = state["total"] + {n}
    if amount_{n} > 10:
        state["total"] = amount_{n}
    summary_{n} = json.dumps({{"order": {n}, "amount": amount_{n}}})
    print(summary_{n})
    return summary_{n}
'''
LINES = 600
# What was typed, a line each; every key is one for which there are names.
SESSION = (
    "pd.read_c",
    "os.path.joi",
    "json.dum",
    "Path.hom",
    'state["tot',
    "handle_order_1",
    'state["frame"].group',
    "Cart().add",
    "pd.DataFrame().head",
    "os.getc",
)
PAUSE_MS = 90
ROUNDS = 3

# Painted: the list fits what is typed, and a frame with it is behind us.
INSTRUMENT = """window.typing = {
  pressed: 0,
  start() { addEventListener("keydown", (event) => { this.pressed = event.timeStamp; }, true); },
  fits(word) {
    const row = document.querySelector(".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled) li");
    if (!row) return false;
    const matched = [...row.querySelectorAll(".cm-completionMatchedText")].map((e) => e.textContent).join("");
    return matched.toLowerCase() === word.toLowerCase();
  },
  async painted(word) {
    const limit = performance.now() + 5000;
    while (!this.fits(word)) {
      if (performance.now() > limit) return null;
      await new Promise(requestAnimationFrame);
    }
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - this.pressed;
  },
  async usable() {
    while (!document.querySelector(".cm-line")) await new Promise(requestAnimationFrame);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - this.pressed;
  },
}; typing.start();"""


def main(*, short: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder, "app")
        write_app(app)
        first: list[float] = []
        opened: list[float] = []
        keys: list[float] = []
        dots: list[float] = []
        with open_browser() as browser:
            for number in range(1 if short else ROUNDS):
                with open_command(*mainspring("edit", app, "--port", "0", "--no-browser")) as served:
                    measure(open_pane(browser, served.url, opened), first, keys, dots, short=short)
                print(f"round {number + 1}: {len(keys)} keys, {len(dots)} dots", flush=True)
        print("                                   p50      p95 ms   of")
        for name, series in {"key": keys, "dot": dots, "first pd.": first, "pane usable": opened}.items():
            print(f"{name:29} {Figures.of([*series, *series][: max(2, len(series))])}   {len(series):4}")
        asyncio.run(injure(app, 2 if short else 10))


def source(lines: int) -> str:
    """Handlers of an app: so many lines, or a few more."""
    code, n = HEAD, 0
    while code.count("\n") < lines:
        n += 1
        code += HANDLER.format(n=n)
    return code


def write_app(app: Path) -> None:
    (app / "pages").mkdir(parents=True)
    code = source(LINES)
    (app / "main.py").write_text(code + "\n\ndef typed_here(state):\n    pass\n    ", encoding="utf-8")
    page = '{"schema": 1, "order": 1, "id": "main", "type": "page", "children": []}'
    (app / "pages" / "main.json").write_text(page, encoding="utf-8")


def open_pane(browser: Browser, url: str, opened: list[float]) -> Page:
    """A Builder whose code pane was closed, and what opening it took."""
    page = new_page(browser)
    page.add_init_script(INSTRUMENT)
    page.goto(url)
    live = page.get_by_role("status").first.filter(has_text="live")
    live.wait_for()
    code = page.get_by_role("region", name="Code")
    if code.is_visible():
        page.keyboard.press("Control+1")
        code.wait_for(state="hidden")
    page.reload()
    live.wait_for()
    page.keyboard.press("Control+1")
    opened.append(page.evaluate("() => typing.usable()"))
    page.locator(".cm-line").first.click()
    page.keyboard.press("Control+End")
    return page


def measure(page: Page, first: list[float], keys: list[float], dots: list[float], *, short: bool) -> None:
    for number, line in enumerate(SESSION[:3] if short else SESSION):
        word = ""
        for position, key in enumerate(line):
            page.keyboard.type(key)
            word = word + key if key.isalnum() or key == "_" else ""
            named = bool(word) or key == "." or line[position - 1 : position + 1] == '["'
            taken = page.evaluate("(word) => typing.painted(word)", word) if named else None
            if named and taken is None:
                print(f"no list within 5 s: {line[: position + 1]}", flush=True)
            if taken is not None:
                (first if number == 0 and key == "." else dots if key == "." else keys).append(taken)
            page.wait_for_timeout(PAUSE_MS)
        page.keyboard.press("Escape")
        page.keyboard.press("Shift+Home")
        page.keyboard.press("Delete")


async def injure(app: Path, times: int) -> None:
    """Kill and stop the worker that answers, again and again, while somebody types."""
    lags: list[float] = []
    recovered: dict[str, list[float]] = {"killed": [], "hanging": []}
    text = (app / "main.py").read_text("utf-8")
    async with open_code_service(app) as code:
        await ask(code, text)
        watching = asyncio.create_task(watch(lags))
        for _ in range(times):
            for name, method in {"killed": signal.SIGKILL, "hanging": signal.SIGSTOP}.items():
                await code.spare_warmed()
                assert code.pid is not None
                os.kill(code.pid, method)
                start = time.perf_counter()
                await ask(code, text)
                recovered[name].append((time.perf_counter() - start) * 1000)
        watching.cancel()
    for name, series in recovered.items():
        print(f"worker {name:7} → next answer   {Figures.of(series)}   {len(series):4}")
    print(f"loop late meanwhile, p99      {quantiles(lags, n=100)[-1]:17.1f}   {len(lags):4}")


async def ask(code: CodeService, text: str) -> None:
    text += "os.getc"
    lines = text.split("\n")
    await code.ask("textDocument/completion", "main.py", text, len(lines) - 1, len(lines[-1]))


async def watch(lags: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + 0.005
        await asyncio.sleep(0.005)
        lags.append((loop.time() - due) * 1000)
