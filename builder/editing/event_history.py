"""Which events were fired, what they did, and having one happen again: for whoever edits the app.

It stands on the way between the gateway and the supervisor, in both directions:

    history = EventHistory(gateway.receive, lambda: pages.pages)
    async with open_supervisor(…, on_message=history.receive) as supervisor:
        gateway.connect(history.watching(supervisor))

The state before an event is what the runtime said of it (``Remembered``): pickled elements that are opaque
here and go back to whichever runtime replays the event.
"""

from __future__ import annotations

import itertools
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from mainspring.builder.app_status import Status
from mainspring.builder.editing.fired_events import (
    MAX_PAYLOAD,
    EventDetails,
    Fired,
    FiredItem,
    SessionInfo,
    short_id,
)
from mainspring.builder.pages.tree import linked_to
from mainspring.builder.pages.tree_store import StoredPage
from mainspring.builder.processes.app_messages import FromApp, ToApp
from mainspring.builder.sessions.gateway import App
from mainspring.runtime.protocol import (
    CancelEvent,
    Changes,
    CloseSession,
    Done,
    Entry,
    Event,
    Happened,
    Inspected,
    Navigate,
    OpenSession,
    Remembered,
    Replay,
    Touched,
)

__all__ = ["CannotReplay", "EventHistory", "NotRunning"]

MAX_EVENTS: Final = 500
MAX_STATE_BYTES: Final = 64 * 1024 * 1024
# An event that takes longer is shown while it runs.
RUNNING_S: Final = 1.0
# Every event is answered, so this many wait only if something is very wrong; then the oldest are forgotten.
_MAX_WAITING: Final = 10_000


class CannotReplay(Exception):
    """This event can't happen again; the message says why."""


class NotRunning(Exception):
    """This event can't be cancelled: it has ended."""


