"""Where a handler stands: from what a link says to a file, a line and a column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

import msgspec
from mainspring.builder.code.edited_files import EditedFiles
from mainspring.builder.code.handler_edits import Place, find_function
from mainspring.builder.code.source import FileProblem, PathRefused
from mainspring.runtime.protocol import Handler

__all__ = ["HandlerPlace", "HandlerPlaces", "can_be_written", "file_of", "handler_name"]

MAIN: Final = "main.py"
_PLAIN: Final = re.compile(r"[^\W\d]\w*")
_MODULE: Final = re.compile(r"[^\W\d]\w*(?:/[^\W\d]\w*)*\.py")


class HandlerPlace(msgspec.Struct, frozen=True):
    """Where a handler's body begins: a file of the app, line and UTF-16 column from 0."""

    path: str
    line: int
    character: int


def handler_name(path: str, function: str) -> str | None:
    """What a link to ``function`` of a file says; ``None`` if the file can't be a module.

    Example:
        ``handler_name("main.py", "save") == "save"``, ``handler_name("shop.py", "save") == "shop.save"``
    """
    if path == MAIN:
        return function
    if not _MODULE.fullmatch(path):
        return None
    return f"{path.removesuffix('.py').replace('/', '.')}.{function}"


def file_of(handler: str) -> tuple[str, str]:
    """The file that defines a handler if it is not imported there, and the function's name in it."""
    module, _, function = handler.rpartition(".")
    return (f"{module.replace('.', '/')}.py" if module else MAIN), function


def can_be_written(handler: str) -> bool:
    """Whether a function of that name could be written: a link may hold anything."""
    return all(_PLAIN.fullmatch(part) for part in handler.split(".")) if handler else False


class HandlerPlaces:
    """Looks in the text on disk first, which is newer than what the running app was loaded from."""

    def __init__(self, files: EditedFiles, handlers: Callable[[], Iterable[Handler]]) -> None:
        """Args:
        handlers: Those of the running app.
        """
        self._files = files
        self._handlers = handlers

    async def find(self, handler: str) -> HandlerPlace | None:
        """Where ``handler`` is defined in the app's own files; ``None`` if it isn't."""
        path, function = file_of(handler)
        place = await self._in_file(path, function)
        if place is not None:
            return HandlerPlace(path, place.line, place.character)
        known = next((known for known in self._handlers() if known.name == handler and known.own), None)
        if known is None or not known.file:
            return None
        # An alias or an import has another name where it is defined; then the line it had at the last
        # start is the best that is known.
        place = await self._in_file(known.file, function) or Place(max(0, known.line - 1), 0)
        return HandlerPlace(known.file, place.line, place.character)

    async def _in_file(self, path: str, function: str) -> Place | None:
        try:
            file = await self._files.read(path)
        except (FileProblem, PathRefused):
            return None
        return find_function(file.text, function)
