"""Which event the running code belongs to."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final, NamedTuple


class Call(NamedTuple):
    """One run of a handler, as log lines name it."""

    session_id: str
    sequence: int
    event: str
    handler: str
    component: str


current_call: Final[ContextVar[Call | None]] = ContextVar("mainspring_call", default=None)
# In a thread that a handler has started: the run it was started by.
starting_call: Final[ContextVar[Call | None]] = ContextVar("mainspring_starting_call", default=None)


def said_for() -> Call | None:
    """The run to which belongs what is said here: of the handler, or of the one that started this thread."""
    return current_call.get() or starting_call.get()


class FrontendError(Exception):
    """A function of the page could not be called, has thrown, or answered with what is no JSON."""
