"""A process that has an app's packages loaded and makes runtimes: see ``mainspring.runtime.template``.

A *template* forks as many as are asked for; a *spare* becomes the one runtime that is. Either runs no code of
the app and ends with this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from mainspring.builder.processes.child_process import ChildProcess, SpawnedProcess, environment
from mainspring.runtime.protocol import (
    FORK_STATUS,
    Fork,
    FromTemplate,
    Importing,
    Prepare,
    Prepared,
    ProtocolError,
    Receiver,
    Retire,
    Unfit,
    encode,
)

__all__ = ["CannotFork", "TemplateProcess"]

TEMPLATE_COMMAND: Final = (sys.executable, "-P", "-m", "mainspring.runtime.template")

# A fork takes some milliseconds; a fresh interpreter is the better choice for a template that is stuck.
FORK_S: Final = 2.0
END_S: Final = 1.0


class CannotFork(Exception):
    """This process makes no further runtime, for the reason given; start one another way."""


class TemplateProcess:
    """Belongs to the loop of the main thread: the process dies with the thread that started it.

    Attributes:
        prepared: Whether runtimes can be asked for.
        unfit: The package and why it can't be here, if it came to that.
    """

    def __init__(
        self,
        app_path: Path,
        modules: tuple[str, ...],
        on_change: Callable[[TemplateProcess], None],
        *,
        spare: bool,
    ) -> None:
        """Start it and have it import ``modules``. ``on_change`` is called when it is prepared, when it
        turns out to be unfit and when it is gone.

        Raises:
            OSError: It could not be started.
        """
        self.prepared = False
        self.gone = False
        self.unfit: tuple[str, str] | None = None
        self._spare = spare
        self._handed_over = False
        self._on_change = on_change
        self._importing = ""
        self._receiver: Receiver[FromTemplate] = Receiver(FromTemplate, 0)
        self._loop = asyncio.get_running_loop()
        self._control, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = self._spawn(app_path, theirs.fileno())
                # While it starts, this much waits in the socket.
                self._control.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
                self._control.sendall(encode(Prepare(modules), 0))
            except BaseException:
                self._control.close()
                raise
        self._control.setblocking(False)
        self._loop.add_reader(self._control, self._read)

    def _spawn(self, app_path: Path, descriptor: int) -> subprocess.Popen[bytes]:
        options = {"--descriptor": str(descriptor), "--parent-pid": str(os.getpid())}
        if self._spare:
            options["--spare"] = "yes"
        return subprocess.Popen(
            [*TEMPLATE_COMMAND, *(text for option in options.items() for text in option)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(descriptor,),
            cwd=app_path,
            start_new_session=True,
            env=environment(),
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    async def start(self, app_path: Path, connection: socket.socket, generation: int) -> ChildProcess:
        """Make a runtime: a ``child_process.Start``.

        Raises:
            CannotFork: Not here.
            OSError: Not at all.
        """
        if not self.prepared or self.gone:
            raise CannotFork("the template process is gone")
        os.stat(app_path)  # noqa: PTH116 (a fork would notice too late that it isn't there)
        with contextlib.ExitStack() as theirs, contextlib.ExitStack() as ours:
            ends = []
            for _ in range(3):
                reading, writing = os.pipe()
                ours.callback(os.close, reading)
                theirs.callback(os.close, writing)
                ends.append((reading, writing))
            (stdout, _), (stderr, _), (status, _) = ends
            self._handed_over = self._spare
            message = encode(Fork(generation, str(app_path)), 0)
            try:
                socket.send_fds(
                    self._control, [message], [connection.fileno(), *(writing for _, writing in ends)]
                )
            except OSError as error:
                raise CannotFork(f"the template process does not take orders: {error}") from error
            theirs.close()
            try:
                pid = await self._number(status)
            except BaseException:
                # Whatever it makes now has nobody to talk to, and ends.
                self._handed_over = False
                raise
            ours.pop_all()
        outputs = {"stdout": stdout, "stderr": stderr}
        if not self._spare:
            return _ForkedProcess(pid, outputs, status)
        os.close(status)
        self.prepared = False
        self._let_go()
        return SpawnedProcess(self._process, outputs)

    async def _number(self, status: int) -> int:
        """The number of the process that was made."""
        arrived = asyncio.Event()
        self._loop.add_reader(status, arrived.set)
        try:
            async with asyncio.timeout(FORK_S):
                await arrived.wait()
        except TimeoutError:
            raise CannotFork(f"the template process has not answered for {FORK_S:g} s") from None
        finally:
            self._loop.remove_reader(status)
        data = os.read(status, FORK_STATUS.size)
        pid = int(FORK_STATUS.unpack(data)[0]) if len(data) == FORK_STATUS.size else 0
        if not pid:
            raise CannotFork("the template process could not fork")
        return pid

    def retire(self) -> None:
        """Nothing will be asked of it any more; it stays for the runtimes that it has made."""
        self.prepared = False
        if not self.gone:
            try:
                self._control.sendall(encode(Retire(), 0))
            except OSError:
                self._process.kill()

    def close(self) -> None:
        """End it at once, and with it whatever it has made."""
        if self._handed_over:
            return
        idle = self.prepared
        self._let_go()
        if self._process.returncode is None:
            if not idle:
                self._process.kill()
            self._wait()

    def kill(self) -> None:
        """End it while it makes nothing yet, such as in an import that doesn't end."""
        self._process.kill()

    @property
    def importing(self) -> str:
        """The package that it imports now, or did last."""
        return self._importing

    def _wait(self) -> None:
        """Reap it: its connection is closed, so it has ended or is about to."""
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _let_go(self) -> None:
        if not self.gone:
            self.gone = True
            self._loop.remove_reader(self._control)
            self._control.close()

    def _read(self) -> None:
        try:
            data = self._control.recv(1 << 16)
            messages = self._receiver.feed(data)
        except BlockingIOError:
            return
        except (OSError, ProtocolError):
            data, messages = b"", []
        for message in messages:
            match message:
                case Importing():
                    self._importing = message.package
                case Prepared():
                    self.prepared = True
                    self._importing = ""
                case Unfit():
                    self.unfit = message.package, message.reason
                    self.prepared = False
        if not data:
            self.prepared = False
            self._let_go()
            if self._handed_over:
                return
            self._wait()
            if self.unfit is None and self._process.returncode:
                self.unfit = self._importing, "ends the process when it is imported"
        if not data or any(not isinstance(message, Importing) for message in messages):
            self._on_change(self)


class _ForkedProcess:
    """A runtime that a template process has made; the template reaps it when we are done with it."""

    def __init__(self, pid: int, outputs: Mapping[str, int], status: int) -> None:
        self.pid = pid
        self.outputs = outputs
        self.exit_descriptor = status
        self.returncode: int | None = None

    def wait(self, timeout_s: float | None = None) -> None:
        if self.returncode is not None:
            return
        poll = select.poll()
        poll.register(self.exit_descriptor, select.POLLIN)
        if not poll.poll(None if timeout_s is None else timeout_s * 1000):
            raise subprocess.TimeoutExpired("a forked runtime", timeout_s or 0.0)
        data = os.read(self.exit_descriptor, FORK_STATUS.size)
        # A template that ends takes with it what it has made (PR_SET_PDEATHSIG), and says nothing more.
        self.returncode = FORK_STATUS.unpack(data)[0] if len(data) == FORK_STATUS.size else -9

    def close(self) -> None:
        for descriptor in (*self.outputs.values(), self.exit_descriptor):
            os.close(descriptor)
