"""A real Chromium, and the one instrument that every measured page gets."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

# A text counts as shown when the MutationObserver sees it in the document: the same for all.
INSTRUMENT = """
window.bench = {
  shown(pattern) {
    const wanted = new RegExp(pattern);
    return new Promise((resolve, reject) => {
      const give_up = () => { observer.disconnect(); reject(new Error(`never shown: ${pattern}`)); };
      const limit = setTimeout(give_up, 60000);
      const look = () => {
        if (!wanted.test(document.body.textContent)) return false;
        observer.disconnect();
        clearTimeout(limit);
        resolve(performance.timeOrigin + performance.now());
        return true;
      };
      const observer = new MutationObserver(look);
      if (!look()) observer.observe(document, { subtree: true, childList: true, characterData: true });
    });
  },
  async clicks(times, pause) {
    const button = [...document.querySelectorAll("button")].find((b) => b.textContent.trim() === "Increment");
    const taken = [];
    for (let i = 0; i < times; i++) {
      const count = Number(/count: (\\d+)/.exec(document.body.textContent)[1]);
      const next = bench.shown(`count: ${count + 1}(?!\\\\d)`);
      const start = performance.timeOrigin + performance.now();
      button.click();
      taken.push(await next - start);
      await new Promise((resume) => setTimeout(resume, pause));
    }
    return taken;
  },
};
"""

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


@contextlib.contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("MAINSPRING_CHROMIUM", "/usr/bin/chromium"), args=CHROMIUM_FLAGS
        )
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser: Browser) -> Page:
    """A page in a context of its own, with the instrument in it."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(INSTRUMENT)
    return context.new_page()
