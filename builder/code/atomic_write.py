"""Replacing a file so that everyone sees the old or the new content, whatever happens in between.

A temporary file in the same folder is filled and synced, put in the file's place, and the folder is
synced too: only then is the content there to stay.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from mainspring.builder.code.open_folder import OpenFolder, open_folder
from mainspring.builder.code.temporary_names import TEMPORARY_SUFFIX, is_temporary

__all__ = ["is_temporary", "move_to_free_name", "sweep_temporary", "sync_folder", "write_file", "write_in"]

# Of a file that doesn't exist yet; the process's umask takes its share.
_NEW_MODE: Final = 0o666


def write_file(
    path: Path,
    data: bytes,
    *,
    last_check: Callable[[], None] = lambda: None,
    on_replaced: Callable[[], None] = lambda: None,
) -> None:
    """Replace ``path`` by ``data``, durably; mode and, where we may, owner stay.

    A symbolic link would be replaced by a file: resolve it first. ``last_check`` is called when
    everything but the replacement is done; what it raises ends the write. ``on_replaced`` is called when the
    new content is what everyone sees, and not yet what surely survives a loss of power.

    Raises:
        OSError: Nothing was changed. (Where a file can't have a second name for a moment, as on FAT, a
            folder that can't be synced leaves the new content.)
    """
    # Opened first, so that what stands in the way of it is met before anything has changed.
    with open_folder(path.parent) as folder:
        write_in(folder, path.name, [data], last_check=last_check, on_replaced=on_replaced)


def write_in(
    folder: OpenFolder,
    name: str,
    pieces: Iterable[bytes],
    *,
    last_check: Callable[[], None] = lambda: None,
    on_replaced: Callable[[], None] = lambda: None,
    only_new: bool = False,
) -> None:
    """As ``write_file``, in a folder that is open.

    Args:
        pieces: What follows one another in the file.
        only_new: Leave a file alone that came there meanwhile.

    Raises:
        FileExistsError: With ``only_new``: there is one.
        OSError: Nothing was changed.
    """
    before = _existing(folder, name)
    if only_new and before is not None:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
    temporary = _temporary()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
    descriptor = os.open(folder.at(temporary), flags, _NEW_MODE, dir_fd=folder.descriptor)
    try:
        try:
            if before is not None:
                _keep_owner_and_mode(descriptor, before)
            for piece in pieces:
                _write_all(descriptor, piece)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        last_check()
        _put_in_place(folder, temporary, name, on_replaced, is_new=before is None, only_new=only_new)
    except BaseException:
        with contextlib.suppress(OSError):
            _unlink(folder, temporary)
        raise


def _put_in_place(
    folder: OpenFolder,
    temporary: str,
    name: str,
    on_replaced: Callable[[], None],
    *,
    is_new: bool,
    only_new: bool,
) -> None:
    kept = None if is_new else _second_name(folder, name)
    try:
        if only_new:
            move_to_free_name(folder, temporary, folder, name)
        else:
            _replace(folder, temporary, name)
        on_replaced()
        try:
            sync_folder(folder)
        except OSError:
            _put_back(folder, kept, name, is_new=is_new)
            raise
    finally:
        if kept is not None:
            with contextlib.suppress(OSError):
                _unlink(folder, kept)


def move_to_free_name(source: OpenFolder, name: str, target: OpenFolder, new_name: str) -> None:
    """Give a file another name, in the same folder or another one, unless something has that name.

    Raises:
        FileExistsError: Something has; nothing was changed.
        OSError: Nothing was changed.
    """
    folders = {"src_dir_fd": source.descriptor, "dst_dir_fd": target.descriptor}
    try:
        # Unlike a rename, this fails where there is something already.
        os.link(source.at(name), target.at(new_name), **folders, follow_symlinks=False)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):
        # No second names here (FAT): then the moment between these two is not ours.
        if target.status(new_name) is not None:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new_name) from None
        os.rename(source.at(name), target.at(new_name), **folders)  # noqa: PTH104 (Path has no dir_fd)
    else:
        _unlink(source, name)


def sync_folder(folder: OpenFolder) -> None:
    """Make sure that names made or changed in it stay, where folders can be synced (not on Windows).

    Raises: OSError.
    """
    if folder.descriptor is not None:
        os.fsync(folder.descriptor)


def _second_name(folder: OpenFolder, name: str) -> str | None:
    """A further name for the content that is there, by which it can be put back."""
    second = _temporary()
    try:
        os.link(
            folder.at(name),
            folder.at(second),
            src_dir_fd=folder.descriptor,
            dst_dir_fd=folder.descriptor,
            follow_symlinks=False,
        )
    except (OSError, NotImplementedError):
        return None
    return second


def _put_back(folder: OpenFolder, kept: str | None, name: str, *, is_new: bool) -> None:
    with contextlib.suppress(OSError):
        if is_new:
            _unlink(folder, name)
        elif kept is not None:
            _replace(folder, kept, name)


def _replace(folder: OpenFolder, name: str, new_name: str) -> None:
    os.replace(
        folder.at(name), folder.at(new_name), src_dir_fd=folder.descriptor, dst_dir_fd=folder.descriptor
    )


def _unlink(folder: OpenFolder, name: str) -> None:
    os.unlink(folder.at(name), dir_fd=folder.descriptor)


def _temporary() -> str:
    # The name must not grow with the file's: that one may have the longest that the system allows.
    return f".{secrets.token_hex(8)}{TEMPORARY_SUFFIX}"


def sweep_temporary(folder: Path) -> int:
    """Remove what killed writes left in ``folder`` itself; return how many files that were."""
    swept = 0
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if is_temporary(entry.name) and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()
                    swept += 1
    return swept


# Without it, Windows turns \n into \r\n.
_BINARY: Final[int] = getattr(os, "O_BINARY", 0)


def _existing(folder: OpenFolder, name: str) -> os.stat_result | None:
    before = folder.status(name)
    if before is None:
        return None
    if stat.S_ISDIR(before.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", name)
    # Replacing needs no right on the file itself, but whoever protected it meant something by it.
    if not _writable(folder, name):
        raise PermissionError(errno.EACCES, "the file is read-only", name)
    return before


def _writable(folder: OpenFolder, name: str) -> bool:
    return os.access(folder.at(name), os.W_OK, dir_fd=folder.descriptor)


def _keep_owner_and_mode(descriptor: int, before: os.stat_result) -> None:
    if sys.platform == "win32":
        return
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        with contextlib.suppress(PermissionError):
            os.fchown(descriptor, before.st_uid, before.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(before.st_mode))


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
