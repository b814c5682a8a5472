"""What the app may do to itself, and that it is live again after the next good save."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
import supervised_apps
from mainspring.runtime.protocol import Changes, Done
from supervised_apps import COUNTER, Watched, is_gone

TWO = COUNTER.replace("one", "two")

BAD = {
    "a syntax error": "def bump(state:\n",
    "an exception": "raise ValueError('no luck')\n",
    "a missing module": "import there_is_no_such_module\n",
    "sys.exit": "import sys\nsys.exit('bye')\n",
    "os._exit": "import os\nos._exit(7)\n",
    "a segmentation fault": "import ctypes\nctypes.string_at(0)\n",
    "an endless loop": "while True: pass\n",
    "an endless wait": "import time\ntime.sleep(1e6)\n",
    "an endless call that holds the lock": "sum(range(10**13))\n",
    "latin-1": "x = '\udce9'\n",
    "UTF-16": "\udcff\udcfe\n",
    "a NUL byte": "x = 1\0\n",
    "input()": "input()\n",
}


def write_raw(seen: Watched, source: str) -> None:
    (seen.app_path / "main.py").write_bytes(source.encode("utf-8", "surrogateescape"))


async def reload(seen: Watched) -> Any:
    seen.supervisor.reload("saved", ["main.py"])
    return await seen.settled()


@pytest.mark.parametrize("case", BAD)
async def test_a_bad_save_leaves_the_version_before_serving_and_a_good_one_is_live_again(
    supervised: Any, case: str
) -> None:
    async with supervised(limits={"load_s": 3.0}) as seen:
        await seen.live()
        await seen.open()
        write_raw(seen, BAD[case])
        failed = await reload(seen)
        seen.click("bump", 1)

        assert (failed.state, failed.generation) == ("failed", 1)
        assert failed.error is not None
        assert failed.message
        assert (await seen.done(1)).status == "ok"
        good = await seen.save(TWO)
        assert (good.state, good.error, good.message) == ("live", None, "")
        assert any(record.error for record in seen.log.after(0).records)


@pytest.mark.parametrize("case", ["an endless loop", "an endless call that holds the lock"])
async def test_the_next_good_save_does_not_wait_for_an_endless_one(supervised: Any, case: str) -> None:
    async with supervised(limits={"load_s": 3600.0}) as seen:
        await seen.live()
        write_raw(seen, BAD[case])
        seen.supervisor.reload("saved", ["main.py"])
        await seen.until(lambda: seen.supervisor.status.state == "starting")

        assert (await seen.save(TWO)).state == "live"
        await seen.alone()


@pytest.mark.parametrize("case", BAD)
async def test_an_app_that_is_bad_from_the_start_says_so_and_lives_after_a_good_save(
    supervised: Any, app_path: Path, case: str
) -> None:
    (app_path / "main.py").write_bytes(BAD[case].encode("utf-8", "surrogateescape"))
    async with supervised(limits={"load_s": 3.0}) as seen:
        failed = await seen.settled()
        seen.click("bump", 1)

        assert (failed.state, failed.generation) == ("failed", None)
        assert (await seen.done(1)).status == "refused"
        assert (await seen.save(COUNTER)).state == "live"


@pytest.mark.parametrize("instead", ["nothing", "a folder"])
async def test_a_main_file_that_goes_and_comes_back(supervised: Any, instead: str) -> None:
    async with supervised() as seen:
        await seen.live()
        main = seen.app_path / "main.py"
        main.unlink()
        if instead == "a folder":
            main.mkdir()
        failed = await reload(seen)
        assert (failed.state, failed.generation) == ("failed", 1)
        assert "main.py" in failed.message
        if instead == "a folder":
            main.rmdir()

        assert (await seen.save(TWO)).state == "live"


async def test_a_syntax_error_starts_no_process(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.save("def bump(state:\n")
        status = await seen.save(TWO)

        assert status.generation == 2


async def test_a_syntax_error_in_another_module_stands_at_its_place(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        seen.write("x = 1\ndef f(:\n", "tools.py")
        seen.supervisor.reload("saved", ["tools.py"])
        status = await seen.settled()

        assert status.error is not None
        assert (status.error.frames[0].file, status.error.frames[0].line) == ("tools.py", 2)


DYING = (
    COUNTER
    + """
import os, signal, time
from pathlib import Path

def slow(state):
    Path("running").touch()
    time.sleep(1e6)

def die(state):
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


