"""Browser sessions as the service knows them: who may be there, for how long, what was answered.

What a session's state is, only the runtime knows. Nothing here does I/O; time comes from the loop. There
may be thousands of sessions, most of them idle: slots and plain containers, as empty deques have 600 bytes.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import msgspec
from mainspring.builder.sessions.session_messages import Done

__all__ = ["Session", "SessionLimits", "Sessions", "TooManySessions", "new_secret"]

# An app that has not sent everything within so many seconds is asked for it again.
REFRESH_S: Final = 5.0
# Actions that wait for a browser, and calls that wait for its answer; the oldest make room.
KEPT_ACTIONS: Final = 64
KEPT_CALLS: Final = 256
# More than a browser keeps unanswered: enough to answer every resend after a reconnect.
KEPT_ANSWERS: Final = 256


class SessionLimits(msgspec.Struct, frozen=True):
    """How many, how long, how much.

    Attributes:
        idle_s: How long a session without a browser is kept for its return.
        events_per_s, burst: Of one session; so many requests for rows or for everything besides.
        pending: Events of one session that may wait for their answer, and so many requests for rows; more
            are answered "busy".
        strikes: "Busy" answers, and repeated events, in a row after which the socket is closed.
    """

    sessions: int = 1_000
    idle_s: float = 300.0
    events_per_s: float = 50.0
    burst: int = 100
    pending: int = 32
    strikes: int = 500

    @classmethod
    def of(cls, sessions: int, events_per_s: int, idle_s: float) -> SessionLimits:
        """What an app's settings allow."""
        return cls(sessions=sessions, idle_s=idle_s, events_per_s=events_per_s, burst=2 * events_per_s)


def new_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


class TooManySessions(Exception):
    """As many sessions as may be are here, each with a browser."""


S = TypeVar("S")


@dataclass(slots=True)
class Bucket:
    """What may still come within the rate (a token bucket)."""

    tokens: float
    refilled: float

    def take(self, limits: SessionLimits, now: float) -> bool:
        """Whether one more is within the rate; takes a token if so."""
        self.tokens = min(limits.burst, self.tokens + (now - self.refilled) * limits.events_per_s)
        self.refilled = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass(eq=False, slots=True)
class Session(Generic[S]):
    """One browser's session; ``socket`` is ``None`` while no browser is there.

    Attributes:
        id: Names it, in logs and to the app; opens nothing.
        key: Opens it: only its page knows it.
        cookie: Opens it too, while no page has it: the browser's cookie, of which only the newest counts.
        user: Whose it is, as the app's verifier said (encoded JSON).
        joined: Whether this socket has got all pages and all state; before that it gets no changes.
        resumed: Whether the socket came back to a session that was there before.
        sequence: The highest number of an event that was taken.
        refreshed_by: Until when (time of the loop) everything that was asked for is waited for.
        pending: Events that wait for their answer, each with the ids of the uploads that it brought.
        answers: The newest answers, by number.
        missed: Numbers of answers that could not be sent, because the browser didn't keep up.
        actions: Those that came while no browser was there, oldest first.
        reading: Our numbers of requests for rows that wait for their answer, each with the browser's.
        calls: Ids of functions of the page that were called and have not answered.
    """

    id: str
    key: str
    user: bytes
    events: Bucket
    reads: Bucket
    cookie: str = ""
    socket: S | None = None
    joined: bool = False
    resumed: bool = False
    sequence: int = 0
    refreshed_by: float = 0.0
    strikes: int = 0
    pending: dict[int, tuple[str, ...]] = field(default_factory=dict)
    answers: dict[int, Done] = field(default_factory=dict)
    missed: list[int] = field(default_factory=list)
    reading: dict[int, int] = field(default_factory=dict)
    actions: list[bytes] = field(default_factory=list)
    calls: dict[str, None] = field(default_factory=dict)
    expiry: asyncio.TimerHandle | None = None

    def take_token(self, limits: SessionLimits, now: float) -> bool:
        """Whether one more event is within the rate; takes a token if so."""
        return self.events.take(limits, now)

    def wants_refresh(self, now: float) -> bool:
        """Whether to ask for everything anew: what is on its way already has all that a browser misses."""
        if now < self.refreshed_by:
            return False
        self.refreshed_by = now + REFRESH_S
        return True

    def keep_call(self, call_id: str) -> None:
        """Remember that the page is asked; only this session may answer, and once."""
        self.calls[call_id] = None
        if len(self.calls) > KEPT_CALLS:
            del self.calls[next(iter(self.calls))]

    def keep_answer(self, done: Done) -> None:
        """Remember an answer for resends."""
        self.answers[done.sequence] = done
        if len(self.answers) > KEPT_ANSWERS:
            del self.answers[next(iter(self.answers))]

    def keep_action(self, text: bytes) -> None:
        """Remember an action for when a browser is there."""
        self.actions.append(text)
        del self.actions[:-KEPT_ACTIONS]


