"""Files of the app moved, copied, deleted and received, and everybody who has to know of it told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import BinaryIO, Final

from mainspring.builder.code.file_operations import MAX_FILE_BYTES, FileOperations
from mainspring.builder.code.file_uses import FileUse, uses_of
from mainspring.builder.code.source import FileProblem, PathRefused, SourceFile
from mainspring.builder.code.trash import Trash, Trashed
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.pages.tree_store import digest_of

__all__ = ["FileChanges"]

_PIECE_BYTES: Final = 1024 * 1024


class FileChanges:
    """Belongs to one event loop. Everything here raises ``PathRefused`` and ``FileProblem``."""

    def __init__(self, site: EditingSite) -> None:
        self._site = site
        self._operations: FileOperations | None = None

    def _disk(self) -> FileOperations:
        if self._operations is None:
            root = self._site.files.source.root
            self._operations = FileOperations(root, Trash(root))
        return self._operations

    async def make_folder(self, path: str) -> None:
        await asyncio.to_thread(self._disk().make_folder, path)
        await self._changed([])

    async def move(self, path: str, to: str) -> list[tuple[str, str]]:
        """Return the files that were moved, each with its new path."""
        moved = [(each, to + each[len(path) :]) for each in await self._at(path)]
        await asyncio.to_thread(self._disk().move, path, to)
        for before, after in moved:
            await asyncio.to_thread(self._site.versions.moved, before, after)
        await self._changed([each for pair in moved for each in pair])
        return moved

    async def duplicate(self, path: str) -> str:
        copy = await asyncio.to_thread(self._disk().duplicate, path)
        await self._changed([copy])
        return copy

    async def delete(self, path: str) -> Trashed:
        paths = await self._at(path)
        trashed = await asyncio.to_thread(self._disk().delete, path)
        await self._changed(paths)
        return trashed

    async def restore(self, id_: str) -> str:
        """Raises: NotInTrash."""
        path = await asyncio.to_thread(self._disk().restore, id_)
        await self._changed(await self._at(path))
        return path

    async def receive(self, path: str, file: BinaryIO, *, replace: bool) -> None:
        """Put what stands in ``file`` there; a file that it replaces is a kept version."""
        if replace:
            with contextlib.suppress(FileProblem):
                old = await asyncio.to_thread(self._site.files.source.read_bytes, path, _PIECE_BYTES * 4)
                self._site.versions.soon(path, digest_of(old), old)
        pieces = iter(lambda: file.read(_PIECE_BYTES), b"")
        await asyncio.to_thread(self._disk().receive, path, pieces, replace=replace)
        await self._changed([path])

    async def put_back(self, path: str, version: str, base_digest: str) -> SourceFile:
        """Make a kept version what stands in the file. Raises: Conflict, NoSuchVersion."""
        site = self._site
        data = await asyncio.to_thread(site.versions.read, path, version)
        saved = await site.files.put_back(path, data, base_digest, lambda: site.code_changed([path]))
        await site.pages_changed([path])
        return saved

    async def uses(self, path: str) -> list[FileUse]:
        """What needs this file, or one in this folder."""
        site = self._site
        gone = await self._at(path)
        all_ = [file.path for file in await site.files.list() if file.size < MAX_FILE_BYTES // 100]

        def read(each: str) -> str | None:
            try:
                return site.files.source.read(each).text
            except (FileProblem, PathRefused):
                return None

        return await asyncio.to_thread(uses_of, gone, all_, read)

    async def _at(self, path: str) -> list[str]:
        """The file, or all listed files in the folder."""
        files = [file.path for file in await self._site.files.list()]
        return [each for each in files if each == path or each.startswith(f"{path}/")] or [path]

    async def _changed(self, paths: Iterable[str]) -> None:
        paths = list(paths)
        self._site.code_changed([path for path in paths if path.endswith(".py")])
        await self._site.pages_changed(paths)
        await self._site.files.look_at(paths)
