"""Questions about the state of a session, asked of the app that runs. Edit mode only.

inspections = Inspections(history.receive)
async with open_supervisor(…, on_message=inspections.receive) as supervisor:
    inspections.connect(supervisor)
    await inspections.ask(session_id, ReadState(("person",)))
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any, Final

import msgspec
from mainspring.builder.processes.app_messages import FromApp
from mainspring.builder.sessions.gateway import App
from mainspring.runtime.protocol import Inspect, Inspected, StateQuery

__all__ = ["Inspections", "NotInspected"]

ANSWER_S: Final = 3.0
MAX_OPEN: Final = 100


class NotInspected(Exception):
    """There is no answer; the message is for people."""


class Inspections:
    """Belongs to one event loop."""

    def __init__(self, forward: Callable[[FromApp], None]) -> None:
        """Args:
        forward: Gets every message of the app that is no answer to a question of ours.
        """
        self._forward = forward
        self._app: App | None = None
        self._open: dict[int, asyncio.Future[Inspected]] = {}
        self._numbers = itertools.count(1)

    def connect(self, app: App) -> None:
        """Say whom to ask; comes once, before the first question."""
        self._app = app

    def receive(self, message: FromApp) -> None:
        """Take an answer, or pass on what is none."""
        if not isinstance(message, Inspected):
            self._forward(message)
        elif (waiting := self._open.get(message.request)) is not None and not waiting.done():
            waiting.set_result(message)

    async def ask(self, session_id: str, query: StateQuery) -> Any:
        """Return the decoded answer; ``session_id`` may be empty where a question is about no session.

        Raises:
            NotInspected: The app doesn't run, doesn't answer, or there is no such place.
        """
        assert self._app is not None, "connect() comes before the first question"
        if len(self._open) >= MAX_OPEN:
            raise NotInspected("Too many questions about the state are open.")
        number = next(self._numbers)
        answer = self._open[number] = asyncio.get_running_loop().create_future()
        try:
            self._app.send(Inspect(session_id, number, query))
            async with asyncio.timeout(ANSWER_S):
                told = await answer
        except TimeoutError:
            raise NotInspected("The app does not answer.") from None
        finally:
            del self._open[number]
        if told.problem:
            raise NotInspected(told.problem)
        return msgspec.json.decode(told.body)
