"""Messages for the next runtime: those that came while none serves, or too early for the one that does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from mainspring.builder.processes.supervised import Limits
from mainspring.runtime.protocol import CloseSession, Done, Event, ToRuntime

__all__ = ["MessageQueue"]


class MessageQueue:
    """Oldest first. Beyond ``Limits.queued_messages``, events are refused. Belongs to one event loop.

    Attributes:
        overdue: What waits has done so for ``Limits.queued_s``; set until nothing waits any more.
    """

    def __init__(
        self, limits: Limits, answer: Callable[[Done], None], on_overdue: Callable[[], None]
    ) -> None:
        self._limits = limits
        self._answer = answer
        self._on_overdue = on_overdue
        self._messages: list[Event | CloseSession] = []
        self._timer: asyncio.TimerHandle | None = None
        self.overdue = False

    def append(self, message: Event | CloseSession) -> None:
        if len(self._messages) < self._limits.queued_messages:
            self._messages.append(message)
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(self._limits.queued_s, self._late)
        elif isinstance(message, Event):
            self._answer(Done(message.session_id, message.sequence, "refused", "too many events are waiting"))

    def holds_any_of(self, session_id: str) -> bool:
        """Whether something of this session waits."""
        return any(message.session_id == session_id for message in self._messages)

    def cancel(self, session_id: str, sequence: int) -> bool:
        """Answer a waiting event as cancelled; ``False`` if it isn't here."""
        for message in self._messages:
            if isinstance(message, Event) and (message.session_id, message.sequence) == (
                session_id,
                sequence,
            ):
                self._messages.remove(message)
                self._settle()
                self._answer(Done(session_id, sequence, "cancelled", "cancelled before it began"))
                return True
        return False

    def let_go(
        self, waits: Callable[[Event | CloseSession], bool], send: Callable[[ToRuntime], None]
    ) -> None:
        """Send what needn't wait any longer; each is asked about when those before it have gone or stayed."""
        messages, self._messages = self._messages, []
        for message in messages:
            if waits(message):
                self._messages.append(message)
            else:
                send(message)
        self._settle()

    def refuse(self, reason: str) -> None:
        """Answer all events that wait: no runtime will come."""
        messages, self._messages = self._messages, []
        self._settle()
        for message in messages:
            if isinstance(message, Event):
                self._answer(Done(message.session_id, message.sequence, "refused", reason))

    def _late(self) -> None:
        self.overdue = True
        self._on_overdue()

    def _settle(self) -> None:
        """If nothing waits any more, whatever comes next has all its time."""
        if not self._messages and self._timer is not None:
            self._timer.cancel()
            self._timer, self.overdue = None, False
