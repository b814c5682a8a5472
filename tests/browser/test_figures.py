"""Figures as pictures and as HTML: shown, named, saved, and never run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import button, write_app
from commands import Command, open_command
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    import matplotlib.figure

    from mainspring.runtime import init_state


    class Table:
        def _repr_html_(self):
            return "<table><tr><th>Item</th></tr><tr><td onclick='window.hacked=1'>Hinge</td></tr></table>" \\
                "<script>window.hacked=1</script><img src=x onerror='window.hacked=1'>" \\
                "<style>body{display:none}</style>"


    class Drawing:
        def _repr_svg_(self):
            return "<svg xmlns='http://www.w3.org/2000/svg' width='30' height='20' onload='top.hacked=1'>" \\
                "<script>top.hacked=1</script></svg>"


    def _plot(height):
        figure = matplotlib.figure.Figure(figsize=(4, height))
        figure.subplots().plot([1, 3, 2])
        return figure


    init_state({
        "plot": _plot(3), "table": Table(), "drawing": Drawing(), "plotly": {"data": [], "layout": {}},
    })


    def redraw(state):
        state["plot"] = _plot(2)
"""


def figure(name: str, **fields: Any) -> dict[str, Any]:
    return {"id": f"shown_{name}", "type": "figure", "fields": {"figure": f"@{{{name}}}", **fields}}


PAGE = [
    button("redraw", "redraw"),
    figure("plot", alt="Three points", caption="A line", download=True, file_name="points"),
    figure("drawing", alt="A drawing", width=200),
    figure("table", alt="Stock"),
    figure("plotly"),
    figure("nothing"),
]


@pytest_asyncio.fixture(loop_scope="session")
async def app(page: Page, tmp_path: Path) -> AsyncIterator[Command]:
    folder = write_app(tmp_path / "app", MAIN, main=PAGE)
    async with open_command("run", folder, "--port", "0") as command:
        await page.goto(command.url)
        await expect(page.get_by_alt_text("Three points")).to_be_visible()
        yield command


@pytest.mark.usefixtures("app")
async def test_a_matplotlib_figure_is_a_picture_that_follows_state_and_can_be_saved(page: Page) -> None:
    picture = page.get_by_alt_text("Three points")
    size = "(image) => image.decode().then(() => [image.naturalWidth, image.naturalHeight])"
    before = await picture.evaluate(size)
    await picture.evaluate("(image) => (image.kept = true)")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download Three points").click()
    saved = await (await download.value).path()
    await page.get_by_role("button", name="Redraw").click()
    await page.wait_for_function(
        "() => document.querySelector('[alt=\"Three points\"]').naturalHeight < 250", timeout=15_000
    )

    assert before[0] * 3 == pytest.approx(before[1] * 4, rel=0.02)
    assert (await download.value).suggested_filename == "points.svg"
    assert b"<svg" in saved.read_bytes()
    assert await picture.evaluate("(image) => image.kept")


@pytest.mark.usefixtures("app")
async def test_what_draws_itself_as_html_is_shown_without_anything_that_could_run(page: Page) -> None:
    table = page.get_by_role("group", name="Stock")
    await table.get_by_text("Hinge").click()
    await expect(page.get_by_alt_text("A drawing")).to_have_css("width", "200px")

    await expect(
        page.locator("main").locator("script, style, [onclick], [onerror], svg[onload]")
    ).to_have_count(0)
    assert await page.evaluate("() => window.hacked") is None


@pytest.mark.usefixtures("app")
async def test_what_is_no_picture_says_which_component_shows_it(page: Page) -> None:
    await expect(page.locator("[data-component=shown_plotly]")).to_contain_text("Plotly graph")
    await expect(page.locator("[data-component=shown_nothing]")).to_have_text("Nothing to show yet")
