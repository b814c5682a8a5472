"""A process that runs an app, however it was started, and the plain way to start one.

``runtime_process`` needs of a process what ``ChildProcess`` says. Processes of their own are started here;
``template_process`` makes them of a process that has the app's packages loaded already.
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Protocol

__all__ = ["RUNTIME_COMMAND", "ChildProcess", "SpawnedProcess", "Start", "environment", "spawning"]

RUNTIME_COMMAND: Final = (sys.executable, "-P", "-m", "mainspring.runtime")


class ChildProcess(Protocol):
    """A running process: the leader of its own group, with its number held until ``wait`` returns.

    Attributes:
        pid: Also the number of its group.
        returncode: As ``subprocess`` has it: negative for a signal, ``None`` while it is not reaped.
        outputs: Descriptors to read its stdout and stderr from.
        exit_descriptor: Becomes readable when it has ended.
    """

    pid: int
    outputs: Mapping[str, int]
    exit_descriptor: int

    @property
    def returncode(self) -> int | None: ...

    def wait(self, timeout_s: float | None = None) -> None:
        """Reap it, blocking until it has ended.

        Raises:
            subprocess.TimeoutExpired: It has not ended in time.
        """

    def close(self) -> None:
        """Close all descriptors."""


Start = Callable[[Path, socket.socket, int], Awaitable[ChildProcess]]
"""Starts a runtime from the app's folder, the process's end of the connection and its generation.

Raises ``OSError``.
"""


def spawning(command: Sequence[str] = RUNTIME_COMMAND) -> Start:
    """The way to start a fresh interpreter with ``command`` and the options of ``runtime.__main__``."""
    return partial(_spawn, command)


async def _spawn(
    command: Sequence[str], app_path: Path, connection: socket.socket, generation: int
) -> ChildProcess:
    return _spawned(command, app_path, connection, generation)


def _spawned(
    command: Sequence[str], app_path: Path, connection: socket.socket, generation: int
) -> SpawnedProcess:
    options = {"--descriptor": connection.fileno(), "--generation": generation, "--parent-pid": os.getpid()}
    process = subprocess.Popen(
        [*command, *(text for name, number in options.items() for text in (name, str(number)))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        pass_fds=(connection.fileno(),),
        cwd=app_path,
        start_new_session=True,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    # The pipes' descriptors are ours from here on, as they are with a process that we didn't spawn.
    outputs = {"stdout": os.dup(process.stdout.fileno()), "stderr": os.dup(process.stderr.fileno())}
    process.stdout.close()
    process.stderr.close()
    return SpawnedProcess(process, outputs)


class SpawnedProcess:
    """A child of this process."""

    def __init__(self, process: subprocess.Popen[bytes], outputs: Mapping[str, int]) -> None:
        self._process = process
        self.pid = process.pid
        self.outputs = outputs
        self.exit_descriptor = _open_exit_descriptor(process.pid)

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    def wait(self, timeout_s: float | None = None) -> None:
        self._process.wait(timeout_s)

    def close(self) -> None:
        for descriptor in (*self.outputs.values(), self.exit_descriptor):
            os.close(descriptor)


def environment() -> dict[str, str]:
    """The environment of a runtime."""
    return {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "PYTHONFAULTHANDLER": "1",
        # Whatever the locale says, we read UTF-8; a lone surrogate is no reason for an exception.
        "PYTHONIOENCODING": "utf-8:backslashreplace",
    }


def _open_exit_descriptor(pid: int) -> int:
    """A descriptor that becomes readable when the process has ended (and reaps nothing)."""
    if sys.platform == "linux":
        return os.pidfd_open(pid)
    else:  # noqa: RET505 - mypy takes what follows a platform's return for unreachable
        queue = select.kqueue()
        event = select.kevent(pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)
        queue.control([event], 0)
        descriptor = os.dup(queue.fileno())
        queue.close()
        return descriptor
