"""What was deleted from an app, kept outside of it for a while, so that a deletion can be undone."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.user_state import app_name, state_folder

__all__ = ["NotInTrash", "Trash", "Trashed"]

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_ITEMS: Final = 100
_ID: Final = re.compile(r"[0-9]{20}-[0-9a-f]{16}")
_ITEM: Final = "item"
_ABOUT: Final = "about.json"


class NotInTrash(Exception):
    """What was deleted isn't kept any more."""


class Trashed(msgspec.Struct, frozen=True):
    """Something that was deleted: ``path`` is where it stood in the app."""

    id: str
    path: str


class Trash:
    """Of one app. Methods block on the disk, and are called by one thread at a time."""

    def __init__(self, app_path: Path, folder: Path | None = None) -> None:
        """Args:
        folder: Where it lies; ``None``: in the user's state folder.
        """
        self._folder = (folder or state_folder() / "trash") / app_name(app_path)

    def take(self, entry: Path, path: str) -> Trashed:
        """Move ``entry``, a file or a folder which stood at ``path`` of the app, in here.

        Raises:
            OSError: It stays where it is.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        id_ = f"{time.time_ns():020d}-{secrets.token_hex(8)}"
        place = self._folder / id_
        place.mkdir(mode=0o700)
        try:
            (place / _ABOUT).write_bytes(msgspec.json.encode({"path": path}))
            _move(entry, place / _ITEM)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        self._stay_within()
        return Trashed(id_, path)

    def find(self, id_: str) -> tuple[Path, str]:
        """Where a deleted thing lies now, and where in the app it stood.

        Raises:
            NotInTrash
        """
        place = self._folder / id_
        if _ID.fullmatch(id_) and os.path.lexists(place / _ITEM):
            with contextlib.suppress(OSError, msgspec.DecodeError):
                about = msgspec.json.decode((place / _ABOUT).read_bytes(), type=dict[str, str])
                return place / _ITEM, about.get("path", "")
        raise NotInTrash("What was deleted is not kept any more.")

    def forget(self, id_: str) -> None:
        """Its thing is back in the app."""
        if _ID.fullmatch(id_):
            shutil.rmtree(self._folder / id_, ignore_errors=True)

    def _stay_within(self) -> None:
        """Let the oldest go; what was deleted last stays, however large it is."""
        ids = sorted((each.name for each in self._folder.iterdir() if _ID.fullmatch(each.name)), reverse=True)
        total = 0
        for position, id_ in enumerate(ids):
            total += sum(_sizes(self._folder / id_))
            if position and (position >= MAX_ITEMS or total > MAX_BYTES):
                shutil.rmtree(self._folder / id_, ignore_errors=True)


def _move(entry: Path, to: Path) -> None:
    try:
        entry.rename(to)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # Another disk: all of it is there before anything here goes.
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, to, symlinks=True)
            shutil.rmtree(entry)
        else:
            shutil.copy2(entry, to, follow_symlinks=False)
            entry.unlink()


def _sizes(folder: Path) -> Iterator[int]:
    for above, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                yield os.lstat(os.path.join(above, name)).st_size  # noqa: PTH118 (os.walk gives text)
