"""Secrets that open doors: the token in the URL, the cookie it is swapped for, the tickets of sockets.

Nothing here is ever logged, and everything is compared as bytes in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

__all__ = ["Entry", "Tickets", "TooManyTries", "Tries", "same"]

MAX_TRIES: Final = 10
TRIES_WINDOW_S: Final = 60.0
MAX_ONE_TIME: Final = 64
ONE_TIME_LIFE_S: Final = 600.0
Clock = Callable[[], float]


def same(given: str, expected: str) -> bool:
    """Compare in constant time; ``given`` may be any text (``compare_digest`` raises on non-ASCII ones)."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


class TooManyTries(Exception):
    """Ten wrong tries within a minute: nobody is let in until the minute is over."""


class Tries:
    """Counts wrong tries; after ten within a minute it is closed until the oldest is a minute old."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._wrong: deque[float] = deque(maxlen=MAX_TRIES)

    @property
    def closed(self) -> bool:
        return len(self._wrong) == MAX_TRIES and self._clock() - self._wrong[0] < TRIES_WINDOW_S

    def count_wrong(self) -> None:
        self._wrong.append(self._clock())


class Entry:
    """The door of one listener: a token in a URL is swapped for a cookie.

    ``token`` opens as often as it is shown (the line in the terminal must work in a second browser);
    what ``one_time()`` returns opens once, within ten minutes.
    """

    def __init__(self, cookie: str, parameter: str, *, token: bool, clock: Clock = time.monotonic) -> None:
        """Args:
        cookie: Name of the cookie; cookies don't know ports, so it should.
        parameter: Name in the URL's query.
        token: Whether there is a lasting token beside the one-time ones.
        """
        self.cookie = cookie
        self.parameter = parameter
        self.token: str | None = secrets.token_urlsafe(32) if token else None
        self.cookie_value = secrets.token_urlsafe(32)
        self.tries = Tries(clock)
        self.cookie_tries = Tries(clock)
        self._clock = clock
        self._one_time: OrderedDict[str, float] = OrderedDict()

    def one_time(self) -> str:
        """Return a secret that opens once. The oldest of more than 64 unused ones is forgotten."""
        secret = secrets.token_urlsafe(32)
        self._one_time[secret] = self._clock()
        while len(self._one_time) > MAX_ONE_TIME:
            self._one_time.popitem(last=False)
        return secret

    def opens(self, given: str) -> bool:
        """Whether a secret from a URL is right.

        Raises:
            TooManyTries: Ten wrong ones came within the last minute; this one was not looked at.
        """
        if self.tries.closed:
            raise TooManyTries
        if (self.token is not None and same(given, self.token)) or self._redeem(given):
            return True
        self.tries.count_wrong()
        return False

    def knows(self, cookie: str | None) -> bool:
        """Whether a request's cookie is the one that ``opens`` was answered with.

        A cookie that the same port had in an earlier life is common, so wrong ones lock nobody out.

        Raises:
            TooManyTries: It is wrong, and ten wrong ones came before within the last minute.
        """
        if cookie is None:
            return False
        if same(cookie, self.cookie_value):
            return True
        if self.cookie_tries.closed:
            raise TooManyTries
        self.cookie_tries.count_wrong()
        return False

    def _redeem(self, given: str) -> bool:
        found = next((secret for secret in self._one_time if same(given, secret)), None)
        return found is not None and self._clock() - self._one_time.pop(found) < ONE_TIME_LIFE_S


class Tickets:
    """Proof that a socket's page came from here: put into the page, shown in the socket's first frame.

    They are signed, not stored, so that asking for pages costs no memory; they are good for the life of
    the process, so that a page can come back after its line was cut.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def issue(self, purpose: str) -> str:
        """Return a ticket for one kind of socket, such as ``session``."""
        nonce = secrets.token_urlsafe(16)
        return f"{nonce}.{self._sign(purpose, nonce)}"

    def accepts(self, purpose: str, ticket: str) -> bool:
        nonce, _, signature = ticket.partition(".")
        return same(signature, self._sign(purpose, nonce))

    def _sign(self, purpose: str, nonce: str) -> str:
        text = f"{purpose}|{nonce}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()
