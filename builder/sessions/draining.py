"""How a service ends without cutting off what runs: each browser goes when none of its events runs any more.

    await gateway.draining.run(limit_s=8)

Meanwhile nobody new is let in. Browsers come back by themselves, to whoever listens next.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from aiohttp import WSCloseCode
from mainspring.builder.sessions.session_socket import SessionSocket
from mainspring.builder.sessions.sessions import Session, Sessions

__all__ = ["Draining"]

log = logging.getLogger("mainspring.gateway")

REASON: Final = "the service ends"


class Draining:
    """The end of all sessions of a gateway.

    Attributes:
        begun: Whether new sessions are to be refused.
    """

    def __init__(self, sessions: Sessions[SessionSocket]) -> None:
        self.begun = False
        self._sessions = sessions
        self._finished: asyncio.Queue[Session[SessionSocket]] = asyncio.Queue()

    def answered(self, session: Session[SessionSocket]) -> None:
        """An event has got its answer, and it was sent."""
        if self.begun and not session.pending:
            self._finished.put_nowait(session)

    async def run(self, limit_s: float) -> None:
        """Close each socket as soon as no event of its session runs, for at most ``limit_s`` seconds."""
        self.begun = True
        busy = {session.id for session in self._sessions.values() if session.pending}
        async with asyncio.TaskGroup() as tasks:
            for session in self._sessions.values():
                if session.id not in busy:
                    tasks.create_task(_close(session))
            try:
                async with asyncio.timeout(limit_s):
                    while busy:
                        session = await self._finished.get()
                        busy.discard(session.id)
                        tasks.create_task(_close(session))
            except TimeoutError:
                log.warning("events of %d sessions still ran after %g s", len(busy), limit_s)

    async def close(self) -> None:
        """Tell every browser that is still there that the service goes."""
        self.begun = True
        async with asyncio.TaskGroup() as tasks:
            for session in self._sessions.values():
                tasks.create_task(_close(session))


async def _close(session: Session[SessionSocket]) -> None:
    if session.socket is not None:
        await session.socket.close(WSCloseCode.GOING_AWAY, REASON)
