"""Requests for rows of frames are all answered, whatever becomes of the runtime."""

from __future__ import annotations

from typing import Any

import msgspec
from mainspring.runtime.protocol import Component, ReadRows, Rows
from supervised_apps import COUNTER, PAGE, Watched

HOLDS_THE_LOCK = """
import os

def spin(state):
    os.write(1, b"it spins\\n")
    sum(range(10**13))
"""
FRAME = """
import polars
from mainspring.runtime import init_state

init_state({"frame": polars.DataFrame({"n": range(VERSION, 1_000)})})
"""
TABLE = Component(id="table", type="dataframe", fields={"data": "@{frame}"})
WITH_TABLE = msgspec.structs.replace(PAGE, children=(*PAGE.children, TABLE))


def ask(seen: Watched, number: int, component: str = "table") -> None:
    seen.supervisor.send(ReadRows("s", number, "main", component, (), "v", 0, 3))


async def answered(seen: Watched, number: int) -> Rows:
    def found() -> Rows | None:
        rows = [m for m in seen.messages if isinstance(m, Rows) and m.request == number]
        assert len(rows) < 2, rows
        return rows[0] if rows else None

    return await seen.until(found)  # type: ignore[no-any-return]


async def test_the_runtime_that_serves_answers_also_after_a_reload(supervised: Any) -> None:
    async with supervised(pages=(WITH_TABLE,)) as seen:
        for number in (1, 2):
            await seen.save(FRAME.replace("VERSION", str(number)))
            await seen.open()
            ask(seen, number)

            assert msgspec.json.decode((await answered(seen, number)).body)["cells"][0] == [number]


async def test_a_runtime_that_ends_owes_no_rows(supervised: Any) -> None:
    async with supervised(pages=(WITH_TABLE,)) as seen:
        await seen.save(HOLDS_THE_LOCK)
        await seen.open()
        seen.click("spin", 1)
        await seen.until(lambda: "it spins" in seen.texts())
        ask(seen, 1)
        await seen.supervisor.restart()

        assert (await answered(seen, 1)).status == "lost"


async def test_a_version_that_was_replaced_owes_no_rows(supervised: Any) -> None:
    async with supervised(pages=(WITH_TABLE,), limits={"export_s": 0.1}) as seen:
        await seen.save(HOLDS_THE_LOCK)
        await seen.open()
        seen.click("spin", 1)
        await seen.until(lambda: "it spins" in seen.texts())
        ask(seen, 1)
        await seen.save(COUNTER)

        assert (await answered(seen, 1)).status == "lost"


async def test_without_a_runtime_rows_are_lost_at_once(supervised: Any) -> None:
    async with supervised(pages=(WITH_TABLE,)) as seen:
        ask(seen, 1)
        await seen.live()
        await seen.supervisor.stop()
        ask(seen, 2)

        assert [(await answered(seen, number)).status for number in (1, 2)] == ["lost", "lost"]
