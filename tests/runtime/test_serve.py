"""A real child: from Load to Done."""

from __future__ import annotations

from pathlib import Path

import pytest
from mainspring.runtime.protocol import Component, Done, Export, Exported, LoadFailed, Ready, Record

from .apps import write_app
from .children import button, open_child, page, text

PROJECTS = Path(__file__).parents[1] / "projects"
KINDS = ("click", "click_async", "click_generator")


def counter_page() -> Component:
    rows = Component(
        id="rows",
        type="repeater",
        fields={"items": "@{rows}"},
        children=(button("row", "row"), text("@{item.n}", "n")),
    )
    return page(text("@{counter}"), *(button(kind, kind) for kind in KINDS), button("fail", "fail"), rows)


@pytest.mark.parametrize("kind", KINDS)
def test_two_hundred_clicks_at_once_count_to_two_hundred(kind):
    with open_child() as child:
        assert isinstance(child.load(PROJECTS / "counter", counter_page()), Ready)
        child.open()
        last = [child.event(kind) for _ in range(200)][-1]
        child.until(Done, lambda done: done.sequence == last)

        assert child.copies["s"]["counter"] == 200


def test_only_state_that_a_page_reads_goes_out():
    with open_child() as child:
        child.load(PROJECTS / "counter", counter_page())

        assert child.open() == {"counter": 0, "rows": [{"n": 1}, {"n": 2}]}


def test_a_failing_handler_keeps_what_it_assigned_and_leaves_a_traceback():
    with open_child() as child:
        child.load(PROJECTS / "counter", counter_page())
        child.open()
        done = child.fire("fail")

        record = next(m for m in child.seen if isinstance(m, Record) and m.error_id == done.error_id)
        assert (done.status, child.copies["s"]["counter"]) == ("error", 99)
        assert [(frame.file, frame.function) for frame in record.error.frames] == [("main.py", "fail")]


def test_a_row_of_a_repeater_is_named_in_the_context():
    with open_child() as child:
        child.load(PROJECTS / "counter", counter_page())
        child.open()
        done = child.fire("row", rows=("1",))

        assert done.status == "ok"
        assert child.copies["s"]["rows"] == [{"n": 1}, {"n": 12}]


def test_a_missing_main_is_a_failed_load(tmp_path):
    with open_child() as child:
        failed = child.load(tmp_path)

        assert isinstance(failed, LoadFailed)
        assert "no main.py" in failed.error.message


def test_what_cannot_go_to_the_next_version_is_named_and_the_rest_goes(tmp_path):
    app = write_app(
        tmp_path,
        """
        import threading


        def fill(state):
            state[7] = "seven"
            state["nested"] = {7: "seven", None: [1]}
            state["lock"] = threading.Lock()
        """,
    )
    with open_child() as child:
        child.load(app, page(button("fill", "fill")))
        child.open()
        child.fire("fill")
        child.send(Export())
        exported = child.until(Exported)

        assert [entry.key for entry in exported.entries] == ["nested"]
        assert exported.dropped["7"] == "only keys of state that are texts are carried over"
        assert "pickle" in exported.dropped["lock"]
