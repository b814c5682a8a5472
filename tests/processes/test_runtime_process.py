"""A process is a block: what it says is heard, and after the block nothing of it is left."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mainspring.builder.processes.child_process import spawning
from mainspring.builder.processes.runtime_process import Exit, Runtime, open_runtime
from mainspring.runtime.protocol import Record, Retired, Shutdown, ToBuilder
from supervised_apps import is_gone

LIMIT_S = 20.0

# What all scripts begin with: the arguments, and a way to say something.
PREAMBLE = """
import os, signal, socket, subprocess, sys, time
from mainspring.runtime.protocol import Receiver, Record, Retired, ToRuntime, encode
numbers = dict(zip(sys.argv[1::2], map(int, sys.argv[2::2])))
connection = socket.socket(fileno=numbers["--descriptor"])
connection.set_inheritable(False)
def say(message, generation=numbers["--generation"]):
    connection.sendall(encode(message, generation))
def wait_for_the_end():
    connection.recv(65536)
"""


class Process:
    """A runtime made of a script, and what came from it."""

    def __init__(self) -> None:
        self.messages: list[ToBuilder] = []
        self.output: list[tuple[str, str]] = []
        self.exits: list[Exit] = []
        self.runtime: Runtime
        self._news = asyncio.Event()

    def on_message(self, message: ToBuilder) -> None:
        self.messages.append(message)
        self._news.set()

    def on_output(self, stream: str, lines: list[str]) -> None:
        self.output += [(stream, line) for line in lines]
        self._news.set()

    def on_exit(self, exit_: Exit) -> None:
        self.exits.append(exit_)
        self._news.set()

    async def until(self, found: Callable[[], Any]) -> Any:
        async with asyncio.timeout(LIMIT_S):
            while not (answer := found()):
                self._news.clear()
                await self._news.wait()
        return answer

    async def line(self, text: str) -> None:
        await self.until(lambda: text in [line for _, line in self.output])

    async def exit(self) -> Exit:
        async with asyncio.timeout(LIMIT_S):
            return await self.runtime.exited()


@asynccontextmanager
async def running(folder: Path, script: str, generation: int = 1, **settings: Any) -> AsyncIterator[Process]:
    (folder / "script.py").write_text(PREAMBLE + script)
    process = Process()
    async with open_runtime(
        folder,
        generation,
        on_message=process.on_message,
        on_output=process.on_output,
        on_exit=process.on_exit,
        start=spawning([sys.executable, "-P", str(folder / "script.py")]),
        **settings,
    ) as process.runtime:
        yield process


def children() -> set[int]:
    """Processes that this one has started and not reaped; the browser of other tests is among them."""
    found = set[int]()
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # A thread that has ended meanwhile.
            found.update(map(int, (task / "children").read_text().split()))
    return found


def descriptors() -> set[str]:
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found.add(f"{entry.name} {entry.readlink()}")
    return found


async def test_messages_come_in_order_and_those_of_another_generation_do_not(tmp_path: Path) -> None:
    script = """
for number in range(1000):
    say(Record(1.0, "stdout", "info", str(number)))
    say(Record(1.0, "stdout", "info", "old"), 6)
say(Retired())
wait_for_the_end()
"""
    async with running(tmp_path, script, generation=7) as process:
        await process.until(lambda: Retired() in process.messages)

    texts = [message.text for message in process.messages if isinstance(message, Record)]
    assert texts == [str(number) for number in range(1000)]


async def test_output_of_python_c_and_subprocesses_comes_as_lines(tmp_path: Path) -> None:
    script = """
print("from python")
os.write(1, b"from c\\n")
subprocess.run(["sh", "-c", "echo from a subprocess >&2"])
print("grün \\ud800")
print("no end", end="", flush=True)
"""
    async with running(tmp_path, script) as process:
        await process.exit()

    assert [line for stream, line in process.output if stream == "stdout"] == [
        "from python",
        "from c",
        "grün \\ud800",
        "no end",
    ]
    assert ("stderr", "from a subprocess") in process.output


async def test_standard_input_is_empty_and_the_folder_is_the_apps(tmp_path: Path) -> None:
    script = """
