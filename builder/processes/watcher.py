"""Tells what changed in an app's folder.

The system's notices come first; because they get lost on some file systems, the folder is looked at every
second as well. Both only say where to look: what counts is that a content is another one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec
import watchfiles
from mainspring.builder.code.app_files import Look, belongs, fingerprint, kind_of, look

__all__ = ["Changed", "open_watcher", "system_notices"]

LOOK_EVERY_S: Final = 1.0

# Of a folder so large that a look takes long, a look takes at most a fiftieth of the time.
REST_FACTOR: Final = 50

# An editor that empties a file before it writes, or moves it away before it puts another in its place, is
# given this long. A guess: some hundred times what such editors take.
SETTLE_S: Final = 0.1

_log = logging.getLogger(__name__)


class Changed(msgspec.Struct, frozen=True):
    """Files whose content is another one now (made, changed or gone).

    Attributes:
        code: Whether Python files are among them.
        pages: Whether files of ``pages/`` are.
        assets: Whether files of ``assets/`` or ``components/`` are.
        paths: All of them, relative to the app's folder, with ``/``, sorted. Other files come here too, but
            not before the next look.
    """

    code: bool
    pages: bool
    assets: bool
    paths: tuple[str, ...]


async def system_notices(app_path: Path) -> AsyncIterator[set[Path]]:
    """Yield the paths that the system says were touched, as they come.

    Raises:
        OSError: The folder can't be watched, such as for want of watches.
    """
    # The folder, never a file: a watch on a file sees nothing after the first atomic save.
    async for changes in watchfiles.awatch(app_path, watch_filter=None, debounce=50, step=10):
        yield {Path(path) for _, path in changes}


@asynccontextmanager
async def open_watcher(
    app_path: Path,
    on_change: Callable[[Changed], None],
    *,
    notices: Callable[[Path], AsyncIterator[set[Path]]] = system_notices,
    look_every_s: float = LOOK_EVERY_S,
) -> AsyncIterator[None]:
    """Call ``on_change`` (in the event loop) for every change until the block ends.

    ``app_path`` is absolute and has no links in it. What is on disk when the block begins is the basis; a
    file that is only touched, or written with the content it had, causes nothing.
    """
    watcher = _Watcher(app_path, on_change, notices, look_every_s)
    await watcher.take_basis()
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(work(), name=f"watcher: {work.__name__}")
            for work in (watcher.listen, watcher.keep_looking, watcher.keep_reporting)
        ]
        try:
            yield
        finally:
            for task in running:
                task.cancel()


class _Watcher:
    def __init__(
        self,
        app_path: Path,
        on_change: Callable[[Changed], None],
        notices: Callable[[Path], AsyncIterator[set[Path]]],
        look_every_s: float,
    ) -> None:
        self._app_path = app_path
        self._on_change = on_change
        self._notices = notices
        self._look_every_s = look_every_s
        self._seen = Look({}, frozenset(), None)
        self._known: dict[str, bytes | None] = {}  # fingerprints
        self._suspects: set[str] = set()
        self._suspicion = asyncio.Event()
        self._look_now = asyncio.Event()
        self._replaced = asyncio.Event()
        self._gone = False

    async def take_basis(self) -> None:
        self._seen = await asyncio.to_thread(look, self._app_path)
        self._known = await asyncio.to_thread(self._fingerprints, self._seen.signatures)

    # --- where something may have happened ---

    async def listen(self) -> None:
        """Follow the system's notices; when the folder itself is replaced, those of the new one."""
        while True:
            self._replaced.clear()
            self._gone = False
            async with asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(self._listen_to_this_folder())
                await self._replaced.wait()
                listening.cancel()

    async def _listen_to_this_folder(self) -> None:
        try:
            async for paths in self._notices(self._app_path):
                self._notice(paths)
        except FileNotFoundError:
            self._gone = True
        except (OSError, RuntimeError) as error:
            _log.warning("no notices of changes in %s (%s): looking every second", self._app_path, error)

    def _notice(self, paths: Iterable[Path]) -> None:
        for path in paths:
            if path == self._app_path:
                self._look_now.set()
                self._replaced.set()
            if path == self._app_path or not path.is_relative_to(self._app_path):
                continue
            relative = path.relative_to(self._app_path).as_posix()
            if path.is_dir():
                # What was put in it before it was watched has caused no notice.
                self._look_now.set()
            elif belongs(relative, self._seen.virtualenvs) and kind_of(relative) != "other":
                self._suspect({relative})

    async def keep_looking(self) -> None:
        """Compare all files with the look before, every second or at once when a folder is new."""
        pause = self._look_every_s
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._look_now.wait()
            self._look_now.clear()
            before, (self._seen, worked_s) = self._seen, await asyncio.to_thread(_timed_look, self._app_path)
            pause = max(self._look_every_s, REST_FACTOR * worked_s)
            if before.folder != self._seen.folder or (self._gone and self._seen.folder):
                self._replaced.set()
            differing = before.signatures.items() ^ self._seen.signatures.items()
            # What came and went between two looks is in neither, and yet it may have been reported.
            gone = self._known.keys() - self._seen.signatures.keys()
            self._suspect({path for path, _ in differing} | gone)

    def _suspect(self, paths: set[str]) -> None:
        if paths:
            self._suspects |= paths
            self._suspicion.set()

    # --- what has happened ---

    async def keep_reporting(self) -> None:
        """Report the suspects whose content is another one."""
        while True:
            await self._suspicion.wait()
            unsettled = await self._report(settled=False)
            if unsettled:
                try:
                    async with asyncio.timeout(SETTLE_S):
                        await self._suspicion.wait()
                    self._suspects |= unsettled
                except TimeoutError:
                    self._suspects |= unsettled
                    await self._report(settled=True)

    async def _report(self, *, settled: bool) -> set[str]:
        """Report what has changed; return what is kept back: it is empty or gone, maybe for a moment."""
        suspects, self._suspects = self._suspects, set()
        self._suspicion.clear()
        found = await asyncio.to_thread(self._fingerprints, suspects)
        changed = {path for path, now in found.items() if now != self._known.get(path)}
        unsettled = set() if settled else {path for path in changed if not found[path]}
        changed -= unsettled
        for path in changed:
            if found[path] is None:
                del self._known[path]
            else:
                self._known[path] = found[path]
        if changed:
            kinds = {kind_of(path) for path in changed}
            paths = tuple(sorted(changed))
            self._on_change(Changed("code" in kinds, "pages" in kinds, "assets" in kinds, paths))
        return unsettled

    def _fingerprints(self, paths: Iterable[str]) -> dict[str, bytes | None]:
        return {path: fingerprint(self._app_path, path) for path in paths}


def _timed_look(app_path: Path) -> tuple[Look, float]:
    """The look, and the processor time in seconds that it took: waiting for one costs nobody anything."""
    began = time.thread_time()
    return look(app_path), time.thread_time() - began
