"""Threads that a handler starts, and what it gives to a pool: what they say belongs to its event.

Only the log knows of it: they have a context of their own as everywhere, and what they change in state comes
from no event.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from .calls import Call, said_for, starting_call

if TYPE_CHECKING:
    from concurrent.futures import Future
    from concurrent.futures.thread import ThreadPoolExecutor

__all__ = ["OwnThread", "install"]

_POOL: Final = "concurrent.futures.thread"


class OwnThread(threading.Thread):
    """A thread of the runtime: it works for all events, whichever came first."""

    start = threading.Thread.start  # As it was before `install`.


def install(ended: Callable[[int], None]) -> None:
    """Replace ``Thread.start``, and ``ThreadPoolExecutor.submit`` as soon as a pool has its first thread.

    Args:
        ended: Called with the identifier of a thread that a handler has started, at its end.
    """
    threading.Thread.start = _starting(threading.Thread.start, ended)  # type: ignore[method-assign, assignment]


def _starting(
    start: Callable[[threading.Thread], None], ended: Callable[[int], None]
) -> Callable[[threading.Thread], None]:
    @functools.wraps(start)
    def start_for_event(self: threading.Thread) -> None:
        call = said_for()
        if getattr(getattr(self, "_target", None), "__module__", None) == _POOL and not _follow_pools():
            # It works for all events. (The very first comes for work that nobody has marked yet.)
            call = None
        if call is None:
            return start(self)
        run = self.run

        def run_for_event() -> None:
            starting_call.set(call)
            try:
                run()
            finally:
                del self.run  # Else the thread would hold itself.
                ended(threading.get_ident())

        self.run = run_for_event  # type: ignore[method-assign]
        try:
            start(self)
        except BaseException:  # There are too many, or it has been started before and `run` is of that start.
            self.run = run  # type: ignore[method-assign]
            raise

    return start_for_event


def _follow_pools() -> bool:
    """Mark what pools are given from here on; ``False``: that is done already."""
    from concurrent.futures.thread import ThreadPoolExecutor

    if hasattr(ThreadPoolExecutor.submit, "__wrapped__"):
        return False
    ThreadPoolExecutor.submit = _submitting(ThreadPoolExecutor.submit)  # type: ignore[method-assign]
    return True


def _submitting(submit: Callable[..., Future[Any]]) -> Callable[..., Future[Any]]:
    @functools.wraps(submit)
    def submit_for_event(
        self: ThreadPoolExecutor, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        # A pool of interpreters takes the function to another one.
        if type(self).__module__ != "concurrent.futures.interpreter":
            fn = functools.partial(_work, said_for(), fn)
        return submit(self, fn, *args, **kwargs)

    return submit_for_event


def _work(call: Call | None, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    token = starting_call.set(call)
    try:
        return fn(*args, **kwargs)
    finally:
        starting_call.reset(token)
