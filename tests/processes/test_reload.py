"""Save to live: what a reload does to a running app and its sessions."""

from __future__ import annotations

import asyncio
from typing import Any

from mainspring.runtime.protocol import CancelEvent, CloseSession, Component, Resync
from supervised_apps import COUNTER, PAGE

TWO = COUNTER.replace("one", "two")

# A handler that runs until a file appears: the test decides how long it takes.
SLOW = (
    COUNTER
    + """
from pathlib import Path
import time

def slow(state):
    Path("running").touch()
    while not Path("go").exists():
        time.sleep(0.001)
    state["slow"] = "finished"
"""
)


async def state_now(seen: Any, session_id: str = "s") -> dict[str, Any]:
    """The state as a fresh snapshot shows it."""
    before = len(seen.snapshots(session_id))
    seen.supervisor.send(Resync(session_id))
    await seen.until(lambda: seen.snapshots(session_id)[before:])
    found: dict[str, Any] = seen.snapshots(session_id)[-1]
    return found


async def exists(path: Any) -> None:
    async with asyncio.timeout(20):
        while not path.exists():
            await asyncio.to_thread(lambda: None)


async def test_the_app_starts_with_the_block_and_says_how_long_it_took(supervised: Any) -> None:
    async with supervised() as seen:
        status = await seen.live()

        assert (status.generation, status.error, status.message) == (1, None, "")
        assert status.ms is not None
        assert [one.state for one in seen.statuses] == ["starting", "live"]
        assert "bump" in [handler.name for handler in seen.supervisor.handlers]


