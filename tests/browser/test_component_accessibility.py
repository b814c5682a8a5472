"""axe-core finds nothing serious on any component, in both themes, as it is at first and in its states."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest
import pytest_asyncio
from browser_apps import write_app
from commands import open_command
from component_pages import ASSETS, CATALOGUE, shown_alone, specimen
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE = Path(__file__).resolve().parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
STATES = {
    "disabled": {"disabled": True},
    "searched": {"search": True},
    "error": {"error": "This is not right.", "required": True, "help": "Say what it is."},
}
MAIN = """
    from mainspring.runtime import init_state

    init_state({})


    def take(state, payload):
        pass
"""
FIND = """() => axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 200)} ${
        node.any.map(({ message }) => message).join("; ")}`).join(" | ")}`))"""


def page_of(type_: str) -> list[dict[str, Any]]:
    known = CATALOGUE.types[type_]
    words = {"text": f"All about {known.title}", "level": "1"}
    title = {"id": f"title_{type_}", "type": "heading", "fields": words}
    again = {"id": "shown_again", "type": "text", "fields": {"text": "Shown twice."}}
    shown = [specimen(type_, f"{type_}_shown")]
    for name, fields in STATES.items():
        if set(fields) & set(known.fields):
            shown.append(specimen(type_, f"{type_}_{name}", label=f"While {name}", **fields))
    return [title, *([again] if type_ == "reuse" else []), *shown]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def origin(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    folder: Path = tmp_path_factory.mktemp("accessibility") / "app"
    write_app(folder, MAIN, ASSETS, **{f"{type_}_page": page_of(type_) for type_ in shown_alone()})
    async with open_command("run", folder, "--port", "0") as served:
        yield served.origin


@pytest.mark.parametrize("type_", shown_alone())
async def test_nothing_serious_is_found_on_a_component(page: Page, origin: str, type_: str) -> None:
    assert AXE.is_file(), "axe-core is missing: run `npm ci` in static/"
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    # What fades in or out has no contrast of its own.
    await page.emulate_media(reduced_motion="reduce")
    await page.goto(f"{origin}/{type_}_page")
    await expect(page.get_by_text(f"All about {CATALOGUE.types[type_].title}")).to_be_visible()
    await page.wait_for_load_state("networkidle")
    await page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    # As a debugger does it: the page's own policy lets no script of others in.
    await page.evaluate(AXE.read_text(encoding="utf-8"))

    for theme in themes:
        await page.emulate_media(color_scheme=theme)
        assert await page.evaluate(FIND) == [], theme
