"""Save to live: what a reload does to a running app and its sessions."""

from __future__ import annotations

from typing import Any

from mainspring.runtime.protocol import Resync
from supervised_apps import COUNTER


async def test_an_event_reaches_the_app_and_is_answered(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.open()
        seen.click("bump", 1)

        assert (await seen.done(1)).status == "ok"


async def test_after_a_save_the_new_code_answers_and_the_state_is_kept(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.open()
        seen.click("bump", 1)
        await seen.done(1)
        assert (await seen.save(COUNTER.replace("one", "two"))).generation == 2
        await seen.until(lambda: seen.snapshots()[1:])
        seen.click("bump", 2)
        await seen.done(2)
        seen.supervisor.send(Resync("s"))
        await seen.until(lambda: seen.snapshots()[2:])

        assert seen.snapshots()[-1] == {"n": 2, "version": "two"}
        assert seen.supervisor.status.kept == 2
