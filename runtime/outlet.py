"""The writing side of the pipe: whole frames, in order, from any thread.

Records (lines of output) are gathered for a moment and written in one go; what an event printed always
goes before its ``Done``. When ``MAX_PENDING`` records or ``MAX_PENDING_BYTES`` wait because the builder is
behind, further ones are dropped and counted, and the log says how many: the app is never held up by its log.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from typing import Final

import msgspec

from .protocol import ProtocolError, Record, ToBuilder, encode
from .threads import OwnThread

MAX_PENDING: Final = 20_000
MAX_PENDING_BYTES: Final = 8 * 1024 * 1024
MAX_UNSENT: Final = 8 * 1024 * 1024
GATHER_S: Final = 0.001


class Outlet:
    def __init__(self, pipe: socket.socket, generation: int) -> None:
        self._pipe = pipe
        self._generation = generation
        self._gate = threading.Lock()  # Of what waits; not held while the pipe is written.
        self._room = threading.Condition(self._gate)
        self._frames: list[bytes] = []
        self._unsent = 0
        self._writing: int | None = None  # The thread that writes; others leave their frames to it.
        self._pending: deque[bytes] = deque()
        self._pending_bytes = 0
        self._dropped = 0
        self._due = threading.Event()
        self._writer: threading.Thread | None = None
        self._broken = False

    def send(self, message: ToBuilder, *, more: bool = False) -> None:
        """Write ``message`` after all records that came before it.

        Where another thread is just writing, it writes this as well; ``more``: what is sent next does. Waits
        while ``MAX_UNSENT`` bytes or more wait for the builder.

        Raises:
            ProtocolError: It is too large for a frame; nothing was written.
        """
        frame = encode(message, self._generation)
        with self._gate:
            while self._unsent > MAX_UNSENT and self._writing is not None:
                self._room.wait()
            self._frames.append(frame)
            self._unsent += len(frame)
        if not more:
            self._write()

    def leave_out(self, count: int) -> None:
        """Count so many records as dropped."""
        with self._gate:
            self._dropped += count
        self._wake()

    def record(self, record: Record) -> None:
        """Write ``record`` soon; never waits for the builder."""
        with self._gate:
            if len(self._pending) >= MAX_PENDING or self._pending_bytes >= MAX_PENDING_BYTES:
                self._dropped += 1
                return
        try:
            frame = encode(record, self._generation)
        except (UnicodeEncodeError, ProtocolError):
            text = record.text[:10_000].encode("utf-8", "backslashreplace").decode("utf-8")
            frame = encode(msgspec.structs.replace(record, text=text, error=None), self._generation)
        with self._gate:
            self._pending.append(frame)
            self._pending_bytes += len(frame)
        self._wake()

    def _wake(self) -> None:
        if not self._due.is_set():
            self._due.set()
            if self._writer is None:
                self._writer = OwnThread(target=self._write_records, name="mainspring-log", daemon=True)
                self._writer.start()

    def flush(self) -> None:
        """Write what waits."""
        self._write()

    def _write_records(self) -> None:
        while True:
            self._due.wait()
            time.sleep(GATHER_S)
            self._due.clear()
            self.flush()

    def _write(self) -> None:
        """Write all that waits, unless a thread is at it: that one takes this along."""
        me = threading.get_ident()
        try:
            while True:
                with self._gate:
                    if self._writing not in (None, me):
                        return
                    self._writing = me
                    if not (data := self._take()):
                        self._writing = None
                        return
                self._send(data)
        except BaseException:  # Such as the one that interrupts a handler: the next one to send goes on.
            with self._gate:
                if self._writing == me:
                    self._writing = None
            raise

    def _take(self) -> bytes:
        """All that waits, the records first: they may belong before any message. The gate is held."""
        records = list(self._pending)
        self._pending.clear()
        self._pending_bytes = 0
        if self._dropped:
            text = f"{self._dropped:,} lines were left out: the app printed faster than the log could take"
            mark = Record(time.time(), "system", "warning", text, skipped=self._dropped)
            records.append(encode(mark, self._generation))
            self._dropped = 0
        frames, self._frames = self._frames, []
        if self._unsent > MAX_UNSENT:
            self._room.notify_all()
        self._unsent = 0
        return b"".join((*records, *frames))

    def _send(self, data: bytes) -> None:
        if self._broken:
            return
        try:
            self._pipe.sendall(data)
        except OSError:
            # The builder is gone. The reading side sees the end of the pipe and ends this process.
            self._broken = True
