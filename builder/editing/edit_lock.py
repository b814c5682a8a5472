"""One Builder at a time writes to an app; a second one looks, until the first has ended.

    async with open_edit_lock(app_path) as lock:
        if lock.holder is not None: ...

The lock is the system's own, on a file in the user's state folder: it ends with the process that has it,
however that ends. What stands in the file is for people.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.user_state import app_name, state_folder

__all__ = ["EditLock", "Holder", "open_edit_lock"]

TRY_AGAIN_S: Final = 1.0
# Windows locks bytes, and others couldn't read those: one far behind the text.
_LOCKED_BYTE: Final = 1 << 20

_log = logging.getLogger(__name__)


class Holder(msgspec.Struct, frozen=True):
    """Who has the lock: a process, and since when it runs the Builder (seconds since the epoch)."""

    pid: int
    since: float

    def __str__(self) -> str:
        if not self.pid:
            return "Another Builder edits this app, so this one only shows it."
        since = time.strftime("%H:%M", time.localtime(self.since))
        return (
            f"Another Builder edits this app (process {self.pid}, since {since}), so this one only shows it. "
            "End that one, and this one takes over."
        )


class EditLock:
    """Made on and used from one event loop.

    Attributes:
        holder: Who writes to the app instead; ``None``: we do.
    """

    def __init__(self, app_path: Path, folder: Path | None = None) -> None:
        """Args:
        folder: Where the file lies; ``None``: in the user's state folder.
        """
        self._file = (folder or state_folder() / "locks") / f"{app_name(app_path)}.json"
        self._descriptor = -1
        self._subscribers: list[Callable[[], None]] = []
        self.holder: Holder | None = None

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` whenever ``holder`` is another one; returns what ends that."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def take(self) -> bool:
        """Whether the lock is ours, now or since long; ``holder`` says who has it else.

        Where locks can't be had (a state folder that can't be written to), it counts as ours.
        """
        if self._descriptor >= 0:
            return True
        before = self.holder
        try:
            self.holder = self._try()
        except OSError as error:
            _log.warning("there is no lock against a second Builder: %s", error)
            self.holder, self._descriptor = None, -1
        if self.holder != before:
            for subscriber in tuple(self._subscribers):
                subscriber()
        return self.holder is None

    def _try(self) -> Holder | None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.ExitStack() as undo:
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
            undo.callback(os.close, descriptor)
            if not _lock(descriptor):
                return _read(descriptor)
            os.ftruncate(descriptor, 0)
            os.write(descriptor, msgspec.json.encode(Holder(os.getpid(), time.time())))
            undo.pop_all()
        self._descriptor = descriptor
        return None

    def release(self) -> None:
        """Let another Builder have it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _read(descriptor: int) -> Holder:
    try:
        return msgspec.json.decode(os.read(descriptor, 4096), type=Holder)
    except msgspec.DecodeError:
        # The other one is just writing it.
        return Holder(0, 0.0)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True
else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@asynccontextmanager
async def open_edit_lock(app_path: Path, folder: Path | None = None) -> AsyncIterator[EditLock]:
    """Take the lock, or go on trying to, while the block runs."""
    lock = EditLock(app_path, folder)
    lock.take()

    async def keep_trying() -> None:
        # The system tells nobody that a lock is free.
        while not lock.take():  # noqa: ASYNC110
            await asyncio.sleep(TRY_AGAIN_S)

    async with asyncio.TaskGroup() as tasks:
        trying = tasks.create_task(keep_trying())
        try:
            yield lock
        finally:
            trying.cancel()
            lock.release()
