"""Stubs go with the links that they were written for: undoing the link takes an untouched stub out again,
redoing it puts it back. What somebody has changed, linked elsewhere or has open unsaved stays as it is.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Final

import msgspec
from mainspring.builder.code.handler_edits import find_function, insert_function, remove_function
from mainspring.builder.code.handler_places import file_of
from mainspring.builder.code.source import FileProblem, PathRefused, SourceFile
from mainspring.builder.pages.links import links
from mainspring.builder.pages.tree_store import StoredPage

__all__ = ["WrittenStub", "WrittenStubs"]

MOST: Final = 200

_log = logging.getLogger(__name__)

Read = Callable[[str], Awaitable[SourceFile]]
Save = Callable[[str, str, str], Awaitable[SourceFile]]


class WrittenStub(msgspec.Struct, frozen=True, kw_only=True):
    """A stub as it was written: for which event, into which file, with how many blank lines around it."""

    page: str
    component: str
    event: str
    handler: str
    path: str
    source: str
    above: int
    below: int


class WrittenStubs:
    """Those of this start of the service, the newest ``MOST``."""

    def __init__(self) -> None:
        self._there: dict[WrittenStub, bool] = {}

    def note(self, stub: WrittenStub) -> None:
        """A stub was written, and its event linked to it."""
        self._there[stub] = True
        if len(self._there) > MOST:
            del self._there[next(iter(self._there))]

    async def follow(
        self, page: str, pages: Mapping[str, StoredPage], read: Read, save: Save, unsaved: Collection[str]
    ) -> None:
        """The history of ``page`` has taken a step: let the stubs of its links follow.

        Args:
            read, save: As ``EditedFiles.read`` and ``EditedFiles.save``.
            unsaved: Files with changes that only their editor knows; nothing is written into them.
        """
        linked = [link for stored in pages.values() for link in links(stored.component)]
        handlers = {link.handler for link in linked}
        events = {(link.page, link.component, link.event, link.handler) for link in linked}
        for stub, there in list(self._there.items()):
            if stub.page != page or stub.path in unsaved:
                continue
            wanted = (stub.page, stub.component, stub.event, stub.handler) in events
            if there == wanted or (there and stub.handler in handlers):
                continue
            try:
                file = await read(stub.path)
                text = _with(file.text, stub) if wanted else _without(file.text, stub)
                if text is not None:
                    await save(stub.path, text, file.digest)
                    self._there[stub] = wanted
            except (FileProblem, PathRefused) as error:
                # The page's step is done; the file stays as it is, which nobody loses anything by.
                _log.info("the stub of %s was left alone: %s", stub.handler, error)


def _with(text: str, stub: WrittenStub) -> str | None:
    known = find_function(text, file_of(stub.handler)[1])
    return insert_function(text, stub.source).text if known is None else None


def _without(text: str, stub: WrittenStub) -> str | None:
    return remove_function(text, stub.source, stub.above, stub.below)
