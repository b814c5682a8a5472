"""Charts: updated in place, in the theme's colours, and with words where one can't be drawn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import box_of, button, text, write_app
from commands import Command, open_command
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    import altair as alt
    import pandas as pd
    import plotly.express as px
    import plotly.graph_objects as go

    from mainspring.runtime import init_state

    def _chart(values, brush=False):
        days = pd.date_range("2026-01-01", periods=3)
        frame = pd.DataFrame({"day": days, "n": values, "kind": ["<b>a", "b", "c"]})
        chart = alt.Chart(frame).mark_bar().encode(x="day:T", y="n:Q", tooltip=["kind:N", "n:Q"])
        return chart.add_params(alt.selection_interval()) if brush else chart


    init_state({
        "chart": _chart([3, 1, 2], brush=True),
        "parts": _chart([3, 1, 2]) | _chart([1, 2, 3]),
        "red": {
            "data": {"values": [{"a": 1}]},
            "mark": {"type": "bar", "color": "red"},
            "encoding": {"y": {"field": "a"}},
        },
        "remote": {"data": {"url": "https://example.org/a.csv"}, "mark": "bar"},
        "broken": {"data": {"values": []}, "mark": "no such mark"},
        "figure": px.bar(x=["Mon", "Tue", "Wed"], y=[3, 1, 2], title="Orders"),
        "line": go.Figure(go.Scatter(x=[0, 1, 2, 3], y=[3, 1, 2, 4])),
        "own": go.Figure(go.Bar(y=[1], marker_color="#ff0000"), {"template": "plotly_dark"}),
        "many": px.scatter(x=range(2_000), y=range(2_000)),
        "heavy": {"data": [{"type": "bar", "y": [1] * 10, "customdata": ["x" * 100_000] * 10}]},
        "wrong": {"data": [{"type": "parcoords", "dimensions": [{"values": [1, 2]}]}]},
        "places": go.Figure(go.Scattergeo(lon=[13], lat=[52])),
        "outlines": {"data": [{"type": "choropleth", "locations": ["DEU"], "z": [1]}]},
    })


    def redraw(state):
        state["figure"] = px.bar(x=["Mon", "Tue", "Wed"], y=[5, 6, 7], title="Orders anew")
        state["line"] = go.Figure(go.Scatter(x=[0, 1, 2, 3], y=[4, 4, 4, 4], name="anew"))


    def other_rows(state):
        state["chart"] = _chart([6, 5, 4], brush=True)


    def note(state, payload):
        state["noted"] = len(payload)


    def take_away(state):
        state["figure"] = None
"""


def graph(name: str, **fields: Any) -> dict[str, Any]:
    return {"id": f"graph_{name}", "type": "plotly_graph", "fields": {"figure": f"@{{{name}}}", **fields}}


def vega(name: str, **fields: Any) -> dict[str, Any]:
    return {"id": f"vega_{name}", "type": "vega_lite_chart", "fields": {"spec": f"@{{{name}}}", **fields}}


PAGES: dict[str, Any] = {
    "main": [
        button("redraw", "redraw"),
        button("take_away", "take_away"),
        graph("figure", label="Orders of the week", height=240),
        graph("line", height=240),
    ],
    "vega": [
        button("other_rows", "other_rows"),
        vega("chart", label="Orders a day"),
        vega("parts"),
        vega("red"),
    ],
    "misfits": [vega("remote"), vega("broken"), vega("nothing")],
    "heavy": [text("Noted @{noted}", "noted"), {**graph("heavy"), "on": {"plotly-selected": "note"}}],
    "own": [graph("own")],
    "many": [graph("many"), graph("places")],
    "refused": [graph("wrong"), graph("outlines")],
    "wheel": [{**graph("line"), "id": "still"}, {**graph("line", scroll_zoom=True), "id": "zooming"}],
}
BARS = ".js-plotly-plot .bars .point path"
RANGE = "() => document.querySelector('[data-component=graph_line] .js-plotly-plot').layout.xaxis.range"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Command]:
    folder: Path = write_app(tmp_path_factory.mktemp("plots") / "app", MAIN, **PAGES)
    async with open_command("run", folder, "--port", "0") as command:
        yield command


async def colour_of(page: Page, token: str) -> str:
    """A token of the theme as the browser gives colours of elements."""
    return await page.evaluate(  # type: ignore[no-any-return]
        """(token) => {
          const probe = document.body.appendChild(document.createElement("i"));
          probe.style.color = `var(${token})`;
          const colour = getComputedStyle(probe).color;
          probe.remove();
          return colour;
        }""",
        token,
    )


async def fill_of_the_first_bar(page: Page) -> str:
    await expect(page.locator(BARS).first).to_be_visible()
    return await page.locator(BARS).first.evaluate("(bar) => getComputedStyle(bar).fill")  # type: ignore[no-any-return]


