"""The threads that run handlers, one of which reads the pipe.

A message that one thread reads and another acts upon costs a switch between the two, which is more than a
small handler takes. So the thread that reads also runs what came. If that takes longer than a moment, the
main thread, which watches and runs nothing, has another one read on: no handler holds up the pipe, or others.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from .threads import OwnThread

# After so long a job is no small one any more. A switch between threads takes some hundredths of this.
PATIENCE_S: Final = 0.001
# So often in a row nothing is to be seen before the main thread waits to be called.
QUIET_LOOKS: Final = 20

Job = Callable[[], None]


class Ended(Exception):
    """The builder wants this process to end, or is gone."""


class _Worker:
    """One thread. ``busy_since`` is when it began to run what it had read, 0.0 while it doesn't."""

    def __init__(self) -> None:
        self.busy_since = 0.0
        self.woken = threading.Lock()
        self.woken.acquire()


class Workers:
    """At most ``limit`` threads; each starts when it is first needed. Nothing but handlers waits in them."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        """May be raised or lowered before the first job."""
        self._jobs: deque[Job] = deque()
        self._gate = threading.Lock()  # Of what follows; held for a few steps, never while anything waits.
        self._threads: set[int] = set()
        self._started = 0
        self._idle: list[_Worker] = []
        self._reader: _Worker | None = None
        self._receive: Callable[[], bytes] | None = None
        self._handle: Callable[[bytes], None] = lambda _: None
        self._over: BaseException | None = None
        self._asleep = False
        self._called = threading.Lock()
        self._called.acquire()

    @property
    def are_taken(self) -> bool:
        """Whether there are as many as may be and each is at something, if only at reading."""
        return self._started >= self.limit and not self._idle

    def do(self, job: Job) -> None:
        """Run ``job``, which raises nothing, in one of the threads, after those that came before it."""
        self._jobs.append(job)
        if threading.get_ident() not in self._threads:
            self._bring_one()
        elif self._asleep:  # The caller takes it when it is done with what it does, if nobody is earlier.
            self._call_watch()

    def serve(self, receive: Callable[[], bytes], handle: Callable[[bytes], None]) -> None:
        """Have ``handle`` act on what ``receive`` waits for, in turns, in whichever thread is free.

        Returns when one of them raises ``Ended`` or ``ConnectionError``, or there is nothing more to receive;
        raises what else they do. Call it from the main thread.
        """
        self._receive, self._handle = receive, handle
        self._bring_one()
        quiet = 0
        while self._over is None:
            if quiet < QUIET_LOOKS:
                time.sleep(PATIENCE_S)
            else:
                self._sleep()
                quiet = 0
            quiet = 0 if self._look() else quiet + 1
        if not isinstance(self._over, Ended | ConnectionError):
            raise self._over

    # --- the main thread ---

    def _look(self) -> bool:
        """Bring a thread if those that work have been at it for too long; ``False`` if nothing goes on."""
        reader = self._reader
        if reader is not None and not reader.busy_since and not self._jobs:
            return False
        with self._gate:
            reader = self._reader
            if reader is not None and not reader.busy_since:
                wanted = bool(self._jobs)  # Whose thread is at another one, which takes long.
                late = False
            else:
                wanted = late = reader is None or time.monotonic() - reader.busy_since >= PATIENCE_S
            if late:
                self._reader = None
        if wanted and not self._bring_one() and late:
            self._read_here()
        return True

    def _read_here(self) -> None:
        """As many handlers run as may: read what comes, until a thread is free again."""
        with self._gate:
            if self._reader is not None:
                return
            here = self._reader = _Worker()
        while self._over is None:
            self._read()
            with self._gate:
                free = bool(self._idle)
                if free:
                    self._reader = None
            if free:
                self._bring_one()
                return
            assert self._reader is here

    def _sleep(self) -> None:
        self._asleep = True
        reader = self._reader
        if self._over is None and reader is not None and not reader.busy_since and not self._jobs:
            self._called.acquire()
            return
        with self._gate:
            called = not self._asleep
            self._asleep = False
        if called:
            self._called.acquire()

    def _call_watch(self) -> None:
        with self._gate:
            if not self._asleep:
                return
            self._asleep = False
        self._called.release()

    # --- the others ---

    def _bring_one(self) -> bool:
        """Wake or start a thread; ``False`` if there are as many as may be and none is idle."""
        with self._gate:
            if self._idle:
                self._idle.pop().woken.release()
                return True
            if self._started >= self.limit:
                return False
            self._started += 1
            name = f"mainspring-handler-{self._started}"
        OwnThread(target=self._work, name=name, daemon=True).start()
        return True

    def _work(self) -> None:
        me = _Worker()
        self._threads.add(threading.get_ident())
        while self._over is None:
            with self._gate:
                reads = self._receive is not None and self._reader in (None, me)
                runs = bool(self._jobs)
                if reads:
                    self._reader = me
                    me.busy_since = time.monotonic() if runs else 0.0
                elif not runs:
                    self._idle.append(me)
            if runs:
                self._run_jobs()
            elif reads:
                self._read()
                if self._asleep and self._jobs:
                    self._call_watch()
            else:
                me.woken.acquire()

    def _run_jobs(self) -> None:
        while self._jobs:
            try:
                job = self._jobs.popleft()
            except IndexError:  # Another thread was earlier.
                return
            try:
                job()
            except BaseException as error:
                self._end(error)
            del job  # Nothing of it is kept while this thread waits.

    def _read(self) -> None:
        assert self._receive is not None
        try:
            if not (data := self._receive()):
                raise Ended
            self._handle(data)
        except BaseException as error:
            self._end(error)

    def _end(self, error: BaseException) -> None:
        self._over = error
        self._call_watch()
