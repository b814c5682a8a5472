"""Several files written as one: all of them or none, and taken back in one while nobody has written on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping

import msgspec
from mainspring.builder.code.source import FileProblem, PathRefused
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.web.access import RequestRefused

__all__ = ["Buffer", "Done", "SavedFile", "TextChange", "TextChanges", "UndoableChanges"]


class Buffer(msgspec.Struct, forbid_unknown_fields=True):
    """What an editor shows of a file and hasn't saved, and the version that it is based on."""

    text: str
    base_digest: str


class SavedFile(msgspec.Struct, frozen=True):
    path: str
    text: str
    digest: str


class TextChange(msgspec.Struct, frozen=True):
    """A file's text on disk (which ``digest`` names), as an editor shows it, and as it shall be."""

    path: str
    on_disk: str
    shown: str
    after: str
    digest: str


class TextChanges:
    """Belongs to one event loop."""

    def __init__(self, site: EditingSite) -> None:
        self._site = site

    async def write(
        self, changes: Iterable[TextChange], then: Callable[[], Awaitable[None]] | None = None
    ) -> dict[str, SavedFile]:
        """Write them all and return what is there now. The app takes them together, not one by one.

        Args:
            then: Done when all is written, and before the app takes it.

        Raises:
            FileProblem, PathRefused: One can't be written, or has changed, or ``then`` raised it; then all
                are as they were.
        """
        saved: dict[str, SavedFile] = {}
        before: dict[str, str] = {}
        changes = tuple(changes)
        with self._site.writing(change.path for change in changes):
            try:
                for change in changes:
                    before[change.path] = change.on_disk
                    saved[change.path] = await self._save(change.path, change.after, change.digest)
                if then is not None:
                    await then()
            except (FileProblem, PathRefused):
                await self.put_back(before, saved)
                raise
            await self._take(saved)
        return saved

    async def put_back(
        self,
        before: Mapping[str, str],
        saved: Mapping[str, SavedFile],
        then: Callable[[], Awaitable[None]] | None = None,
    ) -> tuple[SavedFile, ...]:
        """Write ``before`` over what ``write`` has returned; ``then`` as there.

        Raises:
            FileProblem, PathRefused: One can't be written, or has changed since.
        """
        with self._site.writing(saved):
            files = tuple([await self._save(path, before[path], file.digest) for path, file in saved.items()])
            if then is not None:
                await then()
            await self._take(saved)
        return files

    async def changed_since(self, saved: Mapping[str, SavedFile]) -> str | None:
        """The first file that isn't as ``write`` has left it."""
        for path, file in saved.items():
            if (await self._site.files.read(path)).digest != file.digest:
                return path
        return None

    async def _save(self, path: str, text: str, digest: str) -> SavedFile:
        saved = await self._site.files.save(path, text, digest)
        return SavedFile(path, saved.text, saved.digest)

    async def _take(self, paths: Iterable[str]) -> None:
        self._site.code_changed(paths)
        await self._site.pages_changed(paths)


class Done(msgspec.Struct, frozen=True):
    """What stands in the files now; ``number`` names the change for ``UndoableChanges.undo``."""

    number: int
    files: tuple[SavedFile, ...]


class UndoableChanges:
    """Changes of one kind, of which the last can be taken back. Belongs to one event loop."""

    def __init__(self, site: EditingSite, kind: str) -> None:
        """Args:
        kind: One word for such a change, such as ``replacement``.
        """
        self._files = TextChanges(site)
        self._kind = kind
        self._number = 0
        self._before: dict[str, str] = {}
        self._after: dict[str, SavedFile] | None = None

    async def write(self, changes: Iterable[TextChange]) -> Done:
        """Write everything, or nothing.

        Raises:
            FileProblem: A file can't be written, or has changed; then all is as it was.
        """
        changes = tuple(changes)
        self._after = await self._files.write(changes)
        self._before = {change.path: change.shown for change in changes}
        self._number += 1
        return Done(self._number, tuple(self._after.values()))

    async def undo(self, number: int) -> Done:
        """Take the last change back; what wasn't saved before it is saved now.

        Raises:
            RequestRefused: It is not the last one, or a file has changed since.
        """
        after = self._after
        if after is None or number != self._number:
            raise RequestRefused(409, f"no_{self._kind}", f"This {self._kind} is not the last one any more.")
        try:
            changed = await self._files.changed_since(after)
            if changed is not None:
                raise RequestRefused(
                    409, "changed", f"{changed} has changed since; its earlier versions are kept."
                )
            self._after = None
            return Done(number, await self._files.put_back(self._before, after))
        except FileProblem as error:
            raise RequestRefused(409, "not_undone", str(error)) from None
