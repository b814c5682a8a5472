"""One code worker as the service sees it: a process that is asked, shows signs of life, and may end."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sys
from pathlib import Path
from typing import Final

from mainspring.builder.code.code_messages import HEADER, PING, READY, Answer, Ask, decode_answer, frame

__all__ = ["Worker", "WorkerLost", "start_worker"]

# Guessed: a worker that isn't warm by then never will be.
START_S: Final = 30.0


class WorkerLost(Exception):
    """The process has ended, or is of no use any more."""


class Worker:
    """One process; ``ask`` is for one caller at a time, ``ping`` beside it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._open: dict[int, asyncio.Future[Answer]] = {}
        self._pings = itertools.count(-1, -1)
        self._ended = False
        self._ready = self._expect(READY)
        self._reading = asyncio.create_task(self._read())
        self.peak_mb = 0.0

    @property
    def pid(self) -> int:
        return self._process.pid

    async def warm(self) -> None:
        """Wait until it is ready. Raises: WorkerLost."""
        try:
            async with asyncio.timeout(START_S):
                await self._ready
        except TimeoutError:
            raise WorkerLost("it did not get ready in time") from None

    async def ask(self, ask: Ask) -> Answer:
        """Raises:
        WorkerLost
        """
        answer = await self._told(ask)
        self.peak_mb = answer.peak_mb
        return answer

    async def ping(self) -> float:
        """Return when the process shows that it is alive, whatever jedi does in it: how long it has run.

        That is the time in seconds that processors have spent on it so far.

        Raises:
            WorkerLost
        """
        return float((await self._told(Ask(next(self._pings), PING, "", "", 0, 0))).result)

    async def _told(self, ask: Ask) -> Answer:
        assert self._process.stdin is not None
        answer = self._expect(ask.number)
        try:
            self._process.stdin.write(frame(ask))
            await self._process.stdin.drain()
            return await answer
        except OSError as error:
            raise WorkerLost(str(error)) from error
        finally:
            self._open.pop(ask.number, None)
            answer.cancel()

    def _expect(self, number: int) -> asyncio.Future[Answer]:
        answer = self._open[number] = asyncio.get_running_loop().create_future()
        if self._ended:
            answer.set_exception(WorkerLost("its process ended"))
        return answer

    async def _read(self) -> None:
        """Hand out answers until the process ends; then nobody is left waiting."""
        assert self._process.stdout is not None
        try:
            while True:
                header = await self._process.stdout.readexactly(HEADER.size)
                answer = decode_answer(await self._process.stdout.readexactly(HEADER.unpack(header)[0]))
                waiting = self._open.pop(answer.number, None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            self._ended = True
            for waiting in self._open.values():
                if not waiting.done():
                    waiting.set_exception(WorkerLost("its process ended"))
                    # Who has stopped waiting needs no word of it.
                    waiting.exception()

    async def end(self) -> None:
        """Return when the process is gone. It holds nothing that needs a good-bye."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._reading


async def start_worker(app_path: Path, work_folder: Path, environment: str, niceness: int = 0) -> Worker:
    """Start a process; it is of use as soon as it is warm.

    Args:
        work_folder: Where it may put what it needs.
        niceness: 19 for one that every other process goes before.
        environment: The folder of a virtual environment, or empty for ours.

    Raises:
        OSError: It can't be started.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "mainspring.builder.code.code_worker",
        str(app_path),
        str(work_folder),
        str(niceness),
        environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        # A Ctrl-C in the terminal is for the service, which ends its workers itself.
        start_new_session=True,
    )
    return Worker(process)
