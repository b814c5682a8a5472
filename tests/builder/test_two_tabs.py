"""Two tabs of the Builder on one page, over HTTP and the socket: nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from editing_sites import BuilderPage, EditingSite, open_editing_site
from mainspring.builder.code.code_service import CodeService
from mainspring.builder.web.html_pages import PageRenderer
from page_trees import walk_json, with_parts


@pytest.fixture
async def editing(tmp_path: Path, renderer: PageRenderer) -> AsyncIterator[EditingSite]:
    app = tmp_path / "app"
    (app / "pages").mkdir(parents=True)
    (app / "main.py").write_text("", encoding="utf-8")
    sections = [{"id": f"section_{n}", "type": "section", "children": []} for n in range(4)]
    page = {"schema": 1, "order": 1, "id": "main", "type": "page", "children": sections}
    (app / "pages" / "main.json").write_text(json.dumps(page), encoding="utf-8")
    async with open_editing_site(app, CodeService(app, 1.0, app), renderer) as site:
        yield site


class Tab:
    """What one tab knows of the page, from the answers that it gets and from what is pushed."""

    def __init__(self, editing: EditingSite, name: str, socket: BuilderPage) -> None:
        self.editing, self.name, self.socket = editing, name, socket
        self.state: dict[str, Any] = {"revision": 0}
        self.luck = random.Random(name)
        # What was acknowledged and not taken back since: component to text.
        self.texts: dict[str, str] = {}
        self.refused = 0
        self.most_parts = 0
        self.news = asyncio.Event()

    def take(self, state: dict[str, Any]) -> None:
        if state["revision"] <= self.state["revision"]:
            return
        if "parts" in state:
            assert self.state["revision"] >= state["base"], "there was a gap"
            page = with_parts(self.state["page"], state["parts"])
            state = {**self.state, **state, "page": page}
            self.most_parts = max(self.most_parts, len(state["parts"]))
        self.state = state
        self.news.set()

    async def until(self, revision: int) -> None:
        while self.state["revision"] < revision:
            self.news.clear()
            await self.news.wait()

    async def listen(self) -> None:
        while True:
            self.take(await self.socket.hear("parts", key="main"))

    async def work(self, operations: int) -> None:
        """Operations as they come to mind, each based on what this tab has seen."""
        for number in range(operations):
            operation = self.operation(f"{self.name} {number}")
            body = {"base": self.state["revision"], "operation": operation, "client": self.name}
            headers = {"Origin": self.editing.url, "X-Mainspring-Token": self.editing.guard.write_token}
            async with self.editing.client.post(
                f"{self.editing.url}/api/pages/main/operations", json=body, headers=headers
            ) as answer:
                told = await answer.json()
                if answer.status == 200:
                    self.take(told)
                    if operation["op"] == "set":
                        self.texts[operation["id"]] = operation["value"]
                else:
                    assert (answer.status, told["error"]["code"]) in ((409, "impossible"), (409, "conflict"))
                    self.refused += 1

    def operation(self, text: str) -> dict[str, Any]:
        page = self.state["page"]
        known = [each["id"] for each in walk_json(page)]
        # Only the tab that made a button deletes or labels it: so it is known whose text must be there.
        own = [id_ for id_ in known if id_.startswith(f"{self.name}_")]
        parent, index = (
            self.luck.choice([each for each in known if "section" in each]),
            self.luck.randrange(5),
        )
        roll = self.luck.random()
        if roll < 0.4 and own:
            return {"op": "set", "id": self.luck.choice(own), "field": "text", "value": text}
        if roll < 0.6 or not own:
            made = {"id": f"{self.name}_{text.rpartition(' ')[2]}", "type": "button"}
            return {"op": "add", "component": made, "parent": parent, "index": index}
        if roll < 0.85:
            return {"op": "move", "id": self.luck.choice(known[1:]), "parent": parent, "index": index}
        gone = self.luck.choice(own)
        self.texts.pop(gone, None)
        return {"op": "delete", "id": gone}


@pytest.mark.parametrize("operations", [300, pytest.param(2_000, marks=pytest.mark.soak)])
async def test_two_tabs_at_once_end_with_one_tree_that_holds_all_that_was_acknowledged(
    editing: EditingSite, operations: int
) -> None:
    first = (await editing.get("/api/overview"))["pages"][0]
    async with editing.page() as left, editing.page() as right:
        tabs = [Tab(editing, "left", left), Tab(editing, "right", right)]
        for tab in tabs:
            tab.take(first)
        async with asyncio.TaskGroup() as tasks:
            listening = [tasks.create_task(tab.listen()) for tab in tabs]
            async with asyncio.TaskGroup() as working:
                for tab in tabs:
                    working.create_task(tab.work(operations // 2))
            end = (await editing.get("/api/overview"))["pages"][0]
            async with asyncio.timeout(20):
                for tab in tabs:
                    await tab.until(end["revision"])
            for task in listening:
                task.cancel()

    assert tabs[0].state["page"] == tabs[1].state["page"] == end["page"]
    # What a tab got at a time, it and the other had done since: a fraction of the page.
    assert 0 < max(tab.most_parts for tab in tabs) < len(list(walk_json(end["page"])))
    texts = {each["id"]: each.get("fields", {}).get("text") for each in walk_json(end["page"])}
    for tab in tabs:
        assert {id_: texts.get(id_) for id_ in tab.texts} == tab.texts
    stored = json.loads((editing.app_path / "pages" / "main.json").read_text("utf-8"))
    assert [each["id"] for each in walk_json(stored)] == [each["id"] for each in walk_json(end["page"])]
    # Both did more than get in each other's way.
    assert all(tab.refused < operations // 3 and tab.texts for tab in tabs), [
        (tab.refused, tab.texts) for tab in tabs
    ]
