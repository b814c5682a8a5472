"""A reload patches the open page: what its user was doing goes on, and what the app has is carried."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from commands import open_command
from playwright.async_api import FrameLocator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = '''
import threading
from mainspring.runtime import init_state


class Cart:
    """A class of main.py itself."""

    def __init__(self):
        self.items = []

    def __str__(self):
        return f"{len(self.items)} in the cart"


init_state({"n": 0, "greeting": "greeting one", "cart": "no cart yet", "lock": "no lock"})


def bump(state):
    state["n"] += 1
    state["kept_cart"] = state["kept_cart"] or Cart()
    state["kept_cart"].items.append("apple")
    state["cart"] = str(state["kept_cart"])


def take_lock(state):
    state["_lock"] = threading.Lock()
    state["lock"] = "lock taken"
'''


def component(name: str, kind: str, **more: object) -> dict[str, object]:
    return {"id": name, "type": kind, **more}


PAGE = component(
    "main",
    "page",
    children=[
        component("greeting", "text", fields={"text": "@{greeting}"}),
        component("shown", "text", fields={"text": "n is @{n}, @{cart}, @{lock}"}),
        component("bump", "button", fields={"text": "Bump"}, on={"wf-click": "bump"}),
        component("take_lock", "button", fields={"text": "Take lock"}, on={"wf-click": "take_lock"}),
        *(component(f"filler_{n}", "text", fields={"text": f"line {n}"}) for n in range(80)),
        component("note", "text_input", fields={"label": "Note"}),
    ],
)


@pytest_asyncio.fixture(loop_scope="session")
async def save(tmp_path: Path, page: Page) -> AsyncIterator[Callable[[str], object]]:
    """What saves main.py of an app that is open in the Builder and in its preview, as another editor does."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "main.json").write_text(json.dumps({"schema": 1, "order": 1, **PAGE}))
    main = tmp_path / "main.py"
    main.write_text(MAIN)
    async with open_command("edit", tmp_path, "--port", "0", "--no-browser") as builder:
        await page.goto(builder.url)
        await page.get_by_role("button", name="Use app").click()
        await expect(app_of(page).get_by_text("greeting one")).to_be_visible()
        yield main.write_text


def app_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title='App']")


async def test_focus_scroll_and_half_typed_text_stay_when_the_app_is_saved(
    page: Page, save: Callable[[str], object]
) -> None:
    app = app_of(page)
    note = app.get_by_label("Note")
    await note.press_sequentially("half typ")
    await note.evaluate("(input) => { input.setSelectionRange(2, 5); window.sameDocument = true; }")
    before = await note.evaluate(SITUATION)
    assert before["scroll"] > 0, "the page is long enough to scroll"

    save(MAIN.replace("greeting one", "greeting two"))
    await expect(app.get_by_text("greeting two")).to_be_attached()

    assert await note.evaluate(SITUATION) == before
    await page.keyboard.type("!")
    await expect(note).to_have_value("ha!typ")


SITUATION = """(input) => {
  const scrolled = [...document.querySelectorAll("*")].find((each) => each.scrollTop > 0);
  return {
    same: window.sameDocument === true,
    focused: document.activeElement === input,
    value: input.value,
    selection: [input.selectionStart, input.selectionEnd],
    scroll: scrolled?.scrollTop ?? 0,
  };
}"""


async def test_state_is_carried_and_what_nobody_changed_begins_anew(
    page: Page, save: Callable[[str], object]
) -> None:
    app = app_of(page)
    await app.get_by_role("button", name="Bump").click()
    await expect(app.get_by_text("n is 1, 1 in the cart")).to_be_visible()

    save(MAIN.replace("greeting one", "greeting two").replace('"n": 0', '"n": 100'))
    await expect(app.get_by_text("greeting two")).to_be_visible()
    await app.get_by_role("button", name="Bump").click()

    await expect(app.get_by_text("n is 2, 2 in the cart")).to_be_visible()


async def test_what_cannot_be_carried_is_named_in_the_details_of_the_status(
    page: Page, save: Callable[[str], object]
) -> None:
    app = app_of(page)
    await app.get_by_role("button", name="Take lock").click()
    await expect(app.get_by_text("lock taken")).to_be_visible()

    save(MAIN.replace("greeting one", "greeting two"))
    await expect(app.get_by_text("greeting two")).to_be_visible()
    await page.get_by_role("status", name="App").get_by_role("button").click()

    details = page.get_by_role("dialog", name="Status of the app")
    await expect(details.get_by_text("_lock was not kept")).to_be_visible()
