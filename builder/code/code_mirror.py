"""A copy of an app's Python files as its editors show them, for a search that reads files from disk.

jedi reads the other files of a project itself. In the copy they hold what is typed and not saved, and have
line ends as ``\\n``, so that every place counts as the editor counts it. Imported by the code worker only.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
from mainspring.builder.code.source import FileProblem, PathRefused, Source

__all__ = ["CodeMirror", "Shown"]


class Shown(msgspec.Struct, frozen=True):
    """A file as it is in the copy. ``digest`` names the bytes on disk; empty if it isn't there."""

    text: str
    digest: str
    encoding: str


class CodeMirror:
    """Belongs to one thread; ``folder`` is filled, and is the caller's to remove."""

    def __init__(self, app_path: Path, folder: Path) -> None:
        self._source = Source(app_path)
        self.folder = folder.resolve()
        self._known: dict[str, Shown] = {}
        self._clock_ns = 0

    @property
    def files(self) -> Mapping[str, Shown]:
        """By path relative to the app, as ``follow`` has found them."""
        return self._known

    def follow(self, buffers: Mapping[str, str]) -> tuple[str, ...]:
        """Bring the copy up to date; return the Python files that can't be read as text.

        Args:
            buffers: Path to text of what editors show and haven't saved.
        """
        listed = {file.path for file in self._source.list() if file.path.endswith((".py", ".pyi"))}
        unreadable: list[str] = []
        for path in sorted(listed | buffers.keys()):
            try:
                file = self._source.read(path)
                shown = Shown(buffers.get(path, file.text), file.digest, file.encoding)
            except (FileProblem, PathRefused):
                if path not in buffers:
                    unreadable.append(path)
                    self._forget(path)
                    continue
                shown = Shown(buffers[path], "", "utf-8")
            if self._known.get(path) != shown:
                self._write(path, shown)
        for path in self._known.keys() - listed - buffers.keys():
            self._forget(path)
        return tuple(unreadable)

    def _write(self, path: str, shown: Shown) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        # What can't be encoded can't be part of a name; a character for a character keeps the columns.
        place.write_bytes(shown.text.encode(shown.encoding, "replace"))
        # jedi's memory goes by the time of a file, and two versions may be written within its precision.
        self._clock_ns = max(self._clock_ns + 1_000_000_000, place.stat().st_mtime_ns)
        os.utime(place, ns=(self._clock_ns, self._clock_ns))
        self._known[path] = shown

    def _forget(self, path: str) -> None:
        if self._known.pop(path, None) is not None:
            (self.folder / path).unlink(missing_ok=True)
