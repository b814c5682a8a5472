"""The sessions that are open, for each new runtime, with what the one before has given of their state.

The entries stay the bytes that they are: only a runtime can read them.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from mainspring.builder.app_status import StatusBoard
from mainspring.builder.processes.app_messages import ToApp
from mainspring.builder.processes.supervised import Child
from mainspring.runtime.protocol import (
    CloseSession,
    Entry,
    Exported,
    Navigate,
    OpenSession,
    Restore,
    Restored,
)

__all__ = ["OpenSessions"]


class OpenSessions:
    """State is kept until a runtime serves; what came of it is noted on the status board."""

    def __init__(self, board: StatusBoard, send: Callable[[Child, OpenSession | Restore], None]) -> None:
        self._board = board
        self._send = send
        self._opened: dict[str, OpenSession] = {}
        self._state: dict[str, list[tuple[Entry, ...]]] = {}

    def note(self, message: ToApp) -> None:
        """A message to the app: sessions come, go, and go to other pages."""
        if isinstance(message, OpenSession):
            self._opened[message.session_id] = message
        elif isinstance(message, CloseSession):
            self._opened.pop(message.session_id, None)
            self._state.pop(message.session_id, None)
        elif isinstance(message, Navigate) and (opened := self._opened.get(message.session_id)):
            self._opened[message.session_id] = msgspec.structs.replace(
                opened, page=message.page, route_vars=message.route_vars
            )

    def forget_state(self) -> None:
        """All of them begin anew."""
        self._state.clear()

    def carry(self, message: Exported, to: Child | None) -> None:
        """State of the runtime before, for ``to``, or for the next one."""
        self._board.dropped(message.dropped)
        if message.session_id not in self._opened:
            return
        if to is None:
            self._state.setdefault(message.session_id, []).append(message.entries)
        else:
            self._restore(to, message.session_id, message.entries)

    def open_in(self, child: Child) -> None:
        """Open all of them in ``child``, with the state that was kept for it."""
        for session_id, opened in self._opened.items():
            # In this order, so that the snapshot which answers the second shows what the first restored.
            for entries in self._state.get(session_id, ()):
                self._restore(child, session_id, entries)
            self._send(child, opened)
        self._state.clear()

    def restored(self, child: Child, message: Restored, *, live: bool) -> None:
        """Note what ``child`` has taken over; say that it is live when that was the last."""
        child.restoring -= 1
        if live:
            self._board.kept(message.kept)
            self._board.dropped(message.dropped)
            if not child.restoring:
                self._board.say_live()

    def _restore(self, child: Child, session_id: str, entries: tuple[Entry, ...]) -> None:
        child.restoring += 1
        self._send(child, Restore(session_id, entries))
