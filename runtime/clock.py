"""Things to do a little later, in one thread of their own that starts when it is first needed."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable

from .threads import OwnThread


class Clock:
    """Runs short functions at their time; ``failed`` hears of those that raise."""

    def __init__(self, name: str, failed: Callable[[BaseException], object]) -> None:
        self._name = name
        self._failed = failed
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None

    def later(self, delay: float, do: Callable[[], None]) -> None:
        with self._condition:
            entry = (time.monotonic() + delay, next(self._count), do)
            heapq.heappush(self._heap, entry)
            if self._thread is None:
                self._thread = OwnThread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            elif self._heap[0] is entry:
                self._condition.notify()

    def _run(self) -> None:
        while True:
            with self._condition:
                while not self._heap or self._heap[0][0] > time.monotonic():
                    wait = self._heap[0][0] - time.monotonic() if self._heap else None
                    self._condition.wait(wait)
                do = heapq.heappop(self._heap)[2]
            try:
                do()
            except Exception as error:
                self._failed(error)
