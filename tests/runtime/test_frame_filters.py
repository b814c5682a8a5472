"""Filters of a frame's columns, and frames as CSV: the same for each package."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from mainspring.runtime import frame_csv, frames
from mainspring.runtime.frame_order import Query, ordered
from mainspring.runtime.protocol import Filter

PACKAGES: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "pyarrow": pa.table,
}
OF_EACH = pytest.mark.parametrize("make", PACKAGES.values(), ids=PACKAGES)
DATA = {
    "name": ["Zoe", "anna", None, "Émile", "bob"],
    "n": [3, 1, 2, None, 2],
    "x": [0.5, float("nan"), -1.25, 2.0, 0.5],
    "day": [dt.date(2026, 3, 14), None, dt.date(2025, 1, 1), dt.date(2026, 3, 13), dt.date(2024, 2, 29)],
    "at": [dt.datetime(2026, 3, 14, 9, 30), None, dt.datetime(2025, 1, 1), dt.datetime(2026, 1, 1), None],
    "ok": [True, None, False, True, False],
    "tags": [["a", "b"], [], None, ["c"], ["a"]],
}
CASES = [
    (Filter(0, text="NN"), [1]),
    (Filter(0, text="é"), [3]),
    (Filter(0, empty="only"), [2]),
    (Filter(0, empty="none"), [0, 1, 3, 4]),
    (Filter(0, choices=("zoe", "bob")), [0, 4]),
    (Filter(0, choices=()), []),
    (Filter(1, low=2), [0, 2, 4]),
    (Filter(1, low=2, high=2.5), [2, 4]),
    (Filter(2, high=0.5), [0, 2, 4]),
    (Filter(2, empty="only"), [1]),
    (Filter(3, low="2026-03-13"), [0, 3]),
    (Filter(3, low="2024-02-29", high="2025-01-01"), [2, 4]),
    (Filter(4, high="2025-01-01"), [2]),
    (Filter(4, low="2026-01-01", high="2026-03-14"), [0, 3]),
    (Filter(5, choices=("true",)), [0, 3]),
    (Filter(6, text='"a"'), [0, 4]),
]


def found(frame: Any, *filters: Filter, **query: Any) -> list[int]:
    order = ordered(frames.read(frame), Query(filters=filters, **query), lambda: False)
    assert order is not None
    return list(order)


@OF_EACH
@pytest.mark.parametrize(("asked", "rows"), CASES, ids=str)
def test_a_filter_leaves_the_rows_that_fit_and_an_empty_cell_fits_nothing(
    make: Callable[..., Any], asked: Filter, rows: list[int]
) -> None:
    assert found(make(DATA), asked) == rows


@OF_EACH
def test_filters_search_and_sort_go_together(make: Callable[..., Any]) -> None:
    assert found(make(DATA), Filter(1, low=2), sort=2) == [2, 0, 4]
    assert found(make(DATA), Filter(1, low=2), Filter(2, low=0)) == [0, 4]
    assert found(make(DATA), Filter(1, low=2), search="zo") == [0]


def test_categories_are_chosen_by_their_texts() -> None:
    kinds = ["red", None, "blue", "red"]

    assert found(pd.DataFrame({"c": pd.Categorical(kinds)}), Filter(0, choices=("red",))) == [0, 3]
    assert found(
        pl.DataFrame({"c": pl.Series(kinds, dtype=pl.Categorical)}), Filter(0, choices=("blue",))
    ) == [2]


def test_times_with_a_zone_are_compared_in_their_zone() -> None:
    at = pd.to_datetime(["2026-03-14T23:30", "2026-03-15T00:30"]).tz_localize("Europe/Berlin")

    assert found(pd.DataFrame({"at": at}), Filter(0, low="2026-03-15")) == [1]
    assert found(pd.DataFrame({"at": at}), Filter(0, high="2026-03-14")) == [0]


def test_a_filter_of_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError, match="1 columns; none has the number 4"):
        found(pl.DataFrame({"a": [1]}), Filter(4, text="x"))


# --- CSV -------------------------------------------------------------------------------------------

SAFE = [
    ("plain", "plain"),
    ("=1+1", "'=1+1"),
    ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
    ("-2+3", "'-2+3"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"),
    (" =1", "' =1"),
    ("\uff1d1+1", "'\uff1d1+1"),
    ("-5", "-5"),
    ("+4.5e3", "+4.5e3"),
    (-5, "-5"),
    (2**60, str(2**60)),
    (1.5, "1.5"),
    (None, ""),
    (float("nan"), ""),
    (True, "true"),
    (["a", 1], '["a",1]'),
    (dt.date(2026, 3, 14), "2026-03-14"),
]


@pytest.mark.parametrize(("value", "text"), SAFE, ids=repr)
def test_no_cell_is_a_formula_and_numbers_stay_numbers(value: Any, text: str) -> None:
    assert frame_csv.csv_cell(value) == text


def test_pieces_of_csv_make_one_file_that_reads_back() -> None:
    rows = [("a,b", 'say "hi"'), ("two\nlines", ""), ("ä", "=x")]
    pieces = []
    while rows:
        piece, count = frame_csv.encoded(None if pieces else ["one", "=two"], iter(rows), [1, 0], 8)
        pieces.append(piece)
        rows = rows[count:]

    read = list(csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig"), newline="")))

    assert len(pieces) > 1
    assert read == [["'=two", "one"], ['say "hi"', "a,b"], ["", "two\nlines"], ["'=x", "ä"]]
