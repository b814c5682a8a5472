"""A process beside the runtime that ends the runtime's whole group once the runtime or the builder is gone.

The kernel ends the runtime with its builder (``child.end_with``), but not what the app has started itself: a
subprocess of an app would outlive a builder that was killed. The runtime can't see to that, since an app may
hold the interpreter's lock for ever. The guard runs no code of the app and keeps nothing open.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from typing import Final, NoReturn

__all__ = ["guard_group"]

# What came over from the builder has the number that it had there, and the builder has few files open.
MAX_DESCRIPTOR: Final = 65_536


def guard_group(builder: int) -> None:
    """Start the guard of this process; ``builder`` is the number of its parent.

    Only a leader of a group gets one: in a group of somebody else's the guard would end its owner too.
    Call it before anything starts a thread.
    """
    if sys.platform == "win32":
        return
    here = os.getpid()
    if os.getpgrp() != here:
        return
    middle = os.fork()
    if middle:
        # The guard is nobody's child: an app that waits for its children shall not meet it.
        os.waitpid(middle, 0)
        return
    try:
        if not os.fork():
            _guard((here, builder))
    finally:
        os._exit(0)


def _guard(numbers: tuple[int, ...]) -> NoReturn:
    # Who ends the group politely means the app; the guard stays until it can be sure.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # Ends of pipes and sockets that somebody waits for.
    os.closerange(0, MAX_DESCRIPTOR)
    _wait_for_an_end(numbers)
    # As a member the guard keeps the group's number from being given to another one.
    os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(0)


def _wait_for_an_end(numbers: tuple[int, ...]) -> None:
    """Return when one of these processes has ended."""
    try:
        if sys.platform == "linux":
            poll = select.poll()
            for number in numbers:
                poll.register(os.pidfd_open(number), select.POLLIN)
            poll.poll()
        elif sys.platform != "win32":
            queue = select.kqueue()
            events = [
                select.kevent(number, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)
                for number in numbers
            ]
            queue.control(events, 1, None)
    except OSError:
        return  # one of them was gone already
