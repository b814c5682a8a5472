"""Says so when events wait because every thread for handlers, or their loop, is taken.

To its users such an app looks dead, while nothing has failed: only this tells why. Said once a minute at
most.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from .calls import Call
from .clock import Clock
from .tracebacks import Sources

LATE_S: Final = 1.0
AGAIN_S: Final = 60.0


class Run(Protocol):
    """What is asked of an event's run: whose it is, and whether somebody still waits for it."""

    call: Call
    is_async: bool
    ended: bool


class LateStarts:
    """Which runs wait for a thread or for the loop, and which have one. Any thread may call."""

    def __init__(
        self,
        clock: Clock,
        say: Callable[[str], None],
        sources: Sources,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Args:
        say: Takes a line for the log.
        """
        self._now = now
        self._clock = clock
        self._say = say
        self._sources = sources
        self._waiting: dict[Run, float] = {}
        self._running: dict[Run, None] = {}
        self._said_at = {True: -AGAIN_S, False: -AGAIN_S}  # of async handlers, of others
        self._lock = threading.Lock()
        self._looks = False
        self.loop_thread: int | None = None
        """Where async handlers run."""

    def queued(self, run: Run, *, may_wait: bool) -> None:
        """``run`` wants a thread, or the loop; ``may_wait``: it isn't known to get it at once."""
        if may_wait:
            self._waiting[run] = self._now()
            with self._lock:
                if not self._looks:
                    self._looks = True
                    self._clock.later(LATE_S, self._look)

    def begun(self, run: Run) -> None:
        self._waiting.pop(run, None)
        self._running[run] = None

    def ended(self, run: Run) -> None:
        self._running.pop(run, None)

    def _look(self) -> None:
        now = self._now()
        late = [
            run for run, since in list(self._waiting.items()) if now - since >= LATE_S * 0.9 and not run.ended
        ]
        for is_async in (True, False):
            waiting = sum(run.is_async is is_async for run in late)
            if waiting and now - self._said_at[is_async] >= AGAIN_S:
                self._said_at[is_async] = now
                self._say(self._of_the_loop(waiting) if is_async else self._of_the_pool(waiting))
        with self._lock:
            self._looks = bool(self._waiting)
            if self._looks:
                self._clock.later(LATE_S, self._look)

    def _of_the_pool(self, waiting: int) -> str:
        names = [run.call.handler for run in list(self._running) if not run.is_async]
        return (
            f"{_counted(waiting)} for a thread: all {len(names)} run handlers ({_most_common(names)}). "
            "pool_size in mainspring.toml gives more; async handlers need none"
        )

    def _of_the_loop(self, waiting: int) -> str:
        return (
            f"{_counted(waiting)} for the loop of async handlers, which is held up{self._place()}. "
            "await what takes long there, or make its handler a plain function"
        )

    def _place(self) -> str:
        frame = sys._current_frames().get(self.loop_thread or 0)
        while frame is not None:
            if self._sources.owner(frame.f_code.co_filename) == "app":
                file = self._sources.shown(frame.f_code.co_filename)
                return f" in {frame.f_code.co_qualname} ({file}, line {frame.f_lineno})"
            frame = frame.f_back
        return ""


def _counted(events: int) -> str:
    return "an event waits" if events == 1 else f"{events} events wait"


def _most_common(names: Iterable[str]) -> str:
    """``slow × 12, report``"""
    found = Counter(names).most_common(5)
    return ", ".join(f"{name} × {count}" if count > 1 else name for name, count in found)
