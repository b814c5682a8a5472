"""Keeps one runtime serving: starts it, replaces it by a newer one beside it, restarts it when it dies.

    async with open_supervisor(app_path, pages=pages, edit=True, log=log, on_message=gateway.receive) as app:
        app.send(OpenSession(...))
        app.reload("main.py was saved", ["main.py"])

What happens when is the table in ``supervisor_states``; this module does it. After
 the block, no process is left.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from mainspring.builder.log_buffer import LogBuffer
from mainspring.runtime.protocol import (
    Action,
    Blob,
    CancelEvent,
    Changes,
    CloseSession,
    Component,
    Done,
    ErrorReport,
    Event,
    Handler,
    OpenSession,
    Resync,
    Snapshot,
)

__all__ = ["FromApp", "Limits", "Status", "Supervisor", "ToApp", "open_supervisor"]

ToApp = OpenSession | CloseSession | Resync | Event | CancelEvent
FromApp = Snapshot | Changes | Blob | Action | Done


class Limits(msgspec.Struct, frozen=True):
    """How long things may take, in seconds, and how many events may wait for a runtime."""

    load_s: float = 30.0
    export_s: float = 1.0
    finish_s: float = 5.0
    queued_events: int = 1_000


DEFAULT_LIMITS = Limits()


class Status(msgspec.Struct, frozen=True):
    """How the app is doing.

    Attributes:
        state: ``checking``, ``starting``, ``live``, ``failed``, ``stopped`` or ``crashed``.
        generation: Of the runtime that serves; ``None`` if none does. With ``failed``, a number says that
            the version before the failed one goes on serving.
        ms: From the request to live, of the last start or reload that succeeded.
        kept, dropped: Elements of the sessions' state that the last reload took over; why others were not.
        message: For people; empty when there is nothing to say.
        error: Why the last attempt failed.
    """

    state: str
    generation: int | None = None
    ms: float | None = None
    kept: int = 0
    dropped: Mapping[str, str] = {}
    message: str = ""
    error: ErrorReport | None = None

    # For JSON use objects.as_object(status): ErrorReport is an array in msgspec's own encoding.


class Supervisor:
    """Made by ``open_supervisor``. Belongs to one event loop; nothing here blocks it."""

    @property
    def status(self) -> Status:
        raise NotImplementedError

    @property
    def handlers(self) -> tuple[Handler, ...]:
        """What events can be linked to, in the version that serves now; empty while none does."""
        raise NotImplementedError

    def subscribe(self, callback: Callable[[Status], None]) -> Callable[[], None]:
        """Call ``callback`` with each new status; the function returned ends that."""
        raise NotImplementedError

    def send(self, message: ToApp) -> None:
        """Pass ``message`` to the runtime that serves.

        Every ``Event`` is answered by one ``Done`` through ``on_message``, whatever happens: ``lost`` when
        the runtime died over it, ``cancelled`` when a reload outlasted it, ``refused`` when none serves.
        While a reload hands over, or the app starts, messages wait for the new runtime.
        Sessions that were opened stay known: each new runtime opens them again (answer: ``Snapshot``).
        """
        raise NotImplementedError

    def set_pages(self, pages: tuple[Component, ...]) -> None:
        """The pages have changed (defaults filled in); restarts nothing."""
        raise NotImplementedError

    def reload(self, reason: str, paths: Iterable[str] = ()) -> None:
        """Load the code on disk beside the running one and let it take over when it is ready.

        ``paths`` (relative to the app) are those that changed; contents tried already cause nothing,
        so both the editor's save and the watcher may report one change. Calls coalesce: the newest wins.
        """
        raise NotImplementedError

    async def stop(self) -> None:
        """End the app; it stays ended until ``restart``. Returns when no process of it is left."""
        raise NotImplementedError

    async def restart(self) -> None:
        """End the app if it runs and start it anew, with fresh state; returns once it starts."""
        raise NotImplementedError

    async def settled(self) -> Status:
        """Wait until no check, start or hand-over is under way; return the status then."""
        raise NotImplementedError


@asynccontextmanager
async def open_supervisor(
    app_path: Path,
    *,
    pages: tuple[Component, ...],
    edit: bool,
    log: LogBuffer,
    on_message: Callable[[FromApp], None],
    limits: Limits = DEFAULT_LIMITS,
    pool_size: int | None = None,
) -> AsyncIterator[Supervisor]:
    """Start the app (without waiting for it: see ``Supervisor.settled``) and keep it running.

    ``on_message`` is called in the event loop and must not raise or block.
    """
    raise NotImplementedError
    yield Supervisor()  # type: ignore[unreachable]