async def test_a_figure_that_is_assigned_anew_is_updated_in_place_and_keeps_what_was_zoomed(
    page: Page, app: Command
) -> None:
    await page.goto(app.url)
    plot = page.locator("[data-component=graph_line] .nsewdrag")
    await expect(plot).to_be_visible()
    await page.evaluate("() => document.querySelectorAll('.js-plotly-plot').forEach((e) => (e.kept = true))")
    before = await page.evaluate(RANGE)
    box = await plot.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2, steps=5)
    await page.mouse.up()
    await page.wait_for_function(f"(before) => String(({RANGE})()) !== String(before)", arg=before)
    zoomed = await page.evaluate(RANGE)

    await page.get_by_role("button", name="Redraw").click()

    await expect(page.locator("[data-component=graph_figure] .gtitle")).to_have_text("Orders anew")
    await page.wait_for_function(
        "() => document.querySelector('[data-component=graph_line] .js-plotly-plot').data[0].name === 'anew'"
    )
    assert await page.evaluate(RANGE) == zoomed
    kept = "() => [...document.querySelectorAll('.js-plotly-plot')].map((e) => e.kept)"
    assert await page.evaluate(kept) == [True, True]


async def test_the_wheel_zooms_where_the_field_says_so_and_scrolls_the_page_elsewhere(
    page: Page, app: Command
) -> None:
    await page.goto(f"{app.origin}/wheel")
    ranges = (
        "() => [...document.querySelectorAll('.js-plotly-plot')].map((e) => String(e.layout.xaxis.range))"
    )
    for plot in (page.locator(f"[data-component={name}] .nsewdrag") for name in ("still", "zooming")):
        await expect(plot).to_be_visible()
    still, zooming = await page.evaluate(ranges)
    await page.locator("[data-component=still] .nsewdrag").hover()
    await page.mouse.wheel(0, 100)
    await page.wait_for_function("() => document.scrollingElement.scrollTop > 0")

    await page.locator("[data-component=zooming] .nsewdrag").hover()
    await page.mouse.wheel(0, -100)

    await page.wait_for_function(f"(before) => ({ranges})()[1] !== before", arg=zooming)
    assert (await page.evaluate(ranges))[0] == still


async def test_a_figure_wears_the_theme_also_when_that_changes_unless_it_has_its_own(
    page: Page, app: Command
) -> None:
    await page.emulate_media(color_scheme="light")
    await page.goto(app.url)
    light = await fill_of_the_first_bar(page)
    assert light == await colour_of(page, "--chart-1")
    await page.emulate_media(color_scheme="dark")
    dark = await colour_of(page, "--chart-1")
    await expect(page.locator(BARS).first).to_have_css("fill", dark)
    await page.goto(f"{app.origin}/own")

    assert dark != light
    assert await fill_of_the_first_bar(page) == "rgb(255, 0, 0)"
    await expect(page.locator(".main-svg").first).to_have_css("background-color", "rgb(17, 17, 17)")


async def test_a_graph_is_as_wide_as_its_place_also_when_that_changes(page: Page, app: Command) -> None:
    await page.goto(app.url)
    svg = page.locator("[data-component=graph_figure] .main-svg").first
    await expect(svg).to_be_visible()
    await page.set_viewport_size({"width": 400, "height": 800})

    await page.wait_for_function(
        """() => {
          const place = document.querySelector("[data-component=graph_figure]");
          return Math.abs(place.querySelector(".main-svg").clientWidth - place.clientWidth) < 2;
        }"""
    )
    await page.wait_for_function("() => document.documentElement.scrollWidth === 400")


async def test_a_graph_has_a_name_and_an_empty_state(page: Page, app: Command) -> None:
    await page.goto(app.url)
    shown = page.get_by_role("figure", name="Orders of the week")
    await expect(shown.locator(BARS)).to_have_count(3)
    await page.get_by_role("button", name="Take away").click()

    await expect(shown.get_by_text("Nothing to show yet")).to_be_visible()
    await expect(shown.locator(".js-plotly-plot")).to_have_count(0)


async def test_graphs_run_under_the_pages_policy_and_ask_for_nothing_outside_it(
    page: Page, app: Command
) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    await page.goto(f"{app.origin}/many")
    # Plotly express has chosen WebGL for so many, which would compile code.
    await expect(page.locator("[data-component=graph_many] .scatterlayer .point")).to_have_count(2_000)
    await expect(page.locator("[data-component=graph_places] .scattergeo .point")).to_have_count(1)

    assert f"{app.origin}/packages/plotly.js" in asked
    assert {url for url in asked if not url.startswith((app.origin, "data:", "blob:"))} == set()
    assert [text for text in said if "Content Security Policy" in text] == []


async def test_a_figure_that_cannot_be_drawn_here_says_why(page: Page, app: Command) -> None:
    await page.goto(f"{app.origin}/refused")

    await expect(page.locator("[data-component=graph_wrong] [role=alert]")).to_contain_text("parcoords")
    await expect(page.locator("[data-component=graph_outlines] [role=alert]")).to_contain_text("outlines")


