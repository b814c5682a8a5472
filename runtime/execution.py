"""Running handlers: the order of a session's events, the pool, the loop, and cancelling.

Events of one session start in the order in which they came. A handler has its session to itself for its first
100 ms; then the next may start beside it. Sync handlers run in threads that nothing else uses, async ones as
tasks of one loop; neither is the thread that reads the pipe. Each run has a context of its own, so that no
``ContextVar`` which one handler sets is seen by another user's.
"""

from __future__ import annotations

import contextvars
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from types import AsyncGeneratorType, GeneratorType
from typing import TYPE_CHECKING, Any, Final

from .around import drained, finished
from .calls import Call, current_call
from .clock import Clock
from .late_starts import LateStarts
from .payloads import Refused
from .threads import OwnThread
from .workers import Workers

if TYPE_CHECKING:
    import asyncio

TURN_S: Final = 0.1
# What tells that threads of this process wait for a processor, or for the interpreter's lock.
LATE_S: Final = 0.01
MOST_S: Final = 1.0


class Cancelled(BaseException):
    """Raised inside a sync handler that was cancelled."""


class Run:
    """One event on its way: ``prepare`` checks and gives the call to make, ``end`` is heard of once."""

    def __init__(
        self,
        call: Call,
        prepare: Callable[[], Callable[[], Any]],
        is_async: bool,
        flush: Callable[[], None],
        end: Callable[[Run, str, Any], None],
    ) -> None:
        self.call = call
        self.prepare = prepare
        self.is_async = is_async
        self.flush = flush
        self._end = end
        self.queued_at = time.monotonic()
        self.started_at = self.queued_at
        self.lock = threading.Lock()
        self.thread: int | None = None
        self.task: asyncio.Task[None] | None = None
        self.turn_at = self.queued_at
        self.has_turn = False
        self.take_turn: Callable[[], None] = lambda: None
        self.begun = False
        self.cancelled = False
        self.unwanted = False  # Its session has ended: a generator goes no further than to its next yield.
        self.interrupted = False  # It may have been stopped within a change of its state.
        self.ended = False

    def step(self) -> None:
        """A generator has yielded: what it has changed is shown.

        Raises:
            Cancelled: Nobody wants the rest.
        """
        self.flush()
        if self.unwanted:
            raise Cancelled

    def end(self, status: str, detail: Any = None) -> None:
        with self.lock:
            if self.ended:
                return
            self.ended = True
        self._end(self, status, detail)


