"""The runtime processes of an app, each from its start until it is reaped.

One may be started *ahead*: it waits, without any code of the app in it, to be wanted, for a while.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

from mainspring.builder.processes.child_process import Start
from mainspring.builder.processes.runtime_process import Exit, open_runtime
from mainspring.builder.processes.supervised import Child, Limits, report_of_timeout
from mainspring.runtime.protocol import (
    VERSION,
    Component,
    ErrorReport,
    Load,
    NamedFunctions,
    ProtocolError,
    ToBuilder,
)

__all__ = ["RuntimeChildren", "Watcher"]


class Watcher(Protocol):
    """Who is told what becomes of the processes; the calls come in the event loop."""

    def child_said(self, child: Child, message: ToBuilder) -> None:
        """One message, in the order in which they were written."""

    def child_wrote(self, child: Child, stream: str, lines: list[str]) -> None:
        """Lines on its ``stdout`` or ``stderr``."""

    def child_ended(self, child: Child, exit_: Exit) -> None:
        """It has ended, after its last message and its last line."""

    def child_gave_up(self, child: Child, error: ErrorReport) -> None:
        """It could not be started, or has not loaded the app in time."""

    def child_responds(self, child: Child, responding: bool) -> None:
        """It has not answered for ``Limits.silent_s``, or does so again."""

    def child_outlasted(self, child: Child) -> None:
        """A newer one has taken over, and nothing more is to be expected of this one."""


class RuntimeChildren:
    """Belongs to one event loop. ``tasks`` waits for each process's end."""

    def __init__(
        self,
        app_path: Path,
        edit: bool,
        limits: Limits,
        pool_size: int | None,
        functions: Callable[[], NamedFunctions],
        start: Start | None,
        pages: Callable[[], tuple[Component, ...]],
        watcher: Watcher,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._app_path = app_path
        self._edit = edit
        self._limits = limits
        self._pool_size = pool_size
        self._functions = functions
        self._start_process = start
        self._pages = pages
        self._watcher = watcher
        self._tasks = tasks
        self._generation = 0
        self._ahead: Child | None = None
        self._running: dict[Child, asyncio.Task[None]] = {}

    def __iter__(self) -> Iterator[Child]:
        return iter(tuple(self._running))

    def start(self, asked: float) -> Child:
        """Have the app loaded by a new process, or by the one that waits for it; ``asked`` is loop time."""
        child, self._ahead = self._ahead, None
        if child is None or child.over.is_set():
            child = self._new()
        child.asked = asked
        child.wanted.set()
        return child

    def start_ahead(self) -> None:
        """Start a process that will be wanted in a moment, if none waits yet."""
        if self._ahead is None:
            self._ahead = self._new()

    def end_all(self) -> None:
        """Tell all of them that nobody waits for them any longer."""
        for child in self._running:
            child.end()

    async def gone(self, *, but: Child | None = None) -> None:
        """Wait until none is left, except for ``but``."""
        if leaving := [task for child, task in self._running.items() if child is not but]:
            await asyncio.wait(leaving)

    def limit_finishing(self) -> None:
        """End the oldest of those that only finish, if there are too many."""
        finishing = [child for child in self._running if child.finishing and not child.idle.is_set()]
        if len(finishing) > self._limits.finishing:
            finishing[0].idle.set()

    # --- a process, from start to end ---

    def _new(self) -> Child:
        self._generation += 1
        child = Child(self._generation)
        self._running[child] = self._tasks.create_task(self._tend(child), name=f"runtime {self._generation}")
        return child

    async def _tend(self, child: Child) -> None:
        try:
            await self._leaving_gone(child)
            if child.over.is_set():
                return  # dropped before it began
            async with open_runtime(
                self._app_path,
                child.generation,
                on_message=partial(self._watcher.child_said, child),
                on_output=partial(self._watcher.child_wrote, child),
                on_exit=partial(self._ended, child),
                start=self._start_process,
            ) as runtime:
                if not await self._wanted(child):
                    return
                child.runtime = runtime
                app, pages, functions = str(self._app_path), self._pages(), self._functions()
                runtime.send(Load(VERSION, app, self._edit, pages, self._pool_size, functions))
                await self._loaded(child)
                await child.watch(self._limits, partial(self._watcher.child_responds, child))
                if child.finishing:
                    await self._finished(child)
        except (OSError, ProtocolError) as error:
            report = ErrorReport(type(error).__name__, f"the app could not be started: {error}")
            self._watcher.child_gave_up(child, report)
        finally:
            self._not_ahead(child)
            del self._running[child]

    async def _leaving_gone(self, child: Child) -> None:
        """Wait (two seconds at most: see ``open_runtime``) for those that were told to end.

        What they hold, such as a port, is what the next one needs.
        """
        leaving = [
            task
            for other, task in self._running.items()
            if other is not child and other.over.is_set() and not other.finishing
        ]
        if leaving:
            await asyncio.wait(leaving)

    async def _wanted(self, child: Child) -> bool:
        """Whether somebody wants the app loaded by this one, within the time that it may wait."""
        if not child.wanted.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._limits.ahead_s):
                    await child.wanted.wait()
            self._not_ahead(child)
            await self._leaving_gone(child)
        return child.wanted.is_set() and not child.over.is_set()

    def _not_ahead(self, child: Child) -> None:
        if self._ahead is child:
            self._ahead = None

    async def _loaded(self, child: Child) -> None:
        try:
            async with asyncio.timeout(self._limits.load_s):
                await child.loaded.wait()
        except TimeoutError:
            assert child.runtime is not None
            child.trace = []
            child.runtime.trace()
            try:
                async with asyncio.timeout(self._limits.trace_s):
                    await child.over.wait()  # its end is reported by what it wrote
            except TimeoutError:
                self._watcher.child_gave_up(child, report_of_timeout(self._limits.load_s))

    async def _finished(self, child: Child) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.finish_s):
                await child.idle.wait()
        self._watcher.child_outlasted(child)

    def _ended(self, child: Child, exit_: Exit) -> None:
        self._not_ahead(child)
        self._watcher.child_ended(child, exit_)
        child.end()