async def test_more_points_than_a_message_holds_are_refused_in_words(page: Page, app: Command) -> None:
    await page.goto(f"{app.origin}/heavy")
    await expect(page.locator(BARS)).to_have_count(10)
    box = await page.locator(".nsewdrag").bounding_box()
    assert box is not None
    middle, end = box["x"] + box["width"] / 2, box["x"] + box["width"] - 2

    async def select(start: float) -> None:
        await page.mouse.move(start, box["y"] + 4)
        await page.mouse.down()
        await page.mouse.move(end, box["y"] + box["height"] - 4, steps=5)
        await page.mouse.up()

    await select(middle)
    await expect(page.get_by_text("Noted 5")).to_be_visible()
    await select(box["x"] + 2)

    await expect(page.get_by_text("These are too many points at once")).to_be_visible()
    await expect(page.get_by_text("Noted 5")).to_be_visible()


async def test_a_graph_without_the_package_says_what_to_install(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "plotly").mkdir()
    (tmp_path / "plotly" / "__init__.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    figure = {"data": [{"y": [1, 2]}]}
    folder = write_app(
        tmp_path / "app", "", main=[{"id": "graph", "type": "plotly_graph", "fields": {"figure": figure}}]
    )
    async with open_command("run", folder, "--port", "0") as command:
        await page.goto(command.url)

        await expect(page.get_by_role("alert")).to_contain_text("pip install plotly")


VEGA_BARS = "[data-component=vega_chart] .mark-rect.role-mark.marks path"
HEIGHTS = (
    f"() => [...document.querySelectorAll('{VEGA_BARS}')].map((bar) => Math.round(bar.getBBox().height))"
)


async def test_other_rows_come_into_the_chart_that_is_there(page: Page, app: Command) -> None:
    await page.goto(f"{app.origin}/vega")
    await expect(page.locator(VEGA_BARS)).to_have_count(3)
    await page.locator("[data-component=vega_chart] svg").evaluate("(svg) => (svg.kept = true)")
    before = await page.evaluate(HEIGHTS)
    await page.get_by_role("button", name="Other rows").click()
    await page.wait_for_function(f"(before) => String(({HEIGHTS})()) !== String(before)", arg=before)
    after = await page.evaluate(HEIGHTS)

    assert before[0] == max(before)
    assert [round(each / after[0] * 6) for each in after] == [6, 5, 4]
    assert await page.locator("[data-component=vega_chart] svg").evaluate("(svg) => svg.kept")


async def test_a_chart_wears_the_theme_and_keeps_its_own_colours(page: Page, app: Command) -> None:
    await page.emulate_media(color_scheme="light")
    await page.goto(f"{app.origin}/vega")
    await expect(page.locator(VEGA_BARS).first).to_have_css("fill", await colour_of(page, "--chart-1"))
    await page.emulate_media(color_scheme="dark")

    await expect(page.locator(VEGA_BARS).first).to_have_css("fill", await colour_of(page, "--chart-1"))
    own = page.locator("[data-component=vega_red] .mark-rect.role-mark.marks path")
    await expect(own).to_have_css("fill", "rgb(255, 0, 0)")


async def test_a_chart_fills_its_place_and_charts_of_several_scroll(page: Page, app: Command) -> None:
    await page.goto(f"{app.origin}/vega")
    svg = page.locator("[data-component=vega_chart] svg")
    await expect(svg).to_be_visible()
    await page.set_viewport_size({"width": 400, "height": 800})
    await page.wait_for_function(
        """() => {
          const place = document.querySelector("[data-component=vega_chart]");
          return Math.abs(place.querySelector("svg").clientWidth - place.clientWidth) < 2;
        }"""
    )

    await page.wait_for_function("() => document.documentElement.scrollWidth === 400")
    assert (await box_of(svg))["height"] == pytest.approx(320, abs=1)


async def test_what_stands_at_the_pointer_is_text(page: Page, app: Command) -> None:
    await page.goto(f"{app.origin}/vega")
    await page.locator(VEGA_BARS).first.hover()

    tooltip = page.locator(".vega-tooltip")
    await expect(tooltip).to_contain_text("kind<b>a")
    await expect(tooltip).to_contain_text("n3")
    await expect(tooltip.locator("b")).to_have_count(0)


async def test_a_chart_that_cannot_be_drawn_says_why_and_asks_nobody(page: Page, app: Command) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{app.origin}/misfits")

    await expect(page.locator("[data-component=vega_remote] [role=alert]")).to_contain_text("example.org")
    await expect(page.locator("[data-component=vega_broken] [role=alert]")).to_contain_text("can't be drawn")
    await expect(page.locator("[data-component=vega_nothing]")).to_contain_text("Nothing to show yet")
    assert [url for url in asked if "example.org" in url] == []
