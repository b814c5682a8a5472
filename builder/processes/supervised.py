"""One runtime process as its supervisor sees it: what it is there for, what it still owes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from mainspring.builder.processes.runtime_process import Exit, Runtime
from mainspring.runtime.protocol import (
    Done,
    ErrorReport,
    Event,
    Ping,
    ProtocolError,
    ReadRows,
    Ready,
    Replay,
    Rows,
    ToRuntime,
    TraceFrame,
    Verified,
    Verify,
)

__all__ = ["Child", "Limits", "lost", "report_of_exit", "report_of_timeout"]


class Limits(msgspec.Struct, frozen=True):
    """How long things may take, in seconds, and how many may wait.

    Attributes:
        load_s: From the start of a process until the app is loaded.
        export_s: Until the next piece of the sessions' state comes from the runtime before.
        export_most_s: Until all of it has come.
        finish_s: For handlers that were running when a newer runtime took over.
        queued_messages: For the next runtime, while none serves, or while that one is too old for them.
        queued_s: For one of them, as long as one serves that could refuse it.
        ping_s: Between two questions whether the runtime that serves is there.
        silent_s: Without an answer; then people are told.
        trace_s: For a runtime that was not loaded in time to say where it is.
        cancel_s: For a handler to end after it was cancelled; then the app is replaced.
        ahead_s: For a process that was started in expectation of a reload to be wanted.
        finishing: Runtimes of before in which handlers still run; one more ends the oldest.
    """

    load_s: float = 30.0
    export_s: float = 1.0
    export_most_s: float = 10.0
    finish_s: float = 5.0
    queued_messages: int = 1_000
    queued_s: float = 30.0
    finishing: int = 3
    ping_s: float = 1.0
    silent_s: float = 5.0
    trace_s: float = 1.0
    cancel_s: float = 2.0
    ahead_s: float = 3.0


class Child:
    """A runtime process from its start until it is reaped.

    ``asked`` is when the user's wish came that it answers (loop time). ``wanted``, ``loaded``, ``exported``,
    ``idle`` and ``over`` are set when that is so, or when it will never be.
    """

    def __init__(self, generation: int) -> None:
        self.generation: Final = generation
        self.asked = 0.0
        self.runtime: Runtime | None = None
        self.ready: Ready | None = None
        self.wanted = asyncio.Event()
        self.loaded = asyncio.Event()
        self.exported = asyncio.Event()
        self.gave = asyncio.Event()
        """Set at each piece of state that comes from it."""
        self.idle = asyncio.Event()
        self.over = asyncio.Event()
        self.answered = asyncio.Event()
        self.trace: list[str] | None = None
        """What it wrote about where it is, if it was asked because it was not loaded in time."""
        self.finishing = False
        """Whether a newer one has taken over, and only what was running goes on here."""
        self.restoring = 0
        """How many ``Restore`` it has not confirmed yet."""
        self._pending: dict[tuple[str, int], asyncio.Event] = {}
        self._questions: dict[tuple[str, int], ReadRows | Verify] = {}

    def send(self, message: ToRuntime) -> None:
        """Write ``message``, if there is a process to write to.

        Raises:
            ProtocolError: It is too large.
        """
        event = message.event if isinstance(message, Replay) else message
        if isinstance(event, Event):
            self._pending[event.session_id, event.sequence] = asyncio.Event()
        elif isinstance(message, ReadRows | Verify):
            self._questions[_question(message)] = message
        if self.runtime is not None:
            try:
                self.runtime.send(message)
            except ProtocolError:
                if isinstance(event, Event):
                    del self._pending[event.session_id, event.sequence]
                raise

    def settle(self, done: Done) -> bool:
        """Take note of an answer; ``False`` if that event was answered before."""
        answered = self._pending.pop((done.session_id, done.sequence), None)
        if answered is not None:
            answered.set()
        return answered is not None

    def settle_all(self, status: str, message: str) -> Iterator[Done]:
        """Yield an answer for every event that has none yet."""
        pending, self._pending = self._pending, {}
        for (session_id, sequence), answered in pending.items():
            answered.set()
            yield Done(session_id, sequence, status, message)

    @property
    def owes_any(self) -> bool:
        """Whether some event is here and not answered yet."""
        return bool(self._pending)

    def owes(self, session_id: str, sequence: int) -> bool:
        """Whether this event is here and not answered yet."""
        return (session_id, sequence) in self._pending

    async def goes_on(self, session_id: str, sequence: int, limit_s: float) -> bool:
        """Wait for the answer to an event; whether it is still owed after ``limit_s``."""
        if (answered := self._pending.get((session_id, sequence))) is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(limit_s):
                    await answered.wait()
        return self.owes(session_id, sequence)

    def settle_question(self, answer: Rows | Verified) -> bool:
        """Take note of an answer; ``False`` if that was answered before."""
        return self._questions.pop(_question(answer), None) is not None

    def settle_all_questions(self) -> Iterator[Rows | Verified]:
        """Yield an answer for every request for rows and every visitor that has none yet."""
        questions, self._questions = self._questions, {}
        yield from map(lost, questions.values())

    async def gives_all(self, limits: Limits) -> bool:
        """Wait for the state of all sessions, as long as more of it comes; whether all has come."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limits.export_most_s):
                while not self.exported.is_set():
                    self.gave.clear()
                    async with asyncio.timeout(limits.export_s):
                        await self.gave.wait()
        return self.exported.is_set()

    async def watch(self, limits: Limits, tell: Callable[[bool], None]) -> None:
        """Ask it again and again whether it is there, until it is over; ``tell`` whether it responds."""
        while not self.over.is_set():
            self.answered.clear()
            self.send(Ping())
            try:
                async with asyncio.timeout(limits.silent_s):
                    await self.answered.wait()
            except TimeoutError:
                tell(False)
                await self.answered.wait()
                if not self.over.is_set():
                    tell(True)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(limits.ping_s):
                    await self.over.wait()

    def replaced(self) -> None:
        """A newer one serves: what runs in it may end."""
        self.finishing = True
        self.over.set()
        self.answered.set()

    def end(self) -> None:
        """Nobody waits for it any longer: it shall go."""
        for event in (
            self.wanted,
            self.loaded,
            self.exported,
            self.gave,
            self.idle,
            self.over,
            self.answered,
        ):
            event.set()


def lost(question: ReadRows | Verify) -> Rows | Verified:
    """The answer when no runtime gives one."""
    if isinstance(question, Verify):
        return Verified(question.request, "lost")
    return Rows(question.session_id, question.request, "lost")


def _question(message: ReadRows | Rows | Verify | Verified) -> tuple[str, int]:
    """What question and answer have in common; visitors have no session yet."""
    return message.session_id if isinstance(message, ReadRows | Rows) else "", message.request


def report_of_exit(exit_: Exit) -> ErrorReport:
    """What to show when the process ended while it was loading the app."""
    return ErrorReport("AppEnded", f"the app {exit_} while it was loading")


def report_of_timeout(limit_s: float, frames: tuple[TraceFrame, ...] = ()) -> ErrorReport:
    """What to show when the app was not loaded in time; ``frames`` say where it was."""
    if own := [frame for frame in frames if frame.owner == "app"]:
        return ErrorReport(
            "TimeoutError",
            f"main.py was not loaded within {limit_s:g} s: it was still in {own[-1].file}, "
            f"line {own[-1].line}",
            frames,
        )
    return ErrorReport(
        "TimeoutError",
        f"main.py was not loaded within {limit_s:g} s: is there an endless loop at its top level, or does it "
        "wait for something?",
    )
