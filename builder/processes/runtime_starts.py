"""Keeps ready what makes the next runtime quick: a template process, or a spare interpreter.

    async with open_starts(app_path, log) as starts:
        open_supervisor(app_path, start=starts.start, on_ready=starts.learn, ...)

Which modules to load ahead is learned from the app that was loaded last, and remembered from one start of the
service to the next. They are only added to: what the app no longer imports does no harm until the next start.
Whatever isn't there in time, or can't be done, is a fresh interpreter instead, never a failure.
"""

from __future__ import annotations

import asyncio
import os
import site
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from mainspring.builder.processes.child_process import ChildProcess, spawning
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.remembered_modules import RememberedModules
from mainspring.builder.processes.template_process import CannotFork, TemplateProcess
from mainspring.runtime.protocol import Ready, Record

__all__ = ["RuntimeStarts", "open_starts"]

# A reload is under way when we learn what it needs; what makes the next one quick shall not slow it down.
REST_S: Final = 0.2
# The first start has the processor for itself; most are done by then, which ``learn`` hears of. Guessed.
FIRST_START_S: Final = 1.0
PREPARE_S: Final = 60.0
CAN_FORK: Final = sys.platform == "linux"


class RuntimeStarts:
    """Made by ``open_starts``. ``start`` and ``learn`` are for the supervisor."""

    def __init__(
        self,
        app_path: Path,
        log: LogBuffer,
        exclude: Iterable[str],
        remembered: RememberedModules,
        *,
        template: bool,
    ) -> None:
        self._app_path = app_path
        self._remembered = remembered
        self._log = log
        self._spare = not (template and CAN_FORK)
        self._excluded = set(exclude)
        # What a start that had nothing ahead has imported, and what later ones have added.
        self._imported: dict[str, None] = {}
        self._modules: dict[str, None] = dict.fromkeys(remembered.read())
        self._learned = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._spawn = spawning()
        self._current: TemplateProcess | None = None
        self._current_modules: tuple[str, ...] = ()
        self._retired: set[TemplateProcess] = set()
        self._environment = environment_stamp()
        self._timer: asyncio.TimerHandle | None = None
        self._news = asyncio.Event()
        self._closed = False

    # --- for the supervisor ---

    async def start(self, app_path: Path, connection: socket.socket, generation: int) -> ChildProcess:
        """A ``child_process.Start``."""
        if self._environment != (now := environment_stamp()):
            self._environment = now
            self._renew()
        current = self._current
        if current is not None and current.prepared:
            if not self._imported:
                # Nobody will say of these whether the app still needs them.
                self._imported.update(dict.fromkeys(self._current_modules))
            try:
                return await current.start(app_path, connection, generation)
            except CannotFork as error:
                self._say("warning", f"{error}; a fresh interpreter serves instead")
                self._renew()
            finally:
                if self._spare:
                    self._current = None
                    self._later(REST_S)
        return await self._spawn(app_path, connection, generation)

    def learn(self, ready: Ready) -> None:
        """A runtime has loaded the app with these modules."""
        if set(ready.modules) - self._imported.keys():
            self._imported.update(dict.fromkeys(ready.modules))
            self._learned.set()
        self._modules.update(self._imported)
        if self._current is None or self._wanted() != self._current_modules:
            self._later(REST_S)

    async def prepared(self) -> TemplateProcess:
        """Wait until the next start is a quick one."""
        while self._timer is not None or self._current is None or not self._current.prepared:
            self._news.clear()
            await self._news.wait()
        return self._current

    # --- from one start of the service to the next ---

    def _begin(self) -> None:
        """What the app imported last time is imported again once it has started, or takes long to."""
        if self._modules:
            self._later(FIRST_START_S)

    async def _keep(self) -> None:
        """Write down what is learned, until the task is cancelled."""
        while True:
            await self._learned.wait()
            self._learned.clear()
            await asyncio.to_thread(self._remembered.write, tuple(self._imported))

    # --- one process after the other ---

    def _wanted(self) -> tuple[str, ...]:
        return tuple(name for name in self._modules if name.partition(".")[0] not in self._excluded)

    def _later(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if self._closed else self._loop.call_later(seconds, self._renew)

    def _renew(self) -> None:
        """Put a new process in the place of the one that is there."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._closed:
            return
        if self._current is not None:
            self._leave(self._current)
        self._current_modules = self._wanted()
        try:
            self._current = TemplateProcess(
                self._app_path, self._current_modules, self._changed, spare=self._spare
            )
        except OSError as error:
            self._current = None
            self._say("warning", f"the next reload starts a fresh interpreter: {error}")
            return
        self._timer = self._loop.call_later(PREPARE_S, self._too_slow, self._current)

    def _leave(self, process: TemplateProcess) -> None:
        if process is self._current:
            self._current = None
        if not process.gone:
            self._retired.add(process)
            process.retire()

    def _too_slow(self, process: TemplateProcess) -> None:
        self._timer = None
        if process is self._current and not process.prepared:
            process.kill()

    def _changed(self, process: TemplateProcess) -> None:
        if process.gone:
            self._retired.discard(process)
        if process is self._current:
            if process.prepared and self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if process.unfit is not None:
                self._do_without(process)
            elif process.gone:
                self._current = None
        self._news.set()

    def _do_without(self, process: TemplateProcess) -> None:
        assert process.unfit is not None
        package, reason = process.unfit
        self._leave(process)
        if package:
            self._say("info", f"{package} {reason}: it is loaded anew with each reload, which takes longer")
            self._excluded.add(package)
        elif not self._spare:
            self._say("info", f"{reason} that would not survive a fork: a spare interpreter takes its place")
            self._spare = True
        self._later(0.0 if package else REST_S)

    def _close(self) -> None:
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        for process in (*self._retired, self._current):
            if process is not None:
                process.close()

    def _say(self, level: str, text: str) -> None:
        self._log.append(Record(time.time(), "system", level, text))


def environment_stamp() -> tuple[tuple[str, int], ...]:
    """Another value when packages were installed, upgraded or removed."""
    found = []
    for folder in dict.fromkeys((*site.getsitepackages(), site.getusersitepackages(), *sys.path)):
        try:
            found.append((folder, os.stat(folder).st_mtime_ns))  # noqa: PTH116 (before every start)
        except OSError:
            continue
    return tuple(found)


@asynccontextmanager
async def open_starts(
    app_path: Path, log: LogBuffer, *, exclude: Iterable[str] = (), template: bool = True
) -> AsyncIterator[RuntimeStarts]:
    """``exclude`` are packages to load anew each time; without ``template`` a spare interpreter serves.

    Open the supervisor inside the block: what has been forked ends with it.
    """
    remembered = RememberedModules(app_path)
    starts = RuntimeStarts(app_path, log, exclude, remembered, template=template)
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(starts._keep(), name="modules learned")
        starts._begin()
        try:
            yield starts
        finally:
            starts._close()
            keeping.cancel()
