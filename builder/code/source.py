"""The app's files as an editor sees them: listed, read, saved without losing anyone's work.

A save names the digest of the version it is based on. Is another version on disk, that is a
``Conflict``, and nothing is written. What wasn't edited keeps its bytes (see ``text_bytes``).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.code.app_paths import PathRefused, resolve_in
from mainspring.builder.code.atomic_write import is_temporary, sweep_temporary, write_file
from mainspring.builder.code.text_bytes import NotText, decode_text, encode_text

__all__ = [
    "AppFile",
    "Conflict",
    "FileProblem",
    "NoSuchFile",
    "NotEditable",
    "NotSaved",
    "PathRefused",
    "Source",
    "SourceFile",
    "TakenPath",
]

# Nobody edits such a file by hand; the answer must fit a request as well.
MAX_TEXT_BYTES: Final = 4 * 1024 * 1024
MAX_LISTED_FILES: Final = 5_000
MAX_DEPTH: Final = 12
_SKIPPED_FOLDERS: Final = frozenset({"__pycache__", "node_modules", "venv", "env", "site-packages"})


class FileProblem(Exception):
    """Something about a file that whoever asked has to know. ``path`` names the file."""

    code = "file"

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


class NoSuchFile(FileProblem):
    code = "no_file"


class NotEditable(FileProblem):
    """It is a folder, a device, too large, or no text; or a text that can't be written in its encoding."""

    code = "not_editable"


class TakenPath(FileProblem):
    code = "taken"


class NotSaved(FileProblem):
    """The disk refused; the file is as it was."""

    code = "not_saved"


class Conflict(FileProblem):
    """Not the version that the save is based on is on disk, but ``current``; ``None``: it is gone."""

    code = "conflict"

    def __init__(self, path: str, current: SourceFile | None) -> None:
        what = "was changed" if current is not None else "was deleted"
        super().__init__(path, f"{path} {what} on disk since it was opened here.")
        self.current = current


class SourceFile(msgspec.Struct, frozen=True):
    r"""A text file: ``text`` has ``\n`` at its line ends, ``newline`` is what the file has.

    ``digest`` names the file's bytes; a save shows it to prove which version it is based on.
    """

    path: str
    text: str
    digest: str
    newline: str = "\n"
    encoding: str = "utf-8"
    bom: bool = False


class AppFile(msgspec.Struct, frozen=True):
    """A file in the list: its path below the app's folder and its size in bytes."""

    path: str
    size: int


class Source:
    """The files of one app. Methods block on the disk, and may be called from any thread."""

    def __init__(self, app_path: Path) -> None:
        self.root: Final = app_path.resolve()
        # Between reading what is on disk and replacing it, no other save of ours may come.
        self._lock = threading.Lock()

    def sweep(self) -> None:
        """Remove what saves of a service that was killed have left half written."""
        for folder in _folders(self.root, MAX_DEPTH):
            sweep_temporary(folder)

    def list(self) -> tuple[AppFile, ...]:
        """Every file but hidden ones and environments: ``main.py`` first, Python next, then the others."""
        found = [AppFile(path, size) for path, size in _walk(self.root, "", MAX_DEPTH)]
        found.sort(key=lambda file: (file.path != "main.py", not file.path.endswith(".py"), file.path))
        return tuple(found[:MAX_LISTED_FILES])

    def read(self, path: str) -> SourceFile:
        """Raises:
        PathRefused, NoSuchFile, NotEditable
        """
        return _as_source(path, _read_bytes(path, resolve_in(self.root, path)))

    def digest(self, path: str) -> str | None:
        """Name the bytes on disk; ``None`` if there is no such file or it can't be read.

        Raises:
            PathRefused
        """
        try:
            return _digest(_read_bytes(path, resolve_in(self.root, path)))
        except FileProblem:
            return None

    def save(
        self,
        path: str,
        text: str,
        base_digest: str,
        on_replaced: Callable[[], None] = lambda: None,
    ) -> SourceFile:
        """Replace the version that ``base_digest`` names by ``text``, durably; return what is there now.

        ``on_replaced`` is called, in this thread, as soon as the new version can be read.

        Raises:
            Conflict: Another version is on disk; it was left alone.
            PathRefused, NotEditable, NotSaved
        """
        place = resolve_in(self.root, path)

        def check() -> bytes:
            try:
                data = _read_bytes(path, place)
            except NoSuchFile:
                raise Conflict(path, None) from None
            if _digest(data) != base_digest:
                raise Conflict(path, _as_source(path, data))
            return data

        with self._lock:
            before = check()
            try:
                data = encode_text(text, before, python=_is_python(path))
            except NotText as error:
                raise NotEditable(path, f"{path} was not saved: {error}.") from error
            if len(data) > MAX_TEXT_BYTES:
                raise NotEditable(path, f"{path} was not saved: it would be {_too_large(len(data))}.")
            if data != before:
                _write(path, place, data, check, on_replaced)
        return _as_source(path, data)

    def create(self, path: str, text: str = "") -> SourceFile:
        """Make a new file, and the folders that it needs.

        Raises:
            TakenPath, PathRefused, NotEditable, NotSaved
        """
        place = resolve_in(self.root, path)
        data = encode_text(text, b"", python=_is_python(path))

        def check() -> None:
            if os.path.lexists(place):
                raise TakenPath(path, f"There is a {path} already.")

        with self._lock:
            check()
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise NotSaved(path, f"{path} could not be made: {error.strerror}.") from error
            _write(path, place, data, check)
        return _as_source(path, data)


