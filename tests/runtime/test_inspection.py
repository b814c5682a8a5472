"""What whoever edits the app sees of a session: its state, who wrote it, what events changed; and replays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from mainspring.runtime.protocol import (
    AssignState,
    CompleteState,
    Done,
    Event,
    FindReferences,
    FindState,
    Happened,
    Inspect,
    Inspected,
    ReadState,
    Remembered,
    Replay,
    ResetState,
    Touched,
)

from .apps import write_app
from .children import CLICK, Child, button, open_child, page, text

MAIN = """
    from mainspring.runtime import init_state

    class Hangs:
        def __repr__(self):
            while True:
                pass

    init_state({"n": 1, "person": {"name": "Ada", "tags": ["a", "b"]}, "_secret": "s", "none": None})

    def add(state):
        state["n"] += 1
        state["person"]["name"] = "Grace"

    def put_odd_things(state):
        state["odd"] = {"hangs": Hangs(), "huge": 10**5000, 3: "three", "bytes": b"123"}

    def grow(state):
        state["person"]["tags"].append("c")
        state["big"] = "x" * 2_000_000
"""
BUTTONS = (button("add", "add"), button("odd", "put_odd_things"), button("grow", "grow"))


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    with open_child() as child:
        child.load(write_app(tmp_path, MAIN), page(*BUTTONS, text("@{n}")))
        child.open()
        yield child


def ask(child: Child, query: Any, session: str = "s") -> Any:
    child.send(Inspect(session, 5, query))
    told = child.until(Inspected)
    assert not told.problem, told.problem
    return msgspec.json.decode(told.body)


def refusal(child: Child, query: Any, session: str = "s") -> str:
    child.send(Inspect(session, 5, query))
    return child.until(Inspected).problem  # type: ignore[no-any-return]


def items(told: Any) -> dict[Any, Any]:
    return {item["key"]: item for item in told["items"]}


def test_a_level_of_the_state_is_told_with_kinds_sizes_and_values(child: Child) -> None:
    top = items(ask(child, ReadState()))

    assert list(top) == ["n", "person", "_secret", "none"]
    assert top["n"] == {"key": "n", "kind": "number", "type": "int", "preview": "1", "value": 1}
    assert top["person"]["size"] == 2
    assert items(ask(child, ReadState(("person", "tags"), 1, 1))) == {
        1: {"key": 1, "kind": "text", "type": "str", "preview": "b", "value": "b"}
    }


def test_values_without_json_are_told_without_running_code_of_the_app(child: Child) -> None:
    child.fire("odd")

    odd = items(ask(child, ReadState(("odd",))))

    assert odd["hangs"]["preview"] == "<Hangs>"
    assert odd["huge"]["preview"] == "an integer of 16,610 bits"
    assert odd["3"]["value"] == "three"
    assert odd["bytes"]["preview"] == "3 bytes"
    assert "value" not in odd["hangs"]


def test_names_behind_a_value_are_told_without_running_code_of_the_app(child: Child) -> None:
    child.fire("odd")

    person = ask(child, CompleteState(("person",)))
    hangs = ask(child, CompleteState(("odd", "hangs")))

    assert {each["label"]: each["detail"] for each in person["keys"]} == {"name": "str", "tags": "list"}
    assert {"label": "items", "kind": "function"} in person["attributes"]
    assert (hangs["type"], hangs["keys"], hangs["columns"]) == ("Hangs", [], [])
    assert "nothing at" in refusal(child, CompleteState(("gone",)))


def test_keys_and_values_are_found_wherever_they_stand(child: Child) -> None:
    assert [place["path"] for place in ask(child, FindState("ADA"))["found"]] == [["person", "name"]]
    assert [place["path"] for place in ask(child, FindState("tags"))["found"]] == [["person", "tags"]]


def test_who_wrote_a_place_last_is_told_with_file_and_line(child: Child) -> None:
    child.fire("add")

    top = items(ask(child, ReadState()))

    assert top["n"]["writer"] == {"handler": "add", "file": "main.py", "line": 12}
    assert items(ask(child, ReadState(("person",))))["name"]["writer"]["line"] == 13
    assert "writer" not in top["none"]


def test_an_assigned_value_reaches_the_page(child: Child) -> None:
    ask(child, AssignState(("n",), b"41"))
    child.fire("add")

    assert child.copies["s"]["n"] == 42


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (AssignState((), b"1"), "can't be replaced"),
        (AssignState(("n", "x"), b"1"), "state['n']['x'] can't be set"),
        (AssignState(("n",), b"{"), "no JSON"),
        (ReadState(("person", "age")), "nothing at state['person']['age']"),
    ],
)
def test_what_is_not_possible_is_said(child: Child, query: Any, words: str) -> None:
    assert words in refusal(child, query)
    assert refusal(child, ReadState(), "gone") == "This session has ended."


def test_a_reset_makes_the_state_new_and_carries_nothing_over(child: Child) -> None:
    child.fire("add")
    child.fire("odd")

    ask(child, ResetState())

    assert list(items(ask(child, ReadState()))) == ["n", "person", "_secret", "none"]
    assert items(ask(child, ReadState()))["n"]["value"] == 1
    assert child.copies["s"]["n"] == 1


def test_paths_that_a_page_reads_are_known_or_missing(tmp_path: Path) -> None:
    texts = [text("@{n} @{person.nam} @{none.x}", "a"), text("@{persom.name} @{person[n]}", "b")]
    with open_child() as child:
        child.load(write_app(tmp_path, MAIN), page(*texts))

        found = ask(child, FindReferences(), "")

    assert [(place["component"], place["path"], place["missing"]) for place in found] == [
        ("a", ["n"], None),
        ("a", ["person", "nam"], "nam"),
        ("a", ["none", "x"], None),
        ("b", ["persom", "name"], "persom"),
        ("b", ["person"], None),
        ("b", ["n"], None),
    ]


def test_what_an_event_changed_is_told_before_and_after(child: Child) -> None:
    child.fire("add")

    happened = next(message for message in child.seen if isinstance(message, Happened))
    assert msgspec.json.decode(happened.changes) == [
        {"path": ["n"], "before": "1", "after": "2", "file": "main.py", "line": 12},
        {"path": ["person", "name"], "before": '"Ada"', "after": '"Grace"', "file": "main.py", "line": 13},
    ]
    assert any(isinstance(m, Touched) and ("person", "name") in m.paths for m in child.seen)


def test_a_replay_runs_on_the_state_before_it(child: Child) -> None:
    child.fire("add")
    child.fire("add")
    second = [message for message in child.seen if isinstance(message, Remembered)][1]
    child.fire("add")
    assert child.copies["s"]["n"] == 4

    event = Event("s", -1, "main", "add", "wf-click", "click", CLICK)
    child.send(Replay(second.entries, event))
    child.until(Done, lambda done: done.sequence == -1)

    assert child.copies["s"]["n"] == 3


def test_what_is_too_large_for_a_replay_is_named(child: Child) -> None:
    child.fire("grow")
    child.fire("add")

    remembered = [message for message in child.seen if isinstance(message, Remembered)][-1]
    assert remembered.missing == ("big",)
    assert {entry.key for entry in remembered.entries} == {"person"}


def test_without_somebody_who_edits_nothing_of_this_is_said(tmp_path: Path) -> None:
    from mainspring.runtime.protocol import VERSION, Load, Ready

    with open_child() as child:
        child.send(Load(VERSION, str(write_app(tmp_path, MAIN)), False, (page(*BUTTONS),)))
        child.until(Ready)
        child.open()
        child.fire("add")

        assert not [m for m in child.seen if isinstance(m, Happened | Touched | Remembered)]
