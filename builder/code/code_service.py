"""What an editor asks about Python code, answered by jedi in a process of its own (``code_worker``).

    async with open_code_service(app_path) as code:
        names = await code.ask("textDocument/completion", "main.py", text, line=3, character=7)

One call at a time. Nothing cancels a call of jedi, so one that takes too long costs its process; a warm
spare takes over. Of several questions of one kind only the newest is answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from mainspring.builder.code.code_messages import HEADER, READY, Answer, Ask, decode_answer, frame

__all__ = ["METHODS", "CodeService", "CodeUnanswered", "open_code_service"]

_log = logging.getLogger("mainspring.code")

# In the order in which they are answered: what someone looks at now before what they may look at.
METHODS: Final = (
    "textDocument/signatureHelp",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/completion",
    "completionItem/resolve",
    "mainspring/completionDetails",
    "mainspring/prefetch",
)
CALL_S: Final = 3.0
# Guessed: a worker that isn't warm by then never will be.
START_S: Final = 30.0
MAX_PEAK_MB: Final = 800.0
# After so many failed starts in a row there is no point in another one before someone asks again.
MAX_STARTS: Final = 2


class CodeUnanswered(Exception):
    """There is no answer; the text says why."""


class _WorkerLost(Exception):
    """The process has ended, or is of no use any more."""


class _Worker:
    """One process; ``ask`` is for one caller at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.peak_mb = 0.0

    @property
    def pid(self) -> int:
        return self._process.pid

    async def warm(self) -> None:
        """Wait until it is ready. Raises: _WorkerLost."""
        try:
            async with asyncio.timeout(START_S):
                await self._receive(READY)
        except TimeoutError:
            raise _WorkerLost("it did not get ready in time") from None

    async def ask(self, ask: Ask) -> Answer:
        """Raises:
        _WorkerLost
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(frame(ask))
            await self._process.stdin.drain()
            answer = await self._receive(ask.number)
        except OSError as error:
            raise _WorkerLost(str(error)) from error
        self.peak_mb = answer.peak_mb
        return answer

    async def _receive(self, number: int) -> Answer:
        assert self._process.stdout is not None
        try:
            while True:
                header = await self._process.stdout.readexactly(HEADER.size)
                answer = decode_answer(await self._process.stdout.readexactly(HEADER.unpack(header)[0]))
                if answer.number == number:
                    return answer
        except (asyncio.IncompleteReadError, OSError) as error:
            raise _WorkerLost("its process ended") from error

    async def end(self) -> None:
        """Return when the process is gone. It holds nothing that needs a good-bye."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


class CodeService:
    """Made by ``open_code_service``. Belongs to one event loop."""

    def __init__(self, app_path: Path, call_s: float) -> None:
        self._app_path = app_path
        self._call_s = call_s
        self._numbers = itertools.count(READY + 1)
        self._waiting: dict[str, tuple[Ask, asyncio.Future[Any]]] = {}
        self._asked = asyncio.Event()
        self._worker: asyncio.Task[_Worker] | None = None
        self._spare: asyncio.Task[_Worker] | None = None
        self._workers: set[_Worker] = set()

    @property
    def pid(self) -> int | None:
        """Of the process that answers now."""
        worker = self._worker
        if worker is None or not worker.done() or worker.cancelled() or worker.exception() is not None:
            return None
        return worker.result().pid

    async def ask(
        self,
        method: str,
        path: str,
        text: str,
        line: int,
        character: int,
        label: str = "",
        labels: tuple[str, ...] = (),
    ) -> Any:
        """Return the answer in LSP's shape; ``method`` is one of ``METHODS``.

        Raises:
            CodeUnanswered: A newer question of that kind came, it took too long, or jedi failed.
        """
        before = self._waiting.pop(method, None)
        if before is not None and not before[1].done():
            before[1].set_exception(CodeUnanswered("A newer question took its place."))
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        ask = Ask(next(self._numbers), method, path, text, line, character, label, labels)
        self._waiting[method] = (ask, answer)
        self._asked.set()
        return await answer

    async def warmed(self) -> None:
        """Wait until the first process is ready, which no question has to do."""
        with contextlib.suppress(CodeUnanswered):
            await self._current()

    # --- inside ---

    async def _run(self) -> None:
        """Answer for ever, one question at a time."""
        with contextlib.suppress(CodeUnanswered):
            await self._current()
        while True:
            await self._asked.wait()
            method = next((method for method in METHODS if method in self._waiting), None)
            if method is None:
                self._asked.clear()
                continue
            ask, answer = self._waiting.pop(method)
            if answer.done():
                continue
            try:
                result = await self._answered(ask)
            except CodeUnanswered as error:
                if not answer.done():
                    answer.set_exception(error)
            else:
                if not answer.done():
                    answer.set_result(result)

    async def _answered(self, ask: Ask) -> Any:
        for attempt in range(2):
            worker = await self._current()
            if self._spare is None:
                # Whoever asks once asks more; whoever doesn't need not pay for a second process.
                self._spare = asyncio.create_task(self._start())
            try:
                async with asyncio.timeout(self._call_s):
                    answer = await worker.ask(ask)
            except TimeoutError:
                _log.warning("%s took more than %g s; its process was ended", ask.method, self._call_s)
                await self._replace(worker)
                raise CodeUnanswered("The question took too long.") from None
            except _WorkerLost as error:
                _log.warning("code worker %d is lost: %s", worker.pid, error)
                await self._replace(worker)
                if attempt == 0:
                    continue
                raise CodeUnanswered("The code worker ended.") from None
            if worker.peak_mb > MAX_PEAK_MB:
                await self._replace(worker)
            if answer.problem:
                raise CodeUnanswered(answer.problem)
            return answer.result
        raise AssertionError("unreachable")

    async def _current(self) -> _Worker:
        """The process that answers; started if there is none."""
        for _ in range(MAX_STARTS):
            if self._worker is None:
                self._worker, self._spare = self._spare or asyncio.create_task(self._start()), None
            try:
                return await asyncio.shield(self._worker)
            except (_WorkerLost, OSError) as error:
                _log.warning("the code worker did not start: %s", error)
                self._worker = None
        raise CodeUnanswered("The code worker can't be started; the service's log says why.")

    async def _replace(self, worker: _Worker) -> None:
        self._worker, self._spare = self._spare, None
        self._workers.discard(worker)
        await worker.end()

    async def _start(self) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "mainspring.builder.code.code_worker",
            str(self._app_path),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # A Ctrl-C in the terminal is for the service, which ends its workers itself.
            start_new_session=True,
        )
        worker = _Worker(process)
        self._workers.add(worker)
        try:
            await worker.warm()
        except BaseException:
            self._workers.discard(worker)
            await worker.end()
            raise
        return worker

    async def _end(self) -> None:
        for task in (self._worker, self._spare):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, _WorkerLost, OSError):
                    await task
        for worker in tuple(self._workers):
            await worker.end()
        for _, answer in self._waiting.values():
            answer.cancel()


@asynccontextmanager
async def open_code_service(app_path: Path, *, call_s: float = CALL_S) -> AsyncIterator[CodeService]:
    """Offer answers about the code of an app until the block ends; then no process of it is left.

    The process starts in the background; questions wait for it. A call that takes longer than ``call_s``
    seconds is given up.
    """
    service = CodeService(app_path, call_s)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(service._run())
        try:
            yield service
        finally:
            running.cancel()
            await service._end()
