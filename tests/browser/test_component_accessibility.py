"""axe-core finds nothing serious on any component, in both themes, as it is at first and in its states."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from accessibility import see_nothing_serious
from browser_apps import write_app
from commands import open_command
from component_pages import ASSETS, CATALOGUE, shown_alone, specimen
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

STATES: dict[str, dict[str, Any]] = {
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
    await show(page, f"{origin}/{type_}_page", f"All about {CATALOGUE.types[type_].title}")

    await see_nothing_serious(page)


async def open_choices(page: Page) -> None:
    await page.get_by_role("combobox").first.click()
    await expect(page.get_by_role("listbox")).to_be_visible()


async def open_column(page: Page) -> None:
    await page.get_by_role("button", name="price", exact=True).first.press("Alt+ArrowDown")
    await expect(page.get_by_role("dialog", name="Column price")).to_be_visible()


async def edit_and_select(page: Page) -> None:
    await page.locator("td", has_text="Lamp").first.dblclick()
    await expect(page.get_by_label("Edit item")).to_be_visible()


async def fill_in_a_row(page: Page) -> None:
    await page.get_by_role("button", name="Add row").first.click()
    await expect(page.get_by_role("dialog", name="Add a row")).to_be_visible()


async def open_sidebar(page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 700})
    await page.get_by_role("button", name="Menu").click()
    await expect(page.get_by_role("dialog")).to_be_visible()


OPENED = [
    ("select_multiple", open_choices),
    ("dataframe", open_column),
    ("dataframe", edit_and_select),
    ("dataframe", fill_in_a_row),
    ("sidebar", open_sidebar),
]


@pytest.mark.parametrize(("type_", "act"), OPENED, ids=[act.__name__ for _, act in OPENED])
async def test_nothing_serious_is_found_on_what_opens(
    page: Page, origin: str, type_: str, act: Callable[[Page], Awaitable[None]]
) -> None:
    await show(page, f"{origin}/{type_}_page", f"All about {CATALOGUE.types[type_].title}")

    await act(page)

    await see_nothing_serious(page)


async def show(page: Page, address: str, title: str) -> None:
    """Open the page of a component."""
    # What fades in or out has no contrast of its own.
    await page.emulate_media(reduced_motion="reduce")
    await page.goto(address)
    await expect(page.get_by_text(title)).to_be_visible()
    await page.wait_for_load_state("networkidle")
    await page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