print(repr(sys.stdin.read()))
print(os.getcwd())
"""
    async with running(tmp_path, script) as process:
        await process.exit()

    assert process.output == [("stdout", "''"), ("stdout", str(tmp_path))]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("raise SystemExit(3)", Exit(3, None)),
        ("os._exit(0)", Exit(0, None)),
        ("os.kill(os.getpid(), signal.SIGKILL)", Exit(None, "SIGKILL")),
        ("os.kill(os.getpid(), signal.SIGSEGV)", Exit(None, "SIGSEGV")),
        ("os.abort()", Exit(None, "SIGABRT")),
    ],
)
async def test_an_end_is_reported_once_with_its_code_or_signal(
    tmp_path: Path, script: str, expected: Exit
) -> None:
    async with running(tmp_path, script) as process:
        assert await process.exit() == expected

    assert process.exits == [expected]


async def test_a_crash_leaves_faulthandlers_lines_before_the_end_is_reported(tmp_path: Path) -> None:
    async with running(tmp_path, "say(Retired())\nos.kill(os.getpid(), signal.SIGSEGV)") as process:
        await process.until(lambda: process.exits)

        assert any("Segmentation fault" in line for _, line in process.output)
        assert process.messages == [Retired()]


async def test_garbage_on_the_pipe_ends_the_process_and_says_so(tmp_path: Path) -> None:
    async with running(
        tmp_path, "connection.sendall(b'x' * 100)\nwait_for_the_end()\ntime.sleep(1e6)"
    ) as process:
        exit_ = await process.exit()

    assert exit_.signal == "SIGKILL"
    assert "something else than messages" in exit_.problem


async def test_a_closed_connection_ends_the_process_and_says_so(tmp_path: Path) -> None:
    async with running(tmp_path, "connection.close()\ntime.sleep(1e6)") as process:
        exit_ = await process.exit()

    assert "closed its connection" in str(exit_)


async def test_a_process_is_asked_to_end_when_the_block_does(tmp_path: Path) -> None:
    script = """
receiver = Receiver(ToRuntime, numbers["--generation"])
say(Retired())
print(receiver.feed(connection.recv(65536)))
"""
    async with running(tmp_path, script) as process:
        await process.until(lambda: process.messages)

    assert process.exits == [Exit(0, None)]
    assert process.output == [("stdout", str([Shutdown()]))]


STUBBORN = {
    "a process that ignores SIGTERM": "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n",
    "a process that is stopped": "os.kill(os.getpid(), signal.SIGSTOP)\n",
    "a process in a call that holds the lock": "sum(range(10**13))\n",
}


@pytest.mark.parametrize("case", STUBBORN)
async def test_a_child_that_does_not_listen_is_gone_when_the_block_ends(tmp_path: Path, case: str) -> None:
    async with running(tmp_path, f"say(Retired())\n{STUBBORN[case]}while True: time.sleep(1e6)") as process:
        await process.until(lambda: process.messages)
        pid = process.runtime.pid

    assert is_gone(pid)
    assert process.exits[0].signal in ("SIGTERM", "SIGKILL")


@pytest.mark.parametrize("end", ["", "os._exit(1)\n"])
async def test_the_childs_own_children_go_with_it(tmp_path: Path, end: str) -> None:
    script = f"""
