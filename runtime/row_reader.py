"""Rows of frames, by range, for the dataframes of pages: read in threads of their own, newest request first.

A sort of a million rows takes a second, so it holds up neither events nor the state's lock: under the lock
only the frame is looked up. What was sorted and searched is kept for each dataframe of each session, within
``MAX_VIEWS`` and ``MAX_POSITIONS``.
"""

from __future__ import annotations

import threading
import weakref
from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from . import frame_csv, frames
from .frame_order import Over, Query, ordered
from .payloads import Refused
from .protocol import FRAME_FIELDS, ReadRows, Rows
from .references import Pages
from .rows import locate
from .sessions import Session
from .threads import OwnThread

MAX_ROWS: Final = 500
MAX_PLACES: Final = 50_000  # Of positions alone: less than ``frames.MAX_BYTES``.
MAX_LINES: Final = 5_000  # Of CSV at once.
MAX_VIEWS: Final = 64
MAX_POSITIONS: Final = 32_000_000
MAX_WAITING: Final = 1_000
WORKERS: Final = 2  # So that a slow sort of one session does not hold up all others.

# The session, the component, the rows of repeaters around it, and what for: downloads go on beside all else.
Key = tuple[str, str, tuple[str, ...], str]


class View(NamedTuple):
    """A frame as one dataframe shows it: ``order`` holds positions, ``None`` for all rows as they stand."""

    version: str
    query: Query
    frame: Callable[[], Any]
    length: int
    order: array[int] | None
    table: frames.Table | None  # Of lazy frames, which are computed once.


