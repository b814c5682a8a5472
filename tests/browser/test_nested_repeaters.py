"""Repeaters in repeaters, over mappings, lists and frames: order, events and inputs of their rows."""

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

MAIN = """
    import threading

    import pandas as pd
    from mainspring.runtime import init_state

    HELD = threading.Event()


    def house(name):
        prices = pd.DataFrame({"item": [f"{name} lamp", f"{name} desk"], "price": [7, 40]})
        return {"name": name, "rooms": [{"name": f"{name} hall", "stock": prices, "note": ""},
                                        {"name": f"{name} loft", "stock": prices, "note": ""}]}


    init_state({"houses": {"10": house("Ten"), "2": house("Two"), "x": house("Ex")}, "got": "nothing",
                "busy": False, "gone": [],
                "tasks": [{"id": f"t{n}", "name": f"Task {n}", "note": "", "steps": [{"id": s} for s in "ab"]}
                          for n in range(4)],
                "lines": pd.DataFrame({"sku": ["s1", "s2", "s3"], "item": ["Lamp", "Desk", "Rug"]})})


    def press(state, context):
        rows = [context["house"]["name"], context["room"]["name"], context["line"]["item"]]
        state["got"] = f"{context['house_id']}/{context['room_id']}/{context['line_id']} {rows}"


    def drop(state, context):
        state["gone"].append(f"{context['task']['id']}/{context['step']['id']}")
        state["tasks"].remove(context["task"])


    def sort_lines(state):
        state["lines"] = state["lines"].iloc[::-1].reset_index(drop=True)


    def take_line(state, context):
        state["gone"].append(context["line"]["sku"])


    def come_first(state):
        state["tasks"].insert(0, {"id": "new", "name": "Task new", "note": "", "steps": []})
        state["tasks"].append(state["tasks"].pop(3))


    def hold(state):
        state["busy"] = True
        yield
        HELD.wait(10)
        state["busy"] = False


    def let_go():
        HELD.set()


    def turn(state):
        houses = state["houses"]
        state["houses"] = dict(reversed(list(houses.items())))


    def add(state):
        state["houses"]["1"] = house("One")


    def move_to_the_end(state):
        state["houses"]["10"] = state["houses"].pop("10")


    def remove(state):
        del state["houses"]["2"]
"""


def repeater(name: str, items: str, key: str, value: str, *children: Any, apart: str = "") -> dict[str, Any]:
    fields = {"items": items, "key_variable": key, "value_variable": value, "key_field": apart}
    return {"id": name, "type": "repeater", "fields": fields, "children": list(children)}


NOTE = {
    "id": "note", "type": "text_input", "binding": "room.note", "fields": {"label": "Note for @{room.name}"},
}  # fmt: skip
TREE = repeater(
    "houses", "@{houses}", "house_id", "house",
    {"id": "name", "type": "heading", "fields": {"text": "@{house.name}", "level": "3"}},
    repeater(
        "rooms", "@{house.rooms}", "room_id", "room",
        NOTE,
        repeater(
            "lines", "@{room.stock}", "line_id", "line",
            button("press", "press", "@{room.name}: @{line.item}"),
        ),
    ),
)  # fmt: skip
DOES = [button(name, name) for name in ("turn", "add", "move_to_the_end", "remove", "hold", "let_go")]
TASKS = repeater(
    "tasks", "@{tasks}", "task_id", "task",
    {"id": "task_note", "type": "text_input", "binding": "task.note", "fields": {"label": "@{task.name}"}},
    text("@{task.name} is number @{task_id} and says “@{task.note}”", "told"),
    repeater(
        "steps", "@{task.steps}", "step_id", "step",
        button("drop", "drop", "@{task.name}: @{step.id}"),
        apart="id",
    ),
    apart="id",
)  # fmt: skip
LINES = repeater(
    "offers", "@{lines}", "n", "line", button("take_line", "take_line", "Take @{line.item}"), apart="sku"
)
MOVING = [
    text("Gone @{gone}", "gone"),
    button("sort_lines", "sort_lines"),
    button("come_first", "come_first"),
]
PAGE = [text("Got @{got}", "got"), text("Busy @{busy}", "busy"), *DOES, TREE]


@pytest_asyncio.fixture(loop_scope="session")
async def app(page: Page, tmp_path: Path) -> AsyncIterator[Page]:
    folder = write_app(tmp_path / "app", MAIN, main=PAGE, moving=[*MOVING, TASKS, LINES])
    async with open_command("run", folder, "--port", "0") as served:
        await page.goto(served.url)
        await expect(page.get_by_text("Got nothing")).to_be_visible()
        yield page


