"""Folders that are held open, so that what is done in them is done there and nowhere else.

Between looking where a path leads and writing there, somebody may put a link to another place into the
path. A folder that was opened stays the one that it was: its entries are named beside its descriptor.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mainspring.builder.code.app_paths import PathRefused, resolve_in

__all__ = ["OpenFolder", "open_entry", "open_folder", "open_place"]

_FOLDER: Final[int] = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK: Final[int] = getattr(os, "O_NOFOLLOW", 0)


@dataclass(frozen=True)
class OpenFolder:
    """A folder, and the ``dir_fd`` for calls about its entries.

    Attributes:
        descriptor: ``None`` where folders can't be opened (Windows).
    """

    path: Path
    descriptor: int | None

    def at(self, name: str) -> str:
        """What to call an entry in a call with ``dir_fd=folder.descriptor``."""
        return name if self.descriptor is not None else str(self.path / name)

    def status(self, name: str) -> os.stat_result | None:
        """What stands under a name, links not followed; ``None``: nothing.

        Raises:
            OSError: It can't be told.
        """
        try:
            return os.stat(self.at(name), dir_fd=self.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return None


@contextlib.contextmanager
def open_folder(path: Path) -> Iterator[OpenFolder]:
    """Raises: OSError."""
    if sys.platform == "win32":
        yield OpenFolder(path, None)
        return
    descriptor = os.open(path, _FOLDER)
    try:
        yield OpenFolder(path, descriptor)
    finally:
        with contextlib.suppress(OSError):
            os.close(descriptor)


@contextlib.contextmanager
def open_place(root: Path, path: str, *, create: bool = False) -> Iterator[tuple[OpenFolder, str]]:
    """The folder and the name that ``path`` of the app leads to, links inside the app followed.

    Args:
        root: The app's folder, resolved.
        create: Make the folders that are missing.

    Raises:
        PathRefused: It leads elsewhere, or came to do so just now.
        OSError: A folder isn't there, or can't be opened.
    """
    place = resolve_in(root, path)
    with _below(root, place.parent.relative_to(root).parts, path, create=create) as folder:
        yield folder, place.name


@contextlib.contextmanager
def open_entry(root: Path, path: str, *, create: bool = False) -> Iterator[tuple[OpenFolder, str]]:
    """As ``open_place``, but a link at the path's end is not followed: the entry itself is meant."""
    resolve_in(root, path)
    above, _, name = path.rpartition("/")
    parts = resolve_in(root, above).relative_to(root).parts if above else ()
    with _below(root, parts, path, create=create) as folder:
        yield folder, name


@contextlib.contextmanager
def _below(root: Path, parts: tuple[str, ...], path: str, *, create: bool) -> Iterator[OpenFolder]:
    """Go down ``parts``, none of which is a link: they were followed before."""
    if sys.platform == "win32":
        folder = root.joinpath(*parts)
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        yield OpenFolder(folder, None)
        return
    with contextlib.ExitStack() as opened:
        descriptor = os.open(root, _FOLDER)
        opened.callback(_close, descriptor)
        for part in parts:
            if create:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, dir_fd=descriptor)
            descriptor = _step(part, descriptor, path)
            opened.callback(_close, descriptor)
        yield OpenFolder(root.joinpath(*parts), descriptor)


def _step(part: str, above: int, path: str) -> int:
    try:
        return os.open(part, _FOLDER | _NO_LINK, dir_fd=above)
    except OSError as error:
        # A link is called one thing or the other, by different systems.
        if error.errno in (errno.ELOOP, errno.ENOTDIR) and _is_link(part, above):
            raise PathRefused(path, "leads elsewhere since a moment ago") from None
        raise


def _is_link(part: str, above: int) -> bool:
    with contextlib.suppress(OSError):
        return stat.S_ISLNK(os.stat(part, dir_fd=above, follow_symlinks=False).st_mode)
    return False


def _close(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        os.close(descriptor)
