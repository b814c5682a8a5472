"""A timer runs a handler again and again: while it is active, and never on top of itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser_apps import button, text, write_app
from commands import open_command
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    import threading

    from mainspring.runtime import init_state

    GO = threading.Semaphore(0)
    inside = 0

    init_state({"on": False, "begun": 0, "ended": 0, "most": 0})


    def turn(state):
        state["on"] = not state["on"]


    def let_go(state):
        GO.release()


    def tick(state):
        global inside
        inside += 1
        state["begun"] += 1
        state["most"] = max(state["most"], inside)
        yield
        GO.acquire()
        inside -= 1
        state["ended"] += 1
        if state["ended"] == 3:
            raise ValueError("the third run goes wrong")
"""
TIMER = {
    "id": "clock", "type": "timer", "fields": {"interval": 0.1, "active": "@{on}"}, "on": {"wf-tick": "tick"},
}  # fmt: skip
PAGE = [
    text("Begun @{begun}, ended @{ended}, at most @{most} at once; on: @{on}", "told"),
    button("turn", "turn"),
    button("let_go", "let_go"),
    TIMER,
]


async def test_a_timer_runs_while_it_is_active_one_run_at_a_time_and_goes_on_after_an_error(
    page: Page, tmp_path: Path
) -> None:
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    async with open_command("run", write_app(tmp_path / "app", MAIN, main=PAGE), "--port", "0") as served:
        await page.clock.install()
        await page.goto(served.url)
        await expect(page.get_by_text("Begun 0, ended 0")).to_be_visible()

        await page.get_by_role("button", name="Turn").click()
        for run in range(1, 5):
            await expect(page.get_by_text(f"Begun {run}, ended {run - 1}, at most 1 at once")).to_be_visible()
            await page.clock.run_for(1_000)  # Ten intervals pass while it runs.
            await page.get_by_role("button", name="Let go").click()

        await expect(page.get_by_text("Begun 5, ended 4, at most 1 at once")).to_be_visible()
        await page.get_by_role("button", name="Turn").click()
        await expect(page.get_by_text("on: false")).to_be_visible()
        await page.get_by_role("button", name="Let go").click()
        await expect(page.get_by_text("Begun 5, ended 5")).to_be_visible()
        assert sum("wf-tick" in frame for frame in sent) == 5
