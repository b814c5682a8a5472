"""What an editor asks about Python code, answered by jedi in processes of its own (``code_worker``).

    async with open_code_service(app_path) as code:
        names = await code.ask("textDocument/completion", "main.py", text, line=3, character=7)

One call at a time. Nothing cancels a call of jedi, so one that takes too long costs its process; a warm
spare takes over. Until then the spare answers what adorns a list, which the next key is not to wait for. Of
several questions of one kind only the newest is answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from mainspring.builder.code.code_messages import READY, Answer, Ask, CodeUnanswered
from mainspring.builder.code.code_workers import CodeWorkers
from mainspring.builder.code.environments import Environment, find_environment
from mainspring.builder.code.warm_up import warming_texts
from mainspring.builder.code.worker_process import Worker, WorkerLost

__all__ = ["METHODS", "CodeService", "CodeUnanswered", "given_s", "open_code_service"]

_log = logging.getLogger("mainspring.code")

# In the order in which they are answered: what someone looks at now before what they may look at.
FIRST: Final = (
    "textDocument/signatureHelp",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/completion",
    "mainspring/prefetch",
    "textDocument/references",
    "textDocument/rename",
)
# These are answered beside them, by the spare.
BESIDE: Final = ("completionItem/resolve", "mainspring/completionDetails")
METHODS: Final = (*FIRST, *BESIDE)
CALL_S: Final = 3.0
# These read all of the app's files, and whoever asks waits in a dialog.
SEARCHES: Final = ("textDocument/references", "textDocument/rename")
SEARCH_S: Final = 30.0
# Without a sign of life for so long, the spare is asked too.
HUNG_S: Final = 0.15
# So many times the limit may be added where a busy machine doesn't let a worker run.
PATIENCE: Final = 2.0
MAX_PEAK_MB: Final = 800.0


def given_s(limit_s: float, passed_s: float, worked_s: float) -> float:
    """How long a call may take, of which ``passed_s`` have passed and its process has run ``worked_s``."""
    return limit_s + min(max(0.0, passed_s - worked_s), limit_s * PATIENCE)


class CodeService:
    """Made by ``open_code_service``. Belongs to one event loop."""

    def __init__(
        self, app_path: Path, call_s: float, work_folder: Path, environment: Environment | None = None
    ) -> None:
        """Args:
        work_folder: Where workers put what they need.
        """
        self._app_path = app_path
        self.environment = environment or find_environment(app_path)
        self._call_s = call_s
        self._workers = CodeWorkers(app_path, work_folder, self.environment.path or "", call_s)
        self._numbers = itertools.count(READY + 1)
        self._waiting: dict[str, tuple[Ask, asyncio.Future[Any]]] = {}
        self._asked = asyncio.Event()
        self._asked_beside = asyncio.Event()
        self._wanted = asyncio.Event()
        self._read = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """Of the process that answers now."""
        return self._workers.pid

    async def ask(
        self,
        method: str,
        path: str,
        text: str,
        line: int,
        character: int,
        label: str = "",
        labels: tuple[str, ...] = (),
        *,
        new_name: str = "",
        buffers: Mapping[str, str] = MappingProxyType({}),
    ) -> Any:
        """Return the answer in LSP's shape; ``method`` is one of ``METHODS``.

        Args:
            buffers: Path to text of other files that aren't saved; only ``SEARCHES`` look at them.

        Raises:
            CodeUnanswered: A newer question of that kind came, it took too long, or jedi failed.
        """
        self.wake()
        before = self._waiting.pop(method, None)
        if before is not None and not before[1].done():
            before[1].set_exception(CodeUnanswered("A newer question took its place."))
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        others = tuple(buffers.items())
        number = next(self._numbers)
        ask = Ask(number, method, path, text, line, character, label, labels, new_name, others)
        self._waiting[method] = (ask, answer)
        (self._asked if method in FIRST else self._asked_beside).set()
        return await answer

    def wake(self) -> None:
        """Somebody may ask soon: start a process and read what it needs, in the background."""
        self._wanted.set()

    async def warmed(self) -> None:
        """Wait until the first process is ready, which no question has to do."""
        self.wake()
        with contextlib.suppress(CodeUnanswered):
            await self._workers.current()

    async def packages_read(self) -> None:
        """Wait until those answer that have read what the app's large packages need, or none can."""
        self.wake()
        await self._read.wait()

    async def spare_warmed(self) -> None:
        """Wait until there is a process that can take over at once."""
        with contextlib.suppress(WorkerLost, OSError):
            await self._workers.spare()

    # --- inside ---

    async def _run(self) -> None:
        """Answer for ever, one question at a time."""
        await self._wanted.wait()
        with contextlib.suppress(CodeUnanswered):
            await self._workers.current()
        while True:
            await self._asked.wait()
            await self._workers.let_reader_answer()
            await self._answer_next(FIRST, self._asked, self._answered)
            if not self._waiting:
                # Whoever asks once asks more; but the start of another process is not to hold up an answer.
                self._workers.prepare_spare()

    async def _run_beside(self) -> None:
        """Answer for ever what no key waits for."""
        while True:
            await self._asked_beside.wait()
            await self._answer_next(BESIDE, self._asked_beside, self._answered_beside)

    async def _answer_next(
        self, methods: tuple[str, ...], asked: asyncio.Event, answered: Callable[[Ask], Awaitable[Any]]
    ) -> None:
        method = next((method for method in methods if method in self._waiting), None)
        if method is None:
            asked.clear()
            return
        ask, answer = self._waiting.pop(method)
        if answer.done():
            return
        if method == "textDocument/completion":
            self._workers.last = ask
        try:
            result = await answered(ask)
        except CodeUnanswered as error:
            if not answer.done():
                answer.set_exception(error)
        else:
            if not answer.done():
                answer.set_result(result)

    async def _read_packages(self) -> None:
        """Let those answer that have read what the app's large packages need, as soon as they have."""
        try:
            await self._wanted.wait()
            await self.warmed()
            texts = await asyncio.to_thread(warming_texts, self._app_path)
            if texts:
                await self._workers.read_aside(texts)
                await self._workers.start_reader(texts)
                self._asked.set()
                await self._workers.renew_spare(texts)
        finally:
            self._read.set()

    async def _answered(self, ask: Ask) -> Any:
        for attempt in range(2):
            worker = await self._workers.current()
            limit = max(SEARCH_S, self._call_s) if ask.method in SEARCHES else self._call_s
            try:
                async with asyncio.timeout(limit) as end:
                    worker, answer = await self._first_answer(worker, ask, end)
            except TimeoutError:
                _log.warning("%s took more than %g s; its process was ended", ask.method, limit)
                if self._workers.last is ask:
                    # The next spare must not begin with what this one has ended with.
                    self._workers.last = None
                await self._workers.replace(worker)
                raise CodeUnanswered("The question took too long.") from None
            except WorkerLost as error:
                _log.warning("code worker %d is lost: %s", worker.pid, error)
                await self._workers.replace(worker)
                if attempt == 0:
                    continue
                raise CodeUnanswered("The code worker ended.") from None
            if worker.peak_mb > MAX_PEAK_MB:
                await self._workers.replace(worker)
            if answer.problem:
                raise CodeUnanswered(answer.problem)
            return answer.result
        raise AssertionError("unreachable")

    async def _answered_beside(self, ask: Ask) -> Any:
        try:
            spare = await self._workers.spare()
        except (WorkerLost, OSError) as error:
            raise CodeUnanswered(f"The code worker can't be started: {error}") from None
        try:
            async with asyncio.timeout(self._call_s * (1 + PATIENCE)):
                answer = await spare.ask(ask)
        except (TimeoutError, WorkerLost) as error:
            _log.warning("code worker %d is lost in %s: %s", spare.pid, ask.method, error or "too slow")
            await self._workers.replace(spare)
            raise CodeUnanswered("The question took too long.") from None
        if spare.peak_mb > MAX_PEAK_MB:
            await self._workers.replace(spare)
        if answer.problem:
            raise CodeUnanswered(answer.problem)
        return answer.result

    async def _first_answer(self, worker: Worker, ask: Ask, end: asyncio.Timeout) -> tuple[Worker, Answer]:
        """The worker's answer; if it shows no sign of life meanwhile, perhaps its spare's, which replaces it.

        A worker on a busy machine may only be late: it isn't ended before the spare has answered, and ``end``
        is put off by the time in which it waits for a processor.
        """
        loop = asyncio.get_running_loop()
        started, limit_s = loop.time(), (end.when() or loop.time()) - loop.time()
        worked: list[float] = []
        asked = asyncio.create_task(worker.ask(ask))
        by_spare: asyncio.Task[tuple[Worker, Answer]] | None = None
        try:
            while not asked.done():
                ping = asyncio.create_task(worker.ping())
                try:
                    await asyncio.wait({asked}, timeout=HUNG_S)
                    alive = ping.done()
                    if alive and not ping.cancelled() and ping.exception() is None:
                        worked.append(ping.result())
                        passed_s = loop.time() - started
                        end.reschedule(started + given_s(limit_s, passed_s, worked[-1] - worked[0]))
                finally:
                    ping.cancel()
                    await asyncio.gather(ping, return_exceptions=True)
                if not alive and not asked.done():
                    by_spare = asyncio.create_task(self._ask_spare(ask))
                    await asyncio.wait({asked, by_spare}, return_when=asyncio.FIRST_COMPLETED)
                    break
            if by_spare is not None and not asked.done():
                spare, answer = await by_spare
                _log.warning("code worker %d hangs; its spare took over", worker.pid)
                await self._workers.replace(worker)
                return spare, answer
            return worker, await asked
        finally:
            for task in (asked, by_spare):
                if task is not None:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)

    async def _ask_spare(self, ask: Ask) -> tuple[Worker, Answer]:
        spare = await self._workers.spare()
        return spare, await spare.ask(ask)

    async def _end(self) -> None:
        await self._workers.end()
        for _, answer in self._waiting.values():
            answer.cancel()


@asynccontextmanager
async def open_code_service(
    app_path: Path, environment: Environment | None = None, *, call_s: float = CALL_S
) -> AsyncIterator[CodeService]:
    """Offer answers about the code of an app until the block ends; then no process of it is left.

    Args:
        environment: Whose packages are known; by default, what ``find_environment`` finds.

    The process starts when somebody wakes it or asks; questions wait for it. A call that takes longer than
    ``call_s`` seconds is given up.
    """
    with tempfile.TemporaryDirectory(prefix="mainspring-code-", ignore_cleanup_errors=True) as folder:
        service = CodeService(app_path, call_s, Path(folder), environment)
        async with asyncio.TaskGroup() as tasks:
            working = [
                tasks.create_task(work())
                for work in (service._run, service._run_beside, service._read_packages)
            ]
            try:
                yield service
            finally:
                for task in working:
                    task.cancel()
                await service._end()
