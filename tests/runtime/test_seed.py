"""The seed document's examples, in a real child; and what stands around them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from mainspring.runtime.protocol import (
    Action,
    CancelEvent,
    Changes,
    Component,
    Done,
    Export,
    Exported,
    Ready,
    Record,
    Restore,
    Restored,
    Retired,
    SetPages,
    Upload,
)

from .children import button, open_child, page, text

APP = Path(__file__).parents[1] / "projects" / "seed"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 10
BUTTONS = [
    "handle_click_log",
    "handle_click",
    "shuffle",
    "handle_fast",
    "handle_async_click",
    "my_handlers_module.increment",
    "unfilled",
    "another_handlers_module.decrement",
    "slow",
    "release",
    "endless",
    "logs",
    "outside",
    "notify",
    "ask",
    "gone",
]
INPUTS = ("handle_input_change", "evaluate", "payload_inspector", "say")
KEYS = [
    "counter",
    "last_source_of_click",
    "value",
    "data",
    "text",
    "x",
    "y",
    "is_a_cat",
    "my_df",
    "form.name",
]


def seed_page() -> Component:
    select = Component(id="select", type="select", fields={"options": {"a": "A", "b": "B"}},
                       binding="form.choice",
                       on={"wf-option-change": "handle_input_change"})  # fmt: skip
    return page(
        *(text(f"@{{{key}}}", f"t_{number}") for number, key in enumerate(KEYS)),
        *(button(f"b_{name}", name) for name in BUTTONS),
        *(Component(id=f"i_{name}", type="text_input", on={"wf-change": name}, binding="form.name")
          for name in INPUTS),
        Component(id="camera", type="webcam_capture", on={"wf-webcam": "handle_webcam_capture"}),
        button("hidden", "handle_click", visible="@{x_missing}"),
        select,
        Component(id="rep", type="repeater", fields={"items": "@{repeater_content}"},
                  children=(button("in_row", "handle_repeater_click"),)),
    )  # fmt: skip


@pytest.fixture(scope="module")
def _child():
    with open_child() as child:
        ready = child.load(APP, seed_page())
        assert isinstance(ready, Ready), ready
        child.ready = ready
        child.send(SetPages((seed_page(),)))
        yield child


@pytest.fixture
def child(_child, request):
    """A child with a session of its own for each test."""
    _child.session = request.node.name
    _child.open(request.node.name)
    return _child


def fire(child, component, payload=None, **more):
    arguments = {} if payload is None else {"payload": payload}
    return child.fire(component, session_id=child.session, **arguments, **more)


def change(child, component, value):
    return fire(child, component, msgspec.json.encode(value), event="wf-change", kind="text")


def test_plain_functions_run_and_mutate_state(child):
    statuses = [
        fire(child, f"b_{name}").status for name in ("handle_click", "handle_fast", "handle_async_click")
    ]
    state = child.copies[child.session]

    assert statuses == ["ok"] * 3
    assert (state["counter"], state["last_source_of_click"]) == (5, "b_handle_click")
    assert (state["text"], state["x"], state["y"], state["data"]) == ("Hello", 4, 4, "fetched")


def test_registered_modules_count_too_also_chained(child):
    fire(child, "b_my_handlers_module.increment")
    fire(child, "b_my_handlers_module.increment")
    fire(child, "b_another_handlers_module.decrement")

    assert child.copies[child.session]["counter"] == 5


def test_handlers_are_listed_own_first_without_classes_and_private_names(child):
    listed = {handler.name: handler for handler in child.ready.handlers}

    assert "_reticulate" not in listed
    assert "CatIdentifierAI" not in listed
    assert not listed["wraps"].own
    assert listed["slow"].own
    assert [h.own for h in child.ready.handlers] == sorted(
        (h.own for h in child.ready.handlers), reverse=True
    )
    assert "other" in (listed["unfilled"].problem or "")
    assert listed["handle_async_click"].kind == "async"
    assert "pandas" in child.ready.imported


def test_self_assignment_of_a_frame_sends_it(child):
    before = len(child.seen)
    fire(child, "b_shuffle")
    sent = [m for m in child.seen[before:] if isinstance(m, Changes)]

    frame = child.copies[child.session]["my_df"]["$frame"]
    assert len(sent) == 1
    assert frame.pop("version")
    assert frame == {"columns": [{"name": "n", "type": "number"}], "rows": [[1], [2], [3]], "total": 3}


def test_an_input_is_bound_and_its_handler_gets_the_payload(child):
    change(child, "i_handle_input_change", "typed")
    change(child, "i_evaluate", "a cat")
    assert child.copies[child.session]["value"] == "typed"
    assert child.copies[child.session]["is_a_cat"] is True

    done = fire(child, "i_evaluate", b'"bound"', event="wf-change", kind="text", binds=True)

    assert done.status == "ok"
    assert child.copies[child.session]["form"]["name"] == "bound"


def test_a_png_arrives_as_bytes_and_nothing_else_does(child, tmp_path):
    (tmp_path / "a").write_bytes(PNG)
    (tmp_path / "b").write_bytes(b"GIF89a")
    more = {"event": "wf-webcam", "kind": "image"}
    good = fire(
        child, "camera", b"null", uploads=(Upload("a", "image/png", 18, str(tmp_path / "a")),), **more
    )
    bad = fire(child, "camera", b"null", uploads=(Upload("b", "image/png", 6, str(tmp_path / "b")),), **more)

    assert child.copies[child.session]["value"] == f"bytes {len(PNG)}"
    assert (good.status, bad.status) == ("ok", "refused")


def test_a_repeaters_row_is_known_by_its_key(child):
    done = fire(child, "in_row", rows=("b",))
    gone = fire(child, "in_row", rows=("z",))

    assert done.status == "ok"
    assert child.copies[child.session]["repeater_content"]["b"] == {"last_action": "Clicked"}
    assert "no row 'z'" in gone.message


def test_prints_are_shown_at_start_and_carry_their_event(child):
    fire(child, "b_handle_click_log")
    change(child, "i_payload_inspector", "p")
    records = {m.text: m for m in child.seen if isinstance(m, Record)}

    assert records["Hello world"].session_id == ""
    assert (records["Hello"].handler, records["Hello"].session_id) == ("handle_click_log", child.session)
    assert records["Payload: 'p'"].component == "i_payload_inspector"


def test_lines_of_handlers_that_run_at_once_are_not_mixed(child):
    names = [f"{child.session}{number}" for number in range(8)]
    for name in names:
        child.open(name)
    payload = {name: msgspec.json.encode(name) for name in names}
    for name in names:
        child.event("i_say", payload[name], event="wf-change", kind="text", session_id=name)
    for _ in names:
        child.until(Done)

    for name in names:
        lines = [
            m.text
            for m in child.seen
            if isinstance(m, Record) and m.session_id == name and m.stream == "stdout"
        ]
        assert lines == [f"{name} {number}" for number in range(20)]


def test_partial_updates_arrive_while_a_handler_runs_and_it_blocks_nobody(child):
    slow = child.event("b_slow", session_id=child.session)
    child.until(Changes, lambda m: b"started" in m.operations)
    fire(child, "b_release")
    child.until(Done, lambda m: m.sequence == slow)

    assert child.copies[child.session]["text"] == "ended"


def test_an_endless_handler_can_be_cancelled(child):
    sequence = child.event("b_endless", session_id=child.session)
    child.until(Changes, lambda m: b"running" in m.operations)
    child.send(CancelEvent(child.session, sequence))
    done = child.until(Done, lambda m: m.sequence == sequence)

    assert done.status == "cancelled"
    assert fire(child, "b_handle_click").status == "ok"


def test_what_changes_outside_an_event_is_pushed(child):
    fire(child, "b_outside")
    child.until(Changes, lambda m: b"from a timer" in m.operations)

    assert child.copies[child.session]["text"] == "from a timer"


@pytest.mark.parametrize(
    ("component", "words"),
    [
        ("hidden", "hidden"),
        ("b_gone", "no handler gone"),
        ("nobody", "no component"),
        ("b_unfilled", "other"),
    ],
)
def test_an_event_that_cannot_run_is_refused_with_the_reason(child, component, words):
    done = fire(child, component)

    assert done.status == "refused"
    assert words in done.message


def test_a_choice_that_is_no_option_is_refused(child):
    good = fire(child, "select", b'"a"', event="wf-option-change", kind="option")
    bad = fire(child, "select", b'"c"', event="wf-option-change", kind="option")

    assert (good.status, bad.status) == ("ok", "refused")
    assert "one of 'a', 'b'" in bad.message


def test_logging_actions_and_input_reach_those_they_are_for(child):
    fire(child, "b_logs")
    fire(child, "b_notify")
    done = fire(child, "b_ask")

    record = next(m for m in child.seen if isinstance(m, Record) and m.text == "careful")
    action = next(m for m in child.seen if isinstance(m, Action) and m.session_id == child.session)
    assert (record.logger, record.level, record.handler) == ("app.part", "warning", "logs")
    assert msgspec.json.decode(action.body) == {
        "action": "notify", "kind": "info", "title": "Title", "message": "Words",
    }  # fmt: skip
    assert done.status == "error"


def test_state_goes_over_into_the_next_runtime():
    with open_child() as old, open_child() as new:
        for child in (old, new):
            child.load(APP, seed_page())
        old.open()
        old.fire("b_handle_click")
        old.send(Export())
        exported = old.until(Exported)
        old.until(Retired)
        new.send(Restore("s", exported.entries))
        restored = new.until(Restored)

        assert {entry.key for entry in exported.entries} == {"counter", "last_source_of_click"}
        assert (restored.kept, restored.dropped) == (2, {})
        assert new.open()["counter"] == 5