async def test_a_killed_app_answers_every_event_as_lost_and_serves_again(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.save(DYING)
        await seen.open()
        seen.click("slow", 1)
        seen.click("slow", 2)
        seen.click("die", 3)
        lost = [await seen.done(sequence) for sequence in (1, 2, 3)]
        await seen.until(lambda: len(seen.snapshots()) == 2)
        seen.click("bump", 4)

        assert {(done.status, done.message) for done in lost} == {("lost", "app stopped, outcome unknown")}
        assert (await seen.done(4)).status == "ok"
        assert any("SIGKILL" in text for text in seen.texts())


async def test_an_app_killed_from_outside_is_restarted(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.open()
        os.kill(seen.supervisor._live.runtime.pid, signal.SIGKILL)
        await seen.until(lambda: seen.supervisor.status.generation == 2)

        await seen.until(lambda: len(seen.snapshots()) == 2)


async def test_an_app_that_crashes_five_times_waits_for_a_change_or_a_restart(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.save(DYING)
        await seen.open()
        for sequence in range(1, 6):
            await seen.until(lambda: seen.supervisor.status.state in ("live", "crashed"))
            seen.click("die", sequence)
            await seen.done(sequence)
        await seen.until(lambda: seen.supervisor.status.state == "crashed")
        seen.click("bump", 6)
        refused = await seen.done(6)
        status = seen.supervisor.status
        assert (refused.status, status.generation) == ("refused", None)
        assert "SIGKILL" in status.message

        await seen.supervisor.restart()
        assert (await seen.settled()).state == "live"


async def test_a_crashed_app_lives_after_a_save(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.save(DYING)
        await seen.open()
        for sequence in range(1, 6):
            await seen.until(lambda: seen.supervisor.status.state in ("live", "crashed"))
            seen.click("die", sequence)
            await seen.done(sequence)
        await seen.until(lambda: seen.supervisor.status.state == "crashed")

        assert (await seen.save(TWO)).state == "live"


HARM = {
    "abort": "os.abort()",
    "a segmentation fault": "ctypes.string_at(0)",
    "os._exit": "os._exit(3)",
    "memory that is not to be had": "os.kill(os.getpid(), 9)",
    "closed descriptors": "os.closerange(0, 500); time.sleep(1e6)",
    "garbage on the pipe": "[os.write(n, b'garbage' * 100) for n in sockets()]; time.sleep(1e6)",
    "half a message": "[os.write(n, bytes(7)) for n in sockets()]; os._exit(0)",
}
HARMFUL = (
    COUNTER
    + """
import ctypes, os, stat, time
from pathlib import Path

def sockets():
    found = [int(name) for name in os.listdir("/proc/self/fd")]
    return [n for n in found if os.path.exists(f"/proc/self/fd/{n}") and stat.S_ISSOCK(os.fstat(n).st_mode)]

def slow(state):
    Path("running").touch()
    time.sleep(1e6)

def die(state):
    HARM
"""
)


@pytest.mark.parametrize("case", HARM)
async def test_whatever_an_app_does_to_itself_every_event_is_answered_and_it_serves_again(
    supervised: Any, case: str
) -> None:
    async with supervised() as seen:
        await seen.save(HARMFUL.replace("HARM", HARM[case]))
        await seen.open()
        turns = seen.lag.turns
        seen.click("slow", 1)
        seen.click("slow", 2)
        seen.click("die", 3)
        lost = [await seen.done(sequence) for sequence in (1, 2, 3)]
        await seen.until(lambda: len(seen.snapshots()) == 2)
        seen.click("bump", 4)

        assert {(done.status, done.message) for done in lost} == {("lost", "app stopped, outcome unknown")}
        assert (await seen.done(4)).status == "ok"
        assert any(text.startswith("the app ended") for text in seen.texts()), seen.texts()
        assert seen.lag.turns > turns, "the builder stood still"


async def test_memory_that_is_refused_is_an_error_of_its_handler(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.save(COUNTER + "def die(state):\n    state['x'] = bytearray(1 << 60)\n")
        await seen.open()
        generation = seen.supervisor.status.generation
        seen.click("die", 1)

        assert (await seen.done(1)).status == "error"
        assert seen.supervisor.status.generation == generation


# Written to the descriptor: with the interpreter's lock held, nobody could pass on what was printed.
SPINNING = COUNTER + "\nimport os\ndef spin(state):\n    os.write(1, b'spinning\\n')\n    {body}\n"


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "import time; time.sleep(1e9)",
        "sum(range(10**13))",
        # Another thread may take the signal; this one goes on until all stand still.
        "import signal\n    while True: os.kill(os.getpid(), signal.SIGSTOP)",
        "import threading; threading.Event().wait()",
    ],
)
async def test_stop_ends_an_app_whatever_it_does_and_restart_brings_it_back(
    supervised: Any, body: str
) -> None:
    async with supervised() as seen:
        await seen.save(SPINNING.format(body=body))
        await seen.open()
        seen.click("spin", 1)
        await seen.until(lambda: "spinning" in seen.texts())
        await seen.supervisor.stop()

        assert seen.supervisor.status.state == "stopped"
        assert list(seen.supervisor._children) == []
        assert (await seen.done(1)).status == "lost"
        await seen.supervisor.restart()
        await seen.live()
        seen.click("bump", 2)
        assert (await seen.done(2)).status == "ok"


@pytest.mark.parametrize(
    "body", ["sum(range(10**13))", "import signal\n    while True: os.kill(os.getpid(), signal.SIGSTOP)"]
)
async def test_restart_replaces_an_app_that_does_not_listen_and_leaves_one_process(
    supervised: Any, body: str
) -> None:
    async with supervised() as seen:
        await seen.save(SPINNING.format(body=body))
        await seen.open()
        seen.click("spin", 1)
        await seen.until(lambda: "spinning" in seen.texts())
        turns = seen.lag.turns
        await seen.supervisor.restart()
        await seen.live()
        seen.click("bump", 2)

        assert (await seen.done(1)).status == "lost"
        assert (await seen.done(2)).status == "ok"
        assert seen.lag.turns > turns, "the builder stood still"
        await seen.alone()


async def test_a_stopped_app_stays_so_when_a_file_changes(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.supervisor.stop()

        assert (await seen.save(TWO)).state == "stopped"
        await seen.supervisor.restart()
        assert (await seen.settled()).state == "live"


async def test_a_candidate_that_dies_while_it_takes_over_loses_no_state(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.live()
        await seen.open()
        seen.click("bump", 1)
        await seen.done(1)

        def kill_the_candidate(status: Any) -> None:
            candidate = seen.supervisor._candidate
            if seen.supervisor._handing_over and candidate.generation == 2:
                os.kill(candidate.runtime.pid, signal.SIGKILL)

        seen.supervisor.subscribe(kill_the_candidate)
        await seen.save(TWO)
        await seen.until(lambda: (seen.supervisor.status.generation or 0) >= 2)
        await seen.until(lambda: any(state.get("n") == 1 for state in seen.snapshots()[1:]))


async def test_what_is_printed_at_the_start_and_by_c_code_is_in_the_log(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.save(
            "print('hello')\nimport os\nos.write(1, b'from c\\n')\nos.system('echo from sh >&2')\n"
        )

        await seen.until(lambda: {"hello", "from c", "from sh"} <= set(seen.texts()))


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_twenty_reloads_leave_one_process_and_nothing_else(supervised: Any) -> None:
    async with supervised() as seen:
        await seen.save(COUNTER.replace("one", "warm"))
        await seen.open()
        await seen.alone()
        before = open_descriptors(), threading.active_count()
        for number in range(20):
            assert (await seen.save(COUNTER.replace("one", str(number)))).state == "live"
            await seen.alone()

        # The pool that reads sources may have grown to its size; that is no leak.
        assert open_descriptors() == before[0]
        assert threading.active_count() <= before[1] + 6


@pytest.mark.parametrize("body", ["time.sleep(1e9)", "sum(range(10**13))"])
async def test_when_the_builder_is_killed_the_app_goes_too(app_path: Path, body: str) -> None:
    (app_path / "main.py").write_text(
        f"import os, time\ndef spin():\n    os.write(1, b'spinning\\n')\n    {body}\n"
    )
    # The builder here is a process of its own, so that it can be killed.
    script = f"""
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {str(Path(supervised_apps.__file__).parent)!r})
from supervised_apps import watched
async def main():
    async with watched(Path({str(app_path)!r})) as seen:
        await seen.live()
        await seen.open()
        seen.click("spin", 1)
        await seen.until(lambda: "spinning" in seen.texts())
        print(seen.supervisor._live.runtime.pid, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""
    builder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
    )
    assert builder.stdout is not None
    async with asyncio.timeout(supervised_apps.LIMIT_S):
        app = int(await builder.stdout.readline())
        builder.kill()
        await builder.wait()
        while not is_gone(app):
            await asyncio.to_thread(lambda: None)


async def test_what_an_event_has_changed_is_passed_on_with_its_end_or_without_and_of_the_live_app_alone(
    supervised: Any,
) -> None:
    async with supervised() as seen:
        await seen.live()
        live = seen.supervisor._live
        first, second = Done("s", 1, "ok", revision=2, operations=b"[]"), Done("s", 2, "ok")
        live.settle = lambda done: done.sequence == 1

        # Answered, answered before with changes, answered before without.
        for done in (first, msgspec.structs.replace(first, sequence=2), second):
            seen.supervisor.child_said(live, done)
        assert seen.messages[-3:] == [Changes("s", 2, b"[]"), first, Changes("s", 2, b"[]")]
        of_before = SimpleNamespace(settle=lambda _: True)
        seen.supervisor.child_said(of_before, first)
        assert seen.messages[-1] == Done("s", 1, "ok")
