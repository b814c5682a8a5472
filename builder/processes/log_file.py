"""The log in files: rotating, for operators, and the Builder's own, from which the next one goes on.

file = RotatingFile(path, max_bytes=10_000_000, keep=5)
await keep_log(log, file, lambda record: json_line(record).encode())
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.user_state import app_name, state_folder
from mainspring.runtime.protocol import Record

__all__ = [
    "KEPT_BYTES",
    "GrowingFile",
    "RotatingFile",
    "decode_record",
    "encode_record",
    "kept_log",
    "open_log_file",
    "read_records",
]

KEPT_BYTES: Final = 8 * 1024 * 1024
# What a new Builder shows of the one before: it is read before the first page is served.
SHOWN_RECORDS: Final = 5_000
SHOWN_BYTES: Final = 2 * 1024 * 1024

_log = logging.getLogger("mainspring.log_file")
_decoder = msgspec.json.Decoder(Record)

encode_record: Final[Callable[[Record], bytes]] = msgspec.json.Encoder().encode


def decode_record(line: bytes) -> Record | None:
    """The record in a line; ``None`` where a file was damaged or cut."""
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeError):
        return None


def kept_log(app_path: Path) -> Path:
    """Where the Builder keeps the log of an app: in the user's state folder, for this user alone."""
    return state_folder() / "logs" / f"{app_name(app_path)}.jsonl"


class RotatingFile:
    """Lines at the end of a file; a full one becomes ``NAME.1``, that one ``NAME.2``, the oldest goes."""

    def __init__(self, path: Path, max_bytes: int, keep: int = 1) -> None:
        """Args:
        keep: How many full files there may be beside the one that is written to.
        """
        self._path = path
        self._max_bytes = max_bytes
        self._keep = keep

    def write(self, lines: list[bytes]) -> None:
        """Append lines, each of which gets its end.

        Raises:
            OSError: As the system says.
        """
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            if self._path.stat().st_size >= self._max_bytes:
                self._rotate()
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(b"".join(line + b"\n" for line in lines))

    def _rotate(self) -> None:
        for number in range(self._keep, 0, -1):
            before = self._path if number == 1 else self._numbered(number - 1)
            with contextlib.suppress(FileNotFoundError):
                before.replace(self._numbered(number))

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")


@asynccontextmanager
async def open_log_file(
    log: LogBuffer,
    file: RotatingFile,
    line_of: Callable[[Record], bytes],
    *,
    after: int = 0,
    wanted: Callable[[], bool] = lambda: True,
) -> AsyncIterator[None]:
    """Write what follows ``after`` into ``file`` while the block runs, up to the last word.

    A disk that is full or fails is said once, and costs lines only.

    Args:
        wanted: Whether to write; asked with every batch.
    """
    position = after
    failing = False

    def write(records: Sequence[Record], skipped: int) -> None:
        nonlocal failing
        lines = [line_of(record) for record in records]
        if skipped:
            lines.insert(0, line_of(_gap(records[0].time if records else 0.0, skipped)))
        try:
            file.write(lines)
            failing = False
        except OSError as error:
            if not failing:
                _log.warning("the log can't be written to its file: %s", error)
            failing = True

    writing: asyncio.Future[None] | None = None

    async def follow() -> None:
        nonlocal position, writing
        async for records, skipped in log.follow_records(after):
            position += skipped + len(records)
            if wanted():
                writing = asyncio.ensure_future(asyncio.to_thread(write, records, skipped))
                # Not cut short at the end: what comes last is written behind it.
                await asyncio.shield(writing)

    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(follow())
        try:
            yield
        finally:
            following.cancel()
            await asyncio.wait([following, writing] if writing is not None else [following])
            while wanted():
                records, skipped = log.records_after(position)
                if not records:
                    break
                write(records, skipped)
                position += skipped + len(records)


def _gap(time: float, skipped: int) -> Record:
    text = f"{skipped:,} lines were left out: they came faster than they could be written"
    return Record(time, "system", "warning", text, skipped=skipped)


def read_records(path: Path, limit: int = SHOWN_RECORDS, max_bytes: int = SHOWN_BYTES) -> list[Record]:
    """The newest records of a kept log, oldest first; none where there is none, or it can't be read."""
    found: list[Record] = []
    for each in (path, path.with_name(f"{path.name}.1")):
        try:
            with each.open("rb") as file:
                end = file.seek(0, os.SEEK_END)
                file.seek(max(0, end - max_bytes))
                lines = file.read(max_bytes).split(b"\n")
        except OSError:
            continue
        newer = found
        found = [record for line in lines if (record := decode_record(line)) is not None] + newer
        max_bytes -= end
        if max_bytes <= 0 or len(found) >= limit:
            break
    return found[-limit:]


class GrowingFile:
    """What is added to a file, line by line, also when another file takes its path."""

    def __init__(self, path: Path, position: int = 0, inode: int = 0) -> None:
        self._path = path
        self._position = position
        self._inode = inode

    def new_lines(self) -> list[bytes]:
        """Whole lines that came since the last call; none while there is no such file."""
        try:
            with self._path.open("rb") as file:
                now = os.fstat(file.fileno())
                if now.st_ino != self._inode or now.st_size < self._position:
                    # What was left of the one before can't be had any more.
                    self._position, self._inode = 0, now.st_ino
                file.seek(self._position)
                added = file.read()
        except FileNotFoundError:
            return []
        whole = added[: added.rfind(b"\n") + 1]
        self._position += len(whole)
        return whole.splitlines()
