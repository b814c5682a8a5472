"""Who is let in: the app's own function is asked, with what a browser has sent. What fails keeps it out."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from .calls import Call
from .clock import Clock
from .execution import Executor, Run, Turns
from .named_functions import Named
from .outlet import Outlet
from .output import Output
from .protocol import Verified, Verify

# Somebody waits for a page.
LIMIT_S: Final = 10.0
# It goes with every session, over each reload.
MAX_USER_BYTES: Final = 64 * 1024


class NoAnswer(Exception):
    """The app's function has not said whether somebody may come in."""


def verdict(name: str, result: Any) -> tuple[str, bytes]:
    """Return the status and the user for what the app's function has returned.

    Raises:
        NoAnswer: It is neither ``True``, ``False`` nor a dict of what JSON holds.
    """
    if result is True or result is False:
        return "allowed" if result else "refused", b"null"
    if not isinstance(result, dict):
        raise NoAnswer(f"{name} returned {result!r:.100}; it must return True, False or a dict")
    try:
        user = msgspec.json.encode(result)
    except Exception as error:
        raise NoAnswer(f"{name} returned a dict that can't be kept: {error}") from error
    if len(user) > MAX_USER_BYTES:
        raise NoAnswer(f"{name} returned a dict of {len(user):,} bytes; {MAX_USER_BYTES:,} are kept")
    return "allowed", user


class Verifier:
    """Asks in the handlers' pool or loop; never blocks whoever asks."""

    def __init__(
        self,
        named: Named,
        executor: Executor,
        clock: Clock,
        output: Output,
        outlet: Outlet,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._named = named
        self._executor = executor
        self._clock = clock
        self._output = output
        self._outlet = outlet
        self._limit_s = limit_s

    def ask(self, asked: Verify) -> None:
        """Answer with a ``Verified``, within the limit."""
        named = self._named
        values = {"cookies": dict(asked.cookies), "headers": dict(asked.headers)}
        positional, keywords = named.signature.arguments(values)
        run = Run(
            Call("", asked.request, "verify_session", named.name, ""),
            lambda: lambda: named.function(*positional, **keywords),
            named.kind == "async",
            lambda: None,
            lambda run, status, detail: self._end(asked.request, run, status, detail),
        )
        self._executor.submit(Turns(), run)
        self._clock.later(self._limit_s, lambda: self._outlasted(run))

    def _outlasted(self, run: Run) -> None:
        self._executor.cancel(run)
        # Something that doesn't come back from a call of the system is not waited for either.
        run.end("cancelled")

    def _end(self, request: int, run: Run, status: str, detail: Any) -> None:
        verified = Verified(request, "error")
        try:
            if status == "cancelled":
                raise NoAnswer(f"{self._named.name} did not answer within {self._limit_s:g} s")
            if status != "ok":
                raise detail
            verified = Verified(request, *verdict(self._named.name, detail))
        except BaseException as error:
            error_id = self._output.failed(error, call=run.call)
            verified = Verified(request, "error", error_id=error_id)
        finally:
            self._output.finish(run.call)
            self._outlet.send(verified)
