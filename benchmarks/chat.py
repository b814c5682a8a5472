"""``python -m benchmarks chat``: frames that the browser drops while an answer comes at 200 tokens a second.

A frame counts as dropped when ``requestAnimationFrame`` comes a whole period late; beside it stands the same
page at rest, because a busy machine drops frames by itself.
"""

from __future__ import annotations

import os

from playwright.sync_api import Browser, Page

from .browser import new_page, open_browser
from .commands import CHAT, open_command, open_copy, run

FRAMES = """
window.frames_of = () => {
  const times = [];
  let over = false;
  const look = (time) => { times.push(time); if (!over) requestAnimationFrame(look); };
  requestAnimationFrame(look);
  return () => {
    over = true;
    const taken = times.slice(1).map((time, i) => time - times[i]);
    const dropped = taken.reduce((sum, ms) => sum + Math.max(0, Math.round(ms * 60 / 1000) - 1), 0);
    return { frames: taken.length, dropped, longest: Math.max(...taken) };
  };
};
"""


def measure(browser: Browser, url: str, tokens: int) -> list[tuple[str, dict[str, float]]]:
    """Frames at rest and while an answer comes."""
    page = new_page(browser)
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    page.add_init_script(FRAMES)
    page.goto(url)
    entry = page.get_by_placeholder("Write a message")
    # Whatever is loaded with the first answer is no part of the second.
    entry.fill("Warm up")
    entry.press("Enter")
    _until_answered(page, 1)
    page.evaluate("() => void (window.stop_frames = frames_of())")
    page.wait_for_timeout(tokens * 1000 / 200)
    rest = page.evaluate("() => stop_frames()")
    received.clear()
    page.evaluate("() => void (window.stop_frames = frames_of())")
    entry.fill("Again")
    entry.press("Enter")
    _until_answered(page, 2)
    answering = page.evaluate("() => stop_frames()")
    answering["bytes"] = sum(received) / tokens
    page.context.close()
    return [("at rest", rest), ("200 tokens/s", answering)]


def _until_answered(page: Page, answers: int) -> None:
    page.wait_for_function(
        """(answers) => {
          const busy = document.querySelector("[role=log][aria-busy=true]");
          return !busy && document.querySelectorAll(".chat-assistant").length === answers;
        }""",
        arg=answers,
        timeout=120_000,
    )


def main(*, short: bool) -> None:
    tokens = 100 if short else 2_000
    os.environ["BENCHMARK_TOKENS"] = str(tokens)
    print("                  frames   dropped   longest ms   bytes a token")
    try:
        with open_copy(CHAT) as app, open_command(*run(app)) as served, open_browser() as browser:
            for name, found in measure(browser, served.url, tokens):
                size = f"{found['bytes']:14.0f}" if "bytes" in found else ""
                print(
                    f"{name:16}{found['frames']:8.0f}{found['dropped']:10.0f}{found['longest']:13.1f}{size}"
                )
    finally:
        del os.environ["BENCHMARK_TOKENS"]
