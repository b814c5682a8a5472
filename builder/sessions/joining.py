"""The first message of a session's socket: who may join, and what the app learns of a browser."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from aiohttp import WSMsgType, web
from mainspring.builder.sessions import session_messages as messages
from mainspring.builder.sessions.session_messages import MalformedMessage
from mainspring.builder.sessions.visitors import cookies_of, headers_of
from mainspring.builder.web.access import asked
from mainspring.builder.web.entry import Tickets
from mainspring.builder.web.hosts import split_host
from mainspring.runtime.protocol import OpenSession

__all__ = ["TICKET_PURPOSE", "JoinRefused", "opening", "receive_join", "session_cookie", "set_session_cookie"]

log = logging.getLogger("mainspring.gateway")

JOIN_S: Final = 5.0
TICKET_PURPOSE: Final = "session"


class JoinRefused(Exception):
    """A socket may have no session.

    Attributes:
        code: To close it with, a ``CLOSE_…`` of ``session_messages``.
        reason: Goes with the code.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


async def receive_join(response: web.WebSocketResponse, tickets: Tickets) -> messages.Join:
    """Wait for the first message.

    Raises:
        JoinRefused: It didn't come within five seconds, isn't a join, or has no good ticket.
    """
    try:
        async with asyncio.timeout(JOIN_S):
            frame = await response.receive()
    except TimeoutError:
        raise JoinRefused(messages.CLOSE_TIMEOUT, "no join came in time") from None
    join = _decoded(frame.data) if frame.type is WSMsgType.TEXT else None
    if not isinstance(join, messages.Join):
        raise JoinRefused(messages.CLOSE_MALFORMED, "the first message must be a join")
    if not tickets.accepts(TICKET_PURPOSE, join.ticket):
        raise JoinRefused(messages.CLOSE_TICKET, "load the page again")
    return join


def opening(
    session_id: str, request: web.Request, page: str, route_vars: Mapping[str, str], user: bytes
) -> OpenSession:
    """What the app is told of a browser."""
    return OpenSession(session_id, cookies_of(request), headers_of(request), page, dict(route_vars), user)


def session_cookie(request: web.Request) -> str:
    """The name of the cookie that knows the browser's last session; cookies know no ports."""
    host = split_host(asked(request).host)
    return f"mainspring_session_{host[1] if host is not None and host[1] else 'default'}"


def set_session_cookie(request: web.Request, response: web.StreamResponse, value: str) -> None:
    """Give a browser the cookie of its last session."""
    seen = asked(request)
    response.set_cookie(
        session_cookie(request),
        value,
        httponly=True,
        samesite="Strict",
        path=seen.base,
        secure=seen.scheme == "https",
    )


def _decoded(text: str) -> messages.FromBrowser | None:
    try:
        return messages.decode(text)
    except MalformedMessage as error:
        log.info("a socket's first message was refused: %s", error)
        return None
