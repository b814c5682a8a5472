"""Apps on disk, and a supervisor's messages as something to wait for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mainspring.builder.processes.app_messages import FromApp
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.runtime_starts import open_starts
from mainspring.builder.processes.supervisor import Limits, Status, Supervisor, open_supervisor
from mainspring.builder.processes.watcher import Changed, open_watcher
from mainspring.runtime.protocol import Changes, Component, Done, Event, OpenSession, Snapshot

LIMIT_S = 60.0
"""What a test waits at most; only a failure reaches it."""

CLICK = b'{"ctrl_key": false, "shift_key": false, "meta_key": false}'

COUNTER = """
def bump(state):
    state["n"] = (state["n"] or 0) + 1
    state["version"] = "one"
"""

PAGE = Component(
    id="main",
    type="page",
    children=(
        Component(id="shown", type="text", fields={"text": "@{n} @{version} @{before} @{mark} @{big}"}),
        *(
            Component(id=name, type="button", on={"wf-click": name})
            for name in ("bump", "slow", "die", "spin", "other")
        ),
    ),
)


class LoopLag:
    """How late the builder's loop comes to what is due: a turn every 5 ms, and by how much it was missed.

    Short tests ask for ``turns``, so that a loop that stood still is seen whatever the machine does; the
    times, in milliseconds, are for the long ones to print.
    """

    EVERY_S = 0.005

    def __init__(self) -> None:
        self.late_ms: list[float] = []

    @property
    def turns(self) -> int:
        return len(self.late_ms)

    async def measure(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + self.EVERY_S
            await asyncio.sleep(self.EVERY_S)
            self.late_ms.append((loop.time() - due) * 1000)

    def said(self) -> str:
        ordered = sorted(self.late_ms) or [0.0]
        return f"loop lag p99 {ordered[int(len(ordered) * 0.99)]:.1f} ms, most {ordered[-1]:.1f} ms"


class Watched:
    """A supervisor, what came from it, and ways to wait for more."""

    def __init__(self, app_path: Path, log: LogBuffer) -> None:
        self.app_path = app_path
        self.log = log
        self.messages: list[FromApp] = []
        self.statuses: list[Status] = []
        self.supervisor: Supervisor
        self.lag = LoopLag()
        self._news = asyncio.Event()

    def receive(self, message: FromApp) -> None:
        if isinstance(message, Done) and (changes := message.apart()[0]) is not None:
            self.messages.append(changes)
        self.messages.append(message)
        self._news.set()

    def see(self, status: Status) -> None:
        self.statuses.append(status)
        self._news.set()

    async def until(self, found: Callable[[], Any]) -> Any:
        """Wait until ``found()`` is true after some message, status or log record; return it."""
        try:
            async with asyncio.timeout(LIMIT_S):
                while not (answer := found()):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            pytest.fail(f"did not come; {self.supervisor.status}\n{self.messages[-9:]}\n{self.texts()[-30:]}")
        return answer

    async def settled(self) -> Status:
        async with asyncio.timeout(LIMIT_S):
            return await self.supervisor.settled()

    async def live(self) -> Status:
        status = await self.settled()
        assert status.state == "live", (status, self.texts())
        return status

    async def alone(self) -> None:
        """Wait until every process but the one that serves is gone."""
        async with asyncio.timeout(LIMIT_S):
            await self.supervisor._children.gone(but=self.supervisor._live)

    def texts(self) -> list[str]:
        return [record.text for record in self.log.after(0, 100_000).records]

    async def follow(self) -> None:
        async for _ in self.log.follow(self.log.last_number):
            self._news.set()

    def write(self, source: str, path: str = "main.py") -> None:
        (self.app_path / path).write_text(source, encoding="utf-8")

    async def save(self, source: str) -> Status:
        """Write main.py, reload, and return the status when that is through."""
        self.write(source)
        self.supervisor.reload("saved", ["main.py"])
        return await self.settled()

    async def open(self, session_id: str = "s") -> None:
        self.supervisor.send(OpenSession(session_id, {}, {}, "main"))
        await self.until(lambda: self.snapshots(session_id))

    def click(self, component: str, sequence: int, session_id: str = "s") -> None:
        self.supervisor.send(Event(session_id, sequence, "main", component, "wf-click", "click", CLICK))

    async def done(self, sequence: int, session_id: str = "s") -> Done:
        found: Done = await self.until(lambda: self.answer(sequence, session_id))
        return found

    def answer(self, sequence: int, session_id: str = "s") -> Done | None:
        found = [
            message
            for message in self.messages
            if isinstance(message, Done) and (message.session_id, message.sequence) == (session_id, sequence)
        ]
        assert len(found) < 2, found
        return found[0] if found else None

    def changes(self, session_id: str = "s") -> list[Changes]:
        return [m for m in self.messages if isinstance(m, Changes) and m.session_id == session_id]

    def snapshots(self, session_id: str = "s") -> list[dict[str, Any]]:
        return [
            json.loads(message.state)
            for message in self.messages
            if isinstance(message, Snapshot) and message.session_id == session_id
        ]


@asynccontextmanager
async def watched(app_path: Path, **settings: Any) -> AsyncIterator[Watched]:
    """A supervisor of ``app_path``; settings are those of ``open_supervisor``, ``limits`` as a dict."""
    seen = Watched(app_path, settings.pop("log", None) or LogBuffer())
    async with open_supervisor(
        app_path,
        pages=settings.pop("pages", (PAGE,)),
        edit=True,
        log=seen.log,
        on_message=seen.receive,
        limits=Limits(**settings.pop("limits", {})),
        **settings,
    ) as seen.supervisor:
        seen.supervisor.subscribe(seen.see)
        following = asyncio.create_task(seen.follow())
        measuring = asyncio.create_task(seen.lag.measure())
        try:
            yield seen
        finally:
            following.cancel()
            measuring.cancel()


def is_gone(pid: int) -> bool:
    """Whether a process has ended; a zombie that nobody has reaped yet is none any more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


async def nothing_ever(path: Path) -> AsyncIterator[set[Path]]:
    """The notices of a file system that gives none."""
    await asyncio.Event().wait()
    yield set()


@asynccontextmanager
async def edited(app_path: Path, **watching: Any) -> AsyncIterator[Watched]:
    """An app as edit mode runs it: reloaded by what the watcher sees, by forks where there are any."""
    log = LogBuffer()
    async with (
        open_starts(app_path, log) as starts,
        watched(app_path, log=log, start=starts.start, on_ready=starts.learn) as seen,
    ):

        def reload(changed: Changed) -> None:
            if changed.code:
                seen.supervisor.reload("changed on disk", changed.paths)

        await seen.live()
        async with open_watcher(app_path, reload, **watching):
            yield seen
