"""What tests of the Builder in a browser wait for before they go on."""

from __future__ import annotations

from playwright.async_api import Page, expect

__all__ = ["until_the_canvas_listens", "until_versions_are_live"]

# Two that took the same time are one row with a count.
LIVE = """(count) => {
    const rows = [...document.querySelectorAll("[role=log] .log-head")];
    const live = rows.filter((row) => row.querySelector(".log-words").textContent.startsWith("live in"));
    const times = live.map((row) => parseInt(row.querySelector(".log-count")?.textContent ?? "1"));
    return times.reduce((sum, each) => sum + each, 0) >= count;
}"""


async def until_the_canvas_listens(page: Page) -> None:
    """Until presses on the canvas are the Builder's: before, the page in it is an app like any other."""
    await expect(page.frame_locator("iframe[title='App']").locator("html.designing")).to_be_attached()


async def until_versions_are_live(page: Page, count: int) -> None:
    """Until so many versions of the app have begun to serve, that of the start included.

    The status says so as well, but says the same of the version before. What a version prints comes
    before it serves. The log has to be in view, and short enough to be there whole.
    """
    await page.wait_for_function(LIVE, arg=count)