class RowReader:
    """Answers every ``ReadRows`` by one ``Rows``. ``ask`` and ``forget`` return at once."""

    def __init__(
        self,
        find: Callable[[ReadRows], Any],
        send: Callable[[Rows], None],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Args:
        find: Gives the frame that the component of a request shows; raises ``Refused`` if it shows none.
        failed: Hears of what was raised by the frame.
        """
        self._find = find
        self._send = send
        self._failed = failed
        self._condition = threading.Condition()
        self._waiting: OrderedDict[Key, ReadRows] = OrderedDict()
        self._newest: dict[Key, ReadRows] = {}
        self._views: OrderedDict[Key, View] = OrderedDict()
        self._threads = 0
        self._idle = 0

    def ask(self, request: ReadRows) -> None:
        """Have ``request`` answered; an older one of the same dataframe that still waits is superseded."""
        key = _key(request)
        with self._condition:
            older = self._waiting.pop(key, None)
            full = older is None and len(self._waiting) >= MAX_WAITING
            if not full:
                self._waiting[key] = self._newest[key] = request
                if self._idle == 0 and self._threads < WORKERS:
                    self._threads += 1
                    name = f"mainspring-rows-{self._threads}"
                    OwnThread(target=self._work, name=name, daemon=True).start()
                self._condition.notify()
        if full:
            self._send(Rows(request.session_id, request.request, "busy"))
        elif older is not None:
            self._send(Rows(older.session_id, older.request, "superseded"))

    def forget(self, session_id: str) -> None:
        """A session is gone: nobody waits for its rows."""
        with self._condition:
            for key in {key for key in (*self._waiting, *self._newest, *self._views) if key[0] == session_id}:
                self._waiting.pop(key, None)
                self._newest.pop(key, None)
                self._views.pop(key, None)

    def _work(self) -> None:
        while True:
            with self._condition:
                self._idle += 1
                while not self._waiting:
                    self._condition.wait()
                self._idle -= 1
                request = self._next()
            self._send(self._answer(request))

    def _next(self) -> ReadRows:
        """Take the oldest request of those that cost little, or else the oldest of all."""
        chosen = next((key for key, each in self._waiting.items() if self._is_ready(key, each)), None)
        return self._waiting.popitem(last=False)[1] if chosen is None else self._waiting.pop(chosen)

    def _is_ready(self, key: Key, request: ReadRows) -> bool:
        query = _query(request)
        view = self._views.get(key)
        return query == Query() or (
            view is not None and (view.version, view.query) == (request.version, query)
        )

    def _answer(self, request: ReadRows) -> Rows:
        try:
            body, count = self._rows(request)
            return Rows(request.session_id, request.request, "ok", body=body, count=count)
        except Over:
            return Rows(request.session_id, request.request, "superseded")
        except (Refused, IndexError, ImportError) as refused:
            return Rows(request.session_id, request.request, "refused", str(refused))
        except Exception as error:
            self._failed(error)
            return Rows(request.session_id, request.request, "refused", "reading the frame failed")
        finally:
            with self._condition:
                if self._newest.get(_key(request)) is request:
                    del self._newest[_key(request)]

    def _rows(self, request: ReadRows) -> tuple[bytes, int]:
        value = self._find(request)
        view, table = self._view(request, value)
        most = {"cells": MAX_ROWS, "positions": MAX_PLACES, "csv": MAX_LINES}[request.form]
        count = max(0, min(request.count, most))
        total = view.length if view.order is None else len(view.order)
        start = min(max(0, request.start), total)
        end = min(total, start + count)
        positions: Sequence[int] = range(start, end) if view.order is None else view.order[start:end]
        if request.form == "csv":
            columns = request.columns or tuple(range(len(table.columns)))
            if any(not 0 <= position < len(table.columns) for position in columns):
                raise IndexError(f"the frame has {len(table.columns)} columns")
            names = table.columns if request.start == 0 else None
            return frame_csv.encoded(names, table.rows(positions), columns, frames.MAX_BYTES)
        cells = frames.encoded(table, positions) if request.form == "cells" else []
        if request.form == "cells":
            positions = positions[: len(cells)]
        body = {"start": start, "total": total, "positions": list(positions), "cells": cells}
        return msgspec.json.encode(body), len(positions)

    def _view(self, request: ReadRows, value: Any) -> tuple[View, frames.Table]:
        key, query = _key(request), _query(request)
        with self._condition:
            view = self._views.get(key)
        known = view is not None and view.version == request.version and view.frame() is value
        table = view.table if view is not None and known and view.table is not None else frames.read(value)
        if request.form == "csv" and request.start > 0 and (view is None or view.frame() is not value):
            raise Refused("the frame has changed; download it again")
        # A frame that was changed in place is announced a moment later; until then its rows must exist.
        if view is not None and known and view.query == query and view.length == len(table):
            with self._condition:
                if key in self._views:
                    self._views.move_to_end(key)
            return view, table
        order = ordered(table, query, lambda: self._is_over(request))
        view = View(
            request.version,
            query,
            _reference(value),
            len(table),
            order,
            table if frames.is_lazy(value) else None,
        )
        self._keep(key, view)
        return view, table

    def _is_over(self, request: ReadRows) -> bool:
        """Whether a newer request wants something else, or the session is gone."""
        newest = self._newest.get(_key(request))
        return newest is None or (newest.version, _query(newest)) != (request.version, _query(request))

    def _keep(self, key: Key, view: View) -> None:
        with self._condition:
            if key not in self._newest:  # The session was closed meanwhile.
                return
            self._views[key] = view
            self._views.move_to_end(key)
            while len(self._views) > 1 and (
                len(self._views) > MAX_VIEWS
                or sum(len(each.order or ()) for each in self._views.values()) > MAX_POSITIONS
            ):
                self._views.popitem(last=False)


def shown_frame(request: ReadRows, pages: Pages, session: Session | None) -> Any:
    """Return the frame that the component of a request shows to its session.

    Raises:
        Refused: It shows none: it is hidden, on another page, of another type, or its data is no frame.
    """
    chain = pages.found.get(request.component)
    if session is None or chain is None or chain[0].id != request.page:
        raise Refused(f"there is no component {request.component!r} on page {request.page!r}")
    component = chain[-1]
    if component.type not in FRAME_FIELDS:
        raise Refused(f"{component.id} shows no frame")
    with session.lock:
        scope = locate(chain, request.rows, session.state, to_read=True)
        value = scope.evaluate(component.fields.get(FRAME_FIELDS[component.type]))
    if not frames.is_frame(value):
        raise Refused(f"{component.id} shows no frame now")
    return value


def _key(request: ReadRows) -> Key:
    return request.session_id, request.component, request.rows, request.form


def _query(request: ReadRows) -> Query:
    search = " ".join(request.search.lower().split())
    return Query(request.sort, request.sort is not None and request.descending, search, request.filters)


def _reference(value: Any) -> Callable[[], Any]:
    """A view keeps no frame alive that state has let go."""
    try:
        return weakref.ref(value)
    except TypeError:
        return lambda: value
