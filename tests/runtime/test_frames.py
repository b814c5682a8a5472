"""Frames of pandas, polars and pyarrow: what a page gets of them, and rows by range in any order."""

from __future__ import annotations

import contextlib
import datetime as dt
import decimal
import random
import threading
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from mainspring.runtime import frames
from mainspring.runtime.frame_order import Over, Query, ordered
from mainspring.runtime.protocol import CloseSession, Component, Done, ReadRows, Rows, SetPages

from .children import Child, button, open_child, page

PACKAGES: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "pyarrow": pa.table,
}
OF_EACH = pytest.mark.parametrize("make", PACKAGES.values(), ids=PACKAGES)
MIXED = {
    "name": ["Zoe", "anna", None, "Émile", "bob"],
    "n": [3, 1, 2, None, 2],
    "x": [0.5, float("nan"), -1.25, 2.0, 0.5],
    "day": [dt.date(2026, 3, 14), None, dt.date(2025, 1, 1), dt.date(2026, 3, 13), dt.date(2024, 2, 29)],
    "at": [dt.datetime(2026, 3, 14, 9, 30), None, dt.datetime(2025, 1, 1), dt.datetime(2026, 1, 1), None],
    "ok": [True, None, False, True, False],
    "tags": [["a", "b"], [], None, ["c"], ["a"]],
}


def shown(frame: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(frames.of(frame)))


def order(frame: Any, **query: Any) -> list[int] | None:
    found = ordered(frames.read(frame), Query(**query), lambda: False)
    return None if found is None else list(found)


# --- what a page gets ------------------------------------------------------------------------------


@OF_EACH
def test_a_page_gets_the_first_rows_and_how_many_there_are(make: Callable[..., Any]) -> None:
    got = shown(make({"n": list(range(1_000))}))

    assert got["columns"] == [{"name": "n", "type": "number"}]
    assert got["rows"] == [[n] for n in range(50)]
    assert got["total"] == 1_000


def test_each_time_that_it_goes_out_a_frame_has_another_version() -> None:
    frame = pl.DataFrame({"n": [1]})

    assert shown(frame)["version"] != shown(frame)["version"]


@OF_EACH
def test_cells_of_every_kind_are_shown(make: Callable[..., Any]) -> None:
    got = shown(make(MIXED))

    kinds = {column["name"]: column["type"] for column in got["columns"]}
    assert [kinds[name] for name in ("name", "n", "x")] == ["text", "number", "number"]
    assert kinds["at"] == "date"
    first = got["rows"][0]
    assert first == ["Zoe", 3, 0.5, "2026-03-14", "2026-03-14T09:30:00", True, ["a", "b"]]
    assert got["rows"][1] == ["anna", 1, None, None, None, None, []]
    assert got["rows"][2][0] is None
    assert got["rows"][3][1] is None


def test_what_has_no_better_form_is_shown_as_its_text() -> None:
    odd = [decimal.Decimal("1.10"), dt.timedelta(hours=2), b"x", 2**60, {"a": {1}}, object, pd.NA]
    got = shown(pd.DataFrame({"odd": pd.Series(odd, dtype=object)}))

    assert [row[0] for row in got["rows"]] == [
        "1.10",
        "2:00:00",
        "b'x'",
        str(2**60),
        {"a": [1]},
        "<class 'object'>",
        None,
    ]


def test_categories_and_series_and_lazy_frames_are_shown() -> None:
    colours = pd.Series(["red", None, "blue"], dtype="category", name="colour")

    assert shown(colours)["rows"] == [["red"], [None], ["blue"]]
    assert shown(colours)["columns"] == [{"name": "colour", "type": "category", "choices": ["blue", "red"]}]
    assert shown(pl.Series([1, 2]))["columns"] == [{"name": "value", "type": "number"}]
    assert shown(pl.LazyFrame({"a": [1]}).with_columns(b=pl.col("a") + 1))["rows"] == [[1, 2]]


def test_names_of_columns_may_occur_twice_and_be_no_texts() -> None:
    frame = pd.DataFrame([[1, 2, 3, 4]], columns=["a", "a", 5, ("x", "y")], index=["i"])
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])

    assert [column["name"] for column in shown(frame)["columns"]] == ["a", "a", "5", "x / y"]
    assert shown(frame)["rows"] == [[1, 2, 3, 4]]
    assert [column["name"] for column in shown(table)["columns"]] == ["a", "a"]
    assert shown(table)["rows"] == [[1, 2]]
    assert list(frame.columns) == ["a", "a", 5, ("x", "y")]


def test_long_cells_are_cut_and_rows_stop_where_a_message_is_full() -> None:
    frame = pl.DataFrame({str(n): ["x" * 50_000] * 50 for n in range(20)})

    got = frames.of(frame)

    assert isinstance(got, dict)
    assert 1 <= len(got["rows"]) < 50
    assert sum(len(bytes(row)) for row in got["rows"]) <= frames.MAX_BYTES
    assert msgspec.json.decode(got["rows"][0])[0] == "x" * 9_999 + "…"


