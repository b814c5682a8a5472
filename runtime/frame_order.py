"""Which rows of a frame are shown, in which order: search, filters and sort, through narwhals.

Both are done in steps between which ``is_over`` is asked, so that an answer which nobody waits for any more
costs little.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from .frame_filters import left_by
from .frame_texts import ORDERED, texts, without_nan
from .frames import Table
from .protocol import Filter

MAX_WORDS: Final = 10
# Turning numbers into texts holds the interpreter: in steps of so many rows, others get their turn.
_STEP: Final = 25_000
_OF_NUMBERS: Final = frozenset("0123456789.-+e")
_OF_DATES: Final = frozenset("0123456789.:-+")


class Over(Exception):
    """Nobody waits for this any more."""


class Query(NamedTuple):
    """What of a frame is shown.

    Attributes:
        sort: Position of the column to sort by; ``None``: rows stand as they do in the frame.
        search: Words that a row must all hold, in whatever columns; empty for all rows.
        filters: What a row must be besides.
    """

    sort: int | None = None
    descending: bool = False
    search: str = ""
    filters: tuple[Filter, ...] = ()


def ordered(table: Table, query: Query, is_over: Callable[[], bool]) -> array[int] | None:
    """Return the positions of the rows that ``query`` shows, in its order; ``None``: all, as they stand.

    Equal rows keep their order; empty cells stand last.

    Raises:
        Over: ``is_over`` has said so.
        IndexError: There is no such column.
    """
    for position in (query.sort, *(each.column for each in query.filters)):
        if position is not None and not 0 <= position < len(table.columns):
            raise IndexError(f"the frame has {len(table.columns)} columns; none has the number {position}")
    found = _found(table, query, is_over)
    if query.sort is None:
        return found
    column = table.frame[str(query.sort)]
    if found is not None:
        column = column[list(found)]
    if is_over():
        raise Over
    order = _sorted(column, query.descending)
    return order if found is None else array("I", (found[place] for place in order))


def _found(table: Table, query: Query, is_over: Callable[[], bool]) -> array[int] | None:
    words = query.search.lower().split()[:MAX_WORDS]
    if not words and not query.filters:
        return None
    found = array("I")
    for start in range(0, len(table), _STEP):
        part = table.frame[start : start + _STEP]
        left: Any = None
        for each in query.filters:
            if is_over():
                raise Over
            passes = left_by(part, each)
            left = passes if left is None else left & passes
        if words:
            held = _held(part, words, is_over)
            if held is None:
                continue
            left = held if left is None else left & held
        found.extend(start + place for place, is_left in enumerate(left.to_list()) if is_left)
    return found


def _held(part: Any, words: list[str], is_over: Callable[[], bool]) -> Any:
    """Which rows of ``part`` hold all words; ``None`` if no column can hold one of them."""
    hits: list[Any] = [None] * len(words)
    for name, kind in part.schema.items():
        if is_over():
            raise Over
        possible = [number for number, word in enumerate(words) if _may_hold(kind, word)]
        if not possible:
            continue
        column = without_nan(part[name])
        lowered = texts(column).str.to_lowercase()
        known = ~column.is_null()
        for number in possible:
            hit = lowered.str.contains(words[number], literal=True).fill_null(False) & known
            hits[number] = hit if hits[number] is None else hits[number] | hit
    if any(hit is None for hit in hits):
        return None
    every = hits[0]
    for hit in hits[1:]:
        every = every & hit
    return every


def _may_hold(kind: Any, word: str) -> bool:
    """Whether a cell of this kind can hold ``word``: making texts of numbers is most of a search's cost."""
    if str(kind) == "Boolean":  # Shown as marks, not as words.
        return False
    if kind.is_numeric():
        return set(word) <= _OF_NUMBERS
    return not kind.is_temporal() or str(kind).startswith("Duration") or set(word) <= _OF_DATES


def _sorted(column: Any, descending: bool) -> array[int]:
    kind = column.dtype
    column = without_nan(column)
    if str(kind) == "String":
        column = column.str.to_lowercase()
    elif not kind.is_numeric() and str(kind).partition("(")[0] not in ORDERED:
        column = texts(column)
    try:
        return _order(column, descending)
    except Exception:  # Each package has kinds that it can't compare; all have texts.
        return _order(texts(column), descending)


def _order(column: Any, descending: bool) -> array[int]:
    frame = column.alias("key").to_frame().with_row_index("place")
    frame = frame.sort("key", "place", descending=[descending, False], nulls_last=True)
    return array("I", frame["place"].to_list())
