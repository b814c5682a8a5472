"""Whatever an app says is heard, live, with the event it belongs to, within the room that there is."""

from __future__ import annotations

import asyncio
import resource
import sys
from pathlib import Path
from typing import Any

import pytest
from mainspring.builder.processes.log_buffer import LogBuffer, LogRecord
from supervised_apps import COUNTER, Watched

TALKATIVE = (
    COUNTER
    + """
import asyncio, ctypes, logging, os, subprocess, sys, threading, time, warnings
from pathlib import Path

def other(state):
    print("by print")
    print("by sys.stderr", file=sys.stderr)
    logging.getLogger("shop").warning("by logging")
    warnings.warn("by a warning")
    ctypes.CDLL(None).write(1, b"by C\\n", 5)
    subprocess.run(["sh", "-c", "echo by a subprocess"])
    def fail():
        raise ValueError("by a thread")
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()

async def slow(state):
    async def fail():
        raise ValueError("by a task")
    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task

def die():
    ctypes.string_at(0)
"""
)


def records(seen: Watched) -> tuple[LogRecord, ...]:
    return seen.log.after(0, 100_000).records


async def said(seen: Watched, text: str) -> LogRecord:
    found: LogRecord = await seen.until(
        lambda: next((record for record in records(seen) if text in record.text), None)
    )
    return found


