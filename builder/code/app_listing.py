"""Which files and folders an app has, for whoever edits it: all but hidden folders and environments."""

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
# What systems put beside files for themselves.
_SKIPPED_FILES: Final = frozenset({".DS_Store", ".directory", ".localized"})
_SKIPPED_FOLDERS: Final = frozenset({"__pycache__", "node_modules", "venv", "env", "site-packages"})


class AppFile(msgspec.Struct, frozen=True):
    """A file in the list: its path below the app's folder and its size in bytes.

    ``link`` is the path of the app's file that this one is a link to; what is true of that is true of both.
    """

    path: str
    size: int
    link: str = ""


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
    """Args:
    root: Resolved. Links to files in it are listed; other links are not, and none is followed.
    """
    files: list[AppFile] = []
    folders: list[str] = []
    for found in _walk(root, root, "", MAX_DEPTH):
        if isinstance(found, AppFile):
            files.append(found)
        else:
            folders.append(found)
    files.sort(key=lambda file: (file.path != "main.py", not file.path.endswith(".py"), file.path))
    complete = len(files) <= MAX_LISTED and len(folders) <= MAX_LISTED
    return Listing(tuple(files[:MAX_LISTED]), tuple(sorted(folders)[:MAX_LISTED]), complete)


def folders_of(root: Path) -> Iterator[Path]:
    """``root`` and what is listed of the folders below."""
    yield root
    for found in _walk(root, root, "", MAX_DEPTH):
        if isinstance(found, str):
            yield root / found


def _walk(root: Path, folder: Path, prefix: str, depth: int) -> Iterator[AppFile | str]:
    """Files, and folders by their paths."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if is_temporary(entry.name) or entry.name in _SKIPPED_FILES:
            continue
        with contextlib.suppress(OSError, RuntimeError):
            if entry.is_symlink():
                if (target := _target(root, entry)) is not None:
                    yield AppFile(prefix + entry.name, entry.stat().st_size, target)
            elif entry.is_file():
                yield AppFile(prefix + entry.name, entry.stat().st_size)
            elif depth and entry.is_dir() and not _is_hidden(entry.name) and not _is_environment(entry):
                yield prefix + entry.name
                yield from _walk(root, Path(entry.path), f"{prefix}{entry.name}/", depth - 1)


def _target(root: Path, entry: os.DirEntry[str]) -> str | None:
    """The file of the app that a link leads to."""
    target = Path(entry.path).resolve()
    if not target.is_relative_to(root) or not target.is_file():
        return None
    path = target.relative_to(root)
    return None if any(_is_hidden(part) for part in path.parts[:-1]) else path.as_posix()


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _is_environment(entry: os.DirEntry[str]) -> bool:
    return entry.name in _SKIPPED_FOLDERS or (Path(entry.path) / "pyvenv.cfg").exists()
