"""Which modules an app imported last time, kept between starts in the user's cache folder.

What is kept only makes the first reload quick: a file that is missing, damaged or someone else's is as good
as none. An app's file is named by its folder, and holds the names of modules as JSON.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.code.atomic_write import write_file

__all__ = ["MAX_APPS", "MAX_MODULES", "RememberedModules"]

# An app with pandas and plotly has some two thousand.
MAX_MODULES: Final = 10_000
MAX_BYTES: Final = 1024 * 1024
MAX_APPS: Final = 200
_NAME: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


class RememberedModules:
    """The file of one app. Methods block on the disk for a moment, and never raise for what it does."""

    def __init__(self, app_path: Path, folder: Path | None = None) -> None:
        """``folder`` is where the files of all apps are; that of the user if it isn't given."""
        self._folder = folder if folder is not None else _cache_folder()
        name = hashlib.sha256(str(app_path).encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self._file = self._folder / f"{name}.json"

    def read(self) -> tuple[str, ...]:
        """The modules in the order in which they came; nothing if there is no good file."""
        try:
            with self._file.open("rb") as opened:
                status = os.fstat(opened.fileno())
                if hasattr(os, "getuid") and status.st_uid != os.getuid():
                    return ()
                data = opened.read(MAX_BYTES + 1)
            names = msgspec.json.decode(data, type=list[str]) if len(data) <= MAX_BYTES else []
        except (OSError, ValueError):
            return ()
        good = len(names) <= MAX_MODULES and all(_NAME.fullmatch(name) for name in names)
        return tuple(names) if good else ()

    def write(self, modules: Iterable[str]) -> None:
        """Keep these for the next start, and forget the apps that were started longest ago."""
        names = list(modules)[:MAX_MODULES]
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_file(self._file, msgspec.json.encode(names))
            files = sorted(self._folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
            for file in files[:-MAX_APPS]:
                file.unlink()


def _cache_folder() -> Path:
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # nobody knows where the user is at home
        base = Path(os.devnull)
    return base / "mainspring" / "modules"
