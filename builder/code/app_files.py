"""Which files of a folder belong to the app, what they are for, and how they look now."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec
from mainspring.builder.code.atomic_write import is_temporary
from mainspring.builder.settings import SETTINGS_FILE

__all__ = ["Look", "belongs", "fingerprint", "kind_of", "look"]

# Whatever a folder is called, it is the app's; except for those that tools fill.
IGNORED_FOLDERS: Final = frozenset({".git", "__pycache__", "node_modules"})
VIRTUALENV_MARK: Final = "pyvenv.cfg"

# Larger ones are compared by time and size instead of content, and so is data that may be anything.
MAX_HASHED_BYTES: Final = 1024 * 1024

Signature = tuple[int, int, int]


class Look(msgspec.Struct, frozen=True):
    """What stood in a folder at one moment.

    Attributes:
        signatures: By path, relative with ``/``: what changes when somebody writes the file.
        virtualenvs: Paths of folders that were left out because they are some.
        folder: What makes it this very folder and not another one of its name; ``None`` if there is none.
    """

    signatures: dict[str, Signature]
    virtualenvs: frozenset[str]
    folder: tuple[int, int] | None


def look(app_path: Path) -> Look:
    """Return what stands in the app's folder now. Links to folders are not followed."""
    signatures: dict[str, Signature] = {}
    virtualenvs: set[str] = set()
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        try:
            with os.scandir(app_path / prefix) as entries:
                found = list(entries)
        except OSError:
            continue  # it went away, or isn't for us
        if prefix and any(entry.name == VIRTUALENV_MARK for entry in found):
            virtualenvs.add(prefix.rstrip("/"))
            continue
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in IGNORED_FOLDERS:
                    waiting.append(f"{prefix}{entry.name}/")
            elif not is_temporary(entry.name) and (signature := _signature(entry)):
                signatures[prefix + entry.name] = signature
    return Look(signatures, frozenset(virtualenvs), _identity(app_path))


def belongs(path: str, virtualenvs: Iterable[str]) -> bool:
    """Whether a file with this relative path is one of the app's."""
    pure = PurePosixPath(path)
    if is_temporary(pure.name) or not IGNORED_FOLDERS.isdisjoint(pure.parts):
        return False
    return not any(path.startswith(f"{folder}/") for folder in virtualenvs)


def kind_of(path: str) -> str:
    """Return ``code``, ``pages``, ``assets``, ``settings`` or ``other``."""
    if path == SETTINGS_FILE:
        return "settings"
    parts = PurePosixPath(path).parts
    if parts[0] in ("assets", "components"):
        return "assets"
    if parts[0] == "pages" and path.endswith(".json"):
        return "pages"
    return "code" if path.endswith(".py") else "other"


def fingerprint(app_path: Path, path: str) -> bytes | None:
    """Return what differs when the content does; ``b""`` for an empty file, ``None`` for no file.

    Of code, pages, settings and small assets it differs only then; other files may just have been touched.
    """
    file = app_path / path
    try:
        status = file.stat()
        if status.st_size == 0:
            return b""
        if status.st_size > MAX_HASHED_BYTES or kind_of(path) == "other":
            return repr((status.st_mtime_ns, status.st_size, status.st_ino)).encode()
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").digest()
    except OSError:
        return None


def _signature(entry: os.DirEntry[str]) -> Signature | None:
    try:
        status = entry.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _identity(app_path: Path) -> tuple[int, int] | None:
    try:
        status = app_path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