class Turns:
    """The order of one session's runs."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: deque[Run] = deque()
        self.holder: Run | None = None
        self.timed: Run | None = None  # Whose turn's end the clock has been told of.


class Executor:
    def __init__(
        self,
        pool_size: int | None,
        clock: Clock,
        loop_failed: Callable[[dict[str, Any]], None],
        late: LateStarts,
    ) -> None:
        self.workers = Workers(pool_size or min(64, 8 * (os.cpu_count() or 1)))
        self._clock = clock
        self._loop_failed = loop_failed
        self._late = late
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def submit(self, turns: Turns, run: Run) -> None:
        with turns.lock:
            turns.waiting.append(run)
            holder = turns.holder
            if holder is not None and holder.has_turn:
                self._time(turns, holder)
        if holder is None:
            self._next(turns, None)

    def _time(self, turns: Turns, run: Run) -> None:
        """Somebody waits: see to it that ``run``'s turn ends in time. The lock of ``turns`` is held.

        (Mostly nobody waits, and no clock ticks.)
        """
        if turns.timed is not run:
            turns.timed = run
            now = time.monotonic()
            due = max(now, run.turn_at + TURN_S)
            self._clock.later(due - now, lambda: self._turn_over(turns, run, due))

    def _turn_over(self, turns: Turns, run: Run, due: float) -> None:
        """The time of ``run`` is over: the next one may start.

        Where even this comes late, the machine is so busy that the handler has hardly had its time: it gets
        as much again, for a second at most.
        """
        now = time.monotonic()
        if now - due < LATE_S or now - run.turn_at > MOST_S:
            self._next(turns, run)
            return
        with turns.lock:
            if turns.holder is run:
                self._clock.later(TURN_S, lambda: self._turn_over(turns, run, now + TURN_S))

    def _next(self, turns: Turns, done: Run | None) -> None:
        """Start the next run of a session if nobody holds the turn (any more)."""
        with turns.lock:
            if done is not None and turns.holder is done:
                turns.holder = None
            if turns.holder is not None or not turns.waiting:
                return
            run = turns.holder = turns.waiting.popleft()
        self._start(turns, run)

    def _start(self, turns: Turns, run: Run) -> None:
        def begin() -> None:
            with turns.lock:
                run.started_at = time.monotonic()
                self._late.begun(run)

        def take_turn() -> None:
            # Not before: what it waits for until it is called is no part of its time.
            with turns.lock:
                run.turn_at = time.monotonic()
                run.has_turn = True
                if turns.waiting:
                    self._time(turns, run)

        run.take_turn = take_turn

        self._late.queued(run, may_wait=run.is_async or self.workers.are_taken)
        if run.is_async:
            self._in_loop(self._begin_task, run, turns, begin)
        else:
            self.workers.do(lambda: contextvars.Context().run(self._run_sync, run, turns, begin))

    # --- threads ---

    def _run_sync(self, run: Run, turns: Turns, begin: Callable[[], None]) -> None:
        token = current_call.set(run.call)
        handed_over = False
        try:
            begin()
            with run.lock:
                if run.cancelled:
                    raise Cancelled
                run.begun = True
                run.thread = threading.get_ident()
            try:
                call = run.prepare()
                run.take_turn()
                result = call()
                if isinstance(result, GeneratorType):
                    result = drained(result, run.step)
            finally:
                _leave(run)
            if run.cancelled:
                raise Cancelled
            if isinstance(result, AsyncGeneratorType) or hasattr(result, "__await__"):
                handed_over = True
                self._in_loop(self._begin_task, run, turns, lambda: None, result)
                return
            run.end("ok", result)
        except Cancelled:
            run.end("cancelled")
        except Refused as refused:
            run.end("refused", refused)
        except BaseException as error:
            run.end("error", error)
        finally:
            with run.lock:
                run.thread = None
            self._late.ended(run)
            current_call.reset(token)
            if not handed_over:
                self._next(turns, run)

    async def in_thread(self, run: Run, job: Callable[[], Any]) -> Any:
        """Run ``job`` in a thread of the pool on behalf of ``run``, which is a task of the loop.

        Cancelling the run interrupts the thread, and the task when that has ended.
        """
        import asyncio

        loop = asyncio.get_running_loop()
        done: asyncio.Future[tuple[Any, BaseException | None]] = loop.create_future()

        def settle(result: Any, raised: BaseException | None) -> None:
            if not done.done():
                done.set_result((result, raised))

        def work() -> None:
            result, raised = None, None
            try:
                with run.lock:
                    if run.cancelled:
                        raise Cancelled
                    run.thread = threading.get_ident()
                try:
                    result = job()
                finally:
                    _leave(run)
                if run.cancelled:
                    raise Cancelled
            except BaseException as error:
                raised = error
            loop.call_soon_threadsafe(settle, result, raised)

        context = contextvars.copy_context()
        self.workers.do(lambda: context.run(work))
        result, raised = await done
        if raised is not None:
            raise raised
        return result

    # --- the loop ---

    def loop(self) -> asyncio.AbstractEventLoop:
        """The one loop of async handlers; starts its thread at the first call."""
        with self._lock:
            if self._loop is None:
                import asyncio

                self._loop = asyncio.new_event_loop()
                self._loop.set_exception_handler(lambda _, context: self._loop_failed(context))
                OwnThread(
                    target=self._run_loop, args=(self._loop,), name="mainspring-async", daemon=True
                ).start()
            return self._loop

    def _run_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        import asyncio

        asyncio.set_event_loop(loop)
        self._late.loop_thread = threading.get_ident()
        while True:
            try:
                loop.run_forever()
            except BaseException as error:  # A task's SystemExit ends run_forever; it must not end the rest.
                self._loop_failed({"message": "a task ended", "exception": error})

    def _in_loop(self, do: Callable[..., None], *args: Any) -> None:
        self.loop().call_soon_threadsafe(do, *args, context=contextvars.Context())

    def _begin_task(self, run: Run, turns: Turns, begin: Callable[[], None], result: Any = None) -> None:
        current_call.set(run.call)
        with run.lock:
            run.begun = True
            if not run.cancelled:
                run.task = self.loop().create_task(self._run_async(run, turns, begin, result))
                return
        # A task that is cancelled before its first step would never get to its `finally`.
        if (close := getattr(result, "close", None)) is not None:
            close()
        run.end("cancelled")
        self._late.begun(run)
        self._late.ended(run)
        self._next(turns, run)

    async def _run_async(self, run: Run, turns: Turns, begin: Callable[[], None], result: Any) -> None:
        import asyncio

        try:
            begin()
            if result is None:
                call = run.prepare()
                run.take_turn()
                result = call()
            run.end("ok", await finished(result, run.step))
        except Cancelled:
            run.end("cancelled")
        except asyncio.CancelledError as error:
            run.end("cancelled" if run.cancelled else "error", error)
        except Refused as refused:
            run.end("refused", refused)
        except BaseException as error:
            run.end("error", error)
        finally:
            run.end("cancelled")
            self._late.ended(run)
            self._next(turns, run)

    def cancel(self, run: Run) -> None:
        """Cancel an event that waits or runs; a sync handler is interrupted at its next line of Python."""
        waits = False
        with run.lock:
            if run.ended or run.cancelled:
                return
            run.cancelled = True
            if run.thread is not None:
                import ctypes

                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(run.thread), ctypes.py_object(Cancelled)
                )
                run.interrupted = True
            elif run.task is not None:
                self.loop().call_soon_threadsafe(run.task.cancel)
            else:
                waits = not run.begun
        if waits:  # Its turn may be far away; whoever waits for the answer need not.
            run.end("cancelled")


def _leave(run: Run) -> None:
    """The handler has ended: from here on no ``Cancelled`` arrives in this thread."""
    while True:
        try:
            with run.lock:
                run.thread = None
                if run.cancelled:
                    import ctypes

                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(threading.get_ident()), None)
            return
        except Cancelled:  # It was on its way already; there is only the one.
            continue
