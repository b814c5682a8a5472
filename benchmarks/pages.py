"""``python -m benchmarks pages``: the Builder with large pages: opening one, an edit of it, a drag over it.

Opening is from the reload to the last component drawn in the canvas and the last row in the tree. An
edit's time is what the page's only thread worked, for the Builder and the app in its canvas together: so
long no key is answered. A drag's is from a move of the pointer to the insertion mark at its new place.
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


# For each move of the pointer: the milliseconds until the insertion mark has moved, and whether a frame
# was shown meanwhile. The moves are wide enough for each to have another mark.
WATCH = """() => {
  const told = {ms: [], late: 0, unanswered: 0};
  let shown = 0, moved = null;
  const frame = () => { shown++; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  window.addEventListener("pointermove", () => {
    if (moved) told.unanswered++;
    moved = {at: performance.now(), shown};
  }, {capture: true});
  new MutationObserver((changes) => {
    if (!moved || !changes.some(({target}) => target.classList.contains("drop-line"))) return;
    told.ms.push(performance.now() - moved.at);
    if (shown - moved.shown > 1) told.late++;
    moved = null;
  }).observe(document.body, {subtree: true, attributes: true, attributeFilter: ["style"]});
  window.told = told;
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
    edits, moves = (3, 10) if short else (20, 120)
    print("                open s     an edit, CPU ms    pointer to mark, ms        marks that came")
    print("components      median        p50      p95         p50      p95        a frame late, of")
    with open_browser() as browser:
        for size in SIZES[:2] if short else SIZES:
            with open_app(size) as folder, open_command(*edit(folder)) as served:
                print(f"{size:10} {measured(browser, served.url, size, edits, moves)}", flush=True)


def edit(folder: Path) -> list[str | Path]:
    return mainspring("edit", folder, "--port", "0", "--no-browser")


def measured(browser: Browser, url: str, size: int, edits: int, moves: int) -> str:
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
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.locator("#row-button_1").click()
    page.get_by_role("textbox", name="Text", exact=True).wait_for()
    worked = [edited(page, tools, turn) for turn in range(edits)]
    told = dragged(page, moves)
    page.close()
    marks = f"{told['late'] + told['unanswered']:15} {len(told['ms']) + told['unanswered']:6}"
    return f"{sorted(seconds)[1]:11.2f} {Figures.of(worked)}    {Figures.of(told['ms'])} {marks}"


def dragged(page: Page, moves: int) -> Any:
    """Carry a new component over the canvas, from one side of other components to another."""
    canvas = page.locator("iframe[title=App]").bounding_box()
    assert canvas is not None
    x, top, height = canvas["x"] + canvas["width"] / 2, canvas["y"] + 60, canvas["height"] - 120
    page.get_by_role("button", name="Heading", exact=True).hover()
    page.mouse.down()
    page.mouse.move(x, top)
    page.mouse.move(x, top + 60)
    page.evaluate(WATCH)
    for move in range(moves):
        page.mouse.move(x, top + (move * 67) % height)
    page.keyboard.press("Escape")
    page.mouse.up()
    return page.evaluate("window.told")


def opened(page: Page, size: int) -> None:
    page.locator("[role=treeitem]").nth(size).wait_for(state="attached")
    last = f"[data-component={KINDS[9 % len(KINDS)]}_{size - 1}]"
    page.frame_locator("iframe[title=App]").locator(last).wait_for()


def edited(page: Page, tools: CDPSession, turn: int) -> float:
    """Type into a field of the settings; the milliseconds of work until all is drawn."""
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
    """Seconds that the page's thread has run scripts, found styles and laid out until now."""
    metrics = {each["name"]: float(each["value"]) for each in tools.send("Performance.getMetrics")["metrics"]}
    return metrics["ScriptDuration"] + metrics["RecalcStyleDuration"] + metrics["LayoutDuration"]
