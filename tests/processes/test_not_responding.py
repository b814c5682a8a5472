"""An app that hangs: what people are told, where it hangs, and that it leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
import supervised_apps
from mainspring.builder.processes.dumped_trace import frames_of_dump
from supervised_apps import COUNTER, is_gone

HANGING = (
    COUNTER
    + """
import os, signal
def spin(state):
    os.write(1, b"spinning\\n")
    BODY
"""
)
SILENT = {"ping_s": 0.01, "silent_s": 0.5}


@pytest.mark.parametrize("body", ["sum(range(10**13))", "os.kill(os.getpid(), signal.SIGSTOP)"])
async def test_an_app_that_does_not_answer_is_said_not_to_respond_until_it_is_restarted(
    supervised: Any, body: str
) -> None:
    async with supervised(limits=SILENT) as seen:
        await seen.save(HANGING.replace("BODY", body))
        await seen.open()
        seen.click("spin", 1)
        await seen.until(lambda: not seen.supervisor.status.responding)
        status = seen.supervisor.status
        assert (status.state, status.message) == ("live", "the app has not responded for 0.5 s")

        await seen.supervisor.restart()
        await seen.live()
        await seen.until(lambda: seen.supervisor.status.responding)
        assert seen.supervisor.status.message == ""


async def test_an_app_that_answers_again_is_live_as_before(supervised: Any) -> None:
    async with supervised(limits=SILENT) as seen:
        await seen.live()
        pid = seen.supervisor._live.runtime.pid
        os.kill(pid, signal.SIGSTOP)
        await seen.until(lambda: not seen.supervisor.status.responding)
        os.kill(pid, signal.SIGCONT)

        await seen.until(lambda: seen.supervisor.status.responding)
        assert seen.supervisor.status.message == ""


async def test_while_a_handler_takes_long_the_app_responds(supervised: Any) -> None:
    async with supervised(limits={"ping_s": 0.01}) as seen:
        await seen.save(HANGING.replace("BODY", "import time; time.sleep(1e6)"))
        await seen.open()
        seen.click("spin", 1)
        await seen.until(lambda: "spinning" in seen.texts())
        live = seen.supervisor._live
        async with asyncio.timeout(supervised_apps.LIMIT_S):
            for _ in range(10):
                live.answered.clear()
                await live.answered.wait()

        assert all(status.responding for status in seen.statuses)


ENDLESS = {
    "a loop": "n = 0\nwhile True:\n    n += 1\n",
    "a call that holds the lock": "\n\nsum(range(10**13))\n",
    "a wait": "import time\n\ntime.sleep(1e6)\n",
    "a lock": "import threading\n\nthreading.Lock().acquire() and threading.Event().wait()\n",
}


@pytest.mark.parametrize("case", ENDLESS)
async def test_an_app_that_never_ends_loading_is_told_where_it_is(supervised: Any, case: str) -> None:
    async with supervised(limits={"load_s": 3.0, "trace_s": supervised_apps.LIMIT_S}) as seen:
        await seen.live()
        failed = await seen.save(ENDLESS[case])

        assert failed.state == "failed"
        assert failed.error is not None
        frame = next(frame for frame in failed.error.frames if frame.owner == "app")
        assert frame.file == "main.py"
        assert frame.line in ((2, 3) if case == "a loop" else (3,))
        assert frame.source == ENDLESS[case].splitlines()[frame.line - 1]
        assert f"line {frame.line}" in failed.message
        assert not any("most recent call first" in text for text in seen.texts())


async def test_an_app_that_cannot_even_say_where_it_is_has_failed_all_the_same(supervised: Any) -> None:
    async with supervised(limits={"load_s": 3.0, "trace_s": 0.1}) as seen:
        await seen.live()
        failed = await seen.save("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n")

        assert (failed.state, failed.error is not None) == ("failed", True)
        assert (await seen.save(COUNTER)).state == "live"


def test_the_thread_that_runs_the_app_is_found_in_a_dump(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import parts\nparts.go()\n")
    lines = [
        "Thread 0x00007f (most recent call first):",
        '  File "/usr/lib/python3/threading.py", line 10 in wait',
        "",
        "Current thread 0x00007e (most recent call first):",
        '  File "/usr/lib/python3/queue.py", line 7 in get',
        f'  File "{tmp_path}/main.py", line 2 in <module>',
        '  File "/x/mainspring/runtime/loading.py", line 45 in load_main',
    ]

    frames = frames_of_dump(lines, tmp_path)

    assert [(frame.file, frame.line, frame.owner) for frame in frames] == [
        ("main.py", 2, "app"),
        ("/usr/lib/python3/queue.py", 7, "installed"),
    ]
    assert frames[0].source == "parts.go()"


BUILDER = f"""
import asyncio, contextlib, sys
from pathlib import Path
sys.path.insert(0, {str(Path(supervised_apps.__file__).parent)!r})
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.runtime_starts import open_starts
from supervised_apps import watched
async def main(folder, way):
    log = LogBuffer()
    template = way != "fresh"
    async with open_starts(folder, log, template=way == "template") as starts:
        how = dict(start=starts.start, on_ready=starts.learn) if template else {{}}
        async with watched(folder, log=log, **how) as seen:
            await seen.live()
            if template:
                await starts.prepared()
                await seen.save((folder / "main.py").read_text() + "# again")
                if way == "template":
                    print(starts._current.pid, flush=True)
            await seen.open()
            seen.click("spin", 1)
            await seen.until(lambda: any(text.startswith("children") for text in seen.texts()))
            line = next(text for text in seen.texts() if text.startswith("children"))
            print(seen.supervisor._live.runtime.pid, *line.split()[1:], "end", flush=True)
            await asyncio.Event().wait()
asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""
FAMILY = (
    COUNTER
    + """
import os, subprocess
def spin(state):
    child = subprocess.Popen(["sleep", "1000"])
    os.write(1, b"children %d\\n" % child.pid)
    sum(range(10**13))
"""
)


async def kill_a_builder(app_path: Path, how: str) -> None:
    """Start a builder whose app holds the interpreter's lock, kill it, wait until all is gone."""
    builder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BUILDER, str(app_path), how, stdout=asyncio.subprocess.PIPE
    )
    assert builder.stdout is not None
    async with asyncio.timeout(supervised_apps.LIMIT_S):
        said = b""
        while b"end" not in said:
            line = await builder.stdout.readline()
            assert line, said
            said += line
        pids = [int(word) for word in said.split() if word.isdigit()]
        builder.kill()
        await builder.wait()
        while not all(is_gone(pid) for pid in pids):
            await asyncio.to_thread(lambda: None)


@pytest.mark.parametrize(("how", "times"), [("template", 5), ("spare", 3), ("fresh", 4)])
async def test_a_killed_builder_leaves_no_process_even_of_apps_that_hold_the_lock(
    app_path: Path, how: str, times: int
) -> None:
    (app_path / "main.py").write_text(FAMILY)
    for _ in range(times):
        await kill_a_builder(app_path, how)


@pytest.mark.soak
@pytest.mark.timeout(1200)
async def test_two_hundred_killed_builders_leave_no_process(app_path: Path) -> None:
    (app_path / "main.py").write_text(FAMILY)
    for number in range(200):
        await kill_a_builder(app_path, ("template", "spare", "fresh", "template")[number % 4])
