"""The servers that are measured, each a command that prints its URL, and what their processes use."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
COUNTER: Final = HERE / "apps" / "counter"
LARGE: Final = HERE / "apps" / "large"
CHAT: Final = HERE / "apps" / "chat"
# The service's own limit on one browser's events is meant for people.
NO_LIMIT: Final = "events_per_s = 1000000\nsessions = 10000\n"
Command = list[str | Path]


@dataclass(frozen=True)
class Served:
    """A command that serves."""

    url: str
    pid: int

    def processes(self) -> dict[int, str]:
        """The process of the command and all below it, each with its command line."""
        parents: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                    parents.setdefault(parent, []).append(int(entry.name))
        todo, found = [self.pid], {}
        while todo:
            number = todo.pop()
            with contextlib.suppress(OSError):
                line = Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[number] = line.strip()
            todo += parents.get(number, [])
        return found

    def cpu_s(self) -> float:
        """Processor seconds that its processes have used until now."""
        ticks = 0
        for number in self.processes():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_kib(self) -> Mapping[str, int]:
        """Proportional set size: of the service, and of the app's process (the one below it)."""
        sizes = {"service": 0, "app": 0}
        for number in self.processes():
            with contextlib.suppress(OSError):
                lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
                size = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
                sizes["service" if number == self.pid else "app"] += size
        return sizes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def floor() -> Command:
    return [sys.executable, HERE / "floor" / "main.py", str(free_port())]


def mainspring(*arguments: str | Path) -> Command:
    """The command line of the Mainspring that is installed beside this Python."""
    return [Path(sys.executable).with_name("mainspring"), *arguments]


def run(app: Path = COUNTER) -> Command:
    return mainspring("run", app, "--port", "0")


SERVERS: Final[Mapping[str, Callable[[], Command]]] = {"floor": floor, "mainspring": run}


@contextlib.contextmanager
def open_command(*command: str | Path) -> Iterator[Served]:
    """Run a command that prints its URL when it serves; end it with the block.

    What it keeps for its user between starts, such as a layout, begins empty and goes with the block.
    """
    with tempfile.TemporaryDirectory() as state:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, "XDG_STATE_HOME": state},
        )  # fmt: skip
        try:
            assert process.stdout is not None
            yield Served(process.stdout.readline().strip(), process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def open_copy(app: Path, settings: str = NO_LIMIT) -> Iterator[Path]:
    """A copy of an app that may be changed, with settings of its own."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, app.name)
        shutil.copytree(app, copy)
        (copy / "mainspring.toml").write_text(settings, encoding="utf-8")
        yield copy
