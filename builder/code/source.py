"""The app's files as an editor sees them: listed, read, saved without losing anyone's work.

A save names the digest of the version it is based on. Is another version on disk, that is a
``Conflict``, and nothing is written. What wasn't edited keeps its bytes (see ``text_bytes``).
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.code.app_listing import AppFile, Listing, folders_of, list_app
from mainspring.builder.code.app_paths import PathRefused
from mainspring.builder.code.atomic_write import sweep_temporary, write_in
from mainspring.builder.code.file_problems import (
    FileProblem,
    NoSuchFile,
    NotEditable,
    NotSaved,
    TakenPath,
    not_saved,
    too_large,
)
from mainspring.builder.code.open_folder import OpenFolder, open_place
from mainspring.builder.code.text_bytes import NotText, decode_text, encode_text

__all__ = [
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

OnVersion = Callable[[str, bytes], None]

# Nobody edits such a file by hand; the answer must fit a request as well.
MAX_TEXT_BYTES: Final = 4 * 1024 * 1024


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


class Source:
    """The files of one app. Methods block on the disk, and may be called from any thread."""

    def __init__(self, app_path: Path) -> None:
        self.root: Final = app_path.resolve()
        # Between reading what is on disk and replacing it, no other save of ours may come.
        self._lock = threading.Lock()

    def sweep(self) -> None:
        """Remove what saves of a service that was killed have left half written."""
        for folder in folders_of(self.root):
            sweep_temporary(folder)

    def listing(self) -> Listing:
        return list_app(self.root)

    def list(self) -> tuple[AppFile, ...]:
        """Each file once: without the links to some of them."""
        return tuple(file for file in self.listing().files if not file.link)

    def read(self, path: str) -> SourceFile:
        """Raises:
        PathRefused, NoSuchFile, NotEditable
        """
        return _as_source(path, self.read_bytes(path, MAX_TEXT_BYTES))

    def read_bytes(self, path: str, most: int) -> bytes:
        """The file as it is; one with more than ``most`` bytes is ``NotEditable``.

        Raises:
            PathRefused, NoSuchFile, NotEditable
        """
        try:
            with open_place(self.root, path) as (folder, name):
                return _read_bytes(path, folder, name, most)
        except (FileNotFoundError, NotADirectoryError):
            raise NoSuchFile(path, f"There is no file {path}.") from None
        except OSError as error:
            raise NotEditable(path, f"{path} can't be read: {error.strerror or error}.") from error

    def digest(self, path: str) -> str | None:
        """Name the bytes on disk; ``None`` if there is no such file or it can't be read.

        Raises:
            PathRefused
        """
        try:
            return _digest(self.read_bytes(path, MAX_TEXT_BYTES))
        except FileProblem:
            return None

    def save(
        self,
        path: str,
        text: str,
        base_digest: str,
        on_replaced: Callable[[], None] = lambda: None,
        on_version: OnVersion = lambda _path, _data: None,
    ) -> SourceFile:
        """Replace the version that ``base_digest`` names by ``text``, durably; return what is there now.

        Both callbacks are called in this thread: ``on_replaced`` as soon as the new version can be read,
        ``on_version`` with the bytes that were there before and with those that are there now.

        Raises:
            Conflict: Another version is on disk; it was left alone.
            PathRefused, NotEditable, NotSaved
        """

        def edited(before: bytes) -> bytes:
            try:
                return encode_text(text, before, python=_is_python(path))
            except NotText as error:
                raise NotEditable(path, f"{path} was not saved: {error}.") from error

        return self._replace(path, edited, base_digest, on_replaced, on_version)

    def put_back(
        self,
        path: str,
        data: bytes,
        base_digest: str,
        on_replaced: Callable[[], None] = lambda: None,
        on_version: OnVersion = lambda _path, _data: None,
    ) -> SourceFile:
        """As ``save``, with an earlier version's own bytes."""
        return self._replace(path, lambda _: data, base_digest, on_replaced, on_version)

    def _replace(
        self,
        path: str,
        change: Callable[[bytes], bytes],
        base_digest: str,
        on_replaced: Callable[[], None],
        on_version: OnVersion,
    ) -> SourceFile:
        def check() -> bytes:
            try:
                data = _read_bytes(path, folder, name, MAX_TEXT_BYTES)
            except NoSuchFile:
                raise Conflict(path, None) from None
            if _digest(data) != base_digest:
                raise Conflict(path, _as_source(path, data))
            return data

        try:
            with self._lock, open_place(self.root, path) as (folder, name):
                before = check()
                data = change(before)
                if len(data) > MAX_TEXT_BYTES:
                    raise NotEditable(path, f"{path} was not saved: it would be {too_large(len(data))}.")
                saved = _as_source(path, data)
                if data != before:
                    on_version(path, before)
                    write_in(
                        folder, name, [data], last_check=lambda: _ignore(check()), on_replaced=on_replaced
                    )
                    on_version(path, data)
        except (FileNotFoundError, NotADirectoryError):
            raise Conflict(path, None) from None
        except OSError as error:
            raise not_saved(path, error) from error
        return saved

    def create(self, path: str, text: str = "") -> SourceFile:
        """Make a new file, and the folders that it needs.

        Raises:
            TakenPath, PathRefused, NotEditable, NotSaved
        """
        data = encode_text(text, b"", python=_is_python(path))
        try:
            with self._lock, open_place(self.root, path, create=True) as (folder, name):
                write_in(folder, name, [data], only_new=True)
        except (FileExistsError, IsADirectoryError):
            raise TakenPath(path, f"There is a {path} already.") from None
        except OSError as error:
            raise not_saved(path, error) from error
        return _as_source(path, data)


def _ignore(_: object) -> None:
    """A check is there for what it raises."""


def _read_bytes(path: str, folder: OpenFolder, name: str, most: int) -> bytes:
    # Opening a named pipe would wait for its other end; a link was followed before, and is a new one.
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    )
    try:
        descriptor = os.open(folder.at(name), flags, dir_fd=folder.descriptor)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise NotEditable(path, f"{path} is no file that could be edited.")
            if status.st_size > most:
                raise NotEditable(path, f"{path} is {too_large(status.st_size)}.")
            return file.read(most + 1)
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


def _is_python(path: str) -> bool:
    return path.endswith((".py", ".pyi"))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
