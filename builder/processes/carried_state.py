"""What a runtime has given of its sessions' state, on its way to the next one.

The entries stay the bytes that they are: only a runtime can read them.
"""

from __future__ import annotations

from collections.abc import Callable

from mainspring.builder.app_status import StatusBoard
from mainspring.builder.processes.supervised import Child
from mainspring.runtime.protocol import Entry, Restore, Restored

__all__ = ["CarriedState"]


class CarriedState:
    """Kept by session until a runtime serves; what came of it is noted on the status board."""

    def __init__(self, board: StatusBoard, send: Callable[[Child, Restore], None]) -> None:
        self._board = board
        self._send = send
        self._waiting: dict[str, list[tuple[Entry, ...]]] = {}

    def keep(self, session_id: str, entries: tuple[Entry, ...]) -> None:
        """For the next runtime."""
        self._waiting.setdefault(session_id, []).append(entries)

    def forget(self, session_id: str) -> None:
        """The session is closed."""
        self._waiting.pop(session_id, None)

    def clear(self) -> None:
        """All sessions begin anew, or have what is theirs."""
        self._waiting.clear()

    def give(self, child: Child, session_id: str) -> None:
        """Pass on to ``child`` what waits for this session."""
        for entries in self._waiting.get(session_id, ()):
            self.restore(child, session_id, entries)

    def restore(self, child: Child, session_id: str, entries: tuple[Entry, ...]) -> None:
        """Have ``child`` take these over; it answers with a ``Restored``."""
        child.restoring += 1
        self._send(child, Restore(session_id, entries))

    def restored(self, child: Child, message: Restored, *, live: bool) -> None:
        """Note what ``child`` has taken over; say that it is live when that was the last."""
        child.restoring -= 1
        if live:
            self._board.kept(message.kept)
            self._board.dropped(message.dropped)
            if not child.restoring:
                self._board.say_live()
