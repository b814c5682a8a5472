"""Runs one service until somebody ends it: the loop, the signals, the exit code."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final

from mainspring.builder.terminal import say

__all__ = ["CannotServe", "Drain", "run_service", "wait_for_ever"]

ENDED: Final = 0
CANNOT_SERVE: Final = 1
INTERRUPTED: Final = 130
# What hasn't ended by then is left to the kernel: the app's processes end with ours.
DRAIN_S: Final = 2.0


class CannotServe(Exception):
    """The app can't be served; the text says why and what to do. Ends the command with 1."""


async def wait_for_ever() -> None:
    """Until the task is cancelled, which is how a service ends."""
    await asyncio.get_running_loop().create_future()


class Drain:
    """How a service learns that it was asked to end in its own time (SIGTERM), and how long that may take."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._asked = asyncio.Event()
        self._awaited = False

    async def asked(self) -> None:
        """Wait until somebody asks. Before a service waits, it is cancelled like any other."""
        self._awaited = True
        await self._asked.wait()

    def ask(self) -> bool:
        """Tell the service; ``False`` if it doesn't listen (yet)."""
        self._asked.set()
        return self._awaited


def run_service(service: Callable[[], Coroutine[Any, Any, None]], drain: Drain | None = None) -> int:
    """Run ``service`` in a loop of its own; return the exit code.

    Ctrl-C cancels it (130), SIGTERM and a closed terminal too (0). After two seconds, or with a second
    Ctrl-C, the process ends at once.

    Args:
        drain: With it, SIGTERM asks, and the service has ``drain.limit_s`` seconds more before it ends.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(_run(service, drain))


async def _run(service: Callable[[], Coroutine[Any, Any, None]], drain: Drain | None) -> int:
    loop = asyncio.get_running_loop()
    serving = loop.create_task(service())
    asked: list[int] = []

    def end(number: int) -> None:
        if asked:
            os._exit(INTERRUPTED)
        code = INTERRUPTED if number == signal.SIGINT else ENDED
        asked.append(code)
        if number == signal.SIGTERM and drain is not None and drain.ask():
            loop.call_later(drain.limit_s + DRAIN_S, os._exit, code)
        else:
            serving.cancel()
            loop.call_later(DRAIN_S, os._exit, code)

    _on_signals(loop, end)
    try:
        await serving
    except asyncio.CancelledError:
        if not asked:
            raise
        return asked[0]
    except (CannotServe, BaseExceptionGroup) as error:
        reasons = _reasons(error)
        if reasons is None:
            raise
        for reason in reasons:
            say(f"mainspring: {reason}")
        return CANNOT_SERVE
    return ENDED


def _on_signals(loop: asyncio.AbstractEventLoop, end: Callable[[int], None]) -> None:
    numbers = [signal.SIGINT, signal.SIGTERM]
    if hangup := getattr(signal, "SIGHUP", None):
        numbers.append(hangup)
    for number in numbers:
        try:
            loop.add_signal_handler(number, end, number)
        except NotImplementedError:
            # Windows: the handler runs in the main thread between two steps of the loop.
            signal.signal(number, lambda number, _: loop.call_soon_threadsafe(end, number))


def _reasons(error: BaseException) -> list[CannotServe] | None:
    """The reasons in an error or a task group's errors; ``None`` if something else is among them."""
    if isinstance(error, CannotServe):
        return [error]
    if not isinstance(error, BaseExceptionGroup):
        return None
    found: list[CannotServe] = []
    for one in error.exceptions:
        reasons = _reasons(one)
        if reasons is None:
            return None
        found += reasons
    return found


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform != "win32":
        with contextlib.suppress(ImportError):
            import uvloop

            return uvloop.new_event_loop
    return None
