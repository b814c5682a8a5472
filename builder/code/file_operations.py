"""Files and folders of an app: moved, copied, deleted, received, in folders that are held open.

Whatever stands under a new name already stays: that is ``TakenPath``. What is deleted lies in the trash.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from mainspring.builder.code.app_paths import PathRefused
from mainspring.builder.code.atomic_write import move_to_free_name, sync_folder, write_in
from mainspring.builder.code.file_problems import NoSuchFile, NotEditable, NotSaved, TakenPath
from mainspring.builder.code.open_folder import OpenFolder, open_entry, open_folder
from mainspring.builder.code.temporary_names import TEMPORARY_SUFFIX
from mainspring.builder.code.trash import Trash, Trashed

__all__ = ["MAX_FILE_BYTES", "FileOperations"]

MAIN: Final = "main.py"
MAX_FILE_BYTES: Final = 200 * 1024 * 1024
_PIECE_BYTES: Final = 1024 * 1024
_MAX_COPIES: Final = 1_000


class FileOperations:
    """Of one app. Methods block on the disk, and may be called from any thread; one works at a time.

    All of them raise ``PathRefused``, ``NoSuchFile``, ``TakenPath``, ``NotEditable`` and ``NotSaved``.
    """

    def __init__(self, root: Path, trash: Trash) -> None:
        """Args:
        root: The app's folder, resolved.
        """
        self._root = root
        self._trash = trash
        self._lock = threading.Lock()

    def make_folder(self, path: str) -> None:
        with self._lock, _answered(path), open_entry(self._root, path, create=True) as (folder, name):
            os.mkdir(folder.at(name), dir_fd=folder.descriptor)
            sync_folder(folder)

    def move(self, path: str, to: str) -> None:
        """Give a file or a folder another name or another folder."""
        _keep_main(path, "renamed")
        if to == path or to.startswith(f"{path}/"):
            raise TakenPath(to, f"{path} can't be moved into itself.")
        with self._lock, _answered(path), self._entry(path) as (folder, name, status):
            with _answered(to), open_entry(self._root, to, create=True) as (target, new_name):
                self._put(folder, name, status, target, new_name)
                sync_folder(target)
            sync_folder(folder)

    def duplicate(self, path: str) -> str:
        """Copy a file beside itself; return the copy's path."""
        with self._lock, _answered(path), self._entry(path) as (folder, name, status):
            if not stat.S_ISREG(status.st_mode):
                raise NotEditable(path, f"{path} is a folder; only files are duplicated.")
            for copy in _copies(name):
                if folder.status(copy) is None:
                    if status.st_size > MAX_FILE_BYTES:
                        raise NotEditable(path, f"{path} is too large to be copied here.")
                    write_in(folder, copy, _pieces(folder, name), only_new=True)
                    return str(PurePosixPath(path).with_name(copy))
        raise TakenPath(path, f"There are too many copies of {path} already.")

    def delete(self, path: str) -> Trashed:
        """Put a file or a folder into the trash."""
        _keep_main(path, "deleted")
        with self._lock, _answered(path, "deleted"), self._entry(path) as (folder, name, status):
            # Under a name of ours first: what somebody else puts there meanwhile isn't what was deleted.
            aside = f".{secrets.token_hex(8)}{TEMPORARY_SUFFIX}"
            _rename(folder, name, folder, aside)
            try:
                taken = folder.status(aside)
                if taken is None or stat.S_IFMT(taken.st_mode) != stat.S_IFMT(status.st_mode):
                    raise PathRefused(path, "is something else since a moment ago")
                trashed = self._trash.take(_by_descriptor(folder) / aside, path)
            except (OSError, PathRefused):
                _rename(folder, aside, folder, name)
                raise
            sync_folder(folder)
        return trashed

    def restore(self, id_: str) -> str:
        """Put back what was deleted; return its path.

        Raises:
            NotInTrash
        """
        item, path = self._trash.find(id_)
        with self._lock, _answered(path), open_entry(self._root, path, create=True) as (folder, name):
            if item.is_dir() and not item.is_symlink():
                if folder.status(name) is not None:
                    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
                # Into a name of ours, so that nobody sees a half of it.
                aside = f".{secrets.token_hex(8)}{TEMPORARY_SUFFIX}"
                _copy_tree(item, _by_descriptor(folder) / aside)
                _rename(folder, aside, folder, name)
                sync_folder(folder)
            else:
                with open_folder(item.parent) as trashed:
                    write_in(folder, name, _pieces(trashed, item.name), only_new=True)
        self._trash.forget(id_)
        return path

    def receive(self, path: str, pieces: Iterable[bytes], *, replace: bool = False) -> None:
        """Write a file that comes from elsewhere; ``replace`` says that one of this name may go."""
        with self._lock, _answered(path), open_entry(self._root, path, create=True) as (folder, name):
            status = folder.status(name)
            if status is not None and stat.S_ISLNK(status.st_mode):
                raise PathRefused(path, "is a link")
            write_in(folder, name, pieces, only_new=not replace)

    @contextlib.contextmanager
    def _entry(self, path: str) -> Iterator[tuple[OpenFolder, str, os.stat_result]]:
        with open_entry(self._root, path) as (folder, name):
            status = folder.status(name)
            if status is None:
                raise NoSuchFile(path, f"There is no {path}.")
            if stat.S_ISLNK(status.st_mode):
                raise NotEditable(
                    path, f"{path} is a link; it can be renamed or deleted outside of here only."
                )
            if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
                raise NotEditable(path, f"{path} is neither a file nor a folder.")
            yield folder, name, status

    def _put(
        self, folder: OpenFolder, name: str, status: os.stat_result, target: OpenFolder, new_name: str
    ) -> None:
        there = target.status(new_name)
        if there is not None:
            # On some systems, Main.py and main.py are one file, which may change its spelling.
            if not os.path.samestat(there, status) or name.lower() != new_name.lower():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new_name)
            _rename(folder, name, target, new_name)
        elif stat.S_ISDIR(status.st_mode):
            _rename(folder, name, target, new_name)
        else:
            move_to_free_name(folder, name, target, new_name)


