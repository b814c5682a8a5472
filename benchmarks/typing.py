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
# Typed first: no key of it opens a list, so it takes what the editor and a frame of the screen take anyway.
COMMENT = "# as it is"
PAUSE_MS = 90
ROUNDS = 3

# By kind: milliseconds, and what had been typed then.
Taken = dict[str, list[tuple[float, str]]]

# Painted: the list fits what is typed, and a frame with it is behind us. Watched from within the page, frame
# by frame, so that nothing of the way to this process is in it.
INSTRUMENT = """window.typing = {
  pressed: 0,
  word: null,
  taken: null,
  start() {
    addEventListener("keydown", (event) => {
      this.pressed = event.timeStamp;
      if (this.word !== null) this.watch(this.word, event.timeStamp);
      this.word = null;
    }, true);
  },
  expect(word) {
    this.word = word;
    this.taken = new Promise((resolve) => { this.told = resolve; });
  },
  fits(word) {
    const row = document.querySelector(".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled) li");
    if (!row) return false;
    const matched = [...row.querySelectorAll(".cm-completionMatchedText")].map((e) => e.textContent).join("");
    return matched.toLowerCase() === word.toLowerCase();
  },
  watch(word, pressed) {
    this.there = null;
    const look = () => {
      if (word === undefined || !this.fits(word)) return;
      this.there = performance.now() - pressed;
      seen.disconnect();
    };
    const seen = new MutationObserver(look);
    seen.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
    const tell = (taken) => {
      seen.disconnect();
      this.told(taken);
    };
    const frame = () => {
      if (word === undefined || this.fits(word)) setTimeout(() => tell(performance.now() - pressed));
      else if (performance.now() > pressed + 5000) tell(null);
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  },
  async usable() {
    while (!document.querySelector(".cm-line")) await new Promise(requestAnimationFrame);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - this.pressed;
  },
}; typing.start();"""

# What takes the processes behind it longer than any object of the project or the standard library.
FRAMES = ('state["frame"].', "pd.DataFrame().")


def main(*, short: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder, "app")
        write_app(app)
        opened: list[float] = []
        taken: Taken = {
            "key without a list": [],
            "key, in the page": [],
            "key": [],
            "dot": [],
            "dot of a frame": [],
            "first pd.": [],
        }
        with open_browser() as browser:
            for number in range(1 if short else ROUNDS):
                with open_command(*mainspring("edit", app, "--port", "0", "--no-browser")) as served:
                    measure(open_pane(browser, served.url, opened), taken, short=short)
                print(f"round {number + 1}: {len(taken['key'])} keys", flush=True)
        print("                                   p50      p95 ms   of")
        series = {name: [ms for ms, _ in each] for name, each in taken.items()} | {"pane usable": opened}
        for name, each in series.items():
            if each:
                print(f"{name:29} {Figures.of([*each, *each][: max(2, len(each))])}   {len(each):4}")
        slowest = sorted((each for all_ in taken.values() for each in all_), reverse=True)[:8]
        print("slowest: " + ", ".join(f"{typed} {ms:.0f}" for ms, typed in slowest))
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


def measure(page: Page, taken: Taken, *, short: bool) -> None:
    for key in COMMENT:
        page.evaluate("() => typing.expect(undefined)")
        page.keyboard.type(key)
        taken["key without a list"].append((page.evaluate("() => typing.taken"), COMMENT))
        page.wait_for_timeout(PAUSE_MS)
    _clear(page)
    for number, line in enumerate(SESSION[:3] if short else SESSION):
        word = ""
        for position, key in enumerate(line):
            typed = line[: position + 1]
            word = word + key if key.isalnum() or key == "_" else ""
            if word or key == "." or typed.endswith('["'):
                page.evaluate("(word) => typing.expect(word)", word)
                page.keyboard.type(key)
                ms = page.evaluate("() => typing.taken")
                if ms is None:
                    print(f"no list within 5 s: {typed}", flush=True)
                else:
                    kind = _kind(typed, first=number == 0)
                    taken[kind].append((ms, typed))
                    there = page.evaluate("() => typing.there")
                    if kind == "key" and there is not None:
                        taken["key, in the page"].append((there, typed))
            else:
                page.keyboard.type(key)
            page.wait_for_timeout(PAUSE_MS)
        _clear(page)


def _clear(page: Page) -> None:
    """Empty the line, also of brackets that closed themselves."""
    for press in ("Escape", "End", "Shift+Home", "Delete"):
        page.keyboard.press(press)


def _kind(typed: str, *, first: bool) -> str:
    if not typed.endswith("."):
        return "key"
    return "first pd." if first else "dot of a frame" if typed in FRAMES else "dot"


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
