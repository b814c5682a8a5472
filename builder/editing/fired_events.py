"""Events that were fired, as those who edit the app see them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

import msgspec
from mainspring.builder.pages.built_in_actions import described
from mainspring.runtime.protocol import BuiltIn, Done, Event

__all__ = ["MAX_PAYLOAD", "EventDetails", "Fired", "FiredItem", "SessionInfo", "short_id"]

MAX_PAYLOAD: Final = 4_000


def short_id(session_id: str) -> str:
    """How a session is called where people see it: too little of its id to take it over."""
    return session_id[:8]


class SessionInfo(msgspec.Struct, frozen=True):
    """A browser that is here. ``id`` is the short one, ``opened`` in seconds since the epoch."""

    id: str
    page: str
    opened: float


class Fired(msgspec.Struct, frozen=True, tag_field="type", tag="event"):
    """An event that has ended, or takes long: then its ``status`` is ``running``.

    ``time`` is when it came, in seconds since the epoch; ``action`` is what it did without code, in words.
    """

    number: int
    component: str
    event: str
    handler: str
    status: str
    run_ms: float
    queue_ms: float
    time: float
    session: str
    sequence: int
    replay_of: int | None = None
    action: str = ""


class EventDetails(msgspec.Struct, frozen=True):
    """What else there is to say about an event.

    Attributes:
        payload: JSON as the browser sent it, cut after ``MAX_PAYLOAD`` characters.
        send_ms: How long it was on its way between us and the app, in both directions.
        sent_bytes: Of the state that it, and what ran beside it, sent to the browser.
        changes: ``{"path", "before", "after", "file", "line"}`` for each place that it wrote.
        missing: Elements of the state that a replay can't restore.
        no_replay: Why it can't be replayed; ``None`` if it can.
    """

    fired: Fired
    page: str
    rows: tuple[str, ...]
    payload: str
    message: str
    error_id: str
    send_ms: float
    sent_bytes: int
    changes: msgspec.Raw
    missing: tuple[str, ...]
    no_replay: str | None


class FiredItem:
    """An event on its way, or over."""

    def __init__(
        self, number: int, event: Event, came: float, does: str | BuiltIn, replay_of: int | None
    ) -> None:
        self.number = number
        self.event = event
        self.came = came
        self.handler = does if isinstance(does, str) else ""
        self.action = "" if isinstance(does, str) else described(does)
        self.replay_of = replay_of
        self.sent_at = time.perf_counter()
        self.before: dict[str, bytes | None] | None = None
        self.cost = 0
        self.missing: tuple[str, ...] = ()
        self.changes: bytes = b"[]"
        self.sent_bytes = 0
        self.total_ms = 0.0
        self.done = Done(event.session_id, event.sequence, "running")
        self.is_shown = False
        """Whether it has taken long enough to be shown before its end."""
        self._timer: asyncio.TimerHandle | None = None

    def show_after(self, seconds: float, show: Callable[[FiredItem], None]) -> None:
        """Call ``show`` then, unless it has ended."""

        def late() -> None:
            self.is_shown = True
            show(self)

        self._timer = asyncio.get_running_loop().call_later(seconds, late)

    def ends(self) -> None:
        """It isn't waited for any longer."""
        if self._timer is not None:
            self._timer.cancel()

    @property
    def fired(self) -> Fired:
        return Fired(
            number=self.number,
            component=self.event.component,
            event=self.event.event,
            handler=self.handler,
            status=self.done.status,
            run_ms=self.done.run_ms,
            queue_ms=self.done.queue_ms,
            time=self.came,
            session=short_id(self.event.session_id),
            sequence=self.event.sequence,
            replay_of=self.replay_of,
            action=self.action,
        )
