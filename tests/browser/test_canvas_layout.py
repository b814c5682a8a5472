"""The Builder knows where the components on its canvas are, whatever has moved them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from browser_apps import button, text, write_app
from commands import open_command
from playwright.async_api import Frame, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({"words": "Few", "more": False, "look": "plain"})


    def grow(state):
        state["words"] = "Many words. " * 60


    def show(state):
        state["more"] = True


    def restyle(state):
        state["look"] = "wide"
"""
LISTEN = """() => addEventListener("message", ({data}) => {
    if (data?.type === "layout") window.told = Object.fromEntries(data.items.map(({id, rect}) => [id, rect]));
})"""
DRAWN = """() => Object.fromEntries([...document.querySelectorAll("[data-component]")].map((element) => {
    const {x, y, width, height} = element.getBoundingClientRect();
    return [element.dataset.component, {x, y, width, height}];
}))"""


def section(name: str, *children: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "type": "section", "children": list(children), **more}


def columns() -> dict[str, Any]:
    inner = [
        {"id": f"column_{each}", "type": "column", "children": [text("Inside", f"in_{each}")]}
        for each in "ab"
    ]
    return {"id": "columns", "type": "columns", "children": inner}


async def see_it_known(page: Page, frame: Frame, what: str) -> None:
    """The Builder knows, at once or with the next frames, where all components are now."""
    try:
        async with asyncio.timeout(15):
            while await page.evaluate("window.told") != await frame.evaluate(DRAWN):
                await page.evaluate("() => new Promise(requestAnimationFrame)")
    except TimeoutError:
        pytest.fail(f"after {what} the Builder knows {await page.evaluate('window.told')}")


async def test_places_are_known_after_everything_that_moves_components(page: Page, tmp_path: Path) -> None:
    folder = write_app(
        tmp_path / "app",
        MAIN,
        main=[
            section("first", text("@{words}", "words"), button("grow", "grow")),
            section("hidden", text("More of it", "more"), visible="@{more}"),
            section("second", text("Stays", "stays"), columns(), fields={"css_class": "@{look}"}),
            section("last", button("show", "show"), button("restyle", "restyle")),
        ],
    )
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        app = page.frame_locator("iframe[title='App']")
        await expect(app.get_by_role("button", name="Restyle")).to_be_visible()
        await page.evaluate(LISTEN)
        await page.get_by_role("button", name="Use app").click()
        frame = page.frames[1]
        field = page.get_by_role("region", name="Settings").get_by_label("Text", exact=True)

        await app.get_by_role("button", name="Grow").click()
        await expect(app.get_by_text("Many words.")).to_be_visible()
        await see_it_known(page, frame, "words of state that push others down")
        await app.get_by_role("button", name="Show").click()
        await expect(app.get_by_text("More of it")).to_be_visible()
        await see_it_known(page, frame, "a section that comes")
        # Neither this nor a longer word on a button makes the section another size.
        await frame.add_style_tag(content=".wide { padding-left: 60px; }")
        await app.get_by_role("button", name="Restyle").click()
        await expect(app.locator(".wide")).to_be_visible()
        await see_it_known(page, frame, "a class around others")
        await frame.evaluate("window.scrollBy(0, -25)")
        await see_it_known(page, frame, "a scroll")
        await page.locator("#row-show").click()
        await field.fill("Show all of it")
        await expect(app.get_by_role("button", name="Show all of it")).to_be_visible()
        await see_it_known(page, frame, "a longer button")
        await page.locator("#row-in_a").click()
        await field.fill("Two\n\nparagraphs")
        await expect(app.get_by_text("paragraphs")).to_be_visible()
        await see_it_known(page, frame, "typing in the settings")
        await page.locator("#row-stays").click()
        await page.keyboard.press("Delete")
        await expect(app.get_by_text("Stays")).to_have_count(0)
        await see_it_known(page, frame, "a component that goes")
        await page.get_by_role("button", name="Undo").click()
        await expect(app.get_by_text("Stays")).to_be_visible()
        await see_it_known(page, frame, "undo")
        await page.locator("#row-first").click()
        await page.keyboard.press("Alt+ArrowDown")
        await expect(app.locator("[data-component=hidden] + [data-component=first]")).to_be_visible()
        await see_it_known(page, frame, "a move")
        wide = await frame.evaluate("innerWidth")
        await page.get_by_role("button", name="Phone").click()
        await frame.wait_for_function(f"innerWidth < {wide}")
        await see_it_known(page, frame, "another width")
