"""Pages and route variables in the address, and what handlers know of their session."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser_apps import button, on_page, text, write_app
from builder_pages import until_versions_are_live
from commands import Command, open_command
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({"opened": "", "turned": "", "changed": [], "seen": "", "who": ""})


    def opened(state, payload, session):
        state["opened"] = f"{payload['page_key']} {payload['route_vars']} {session['route_vars']}"


    def turned(state, payload, session):
        state["turned"] = f"{payload} {session.page} {session.route_vars}"


    def changed(state, payload):
        state["changed"].append(f"{payload['page_key']}{payload['route_vars']}")


    def look(state, session):
        state["seen"] = f"{session['page']} {session['route_vars']}"


    def to_orders(state):
        state.set_page("orders")


    def choose(state):
        state.set_route_vars({"customer": 17, "q": "a & b", "gone": None})


    def who(state, session):
        state["who"] = " ".join([
            f"{len(session['id'])}", session["cookies"].get("theme", "no cookie"),
            session["headers"]["user-agent"][:7], str(session["user"]),
            str(any(name.startswith("mainspring") for name in session["cookies"])),
        ])
"""

RUNS = on_page(app_open="opened", page_open="turned", hashchange="changed")


def on_every_page(key: str) -> list[object]:
    return [
        RUNS,
        {"id": f"title_{key}", "type": "heading", "fields": {"text": f"Page {key}"}},
        text("Opened: @{opened}", f"opened_{key}"),
        text("Turned: @{turned}", f"turned_{key}"),
        text("Changed: @{changed}", f"changed_{key}"),
        text("Seen: @{seen}", f"seen_{key}"),
        {"id": f"link_{key}", "type": "link", "fields": {"text": "The orders", "url": "orders"}},
        button(f"look_{key}", "look", "Look"),
        button(f"choose_{key}", "choose", "Choose"),
    ]


@pytest_asyncio.fixture(loop_scope="session")
async def app(tmp_path: Path) -> AsyncIterator[Command]:
    link = text("[All of Ada](orders?customer=ada) and [home](/)", "links")
    who = [button("to_orders", "to_orders"), button("who", "who", "Who"), text("Who: @{who}", "who_text")]
    pages = {"main": [*on_every_page("main"), link, *who], "orders": on_every_page("orders")}
    folder = write_app(tmp_path / "app", MAIN, files={}, **pages)
    async with open_command("run", folder, "--port", "0") as command:
        command.url = command.origin
        yield command


async def looks(page: Page, expected: str) -> None:
    await page.get_by_role("button", name="Look").click()
    await expect(page.get_by_text(f"Seen: {expected}", exact=True)).to_be_visible()


async def test_a_deep_link_opens_its_page_and_the_first_handler_knows_the_variables(
    page: Page, app: Command
) -> None:
    await page.goto(f"{app.url}/orders?customer=7&q=%C3%BC")

    await expect(page.get_by_role("heading", name="Page orders")).to_be_visible()
    known = "{'customer': '7', 'q': 'ü'}"
    await expect(page.get_by_text(f"Opened: orders {known} {known}")).to_be_visible()
    await expect(page.get_by_text(f"Turned: orders orders {known}")).to_be_visible()


async def test_a_page_that_is_not_there_is_said_so(page: Page, app: Command) -> None:
    answer = await page.goto(f"{app.url}/nowhere")

    assert answer is not None
    assert answer.status == 404
    await expect(page.get_by_text("There is no such page.")).to_be_visible()


