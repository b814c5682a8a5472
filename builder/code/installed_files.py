"""The files of installed packages that a definition or an error leads to: only these can be read outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from mainspring.builder.code.source import MAX_TEXT_BYTES
from mainspring.builder.code.text_bytes import NotText, decode_text

__all__ = ["InstalledFiles", "NotInstalled"]

MAX_KNOWN: Final = 1_000


class NotInstalled(Exception):
    """It can't be read; the text says why."""


class InstalledFiles:
    """Remembers where definitions have led to, the newest ``MAX_KNOWN``."""

    def __init__(self) -> None:
        self._known: dict[str, None] = {}

    def learn(self, locations: Iterable[Mapping[str, Any]]) -> None:
        """Take in LSP's locations; those in the app's own files, which are relative, mean nothing here."""
        for location in locations:
            uri = location["uri"]
            if Path(uri).is_absolute() and uri.endswith((".py", ".pyi")):
                self._known.pop(uri, None)
                self._known[uri] = None
        while len(self._known) > MAX_KNOWN:
            del self._known[next(iter(self._known))]

    def __contains__(self, uri: str) -> bool:
        return uri in self._known

    def read(self, uri: str) -> str:
        """Return the text, with ``\\n`` at its line ends. Blocks on the disk.

        Raises:
            NotInstalled
        """
        if uri not in self._known:
            raise NotInstalled(
                f"No definition and no error in the log leads to {uri[:200]}, so it isn't shown."
            )
        try:
            with Path(uri).open("rb") as file:
                data = file.read(MAX_TEXT_BYTES + 1)
            if len(data) > MAX_TEXT_BYTES:
                raise NotInstalled(f"{uri} is too large to be shown.")
            return decode_text(data, python=True)[0]
        except OSError as error:
            raise NotInstalled(f"{uri} can't be read: {error.strerror or error}.") from error
        except NotText as error:
            raise NotInstalled(f"{uri} can't be shown: {error}.") from error
