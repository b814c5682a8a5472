"""Which rows of a frame are shown, in which order: search and sort, through narwhals.

Both are done in steps between which ``is_over`` is asked, so that an answer which nobody waits for any more
costs little.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from .frame_cells import cell_text
from .frames import Table

MAX_WORDS: Final = 10
# Turning numbers into texts holds the interpreter: in steps of so many rows, others get their turn.
_STEP: Final = 25_000
_OF_NUMBERS: Final = frozenset("0123456789.-+e")
_OF_DATES: Final = frozenset("0123456789.:-+")
_ORDERED: Final = frozenset(
    {"String", "Categorical", "Enum", "Date", "Datetime", "Duration", "Time", "Boolean"}
)


class Over(Exception):
    """Nobody waits for this any more."""


class Query(NamedTuple):
    """What of a frame is shown.

    Attributes:
        sort: Position of the column to sort by; ``None``: rows stand as they do in the frame.
        search: Words that a row must all hold, in whatever columns; empty for all rows.
    """

    sort: int | None = None
    descending: bool = False
    search: str = ""


def ordered(table: Table, query: Query, is_over: Callable[[], bool]) -> array[int] | None:
    """Return the positions of the rows that ``query`` shows, in its order; ``None``: all, as they stand.

    Equal rows keep their order; empty cells stand last.

    Raises:
        Over: ``is_over`` has said so.
        IndexError: There is no such column.
    """
    if query.sort is not None and not 0 <= query.sort < len(table.columns):
        raise IndexError(f"the frame has {len(table.columns)} columns; none has the number {query.sort}")
    found = _found(table, query.search, is_over)
    if query.sort is None:
        return found
    column = table.frame[str(query.sort)]
    if found is not None:
        column = column[list(found)]
    if is_over():
        raise Over
    order = _sorted(column, query.descending)
    return order if found is None else array("I", (found[place] for place in order))


def _found(table: Table, search: str, is_over: Callable[[], bool]) -> array[int] | None:
    words = search.lower().split()[:MAX_WORDS]
    if not words:
        return None
    found = array("I")
    for start in range(0, len(table), _STEP):
        part = table.frame[start : start + _STEP]
        hits: list[Any] = [None] * len(words)
        for name, kind in part.schema.items():
            if is_over():
                raise Over
            possible = [number for number, word in enumerate(words) if _may_hold(kind, word)]
            if not possible:
                continue
            column = _without_nan(part[name])
            texts = _texts(column).str.to_lowercase()
            known = ~column.is_null()
            for number in possible:
                hit = texts.str.contains(words[number], literal=True).fill_null(False) & known
                hits[number] = hit if hits[number] is None else hits[number] | hit
        if all(hit is not None for hit in hits):
            every = hits[0]
            for hit in hits[1:]:
                every = every & hit
            found.extend(start + place for place, is_hit in enumerate(every.to_list()) if is_hit)
    return found


def _may_hold(kind: Any, word: str) -> bool:
    """Whether a cell of this kind can hold ``word``: making texts of numbers is most of a search's cost."""
    if str(kind) == "Boolean":  # Shown as marks, not as words.
        return False
    if kind.is_numeric():
        return set(word) <= _OF_NUMBERS
    return not kind.is_temporal() or str(kind).startswith("Duration") or set(word) <= _OF_DATES


def _texts(column: Any) -> Any:
    """The cells of a narwhals series as texts."""
    import narwhals

    kind = column.dtype
    if kind.is_numeric() or str(kind).partition("(")[0] in _ORDERED:
        return column.cast(narwhals.String)
    texts = [cell_text(value) for value in column.to_list()]
    return narwhals.new_series(column.name, texts, narwhals.String, backend=column.implementation)


def _without_nan(column: Any) -> Any:
    """NaN is an empty cell, as it is on the page."""
    import narwhals

    if not column.dtype.is_float():
        return column
    frame = column.alias("key").to_frame()
    return frame.select(narwhals.when(~narwhals.col("key").is_nan()).then(narwhals.col("key")).alias("key"))[
        "key"
    ]


def _sorted(column: Any, descending: bool) -> array[int]:
    kind = column.dtype
    column = _without_nan(column)
    if str(kind) == "String":
        column = column.str.to_lowercase()
    elif not kind.is_numeric() and str(kind).partition("(")[0] not in _ORDERED:
        column = _texts(column)
    try:
        return _order(column, descending)
    except Exception:  # Each package has kinds that it can't compare; all have texts.
        return _order(_texts(column), descending)


def _order(column: Any, descending: bool) -> array[int]:
    frame = column.alias("key").to_frame().with_row_index("place")
    frame = frame.sort("key", "place", descending=[descending, False], nulls_last=True)
    return array("I", frame["place"].to_list())
