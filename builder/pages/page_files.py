"""Changing a page's file only if it still is the one that was read."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from mainspring.builder.pages.tree_store import digest_of, page_file, write_file

__all__ = ["Outdated", "remove_page", "write_page"]


class Outdated(Exception):
    """The file isn't the one any more that was read; nothing was changed."""


def write_page(app_path: Path, key: str, data: bytes, digest: str | None) -> None:
    """Replace the file of the page ``key``, whose content has ``digest``; ``None``: there must be none yet.

    Raises:
        Outdated, OSError
    """
    # A page that is a link stays one: what it points to is replaced.
    file = page_file(app_path, key).resolve()
    if not file.is_relative_to(app_path.resolve()):
        raise OSError(errno.EACCES, "the file is a link out of the app", str(file))
    file.parent.mkdir(exist_ok=True)
    write_file(file, data, last_check=lambda: _check(file, digest))


def remove_page(app_path: Path, key: str, digest: str) -> None:
    """Remove the file of the page ``key``. Raises: Outdated, OSError."""
    file = page_file(app_path, key)
    _check(file, digest)
    file.unlink()
    if os.name == "nt":
        return
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _check(file: Path, digest: str | None) -> None:
    try:
        found = digest_of(file.read_bytes())
    except FileNotFoundError:
        found = None
    if found != digest:
        raise Outdated
