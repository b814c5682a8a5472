"""What a process writes to its stdout and stderr, read from our ends of the pipes as lines."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from typing import Final

from mainspring.builder.processes.line_cutter import LineCutter

__all__ = ["ProcessOutput"]

READ_BYTES: Final = 64 * 1024
# A line that isn't ended, such as a prompt, is shown after this.
PART_S: Final = 0.08
# A pipe holds no more than a few reads, and a process outside the group may go on writing.
LAST_READS: Final = 32


class ProcessOutput:
    """Belongs to the loop that runs. ``on_lines`` is called with the stream's name and lines without ends."""

    def __init__(self, on_lines: Callable[[str, list[str]], None]) -> None:
        self._on_lines = on_lines
        self._loop = asyncio.get_running_loop()
        self._pipes: dict[int, tuple[str, LineCutter]] = {}
        self._parts: dict[int, asyncio.TimerHandle] = {}

    def read(self, descriptors: Mapping[str, int]) -> None:
        """Read from these, by name of the stream, until they end or ``close`` is called."""
        for name, descriptor in descriptors.items():
            os.set_blocking(descriptor, False)
            self._pipes[descriptor] = (name, LineCutter())
            self._loop.add_reader(descriptor, self._read, descriptor)

    def read_rest(self) -> None:
        """The process has ended: pass on what it has left, and read no more."""
        for descriptor in tuple(self._pipes):
            for _ in range(LAST_READS):
                if not self._read(descriptor):
                    break
        self.close()

    def close(self) -> None:
        """Read no more; the descriptors stay open."""
        for descriptor in tuple(self._pipes):
            self._forget(descriptor)

    def _read(self, descriptor: int) -> bool:
        """Pass on what can be read now; answer whether there may be more."""
        if descriptor not in self._pipes:
            return False
        name, cutter = self._pipes[descriptor]
        try:
            data = os.read(descriptor, READ_BYTES)
        except BlockingIOError:
            return False
        if not data:
            self._forget(descriptor)
        elif lines := cutter.feed(data):
            self._on_lines(name, lines)
        if data and cutter.waits and descriptor not in self._parts:
            self._parts[descriptor] = self._loop.call_later(PART_S, self._give_part, descriptor)
        return bool(data)

    def _give_part(self, descriptor: int) -> None:
        del self._parts[descriptor]
        name, cutter = self._pipes[descriptor]
        if lines := cutter.take_part():
            self._on_lines(name, lines)

    def _forget(self, descriptor: int) -> None:
        if descriptor in self._pipes:
            self._loop.remove_reader(descriptor)
            if (timer := self._parts.pop(descriptor, None)) is not None:
                timer.cancel()
            name, cutter = self._pipes.pop(descriptor)
            if lines := cutter.end():
                self._on_lines(name, lines)
