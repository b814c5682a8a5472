"""Gestures on charts: a point under the pointer, a box drawn over some, a double click beside them."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from gestures import Row

FIGURE = """
STATE["figure"] = {
    "data": [{"type": "bar", "x": ["Mon", "Tue", "Wed"], "y": [3, 1, 2], "customdata": ["a", "b", "c"]}],
    "layout": {"height": 320},
}
"""


async def middle(mark: Locator) -> tuple[float, float]:
    await expect(mark).to_be_visible()
    # What comes of a gesture while it is being drawn was not done by a person.
    await expect(mark.page.locator("[aria-busy=true]")).to_have_count(0)
    await mark.scroll_into_view_if_needed()
    box = await mark.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def bar(page: Page, place: int) -> Locator:
    return page.locator(".js-plotly-plot .bars .point path").nth(place)


async def click_second_bar(page: Page) -> None:
    await page.mouse.move(*await middle(bar(page, 1)))
    # A click is on what the pointer was found to be over.
    await expect(page.locator(".js-plotly-plot .hoverlayer .hovertext")).to_be_visible()
    await page.mouse.down()
    await page.mouse.up()


async def drag_over_the_last_two(page: Page) -> None:
    plot = page.locator(".js-plotly-plot .nsewdrag")
    (left, _), (right, _) = await middle(bar(page, 1)), await middle(bar(page, 2))
    box = await plot.bounding_box()
    assert box is not None
    half = (right - left) / 2
    await page.mouse.move(left - half, box["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(right + half - 4, box["y"] + box["height"] - 4, steps=8)
    await page.mouse.up()


async def select_and_take_back(page: Page) -> None:
    await drag_over_the_last_two(page)
    await expect(page.locator(".js-plotly-plot .selectionlayer path").first).to_be_visible()
    box = await page.locator(".js-plotly-plot .nsewdrag").bounding_box()
    assert box is not None
    await page.mouse.dblclick(box["x"] + 5, box["y"] + 5)


def point(index: int, x: str, y: int, custom: str) -> dict[str, object]:
    return {"curve": 0, "index": index, "x": x, "y": y, "customdata": custom}


SECOND, THIRD = point(1, "Tue", 1, "b"), point(2, "Wed", 2, "c")
FIELDS = {"figure": "@{figure}"}

CHART = """
STATE["chart"] = {
    "data": {"values": [{"day": "Mon", "n": 3}, {"day": "Tue", "n": 1}, {"day": "Wed", "n": 2}]},
    "mark": "bar",
    "encoding": {"x": {"field": "day", "type": "nominal"}, "y": {"field": "n", "type": "quantitative"}},
}
STATE["brushed"] = {
    **STATE["chart"], "params": [{"name": "brush", "select": {"type": "interval", "encodings": ["x"]}}]
}
STATE["picked"] = {**STATE["chart"], "params": [{"name": "pick", "select": "point"}]}
"""


def vega_bar(page: Page, place: int) -> Locator:
    return page.locator(".mark-rect.role-mark.marks path").nth(place)


async def click_the_second(page: Page) -> None:
    await page.mouse.click(*await middle(vega_bar(page, 1)))


async def brush_over_the_last_two(page: Page) -> None:
    (left, y), (right, _) = await middle(vega_bar(page, 1)), await middle(vega_bar(page, 2))
    await page.mouse.move(left - 3, y)
    await page.mouse.down()
    await page.mouse.move(right + 3, y, steps=8)
    await page.mouse.up()


def row_point(index: int, day: str, n: int) -> dict[str, object]:
    return {"curve": 0, "index": index, "x": day, "y": n, "customdata": {"day": day, "n": n}}


TUESDAY, WEDNESDAY = row_point(1, "Tue", 1), row_point(2, "Wed", 2)

ROWS = [
    Row(
        "vega_lite_chart",
        "vega-select",
        click_the_second,
        f"list {[TUESDAY]!r}",
        {"spec": "@{chart}"},
        code=CHART,
        note="click",
    ),
    Row(
        "vega_lite_chart",
        "vega-select",
        click_the_second,
        f"list {[TUESDAY]!r}",
        {"spec": "@{picked}"},
        code=CHART,
        note="point",
    ),
    Row(
        "vega_lite_chart",
        "vega-select",
        brush_over_the_last_two,
        f"list {[TUESDAY, WEDNESDAY]!r}",
        {"spec": "@{brushed}"},
        code=CHART,
        note="brush",
    ),
    Row("plotly_graph", "plotly-click", click_second_bar, f"list {[SECOND]!r}", FIELDS, code=FIGURE),
    Row(
        "plotly_graph",
        "plotly-selected",
        drag_over_the_last_two,
        re.compile(re.escape(f"list {[SECOND, THIRD]!r}")),
        FIELDS,
        code=FIGURE,
    ),
    Row(
        "plotly_graph",
        "plotly-deselect",
        select_and_take_back,
        "list []",
        {"figure": "@{selectable}"},
        code=FIGURE
        + 'STATE["selectable"] = {**STATE["figure"], "layout": {"height": 320, "dragmode": "select"}}\n',
    ),
]
