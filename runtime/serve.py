"""The child's side of the pipe: messages of the builder in, answers out.

The main thread loads the app. From then on the pipe is read by whichever thread for handlers is free, and the
main thread, which runs none, sees to it that one is: so the builder is always answered.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from functools import partial
from typing import Any, Final

import msgspec

from . import api, inspection, loading
from .calls import Call
from .clock import Clock
from .dead_links import DeadLinks
from .event_calls import prepare, runs_in_loop
from .execution import Executor, Run, Turns
from .late_starts import LateStarts
from .named_functions import Found, find_named
from .outlet import Outlet
from .output import Output
from .protocol import (
    VERSION,
    CancelEvent,
    CheckLinks,
    CloseSession,
    Component,
    Done,
    Event,
    Export,
    ExportEnd,
    FrontendResult,
    Inspect,
    Inspected,
    Load,
    LoadFailed,
    Navigate,
    OpenSession,
    Ping,
    Pong,
    ReadRows,
    Ready,
    Receiver,
    Replay,
    Restore,
    Restored,
    Resync,
    Retired,
    SetPages,
    Shutdown,
    ToRuntime,
    Verified,
    Verify,
)
from .references import Pages
from .registry import Entry, collect
from .row_reader import RowReader, shown_frame
from .sessions import MAX_CARRIED_BYTES, Session
from .tracebacks import Sources, report, said
from .verifying import Verifier
from .workers import Ended

PUSH_S: Final = 0.05


class Runtime:
    def __init__(self, pipe: socket.socket, generation: int, ahead: frozenset[str] = frozenset()) -> None:
        """``ahead`` are the modules that were imported before on the app's behalf."""
        self._pipe = pipe
        self._ahead = ahead
        self._receiver: Receiver[Any] = Receiver(ToRuntime, generation)
        self._outlet = Outlet(pipe, generation)
        self._sources = Sources("")
        self._pushes = Clock("mainspring-pushes", self._internal)
        self._turns_clock = Clock("mainspring-turns", self._internal)
        self._output = Output(self._outlet, self._sources, self._pushes.later)
        late = LateStarts(self._turns_clock, partial(self._output.say, "warning"), self._sources)
        self._executor = Executor(None, self._turns_clock, self._loop_failed, late)
        self._pages = Pages(())
        self._dead_links = DeadLinks()
        self._handlers: dict[str, Entry] = {}
        self._named = Found()
        self._sessions: dict[str, Session] = {}
        self._turns: dict[str, Turns] = {}
        self._runs: dict[tuple[str, int], Run] = {}
        self._runs_lock = threading.Lock()
        self._rows = RowReader(
            lambda request: shown_frame(request, self._pages, self._sessions.get(request.session_id)),
            self._outlet.send,
            self._internal,
        )
        self._exporting = False
        self._retired = False
        self._edit = False
        self._loaded = False

    def serve(self) -> None:
        """Answer messages until the builder says Shutdown or closes the pipe."""
        before = frozenset(sys.modules)
        try:
            while not self._loaded:
                if not (data := self._receive()):
                    return
                self._take(data, before)
            self._executor.workers.serve(self._receive, self._take)
        except (Ended, ConnectionError):
            pass

    def _receive(self) -> bytes:
        return self._pipe.recv(1 << 16)

    def _take(self, data: bytes, before: frozenset[str] = frozenset()) -> None:
        for message in self._receiver.feed(data):
            if isinstance(message, Load):
                self._load(message, before)
            else:
                self._answer(message)

    def _answer(self, message: Any) -> None:
        match message:
            case Event():
                self._event(message)
            case ReadRows():
                self._rows.ask(message)
            case Verify():
                self._verify(message)
            case OpenSession():
                self._open(message)
            case CloseSession():
                self._close(message.session_id)
            case Resync():
                if (session := self._sessions.get(message.session_id)) is not None:
                    session.snapshot()
            case SetPages():
                self._set_pages(message.pages)
            case CheckLinks():
                for text in self._dead_links.new(self._pages, self._handlers):
                    self._output.say("error", text)
            case Navigate():
                if (session := self._sessions.get(message.session_id)) is not None:
                    session.info.update(page=message.page, route_vars=dict(message.route_vars))
            case FrontendResult():
                if (session := self._sessions.get(message.session_id)) is not None:
                    session.answer_call(message)
            case CancelEvent():
                with self._runs_lock:
                    run = self._runs.get((message.session_id, message.sequence))
                if run is not None:
                    self._executor.cancel(run)
            case Export():
                self._export()
            case Restore():
                kept, dropped = self._session(message.session_id).restore(message.entries)
                self._outlet.send(Restored(message.session_id, kept, dropped))
            case Ping():
                self._outlet.send(Pong())
            case Inspect():
                self._inspect(message)
            case Replay():
                self._replay(message)
            case Shutdown():
                raise Ended

    # --- loading ---

    def _load(self, message: Load, before: frozenset[str]) -> None:
        self._edit = message.edit
        self._sources.app_path = os.path.realpath(message.app_path)
        self._output.install()
        if message.pool_size:
            self._executor.workers.limit = message.pool_size
        api.use_loop(self._executor.loop)
        try:
            if message.version != VERSION:
                raise loading.AppError(f"the builder speaks version {message.version}, the runtime {VERSION}")
            loading.forget_shadowed(self._ahead, self._sources.app_path)
            main = loading.load_main(self._sources.app_path, self._sources)
            self._named = find_named(main, message.functions)
            registered, named = api.registered_modules(), self._named.functions
            self._handlers = collect(main, registered, self._sources, named)
        except BaseException as error:
            self._outlet.send(LoadFailed(report(error, self._sources)))
            return
        self._pages = Pages(message.pages)
        handlers = tuple(entry.listed for entry in self._handlers.values())
        imported = loading.imported_packages(before - self._ahead, self._sources)
        modules = loading.foreign_modules(before, self._sources.app_path)
        keys = tuple(key for key in api.initial_state() if isinstance(key, str))
        self._outlet.send(Ready(handlers, imported, keys, modules))
        self._loaded = True
        if any(handler.own and "async" in handler.kind for handler in handlers):
            self._executor.loop()

    def _set_pages(self, pages: tuple[Component, ...]) -> None:
        old, self._pages = self._pages, Pages(pages)
        grown = not old.references.covers(self._pages.references)
        for session in list(self._sessions.values()):
            with session.lock:
                session.references = self._pages.references
                session.page_keys = self._pages.keys
                if grown and not session.exporting:
                    session.snapshot()

    # --- sessions ---

    def _verify(self, message: Verify) -> None:
        if self._named.verifier is None:
            self._outlet.send(Verified(message.request, "allowed"))
            return
        verifier = Verifier(
            self._named.verifier, self._executor, self._turns_clock, self._output, self._outlet
        )
        verifier.ask(message)

    def _session(self, session_id: str) -> Session:
        session = self._sessions.get(session_id)
        if session is None:
            session = Session(session_id, api.initial_state(), self._outlet, self._output, self._pushes.later)
            session.page_keys = self._pages.keys
            session.references = self._pages.references
            session.exporting = self._exporting
            session.push_every(PUSH_S)
            if self._edit:
                from .observer import Observer

                session.observer = Observer(
                    session_id, session.state, api.initial_state(), self._sources.app_path, self._outlet.send
                )
            self._sessions[session_id] = session
            self._turns[session_id] = Turns()
        return session

    def _open(self, message: OpenSession) -> None:
        session = self._session(message.session_id)
        session.info.update(
            cookies=dict(message.cookies),
            headers=dict(message.headers),
            route_vars=dict(message.route_vars),
            page=message.page,
            user=msgspec.json.decode(message.user),
        )
        session.snapshot()
        session.opened()

    def _close(self, session_id: str) -> None:
        session = self._sessions.pop(session_id, None)
        self._turns.pop(session_id, None)
        self._rows.forget(session_id)
        if session is not None:
            session.close()
        with self._runs_lock:
            for run in self._runs.values():
                run.unwanted |= run.call.session_id == session_id

    def _export(self) -> None:
        self._exporting = True
        room = MAX_CARRIED_BYTES
        for session in list(self._sessions.values()):
            with session.lock:
                session.exporting = True
                room = session.export(room=room)
        self._outlet.send(ExportEnd())
        self._retire()

    def _retire(self) -> None:
        with self._runs_lock:
            if not self._exporting or self._runs or self._retired:
                return
            self._retired = True
        self._outlet.send(Retired())

    # --- for whoever edits the app ---

    def _inspect(self, message: Inspect) -> None:
        session = self._sessions.get(message.session_id)
        if not message.session_id:
            state = api.initial_state()
            told = inspection.answer(message, state, lambda _: None, self._pages, lambda: None)
        elif session is None:
            told = Inspected(message.session_id, message.request, problem="This session has ended.")
        else:
            observer = session.observer
            writer = observer.writer if observer is not None else lambda _: None
            with session.lock:
                told = inspection.answer(message, session.state, writer, self._pages, session.reset)
        self._outlet.send(told)

    def _replay(self, message: Replay) -> None:
        session = self._sessions.get(message.event.session_id)
        if session is not None:
            with session.lock:
                session.reset()
                _, dropped = session.restore(message.entries)
            for key, reason in dropped.items():
                self._output.say("warning", f"{key} is not as it was before the event: {reason}")
        self._event(message.event)

    # --- events ---

    def _event(self, event: Event) -> None:
        session = self._sessions.get(event.session_id)
        found = self._pages.found.get(event.component)
        does = found[-1].on.get(event.event, "") if found else ""
        name = does if isinstance(does, str) else ""
        call = Call(event.session_id, event.sequence, event.event, name, event.component)
        if session is None:
            self._outlet.send(Done(event.session_id, event.sequence, "refused", "this session is not open"))
            return
        around = self._named.around
        run = Run(
            call,
            lambda: prepare(
                event,
                session,
                self._pages,
                self._handlers,
                around,
                run.step,
                lambda job: self._executor.in_thread(run, job),
            ),
            runs_in_loop(self._handlers.get(name), around),
            session.flush,
            lambda run, status, detail: self._end(session, run, status, detail),
        )
        with self._runs_lock:
            self._runs[event.session_id, event.sequence] = run
        self._executor.submit(self._turns[event.session_id], run)

    def _end(self, session: Session, run: Run, status: str, detail: Any) -> None:
        now = time.monotonic()
        call = run.call
        message = error_id = ""
        try:
            if status == "error":
                error_id = self._output.failed(detail, call=call)
            elif status == "refused":
                message = str(detail)
                self._output.say("warning", f"{call.event} of {call.component} was refused: {message}", call)
            elif status == "ok" and detail is not None:
                kind = type(detail).__name__
                self._output.say(
                    "warning", f"{call.handler} returned a {kind}; what a handler returns is ignored", call
                )
            self._output.finish(call)
            if run.interrupted:
                session.mend()
        except Exception as error:
            self._output.failed(error, call=call)
        with self._runs_lock:
            self._runs.pop((call.session_id, call.sequence), None)
        queue_ms = (run.started_at - run.queued_at) * 1000
        run_ms = (now - run.started_at) * 1000
        done = Done(call.session_id, call.sequence, status, message, error_id, queue_ms, run_ms)
        try:
            session.finish(done)
        except Exception as error:
            # The end of an event is told in any case.
            self._output.failed(error, call=call)
            self._outlet.send(done)
        self._retire()

    def _loop_failed(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is not None:
            self._output.failed(error, f"{context.get('message', 'a task failed')}: {said(error)}")
        else:
            self._output.say("error", str(context.get("message")))

    def _internal(self, error: BaseException) -> None:
        self._output.failed(error)
