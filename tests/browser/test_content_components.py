"""Components that show and arrange: role and name, events by real gestures, and no markup from state."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from commands import open_command
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PNG = "b'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='"
MAIN = f"""
    import base64

    from mainspring.runtime import init_state

    ATTACKS = [
        "<img src=x onerror='window.hacked=1'>",
        "<svg onload='window.hacked=1'></svg>",
        "javascript:window.hacked=1",
        "data:text/html,<script>window.hacked=1</script>",
        "'><script>window.hacked=1</script>",
    ]
    init_state({{
        "got": "nothing", "open": "second", "evil": "harmless",
        "done": 30, "photo": base64.b64decode({PNG}),
        "tags": {{"urgent": "Urgent", "later": "Later"}}, "parts": ["Ada ", ["Lovelace", "name"]],
    }})


    def note(state, payload):
        state["got"] = repr(payload)


    def attack(state):
        state["evil"] = ATTACKS[0] if state["evil"] == "harmless" else ATTACKS[
            (ATTACKS.index(state["evil"]) + 1) % len(ATTACKS)]
        state["tags"] = {{"evil": state["evil"]}}
        state["parts"] = [state["evil"], [state["evil"], state["evil"]]]
"""


def component(
    name: str, type_: str, /, *children: Any, on: str | None = None, **fields: Any
) -> dict[str, Any]:
    made: dict[str, Any] = {"id": name, "type": type_, "fields": fields, "children": list(children)}
    if on:
        made["on"] = {on: "note"}
    return made


PAGE = [
    component("got", "text", text="Got @{got}", use_markdown=False),
    component("line", "separator", text="Numbers"),
    component(
        "numbers", "grid",
        component("orders", "metric", on="wf-click", label="Orders", value="128", delta="-3 %"),
        component("returns", "metric", label="Returns", value="4", delta="+1", better="down"),
        component("steady", "metric", label="Steady", value="4", delta="−0,0 %"),
        component("bar", "progress_bar", label="Packing", value="@{done}"),
    ),
    {
        **component(
            "views", "tabs",
            component("first", "tab", text("In the first", "one"), title="First"),
            component("second", "tab", text("In the second", "two"), title="Second"),
            component("third", "tab", text("In the third", "three"), title="Third"),
            component("shut", "tab", text("In the shut", "four"), title="Shut", disabled="@{open}"),
            on="wf-tab-change", label="Views",
        ),
        "binding": "open",
    },
    text("Open @{open}", "open_now"),
    component("guide", "link", on="wf-click", text="Guide", url="#guide"),
    component("photo", "image", on="wf-click", src="@{photo}", alt="A dot", caption="One pixel"),
    component("kinds", "tags", on="wf-tag-click", tags="@{tags}", label="Kinds"),
    component("person", "avatar", on="wf-click", name="Ada Lovelace", caption="Analyst"),
    component("marked", "annotated_text", parts="@{parts}"),
]  # fmt: skip

EVIL = [
    button("attack", "attack"),
    component("e_separator", "separator", text="@{evil}"),
    component("e_metric", "metric", label="@{evil}", value="@{evil}", delta="@{evil}", description="@{evil}"),
    component("e_bar", "progress_bar", label="@{evil}", value="@{evil}", max="@{evil}"),
    component(
        "e_tabs", "tabs", component("e_tab", "tab", title="@{evil}", tooltip="@{evil}"), label="@{evil}"
    ),
    component("e_link", "link", text="@{evil}", url="@{evil}"),
    component("e_image", "image", src="@{evil}", alt="@{evil}", caption="@{evil}"),
    component("e_tags", "tags", tags="@{tags}", label="@{evil}"),
    component("e_avatar", "avatar", name="@{evil}", src="@{evil}", caption="@{evil}", css_class="@{evil}"),
    component("e_text", "annotated_text", parts="@{parts}"),
    component("e_now", "text", text="Now `@{evil}`"),
]


@pytest_asyncio.fixture(loop_scope="session")
async def address(page: Page, tmp_path: Path) -> AsyncIterator[str]:
    folder = write_app(tmp_path / "app", MAIN, main=PAGE, evil=EVIL)
    async with open_command("run", folder, "--port", "0") as command:
        await page.goto(command.url)
        await expect(page.get_by_text("Got nothing")).to_be_visible()
        yield command.url


@pytest.mark.usefixtures("address")
async def test_each_component_has_its_role_and_its_name(page: Page) -> None:
    await expect(page.get_by_role("separator", name="Numbers")).to_be_visible()
    await expect(page.get_by_role("button", name="Orders 128")).to_be_visible()
    await expect(page.get_by_role("group", name="Returns 4")).to_be_visible()
    # What has not changed is neither better nor worse.
    steady = page.get_by_role("group", name="Steady 4").locator(".metric-delta")
    await expect(steady).to_have_attribute("class", "metric-delta ")
    bar = page.get_by_role("progressbar", name="Packing")
    await expect(bar).to_have_attribute("aria-valuenow", "30")
    await expect(page.get_by_role("tablist", name="Views")).to_be_visible()
    await expect(page.get_by_role("tabpanel", name="Second")).to_have_text("In the second")
    await expect(page.get_by_role("link", name="Guide")).to_be_visible()
    await expect(page.get_by_role("button", name="A dot")).to_be_visible()
    drawn = await page.get_by_alt_text("A dot").evaluate("(i) => i.decode().then(() => i.naturalWidth)")
    assert drawn == 1
    await expect(page.get_by_role("list", name="Kinds").get_by_role("button")).to_have_count(2)
    await expect(page.get_by_role("button", name="Ada Lovelace")).to_contain_text("AL")
    await expect(page.locator("mark")).to_have_text("Lovelacename")


@pytest.mark.usefixtures("address")
async def test_arrow_keys_go_along_the_tabs_that_are_enabled_and_the_binding_follows(page: Page) -> None:
    await expect(page.get_by_role("tab", name="Shut")).to_be_disabled()
    await page.get_by_role("tab", name="Second").press("ArrowRight")
    await expect(page.get_by_text("Open third")).to_be_visible()
    await page.keyboard.press("ArrowRight")

    await expect(page.get_by_role("tab", name="First")).to_be_focused()
    await expect(page.get_by_text("In the first")).to_be_visible()
    await expect(page.get_by_text("Open first")).to_be_visible()
    await expect(page.get_by_text("In the third")).to_have_count(0)


async def test_nothing_of_state_is_ever_run_or_followed(page: Page, address: str) -> None:
    await page.goto(f"{address}evil")
    for attack in ("<img", "<svg", "javascript:", "data:text/html", "'><script>"):
        await page.get_by_role("button", name="Attack").click()
        await expect(page.locator("[data-component=e_separator]")).to_contain_text(attack)

        marked = page.locator("main").locator("script, [onerror], [onload], [src=x], svg[onload]")
        await expect(marked).to_have_count(0)
        await expect(
            page.locator("main").locator("[href^='javascript:'], [href^='data:'], [src^='data:text']")
        ).to_have_count(0)
    assert await page.evaluate("() => window.hacked") is None
