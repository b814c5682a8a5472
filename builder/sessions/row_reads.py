"""Requests of browsers for rows of the frames that their pages show, and the answers to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import msgspec
from mainspring.builder.sessions import session_messages as messages
from mainspring.builder.sessions.session_socket import SessionSocket
from mainspring.builder.sessions.sessions import Session, SessionLimits
from mainspring.builder.web.row_downloads import runtime_filters
from mainspring.builder.web.served_pages import EventRefused, ServedPages
from mainspring.runtime import protocol

__all__ = ["RowReads"]

_Session = Session[SessionSocket]


class RowReads:
    """Passes on what a page may ask for, within the rate of its session. Belongs to one event loop."""

    def __init__(
        self,
        limits: SessionLimits,
        numbers: Iterator[int],
        pages: Callable[[], ServedPages],
        tell_app: Callable[[protocol.ReadRows], None],
        answer: Callable[[_Session, messages.Rows], None],
    ) -> None:
        """Args:
        numbers: For requests, shared with whoever else asks for rows.
        """
        self._limits = limits
        self._numbers = numbers
        self._pages = pages
        self._tell_app = tell_app
        self._answer = answer

    def ask(self, session: _Session, asked: messages.ReadRows) -> None:
        """Pass a request on, or answer it: ``busy`` or ``refused``."""
        within_rate = session.reads.take(self._limits, asyncio.get_running_loop().time())
        if not within_rate or len(session.reading) >= self._limits.pending:
            session.strikes += 1
            self._answer(session, messages.Rows(asked.request, "busy"))
            return
        session.strikes = 0
        try:
            self._pages().check_rows(asked.page, asked.component)
        except EventRefused as error:
            self._answer(session, messages.Rows(asked.request, "refused", str(error)))
            return
        number = next(self._numbers)
        session.reading[number] = asked.request
        self._tell_app(
            protocol.ReadRows(
                session_id=session.id,
                request=number,
                page=asked.page,
                component=asked.component,
                rows=asked.rows,
                version=asked.version,
                start=asked.start,
                count=asked.count,
                sort=asked.sort,
                descending=asked.descending,
                search=asked.search,
                filters=runtime_filters(asked.filters),
                form=asked.form,
            )
        )

    def take(self, session: _Session, rows: protocol.Rows) -> None:
        """The app has answered; nobody waits for that if another page has the session now."""
        if (request := session.reading.pop(rows.request, None)) is not None:
            self._answer(session, messages.Rows(request, rows.status, rows.message, msgspec.Raw(rows.body)))
