"""Events that the browser itself fires: any component takes them, whatever its own events are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import write_app
from commands import Command, open_command
from mainspring.builder.components.catalogue import load_catalogue
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({"got": "nothing", "keys": ""})


    def note(state, payload, context):
        state["got"] = f"{payload['type']} of {context['target']}"


    def strike(state, payload):
        state["got"] = f"key {payload['key']}"


    def keys(state, payload):
        state["keys"] = " ".join(sorted(payload))
"""
PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
# What has to be said of a component before there is anything to see of it.
FIELDS: dict[str, dict[str, Any]] = {
    "image": {"src": PICTURE},
    "iframe": {"src": "assets/none.html"},
    "reuse": {"component": "here"},
    "dialog": {"open": True},
    "video_player": {"src": "assets/none.mp4"},
    "audio_player": {"src": "assets/none.mp3"},
    "pdf_viewer": {"src": "assets/none.pdf"},
}
CATALOGUE = load_catalogue()
# A timer can't be seen, so no pointer reaches it; a page is tried by itself.
TYPES = [name for name in CATALOGUE.types if name not in ("page", "timer")]


def tried(type_: str) -> dict[str, Any]:
    """A component of that type that notes `dblclick`, in whatever it can stand in."""
    known = CATALOGUE.types[type_]
    children = [{"id": f"child_{child}", "type": child} for child in known.initial_children]
    if type_ == "repeater":
        children = [{"id": "each", "type": "text"}]
    component: dict[str, Any] = {
        "id": f"tried_{type_}",
        "type": type_,
        "fields": FIELDS.get(type_, {}) | ({"items": [1]} if type_ == "repeater" else {}),
        "children": children,
        "on": {"dblclick": "note"},
    }
    parent = known.parents[0] if isinstance(known.parents, tuple) else "page"
    return component if parent == "page" else {"id": "around", "type": parent, "children": [component]}


def got(name: str) -> dict[str, Any]:
    return {"id": f"got_{name}", "type": "text", "fields": {"text": "Got: @{got}", "use_markdown": False}}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Command]:
    pages: dict[str, Any] = {f"of_{name}": [got(name), tried(name)] for name in TYPES}
    pages["of_reuse"].append({"id": "here", "type": "text", "fields": {"text": "Here"}})
    pages["of_page"] = [
        {"on": {"contextmenu": "keys"}},
        {"id": "k", "type": "text", "fields": {"text": "@{keys}"}},
    ]
    pages["of_keys"] = [{"on": {"wf-keydown": "strike"}}, got("keys")]
    disabled = {
        "id": "off",
        "type": "text_input",
        "fields": {"label": "Off", "disabled": True},
        "on": {"mouseenter": "note"},
    }
    enabled = {"id": "on", "type": "button", "fields": {"text": "On"}, "on": {"mouseenter": "note"}}
    pages["of_disabled"] = [got("disabled"), disabled, enabled]
    folder: Path = write_app(tmp_path_factory.mktemp("events") / "app", MAIN, **pages)
    async with open_command("run", folder, "--port", "0") as command:
        yield command


@pytest.mark.parametrize("type_", TYPES)
async def test_every_component_takes_an_event_of_the_browser(page: Page, served: Command, type_: str) -> None:
    await page.goto(f"{served.origin}/of_{type_}")
    await expect(page.get_by_text("Got: nothing")).to_be_attached()

    await page.locator(f"[data-component=tried_{type_}]").first.dispatch_event("dblclick")

    await expect(page.get_by_text(f"Got: dblclick of tried_{type_}", exact=True)).to_be_attached()


async def test_the_payload_holds_plain_properties_and_nothing_else(page: Page, served: Command) -> None:
    await page.goto(f"{served.origin}/of_page")

    await page.get_by_role("main").click(button="right", position={"x": 20, "y": 20})

    await expect(page.locator("[data-component=k]")).to_have_text(
        "alt_key button buttons client_x client_y ctrl_key detail meta_key movement_x movement_y "
        "offset_x offset_y page_x page_y pointer_type pressure shift_key type"
    )


async def test_a_key_that_is_struck_as_soon_as_the_page_is_there_is_heard(
    page: Page, served: Command
) -> None:
    await page.add_init_script("""
        const watching = new MutationObserver(() => {
            if (!document.querySelector("[data-component=got_keys]")) return;
            watching.disconnect();
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "k", bubbles: true }));
        });
        watching.observe(document, { childList: true, subtree: true });
    """)

    await page.goto(f"{served.origin}/of_keys")

    await expect(page.get_by_text("Got: key k", exact=True)).to_be_visible()


async def test_passing_over_a_disabled_component_is_not_an_event(page: Page, served: Command) -> None:
    await page.goto(f"{served.origin}/of_disabled")

    await page.locator("[data-component=off]").hover(position={"x": 5, "y": 5})
    # Events are answered in their order, so a refusal would be here before this.
    await page.get_by_role("button", name="On", exact=True).hover()
    await expect(page.get_by_text("Got: mouseenter of on")).to_be_visible()

    # Asked once: a notice goes by itself after a while.
    assert await page.locator(".notice").count() == 0