def _keep_main(path: str, done: str) -> None:
    if path == MAIN:
        raise NotEditable(path, f"{MAIN} can't be {done}: it is where the app begins.")


def _copies(name: str) -> Iterator[str]:
    """``price.py``: ``price_copy.py``, ``price_copy2.py``, … so that a copied module can be imported."""
    stem, dot, suffix = name.partition(".") if not name.startswith(".") else (name, "", "")
    for number in range(1, _MAX_COPIES):
        yield f"{stem}_copy{number if number > 1 else ''}{dot}{suffix}"


def _pieces(folder: OpenFolder, name: str) -> Iterator[bytes]:
    """What is in a file; a link is not followed."""
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    )
    with os.fdopen(os.open(folder.at(name), flags, dir_fd=folder.descriptor), "rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _rename(folder: OpenFolder, name: str, target: OpenFolder, new_name: str) -> None:
    os.rename(
        folder.at(name), target.at(new_name), src_dir_fd=folder.descriptor, dst_dir_fd=target.descriptor
    )


def _by_descriptor(folder: OpenFolder) -> Path:
    """A path that leads to the folder that is open, where the system has such paths."""
    opened = Path(f"/proc/self/fd/{folder.descriptor}")
    return opened if folder.descriptor is not None and opened.exists() else folder.path


def _copy_tree(item: Path, to: Path) -> None:

    try:
        shutil.copytree(item, to, symlinks=True)
    except BaseException:
        shutil.rmtree(to, ignore_errors=True)
        raise


@contextlib.contextmanager
def _answered(path: str, done: str = "saved") -> Iterator[None]:
    """What the system says, as a sentence about ``path``."""
    try:
        yield
    except FileExistsError:
        raise TakenPath(path, f"There is a {path} already.") from None
    except IsADirectoryError:
        raise TakenPath(path, f"There is a folder {path} already.") from None
    except (FileNotFoundError, NotADirectoryError):
        raise NoSuchFile(path, f"There is no place {path}.") from None
    except OSError as error:
        raise NotSaved(path, f"{path} was not {done}, the disk says: {error.strerror or error}.") from error
