"""The last versions of an app's pages and files, kept outside of the app: for when one was damaged or lost.

They lie in the user's state folder, one folder for each app, one below it for each file. A version's id is
when it was kept and what it holds, so the newest sorts last. Only the owner can read them.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec
from mainspring.builder.code.app_paths import PathRefused, resolve_in
from mainspring.builder.code.atomic_write import write_file
from mainspring.builder.pages.tree_store import PAGES_FOLDER, digest_of
from mainspring.builder.user_state import app_name, state_folder

__all__ = ["KeptVersions", "NoSuchVersion", "Version", "open_kept_versions"]

PAGE_VERSIONS: Final = 20
FILE_VERSIONS: Final = 50
MAX_BYTES: Final = 4 * 1024 * 1024
MAX_APP_BYTES: Final = 64 * 1024 * 1024
# A page has a new version with each pause in the typing: of those within this many seconds, the last counts.
PAGE_PAUSE_S: Final = 60.0
MAX_WAITING: Final = 1_000
_ID: Final = re.compile(r"[0-9]{20}-[0-9a-f]{16}")

_log = logging.getLogger(__name__)


class NoSuchVersion(Exception):
    """This version isn't kept, or not any more."""


class Version(msgspec.Struct, frozen=True):
    """``time`` is in seconds since the epoch, ``size`` in bytes."""

    id: str
    time: float
    size: int


class KeptVersions:
    """Use it from threads; ``open_kept_versions`` gives one with a task that keeps what it is told of."""

    def __init__(self, app_path: Path, folder: Path | None = None) -> None:
        """Args:
        folder: Where they lie; ``None``: in the user's state folder.
        """
        self._app_path = app_path
        self._folder = (folder or state_folder() / "versions") / app_name(app_path)
        self._waiting: asyncio.Queue[tuple[str, str | None, bytes | None]] = asyncio.Queue(MAX_WAITING)
        self._waiting_bytes = 0
        self._asked: dict[str, str] = {}
        self._told = False

    def soon(self, path: str, digest: str | None = None, data: bytes | None = None) -> None:
        """As ``keep``, as soon as there is time; call it in the event loop.

        What comes faster than the disk takes it is passed over (``MAX_WAITING``, ``MAX_APP_BYTES``).
        """
        # Who brings the bytes has them kept: whoever asked before may come too late to read them.
        if data is None and digest is not None and self._asked.get(path) == digest:
            return
        size = 0 if data is None else len(data)
        if self._waiting_bytes + size > MAX_APP_BYTES:
            return
        with contextlib.suppress(asyncio.QueueFull):
            self._waiting.put_nowait((path, digest, data))
            self._waiting_bytes += size
            if digest is not None:
                self._asked[path] = digest

    async def run(self) -> None:
        """Keep what ``soon`` was told of, for ever."""
        while True:
            path, digest, data = await self._waiting.get()
            self._waiting_bytes -= 0 if data is None else len(data)
            try:
                await asyncio.to_thread(self.keep, path, digest, data)
            except OSError as error:
                if not self._told:
                    _log.warning("versions of files can't be kept in %s: %s", self._folder, error)
                self._told = True

    def keep(self, path: str, digest: str | None = None, data: bytes | None = None) -> None:
        """Keep what stands on disk at ``path`` of the app, if it is another content than the last kept one.

        Args:
            digest: That of the content which is known to be good; another one is not kept.
            data: The content, where it may not be on disk any more.

        Raises:
            OSError: The versions can't be written.
        """
        if data is None:
            data = self._on_disk(path)
        if data is None or len(data) > MAX_BYTES:
            return
        folder = self._folder_of(path)
        known = self._ids(folder)
        found = digest_of(data)
        if digest not in (None, found) or (known and known[-1].endswith(found[:16])):
            return
        now = time.time_ns()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_file(folder / f"{now:020d}-{found[:16]}", data)
        is_page = path.startswith(f"{PAGES_FOLDER}/")
        if is_page and len(known) > 1 and _age(known[-2], now) < PAGE_PAUSE_S:
            (folder / known[-1]).unlink(missing_ok=True)
        most = PAGE_VERSIONS if is_page else FILE_VERSIONS
        for id_ in self._ids(folder)[:-most]:
            (folder / id_).unlink(missing_ok=True)
        self._stay_within(MAX_APP_BYTES)

    def _on_disk(self, path: str) -> bytes | None:
        try:
            file = resolve_in(self._app_path, path)
            if not file.is_file() or file.stat().st_size > MAX_BYTES:
                return None
            return file.read_bytes()
        except (OSError, PathRefused):
            return None

    def moved(self, path: str, to: str) -> None:
        """A file has another name: its versions go with it, unless there are some of that name."""
        with contextlib.suppress(OSError):
            self._folder_of(path).rename(self._folder_of(to))

    def versions(self, path: str) -> list[Version]:
        """What is kept of a file, the newest first."""
        folder = self._folder_of(path)
        found = []
        for id_ in reversed(self._ids(folder)):
            with contextlib.suppress(OSError):
                found.append(Version(id_, int(id_[:20]) / 1e9, (folder / id_).stat().st_size))
        return found

    def read(self, path: str, id_: str) -> bytes:
        """The content of one version.

        Raises:
            NoSuchVersion
        """
        if _ID.fullmatch(id_):
            with contextlib.suppress(OSError):
                return (self._folder_of(path) / id_).read_bytes()
        raise NoSuchVersion("This version is not kept any more.")

    def _folder_of(self, path: str) -> Path:
        # Quoted, a path is one plain name; a long one is named by its digest.
        name = quote(path, safe="").replace(".", "%2E")
        return self._folder / (name if len(name) <= 200 else hashlib.sha256(path.encode()).hexdigest())

    @staticmethod
    def _ids(folder: Path) -> list[str]:
        try:
            return sorted(entry.name for entry in os.scandir(folder) if _ID.fullmatch(entry.name))
        except OSError:
            return []

    def _stay_within(self, most: int) -> None:
        """Let the oldest versions of the app go, whichever file they are of; of each the newest stays."""
        old: list[tuple[str, Path, int]] = []
        total = 0
        for folder in self._folder.iterdir():
            for position, id_ in enumerate(reversed(self._ids(folder))):
                size = (folder / id_).stat().st_size
                total += size
                if position:
                    old.append((id_, folder / id_, size))
        for _, file, size in sorted(old):
            if total <= most:
                return
            file.unlink(missing_ok=True)
            total -= size


@asynccontextmanager
async def open_kept_versions(app_path: Path, folder: Path | None = None) -> AsyncIterator[KeptVersions]:
    """Keep versions while the block runs."""
    kept = KeptVersions(app_path, folder)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(kept.run())
        try:
            yield kept
        finally:
            running.cancel()


def _age(id_: str, now: int) -> float:
    return (now - int(id_[:20])) / 1e9