# --- order -----------------------------------------------------------------------------------------


@OF_EACH
def test_rows_are_sorted_by_any_column_and_empty_cells_stand_last(make: Callable[..., Any]) -> None:
    frame = make(MIXED)

    assert order(frame, sort=0) == [1, 4, 0, 3, 2]
    assert order(frame, sort=0, descending=True) == [3, 0, 4, 1, 2]
    assert order(frame, sort=1) == [1, 2, 4, 0, 3]
    assert order(frame, sort=1, descending=True) == [0, 2, 4, 1, 3]
    assert order(frame, sort=2) == [2, 0, 4, 3, 1]
    assert order(frame, sort=2, descending=True) == [3, 0, 4, 2, 1]
    assert order(frame, sort=3) == [4, 2, 3, 0, 1]
    assert order(frame, sort=4) == [2, 3, 0, 1, 4]
    assert order(frame, sort=5, descending=True) == [0, 3, 2, 4, 1]
    assert order(frame, sort=6) == [0, 4, 3, 1, 2]


@OF_EACH
def test_a_search_finds_rows_that_hold_all_words_in_any_column(make: Callable[..., Any]) -> None:
    frame = make(MIXED)

    assert order(frame, search="ANNA") == [1]
    assert order(frame, search="2026-03") == [0, 3]
    assert order(frame, search="2026 émile") == [3]
    assert order(frame, search="-1.25") == [2]
    assert order(frame, search="09:30") == [0]
    assert order(frame, search="zoe 09:3 3") == [0]
    assert order(frame, search="nan") == []
    assert order(frame, search="None") == []
    assert order(frame, search='"b"') == [0]
    assert order(frame, search=".*") == []
    assert order(frame, search="  ") is None
    assert order(frame, search="2", sort=1, descending=True) == [0, 2, 4, 3]


def test_categories_and_things_that_compare_with_nothing_are_sorted_too() -> None:
    colours = ["red", "blue", None, "green"]
    things = pd.DataFrame({"x": pd.Series([3, "b", None, dt.date(2026, 1, 1), {"k": 1}], dtype=object)})

    for frame in (
        pd.DataFrame({"c": pd.Categorical(colours)}),
        pl.DataFrame({"c": pl.Series(colours, dtype=pl.Categorical)}),
        pa.table({"c": pa.array(colours).dictionary_encode()}),
    ):
        assert order(frame, sort=0) == [1, 3, 0, 2]
        assert order(frame, search="RE") == [0, 3]
    assert order(things, sort=0) == [3, 0, 1, 4, 2]


@OF_EACH
def test_sorting_agrees_with_an_oracle(make: Callable[..., Any]) -> None:
    random.seed(7)
    numbers = [random.choice([None, *range(50)]) for _ in range(2_000)]
    frame = make({"n": numbers})

    known = [place for place in range(2_000) if numbers[place] is not None]
    empty = [place for place in range(2_000) if numbers[place] is None]
    assert order(frame, sort=0) == sorted(known, key=lambda place: (numbers[place], place)) + empty
    assert (
        order(frame, sort=0, descending=True) == sorted(known, key=lambda p: (-(numbers[p] or 0), p)) + empty
    )


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(IndexError, match="2 columns"):
        order(pl.DataFrame({"a": [1], "b": [2]}), sort=2)


def test_a_search_that_nobody_waits_for_ends() -> None:
    with pytest.raises(Over):
        ordered(frames.read(pl.DataFrame({"a": ["x"]})), Query(search="x"), lambda: True)


# --- in a real child -------------------------------------------------------------------------------

APP = """
import mainspring.runtime as ms

def frames():
    PACKAGE

def big(state):
    state["frame"] = frames()

def change(state):
    frame = state["frame"]
    frame["n"] = 1_000_000 - frame["n"]
    state["frame"] = frame

def shrink(state):
    state["frame"] = state["frame"].head(3)

def hide(state):
    state["open"] = False

def count(state):
    state["counter"] += 1

ms.init_state({"frame": None, "open": True, "counter": 0})
"""
MAKERS = {
    "pandas": "import pandas; return pandas.DataFrame({'n': range(1_000_000)})",
    "polars": "import polars; return polars.DataFrame({'n': range(1_000_000)})",
    "pyarrow": "import pyarrow; return pyarrow.table({'n': list(range(1_000_000))})",
}


def table(name: str = "table", **more: Any) -> Component:
    return Component(id=name, type="dataframe", fields={"data": "@{frame}"}, **more)


BUTTONS = [button(name, name) for name in ("big", "change", "shrink", "hide", "count")]
PAGE = page(table(), table("closed", visible="@{open}"), Component(id="text", type="text"), *BUTTONS)


@pytest.fixture(scope="module")
def children(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Child]]:
    """The app by package; each is started once, when it is first asked for."""
    opened: dict[str, Child] = {}
    with contextlib.ExitStack() as stack:

        def of(package: str) -> Child:
            if package not in opened:
                folder = tmp_path_factory.mktemp(package)
                (folder / "main.py").write_text(APP.replace("PACKAGE", MAKERS[package]))
                opened[package] = stack.enter_context(open_child())
                opened[package].load(folder, PAGE)
            return opened[package]

        yield of


