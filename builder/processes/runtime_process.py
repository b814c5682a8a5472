"""A runtime process as a block: inside it there is one, after it there is none.

The process talks with us over a socket pair of its own (``protocol`` says how); its stdout and stderr are
pipes that we read, so that whatever writes to them is seen: C code, subprocesses, a dying interpreter.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.processes.child_process import ChildProcess, Start, spawning
from mainspring.builder.processes.process_output import ProcessOutput
from mainspring.runtime.protocol import (
    ProtocolError,
    Receiver,
    Shutdown,
    ToBuilder,
    ToRuntime,
    encode,
    trace_signal,
)

__all__ = ["Exit", "Runtime", "open_runtime"]

# Of a child that reads nothing, this much is kept. A guess: at a hand-over the state of all sessions
# passes here at once, while the new runtime is reading it.
MAX_QUEUED_BYTES: Final = 256 * 1024 * 1024
READ_BYTES: Final = 64 * 1024

# Ask, then insist, then end it: an app may ignore the first two, and a process that outlives us keeps
# the ports and files which the next one needs.
ASK_S: Final = 0.5
INSIST_S: Final = 0.4
END_S: Final = 1.0

# The end of the connection and the end of the process come in either order; the second one has this long.
SETTLE_S: Final = 0.1

_log = logging.getLogger(__name__)


class Exit(msgspec.Struct, frozen=True):
    """How a process ended: with an exit code, or by a signal such as ``SIGKILL``.

    ``problem`` says why we ended it, when we did so because it misbehaved.
    """

    code: int | None
    signal: str | None
    problem: str = ""

    def __str__(self) -> str:
        how = f"ended by {self.signal}" if self.signal else f"ended with exit code {self.code}"
        return f"{how}: {self.problem}" if self.problem else how


class Runtime:
    """A running runtime process. Made by ``open_runtime``."""

    def __init__(
        self,
        generation: int,
        on_message: Callable[[ToBuilder], None],
        on_output: Callable[[str, list[str]], None],
        on_exit: Callable[[Exit], None],
        max_queued_bytes: int,
    ) -> None:
        self.generation = generation
        self.exit: Exit | None = None
        """How it ended, or ``None`` while it runs."""
        self._on_message = on_message
        self._on_exit = on_exit
        self._max_queued_bytes = max_queued_bytes
        self._loop = asyncio.get_running_loop()
        self._process: ChildProcess | None = None
        self._transport: asyncio.Transport | None = None
        self._unwritten: list[bytes] | None = None
        self._connected = False
        self._ended_seen = False
        self._output = ProcessOutput(on_output)
        self._problem = ""
        self._settling: asyncio.TimerHandle | None = None
        self._exited = asyncio.Event()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def send(self, message: ToRuntime) -> None:
        """Write ``message``; nothing happens if the process is gone (its end is reported anyway).

        Raises:
            ProtocolError: The message is too large for a frame.
        """
        frame = encode(message, self.generation)
        if self._transport is None or self._transport.is_closing():
            return
        # The first message goes at once; what follows in the same turn of the loop goes together, at its end.
        if self._unwritten is None:
            self._unwritten = []
            self._loop.call_soon(self._write)
            self._transport.write(frame)
            self._stay_within(self._transport)
        else:
            self._unwritten.append(frame)

    def _write(self) -> None:
        frames, self._unwritten = self._unwritten, None
        if frames and self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(frames))
            self._stay_within(self._transport)

    def _stay_within(self, transport: asyncio.Transport) -> None:
        if transport.get_write_buffer_size() > self._max_queued_bytes:
            self.kill("it did not read what was sent to it")

    def kill(self, problem: str = "") -> None:
        """End the process and its group without asking. ``problem`` becomes that of its ``Exit``."""
        self._problem = self._problem or problem
        self._signal(signal.SIGKILL)

    def trace(self) -> None:
        """Have the process write where its threads are to its stderr, and end."""
        self._signal(signal.Signals(trace_signal()), group=False)

    async def exited(self) -> Exit:
        """Wait for the end of the process."""
        await self._exited.wait()
        assert self.exit is not None
        return self.exit

    # --- from spawn to reaped ---

    async def _start(self, start: Start, app_path: Path) -> None:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = await start(app_path, theirs, self.generation)
            self._loop.add_reader(self._process.exit_descriptor, self._process_ended)
            self._output.read(self._process.outputs)
            connection = _Connection(self.generation, self._on_message, self._connection_lost)
            self._transport, _ = await self._loop.create_unix_connection(lambda: connection, sock=ours)
            self._connected = True
        except BaseException:
            ours.close()
            raise

    async def _end(self) -> None:
        """Return when the process is reaped and every descriptor closed, within two seconds."""
        try:
            if self._process is not None and not self._exited.is_set():
                self.send(Shutdown())
                for limit, insist in ((ASK_S, signal.SIGTERM), (INSIST_S, signal.SIGKILL), (END_S, None)):
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(limit):
                            await self._exited.wait()
                            break
                    if insist is None:
                        _log.error("process %d is still there after SIGKILL", self._process.pid)
                    else:
                        self._signal(insist)
        finally:
            # On cancellation, or when even SIGKILL was slow, there is no more waiting in the loop.
            if self._process is not None and self._process.returncode is None:
                self._signal(signal.SIGKILL)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(END_S)
                    self._report_exit()
            self._close()

    def _close(self) -> None:
        if self._settling is not None:
            self._settling.cancel()
        self._forget_exit()
        self._output.close()
        if self._process is not None:
            self._process.close()
        if self._transport is not None:
            self._transport.abort()

    def _signal(self, number: signal.Signals, *, group: bool = True) -> None:
        # Until it is reaped, nobody else can have its number; afterwards the group may be another's.
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                (os.killpg if group else os.kill)(self._process.pid, number)

    # --- what the loop tells ---

    def _process_ended(self) -> None:
        assert self._process is not None
        self._forget_exit()
        # Its children first, while its own number keeps the group ours.
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._settle()

    def _connection_lost(self, problem: str) -> None:
        self._connected = False
        if problem:
            self.kill(problem)
        self._settle()

    def _settle(self) -> None:
        """Report the end when both have come, process and connection, or the second takes too long."""
        assert self._process is not None
        if self._process.returncode is not None and not self._connected:
            self._report_exit()
        elif self._settling is None:
            self._settling = self._loop.call_later(SETTLE_S, self._settle_at_last)

    def _settle_at_last(self) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self.kill("it closed its connection to the builder")
        else:
            self._report_exit()

    def _report_exit(self) -> None:
        assert self._process is not None
        if self.exit is not None:
            return
        self._output.read_rest()
        code = self._process.returncode
        assert code is not None
        if code < 0:
            self.exit = Exit(None, _signal_name(-code), self._problem)
        else:
            # It came to its own end before we could end it.
            self.exit = Exit(code, None)
        self._exited.set()
        self._on_exit(self.exit)

    def _forget_exit(self) -> None:
        if self._process is not None and not self._ended_seen:
            self._ended_seen = True
            self._loop.remove_reader(self._process.exit_descriptor)


@asynccontextmanager
async def open_runtime(
    app_path: Path,
    generation: int,
    *,
    on_message: Callable[[ToBuilder], None],
    on_output: Callable[[str, list[str]], None],
    on_exit: Callable[[Exit], None] = lambda _: None,
    start: Start | None = None,
    max_queued_bytes: int = MAX_QUEUED_BYTES,
) -> AsyncIterator[Runtime]:
    """Start a process for ``app_path``; whoever opens the block sends ``Load`` first.

    Use it from the main thread's loop: the process dies with the *thread* that started it. The callbacks
    run in the loop: ``on_message`` for each message in order, ``on_output`` with ``stdout`` or ``stderr``
    and lines, ``on_exit`` once, after the last message and the last line. Leaving the block asks the process
    to end, then makes it end, within two seconds; its group, its descriptors and its zombie go with it.
    A process that leaves ``max_queued_bytes`` unread is ended as well.

    Raises:
        OSError: It could not be started, such as for want of descriptors or of the folder.
    """
    runtime = Runtime(generation, on_message, on_output, on_exit, max_queued_bytes)
    try:
        await runtime._start(start or spawning(), app_path)
        yield runtime
    finally:
        await runtime._end()


class _Connection(asyncio.BufferedProtocol):
    """Our end of the socket pair."""

    def __init__(
        self, generation: int, on_message: Callable[[ToBuilder], None], on_lost: Callable[[str], None]
    ) -> None:
        self._receiver: Receiver[ToBuilder] = Receiver(ToBuilder, generation)
        self._on_message = on_message
        self._on_lost = on_lost
        self._buffer = bytearray(READ_BYTES)
        self._transport: asyncio.BaseTransport | None = None
        self._problem = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        try:
            messages = self._receiver.feed(bytes(memoryview(self._buffer)[:nbytes]))
        except ProtocolError as error:
            self._problem = f"it wrote something else than messages to its connection ({error})"
            assert self._transport is not None
            self._transport.close()
            return
        for message in messages:
            self._on_message(message)

    def connection_lost(self, exc: Exception | None) -> None:
        self._on_lost(self._problem)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
