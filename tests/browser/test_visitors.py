"""An app that asks who comes: pages for those whom it knows, and what runs around their events."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser_apps import button, text, write_app
from builder_pages import until_versions_are_live
from commands import open_command
from playwright.async_api import Browser, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    import os

    from mainspring.runtime import init_state

    init_state({"count": 0, "who": "", "audit": []})
    USERS = {"a1": {"name": "Ada", "admin": True}, "b2": {"name": "Bob", "admin": False}}


    async def check_visitor(cookies):
        return USERS.get(cookies.get("sso"), False)


    def only_admins(state, session, context):
        if context["target"] == "erase" and not session["user"]["admin"]:
            state.add_notification("error", "Only admins may do this")
            return
        yield


    async def audit(state, session, context):
        try:
            yield
        except LookupError as error:
            state["audit"] += [f"{session.user['name']} failed: {error}"]
            raise
        state["audit"] += [f"{session.user['name']} did {context['target']}"]


    def greet(state, session):
        state["who"] = session["user"]["name"]
        state["count"] += 1


    def erase(state):
        state["count"] = 0


    def fail():
        raise LookupError("there is nothing")


    def crash():
        os._exit(3)
"""
PARTS = [
    text("@{who} counts @{count}. @{audit}", "shown"),
    *(button(name, name) for name in ("greet", "erase", "fail", "crash")),
]
SETTINGS = 'verify_session = "check_visitor"\naround_event = ["only_admins", "audit"]\n'


async def test_an_app_lets_in_whom_it_knows_and_its_generators_run_around_each_event(
    page: Page, browser: Browser, tmp_path: Path
) -> None:
    app = write_app(tmp_path / "app", MAIN, {"mainspring.toml": SETTINGS}, main=PARTS)
    async with open_command("run", app, "--no-browser") as command:
        # Nobody: a page that says so.
        answer = await page.goto(command.url)
        assert answer is not None
        assert answer.status == 403
        await expect(page.get_by_text("You are not allowed to see this app.")).to_be_visible()

        # Bob: who he is stands in the session; what he may not do is not done, visibly.
        await page.context.add_cookies([{"name": "sso", "value": "b2", "url": command.url}])
        await page.goto(command.url)
        await page.get_by_role("button", name="Greet").click()
        await expect(page.get_by_text("Bob counts 1.")).to_be_visible()
        await expect(page.get_by_text("Bob did greet")).to_be_visible()
        await page.get_by_role("button", name="Erase").click()
        await expect(page.get_by_text("Only admins may do this")).to_be_visible()
        await expect(page.get_by_text("Bob counts 1.")).to_be_visible()
        await page.get_by_role("button", name="Fail").click()
        await expect(page.get_by_text("Bob failed: there is nothing")).to_be_visible()

        # Another process of the app: the session begins anew, and is Bob's still.
        await page.get_by_role("button", name="Crash").click()
        await expect(page.get_by_text("The app stopped")).to_be_visible()
        await page.get_by_role("button", name="Greet").click()
        await expect(page.get_by_text("Bob counts 1.")).to_be_visible()

        # A closed tab: the next one of this browser goes on with its session, one beside it has its own.
        await page.close()
        second = await page.context.new_page()
        await second.goto(command.url)
        await expect(second.get_by_text("Bob counts 1.")).to_be_visible()
        third = await page.context.new_page()
        await third.goto(command.url)
        await expect(third.get_by_text("counts 0.")).to_be_visible()
        await third.close()

        # Signed in as somebody else: what was Bob's isn't Ada's.
        await page.context.add_cookies([{"name": "sso", "value": "a1", "url": command.url}])
        await second.reload()
        await expect(second.get_by_text("counts 0.")).to_be_visible()
        await second.get_by_role("button", name="Greet").click()
        await expect(second.get_by_text("Ada counts 1.")).to_be_visible()
        await second.get_by_role("button", name="Erase").click()
        await expect(second.get_by_text("Ada counts 0.")).to_be_visible()

        # Signed out: the page says so when its line comes back, and what is on it stays.
        await page.context.clear_cookies(name="sso")
        await second.context.set_offline(True)
        await second.context.set_offline(False)
        await expect(second.get_by_role("status").filter(has_text="not allowed")).to_be_visible()


async def test_whoever_edits_sees_the_app_anyway_and_changed_settings_take_effect(
    page: Page, tmp_path: Path
) -> None:
    app = write_app(tmp_path / "app", MAIN, main=PARTS)
    async with open_command("edit", app, "--no-browser") as command:
        await page.goto(command.url)
        canvas = page.frame_locator("iframe").first
        await expect(canvas.get_by_text("counts 0.")).to_be_visible()

        (app / "mainspring.toml").write_text('verify_session = "chek_visitor"\n')
        await expect(page.get_by_text("did you mean check_visitor?").first).to_be_visible()

        (app / "mainspring.toml").write_text('verify_session = "check_visitor"\n')
        await until_versions_are_live(page, 2)
        await page.reload()
        await expect(canvas.get_by_text("counts 0.")).to_be_visible()
        await expect(page.get_by_text("verify_session does not let this browser in").first).to_be_visible()
