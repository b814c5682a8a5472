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

MAX_PENDING: Final = 20_000
MAX_PENDING_BYTES: Final = 8 * 1024 * 1024
GATHER_S: Final = 0.003


class Outlet:
    def __init__(self, pipe: socket.socket, generation: int) -> None:
        self._pipe = pipe
        self._generation = generation
        self._lock = threading.Lock()
        self._gate = threading.Lock()  # Of what waits; never held while the pipe is written.
        self._pending: deque[bytes] = deque()
        self._pending_bytes = 0
        self._dropped = 0
        self._due = threading.Event()
        self._writer: threading.Thread | None = None
        self._broken = False

    def send(self, message: ToBuilder) -> None:
        """Write ``message`` after all records that came before it.

        Raises:
            ProtocolError: It is too large for a frame; nothing was written.
        """
        frame = encode(message, self._generation)
        with self._lock:
            self._write(self._take() + frame)

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
        if not self._due.is_set():
            self._due.set()
            if self._writer is None:
                self._writer = threading.Thread(
                    target=self._write_records, name="mainspring-log", daemon=True
                )
                self._writer.start()

    def flush(self) -> None:
        """Write the records that wait."""
        with self._lock:
            self._write(self._take())

    def _write_records(self) -> None:
        while True:
            self._due.wait()
            time.sleep(GATHER_S)
            self._due.clear()
            self.flush()

    def _take(self) -> bytes:
        with self._gate:
            if not self._pending and not self._dropped:
                return b""
            frames = list(self._pending)
            self._pending.clear()
            self._pending_bytes = 0
            dropped, self._dropped = self._dropped, 0
        if dropped:
            text = f"{dropped:,} lines were left out: the app printed faster than the log could take"
            frames.append(encode(Record(time.time(), "system", "warning", text), self._generation))
        return b"".join(frames)

    def _write(self, data: bytes) -> None:
        if not data or self._broken:
            return
        try:
            self._pipe.sendall(data)
        except OSError:
            # The builder is gone. The reading side sees the end of the pipe and ends this process.
            self._broken = True
