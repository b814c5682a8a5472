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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

__all__ = ["is_temporary", "sweep_temporary", "write_file"]

_SUFFIX: Final = ".mainspring-tmp"
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
    before = _existing(path)
    with _opened_folder(path.parent) as folder:
        temporary = _temporary(path)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, _NEW_MODE)
        try:
            try:
                if before is not None:
                    _keep_owner_and_mode(descriptor, before)
                _write_all(descriptor, data)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            last_check()
            _put_in_place(temporary, path, folder, on_replaced, is_new=before is None)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise


def _put_in_place(
    temporary: Path, path: Path, folder: int | None, on_replaced: Callable[[], None], *, is_new: bool
) -> None:
    kept = None if is_new else _second_name(path)
    try:
        temporary.replace(path)
        on_replaced()
        if folder is not None:
            try:
                os.fsync(folder)
            except OSError:
                _put_back(kept, path, is_new=is_new)
                raise
    finally:
        if kept is not None:
            with contextlib.suppress(OSError):
                kept.unlink(missing_ok=True)


def _second_name(path: Path) -> Path | None:
    """A further name for the content that is there, by which it can be put back."""
    name = _temporary(path)
    try:
        name.hardlink_to(path)
    except OSError:
        return None
    return name


def _put_back(kept: Path | None, path: Path, *, is_new: bool) -> None:
    with contextlib.suppress(OSError):
        if is_new:
            path.unlink()
        elif kept is not None:
            kept.replace(path)


def _temporary(path: Path) -> Path:
    # The name must not grow with the file's: that one may have the longest that the system allows.
    return path.with_name(f".{secrets.token_hex(8)}{_SUFFIX}")


def is_temporary(name: str) -> bool:
    """Whether a file of this name is an unfinished write of ours."""
    return name.startswith(".") and name.endswith(_SUFFIX)


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


def _existing(path: Path) -> os.stat_result | None:
    try:
        before = path.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(before.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    # Replacing needs no right on the file itself, but whoever protected it meant something by it.
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only", str(path))
    return before


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


@contextlib.contextmanager
def _opened_folder(folder: Path) -> Iterator[int | None]:
    """A descriptor that syncs the folder, where folders can be synced at all (not on Windows).

    Opened first, so that what stands in the way of it is met before anything has changed.
    """
    if sys.platform == "win32":
        yield None
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)
