"""What dataframes show, as files: pulled from the runtime in pieces, no faster than a browser takes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from typing import Final

from mainspring.builder.sessions.session_messages import DownloadRows, Filter
from mainspring.runtime import protocol

__all__ = ["DownloadFailed", "RowDownloads", "runtime_filters"]

LINES: Final = 5_000
# A sort of some million rows takes seconds; longer than this the runtime is not at it any more.
PIECE_S: Final = 60.0


class DownloadFailed(Exception):
    """There is no file, or no more of it; the text says why.

    Attributes:
        busy: Whether only another download of this session is in the way.
    """

    def __init__(self, message: str, *, busy: bool = False) -> None:
        super().__init__(message)
        self.busy: Final = busy


def runtime_filters(filters: Iterable[Filter]) -> tuple[protocol.Filter, ...]:
    """The filters of a browser's request as the runtime gets them."""
    return tuple(
        protocol.Filter(each.column, each.text, each.low, each.high, each.choices, each.empty)
        for each in filters
    )


class RowDownloads:
    """The downloads that are under way, one of a session. Belongs to one event loop."""

    def __init__(self, numbers: Iterator[int], send: Callable[[protocol.ReadRows], None]) -> None:
        """Args:
        numbers: For requests, shared with whoever else asks for rows.
        """
        self._numbers = numbers
        self._send = send
        self._waiting: dict[tuple[str, int], asyncio.Future[protocol.Rows]] = {}
        self._sessions: set[str] = set()

    async def pieces(self, session_id: str, asked: DownloadRows) -> AsyncGenerator[bytes, None]:
        """Yield the file; the next piece is asked for when this one has been taken.

        Raises:
            DownloadFailed: The app doesn't show this (any more), or another download is under way.
        """
        if session_id in self._sessions:
            raise DownloadFailed("Another download is under way; wait until it has ended.", busy=True)
        self._sessions.add(session_id)
        try:
            start = 0
            while True:
                rows = await self._ask(session_id, asked, start)
                if rows.status != "ok":
                    raise DownloadFailed(rows.message or "The app was replaced meanwhile; download it again.")
                if rows.count or start == 0:
                    yield rows.body
                if rows.count == 0:
                    return
                start += rows.count
        finally:
            self._sessions.discard(session_id)

    def take(self, rows: protocol.Rows) -> bool:
        """Take an answer; ``False`` if it isn't one to a download."""
        waiting = self._waiting.get((rows.session_id, rows.request))
        if waiting is not None and not waiting.done():
            waiting.set_result(rows)
        return waiting is not None

    def forget(self, session_id: str) -> None:
        """A session is gone, and with it what it shows."""
        for (session, number), waiting in self._waiting.items():
            if session == session_id and not waiting.done():
                waiting.set_result(protocol.Rows(session_id, number, "lost", "This session has ended."))

    async def _ask(self, session_id: str, asked: DownloadRows, start: int) -> protocol.Rows:
        number = next(self._numbers)
        answer: asyncio.Future[protocol.Rows] = asyncio.get_running_loop().create_future()
        self._waiting[session_id, number] = answer
        try:
            self._send(
                protocol.ReadRows(
                    session_id=session_id,
                    request=number,
                    page=asked.page,
                    component=asked.component,
                    rows=asked.rows,
                    version=asked.version,
                    start=start,
                    count=LINES,
                    sort=asked.sort,
                    descending=asked.descending,
                    search=asked.search,
                    filters=runtime_filters(asked.filters),
                    form="csv",
                    columns=asked.columns,
                )
            )
            async with asyncio.timeout(PIECE_S):
                return await answer
        except TimeoutError:
            raise DownloadFailed("The app didn't answer in time.") from None
        finally:
            del self._waiting[session_id, number]
