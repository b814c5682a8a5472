"""Components of an app's own: made by the command, live on save, their errors told in their place."""

from __future__ import annotations

import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from browser_apps import text, write_app
from commands import Command, mainspring_command, open_command
from playwright.async_api import FrameLocator, Locator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({"speed": 20, "got": "nothing"})

    def take(state, payload):
        state["got"] = f"{type(payload).__name__} {payload!r}"
"""
GAUGE: dict[str, Any] = {
    "id": "dial",
    "type": "gauge",
    "fields": {"label": "Speed", "unit": "km/h", "max": 120},
    "binding": "speed",
    "on": {"pick": "take"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    parts = [text("Got @{got} at @{speed}", "told"), GAUGE]
    path = write_app(tmp_path / "app", MAIN, main=parts)
    command = [*mainspring_command(), "create", str(path), "--component", "gauge"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return path


@pytest_asyncio.fixture(loop_scope="session")
async def builder(page: Page, folder: Path) -> AsyncIterator[Command]:
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await expect(app(page).get_by_role("slider", name="Speed")).to_be_visible()
        await page.get_by_role("button", name="Use app").click()
        yield command


def app(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


def dial(page: Page) -> Locator:
    return app(page).get_by_role("slider", name="Speed")


@pytest.mark.usefixtures("builder")
async def test_the_component_that_the_command_makes_shows_state_and_picks_values(page: Page) -> None:
    await expect(dial(page)).to_contain_text("20 km/h")

    await dial(page).press("ArrowRight")

    await expect(app(page).get_by_text("Got float 26.0 at 26")).to_be_visible()
    await expect(dial(page)).to_have_attribute("aria-valuenow", "26")
    await dial(page).press("Home")
    await expect(dial(page)).to_have_attribute("aria-valuetext", "0 km/h")
    box = await dial(page).bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    await expect(app(page).get_by_text("at 60")).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_it_stands_in_the_palette_and_has_settings_events_and_a_stub(page: Page) -> None:
    palette = page.get_by_role("region", name="Palette")
    await palette.get_by_role("searchbox").fill("gauge")
    await expect(palette.get_by_text("Gauge", exact=True)).to_be_visible()
    # The hand of lucide's gauge, which none of our own components has.
    for place in (palette, page.locator("#row-dial")):
        await expect(place.locator("path[d='m12 14 4-4']")).to_be_attached()

    await page.locator("#row-dial").click()
    await page.get_by_role("region", name="Settings").get_by_label("Unit", exact=True).fill("mph")
    await expect(dial(page)).to_contain_text("20 mph")
    events = page.get_by_role("region", name="Events")
    await events.get_by_role("button", name="Show stub").first.click()
    await expect(events.get_by_text("pick").first).to_be_visible()


@pytest.mark.usefixtures("builder")
async def test_a_saved_script_is_live_and_a_broken_one_is_told_in_its_place_and_in_the_log(
    page: Page, folder: Path
) -> None:
    script = folder / "components" / "gauge" / "component.js"
    good = script.read_text()
    script.write_text(good.replace("${shown()}", "about ${shown()}"))
    await expect(dial(page)).to_contain_text("about 20 km/h")

    script.write_text(good.replace("function draw() {", "function draw() {\n    nowhere.draw();"))
    problem = app(page).get_by_role("alert").filter(has_text="gauge: components/gauge/component.js")
    await expect(problem).to_contain_text("ReferenceError: nowhere is not defined")
    await expect(app(page).get_by_text("Got nothing at 20")).to_be_visible()
    await expect(page.get_by_role("log")).to_contain_text("nowhere is not defined")

    parts = script.with_name("parts.js")
    parts.write_text("export const words = 'first';")
    script.write_text('import { words } from "./parts.js";\n' + good.replace("${shown()}", "${words}"))
    await expect(dial(page)).to_contain_text("first km/h")
    parts.write_text("export const words = 'second';")
    await expect(dial(page)).to_contain_text("second km/h")

    script.write_text("export default function (")
    await expect(problem).to_contain_text("SyntaxError")
    script.write_text("export const x = 1;")
    await expect(problem).to_contain_text("no default export")
    script.write_text(good)
    await expect(dial(page)).to_contain_text("20 km/h")


@pytest.mark.usefixtures("builder")
async def test_a_mistake_in_its_description_is_logged_with_file_and_key_and_mended_live(
    page: Page, folder: Path
) -> None:
    description = folder / "components" / "gauge" / "component.toml"
    good = description.read_text()
    description.write_text(good.replace('payload = "number"', 'payload = "nonsense"'))

    log = page.get_by_role("log")
    await expect(log).to_contain_text("components/gauge/component.toml: events.pick.payload")
    await expect(app(page).get_by_text("There is no component type “gauge”.")).to_be_visible()

    description.write_text(good.replace('default = "@', 'default = "'))
    await expect(dial(page)).to_be_visible()
    description.write_text(good.replace("default = 100", "default = 100\nhelp = 'The end of the dial.'"))
    await page.locator("#row-dial").click()
    await expect(page.get_by_role("region", name="Settings").get_by_text("Most")).to_be_visible()


async def test_in_run_mode_only_what_a_browser_needs_is_served(page: Page, folder: Path) -> None:
    async with open_command("run", folder, "--port", "0") as served:
        await page.goto(served.url)
        await expect(page.get_by_role("slider", name="Speed")).to_contain_text("20 km/h")
        address = await page.evaluate(
            "performance.getEntriesByType('resource').map(e => e.name).find(n => n.includes('component.js'))"
        )
        async with aiohttp.ClientSession() as client:
            async with client.get(address) as script:
                assert "immutable" in script.headers["Cache-Control"]
                assert script.content_type.endswith("/javascript")
            async with client.get(re.sub("~[^/]*", "~0123456789abcdef", address)) as other:
                assert other.headers["Cache-Control"] == "no-cache"
            for path in ("gauge/component.toml", "gauge/none.js", "gauge/..%2f..%2fmain.py", "..%2fpages/x"):
                async with client.get(f"{served.origin}/components/{path}") as refused:
                    assert refused.status in (400, 404)


async def test_an_error_in_run_mode_tells_an_end_user_nothing_of_the_code(page: Page, folder: Path) -> None:
    (folder / "components" / "gauge" / "component.js").write_text("export default () => { secret(); };")
    async with open_command("run", folder, "--port", "0") as served:
        await page.goto(served.url)

        await expect(page.get_by_text("This part of the page can't be shown.")).to_be_visible()
        await expect(page.get_by_text("Got nothing at 20")).to_be_visible()
        assert "secret" not in await page.inner_text("body")
