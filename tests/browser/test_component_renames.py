"""The id of a component that code or other pages name changes everywhere at once, after a preview."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browser_apps import button, text, write_app
from commands import open_command
from playwright.async_api import Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    def act(state, payload, context):
        if context["target"] == "save":
            print("save")
"""


async def test_an_id_that_is_used_elsewhere_is_renamed_there_too_and_another_one_at_once(
    page: Page, tmp_path: Path
) -> None:
    again = {"id": "again", "type": "reuse", "fields": {"component": "save"}}
    folder = write_app(
        tmp_path / "app", MAIN, main=[button("save", "act"), text("Hi", "greeting")], second=[again]
    )

    def reused() -> str:
        children = json.loads((folder / "pages" / "second.json").read_text())["children"]
        return str(children[0]["fields"]["component"])

    def id_of(index: int) -> str:
        return str(json.loads((folder / "pages" / "main.json").read_text())["children"][index]["id"])

    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        tree = page.get_by_role("tree")
        code = page.get_by_role("textbox", name="main.py")
        dialog = page.get_by_role("dialog", name="Rename save")
        await expect(code).to_contain_text("def act")

        await tree.get_by_role("treeitem", name="save").click()
        await page.keyboard.press("F2")
        await page.keyboard.type("keep")
        await page.keyboard.press("Enter")
        await expect(dialog).to_contain_text("1 line in 1 file, 1 link on 1 page")
        await expect(dialog.get_by_label("New name")).to_have_value("keep")
        await expect(dialog.get_by_label("Rename in main.py, line 3")).to_be_checked()
        await expect(dialog.get_by_label("Rename in main.py, line 4")).not_to_be_checked()
        await dialog.get_by_role("button", name="Rename everywhere").click()

        await expect(page.get_by_text("save is keep now, in 1 file and 2 pages.")).to_be_visible()
        await expect(code).to_contain_text('context["target"] == "keep"')
        await expect(code).to_contain_text('print("save")')
        await expect(page.get_by_label("Id", exact=True)).to_have_value("keep")
        assert (id_of(0), reused()) == ("keep", "keep")

        await page.get_by_role("button", name="Undo the rename").click()
        await expect(page.get_by_text("save has its name back.")).to_be_visible()
        await expect(code).to_contain_text('context["target"] == "save"')
        await expect(page.get_by_label("Id", exact=True)).to_have_value("save")
        assert (id_of(0), reused()) == ("save", "save")

        await tree.get_by_role("treeitem", name="greeting").click()
        await page.get_by_label("Id", exact=True).fill("welcome")
        await page.keyboard.press("Enter")
        await expect(tree.get_by_role("treeitem", name="welcome")).to_be_visible()
        await expect(page.get_by_role("dialog")).to_have_count(0)
        assert id_of(1) == "welcome"