@pytest.fixture
def child(children: Callable[[str], Child], request: pytest.FixtureRequest) -> Iterator[Child]:
    """With a new session that has the frame."""
    opened = children(getattr(request, "param", "pandas"))
    opened.send(SetPages((PAGE,)))
    opened.open()
    assert opened.fire("big").status == "ok"
    opened.seen.clear()
    yield opened
    opened.send(CloseSession("s"), CloseSession("other"))


def ask(child: Child, number: int = 1, **more: Any) -> None:
    values = {"session_id": "s", "page": "main", "component": "table", "rows": (), "version": "1", "start": 0}
    child.send(ReadRows(request=number, **{**values, "count": 5, **more}))


def answer(child: Child, number: int = 1, **more: Any) -> Any:
    """The body of what comes back, or the status where there is none."""
    ask(child, number, **more)
    rows = child.until(Rows, lambda m: m.request == number)
    return msgspec.json.decode(rows.body) if rows.status == "ok" else rows.status


@pytest.mark.parametrize("child", MAKERS, indirect=True)
def test_rows_of_a_million_come_by_range_in_any_order(child: Child) -> None:
    assert len(child.copies["s"]["frame"]["$frame"]["rows"]) == 50

    assert answer(child, start=500_000, count=2) == {
        "start": 500_000,
        "total": 1_000_000,
        "positions": [500_000, 500_001],
        "cells": [[500_000], [500_001]],
    }
    down = answer(child, start=0, count=2, sort=0, descending=True)
    assert down["positions"] == [999_999, 999_998]
    found = answer(child, search="99999", sort=0, descending=True)
    assert (found["total"], found["cells"][0]) == (19, [999_999])
    assert answer(child, start=999_999, count=500)["cells"] == [[999_999]]
    assert answer(child, start=2_000_000)["cells"] == []


def test_a_self_assigned_frame_has_a_new_version_and_new_rows(child: Child) -> None:
    before = child.copies["s"]["frame"]["$frame"]["version"]
    assert answer(child, version=before, sort=0, count=1)["positions"] == [0]

    child.fire("change")

    after = child.copies["s"]["frame"]["$frame"]["version"]
    assert after != before
    assert answer(child, version=after, sort=0, count=1) == {
        "start": 0,
        "total": 1_000_000,
        "positions": [999_999],
        "cells": [[1]],
    }


def test_rows_that_are_gone_are_not_asked_of_the_frame(child: Child) -> None:
    version = child.copies["s"]["frame"]["$frame"]["version"]
    answer(child, version=version, sort=0, descending=True)
    child.fire("shrink")

    assert answer(child, version=version, sort=0, descending=True)["cells"] == [[2], [1], [0]]


def test_only_a_dataframe_that_is_shown_is_asked(child: Child) -> None:
    for refused in (
        {"component": "text"},
        {"component": "nothing"},
        {"page": "other"},
        {"session_id": "another"},
        {"rows": ("1",)},
        {"sort": 7},
    ):
        assert answer(child, **refused) == "refused", refused
    assert answer(child, component="closed")["total"] == 1_000_000

    child.fire("hide")

    assert answer(child, component="closed") == "refused"


def test_a_session_without_the_frame_gets_none_of_another_ones(child: Child) -> None:
    child.open("other")

    assert answer(child, session_id="other") == "refused"


def test_every_request_is_answered_and_the_newest_with_its_rows(child: Child) -> None:
    for number in range(1, 40):
        ask(child, number, version=str(number), sort=0, search=str(number))
    answers = {}
    while len(answers) < 39:
        rows = child.until(Rows)
        answers[rows.request] = rows.status

    assert set(answers.values()) <= {"ok", "superseded"}
    assert answers[39] == "ok"
    assert sorted(answers.values()).count("superseded") >= 30


def test_events_are_handled_while_a_million_rows_are_sorted(child: Child) -> None:
    ask(child, 1, sort=0, search="1", version="a")
    sequences = [child.event("count") for _ in range(20)]
    seen = [child.until(Done, lambda m, n=n: m.sequence == n).status for n in sequences]
    child.until(Rows, lambda m: m.request == 1)

    assert seen == ["ok"] * 20
    assert child.seen.index(next(m for m in child.seen if isinstance(m, Rows))) == len(child.seen) - 1


def test_a_repeater_over_a_frame_gets_as_many_rows_as_it_may_draw(child: Child) -> None:
    repeater = Component(id="each", type="repeater", fields={"items": "@{frame}"})
    child.send(SetPages((page(table(), repeater, *BUTTONS),)))
    child.fire("count")
    child.fire("change")

    assert len(child.copies["s"]["frame"]["$frame"]["rows"]) == 1_000


def test_reading_rows_starts_no_thread_before_the_first_request() -> None:
    from mainspring.runtime.row_reader import RowReader

    before = threading.active_count()
    RowReader(lambda request: None, lambda rows: None, lambda error: None)

    assert threading.active_count() == before
