"""What somebody has typed and not saved, kept in the user's state folder until it is saved or given up.

The browser keeps it as well, but forgets it with the port: ``--port 0`` is another origin each time.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from pathlib import Path
from typing import Annotated, Final

import msgspec
from mainspring.builder.code.atomic_write import write_file
from mainspring.builder.user_state import app_name, state_folder

__all__ = ["Draft", "DraftRefused", "Drafts"]

MAX_DRAFTS: Final = 200
MAX_CHARACTERS: Final = 4 * 1024 * 1024


class DraftRefused(Exception):
    """It can't be kept; the text says why."""


class Draft(msgspec.Struct, frozen=True):
    """``base`` is the digest of the version that was edited; ``time`` in seconds since the epoch."""

    path: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]
    text: Annotated[str, msgspec.Meta(max_length=MAX_CHARACTERS)]
    base: Annotated[str, msgspec.Meta(max_length=64)]
    time: float = 0.0


class Drafts:
    """Of one app, a file each. Methods block on the disk, and may be called from any thread."""

    def __init__(self, app_path: Path, folder: Path | None = None) -> None:
        """Args:
        folder: Where they lie; ``None``: in the user's state folder.
        """
        self._folder = (folder or state_folder() / "drafts") / app_name(app_path)
        self._lock = threading.Lock()

    def keep(self, path: str, text: str, base: str) -> None:
        """Keep a text; what was kept of the same file before is gone.

        Raises:
            DraftRefused: There are too many already, or the disk refuses.
        """
        file = self._file(path)
        with self._lock:
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if not file.exists() and len(list(self._folder.iterdir())) >= MAX_DRAFTS:
                    raise DraftRefused(
                        f"{MAX_DRAFTS} other files have unsaved work; {path} is kept in this browser only."
                    )
                write_file(file, msgspec.json.encode(Draft(path, text, base, time.time())))
            except OSError as error:
                raise DraftRefused(
                    f"Unsaved work on {path} can't be kept: {error.strerror or error}."
                ) from error

    def drop(self, path: str) -> None:
        """It was saved, or nobody wants it."""
        with self._lock, contextlib.suppress(OSError):
            self._file(path).unlink(missing_ok=True)

    def all(self) -> list[Draft]:
        """What is kept, the oldest first. A damaged file is none."""
        found = []
        with self._lock, contextlib.suppress(OSError):
            for file in self._folder.iterdir():
                with contextlib.suppress(OSError, msgspec.DecodeError):
                    found.append(msgspec.json.decode(file.read_bytes(), type=Draft))
        return sorted(found, key=lambda draft: draft.time)

    def _file(self, path: str) -> Path:
        return self._folder / f"{hashlib.sha256(path.encode(errors='surrogatepass')).hexdigest()[:32]}.json"
