"""``python -m benchmarks scroll``: frames dropped while a table of 100,000 × 50 scrolls, beside plain pages.

The bare page scrolls one empty element of the same size: what it drops, this browser on this machine drops.
The page of plain rows does what no such table does without: a dozen cells of each row that comes into view
get their texts, from a script of ten lines, in rows that stand in the page already. What is above it is ours.
A frame is dropped when the next one comes a whole frame late. Beside it: in how many frames the row at the
top of the view was still on its way from the server, and what the process that draws the page used of a
processor, which a busy machine changes less than times. Below 16.7 ms, scrolling is smooth.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import CDPSession

from .browser import new_page, open_browser
from .commands import HERE, open_command, run
from .figures import Figures

WIDE_FRAME = HERE / "apps" / "wide_frame"
BARE = """<!doctype html><title>bare</title>
<div class="table-scroll" style="height: 640px; overflow: auto">
  <div style="width: 5600px; height: 3600000px; background: linear-gradient(white, silver)"></div>
</div>"""
PLAIN = """<!doctype html><title>plain rows</title>
<style>
  .table-scroll { height: 640px; overflow: auto; font: 13px/35px system-ui }
  .rows { position: relative; width: 5600px; height: 3600000px }
  .rows > div { position: absolute; display: grid; grid-template-columns: repeat(12, 112px) 1fr;
    width: 100%; height: 36px; border-bottom: 1px solid silver; contain: size layout style }
  .rows span { overflow: hidden; padding: 0 12px; text-overflow: ellipsis; white-space: nowrap }
</style>
<div class="table-scroll"><div class="rows"></div></div>
<script>
  const [scroller, rows] = [document.querySelector(".table-scroll"), document.querySelector(".rows")];
  const drawn = Array.from({ length: 42 }, () => rows.appendChild(document.createElement("div")));
  for (const row of drawn) row.innerHTML = "<span>-</span>".repeat(12);
  const draw = () => {
    const first = Math.max(0, Math.floor(scroller.scrollTop / 36) - 12);
    for (let place = first; place < first + drawn.length; place++) {
      const row = drawn[place % drawn.length];
      if (row.place === place) continue;
      row.place = place;
      row.style.top = `${place * 36}px`;
      const text = (k) => (k % 3 ? `${(place * (k + 7)) % 9973}` : `${place} of ${k}`);
      for (let k = 0; k < 12; k++) row.children[k].firstChild.data = text(k);
    }
  };
  scroller.onscroll = draw;
  draw();
</script>"""
# Pixels a frame: to the side and down. A wheel turned fast is some 100, a fling some 400.
WAYS = {"slowly down": (0, 20), "wheel down": (0, 100), "fling down": (0, 400), "to the side": (25, 0)}
FRAME_MS = 1000 / 60

SCROLL = """async ([left, top, frames]) => {
  const element = document.querySelector(".table-scroll");
  element.scrollTo(0, top ? 5000 : 0);
  for (let i = 0; i < 30; i++) await new Promise(requestAnimationFrame);
  const intervals = [];
  let coming = 0;
  let before = await new Promise(requestAnimationFrame);
  for (let i = 0; i < frames; i++) {
    element.scrollTop += top;
    element.scrollLeft += left * (i % 400 < 200 ? 1 : -1);
    const now = await new Promise(requestAnimationFrame);
    intervals.push(now - before);
    before = now;
    const { x, y } = element.getBoundingClientRect();
    const row = document.elementFromPoint(x + 200, y + 60)?.closest("tr");
    if (row && (row.classList.contains("coming") || row.hasAttribute("aria-hidden"))) coming++;
  }
  return {intervals, coming};
}"""


def dropped(intervals: list[float]) -> int:
    """How many frames of sixty a second came to nothing."""
    return sum(max(0, round(interval / FRAME_MS) - 1) for interval in intervals)


def main(*, short: bool) -> None:
    frames = 30 if short else 300
    print("frames of 16.7 ms              dropped of      coming     p50      p95 ms   CPU ms a frame")
    with open_browser() as browser, open_command(*run(WIDE_FRAME)) as served:
        pages = {name: new_page(browser) for name in ("bare page", "plain rows", "dataframe")}
        processes = browser.new_browser_cdp_session()
        pages["bare page"].set_content(BARE)
        pages["plain rows"].set_content(PLAIN)
        pages["dataframe"].goto(served.url)
        pages["dataframe"].locator("tbody tr[aria-rowindex]").first.wait_for()
        for way, (left, top) in WAYS.items():
            for name, page in pages.items():
                page.bring_to_front()
                before = renderer_s(processes)
                told = page.evaluate(SCROLL, [left, top, frames])
                print_way(f"{name}, {way}", told, (renderer_s(processes) - before) * 1000 / frames)


def renderer_s(processes: CDPSession) -> float:
    """Processor seconds that the browser's processes for pages have used until now."""
    found = processes.send("SystemInfo.getProcessInfo")["processInfo"]
    return sum(float(each["cpuTime"]) for each in found if each["type"] == "renderer")


def print_way(name: str, told: Any, cpu_ms: float) -> None:
    intervals, coming = told["intervals"], told["coming"]
    counts = f"{dropped(intervals):8} {len(intervals):4} {coming:9}"
    print(f"{name:29} {counts}    {Figures.of(intervals)}   {cpu_ms:12.1f}")
