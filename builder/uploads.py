"""Files on their way from a browser to a handler: streamed to disk, owned by a session, gone with it."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
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


class UploadRefused(Exception):
    """A file is too large, or a session has too many; the text is for whoever chose the file."""


class Uploads:
    """Made by ``open_uploads``."""

    def __init__(self, folder: Path, limits: UploadLimits) -> None:
        self._folder = folder
        self._limits = limits
        self._files: dict[str, dict[str, Upload]] = {}

    async def receive(self, session_id: str, name: str, media_type: str, chunks: AsyncIterator[bytes]) -> str:
        """Store what ``chunks`` bring; return the id by which an event of this session may name it.

        Raises:
            UploadRefused: A limit was reached; nothing is kept.
        """
        files = self._files.setdefault(session_id, {})
        if len(files) >= self._limits.files:
            raise UploadRefused(f"At most {self._limits.files} files can wait to be used.")
        room = self._limits.total_bytes - sum(upload.size for upload in files.values())
        upload_id = secrets.token_urlsafe(16)
        path = self._folder / upload_id
        try:
            with path.open("xb") as file:
                size = await _write(file, chunks, min(self._limits.file_bytes, room))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        if self._files.get(session_id) is not files:
            path.unlink(missing_ok=True)
            raise UploadRefused("The session ended meanwhile.")
        files[upload_id] = Upload(_plain_name(name), media_type[:200], size, str(path))
        return upload_id

    def find(self, session_id: str, ids: Sequence[str]) -> tuple[Upload, ...]:
        """Return a session's uploads by their ids.

        Raises:
            UploadRefused: One of them isn't there, or isn't this session's.
        """
        files = self._files.get(session_id, {})
        if any(upload_id not in files for upload_id in ids):
            raise UploadRefused("An uploaded file is no longer there; choose it again.")
        return tuple(files[upload_id] for upload_id in ids)

    def release(self, session_id: str, ids: Sequence[str]) -> None:
        """The event that named these files has been answered: nobody reads them again."""
        files = self._files.get(session_id, {})
        for upload_id in ids:
            if (upload := files.pop(upload_id, None)) is not None:
                Path(upload.path).unlink(missing_ok=True)

    def forget(self, session_id: str) -> None:
        """A session is gone: so are its files."""
        for upload in self._files.pop(session_id, {}).values():
            Path(upload.path).unlink(missing_ok=True)


@contextmanager
def open_uploads(limits: UploadLimits) -> Iterator[Uploads]:
    """A place for uploads that is empty again when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="mainspring-uploads-"))
    try:
        yield Uploads(folder, limits)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _write(file: BinaryIO, chunks: AsyncIterator[bytes], limit: int) -> int:
    """Write in pieces of a megabyte, each in a thread: a slow disk must not stop the loop."""
    size = 0
    waiting = bytearray()
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise UploadRefused(f"A file may have at most {limit / 1024**2:,.0f} MB.")
        waiting += chunk
        if len(waiting) >= WRITE_BYTES:
            await asyncio.to_thread(file.write, bytes(waiting))
            waiting.clear()
    await asyncio.to_thread(file.write, bytes(waiting))
    return size


def _plain_name(name: str) -> str:
    """A file's name as a handler may see it: the last part, whatever separator the browser's system has."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(character for character in last if character.isprintable())[:200]
    return plain if plain not in ("", ".", "..") else "file"
