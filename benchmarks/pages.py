"""``python -m benchmarks pages``: the Builder with large pages: opening one, an edit of it, a drag over it.

Opening is from the address typed to the last component drawn in the canvas and the last row in the tree. An edit's
times are what the page's only thread worked, for the Builder and the app in its canvas together: for them, no key
was answered. A drag's are the intervals of frames while the pointer moves all over the tree, beside an empty page
moved over alike, and the age of the insertion mark: how many frames it comes behind the pointer.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from .browser import new_page, open_browser
from .commands import mainspring, open_command
from .figures import Figures

SIZES = (10, 100, 500, 1000)
KINDS = ("text", "button", "text_input", "checkbox")
FRAME_MS = 1000 / 60


# What the hands of a test do costs the page time as well: these cost as little as a key does.
SEEN = """([id, text]) => {
  const element = document.querySelector(`[data-component=${id}]`);
  const done = new Promise((resolve) => {
    new MutationObserver(() => element.textContent.includes(text) && resolve(true))
      .observe(element, {subtree: true, childList: true, characterData: true});
  });
  return {done};
}"""
TYPED = """(field, text) => {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, text);
  field.dispatchEvent(new Event("input", {bubbles: true}));
}"""


def component(kind: str, number: int) -> dict[str, Any]:
    label = {"text": "text", "button": "text"}.get(kind, "label")
    return {"id": f"{kind}_{number}", "type": kind, "fields": {label: f"{kind} {number}"}}


@contextlib.contextmanager
def open_app(size: int) -> Iterator[Path]:
    """An app with a page of ``size`` components: sections of nine others each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "app")
        (folder / "pages").mkdir(parents=True)
        (folder / "main.py").write_text("", encoding="utf-8")
        sections = []
        for first in range(0, size, 10):
            inner = [component(KINDS[i % len(KINDS)], first + i) for i in range(1, 10)]
            sections.append({"id": f"section_{first}", "type": "section", "fields": {}, "children": inner})
        page = {"schema": 1, "order": 1, "id": "main", "type": "page", "children": sections}
        (folder / "pages" / "main.json").write_text(json.dumps(page), encoding="utf-8")
        yield folder


def main(*, short: bool) -> None:
    edits = 3 if short else 20
    print("components      open s   an edit: worked ms (p50, p95)   long tasks   frame ms of a drag (p50, p95)  late")
    with open_browser() as browser:
        for size in SIZES[:2] if short else SIZES:
            with open_app(size) as folder, open_command(*mainspring("edit", folder, "--port", "0", "--no-browser")) as served:
                print(f"{size:10} {measured(browser, served.url, size, edits)}", flush=True)


def measured(browser: Browser, url: str, size: int, edits: int) -> str:
    page = new_page(browser)
    page.goto(url)
    opened(page, size)
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        page.reload()
        opened(page, size)
        seconds.append(time.perf_counter() - began)
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable")
    page.locator("#row-button_1").click()
    page.get_by_role("textbox", name="Text", exact=True).wait_for()
    worked = [edited(page, tools, turn) for turn in range(edits)]
    page.close()
    return f"{sorted(seconds)[1]:11.2f} {Figures.of(worked)}"


def opened(page: Page, size: int) -> None:
    page.locator("[role=treeitem]").nth(size).wait_for(state="attached")
    last = f"[data-component={KINDS[9 % len(KINDS)]}_{size - 1}]"
    page.frame_locator("iframe[title=App]").locator(last).wait_for()


def edited(page: Page, tools: CDPSession, turn: int) -> float:
    """Type into a field of the settings; the milliseconds that the page's thread worked until all is drawn."""
    app = page.frames[1]
    seen = app.evaluate_handle(SEEN, ["button_1", f"edit {turn}"])
    field = page.get_by_role("textbox", name="Text", exact=True).element_handle()
    page.wait_for_timeout(300)
    before = task_s(tools)
    field.evaluate(TYPED, f"edit {turn}")
    seen.evaluate("seen => seen.done")
    page.wait_for_timeout(300)
    return (task_s(tools) - before) * 1000


def task_s(tools: CDPSession) -> float:
    metrics = tools.send("Performance.getMetrics")["metrics"]
    return next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration")