async def see_houses(page: Page, *names: str) -> None:
    await expect(page.get_by_role("heading", level=3)).to_have_text(list(names))


async def test_rows_stand_in_the_order_of_the_app_also_where_keys_are_numbers(app: Page) -> None:
    await see_houses(app, "Ten", "Two", "Ex")

    await app.get_by_role("button", name="Add").click()
    await see_houses(app, "Ten", "Two", "Ex", "One")
    await app.get_by_role("button", name="Move to the end").click()
    await see_houses(app, "Two", "Ex", "One", "Ten")
    await app.get_by_role("button", name="Turn").click()
    await see_houses(app, "Ten", "One", "Ex", "Two")
    await app.get_by_role("button", name="Remove").click()
    await see_houses(app, "Ten", "One", "Ex")


async def test_an_event_three_repeaters_deep_reaches_its_row(app: Page) -> None:
    await app.get_by_role("button", name="Two loft: Two desk").click()

    await expect(app.get_by_text("Got 2/1/1 ['Two', 'Two loft', 'Two desk']")).to_be_visible()


async def test_an_event_that_waits_while_rows_change_places_still_reaches_its_row(app: Page) -> None:
    await app.get_by_role("button", name="Hold").click()
    await expect(app.get_by_text("Busy true")).to_be_visible()
    # Both wait for the handler that is held; the second was pressed where the page showed its row.
    await app.get_by_role("button", name="Turn").click()
    await app.get_by_role("button", name="Ex loft: Ex lamp").click()
    await app.get_by_role("button", name="Let go").click()

    await see_houses(app, "Ex", "Two", "Ten")
    await expect(app.get_by_text("Got x/1/0 ['Ex', 'Ex loft', 'Ex lamp']")).to_be_visible()


async def test_rows_keep_focus_and_what_is_typed_while_rows_come_go_and_change_places(app: Page) -> None:
    note = app.get_by_label("Note for Ex hall")
    await note.press_sequentially("half a sent")
    await note.evaluate("(input) => { input.dataset.same = 'yes'; input.setSelectionRange(4, 4); }")

    for does in ("Turn", "Add", "Move to the end", "Remove"):
        # Without taking the focus away, as a timer or another handler would do it.
        await app.get_by_role("button", name=does).dispatch_event("click")
    await see_houses(app, "Ex", "One", "Ten")

    await expect(note).to_be_focused()
    await expect(note).to_have_value("half a sent")
    await expect(note).to_have_attribute("data-same", "yes")
    assert await note.evaluate("(input) => input.selectionStart") == 4
    await app.keyboard.type("!")
    await expect(note).to_have_value("half! a sent")


async def press_at_once(page: Page, *names: str) -> None:
    """All are pressed before anything comes of the first one."""
    buttons = [await page.get_by_role("button", name=name, exact=True).element_handle() for name in names]
    await page.evaluate("(buttons) => buttons.forEach((button) => button.click())", buttons)


async def test_events_reach_items_of_lists_and_frames_that_have_moved_meanwhile(app: Page) -> None:
    await app.goto(f"{app.url.rstrip('/')}/moving")
    await press_at_once(app, "Task 0: a", "Task 1: b", "Task 3: a")
    await expect(app.get_by_text('Gone ["t0/a","t1/b","t3/a"]')).to_be_visible()
    await expect(app.get_by_text("Task 2 is number 0 and")).to_be_visible()

    await press_at_once(app, "Sort lines", "Take Lamp")
    await expect(app.get_by_text('"s1"]')).to_be_visible()
    takes = app.get_by_role("button", name="Take ")
    await expect(takes).to_have_text(["Take Rug", "Take Desk", "Take Lamp"])


async def test_rows_of_a_list_keep_focus_and_what_is_typed_when_items_move(app: Page) -> None:
    await app.goto(f"{app.url.rstrip('/')}/moving")
    note = app.get_by_label("Task 2", exact=True)
    await note.press_sequentially("half a sent")
    await note.evaluate("(input) => { input.dataset.same = 'yes'; input.setSelectionRange(4, 4); }")

    await app.get_by_role("button", name="Come first").dispatch_event("click")
    await expect(app.get_by_text("Task new is number 0")).to_be_visible()
    await expect(app.get_by_text("Task 2 is number 4")).to_be_visible()

    await expect(note).to_be_focused()
    await expect(note).to_have_value("half a sent")
    await expect(note).to_have_attribute("data-same", "yes")
    await app.keyboard.type("!")
    await expect(app.get_by_text("Task 2 is number 4 and says “half! a sent”")).to_be_visible()
