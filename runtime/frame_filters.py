"""Filters of a frame's columns, through narwhals: which rows of a part of a frame they leave."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from .frame_texts import texts, without_nan
from .protocol import Filter


def left_by(part: Any, each: Filter) -> Any:
    """A series of booleans, one a row of ``part``, a narwhals frame whose columns are called by position.

    An empty cell passes only where nothing but empty ones is asked for.
    """
    column = without_nan(part[str(each.column)])
    if each.empty == "only":
        return column.is_null()
    left = ~column.is_null()
    if each.text:
        found = texts(column).str.to_lowercase().str.contains(each.text.lower(), literal=True)
        left = left & found.fill_null(False)
    if each.choices == ():
        return left & ~left
    if each.choices is not None:
        chosen = [choice.lower() for choice in each.choices]
        left = left & texts(column).str.to_lowercase().is_in(chosen).fill_null(False)
    if each.low is not None:
        low, bounded = _bound(column, each.low, upper=False)
        left = left & (bounded >= low).fill_null(False)
    if each.high is not None:
        high, bounded = _bound(column, each.high, upper=True)
        left = left & (bounded <= high).fill_null(False)
    return left


def _bound(column: Any, bound: int | float | str, *, upper: bool) -> tuple[Any, Any]:
    """What to compare with what: dates with dates, numbers with numbers, all else as texts."""
    kind = str(column.dtype).partition("(")[0]
    if kind in ("Date", "Datetime"):
        try:
            at = dt.datetime.fromisoformat(str(bound))
        except ValueError:
            return str(bound), texts(column)
        if kind == "Date":
            return at.date(), column
        if upper and len(str(bound)) <= len("2026-03-14"):  # The whole of that day.
            at = dt.datetime.combine(at.date(), dt.time.max)
        zone = getattr(column.dtype, "time_zone", None)
        return (at.replace(tzinfo=zoneinfo.ZoneInfo(zone)) if zone else at), column
    if column.dtype.is_numeric() and not isinstance(bound, str):
        return bound, column
    # A whole day's texts begin with it, so they are not below it and end before its upper bound.
    return str(bound) + ("\uffff" if upper else ""), texts(column)
