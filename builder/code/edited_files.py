"""The app's files while they are edited: saved here or elsewhere, everyone who has them open is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from mainspring.builder.code.app_listing import AppFile, Listing
from mainspring.builder.code.source import OnVersion, PathRefused, Source, SourceFile

__all__ = ["EditedFiles", "FileChanged", "FilesChanged", "files_message"]

# Told about more files at once, an editor does better to look at all of them.
MAX_TOLD: Final = 1_000
T = TypeVar("T")


class FileChanged(msgspec.Struct, frozen=True, tag_field="type", tag="file"):
    """A file has another content; ``digest`` names it, ``None`` says that the file is gone."""

    path: str
    digest: str | None


class FilesChanged(Listing, frozen=True, tag_field="type", tag="files"):
    """Files or folders came or went: this is the whole list."""


def files_message(listing: Listing) -> FilesChanged:
    """What tells an editor of all files."""
    return FilesChanged(listing.files, listing.folders, listing.complete)


class EditedFiles:
    """Belongs to one event loop; the disk is used in threads.

    Attributes:
        on_version: Called in the loop with the bytes that a save replaces, and those that it writes.
    """

    def __init__(self, app_path: Path) -> None:
        self.source = Source(app_path)
        self.source.sweep()
        self._digests: dict[str, str | None] = {}
        # What the subscribers know of; ``None``: nobody has asked yet. Sizes don't count.
        self._told: Listing | None = None
        # One look after the other: what an earlier one saw must not be told after a later one.
        self._listing = asyncio.Lock()
        self.on_version: OnVersion = lambda _path, _data: None
        self._subscribers: list[Callable[[FileChanged | FilesChanged], None]] = []
        # What is told about a file must follow the order in which its content changed.
        self._lock = asyncio.Lock()

    def subscribe(self, callback: Callable[[FileChanged | FilesChanged], None]) -> Callable[[], None]:
        """Call ``callback`` after every change; the function returned ends that."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    async def list(self) -> tuple[AppFile, ...]:
        """Each file once: without the links to some of them."""
        return tuple(file for file in (await self.listing()).files if not file.link)

    async def listing(self) -> Listing:
        found = await asyncio.to_thread(self.source.listing)
        if self._told is None:
            self._told = found
        return found

    async def read(self, path: str) -> SourceFile:
        """Raises:
        PathRefused, FileProblem
        """
        return await asyncio.to_thread(self.source.read, path)

    async def save(
        self, path: str, text: str, base_digest: str, on_replaced: Callable[[], None] = lambda: None
    ) -> SourceFile:
        """As ``Source.save``; the others are told before this returns.

        ``on_replaced`` is called in the loop when the new version can be read, perhaps before it is durable.

        Raises:
            Conflict, PathRefused, FileProblem
        """
        return await self._write(path, self.source.save, text, base_digest, on_replaced)

    async def put_back(
        self, path: str, data: bytes, base_digest: str, on_replaced: Callable[[], None] = lambda: None
    ) -> SourceFile:
        """As ``save``, with the bytes of an earlier version."""
        return await self._write(path, self.source.put_back, data, base_digest, on_replaced)

    async def _write(
        self,
        path: str,
        write: Callable[[str, T, str, Callable[[], None], OnVersion], SourceFile],
        content: T,
        base_digest: str,
        on_replaced: Callable[[], None],
    ) -> SourceFile:
        loop = asyncio.get_running_loop()

        def replaced() -> None:
            loop.call_soon_threadsafe(on_replaced)

        def version(path: str, data: bytes) -> None:
            loop.call_soon_threadsafe(self.on_version, path, data)

        async with self._lock:
            saved = await asyncio.to_thread(write, path, content, base_digest, replaced, version)
            self._tell_file(path, saved.digest)
        return saved

    async def create(self, path: str, text: str = "") -> SourceFile:
        """As ``Source.create``.

        Raises:
            TakenPath, PathRefused, FileProblem
        """
        async with self._lock:
            made = await asyncio.to_thread(self.source.create, path, text)
            self._tell_file(path, made.digest)
        await self._tell_list()
        return made

    async def look_at(self, paths: Iterable[str]) -> None:
        """Take in what changed on disk. What we wrote ourselves is known, and told to nobody again."""
        paths = tuple(paths)
        for path in paths[:MAX_TOLD]:
            async with self._lock:
                with contextlib.suppress(PathRefused):
                    self._tell_file(path, await asyncio.to_thread(self.source.digest, path))
        await self._tell_list()

    def _tell_file(self, path: str, digest: str | None) -> None:
        if self._digests.get(path, "") != digest:
            self._digests[path] = digest
            if digest is None:
                del self._digests[path]
            self._tell(FileChanged(path, digest))

    async def _tell_list(self) -> None:
        async with self._listing:
            before = self._told
            found = await self.listing()
            if before is None or _names(before) != _names(found):
                self._told = found
                self._tell(files_message(found))

    def _tell(self, change: FileChanged | FilesChanged) -> None:
        for callback in tuple(self._subscribers):
            callback(change)


def _names(listing: Listing) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(file.path for file in listing.files), listing.folders
