"""The record that a browser has seen is the one that its handler gets, wherever it stands by now."""

from __future__ import annotations

import msgspec
import pandas as pd
import polars as pl
import pytest
from mainspring.runtime.protocol import Component, Done
from mainspring.runtime.records import Records
from mainspring.runtime.seen_records import SEEN_CHARACTERS, SEEN_COLUMNS, place_of

from .apps import write_app
from .children import open_child, page, text

ROWS = [{"id": n, "name": "x" * 300 + str(n), "tags": [n], "ok": n % 2 == 0, "none": None} for n in range(5)]
SEEN = [[n, "x" * 200, None, n % 2 == 0, None] for n in range(5)]
MAKE = {
    "a list": list,
    "columns": lambda rows: {name: [row[name] for row in rows] for name in rows[0]},
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_a_record_is_found_where_it_stands_now(make):
    def place(rows, index, count=5, seen=None):
        return place_of(Records(make(rows)), index, SEEN[index] if seen is None else seen, count)

    assert [place(ROWS, index) for index in range(5)] == [0, 1, 2, 3, 4]
    assert place(ROWS[1:], 3) == 2  # One before it has gone,
    assert place(ROWS[::-1], 3) == 1  # or all have moved.
    assert place(ROWS[:3] + ROWS[4:], 3) is None  # It has gone itself,
    assert place(ROWS[:4], 4) is None  # and it was the last one.
    other = {**ROWS[3], "id": 99}
    assert place([*ROWS[:3], other, ROWS[4]], 3) == 3  # It was changed in its place.
    assert place([other, *ROWS[:3]], 3) is None  # That can't be told when others have come or gone.
    assert place([ROWS[3], other, ROWS[3]], 1, seen=SEEN[3]) is None  # Which of the two?
    assert place(ROWS, 3, seen=[]) == 3  # Nothing was said.


def test_a_browser_says_no_more_of_a_record_than_tells_it_apart():
    wide = [{f"c{n}": "é" * 1_000 for n in range(SEEN_COLUMNS + 10)}, {}]

    assert place_of(Records(wide), 0, ["é" * SEEN_CHARACTERS] * SEEN_COLUMNS, 7) == 0
    assert place_of(Records(wide), 0, ["é" * SEEN_CHARACTERS] * (SEEN_COLUMNS - 1), 7) is None
    # A truth is no number.
    assert place_of(Records([1, 0]), 0, [True], 7) is None


APP = """
    import pandas as pd
    from mainspring.runtime import init_state

    ROWS = [{"id": n, "name": f"row {n}"} for n in range(5)]
    init_state({"rows": list(ROWS), "frame": pd.DataFrame(ROWS), "gone": []})


    def remove(state, payload):
        state["gone"] += [payload["record"]["id"]]
        del state["rows"][payload["record_index"]]


    def remove_of_frame(state, payload):
        state["gone"] += [payload["record"]["id"]]
        state["frame"] = state["frame"].drop(index=state["frame"].index[payload["record_index"]])
"""


@pytest.mark.parametrize(("data", "handler"), [("rows", "remove"), ("frame", "remove_of_frame")])
def test_a_button_that_is_pressed_twice_removes_one_row_and_the_next_one_the_row_that_was_meant(
    tmp_path, data, handler
):
    app = write_app(tmp_path, APP)
    fields = {"data": f"@{{{data}}}", "actions": {"remove": "Remove"}}
    with open_child() as child:
        on = {"wf-dataframe-action": handler}
        child.load(app, page(Component(id="table", type="dataframe", fields=fields, on=on), text("@{gone}")))
        child.open()

        def press(row):
            seen = [row, f"row {row}"]
            payload = {"action": "remove", "record_index": row, "record": {}, "seen": seen, "count": 5}
            return child.event(
                "table", msgspec.json.encode(payload), event="wf-dataframe-action", kind="record_action"
            )

        # As fast as they can be sent: the page still shows what was there at first.
        sent = [press(1), press(1), press(3), press(0)]
        done = {sequence: child.until(Done, lambda m, s=sequence: m.sequence == s) for sequence in sent}

    assert [done[sequence].status for sequence in sent] == ["ok", "refused", "ok", "ok"]
    assert done[sent[1]].message == "This row has been changed or removed meanwhile."
    assert child.copies["s"]["gone"] == [1, 3, 0]
