"""A transport whose reading two may hold up: who handles the connection, and who shares out the loop."""

from __future__ import annotations

import asyncio
from typing import Any

__all__ = ["SharedReading"]


class SharedReading:
    """Stands before the transport of a connection, as its handler sees it.

    The handler pauses and resumes reading as of any transport; ``hold`` and ``go_on`` are another's.
    There is reading while neither wants none. All else is the transport's own.

    Attributes:
        pieces: How many have been read, with whatever was in them.
        joined: Whether it is the line of a session: what it brings is taken before what others ask for.
    """

    __slots__ = (
        "_held",
        "_paused",
        "_transport",
        "abort",
        "get_write_buffer_size",
        "is_closing",
        "joined",
        "pieces",
        "write",
        "writelines",
    )

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held = False
        self._paused = False
        self.joined = False
        self.pieces = 0
        # What is used with each message goes straight to it.
        self.write = transport.write
        self.writelines = transport.writelines
        self.abort = transport.abort
        self.is_closing = transport.is_closing
        self.get_write_buffer_size = transport.get_write_buffer_size

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def pause_reading(self) -> None:
        self._paused = True
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._paused = False
        if not self._held:
            self._transport.resume_reading()

    def is_reading(self) -> bool:
        return not self._paused

    def hold(self) -> None:
        """Read nothing until ``go_on``."""
        self._held = True
        self._transport.pause_reading()

    def go_on(self) -> None:
        """Read again, unless the handler has paused it."""
        self._held = False
        if not self._paused and not self._transport.is_closing():
            self._transport.resume_reading()
