"""How the app is doing, as a value that people are shown, and as lines of the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.supervisor_states import State
from mainspring.runtime.protocol import ErrorReport, Record

__all__ = ["Status", "StatusBoard"]

_SHOWN: Final = {
    State.STOPPED: "stopped",
    State.CRASHED: "crashed",
    State.FAILED: "failed",
    State.CHECKING: "checking",
    State.STARTING: "starting",
    State.LIVE: "live",
    State.LIVE_CHECKING: "checking",
    State.LIVE_STARTING: "starting",
    State.HANDING_OVER: "starting",
    State.HANDING_OVER_STALE: "starting",
}


class Status(msgspec.Struct, frozen=True):
    """How the app is doing. As JSON: ``objects.as_object(status)``; an ``ErrorReport`` is an array else.

    Attributes:
        state: ``checking``, ``starting``, ``live``, ``failed``, ``stopped`` or ``crashed``.
        generation: Of the runtime that serves; ``None`` if none does. With ``failed``, a number says that
            the version before the failed one goes on serving.
        ms: From the wish to live, of the last start or reload that succeeded.
        responding: Whether the runtime that serves has answered of late; handlers that take long don't count,
            only what holds up its whole process.
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
    responding: bool = True


class StatusBoard:
    """Collects what a status is made of; tells subscribers when it is another one."""

    def __init__(self, log: LogBuffer) -> None:
        self.status = Status("stopped")
        self._log = log
        self._subscribers: list[Callable[[Status], None]] = []
        self._message = ""
        self._error: ErrorReport | None = None
        self._ms: float | None = None
        self._responding = True
        self._kept = 0
        self._dropped: dict[str, str] = {}

    def subscribe(self, callback: Callable[[Status], None]) -> Callable[[], None]:
        """Call ``callback`` with each new status; the function returned ends that."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def show(self, state: State, generation: int | None) -> None:
        """Publish the status, made of this and of what was noted, if it differs from the one before."""
        if generation is None and not self._responding:
            self._responding, self._message = True, ""
        shown = "failed" if state is State.LIVE and self._error is not None else _SHOWN[state]
        status = Status(
            shown,
            generation,
            self._ms,
            self._kept,
            dict(self._dropped),
            self._message,
            self._error,
            self._responding,
        )
        if status != self.status:
            self.status = status
            for callback in tuple(self._subscribers):
                callback(status)

    def say(self, level: str, text: str, error: ErrorReport | None = None) -> None:
        """Write a line of our own to the app's log."""
        stream = "system" if error is None else "error"
        self._log.append(Record(time.time(), stream, level, text, error=error))

    # --- what is noted until the next ``show`` ---

    def failed(self, error: ErrorReport) -> None:
        """The last attempt to load the app failed."""
        self._error = error
        self._message = f"{error.type}: {error.message}"
        self.say("error", self._message, error)

    def ended(self, message: str) -> None:
        """The app ended by itself."""
        self._message, self._responding = message, True
        self.say("error", message)

    def serves(self, ms: float) -> None:
        """A runtime serves, so many milliseconds after that was wanted."""
        self._error, self._message, self._ms = None, "", round(ms, 1)
        self._responding = True

    def responds(self, responding: bool, limit_s: float) -> None:
        """The runtime that serves has not answered for ``limit_s``, or does so again."""
        if responding != self._responding:
            self._responding = responding
            self._message = "" if responding else f"the app has not responded for {limit_s:g} s"
            said = "the app responds again" if responding else f"{self._message}: Stop or Restart ends it"
            self.say("info" if responding else "warning", said)

    def starts_anew(self) -> None:
        """Another runtime will take over: what was said of the state of the one before is over."""
        self._kept, self._dropped = 0, {}

    def kept(self, count: int) -> None:
        """So many more elements of state were taken over."""
        self._kept += count

    def dropped(self, reasons: Mapping[str, str]) -> None:
        """These elements of state were not; each one is said once, however many sessions have it."""
        for key, reason in reasons.items():
            if key not in self._dropped:
                self._dropped[key] = reason
                self.say("warning", f"state[{key!r}] starts anew: {reason}")

    def say_live(self) -> None:
        """Write a line about the start or reload that is through now."""
        kept = f", kept {self._kept} values" if self._kept else ""
        self.say("info", f"live in {self._ms:g} ms{kept}")
