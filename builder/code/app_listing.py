"""Which files and folders an app has, for whoever edits it: all but hidden ones and environments."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.code.temporary_names import is_temporary

__all__ = ["MAX_LISTED", "AppFile", "Listing", "folders_of", "list_app"]

MAX_LISTED: Final = 5_000
MAX_DEPTH: Final = 12
_SKIPPED_FOLDERS: Final = frozenset({"__pycache__", "node_modules", "venv", "env", "site-packages"})


class AppFile(msgspec.Struct, frozen=True):
    """A file in the list: its path below the app's folder and its size in bytes."""

    path: str
    size: int


class Listing(msgspec.Struct, frozen=True):
    """Attributes:
    files: ``main.py`` first, Python next, then the others.
    folders: Paths of all folders, empty ones too.
    complete: Whether that is all; an app with more than ``MAX_LISTED`` files is listed in part.
    """

    files: tuple[AppFile, ...]
    folders: tuple[str, ...]
    complete: bool = True


def list_app(root: Path) -> Listing:
    """Links are not followed, and not listed."""
    files: list[AppFile] = []
    folders: list[str] = []
    for path, size in _walk(root, "", MAX_DEPTH):
        if size is None:
            folders.append(path)
        else:
            files.append(AppFile(path, size))
    files.sort(key=lambda file: (file.path != "main.py", not file.path.endswith(".py"), file.path))
    complete = len(files) <= MAX_LISTED and len(folders) <= MAX_LISTED
    return Listing(tuple(files[:MAX_LISTED]), tuple(sorted(folders)[:MAX_LISTED]), complete)


def folders_of(root: Path) -> Iterator[Path]:
    """``root`` and what is listed of the folders below."""
    yield root
    for path, size in _walk(root, "", MAX_DEPTH):
        if size is None:
            yield root / path


def _walk(folder: Path, prefix: str, depth: int) -> Iterator[tuple[str, int | None]]:
    """Paths with sizes; of folders ``None``."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or is_temporary(entry.name):
            continue
        with contextlib.suppress(OSError):
            if entry.is_file(follow_symlinks=False):
                yield prefix + entry.name, entry.stat().st_size
            elif depth and entry.is_dir(follow_symlinks=False) and not _is_environment(entry):
                yield prefix + entry.name, None
                yield from _walk(Path(entry.path), f"{prefix}{entry.name}/", depth - 1)


def _is_environment(entry: os.DirEntry[str]) -> bool:
    return entry.name in _SKIPPED_FOLDERS or (Path(entry.path) / "pyvenv.cfg").exists()
