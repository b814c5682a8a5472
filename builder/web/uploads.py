"""Files on their way from a browser to a handler: streamed to disk, owned by a session, gone with it."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from mainspring.runtime.protocol import Upload

__all__ = ["UploadLimits", "UploadRefused", "Uploads", "open_uploads"]

WRITE_BYTES: Final = 1024 * 1024


class UploadLimits(msgspec.Struct, frozen=True):
    """Of one session: bytes a file, bytes in all, and how many files."""

    file_bytes: int = 200 * 1024 * 1024
    total_bytes: int = 1024 * 1024 * 1024
    files: int = 100

    @classmethod
    def of(cls, megabytes: int) -> UploadLimits:
        """The limits of an app whose largest file has so many megabytes."""
        largest = megabytes * 1024 * 1024
        return cls(file_bytes=largest, total_bytes=max(cls().total_bytes, 2 * largest))


class UploadRefused(Exception):
    """A file is too large, or a session has too many; the text is for whoever chose the file."""


class _Shelf:
    """A session's files, and how much of the limits they use; what is arriving counts."""

    def __init__(self) -> None:
        self.files: dict[str, Upload] = {}
        self.arriving = 0
        self.bytes = 0


class _Arrival:
    """A file on its way to a shelf."""

    def __init__(self, shelf: _Shelf, limits: UploadLimits) -> None:
        self.bytes = 0
        self._shelf = shelf
        self._limits = limits

    def grow(self, by: int) -> None:
        """Raise ``UploadRefused`` if the file, or all files together, are too large now."""
        self.bytes += by
        self._shelf.bytes += by
        if self.bytes > self._limits.file_bytes:
            raise UploadRefused(f"A file may have at most {_megabytes(self._limits.file_bytes)}.")
        if self._shelf.bytes > self._limits.total_bytes:
            raise UploadRefused(
                f"Files that wait to be used may have at most {_megabytes(self._limits.total_bytes)}."
            )


def _megabytes(count: int) -> str:
    return f"{count / 1024**2:,.0f} MB"


class Uploads:
    """Made by ``open_uploads``."""

    def __init__(self, folder: Path, limits: UploadLimits) -> None:
        self.limits: Final = limits
        self._folder = folder
        self._shelves: dict[str, _Shelf] = {}
        self._held: set[str] = set()

    async def receive(self, session_id: str, name: str, media_type: str, chunks: AsyncIterator[bytes]) -> str:
        """Store what ``chunks`` bring; return the id by which an event of this session may name it.

        Raises:
            UploadRefused: A limit was reached; nothing is kept.
        """
        shelf = self._shelves.setdefault(session_id, _Shelf())
        if len(shelf.files) + shelf.arriving >= self.limits.files:
            raise UploadRefused(f"At most {self.limits.files} files can wait to be used.")
        upload_id = secrets.token_urlsafe(16)
        path = self._folder / upload_id
        shelf.arriving += 1
        arrival = _Arrival(shelf, self.limits)
        try:
            with path.open("xb") as file:
                await _write(file, chunks, arrival)
            if self._shelves.get(session_id) is not shelf:
                raise UploadRefused("The session ended meanwhile.")
        except BaseException:
            path.unlink(missing_ok=True)
            shelf.bytes -= arrival.bytes
            raise
        finally:
            shelf.arriving -= 1
        shelf.files[upload_id] = Upload(_plain_name(name), media_type[:200], arrival.bytes, str(path))
        return upload_id

    def find(self, session_id: str, ids: Sequence[str]) -> tuple[Upload, ...]:
        """Return a session's uploads by their ids.

        Raises:
            UploadRefused: One of them isn't there, or isn't this session's.
        """
        files = self._files_of(session_id)
        if any(upload_id not in files for upload_id in ids):
            raise UploadRefused("An uploaded file is no longer there; choose it again.")
        return tuple(files[upload_id] for upload_id in ids)

    def release(self, session_id: str, ids: Sequence[str]) -> None:
        """The event that named these files has been answered; those that the app holds stay."""
        for upload_id in ids:
            if upload_id not in self._held:
                self._remove(session_id, upload_id)

    def hold(self, paths: Iterable[str]) -> None:
        """The app keeps these files: they stay until they are free, or their session ends."""
        self._held.update(Path(path).name for path in paths)

    def free(self, paths: Iterable[str]) -> None:
        """The app holds these files no more."""
        for upload_id in [Path(path).name for path in paths]:
            self._held.discard(upload_id)
            for session_id in [key for key, shelf in self._shelves.items() if upload_id in shelf.files]:
                self._remove(session_id, upload_id)

    def forget(self, session_id: str) -> None:
        """A session is gone: so are its files."""
        for upload_id in list(self._files_of(session_id)):
            self._remove(session_id, upload_id)
        self._shelves.pop(session_id, None)

    def _files_of(self, session_id: str) -> dict[str, Upload]:
        shelf = self._shelves.get(session_id)
        return {} if shelf is None else shelf.files

    def _remove(self, session_id: str, upload_id: str) -> None:
        self._held.discard(upload_id)
        if (upload := self._files_of(session_id).pop(upload_id, None)) is not None:
            self._shelves[session_id].bytes -= upload.size
            Path(upload.path).unlink(missing_ok=True)


@contextmanager
def open_uploads(limits: UploadLimits) -> Iterator[Uploads]:
    """A place for uploads that is empty again when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="mainspring-uploads-"))
    try:
        yield Uploads(folder, limits)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _write(file: BinaryIO, chunks: AsyncIterator[bytes], arrival: _Arrival) -> None:
    """Write in pieces of a megabyte, each in a thread: a slow disk must not stop the loop."""
    waiting = bytearray()
    async for chunk in chunks:
        arrival.grow(len(chunk))
        waiting += chunk
        if len(waiting) >= WRITE_BYTES:
            await asyncio.to_thread(file.write, bytes(waiting))
            waiting.clear()
    await asyncio.to_thread(file.write, bytes(waiting))


def _plain_name(name: str) -> str:
    """A file's name as a handler may see it: the last part, whatever separator the browser's system has."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(character for character in last if character.isprintable())[:200]
    return plain if plain not in ("", ".", "..") else "file"