def _write(
    path: str,
    place: Path,
    data: bytes,
    check: object,
    on_replaced: Callable[[], None] = lambda: None,
) -> None:
    assert callable(check)
    try:
        write_file(place, data, last_check=check, on_replaced=on_replaced)
    except OSError as error:
        raise NotSaved(path, f"{path} was not saved, the disk says: {error.strerror or error}.") from error


def _read_bytes(path: str, place: Path) -> bytes:
    try:
        # Opening a named pipe would wait for its other end.
        descriptor = os.open(place, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise NotEditable(path, f"{path} is no file that could be edited.")
            if status.st_size > MAX_TEXT_BYTES:
                raise NotEditable(path, f"{path} is {_too_large(status.st_size)}.")
            return file.read(MAX_TEXT_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise NoSuchFile(path, f"There is no file {path}.") from None
    except IsADirectoryError:
        raise NotEditable(path, f"{path} is a folder.") from None
    except OSError as error:
        raise NotEditable(path, f"{path} can't be read: {error.strerror or error}.") from error


def _as_source(path: str, data: bytes) -> SourceFile:
    try:
        text, form = decode_text(data, python=_is_python(path))
    except NotText as error:
        raise NotEditable(path, f"{path} can't be edited here: {error}.") from error
    return SourceFile(path, text, _digest(data), form.newline, form.encoding, form.bom)


def _walk(folder: Path, prefix: str, depth: int) -> Iterator[tuple[str, int]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or is_temporary(entry.name):
            continue
        try:
            if entry.is_file(follow_symlinks=False):
                yield prefix + entry.name, entry.stat().st_size
            elif depth and entry.is_dir(follow_symlinks=False) and not _is_environment(entry):
                yield from _walk(Path(entry.path), f"{prefix}{entry.name}/", depth - 1)
        except OSError:
            continue


def _folders(folder: Path, depth: int) -> Iterator[Path]:
    yield folder
    try:
        entries = list(os.scandir(folder)) if depth else []
    except OSError:
        return
    for entry in entries:
        with contextlib.suppress(OSError):
            if entry.is_dir(follow_symlinks=False) and not _is_skipped(entry):
                yield from _folders(Path(entry.path), depth - 1)


def _is_skipped(entry: os.DirEntry[str]) -> bool:
    return entry.name.startswith(".") or _is_environment(entry)


def _is_environment(entry: os.DirEntry[str]) -> bool:
    return entry.name in _SKIPPED_FOLDERS or (Path(entry.path) / "pyvenv.cfg").exists()


def _is_python(path: str) -> bool:
    return path.endswith((".py", ".pyi"))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _too_large(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB, more than an editor for text takes"
