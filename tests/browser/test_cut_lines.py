"""The line between a page and its service breaks at any moment: each click counts once, no text is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from commands import open_command
from cutting_proxy import Cut, Direction, Proxy, cutting_proxy
from playwright.async_api import Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({"count": 0})


    def add(state):
        state["count"] += 1


    async def add_later(state):
        import asyncio

        await asyncio.sleep(0.05)
        state["count"] += 1
"""
PARTS = [
    text("Count: @{count}.", "shown"),
    button("go", "add"),
    button("later", "add_later"),
    {"id": "name", "type": "text_input", "fields": {"label": "Name"}},
]


@pytest_asyncio.fixture(loop_scope="session")
async def proxy(page: Page, tmp_path: Path) -> AsyncIterator[Proxy]:
    folder = write_app(tmp_path / "app", MAIN, main=PARTS)
    async with cutting_proxy() as made:
        host = f"127.0.0.1:{made.port}"
        async with open_command("run", folder, "--port", "0", "--allowed-host", host) as command:
            made.target = int(command.origin.rpartition(":")[2])
            await page.goto(f"http://{host}/")
            await expect(page.get_by_text("Count: 0.")).to_be_visible()
            yield made


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("before", [True, False], ids=["before the frame", "behind the frame"])
async def test_wherever_the_line_is_cut_each_click_counts_once(
    page: Page, proxy: Proxy, direction: Direction, before: bool
) -> None:
    await page.get_by_label("Name").fill("Ada")
    clicks = 0
    for frames in range(1, 7):
        for name in ("Go", "Later"):
            proxy.cut = Cut(direction, frames, before)
            while proxy.cut is not None:
                clicks += 1
                await page.get_by_role("button", name=name).click()
                if clicks % 2:
                    await expect(page.get_by_text(f"Count: {clicks}.")).to_be_visible()
            await expect(page.get_by_text(f"Count: {clicks}.")).to_be_visible()

    assert proxy.cuts == 12
    await expect(page.get_by_label("Name")).to_have_value("Ada")
    # And once more without a cut: no click is still under way.
    proxy.cut = None
    await page.get_by_role("button", name="Go").click()
    await expect(page.get_by_text(f"Count: {clicks + 1}.")).to_be_visible()


async def test_the_page_says_that_it_is_offline_and_when_it_is_back(page: Page, proxy: Proxy) -> None:
    await page.get_by_label("Name").fill("Ada")
    proxy.dead = True
    proxy.drop_all()
    bar = page.get_by_role("status").filter(has_text="connection")
    await expect(bar).to_be_visible()
    await page.get_by_label("Name").press_sequentially(" Lovelace")
    await page.get_by_role("button", name="Go").click()

    proxy.dead = False

    await expect(page.get_by_text("Count: 1.")).to_be_visible()
    await expect(bar).to_have_count(0)
    await expect(page.get_by_label("Name")).to_have_value("Ada Lovelace")
