"""The processes of a code service: one answers, a spare can take over at once, one may be reading ahead."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path
from typing import Final

from mainspring.builder.code.code_messages import READY, WARM, Ask, CodeUnanswered
from mainspring.builder.code.worker_process import Worker, WorkerLost, start_worker

__all__ = ["CodeWorkers"]

_log = logging.getLogger("mainspring.code")

# After so many failed starts in a row there is no point in another one before someone asks again.
MAX_STARTS: Final = 2
# Nobody waits for it; on a cold disk a large package takes some seconds.
READ_S: Final = 120.0


class CodeWorkers:
    """Belongs to one event loop.

    Attributes:
        last: What has been asked last: what it makes others read, a new one reads before it is of use.
    """

    def __init__(self, app_path: Path, work_folder: Path, environment: str, call_s: float) -> None:
        self._app_path = app_path
        self._work_folder = work_folder
        self._environment = environment
        self._call_s = call_s
        self.last: Ask | None = None
        self._worker: asyncio.Future[Worker] | None = None
        self._spare: asyncio.Future[Worker] | None = None
        self._reader: Worker | None = None
        self._all: set[Worker] = set()

    @property
    def pid(self) -> int | None:
        """Of the process that answers now."""
        return next((worker.pid for worker in self._all if _is(self._worker, worker)), None)

    async def current(self) -> Worker:
        """The process that answers; started if there is none.

        Raises:
            CodeUnanswered: It can't be started.
        """
        for _ in range(MAX_STARTS):
            if self._worker is None:
                self._worker, self._spare = self._spare or asyncio.create_task(self._start()), None
            try:
                return await asyncio.shield(self._worker)
            except (WorkerLost, OSError) as error:
                _log.warning("the code worker did not start: %s", error)
                self._worker = None
        raise CodeUnanswered("The code worker can't be started; the service's log says why.")

    def prepare_spare(self) -> None:
        if self._spare is None:
            self._spare = asyncio.create_task(self._start())

    async def spare(self) -> Worker:
        """The process that can take over, when it is ready. Raises: WorkerLost, OSError."""
        self.prepare_spare()
        spare = self._spare
        assert spare is not None
        try:
            return await asyncio.shield(spare)
        except (WorkerLost, OSError):
            # Whoever asks next tries another one.
            if self._spare is spare:
                self._spare = None
            raise

    async def replace(self, worker: Worker) -> None:
        """End a process; where it was the one that answers, its spare is the next one."""
        if _is(self._worker, worker):
            self._worker, self._spare = self._spare, None
        elif _is(self._spare, worker):
            self._spare = None
        await self._end(worker)

    # --- what large packages need ---
    #
    # Nothing cancels a call of jedi, so no question is to wait behind these: they are read by other processes
    # than those that answer, which take their places afterwards.

    async def read_aside(self, texts: tuple[str, ...]) -> None:
        """Read onto the disk what it takes to complete ``texts`` at their ends; all others go first."""
        with contextlib.suppress(WorkerLost, OSError):
            await self._end(await self._start(texts, niceness=19))

    async def start_reader(self, texts: tuple[str, ...]) -> None:
        """Have one that has read it, for ``let_reader_answer``."""
        with contextlib.suppress(WorkerLost, OSError):
            self._reader = await self._start(texts)

    async def let_reader_answer(self) -> None:
        """Between two questions; who answered before is the spare."""
        if self._reader is None:
            return
        before, self._worker, self._reader = self._worker, _ready(self._reader), None
        if self._spare is None:
            self._spare = before
        else:
            await self._drop(before)

    async def renew_spare(self, texts: tuple[str, ...]) -> None:
        """Have a spare that has read it as well."""
        with contextlib.suppress(WorkerLost, OSError):
            worker = await self._start(texts)
            if self._spare is not None:
                # Somebody may be waiting for it.
                await asyncio.wait({self._spare})
            before, self._spare = self._spare, _ready(worker)
            await self._drop(before)

    # --- life and death ---

    async def _start(self, texts: tuple[str, ...] = (), niceness: int = 0) -> Worker:
        worker = await start_worker(self._app_path, self._work_folder, self._environment, niceness)
        self._all.add(worker)
        try:
            await worker.warm()
            await self._read_in(worker, texts)
            if self.last is not None and not niceness:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._call_s):
                        await worker.ask(self.last)
        except BaseException:
            await self._end(worker)
            raise
        return worker

    async def _read_in(self, worker: Worker, texts: tuple[str, ...]) -> None:
        try:
            async with asyncio.timeout(READ_S):
                for number, text in enumerate(texts, READY + 1):
                    await worker.ask(Ask(number, WARM, "main.py", text, 1, len(text.split("\n")[1])))
        except TimeoutError:
            raise WorkerLost("what it had to read took too long") from None

    async def _end(self, worker: Worker) -> None:
        self._all.discard(worker)
        await worker.end()

    async def _drop(self, starting: asyncio.Future[Worker] | None) -> None:
        if starting is None:
            return
        starting.cancel()
        await asyncio.wait({starting})
        if not starting.cancelled() and starting.exception() is None:
            await self._end(starting.result())

    async def end(self) -> None:
        """Return when no process is left."""
        for starting in (self._worker, self._spare):
            await self._drop(starting)
        for worker in tuple(self._all):
            await self._end(worker)


def _ready(worker: Worker) -> asyncio.Future[Worker]:
    ready: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
    ready.set_result(worker)
    return ready


def _is(starting: asyncio.Future[Worker] | None, worker: Worker) -> bool:
    if starting is None or not starting.done() or starting.cancelled():
        return False
    return starting.exception() is None and starting.result() is worker
