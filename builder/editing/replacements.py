"""Search over all files of the app, and replacing what was found as one operation.

found = await replacements.search(asked)        # looked at; nothing is written
done = await replacements.carry_out(asked)      # exactly what was looked at, or it is refused
await replacements.undo(done.number)
"""

from __future__ import annotations

import hashlib

import msgspec
from mainspring.builder.code.app_search import Found, search_app
from mainspring.builder.code.source import FileProblem
from mainspring.builder.code.text_search import BadQuery, FoundLine, Query
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.text_changes import Buffer, Done, TextChange, UndoableChanges
from mainspring.builder.web.access import RequestRefused

__all__ = ["Asked", "Replacements"]


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """What to look for, and what takes its place.

    Attributes:
        buffers: Unsaved files; those that a replacement changes are saved with it.
        without: Files and lines (from 1) that a replacement leaves as they are.
        seen: To carry it out: what ``Result.fingerprint`` said of the list that was looked at.
    """

    query: Query
    buffers: dict[str, Buffer] = {}
    without: list[tuple[str, int]] = []
    seen: str = ""


class ResultFile(msgspec.Struct, frozen=True):
    """``unsaved``: what an editor shows was searched, and would be saved with a replacement."""

    path: str
    lines: tuple[FoundLine, ...]
    unsaved: bool


class Result(msgspec.Struct, frozen=True):
    """``fingerprint`` names what was found, and where."""

    files: tuple[ResultFile, ...]
    complete: bool
    fingerprint: str


class Replaced(Done, frozen=True):
    """``places`` counts what was replaced."""

    places: int


class Replacements:
    """Belongs to one event loop. The last replacement can be taken back."""

    def __init__(self, site: EditingSite) -> None:
        self._site = site
        self._changes = UndoableChanges(site, "replacement")
        self.undo = self._changes.undo

    async def search(self, asked: Asked) -> Result:
        """Raises:
        RequestRefused: It can't be looked for; the text says why.
        """
        found = await self._find(asked)
        files = tuple(ResultFile(file.path, file.lines, file.path in asked.buffers) for file in found.files)
        return Result(files, found.complete, _fingerprint(found))

    async def carry_out(self, asked: Asked) -> Replaced:
        """Write everything, or nothing.

        Raises:
            RequestRefused: What would be replaced is not what was looked at, an unsaved file has changed on
                disk, or one could not be written; then all is as it was.
        """
        found = await self._find(asked)
        if _fingerprint(found) != asked.seen:
            raise RequestRefused(409, "changed", "Something has changed since the search; look at it again.")
        if not found.complete:
            raise RequestRefused(409, "too_many", "There are more places than are listed. Narrow the search.")
        changes: list[TextChange] = []
        for file in found.files:
            buffer = asked.buffers.get(file.path)
            if buffer is not None and buffer.base_digest != file.digest:
                raise RequestRefused(
                    409,
                    "changed",
                    f"{file.path} has changed on disk meanwhile. Choose a version in the code first.",
                )
            texts = file.replaced
            if texts is not None and texts.after != texts.shown:
                changes.append(TextChange(file.path, texts.on_disk, texts.shown, texts.after, file.digest))
        try:
            done = await self._changes.write(changes)
        except FileProblem as error:
            raise RequestRefused(409, "not_replaced", f"Nothing was replaced: {error}") from None
        left = set(asked.without)
        places = sum(
            len(line.spans)
            for file in found.files
            for line in file.lines
            if (file.path, line.line) not in left
        )
        return Replaced(done.number, done.files, places)

    async def _find(self, asked: Asked) -> Found:
        texts = {path: buffer.text.replace("\r\n", "\n") for path, buffer in asked.buffers.items()}
        try:
            return await search_app(self._site.files.source.root, asked.query, texts, asked.without)
        except BadQuery as error:
            raise RequestRefused(400, "bad_query", str(error)) from None


def _fingerprint(found: Found) -> str:
    """The same lines at the same places of the same files, whatever is left out of a replacement."""
    seen = [(file.path, file.digest, file.lines) for file in found.files]
    return hashlib.sha256(msgspec.json.encode(seen)).hexdigest()