child = subprocess.Popen(["sleep", "1000000"])
print(child.pid)
connection.recv(1)
{end}wait_for_the_end()
"""
    async with running(tmp_path, script) as process:
        await process.until(lambda: process.output)
        child = int(process.output[0][1])
        process.runtime.send(Retired())  # type: ignore[arg-type]
        if end:
            await process.exit()

    async with asyncio.timeout(LIMIT_S):
        while not is_gone(child):
            await asyncio.to_thread(lambda: None)


@pytest.mark.parametrize("when", ["while it runs", "while it starts"])
async def test_a_cancelled_block_leaves_nothing(tmp_path: Path, when: str) -> None:
    before = descriptors()
    pids: list[int] = []

    async def run() -> None:
        script = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nsay(Retired())\nwhile True: time.sleep(1e6)"
        async with running(tmp_path, script) as process:
            pids.append(process.runtime.pid)
            await process.until(lambda: process.messages)
            started.set()
            await process.exit()

    others = children()
    started = asyncio.Event()
    task = asyncio.create_task(run())
    if when == "while it runs":
        await started.wait()
    else:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()  # even its cleaning up is cut short
    with pytest.raises(asyncio.CancelledError):
        await task

    assert all(is_gone(pid) for pid in pids)
    assert children() <= others
    assert await settled_descriptors(before) == before


async def settled_descriptors(expected: set[str]) -> set[str]:
    """Descriptors after the loop has closed its transports, which takes it a turn or two."""
    for _ in range(5):
        if descriptors() == expected:
            break
        await asyncio.sleep(0)
    return descriptors()


async def test_twenty_processes_leave_no_descriptor_thread_or_zombie(tmp_path: Path) -> None:
    before, threads, others = descriptors(), threading.active_count(), children()
    for _ in range(20):
        async with running(tmp_path, "say(Retired())\nwait_for_the_end()") as process:
            await process.until(lambda process=process: process.messages)  # type: ignore[misc]

    assert await settled_descriptors(before) == before
    assert threading.active_count() == threads
    assert children() <= others


async def test_a_folder_that_is_not_there_is_an_error_that_leaves_nothing(tmp_path: Path) -> None:
    before = descriptors()
    with pytest.raises(FileNotFoundError):
        async with open_runtime(
            tmp_path / "gone", 1, on_message=lambda _: None, on_output=lambda _, __: None
        ):
            pass

    assert descriptors() == before


async def test_a_child_that_reads_nothing_does_not_fill_our_memory(tmp_path: Path) -> None:
    script = "say(Retired())\nwhile True: time.sleep(1e6)"
    async with running(tmp_path, script, max_queued_bytes=1_000_000) as process:
        await process.until(lambda: process.messages)
        for _ in range(20):
            process.runtime.send(Record(1.0, "stdout", "info", "x" * 100_000))  # type: ignore[arg-type]
        exit_ = await process.exit()

    assert "did not read" in exit_.problem


async def test_a_flood_of_output_is_read_to_its_end(tmp_path: Path) -> None:
    script = "os.write(1, b'')\nfor number in range(200_000): print(number)\nprint('end')"
    async with running(tmp_path, script) as process:
        await process.exit()

    assert [line for _, line in process.output] == [*map(str, range(200_000)), "end"]


async def test_the_builder_can_be_killed_and_the_end_of_the_pipe_is_the_childs(tmp_path: Path) -> None:
    # The builder here is a process of its own, so that it can be killed.
    (tmp_path / "script.py").write_text(PREAMBLE + "print('ready')\nwait_for_the_end()")
    builder = tmp_path / "builder.py"
    builder.write_text(f"""
import asyncio, pathlib, sys
from mainspring.builder.processes.child_process import spawning
from mainspring.builder.processes.runtime_process import open_runtime
async def main():
    folder = pathlib.Path({str(tmp_path)!r})
    ready = asyncio.Event()
    async with open_runtime(folder, 1, on_message=print, on_output=lambda *_: ready.set(),
                            start=spawning([sys.executable, "-P", str(folder / "script.py")])) as runtime:
        await ready.wait()
        print(runtime.pid, flush=True)
        await runtime.exited()
asyncio.run(main())
""")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(builder), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(LIMIT_S):
        child = int(await process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        await process.wait()
        while not is_gone(child):
            await asyncio.to_thread(lambda: None)
