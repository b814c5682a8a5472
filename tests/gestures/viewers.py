"""Gestures for maps, and for pictures and films that are looked at."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Page

from gestures import Row

MIDDLE: dict[str, Any] = {"latitude": 52.5, "longitude": 13.4, "zoom": 6, "height": 300}
SHOPS = [{"id": "berlin", "lat": 52.5, "lng": 13.4, "name": "Berlin"}]


async def press_the_map(page: Page) -> None:
    await page.locator(".map-place").click(position={"x": 200, "y": 60})


async def press_the_marker(page: Page) -> None:
    await page.get_by_role("button", name="Berlin").click()


async def enter_on_the_marker(page: Page) -> None:
    await page.get_by_role("button", name="Berlin").press("Enter")


async def enter_on_the_map(page: Page) -> None:
    await page.get_by_role("region", name="Map").press("Enter")


BERLIN = f"dict {SHOPS[0]!r}"

ROWS = [
    Row("map", "wf-map-click", press_the_map, re.compile(r"dict {'lat': 5\d\.\d+, 'lng': \d\.\d+}"), MIDDLE),
    Row("map", "wf-map-click", enter_on_the_map, "dict {'lat': 52.5, 'lng': 13.4}", MIDDLE, note="keyboard"),
    Row("map", "wf-marker-click", press_the_marker, BERLIN, {"markers": SHOPS}),
    Row("map", "wf-marker-click", enter_on_the_marker, BERLIN, {"markers": SHOPS}, note="keyboard"),
]
