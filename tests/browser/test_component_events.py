"""Each event of each component, fired as a person fires it; the rows stand in `tests/gestures`."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import write_app
from commands import open_command
from component_pages import CATALOGUE
from gestures import Row, gather
from playwright.async_api import Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ROWS = gather()
# Where the event carries the component's binding, the gesture is tried with one.
BOUND = {row.key: row.bound for row in ROWS if CATALOGUE.types[row.type].binding == row.event}
MAIN = """
from mainspring.runtime import init_state

STATE = {{"got": "nothing yet", "bound": {bound}}}


def take(state, payload, context):
    # A picture is long.
    state["got"] = f"{{type(payload).__name__}} {{payload!r:.1000}}"
    if context["target"] in state["bound"] and state["bound"][context["target"]] != payload:
        state["got"] = f"bound to {{state['bound'][context['target']]!r}}, which is not {{payload!r}}"


{code}

init_state(STATE)
"""


def page_of(row: Row) -> list[Any]:
    # A heading shows its text as it is: what a list looks like must not be taken for Markdown.
    shown = {"id": f"got_{row.key}", "type": "heading", "fields": {"text": "Got: @{got}"}}
    tried: dict[str, Any] = {
        "id": row.key,
        "type": row.type,
        "fields": dict(row.fields),
        "children": list(row.children),
        "on": {row.event: "take"},
    }
    if row.key in BOUND:
        tried["binding"] = f"bound.{row.key}"
    return [{"on": tried["on"]}, shown, *row.children] if row.type == "page" else [shown, tried]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def origin(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """One app with a page for each row."""
    code = MAIN.format(code="\n".join(dict.fromkeys(row.code for row in ROWS)), bound=BOUND)
    folder: Path = tmp_path_factory.mktemp("gestures") / "app"
    pages: dict[str, Any] = {row.key: page_of(row) for row in ROWS}
    write_app(folder, code, **pages)
    async with open_command("run", folder, "--port", "0") as served:
        yield served.origin


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
async def test_a_gesture_reaches_the_handler_as_the_documented_payload(
    page: Page, origin: str, row: Row
) -> None:
    await page.goto(f"{origin}/{row.key}")
    await expect(page.locator(f"[data-component=got_{row.key}]")).to_have_text(re.compile("Got: ."))

    await row.gesture(page)

    got = re.compile(f"^Got: {row.got.pattern}$") if isinstance(row.got, re.Pattern) else f"Got: {row.got}"
    await expect(page.get_by_role("heading", name=got, exact=isinstance(got, str))).to_be_visible()
