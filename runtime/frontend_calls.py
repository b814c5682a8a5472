"""Calls from a handler to functions of the page, and their way back.

What comes back is a future that both kinds of handler can use: an async one awaits it, a sync one asks for
``result()``. It always ends: with the result, with what the browser says went wrong, or when its time is up.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final

import msgspec

from .calls import FrontendError
from .payloads import Refused, check_bounds

if TYPE_CHECKING:
    from .protocol import FrontendResult

MOST_OPEN: Final = 64
MAX_RESULT_BYTES: Final = 512 * 1024
MAX_TEXT: Final = 2_000
# A cancelled handler is interrupted between two lines of Python, so never within a longer wait.
SLICE_S: Final = 0.1


class FrontendCall(Future[Any]):
    """The result to come: ``await call`` in async handlers, ``call.result()`` in others.

    Raises, either way, ``FrontendError``, or ``TimeoutError`` when the browser didn't answer in time.
    """

    def __await__(self) -> Generator[Any, None, Any]:
        import asyncio

        return asyncio.wrap_future(self).__await__()

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the browser's answer and return it: JSON as Python has it.

        Args:
            timeout: The most seconds to wait here; ``None`` waits until the call itself ends.

        Raises:
            FrontendError: The function threw, there is none of that name, its answer is no JSON, or the
                browser is gone.
            TimeoutError: No answer came in time.
        """
        left = float("inf") if timeout is None else timeout
        while not self.done() and left > 0:
            try:
                super().result(min(SLICE_S, left))
            except TimeoutError:
                left -= SLICE_S
        return super().result(0)


class FrontendCalls:
    """The open calls of one session. Any thread may call, any thread may answer."""

    def __init__(self, later: Callable[[float, Callable[[], None]], None]) -> None:
        """Args:
        later: Runs a function after so many seconds.
        """
        self._later = later
        self._open: dict[str, FrontendCall] = {}
        self._lock = threading.Lock()
        self._closed = False

    def open(self, name: str, timeout: float) -> tuple[str, FrontendCall]:
        """Return a new call with its id, which nobody can guess.

        Raises:
            FrontendError: The browser is gone, or too many calls wait for their answers.
        """
        call_id = secrets.token_urlsafe(16)
        call = FrontendCall()
        with self._lock:
            if self._closed:
                raise FrontendError(f"{name} was not called: the browser is gone")
            if len(self._open) >= MOST_OPEN:
                raise FrontendError(f"{name} was not called: {MOST_OPEN} calls wait for their answers")
            self._open[call_id] = call
        words = f"the browser did not answer the call of {name} within {timeout:g} s"
        self._later(timeout, lambda: self._end(call_id, error=TimeoutError(words)))
        return call_id, call

    def answer(self, message: FrontendResult) -> None:
        """Take what a browser sent; ids that aren't open in this session mean nothing."""
        if message.error is not None:
            self._end(message.call, error=FrontendError(message.error[:MAX_TEXT]))
            return
        try:
            value = read_result(message.value)
        except Refused as refused:
            self._end(message.call, error=FrontendError(f"the browser's answer was refused: {refused}"))
            return
        self._end(message.call, value)

    def close(self) -> None:
        """The session has ended: so have all its calls."""
        with self._lock:
            self._closed = True
            ids = list(self._open)
        for call_id in ids:
            self._end(call_id, error=FrontendError("the browser is gone"))

    def _end(self, call_id: str, value: Any = None, error: Exception | None = None) -> None:
        with self._lock:
            call = self._open.pop(call_id, None)
        # A future that its handler has cancelled takes no result.
        if call is None or not call.set_running_or_notify_cancel():
            return
        if error is not None:
            call.set_exception(error)
        else:
            call.set_result(value)


def read_result(encoded: bytes) -> Any:
    """Return what a function of the page answered.

    Raises:
        Refused: It is no JSON, too large, too deep, or holds numbers that lose their value.
    """
    if len(encoded) > MAX_RESULT_BYTES:
        raise Refused(f"expected at most {MAX_RESULT_BYTES:,} bytes, {len(encoded):,} came")
    try:
        value = msgspec.json.decode(encoded)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"expected JSON: {error}") from None
    check_bounds(value)
    return value