async def test_set_page_and_set_route_vars_change_the_address_and_back_and_forward_work(
    page: Page, app: Command
) -> None:
    await page.goto(app.url)
    await page.get_by_role("button", name="To orders").click()
    await expect(page).to_have_url(f"{app.url}/orders")
    await page.get_by_role("button", name="Choose").click()
    await expect(page).to_have_url(f"{app.url}/orders?customer=17&q=a+%26+b")
    await looks(page, "orders {'customer': '17', 'q': 'a & b'}")

    await page.go_back()
    await expect(page).to_have_url(f"{app.url}/orders")
    await looks(page, "orders {}")
    await page.go_back()
    await expect(page.get_by_role("heading", name="Page main")).to_be_visible()
    await looks(page, "main {}")
    await page.go_forward()
    await expect(page).to_have_url(f"{app.url}/orders")
    await expect(page.get_by_text("Turned: orders orders {}")).to_be_visible()
    await page.go_forward()

    await expect(page).to_have_url(f"{app.url}/orders?customer=17&q=a+%26+b")
    await looks(page, "orders {'customer': '17', 'q': 'a & b'}")


async def test_every_change_of_the_address_is_told_once(page: Page, app: Command) -> None:
    await page.goto(app.url)
    await page.get_by_role("button", name="Choose").click()
    await expect(page).to_have_url(f"{app.url}/?customer=17&q=a+%26+b")
    await page.get_by_role("button", name="Choose").click()
    await looks(page, "main {'customer': '17', 'q': 'a & b'}")

    await page.get_by_role("button", name="To orders").click()

    told = json.dumps(["main{'customer': '17', 'q': 'a & b'}", "orders{}"], separators=(",", ":"))
    await expect(page.get_by_text(f"Changed: {told}")).to_be_visible()


async def test_a_link_to_another_page_keeps_the_document_and_its_state(page: Page, app: Command) -> None:
    await page.goto(app.url)
    await page.evaluate("document.documentElement.dataset.same = 'yes'")

    await page.get_by_role("link", name="All of Ada").click()

    await expect(page).to_have_url(f"{app.url}/orders?customer=ada")
    await expect(page.get_by_role("heading", name="Page orders")).to_be_visible()
    await looks(page, "orders {'customer': 'ada'}")
    assert await page.evaluate("document.documentElement.dataset.same") == "yes"


async def test_a_link_says_whether_it_leads_to_the_page_that_is_shown(page: Page, app: Command) -> None:
    await page.goto(app.url)
    link = page.get_by_role("link", name="The orders")
    await expect(link).not_to_have_attribute("aria-current", "page")

    await link.click()

    await expect(page.get_by_role("heading", name="Page orders")).to_be_visible()
    await expect(link).to_have_attribute("aria-current", "page")


async def test_an_address_put_into_the_bar_goes_on_with_the_session(page: Page, app: Command) -> None:
    await page.goto(app.url)
    await looks(page, "main {}")

    await page.goto(f"{app.url}/orders?customer=9")

    await expect(page.get_by_text("Opened: main {} {}")).to_be_visible()
    await expect(page.get_by_text("orders{'customer': '9'}")).to_be_visible()
    await looks(page, "orders {'customer': '9'}")


async def test_a_handler_learns_id_cookies_and_headers_of_its_session_and_no_cookie_of_ours(
    page: Page, app: Command
) -> None:
    await page.context.add_cookies([{"name": "theme", "value": "dark", "url": app.url}])
    await page.goto(app.url)

    await page.get_by_role("button", name="Who").click()

    await expect(page.get_by_text("Who: 43 dark Mozilla None False")).to_be_visible()


async def test_the_address_survives_a_new_version_of_the_code(page: Page, tmp_path: Path) -> None:
    folder = write_app(tmp_path / "edited", MAIN, files={}, main=on_every_page("main"))
    async with open_command("edit", folder, "--port", "0", "--no-browser") as builder:
        await page.goto(builder.url)
        app = page.frame_locator("iframe[title='App']")
        await page.get_by_role("button", name="Use app").click()
        await app.get_by_role("button", name="Choose").click()
        await expect(app.get_by_text("Changed: [\"main{'customer'")).to_be_visible()

        (folder / "main.py").write_text((folder / "main.py").read_text() + "\n\nprint('the new version')\n")
        await expect(page.get_by_role("log")).to_contain_text("the new version")
        await until_versions_are_live(page, 2)
        await app.get_by_role("button", name="Look").click()

        await expect(app.get_by_text("Seen: main {'customer': '17', 'q': 'a & b'}")).to_be_visible()