async def test_an_event_reaches_the_app_and_is_answered(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.open()
        seen.click("bump", 1)

        assert (await seen.done(1)).status == "ok"
        assert (await state_now(seen))["n"] == 1


async def test_after_a_save_the_new_code_answers_and_the_state_is_kept(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.open()
        seen.click("bump", 1)
        await seen.done(1)
        status = await seen.save(TWO)
        assert (status.state, status.generation) == ("live", 2)
        await seen.until(lambda: seen.supervisor.status.kept == 2)
        seen.click("bump", 2)
        await seen.done(2)

        assert await state_now(seen) == {"n": 2, "version": "two"}


async def test_a_reload_sends_each_session_what_it_has_now(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.open("a")
        await seen.open("b")
        seen.click("bump", 1, "a")
        await seen.done(1, "a")
        await seen.save(TWO)
        await seen.until(lambda: len(seen.snapshots("a")) == 2 and len(seen.snapshots("b")) == 2)

        assert seen.snapshots("a")[-1] == {"n": 1, "version": "one"}
        assert "n" not in {key for key, value in seen.snapshots("b")[-1].items() if value is not None}


async def test_the_chip_goes_through_checking_and_starting(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        seen.statuses.clear()
        await seen.save(TWO)

        states = [status.state for status in seen.statuses]
        assert states[:3] == ["checking", "starting", "live"]
        assert [status.generation for status in seen.statuses[:3]] == [1, 1, 2]


async def test_the_same_content_again_reloads_nothing(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.save(TWO)
        seen.supervisor.reload("the watcher saw it too", ["main.py"])
        status = await seen.settled()

        assert status.generation == 2


async def test_another_module_reloads_the_app_once_for_each_content(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        seen.write("x = 1", "tools.py")
        seen.supervisor.reload("made", ["tools.py"])
        assert (await seen.settled()).generation == 2
        seen.supervisor.reload("again", ["tools.py"])

        assert (await seen.settled()).generation == 2


async def test_of_many_quick_saves_the_last_is_live_and_one_process_is_left(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.open()
        for number in range(100):
            seen.write(COUNTER.replace("one", str(number)))
            seen.supervisor.reload("saved", ["main.py"])
            if number % 10 == 0:
                await seen.until(lambda: seen.supervisor.status.state != "live")
        await seen.live()
        seen.click("bump", 1)
        await seen.done(1)

        assert (await state_now(seen))["version"] == "99"
        await seen.alone()


async def test_events_during_a_reload_are_all_answered_by_one_version_or_the_other(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.open()
        seen.write(TWO)
        seen.supervisor.reload("saved", ["main.py"])
        sequence = 0
        while seen.supervisor.status.generation == 1:
            sequence += 1
            seen.click("bump", sequence)
            await seen.done(sequence)
        await seen.live()

        # A snapshot from before the last of the old version's changes may still be on its way.
        seen.supervisor.send(Resync("s"))
        await seen.until(lambda: seen.snapshots() and (seen.snapshots()[-1].get("n") or 0) == sequence)


async def test_a_handler_that_was_running_finishes_in_the_old_version_and_its_result_arrives(
    supervised: Any,
) -> None:
    async with supervised() as seen:
        await seen.save(SLOW)
        await seen.open()
        seen.click("slow", 1)
        await exists(seen.app_path / "running")
        await seen.save(SLOW.replace("one", "two"))
        seen.click("bump", 2)
        assert (await seen.done(2)).status == "ok"
        assert seen.answer(1) is None
        (seen.app_path / "go").touch()

        assert (await seen.done(1)).status == "ok"
        await seen.alone()


async def test_a_handler_that_outlasts_its_time_is_cancelled_by_the_reload(supervised: Any) -> None:
    async with supervised(limits={"finish_s": 0.1}) as seen:
        await seen.save(SLOW)
        await seen.open()
        seen.click("slow", 1)
        await exists(seen.app_path / "running")
        await seen.save(SLOW.replace("one", "two"))
        done = await seen.done(1)

        assert (done.status, done.message) == ("cancelled", "cancelled by reload")


async def test_old_versions_with_endless_handlers_do_not_pile_up(supervised: Any) -> None:
    async with supervised(limits={"finishing": 2}) as seen:
        for number in range(5):
            await seen.save(SLOW.replace("one", str(number)))
            await seen.open(f"s{number}")
            (seen.app_path / "running").unlink(missing_ok=True)
            seen.click("slow", 1, f"s{number}")
            await exists(seen.app_path / "running")
        await seen.save(SLOW.replace("one", "last"))

        assert (await seen.done(1, "s0")).status == "cancelled"
        assert sum(child.finishing and not child.idle.is_set() for child in seen.supervisor._children) <= 2


async def test_a_closed_session_is_not_carried_over(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.open("a")
        await seen.open("b")
        seen.supervisor.send(CloseSession("a"))
        await seen.save(TWO)
        await seen.until(lambda: len(seen.snapshots("b")) == 2)

        assert len(seen.snapshots("a")) == 1


async def test_events_wait_while_the_app_starts(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.open()
        await seen.supervisor.restart()
        seen.click("bump", 1)

        assert (await seen.done(1)).status == "ok"


async def test_a_waiting_event_can_be_cancelled(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.open()
        await seen.supervisor.restart()
        seen.click("bump", 1)
        seen.supervisor.send(CancelEvent("s", 1))

        assert (await seen.done(1)).status == "cancelled"


async def test_more_events_than_may_wait_are_refused(supervised: Any) -> None:
    async with supervised(limits={"queued_messages": 2}) as seen:
        await seen.open()
        await seen.supervisor.restart()
        for sequence in range(1, 4):
            seen.click("bump", sequence)

        assert (await seen.done(3)).status == "refused"
        assert (await seen.done(2)).status == "ok"


async def test_changed_pages_restart_nothing(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        seen.supervisor.set_pages((PAGE, Component(id="second", type="page")))
        await seen.open()

        assert seen.supervisor.status.generation == 1


async def test_a_reload_that_was_expected_takes_the_process_that_was_started_ahead(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        with seen.supervisor.expect_reload(), seen.supervisor.expect_reload():
            ahead = [child for child in seen.supervisor._children if child is not seen.supervisor._live]
        status = await seen.save(TWO)

        assert len(ahead) == 1
        assert (status.state, seen.supervisor._live) == ("live", ahead[0])
        await seen.alone()


async def test_a_process_started_ahead_that_nobody_wants_goes_and_the_app_stays(supervised: Any) -> None:
    async with supervised(limits={"ahead_s": 0.1}) as seen:
        await seen.live()
        with seen.supervisor.expect_reload():
            await seen.alone()

        assert (seen.supervisor.status.state, seen.supervisor.status.generation) == ("live", 1)
        assert (await seen.save(TWO)).state == "live"


async def test_stop_ends_a_process_that_was_started_ahead(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        with seen.supervisor.expect_reload():
            await seen.supervisor.stop()

        assert list(seen.supervisor._children) == []


async def test_of_two_reports_of_one_save_the_log_has_one_reason(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.save(TWO)
        seen.supervisor.reload("changed on disk", ["main.py"])
        await seen.settled()
        await seen.save(COUNTER)

        assert [text for text in seen.texts() if text in ("saved", "changed on disk")] == ["saved", "saved"]


LARGE = (
    COUNTER
    + """
def other(state):
    state["_large"] = b"x" * 100_000_000
    state["kept"] = "yes"

def slow(state):
    state["n"] = [len(state["_large"] or b""), state["kept"]]
"""
)


async def test_a_value_of_100_mb_is_carried_over_a_reload(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.save(LARGE)
        await seen.open()
        seen.click("other", 1)
        assert (await seen.done(1)).status == "ok"
        await seen.save(LARGE + "\n# changed\n")
        await seen.until(lambda: seen.supervisor.status.kept == 2)
        seen.click("slow", 2)
        await seen.done(2)

        assert (await state_now(seen))["n"] == [100_000_000, "yes"]
        assert seen.supervisor.status.dropped == {}


LINGERING = """
import time

class Slow:
    def __getstate__(self):
        time.sleep(0.3)
        return {}

def bump(state):
    state["n"] = 1
    state["_slow"] = Slow()
"""


async def test_state_that_comes_slowly_but_steadily_is_waited_for(supervised: Any) -> None:
    async with supervised(limits={"export_s": 1.0}) as seen:
        await seen.save(LINGERING)
        for number in range(5):
            await seen.open(f"s{number}")
            seen.click("bump", 1, f"s{number}")
            await seen.done(1, f"s{number}")
        await seen.save(LINGERING + "# changed\n")
        await seen.until(lambda: seen.supervisor.status.kept == 10)

        assert not [text for text in seen.texts() if "in time" in text]


async def test_a_value_beyond_what_a_reload_carries_is_named_and_the_others_are_kept(supervised: Any) -> None:
    source = LARGE.replace("100_000_000", "200 * 1024 * 1024")
    async with supervised() as seen:
        await seen.live()
        await seen.save(source)
        await seen.open()
        seen.click("other", 1)
        await seen.done(1)
        await seen.save(source + "\n# changed\n")
        await seen.until(lambda: seen.supervisor.status.dropped)

        assert "a reload carries 201,326,592" in seen.supervisor.status.dropped["_large"]
        await seen.until(lambda: seen.supervisor.status.kept == 1)
