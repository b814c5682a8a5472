"""Which events were fired last, and how they ended: for whoever edits the app.

It stands on the way between the gateway and the supervisor, in both directions, and only looks:

    fired = FiredEvents(gateway.receive, lambda: pages.pages)
    async with open_supervisor(…, on_message=fired.receive) as supervisor:
        gateway.connect(fired.watching(supervisor))
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from mainspring.builder.gateway import App
from mainspring.builder.supervisor import FromApp, Status, ToApp
from mainspring.builder.tree import find
from mainspring.builder.tree_store import StoredPage
from mainspring.runtime.protocol import CloseSession, Done, Event

__all__ = ["Fired", "FiredEvents"]

# Every event is answered, so this many wait only if something is very wrong; then the oldest are forgotten.
_MAX_WAITING: Final = 10_000


class Fired(msgspec.Struct, frozen=True, tag_field="type", tag="event"):
    """An event that has ended. ``time`` is when it came, in seconds since the epoch."""

    component: str
    event: str
    handler: str
    status: str
    run_ms: float
    queue_ms: float
    time: float
    session: str


class FiredEvents:
    """Belongs to one event loop."""

    def __init__(
        self,
        forward: Callable[[FromApp], None],
        pages: Callable[[], Mapping[str, StoredPage]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Args:
        forward: Gets every message of the app, unchanged.
        pages: The pages as they are now; links are looked up in them.
        """
        self._forward = forward
        self._pages = pages
        self._clock = clock
        self._waiting: OrderedDict[tuple[str, int], tuple[Event, float]] = OrderedDict()
        self._subscribers: list[Callable[[Fired], None]] = []

    def subscribe(self, callback: Callable[[Fired], None]) -> Callable[[], None]:
        """Call ``callback`` for each event that ends; the function returned ends that."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def watching(self, app: App) -> App:
        """``app``, with every message to it seen by us."""
        return _Watched(app, self._sent)

    def receive(self, message: FromApp) -> None:
        """Pass on a message of the app."""
        self._forward(message)
        if isinstance(message, Done):
            known = self._waiting.pop((message.session_id, message.sequence), None)
            if known is not None and self._subscribers:
                self._tell(*known, message)

    def _sent(self, message: ToApp) -> None:
        if isinstance(message, Event):
            self._waiting[message.session_id, message.sequence] = (message, self._clock())
            if len(self._waiting) > _MAX_WAITING:
                self._waiting.popitem(last=False)
        elif isinstance(message, CloseSession):
            for key in [key for key in self._waiting if key[0] == message.session_id]:
                del self._waiting[key]

    def _tell(self, event: Event, came: float, done: Done) -> None:
        page = self._pages().get(event.page)
        component = find(page.component, event.component) if page is not None else None
        fired = Fired(
            component=event.component,
            event=event.event,
            handler=component.on.get(event.event, "") if component is not None else "",
            status=done.status,
            run_ms=done.run_ms,
            queue_ms=done.queue_ms,
            time=came,
            session=event.session_id[:8],
        )
        for callback in tuple(self._subscribers):
            callback(fired)


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