class EventHistory:
    """Belongs to one event loop."""

    def __init__(
        self,
        forward: Callable[[FromApp], None],
        pages: Callable[[], Mapping[str, StoredPage]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Args:
        forward: Gets every message of the app but those that are for whoever edits it, unchanged.
        pages: The pages as they are now; links are looked up in them.
        """
        self._forward = forward
        self._pages = pages
        self._clock = clock
        self._app: App | None = None
        self._waiting: OrderedDict[tuple[str, int], FiredItem] = OrderedDict()
        self._items: deque[FiredItem] = deque()
        self._sessions: dict[str, SessionInfo] = {}
        self._state: dict[str, dict[str, bytes | None]] = {}
        self._state_bytes = 0
        self._numbers = itertools.count(1)
        self._replays = itertools.count(-1, -1)
        self._subscribers: list[Callable[[Fired], None]] = []
        self._touched: list[Callable[[str, tuple[Any, ...]], None]] = []
        self._coming: list[Callable[[], None]] = []

    # --- what there is ---

    @property
    def events(self) -> list[Fired]:
        """Those that have ended, and those that take long, oldest first."""
        running = [item for item in self._waiting.values() if item.is_shown]
        return [item.fired for item in sorted((*self._items, *running), key=lambda item: item.number)]

    @property
    def sessions(self) -> list[SessionInfo]:
        return list(self._sessions.values())

    def session_id(self, short: str) -> str | None:
        """The whole id of the session that is called ``short``."""
        return next((known for known in self._sessions if short_id(known) == short), None)

    def details(self, number: int) -> EventDetails | None:
        item = self._find(number)
        if item is None:
            return None
        payload = item.event.payload.decode("utf-8", "replace")
        return EventDetails(
            fired=item.fired,
            page=item.event.page,
            rows=item.event.rows,
            payload=payload if len(payload) <= MAX_PAYLOAD else payload[:MAX_PAYLOAD] + "…",
            message=item.done.message,
            error_id=item.done.error_id,
            send_ms=max(0.0, item.total_ms - item.done.run_ms - item.done.queue_ms),
            sent_bytes=item.sent_bytes,
            changes=msgspec.Raw(item.changes),
            missing=item.missing,
            no_replay=self._no_replay(item),
        )

    def subscribe(self, callback: Callable[[Fired], None]) -> Callable[[], None]:
        """Call ``callback`` for each event that ends, or takes long; the function returned ends that."""
        return _add(self._subscribers, callback)

    def subscribe_touched(self, callback: Callable[[str, tuple[Any, ...]], None]) -> Callable[[], None]:
        """Call ``callback`` with a session's short id and the paths that were written in its state."""
        return _add(self._touched, callback)

    def subscribe_sessions(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call ``callback`` when a session has come, gone, or gone to another page."""
        return _add(self._coming, callback)

    # --- having one end, or happen again ---

    def cancel(self, number: int) -> None:
        """Have event ``number`` end.

        Raises:
            NotRunning: It has ended.
        """
        item = next((item for item in self._waiting.values() if item.number == number), None)
        if item is None:
            raise NotRunning("This event has ended.")
        assert self._app is not None
        self._app.send(CancelEvent(item.event.session_id, item.event.sequence))

    def replay(self, number: int) -> None:
        """Have event ``number`` happen again, on the state before it, with the code of now.

        Raises:
            CannotReplay: It isn't known, or can't be.
        """
        item = self._find(number)
        if item is None:
            raise CannotReplay("This event is no longer in the history.")
        if (reason := self._no_replay(item)) is not None:
            raise CannotReplay(reason)
        assert self._app is not None
        entries = tuple(Entry(key, value) for key, value in (item.before or {}).items())
        event = msgspec.structs.replace(item.event, sequence=next(self._replays))
        self._wait(event, item.replay_of or item.number)
        self._app.send(Replay(entries, event))

    def _no_replay(self, item: FiredItem) -> str | None:
        if item.done.status == "running":
            return "It is still running."
        if item.event.session_id not in self._sessions:
            return "Its session has ended."
        if item.event.uploads:
            return "Its files are gone."
        if item.before is None:
            return "The state before it is not kept."
        return None

    def _find(self, number: int) -> FiredItem | None:
        items = (*self._items, *self._waiting.values())
        return next((item for item in items if item.number == number), None)

    # --- on the way ---

    def watching(self, app: App) -> App:
        """``app``, with every message to it seen by us."""
        self._app = app
        return _Watched(app, self._sent)

    def receive(self, message: FromApp) -> None:
        """Pass on a message of the app."""
        match message:
            case Remembered():
                self._remember(message)
            case Happened(session_id=session_id, sequence=sequence, changes=changes):
                if (item := self._waiting.get((session_id, sequence))) is not None:
                    item.changes = changes
            case Touched(session_id=session_id, paths=paths):
                for touched in tuple(self._touched):
                    touched(short_id(session_id), paths)
            case Inspected():
                return
            case Done():
                # Of a replay no browser knows; what it has changed is shown.
                shown = message if message.sequence >= 0 else message.apart()[0]
                self._count(message)
                if shown is not None:
                    self._forward(shown)
                self._ended(message)
            case _:
                if isinstance(message, Changes):
                    self._count(message)
                self._forward(message)

    def _count(self, message: Changes | Done) -> None:
        for item in self._waiting.values():
            if item.event.session_id == message.session_id:
                item.sent_bytes += len(message.operations)

    def _sent(self, message: ToApp) -> None:
        if isinstance(message, Event):
            self._wait(message)
        elif isinstance(message, OpenSession):
            known = self._sessions.get(message.session_id)
            opened = known.opened if known is not None else self._clock()
            self._note_session(message.session_id, message.page, opened)
        elif isinstance(message, Navigate) and (known := self._sessions.get(message.session_id)) is not None:
            self._note_session(message.session_id, message.page, known.opened)
        elif isinstance(message, CloseSession):
            self._sessions.pop(message.session_id, None)
            self._state.pop(message.session_id, None)
            for key in [key for key in self._waiting if key[0] == message.session_id]:
                self._gone(self._waiting.pop(key))
            for item in self._items:
                if item.event.session_id == message.session_id:
                    self._forget_state(item)
            self._tell_sessions()

    def _note_session(self, session_id: str, page: str, opened: float) -> None:
        self._sessions[session_id] = SessionInfo(short_id(session_id), page, opened)
        self._tell_sessions()

    def _tell_sessions(self) -> None:
        for coming in tuple(self._coming):
            coming()

    def _wait(self, event: Event, replay_of: int | None = None) -> None:
        page = self._pages().get(event.page)
        found = [page.component] if page is not None else []
        does = linked_to(found, event.page, event.component, event.event)
        item = FiredItem(next(self._numbers), event, self._clock(), does, replay_of)
        self._waiting[event.session_id, event.sequence] = item
        item.show_after(RUNNING_S, self._tell)
        if len(self._waiting) > _MAX_WAITING:
            self._gone(self._waiting.popitem(last=False)[1])

    def _remember(self, message: Remembered) -> None:
        if message.session_id not in self._sessions:
            return
        state = self._state.setdefault(message.session_id, {})
        for entry in message.entries:
            state[entry.key] = entry.value
        for key in message.missing:
            state.pop(key, None)
        item = self._waiting.get((message.session_id, message.sequence))
        if item is None:
            return
        item.before = dict(state)
        item.missing = message.missing
        item.cost = sum(len(entry.value or b"") for entry in message.entries)
        self._state_bytes += item.cost
        for oldest in self._items:
            if self._state_bytes <= MAX_STATE_BYTES:
                break
            self._forget_state(oldest)

    def _forget_state(self, item: FiredItem) -> None:
        self._state_bytes -= item.cost
        item.before, item.cost = None, 0

    def _ended(self, done: Done) -> None:
        item = self._waiting.pop((done.session_id, done.sequence), None)
        if item is None:
            return
        item.ends()
        item.done = done
        item.total_ms = (time.perf_counter() - item.sent_at) * 1000
        self._items.append(item)
        if len(self._items) > MAX_EVENTS:
            self._forget_state(self._items.popleft())
        self._tell(item)

    def _gone(self, item: FiredItem) -> None:
        """Nobody will say how it ended; who has seen that it runs must hear that."""
        item.ends()
        if item.is_shown:
            item.done = msgspec.structs.replace(item.done, status="lost")
            self._tell(item)

    def _tell(self, item: FiredItem) -> None:
        for callback in tuple(self._subscribers):
            callback(item.fired)


def _add(callbacks: list[Any], callback: Any) -> Callable[[], None]:
    callbacks.append(callback)
    return lambda: callbacks.remove(callback)


class _Watched:
    def __init__(self, app: App, sent: Callable[[ToApp], None]) -> None:
        self._app = app
        self._sent = sent

    @property
    def status(self) -> Status:
        return self._app.status

    def subscribe(self, callback: Callable[[Status], None]) -> Callable[[], None]:
        return self._app.subscribe(callback)

    def send(self, message: ToApp) -> None:
        # First, because an event that can't be sent is answered within the call.
        self._sent(message)
        self._app.send(message)
