"""Maps: markers that change in place, tiles from where the app says, nothing from anywhere by default."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import box_of, button, write_app
from commands import open_command
from playwright.async_api import Page, Request, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({
        "shops": [
            {"id": "b", "lat": 52.52, "lng": 13.405, "name": "Berlin"},
            {"id": "p", "lat": 48.857, "lng": 2.352, "name": "<img src=x onerror=window.hacked=1>"},
            {"id": "none"},
        ],
        "by_id": {"rome": {"lat": 41.9, "lng": 12.5, "name": "Rome"}},
        "got": "nothing",
    })


    def move(state):
        state["shops"][0]["lat"] = 50.0
        state["shops"].pop(1)


    def take(state, payload):
        state["got"] = payload["name"]
"""
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def a_map(name: str, *, on: dict[str, str] | None = None, **fields: Any) -> dict[str, Any]:
    return {"id": name, "type": "map", "fields": fields, "on": on or {}}


PLAIN = [
    button("move", "move"),
    {"id": "got", "type": "text", "fields": {"text": "Got @{got}", "use_markdown": False}},
    a_map("shops", markers="@{shops}", label="Shops", on={"wf-marker-click": "take"}),
    a_map("more", markers="@{by_id}", label="More", on={"wf-marker-click": "take"}),
    a_map("bare", label="Bare"),
]
TILED = [
    a_map("own", label="Own", tile_url="assets/{z}/{x}/{y}.png", latitude=0, longitude=0, zoom=0),
    a_map(
        "http", label="Http", tile_url="http://tiles.test/{z}/{x}/{y}.png", attribution="© <b>Somebody</b>"
    ),
    a_map("evil", label="Evil", tile_url="javascript:alert(1)//{z}"),
]
UNNAMED = [a_map("hidden_host", label="Unnamed", tile_url="@{got}")]


@pytest_asyncio.fixture(loop_scope="session")
async def origin(tmp_path: Path) -> AsyncIterator[str]:
    code = MAIN.replace('"got": "nothing"', '"got": "http://elsewhere.test/{z}/{x}/{y}.png"')
    folder = write_app(tmp_path / "app", code, plain=PLAIN, tiled=TILED, unnamed=UNNAMED)
    (folder / "assets" / "0" / "0").mkdir(parents=True)
    (folder / "assets" / "0" / "0" / "0.png").write_bytes(PNG)
    async with open_command("run", folder, "--port", "0") as command:
        yield command.origin


def asked_elsewhere(page: Page, origin: str) -> list[str]:
    """Addresses of other origins that the page asks from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((origin, "data:", "blob:")):
            found.append(request.url)

    page.on("request", note)
    return found


async def test_a_map_asks_nothing_of_anyone_and_stands_on_a_grid(page: Page, origin: str) -> None:
    elsewhere = asked_elsewhere(page, origin)
    await page.goto(f"{origin}/plain")

    for name in ("Shops", "More", "Bare"):
        shown = page.get_by_role("region", name=name)
        await expect(shown.locator(".leaflet-tile-loaded line").first).to_be_attached()
        await expect(shown.locator("img")).to_have_count(0)
    bare = page.get_by_role("region", name="Bare")
    await bare.get_by_role("button", name="Zoom in").click()
    # However little of it is in view, its lines have names there.
    await page.set_viewport_size({"width": 360, "height": 2000})
    for degrees in ("30° N", "0°"):
        await expect(bare.get_by_text(degrees, exact=True).first).to_be_in_viewport()

    assert elsewhere == []


async def test_markers_change_in_place_and_what_one_looks_at_stays(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/plain")
    shops = page.get_by_role("region", name="Shops")
    pins = shops.locator(".map-pin")
    await expect(pins).to_have_count(2)
    before = await shops.get_by_role("button", name="Berlin").element_handle()
    assert before is not None
    top = (await box_of(before))["y"]
    pane = await shops.locator(".leaflet-map-pane").element_handle()
    assert pane is not None
    place = await pane.get_attribute("style")

    await page.get_by_role("button", name="Move").click()

    await expect(pins).to_have_count(1)
    assert await before.evaluate("(pin) => pin.isConnected")
    assert (await box_of(before))["y"] > top
    assert await pane.evaluate("(pane) => pane.isConnected")
    assert await pane.get_attribute("style") == place


async def test_a_marker_says_its_name_as_text_and_the_handler_gets_the_marker_of_state(
    page: Page, origin: str
) -> None:
    await page.goto(f"{origin}/plain")
    evil = page.get_by_role("region", name="Shops").get_by_role("button", name="<img")

    await evil.focus()
    await expect(page.get_by_role("tooltip")).to_have_text("<img src=x onerror=window.hacked=1>")
    await evil.press("Enter")
    await expect(page.get_by_text("Got <img src=x onerror=window.hacked=1>")).to_be_visible()
    await page.get_by_role("button", name="Rome").click()

    await expect(page.get_by_text("Got Rome")).to_be_visible()
    assert await page.evaluate("() => window.hacked") is None


async def test_arrows_move_a_map_and_plus_zooms(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/plain")
    more = page.get_by_role("region", name="More")
    rome = more.get_by_role("button", name="Rome")
    await expect(more.locator(".leaflet-tile-loaded line").first).to_be_attached()
    before = await rome.bounding_box()
    assert before is not None
    await more.focus()

    await more.press("ArrowRight")

    await page.wait_for_function(
        "([pin, x]) => pin.getBoundingClientRect().x < x - 40", arg=[await rome.element_handle(), before["x"]]
    )


async def test_tiles_come_from_the_app_or_from_where_it_says(page: Page, origin: str) -> None:
    await page.route("http://tiles.test/**", lambda route: route.fulfill(body=PNG, content_type="image/png"))
    elsewhere = asked_elsewhere(page, origin)
    await page.goto(f"{origin}/tiled")

    own, named = page.get_by_role("region", name="Own"), page.get_by_role("region", name="Http")
    await expect(own.locator("img.leaflet-tile-loaded[src$='/assets/0/0/0.png']").first).to_be_attached()
    await expect(named.locator("img.leaflet-tile-loaded").first).to_be_attached()
    await expect(page.get_by_text("© <b>Somebody</b>")).to_be_visible()
    await expect(page.get_by_role("region", name="Evil").locator("img")).to_have_count(0)
    assert elsewhere
    assert all(address.startswith("http://tiles.test/") for address in elsewhere)


async def test_a_tile_server_that_the_app_does_not_name_is_not_asked(page: Page, origin: str) -> None:
    reached: list[str] = []

    async def answer(route: Route) -> None:
        reached.append(route.request.url)
        await route.fulfill(body=PNG, content_type="image/png")

    await page.route("http://elsewhere.test/**", answer)
    await page.goto(f"{origin}/unnamed")

    await expect(page.get_by_text("Some of the map’s tiles can’t be loaded.")).to_be_visible()
    await expect(
        page.get_by_role("region", name="Unnamed").locator(".leaflet-tile-loaded line").first
    ).to_be_attached()
    assert reached == []