async def test_everything_that_a_handler_causes_to_be_said_is_heard(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.save(TALKATIVE)
        await seen.open()
        seen.click("other", 1)
        await seen.done(1)
        heard = {
            text: await said(seen, text)
            for text in (
                "by print",
                "by sys.stderr",
                "by logging",
                "by a warning",
                "by C",
                "by a subprocess",
                "by a thread",
            )
        }

        own = ("by print", "by sys.stderr", "by logging", "by a warning")
        assert {(heard[text].component, heard[text].sequence) for text in own} == {("other", 1)}
        assert [heard[text].stream for text in own] == ["stdout", "stderr", "logging", "logging"]
        assert (heard["by logging"].logger, heard["by logging"].level) == ("shop", "warning")
        # What comes by the descriptors belongs to the app, to no event that anybody could name.
        assert {heard[text].sequence for text in ("by C", "by a subprocess")} == {None}
        error = heard["by a thread"].error
        assert error is not None
        assert [frame["file"] for frame in error["frames"] if frame["owner"] == "app"] == ["main.py"]


async def test_a_task_that_fails_unseen_is_heard(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.save(TALKATIVE)
        await seen.open()
        seen.click("slow", 1)
        await seen.done(1)

        assert (await said(seen, "by a task")).error is not None


async def test_a_crash_says_where_it_was(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.save(TALKATIVE)
        await seen.open()
        seen.click("die", 1)
        await seen.done(1)

        assert (await said(seen, "Segmentation fault")).stream == "stderr"
        assert "main.py" in (await said(seen, " in die")).text


@pytest.mark.parametrize("way", ["print('half', end='')", "os.write(1, b'half')"])
async def test_a_line_without_an_end_is_seen_while_its_handler_runs(supervised: Any, way: str) -> None:
    source = (
        COUNTER
        + f"""
import os, time
from pathlib import Path
def slow(state):
    {way}
    while not Path("go").exists():
        time.sleep(0.001)
"""
    )
    async with supervised() as seen:
        await seen.save(source)
        await seen.open()
        seen.click("slow", 1)
        await said(seen, "half")

        assert seen.answer(1) is None
        (seen.app_path / "go").touch()
        await seen.done(1)


async def test_a_question_on_stdin_is_answered_at_once_with_what_to_do_instead(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.save(
            COUNTER
            + "import sys\ndef other(state):\n    print(repr(sys.stdin.read()))\n    input('Name? ')\n"
        )
        await seen.open()
        seen.click("other", 1)

        assert (await seen.done(1)).status == "error"
        assert "put a text input on the page" in (await said(seen, "EOFError")).text
        assert (await said(seen, "Name?")).component == "other"
        assert (await said(seen, "''")).component == "other"


FLOODS = {
    "a million lines": "for n in range(1_000_000): print('line', n)",
    "a line of 100 MB": "print('x' * 100_000_000)",
    "a hundred lines of a megabyte": "for n in range(100): print('x' * 1_000_000)",
    "a line of 100 MB in parts": "for n in range(100): print('x' * 1_000_000, end='')",
    "a line of 100 MB by the descriptor": "for n in range(100): os.write(1, b'x' * 1_000_000)",
    "binary": "for n in range(1000): os.write(2, bytes(range(256)) * 40)",
    "lone surrogates": "for n in range(50_000): print('\\ud800\\udfff', n)",
    "binary by print": "for n in range(2_000): print(bytes(range(256)).decode('latin-1') * 20)",
    "carriage returns": "for n in range(300_000): print(n, end='\\r')",
}


@pytest.mark.parametrize("case", FLOODS)
async def test_a_flood_is_bounded_and_the_app_goes_on(supervised: Any, case: str) -> None:
    async with supervised() as seen:
        await seen.save(
            COUNTER + f"import os\ndef other(state):\n    {FLOODS[case]}\n    print('end of flood')\n"
        )
        await seen.open()
        before, turns = memory(), seen.lag.turns
        seen.click("other", 1)
        for sequence in range(2, 12):
            seen.click("bump", sequence, "s")
            await seen.done(sequence)
        assert (await seen.done(1)).status == "ok"

        assert memory() - before < 32 * 1024 * 1024
        assert seen.lag.turns > turns, "the builder stood still"
        print(f"{case}: {seen.lag.said()}")


async def test_progress_bars_say_which_line_they_are_drawn_over(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.save(
            COUNTER
            + """
import time
from pathlib import Path
def shown(name):
    while not Path(name).exists():
        time.sleep(0.001)
def other(state):
    print("\\r 10%", end="")
    shown("one")
    print("\\r 50%", end="")
    shown("two")
    print("\\r100%\\nouter 0\\n\\rinner 0\\x1b[A\\router 1", end="")
"""
        )
        await seen.open()
        seen.click("other", 1)
        await said(seen, "10%")
        (seen.app_path / "one").touch()
        await said(seen, "50%")
        (seen.app_path / "two").touch()
        await seen.done(1)

        drawn = [(record.text, record.over) for record in records(seen) if record.sequence == 1]
        assert drawn == [
            (" 10%", 0),
            ("\r 50%", 1),
            ("\r100%", 1),
            ("outer 0", 0),
            ("inner 0", 0),
            ("\router 1", 2),
        ]


async def test_a_group_of_errors_with_notes_causes_and_code_of_exec_is_data(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.save(
            COUNTER
            + """
import asyncio
async def fail(key):
    try:
        exec("{}[key]", {"key": key})
    except KeyError as error:
        error.add_note("while saving")
        raise ValueError("no") from None if key == "b" else error
async def other(state):
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(fail("a"))
        tasks.create_task(fail("b"))
def die():
    try:
        sorted([1], key=lambda n: n / 0)
    except ZeroDivisionError:
        raise RuntimeError("second")
"""
        )
        await seen.open()
        seen.click("other", 1)
        seen.click("die", 2)
        await seen.done(1)
        await seen.done(2)

        group = (await said(seen, "ExceptionGroup")).error
        assert group is not None
        first, second = group["members"]
        assert (first["cause"]["type"], first["cause"]["notes"], first["during"]) == (
            "KeyError", ["while saving"], False,
        )  # fmt: skip
        assert [frame["file"] for frame in first["cause"]["frames"]] == ["main.py", "<string>"]
        assert second["cause"] is None
        error = (await said(seen, "second")).error
        assert error is not None
        assert (error["during"], error["cause"]["type"]) == (True, "ZeroDivisionError")


async def test_a_line_that_is_no_text_is_shown_with_what_it_holds(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.save(
            COUNTER + "import os\ndef other(state):\n    print('lone \\ud800 one')\n"
            "    os.write(1, b'raw \\xff\\x00 bytes\\n')\n    print('over\\rwritten')\n"
        )
        await seen.open()
        seen.click("other", 1)
        await seen.done(1)

        assert "\\ud800" in (await said(seen, "lone ")).text
        assert "bytes" in (await said(seen, "raw ")).text
        assert (await said(seen, "written")).component == "other"


async def test_of_a_flood_what_is_shown_and_what_is_said_to_be_left_out_make_the_whole(
    supervised: Any,
) -> None:
    log = LogBuffer()
    async with supervised(log=log) as seen:
        await seen.save(
            COUNTER + "def other(state):\n    for n in range(200_000): print(f'line {n}\\n', end='')\n"
        )
        await seen.open()
        shown, left_out, passed = 0, 0, log.last_number
        seen.click("other", 1)
        while True:
            done = seen.answer(1)
            batch = log.after(passed, 100_000)
            passed = batch.records[-1].number if batch.records else passed
            left_out += batch.skipped
            for record in batch.records:
                shown += record.text.startswith("line ")
                left_out += record.skipped
            if done and not batch.records:
                break
            await asyncio.to_thread(lambda: None)

        assert shown + left_out == 200_000


def memory() -> int:
    """The bytes that this process has in memory now."""
    if sys.platform == "linux":
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
