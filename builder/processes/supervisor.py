"""Keeps one runtime serving: starts it, replaces it by a newer one beside it, restarts it when it dies.

    async with open_supervisor(app_path, pages=pages, edit=True, log=log, on_message=receive) as app:
        app.send(OpenSession(...))
        app.reload("main.py was saved", ["main.py"])

What happens when is the table in ``supervisor_states``; this module does it. After the block, no process
is left.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from mainspring.builder.app_status import Status, StatusBoard
from mainspring.builder.pages.tree import linked_to
from mainspring.builder.processes.app_messages import FromApp, ToApp
from mainspring.builder.processes.child_process import Start
from mainspring.builder.processes.dumped_trace import frames_of_dump
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.message_queue import MessageQueue
from mainspring.builder.processes.open_sessions import OpenSessions
from mainspring.builder.processes.runtime_children import RuntimeChildren
from mainspring.builder.processes.runtime_process import Exit
from mainspring.builder.processes.source_rounds import SourceRounds
from mainspring.builder.processes.supervised import Child, Limits, lost, report_of_exit, report_of_timeout
from mainspring.builder.processes.supervisor_states import Do, State, When, advance, too_often
from mainspring.runtime.protocol import (
    Action,
    Blob,
    CancelEvent,
    Changes,
    CheckLinks,
    CloseSession,
    Component,
    Done,
    ErrorReport,
    Event,
    Export,
    Exported,
    ExportEnd,
    FrontendResult,
    Handler,
    Happened,
    Inspect,
    Inspected,
    LoadFailed,
    NamedFunctions,
    Pong,
    ProtocolError,
    ReadRows,
    Ready,
    Record,
    Remembered,
    Replay,
    Restored,
    Retired,
    Rows,
    SetPages,
    Snapshot,
    ToBuilder,
    ToRuntime,
    Touched,
    UploadsHeld,
    Verified,
    Verify,
)

__all__ = ["Limits", "Status", "Supervisor", "open_supervisor"]

LOST: Final = ("lost", "app stopped, outcome unknown")
CANCELLED: Final = ("cancelled", "cancelled by reload")

_AT_REST: Final = (State.STOPPED, State.CRASHED, State.FAILED, State.LIVE)
_NOT_RUNNING: Final = {
    State.STOPPED: "the app is stopped",
    State.CRASHED: "the app crashed several times in a row and waits for a change or a restart",
    State.FAILED: "the app could not be loaded",
}
_DEFAULT_LIMITS: Final = Limits()


class Supervisor:
    """Made by ``open_supervisor``. Belongs to one event loop and never blocks it."""

    def __init__(
        self,
        app_path: Path,
        pages: tuple[Component, ...],
        edit: bool,
        log: LogBuffer,
        on_message: Callable[[FromApp], None],
        limits: Limits,
        pool_size: int | None,
        functions: Callable[[], NamedFunctions],
        start: Start | None,
        on_ready: Callable[[Ready], None],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._app_path = app_path
        self._pages = pages
        self._log = log
        self._on_message = on_message
        self._limits = limits
        self._on_ready = on_ready
        self._loop = asyncio.get_running_loop()
        self._tasks = tasks

        self._state = State.STOPPED
        self._board = StatusBoard(log)
        self._at_rest = asyncio.Event()
        self._expected = 0

        self._live: Child | None = None
        self._candidate: Child | None = None
        self._children = RuntimeChildren(
            app_path, edit, limits, pool_size, functions, start, lambda: self._pages, self, tasks
        )
        self._loaded = Ready((), (), ())
        self._crashes: deque[float] = deque(maxlen=16)
        self._sessions = OpenSessions(self._board, self._pass)
        self._queue = MessageQueue(limits, on_message, self._publish)

        self._sources = SourceRounds(app_path, self._sources_new, self._sources_checked, self._publish)
        self._asked = self._loop.time()

    # --- what others see and ask ---

    @property
    def status(self) -> Status:
        return self._board.status

    @property
    def handlers(self) -> tuple[Handler, ...]:
        """What events can be linked to, in the version that serves or served last."""
        return self._loaded.handlers

    @property
    def state_keys(self) -> tuple[str, ...]:
        """The top-level keys of a new session's state, in that version."""
        return self._loaded.state_keys

    def subscribe(self, callback: Callable[[Status], None]) -> Callable[[], None]:
        """Call ``callback`` with each new status; the function returned ends that."""
        return self._board.subscribe(callback)

    def send(self, message: ToApp) -> None:
        """Pass ``message`` to the runtime that serves.

        Every ``Event`` is answered by one ``Done`` through ``on_message``, whatever happens: ``lost`` when
        the runtime died over it, ``cancelled`` when a reload outlasted it, ``refused`` when none serves.
        While a reload hands over, or the app starts, events wait for the new runtime. From the moment when
        one is expected, so do those for a handler that the one which serves doesn't know, and what their
        session sends after them, for ``Limits.queued_s`` at most.
        ``CancelEvent`` ends one; if its handler doesn't let go, a new runtime replaces this one.
        Every ``ReadRows`` is answered by one ``Rows``, every ``Verify`` by one ``Verified``: ``lost`` if the
        runtime that serves can't, or ends first; the ``Snapshot`` of the next one says that it is time to ask
        again, and so does its status.
        Sessions that were opened stay known: each new runtime opens them again (answer: ``Snapshot``).
        """
        self._sessions.note(message)
        if isinstance(message, FrontendResult):
            # Whichever version asked, perhaps one that only finishes: the others know no such call.
            for child in self._children:
                self._pass(child, message)
        elif isinstance(message, CancelEvent):
            self._cancel(message)
        elif self._live is not None and not self._must_wait(message):
            self._pass(self._live, message)
        elif isinstance(message, ReadRows | Verify):
            self._on_message(lost(message))
        elif isinstance(message, Inspect):
            problem = "The app isn't running."
            self._on_message(Inspected(message.session_id, message.request, problem=problem))
        elif isinstance(message, Replay):
            self._answer(message.event, "refused", _NOT_RUNNING.get(self._state, "the app is being reloaded"))
        elif self._state in _NOT_RUNNING:
            if isinstance(message, Event):
                self._answer(message, "refused", _NOT_RUNNING[self._state])
        elif isinstance(message, Event | CloseSession):
            # Sessions are opened, and so sent as they are, when the next runtime takes over.
            self._queue.append(message)

    def set_pages(self, pages: tuple[Component, ...]) -> None:
        """The pages have changed (defaults filled in); restarts nothing."""
        self._pages = pages
        for child in (self._live, self._candidate):
            if child is not None:
                self._pass(child, SetPages(pages))
        self._at_rest.clear()
        self._publish()

    def reload(self, reason: str, paths: Iterable[str] = ()) -> None:
        """Load the code on disk beside the running one and let it take over when it is ready.

        ``paths`` (relative to the app) are those that changed; contents tried already cause nothing,
        so both the editor's save and the watcher may report one change. Calls coalesce: the newest wins.
        ``reason`` is a line for the log, such as "main.py was saved".
        """
        if self._sources.changed(reason, paths):
            self._asked = self._loop.time()
        self._at_rest.clear()

    @contextmanager
    def expect_reload(self) -> Iterator[None]:
        """Write a change within the block: have a process ready that ``reload`` may then take.

        Nothing of the app runs in it. If it isn't wanted within seconds, it goes. What is written within one
        block, code and pages, is one change to those who use the app: see ``send``.
        """
        if self._state not in _NOT_RUNNING:
            self._children.start_ahead()
        self._expected += 1
        self._at_rest.clear()
        try:
            yield
        finally:
            self._expected -= 1
            self._publish()

    async def stop(self) -> None:
        """End the app; it stays ended until ``restart``. Returns when no process of it is left."""
        self._happened(When.STOP)
        # The live one and the candidate are ended by the table; these are those that only finish.
        self._children.end_all()
        await self._children.gone()

    async def restart(self) -> None:
        """End the app if it runs and start it anew, with fresh state; returns once it starts."""
        self._asked = self._loop.time()
        self._crashes.clear()
        self._sessions.forget_state()
        self._happened(When.RESTART)
        self._children.end_all()

    async def settled(self) -> Status:
        """Wait until no check, start or hand-over is under way or expected; return the status then."""
        await self._at_rest.wait()
        return self._board.status

    # --- the table and its doing ---

    @property
    def _handing_over(self) -> bool:
        return self._state in (State.HANDING_OVER, State.HANDING_OVER_STALE)

    def _happened(self, when: When) -> None:
        self._state, doing = advance(self._state, when)
        for do in doing:
            self._do(do)
        if self._state in _NOT_RUNNING:
            self._queue.refuse(_NOT_RUNNING[self._state])
        self._publish()

    def _do(self, do: Do) -> None:
        match do:
            case Do.CHECK:
                self._sources.check()
            case Do.START:
                self._start()
            case Do.EXPORT:
                self._export()
            case Do.SWITCH:
                self._switch()
            case Do.RETIRE:
                self._retire()
            case Do.DROP:
                self._drop()
            case Do.END | Do.LOSE:
                self._lose()

    def _start(self) -> None:
        self._candidate = self._children.start(self._asked)

    def _export(self) -> None:
        assert self._live is not None
        self._board.starts_anew()
        self._live.send(Export())
        self._tasks.create_task(self._limit_export(self._live))

    def _switch(self) -> None:
        child, self._candidate = self._candidate, None
        assert child is not None
        assert child.ready is not None
        if self._live is not None:
            self._retire()
        self._live, self._loaded = child, child.ready
        self._board.serves((self._loop.time() - child.asked) * 1000)
        self._sessions.open_in(child)
        if not child.restoring:
            self._board.say_live()

    def _retire(self) -> None:
        child, self._live = self._live, None
        assert child is not None
        child.replaced()
        if not child.owes_any:
            child.idle.set()  # A handler that was cancelled in vain may go on, but nobody waits for it.
        self._lose_questions(child)
        self._children.limit_finishing()

    def _drop(self) -> None:
        child, self._candidate = self._candidate, None
        assert child is not None
        if not child.loaded.is_set() and child.runtime is not None:
            # It runs the app's top level: nothing that it could finish in good order.
            child.runtime.kill()
        child.end()

    def _lose(self) -> None:
        child, self._live = self._live, None
        assert child is not None
        self._board.starts_anew()
        self._answer_all(child, LOST)
        child.end()

    # --- what becomes of a process: a ``runtime_children.Watcher`` ---

    def child_responds(self, child: Child, responding: bool) -> None:
        if child is self._live:
            self._board.responds(responding, self._limits.silent_s)
            self._publish()

    def child_outlasted(self, child: Child) -> None:
        self._answer_all(child, CANCELLED)

    async def _limit_export(self, child: Child) -> None:
        if not await child.gives_all(self._limits) and child is self._live and self._handing_over:
            self._board.say("warning", "the version before did not give all its state in time")
            self._happened(When.EXPORTED)

    def child_gave_up(self, child: Child, error: ErrorReport) -> None:
        if child is self._candidate:
            self._board.failed(error)
            self._happened(When.GAVE_UP)

    def child_ended(self, child: Child, exit_: Exit) -> None:
        self._answer_all(child, LOST)
        if child is self._live:
            self._crashes.append(self._loop.time())
            often = too_often(self._crashes, self._loop.time())
            self._asked = self._loop.time()
            more = ", once more in short order: it waits for a change or a restart" if often else ""
            self._board.ended(f"the app {exit_}{more}")
            self._happened(When.LOST_OFTEN if often else When.LOST)
        elif child.finishing and not child.idle.is_set():
            self._board.say("warning", f"the version before {exit_} while handlers were still running")
        if child.trace is None:
            self.child_gave_up(child, report_of_exit(exit_))
        else:
            frames = frames_of_dump(child.trace, self._app_path.resolve())
            self.child_gave_up(child, report_of_timeout(self._limits.load_s, frames))

    def child_wrote(self, child: Child, stream: str, lines: list[str]) -> None:
        if child.trace is not None and stream == "stderr":
            child.trace += lines
            return
        now = time.time()
        for line in lines:
            self._log.append(Record(now, stream, "info", line))

    def child_said(self, child: Child, message: ToBuilder) -> None:
        match message:
            case Changes() | Snapshot():
                if child is self._live:
                    self._on_message(message)
            case Done():
                if child is not self._live:
                    message = message.apart()[1]
                if child.settle(message):
                    self._on_message(message)
                elif (changes := message.apart()[0]) is not None:
                    self._on_message(changes)
            case Record():
                self._log.append(message)
            case Rows() | Verified():
                if child.settle_question(message):
                    self._on_message(message)
            case Blob() | Action() | UploadsHeld() | Inspected() | Touched() | Remembered() | Happened():
                self._on_message(message)
            case Exported():
                child.gave.set()
                self._sessions.carry(message, self._live if not self._handing_over else None)
            case ExportEnd():
                child.exported.set()
                child.gave.set()
                if child is self._live and self._handing_over:
                    self._happened(When.EXPORTED)
            case Restored():
                self._sessions.restored(child, message, live=child is self._live)
                self._publish()
            case Pong():
                child.answered.set()
            case Retired():
                child.idle.set()
            case Ready():
                child.ready = message
                child.loaded.set()
                self._on_ready(message)
                if child is self._candidate:
                    self._happened(When.READY)
            case LoadFailed():
                child.loaded.set()
                self.child_gave_up(child, message.error)

    def _pass(self, child: Child, message: ToRuntime) -> None:
        try:
            child.send(message)
        except ProtocolError as error:
            if isinstance(message, Event | Replay):
                event = message if isinstance(message, Event) else message.event
                self._answer(event, "refused", "the event is too large")
            self._board.say("error", f"too large for the app: {error}")

    def _cancel(self, message: CancelEvent) -> None:
        if self._queue.cancel(message.session_id, message.sequence):
            return
        for child in self._children:
            if child.owes(message.session_id, message.sequence):
                self._pass(child, message)
                self._tasks.create_task(self._limit_cancelling(child, message))

    async def _limit_cancelling(self, child: Child, message: CancelEvent) -> None:
        if await child.goes_on(message.session_id, message.sequence, self._limits.cancel_s):
            done = Done(message.session_id, message.sequence, "cancelled", "its handler did not let go")
            self.child_said(child, done)
            if child is self._live:
                self._board.say(
                    "warning", "a handler did not let go when it was cancelled: the app is replaced"
                )
                self._asked = self._loop.time()
                self._happened(When.CHANGED)

    def _answer(self, event: Event, status: str, message: str) -> None:
        self._on_message(Done(event.session_id, event.sequence, status, message))

    def _answer_all(self, child: Child, answer: tuple[str, str]) -> None:
        for done in child.settle_all(*answer):
            self._on_message(done)
        self._lose_questions(child)

    def _lose_questions(self, child: Child) -> None:
        for answer in child.settle_all_questions():
            self._on_message(answer)

    # --- what waits ---

    def _must_wait(self, message: ToApp) -> bool:
        """Whether the runtime that serves mustn't get this (yet)."""
        if self._at_rest.is_set():
            return False
        if self._handing_over:
            return True
        if not isinstance(message, Event) or self._queue.overdue:
            return False
        return self._queue.holds_any_of(message.session_id) or self._is_unknown(message)

    def _is_unknown(self, event: Event) -> bool:
        """Whether the runtime that serves has no such handler as the event is linked to."""
        handler = linked_to(self._pages, event.page, event.component, event.event)
        return isinstance(handler, str) and handler not in ("", *(known.name for known in self.handlers))

    # --- the sources ---

    def _sources_new(self, reason: str) -> None:
        self._board.say("info", reason)
        self._crashes.clear()
        self._happened(When.CHANGED)

    def _sources_checked(self, error: ErrorReport | None) -> None:
        if error is None:
            self._happened(When.CHECKED)
        else:
            self._board.failed(error)
            self._happened(When.REFUSED)

    def _publish(self) -> None:
        self._board.show(self._state, self._live.generation if self._live is not None else None)
        if self._state not in _AT_REST or self._sources.busy or self._expected:
            self._at_rest.clear()
        elif not self._at_rest.is_set():
            self._at_rest.set()
            if self._live is not None:
                # Not before: a rename changes code and pages, and one of them is there first.
                self._pass(self._live, CheckLinks())
        if self._live is not None and not self._handing_over:
            self._queue.let_go(self._must_wait, partial(self._pass, self._live))


