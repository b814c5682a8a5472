"""Records of frames, lists and mappings of columns, and what of them a browser may change."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from mainspring.runtime.payloads import Refused, decode
from mainspring.runtime.records import Records, Unfit, unique_names

DAY = dt.date(2026, 3, 14)
COLUMNS = {"name": ["Ann", "Bob"], "n": [2**60, 2], "x": [0.5, None], "day": [DAY, None], "ok": [True, None]}
FRAME = pl.DataFrame(COLUMNS)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table], ids=["pandas", "polars", "pyarrow"])
def test_a_record_of_a_frame_is_whole_with_every_digit(make: Any) -> None:
    record = Records(make(COLUMNS)).record(0)

    assert record == {"name": "Ann", "n": 2**60, "x": 0.5, "day": "2026-03-14", "ok": True}
    assert type(record["n"]) is int


def test_lists_and_mappings_of_columns_have_records_too() -> None:
    assert Records([{"a": 1}, {"b": [2]}]).record(1) == {"b": [2]}
    assert Records([{"a": 1}, {"b": 2}]).columns == ("a", "b")
    assert Records([5, "x"]).record(1) == {"value": "x"}
    assert Records({"a": [1, 2], "b": {"k": 3}}).record(0) == {"a": 1, "b": 3}
    assert Records({"a": [1, 2], "b": {"k": 3}}).record(1) == {"a": 2, "b": None}
    assert Records({"a": [1, 2], "b": [3]}).length == 2
    assert (Records(None).columns, Records(None).length) == (None, None)


def test_a_name_that_occurs_again_has_a_number_in_records() -> None:
    assert unique_names(["a", "b", "a", "a (2)", "a"]) == ("a", "b", "a (2)", "a (2) (2)", "a (3)")
    assert Records(pd.DataFrame([[1, 2]], columns=["a", "a"])).record(0) == {"a": 1, "a (2)": 2}


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        ({"n": "1152921504606846999"}, {"n": 1152921504606846999}),
        ({"n": 5.0}, {"n": 5}),
        ({"x": 5}, {"x": 5}),
        ({"day": "2027-01-31", "ok": False, "name": ""}, {"day": "2027-01-31", "ok": False, "name": ""}),
        ({"n": None, "day": None}, {"n": None, "day": None}),
    ],
    ids=str,
)
def test_values_that_fit_their_columns_are_taken(sent: dict[str, Any], got: dict[str, Any]) -> None:
    assert Records(FRAME).fitting(sent) == got


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"salary": 1}, "'salary' is none"),
        ({"n": 2.5}, "whole number in n"),
        ({"n": "x"}, "whole number in n"),
        ({"n": 2**53 + 2}, "keep their digits: n"),
        ({"x": "5"}, "number in x"),
        ({"ok": "yes"}, "true or false in ok"),
        ({"day": "14.3.2026"}, "date as YYYY-MM-DD"),
        ({"day": 5}, "date as YYYY-MM-DD"),
    ],
    ids=str,
)
def test_values_that_do_not_fit_are_refused_in_words(sent: dict[str, Any], words: str) -> None:
    with pytest.raises(Unfit, match=words):
        Records(FRAME).fitting(sent)


def test_what_a_browser_leaves_out_of_a_record_comes_from_state_and_it_cannot_say_otherwise() -> None:
    fields = {"data": FRAME, "actions": {"open": "Open"}}.get

    update = decode("record_update", b'{"record_index":1,"record":{"name":"Bo"}}', (), fields)
    action = decode("record_action", b'{"action":"open","record_index":0,"record":{}}', (), fields)

    assert update["record"] == {"name": "Bo", "n": 2, "x": None, "day": None, "ok": None}
    assert action["record"]["n"] == 2**60
    with pytest.raises(Refused, match="an action"):
        decode("record_action", b'{"action":"drop","record_index":0,"record":{}}', (), fields)
    with pytest.raises(Refused, match="one of 2 rows"):
        decode("record_update", b'{"record_index":2,"record":{}}', (), fields)


def test_one_row_is_the_most_where_one_may_be_selected() -> None:
    fields = {"data": FRAME, "selection": "one"}.get

    assert decode("selection", b'{"rows":[1]}', (), fields) == {"rows": [1]}
    with pytest.raises(Refused, match="at most one row"):
        decode("selection", b'{"rows":[0,1]}', (), fields)