class Sessions(Generic[S]):
    """All sessions. Ids, keys and cookies are made here, 256 random bits each, never taken from a client."""

    def __init__(self, limits: SessionLimits, on_end: Callable[[Session[S]], None]) -> None:
        """Args:
        on_end: Called once for each session that is gone for good.
        """
        self.limits = limits
        self._on_end = on_end
        self._all: dict[str, Session[S]] = {}
        self._by_key: dict[str, Session[S]] = {}
        self._by_cookie: dict[str, Session[S]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def get(self, session_id: str) -> Session[S] | None:
        return self._all.get(session_id)

    def by_key(self, key: str) -> Session[S] | None:
        return self._by_key.get(key)

    def resume(self, key: str | None, cookie: str | None, user: bytes) -> Session[S] | None:
        """Return the session that a browser comes back to, if there is one and it is this user's.

        A page that has no key goes on with the last session of its browser if no other page has that. Then
        the key becomes another one: whoever had the session before, and perhaps planted its cookie, is out.
        """
        if key is not None:
            found = self._by_key.get(key)
        else:
            found = self._by_cookie.get(cookie) if cookie is not None else None
            found = None if found is None or found.socket is not None else found
        if found is None or found.user != user:
            return None
        if key is None:
            del self._by_key[found.key]
            found.key = new_secret()
            self._by_key[found.key] = found
        return found

    def give_cookie(self, session: Session[S], cookie: str) -> None:
        """This one opens the session from now on, the one before doesn't."""
        self._by_cookie.pop(session.cookie, None)
        session.cookie = cookie
        self._by_cookie[cookie] = session

    def values(self) -> list[Session[S]]:
        return list(self._all.values())

    def open(self, user: bytes = b"null") -> Session[S]:
        """Return a new session of ``user``. If there are as many as may be, the one that was longest without
        a browser ends.

        Raises:
            TooManySessions: All of them have a browser.
        """
        if len(self._all) >= self.limits.sessions:
            self.end(self._longest_idle())
        now = asyncio.get_running_loop().time()
        events, reads = Bucket(self.limits.burst, now), Bucket(self.limits.burst, now)
        session: Session[S] = Session(new_secret(), new_secret(), user, events, reads)
        self._all[session.id] = self._by_key[session.key] = session
        return session

    def attach(self, session: Session[S], socket: S, *, resumed: bool) -> S | None:
        """Give a session its browser; returns the socket that it had before, if any."""
        if session.expiry is not None:
            session.expiry.cancel()
            session.expiry = None
        before, session.socket = session.socket, socket
        session.joined = False
        session.resumed = resumed
        session.reading.clear()
        return before

    def detach(self, session: Session[S], socket: S) -> None:
        """A socket is gone: its session waits for it to come back, for ``idle_s`` seconds."""
        if session.socket is not socket or session.id not in self._all:
            return
        session.socket = None
        session.joined = False
        # Moved to the end: those longest without a browser stand first.
        self._all[session.id] = self._all.pop(session.id)
        session.expiry = asyncio.get_running_loop().call_later(self.limits.idle_s, self.end, session)

    def end(self, session: Session[S]) -> None:
        """Forget a session for good."""
        if self._all.pop(session.id, None) is None:
            return
        self._by_key.pop(session.key, None)
        self._by_cookie.pop(session.cookie, None)
        if session.expiry is not None:
            session.expiry.cancel()
        self._on_end(session)

    def _longest_idle(self) -> Session[S]:
        for session in self._all.values():
            if session.socket is None:
                return session
        raise TooManySessions
