"""Events for a handler that only the version on its way has, which pages may name before it is live."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from mainspring.runtime.protocol import Component
from supervised_apps import COUNTER, PAGE

REFUSED = ("refused", "main.py has no handler other; link wf-click of other to another")

# Loads when the test says so.
WITH_OTHER = (
    COUNTER.replace("one", "two")
    + """
from pathlib import Path
import time

while not Path("go").exists():
    time.sleep(0.001)

def other(state):
    state["mark"] = (state["mark"] or 0) + 1
"""
)


def linked(component: Component, to: Component) -> Component:
    """``PAGE`` with one component in the place of another."""
    children = tuple(to if child is component else child for child in PAGE.children)
    return msgspec.structs.replace(PAGE, children=children)


async def test_they_wait_for_it_with_what_their_session_sends_after_them_and_run_once(
    supervised: Any,
) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.open("s")
        await seen.open("t")
        seen.write(WITH_OTHER)
        seen.supervisor.reload("saved", ["main.py"])
        # Before anybody has looked at what was saved, and while that loads.
        seen.click("other", 1)
        await seen.until(lambda: seen.supervisor.status.state == "starting")
        seen.click("other", 2)
        seen.click("bump", 3)
        seen.click("bump", 1, "t")
        assert (await seen.done(1, "t")).status == "ok"
        assert [seen.answer(sequence) for sequence in (1, 2, 3)] == [None, None, None]
        (seen.app_path / "go").touch()

        assert [(await seen.done(sequence)).status for sequence in (1, 2, 3)] == ["ok", "ok", "ok"]
        assert [change for each in seen.changes() for change in msgspec.json.decode(each.operations)] == [
            ["set", ["mark"], 1],
            ["set", ["mark"], 2],
            ["set", ["n"], 1],
            ["set", ["version"], "two"],
        ]
        assert b'"one"' in seen.changes("t")[-1].operations


@pytest.mark.parametrize(
    ("code", "state"),
    [("def other(", "failed"), ("raise OSError", "failed"), (COUNTER.replace("one", "two"), "live")],
    ids=["does not compile", "does not load", "does not know it either"],
)
async def test_they_are_refused_as_ever_by_a_version_that(supervised: Any, code: str, state: str) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.open()
        seen.click("other", 1)
        done = await seen.done(1)
        assert (done.status, done.message) == REFUSED
        seen.write(code)
        seen.supervisor.reload("saved", ["main.py"])
        seen.click("other", 2)
        seen.click("bump", 3)
        done = await seen.done(2)

        # Not before it is known what becomes of that version.
        assert seen.supervisor.status.state == state
        assert seen.supervisor.status.generation == (1 if state == "failed" else 2)
        assert (done.status, done.message) == REFUSED
        assert (await seen.done(3)).status == "ok"


async def test_what_is_written_as_one_change_is_one_for_them_whichever_part_is_there_first(
    supervised: Any,
) -> None:
    before = next(child for child in PAGE.children if child.id == "bump")
    after = msgspec.structs.replace(before, on={"wf-click": "add"})
    async with supervised() as seen:
        await seen.live()
        await seen.open()
        with seen.supervisor.expect_reload():
            seen.write(COUNTER.replace("bump", "add"))
            seen.supervisor.reload("saved", ["main.py"])
            await seen.until(lambda: seen.supervisor.status.generation == 2)
            seen.click("bump", 1)
            await seen.open("t")
            seen.supervisor.set_pages((linked(before, after),))
        assert (await seen.done(1)).status == "ok"
        with seen.supervisor.expect_reload():
            seen.supervisor.set_pages((PAGE,))
            seen.click("bump", 2)
            seen.write(COUNTER)
            seen.supervisor.reload("saved", ["main.py"])

        assert (await seen.done(2)).status == "ok"
        assert (await seen.live()).generation == 3
        # Nor was a link said to lead nowhere that did so only in between; one that does is.
        lost = msgspec.structs.replace(before, id="lost", on={"wf-click": "gone"})
        seen.supervisor.set_pages((PAGE, Component(id="second", type="page", children=(lost,))))
        await seen.until(
            lambda: any(text.startswith("lost runs gone on wf-click, but") for text in seen.texts())
        )
        assert not [text for text in seen.texts() if text.startswith("bump runs")]


async def test_their_wait_has_a_limit_and_so_has_their_number(supervised: Any) -> None:
    async with supervised(limits={"queued_s": 0.1, "queued_messages": 1}) as seen:
        await seen.live()
        await seen.open()
        with seen.supervisor.expect_reload():
            seen.click("other", 1)
            seen.click("other", 2)
            too_many = await seen.done(2)
            assert (too_many.status, too_many.message) == ("refused", "too many events are waiting")
            assert seen.answer(1) is None
            done = await seen.done(1)
            assert (done.status, done.message) == REFUSED
            # Whoever comes next has all its time again.
            seen.click("other", 3)

            assert not seen.supervisor._live.owes("s", 3)
        done = await seen.done(3)
        assert (done.status, done.message) == REFUSED