@asynccontextmanager
async def open_supervisor(
    app_path: Path,
    *,
    pages: tuple[Component, ...],
    edit: bool,
    log: LogBuffer,
    on_message: Callable[[FromApp], None],
    limits: Limits = _DEFAULT_LIMITS,
    pool_size: int | None = None,
    functions: Callable[[], NamedFunctions] = NamedFunctions,
    start: Start | None = None,
    on_ready: Callable[[Ready], None] = lambda _: None,
) -> AsyncIterator[Supervisor]:
    """Start the app (without waiting for it: see ``Supervisor.settled``) and keep it running.

    ``on_message`` is called in the event loop and must neither raise nor block; ``on_ready`` too, whenever a
    runtime has loaded the app, and ``functions``, whenever one is about to: what the settings name now.
    ``start`` is how runtimes start, as fresh interpreters if it isn't given.
    Use it from the main thread's loop. Leaving the block ends the app, within two seconds.
    """
    async with asyncio.TaskGroup() as tasks:
        supervisor = Supervisor(
            app_path, pages, edit, log, on_message, limits, pool_size, functions, start, on_ready, tasks
        )
        checking = tasks.create_task(supervisor._sources.run(), name="source check")
        await supervisor.restart()
        try:
            yield supervisor
        finally:
            await supervisor.stop()
            checking.cancel()
