"""A handler that prints faster than the log can take.

Its lines are gathered as they are printed, which costs about what a file does. Every few milliseconds the
newest of them go on, no more than a browser keeps up with, and the others are counted. Whatever else is to be
logged makes them go on first, so the order stays.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from .calls import Call

__all__ = ["LINES_A_SECOND", "Floods"]

TICK_S: Final = 0.033
# What the log shows of a flood: as much as a browser keeps up with.
LINES_A_SECOND: Final = 25_000
# What came at once is shown whole up to so many lines.
BURST_LINES: Final = 20_000
# Slower than this is no flood any more.
CALM_A_SECOND: Final = 5_000
# Whoever has printed so many lines within a tick goes on slowly until they are taken.
MOST_LINES: Final = 200_000
IDLE_S: Final = 10.0
# Longer lines are few in a moment, and would be much to keep.
LONGEST: Final = 256


class _Flood:
    """The lines of one handler, or of a thread outside any. Only that one appends to ``lines``."""

    def __init__(self, call: Call | None) -> None:
        self.call = call
        self.lines: list[str] = []
        self.since = time.monotonic()
        self.room = float(BURST_LINES)  # So many more may go on.


class Floods:
    """All floods of this process.

    Args:
        write: Gets the lines of one that go on: its key, its call, the text.
        skip: Gets the number of those that don't.
        later: Calls a function after some seconds.
    """

    def __init__(
        self,
        write: Callable[[Any, Call | None, str], None],
        skip: Callable[[int], None],
        later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self._write = write
        self._skip = skip
        self._later = later
        self._lock = threading.RLock()
        self._floods: dict[Any, _Flood] = {}
        self._ticking = False
        # Where the lines go of what prints under a key; ``print`` looks here.
        self.gathering: dict[Any, list[str]] = {}

    def begin(self, key: Any, call: Call | None) -> None:
        """Whoever prints under ``key`` is faster than the log: gather its lines from here on."""
        with self._lock:
            for idle in [
                each for each, flood in self._floods.items() if time.monotonic() - flood.since > IDLE_S
            ]:
                self.end(idle)
            flood = self._floods.setdefault(key, _Flood(call))
            self.gathering[key] = flood.lines
            if not self._ticking:
                self._ticking = True
                self._later(TICK_S, self._tick)

    def pass_on(self) -> None:
        """Send on what has been gathered until now."""
        if not self._floods:
            return
        with self._lock:
            for key, flood in list(self._floods.items()):
                self._take(key, flood)

    def end(self, key: Any) -> None:
        """What prints under ``key`` prints no more."""
        with self._lock:
            self.gathering.pop(key, None)
            if (flood := self._floods.pop(key, None)) is not None:
                self._take(key, flood)

    def _tick(self) -> None:
        with self._lock:
            taken = 0
            for key, flood in self._floods.items():
                count = self._take(key, flood)
                taken += count
                if count < CALM_A_SECOND * TICK_S:
                    # It may just have looked where to put a line: the next tick, or its end, takes that.
                    self.gathering.pop(key, None)
            self._ticking = bool(taken)
            if self._ticking:
                self._later(TICK_S, self._tick)

    def _take(self, key: Any, flood: _Flood) -> int:
        """Send on the newest lines of ``flood``; return how many there were."""
        count = len(flood.lines)
        if not count:
            return 0
        # What is appended meanwhile stays for the next time.
        taken = flood.lines[:count]
        del flood.lines[:count]
        now = time.monotonic()
        flood.room = min(BURST_LINES, flood.room + LINES_A_SECOND * (now - flood.since))
        flood.since = now
        skipped = max(0, count - int(flood.room))
        flood.room -= count - skipped
        if skipped:
            self._skip("".join(taken[:skipped]).count("\n"))
        if skipped < count:
            self._write(key, flood.call, "".join(taken[skipped:]))
        return count
