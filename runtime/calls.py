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


class FrontendError(Exception):
    """A function of the page could not be called, has thrown, or answered with what is no JSON."""
