"""What the app has written, kept for whoever looks: a ring of records with numbers.

A follower is a number in the ring and nothing else, so a slow one costs no memory and slows nobody: when
the ring has moved past it, it is told how many records it missed. For each follower, shown + skipped =
produced.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from itertools import islice
from typing import Any, Final

import msgspec
from mainspring.builder.sessions.objects import as_object
from mainspring.runtime.protocol import ErrorReport, Record

__all__ = ["Batch", "LogBuffer", "LogRecord"]

MAX_RECORDS: Final = 50_000
MAX_BYTES: Final = 16 * 1024 * 1024
BATCH_RECORDS: Final = 2_000
BATCH_S: Final = 0.033
# Batches of fewer records than this are no flood: who looks at the log gets the next one sooner.
SMALL_BATCH: Final = 100
SOON_S: Final = 0.005
# What of a line is sent to whoever follows; the rest is there for the asking.
MAX_TEXT: Final = 64 * 1024

# What a record takes besides its text, in CPython 3.11: the struct, its time and two string heads.
_RECORD_BYTES: Final = 256


class LogRecord(msgspec.Struct, frozen=True):
    """A ``Record`` of the pipe for a browser: the same fields by name, and its number in this log.

    ``cut`` says how many characters ``text`` lacks; ``LogBuffer.whole`` has them.
    """

    number: int
    time: float
    stream: str
    level: str
    text: str
    logger: str
    session_id: str
    sequence: int | None
    event: str
    handler: str
    component: str
    error_id: str
    error: dict[str, Any] | None
    over: int = 0
    skipped: int = 0
    cut: int = 0


class Batch(msgspec.Struct, frozen=True):
    """Some records in order, and how many before them were gone already."""

    records: tuple[LogRecord, ...]
    skipped: int


class LogBuffer:
    """The newest records of an app, up to a number and a size. Belongs to one event loop."""

    def __init__(self, max_records: int = MAX_RECORDS, max_bytes: int = MAX_BYTES) -> None:
        self._records: deque[Record] = deque()
        self._max_records = max_records
        self._max_bytes = max_bytes
        self._bytes = 0
        self._last = 0
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def last_number(self) -> int:
        """The number of the newest record; the first one ever has 1, and 0 says that none came yet."""
        return self._last

    @property
    def first_number(self) -> int:
        """The number of the oldest record that is still here (of the next one, if none is)."""
        return self._last - len(self._records) + 1

    def append(self, record: Record) -> None:
        """Add ``record``, pushing the oldest ones out when there is no room."""
        records = self._records
        records.append(record)
        self._last += 1
        self._bytes += _size(record)
        while len(records) > self._max_records or (self._bytes > self._max_bytes and len(records) > 1):
            self._bytes -= _size(records.popleft())
        if self._waiting:
            self._wake()

    def after(self, number: int, limit: int = BATCH_RECORDS) -> Batch:
        """Return at most ``limit`` records that follow ``number``, and how many of those are gone.

        A number that this log hasn't reached comes from an earlier run of the service: the answer
        then begins with the oldest record.
        """
        start, found, skipped = self._found(number, limit)
        return Batch(tuple(_named(start + i, record) for i, record in enumerate(found, 1)), skipped)

    def records_after(self, number: int, limit: int = BATCH_RECORDS) -> tuple[list[Record], int]:
        """As ``after``, with the records whole, as they came."""
        _, found, skipped = self._found(number, limit)
        return found, skipped

    def _found(self, number: int, limit: int) -> tuple[int, list[Record], int]:
        """The number before the first record, the records, and how many are gone before them."""
        if not 0 <= number <= self._last:
            number = self.first_number - 1
        skipped = max(0, self.first_number - 1 - number)
        start = number + skipped - self.first_number + 1
        return number + skipped, list(islice(self._records, start, start + limit)), skipped

    def whole(self, number: int) -> str | None:
        """The text of a record without a cut; ``None`` if it isn't here (any more)."""
        at = number - self.first_number
        return self._records[at].text if 0 <= at < len(self._records) else None

    def names_file(self, file: str) -> bool:
        """Whether a frame of an error that is here stands in ``file``."""
        return any(record.error is not None and _names_file(record.error, file) for record in self._records)

    async def follow(self, after: int = 0) -> AsyncIterator[Batch]:
        """Yield what follows ``after`` as it comes, for ever.

        A single record is passed on at once; batches come at least 33 ms after one of some size, or 5 ms
        after a small one, except that full ones (2,000 records) follow each other without a wait. A
        consumer that takes long gets larger and then incomplete batches, and nobody else waits for it.
        """
        async for start, found, skipped in self._follow(after, SOON_S):
            yield Batch(tuple(_named(start + i, record) for i, record in enumerate(found, 1)), skipped)

    async def follow_records(self, after: int = 0) -> AsyncIterator[tuple[list[Record], int]]:
        """As ``follow``, with the records whole: as they came, and how many are gone before them.

        Batches are always 33 ms apart: this is for files, where nobody waits.
        """
        async for _, found, skipped in self._follow(after, BATCH_S):
            yield found, skipped

    async def _follow(self, after: int, soon_s: float) -> AsyncIterator[tuple[int, list[Record], int]]:
        loop = asyncio.get_running_loop()
        position = after if 0 <= after <= self._last else 0
        while True:
            if position >= self._last:
                await self._appended()
            began = loop.time()
            start, found, skipped = self._found(position, BATCH_RECORDS)
            position = start + len(found)
            yield start, found, skipped
            if len(found) < BATCH_RECORDS:
                pause = BATCH_S if len(found) >= SMALL_BATCH else soon_s
                await asyncio.sleep(began + pause - loop.time())
            else:
                # Other work of the loop comes between two full batches.
                await asyncio.sleep(0)

    async def _appended(self) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            await waiter
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)


def _size(record: Record) -> int:
    # One character that isn't ASCII makes all of a text take two to four bytes each, and its UTF-8 is kept.
    text = record.text
    size = _RECORD_BYTES + len(text) * (1 if text.isascii() else 4)
    return size if record.error is None else size + _error_size(record.error)


def _error_size(error: ErrorReport) -> int:
    frames = sum(_RECORD_BYTES + len(frame.source) for frame in error.frames)
    return _RECORD_BYTES + len(error.message) + frames + sum(_error_size(one) for one in _related(error))


def _names_file(error: ErrorReport, file: str) -> bool:
    return any(frame.file == file for frame in error.frames) or any(
        _names_file(one, file) for one in _related(error)
    )


def _related(error: ErrorReport) -> tuple[ErrorReport, ...]:
    return error.members if error.cause is None else (error.cause, *error.members)


def _named(number: int, record: Record) -> LogRecord:
    return LogRecord(
        number,
        record.time,
        record.stream,
        record.level,
        record.text[:MAX_TEXT],
        record.logger,
        record.session_id,
        record.sequence,
        record.event,
        record.handler,
        record.component,
        record.error_id,
        None if record.error is None else as_object(record.error),
        record.over,
        record.skipped,
        max(0, len(record.text) - MAX_TEXT),
    )
