"""An event that is cancelled is answered as such, whatever its handler does about it."""

from __future__ import annotations

from typing import Any

import pytest
from mainspring.runtime.protocol import CancelEvent
from supervised_apps import COUNTER, Watched

HANDLER = (
    COUNTER
    + """
import asyncio, itertools, operator, os, time

{kind} slow(state):
{body}
"""
)
LETTING_GO = (
    COUNTER
    + """
import asyncio

def slow(state):
    state["mark"] = "running"
    while True:
        pass

def spin(state):
    while True:
        state["mark"] = "running"
        yield

async def other(state):
    state["mark"] = "running"
    await asyncio.sleep(3600)
"""
)
# A plain handler can be interrupted at any step of Python: these say that they run where that does nothing.
IN_ONE_STEP = """
    list(itertools.starmap(operator.call, ((os.write, 1, b"running\\n"), ({}))))
"""
HOLDS_ON = {
    "a loop that catches everything": (
        "def",
        """
    said = False
    while True:
        try:
            said = said or os.write(1, b"running\\n")
            time.sleep(0.001)
        except BaseException:
            pass
""",
    ),
    "a sleep": ("def", IN_ONE_STEP.format("time.sleep, 3600")),
    "an async loop that catches everything": (
        "async def",
        """
    os.write(1, b"running\\n")
    while True:
        try:
            await asyncio.sleep(0)
        except BaseException:
            pass
""",
    ),
    "an async handler that waits for nobody": (
        "async def",
        """
    os.write(1, b"running\\n")
    time.sleep(3600)
""",
    ),
}
LOCK = ("def", IN_ONE_STEP.format("sum, range(10**13)"))


async def cancelled(seen: Watched, kind: str, body: str) -> None:
    """Have a session with a 1 in its state, and cancel an endless handler of it."""
    await seen.live()
    await seen.save(HANDLER.format(kind=kind, body=body))
    await seen.open()
    seen.click("bump", 1)
    await seen.done(1)
    seen.click("slow", 2)
    await seen.until(lambda: "running" in seen.texts())
    seen.supervisor.send(CancelEvent("s", 2))

    assert (await seen.done(2)).status == "cancelled"


async def goes_on_with_its_state(seen: Watched) -> bool:
    seen.click("bump", 3)
    await seen.done(3)
    return bool(await seen.until(lambda: any(b'"n"],2' in m.operations for m in seen.changes())))


async def test_a_function_a_generator_and_a_coroutine_end_when_they_are_cancelled(supervised: Any) -> None:
    async with supervised(limits={"cancel_s": 3600.0}) as seen:
        await seen.save(LETTING_GO)
        for sequence, name in enumerate(("slow", "spin", "other"), 1):
            await seen.open(name)
            seen.click(name, sequence, name)
            await seen.until(lambda name=name: any(b"running" in m.operations for m in seen.changes(name)))
            seen.supervisor.send(CancelEvent(name, sequence))
            assert (await seen.done(sequence, name)).status == "cancelled"

        assert seen.supervisor.status.generation == 1


@pytest.mark.parametrize("case", HOLDS_ON)
async def test_an_app_whose_handler_does_not_let_go_is_replaced_with_its_state(
    supervised: Any, case: str
) -> None:
    async with supervised(limits={"cancel_s": 0.1, "finish_s": 3600.0}) as seen:
        await cancelled(seen, *HOLDS_ON[case])
        await seen.until(lambda: seen.supervisor.status.generation == 3)
        await seen.until(lambda: seen.supervisor.status.kept == 2)

        assert await goes_on_with_its_state(seen)
        assert any("did not let go" in text for text in seen.texts())
        await seen.alone()


async def test_even_a_handler_that_holds_the_lock_is_ended_and_others_are_served(
    supervised: Any,
) -> None:
    async with supervised(limits={"cancel_s": 0.1, "export_s": 0.1}) as seen:
        await cancelled(seen, *LOCK)
        await seen.until(lambda: seen.supervisor.status.generation == 3)
        seen.click("bump", 3)

        assert (await seen.done(3)).status == "ok"
        await seen.alone()
