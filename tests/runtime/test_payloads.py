"""Every payload kind: what is taken and what the handler gets of it, and what is refused without a call."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from mainspring.runtime.payloads import _KINDS, MAX_BYTES, Refused, decode
from mainspring.runtime.protocol import Component, Ready, Record, SetPages, Upload

from .apps import write_app
from .children import open_child, page, text

CLICK = {"ctrl_key": True, "shift_key": False, "meta_key": False}
POINT = {"curve": 0, "index": 2, "x": "a", "y": 1.5, "customdata": [1]}
TABLE = [{"name": "Ada", "age": 36}, {"name": "Bob", "age": 4, "more": True}]
FIELDS = {
    "max_length": 5,
    "options": {"a": "A", 1: "One", "_hidden": "no", False: "No", 2.0: "Two"},
    "min": 0,
    "max": 10,
    "total": 95,
    "page_size": 20,
    "page_sizes": [10, "50"],
    "tags": ["red", "green"],
    "children": ["first", "second"],
    "pages": ("main", "about"),
    "data": TABLE,
    "conversation": [
        {"role": "assistant", "actions": {"again": "Again", "_hidden": "No"}},
        {"actions": ["b"]},
        1,
    ],
    "actions": {"open": "Open", "remove": "Remove"},
    "selection": "many",
    "markers": [{"id": "home", "lat": 1, "lng": 2}, {"lat": 3, "lng": 4}, {"id": "home", "lat": 5}, "none"],
}

ACCEPTED = [
    ("none", None, None),
    ("click", CLICK, CLICK),
    ("key", {"key": "Enter", **CLICK}, {"key": "Enter", **CLICK}),
    ("text", "", ""),
    ("text", "fünf!", "fünf!"),
    ("number", 3, 3.0),
    ("number", 2.5, 2.5),
    ("number", None, None),
    ("rating", 0, 0.0),
    ("rating", 4, 4.0),
    ("rating", 10.0, 10.0),
    ("rating", None, None),
    ("boolean", True, True),
    ("boolean", False, False),
    ("option", "a", "a"),
    ("option", "1", "1"),
    ("option", "false", "false"),
    ("option", "2", "2"),
    ("option", None, None),
    ("options", [], []),
    ("options", ["1", "a"], ["1", "a"]),
    ("date", "2024-02-29", "2024-02-29"),
    ("date", None, None),
    ("time", "23:59", "23:59"),
    ("time", None, None),
    ("range", [0, 10], [0.0, 10.0]),
    ("range", [2.5, 2.5], [2.5, 2.5]),
    ("page", "main", "main"),
    (
        "route",
        {"page_key": "main", "route_vars": {"id": "9"}},
        {"page_key": "main", "route_vars": {"id": "9"}},
    ),
    ("page", "about", "about"),
    ("tag", "red", "red"),
    ("tab", "second", "second"),
    ("page_number", 1, 1),
    ("page_number", 10.0, 10),
    ("page_size", 10, 10),
    ("page_size", 20.0, 20),
    ("page_size", 50, 50),
    ("record_add", {"record": {"name": "Cid"}}, {"record": {"name": "Cid"}}),
    (
        "record_update",
        {"record_index": 1, "record": {"age": 5}},
        {"record_index": 1, "record": {"name": "Bob", "age": 5, "more": True}},
    ),
    (
        "record_action",
        {"action": "open", "record_index": 0, "record": {}},
        {"action": "open", "record_index": 0, "record": {"name": "Ada", "age": 36}},
    ),
    ("selection", {"rows": [1, 0]}, {"rows": [1, 0]}),
    ("points", [POINT], [POINT]),
    (
        "points",
        [{"curve": 0, "index": 0, "script": 1}],
        [{"curve": 0, "index": 0, "x": None, "y": None, "customdata": None}],
    ),
    ("points", [], []),
    ("chat_action", "again", "again"),
    ("latlng", {"lat": 52, "lng": -200.5}, {"lat": 52.0, "lng": -200.5}),
    ("marker", {"id": "home"}, {"id": "home", "lat": 1, "lng": 2}),
    ("marker", {"id": "1"}, {"lat": 3, "lng": 4}),
    ("json", {"detail": [1, "a", None]}, {"detail": [1, "a", None]}),
]
REFUSED = [
    ("none", 0),
    ("none", {}),
    ("click", None),
    ("click", {}),
    ("click", {**CLICK, "x": 1}),
    ("click", {**CLICK, "ctrl_key": 1}),
    ("click", [CLICK]),
    ("key", CLICK),
    ("key", {"key": 13, **CLICK}),
    ("text", None),
    ("text", 5),
    ("text", "sixsix"),
    ("number", -2.5),
    ("number", 11),
    ("number", "5"),
    ("number", True),
    ("number", [1]),
    ("rating", 2.5),
    ("rating", -1),
    ("rating", 11),
    ("rating", "3"),
    ("rating", True),
    ("boolean", "false"),
    ("boolean", 0),
    ("boolean", None),
    ("option", "b"),
    ("option", 1),
    ("option", ["a"]),
    ("option", "_hidden"),
    ("option", "False"),
    ("options", None),
    ("options", "a"),
    ("options", ["a", "b"]),
    ("options", ["a", "a"]),
    ("options", [1]),
    ("options", [["a"]]),
    ("date", "2023-02-29"),
    ("date", "0000-01-01"),
    ("date", "29.2.2024"),
    ("date", "2024-02-29T00:00"),
    ("date", 20240229),
    ("date", "٢٠٢٤-02-29"),
    ("time", "24:00"),
    ("time", "9:05"),
    ("time", "09:05:00"),
    ("time", ""),
    ("range", [3, 2]),
    ("range", [-1, 2]),
    ("range", [1, 11]),
    ("range", [1]),
    ("range", ["1", "2"]),
    ("range", [True, 2]),
    ("range", None),
    ("page", None),
    ("page", 3),
    ("page", ""),
    ("page", "gone"),
    ("route", {"page_key": "gone", "route_vars": {}}),
    ("route", {"page_key": "", "route_vars": {}}),
    ("route", {"page_key": "main"}),
    ("route", {"page_key": "main", "route_vars": {"id": 9}}),
    ("route", {"page_key": None, "route_vars": {}}),
    ("route", {"page_key": "main", "route_vars": []}),
    ("route", "main"),
    ("tag", "blue"),
    ("tag", 0),
    ("tab", "third"),
    ("tab", None),
    ("page_number", 0),
    ("page_number", 1.5),
    ("page_number", 11),
    ("page_number", "1"),
    ("page_number", True),
    ("page_size", 25),
    ("page_size", "10"),
    ("page_size", True),
    ("page_size", None),
    ("record_add", {"record": {"salary": 1}}),
    ("record_add", {"record": None}),
    ("record_add", {"record": {"age": 2**53 + 2}}),
    ("record_add", {}),
    ("record_update", {"record_index": 2, "record": {}}),
    ("record_update", {"record_index": -1, "record": {}}),
    ("record_update", {"record_index": True, "record": {}}),
    ("record_update", {"record": {}}),
    ("record_action", {"action": 1, "record_index": 0, "record": {}}),
    ("selection", {"rows": [2]}),
    ("selection", {"rows": [0.5]}),
    ("selection", [0]),
    ("selection", {"rows": [0, 0]}),
    ("record_action", {"action": "rename", "record_index": 0, "record": {}}),
    ("points", None),
    ("points", [{"curve": True, "index": 0}]),
    ("points", [{"curve": 0}]),
    ("points", [{"curve": 0, "index": -1}]),
    ("points", {"points": []}),
    ("chat_action", {}),
    ("chat_action", "never offered"),
    ("chat_action", "_hidden"),
    ("latlng", {"lat": 91, "lng": 0}),
    ("latlng", {"lat": "1", "lng": 0}),
    ("latlng", {"lat": 1}),
    ("latlng", [1, 2]),
    ("marker", "home"),
    ("marker", {"id": "elsewhere"}),
    ("marker", {"id": "3"}),
    ("marker", {"id": 1}),
    ("marker", {"id": "home", "lat": 9}),
    ("unheard_of", None),
]
BROKEN = [b"{", b"NaN", b"Infinity", b"1e999", b"\xff", b'"\\ud800"', b"1 2", b"9" * 30, b"[" * 50_000]


def typed(value):
    """``value`` with the types of all its parts: ``1``, ``1.0`` and ``True`` differ."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return type(value), value


def label(case):
    return f"{case[0]} {case[1]}"[:50]


@pytest.mark.parametrize("case", ACCEPTED, ids=label)
def test_a_payload_that_fits_arrives_with_its_exact_type(case):
    kind, sent, got = case

    assert typed(decode(kind, msgspec.json.encode(sent), (), FIELDS.get)) == typed(got)


@pytest.mark.parametrize("case", REFUSED, ids=label)
def test_a_payload_that_does_not_fit_is_refused_in_words(case):
    with pytest.raises(Refused, match=r"expected|no payload kind"):
        decode(case[0], msgspec.json.encode(case[1]), (), FIELDS.get)


@pytest.mark.parametrize("data", BROKEN, ids=lambda data: repr(data[:12]))
@pytest.mark.parametrize("kind", ["json", "number", "text"])
def test_bytes_that_are_no_json_or_lose_their_value_are_refused(kind, data):
    with pytest.raises(Refused, match="expected"):
        decode(kind, data, (), FIELDS.get)


def test_every_kind_is_tried_both_ways():
    kinds = set(_KINDS)

    assert {case[0] for case in ACCEPTED} == kinds
    assert {case[0] for case in REFUSED} >= kinds - {"json"}


def test_json_is_bounded_in_depth_and_size():
    deep = msgspec.json.encode([[[[]]]])
    for _ in range(40):
        deep = b"[" + deep + b"]"
    with pytest.raises(Refused, match="levels"):
        decode("json", deep, (), FIELDS.get)
    with pytest.raises(Refused, match="bytes"):
        decode("json", b'"' + b"x" * MAX_BYTES + b'"', (), FIELDS.get)


def test_what_came_is_shown_shortened():
    with pytest.raises(Refused) as refused:
        decode("number", msgspec.json.encode("x" * 5000), (), FIELDS.get)

    assert 'expected a number or null, "xxx' in str(refused.value)
    assert len(str(refused.value)) < 300


BOUNDS = [
    ("number", {"max": 5}, 5, 6),
    ("number", {"min": 1, "max": 5}, 1, 0),
    ("date", {"min": "2024-02-01"}, "2024-02-01", "2024-01-31"),
    ("date", {"max": "2024-02-29", "min": ""}, "2024-02-29", "2024-03-01"),
    ("date", {"min": dt.date(2024, 2, 1)}, "2024-02-01", "2024-01-31"),
    ("time", {"min": "09:00", "max": "17:30"}, "17:30", "17:31"),
    ("time", {"min": "09:00"}, "09:00", "08:59"),
]


@pytest.mark.parametrize("case", BOUNDS, ids=label)
def test_what_the_component_does_not_offer_now_is_refused(case):
    kind, fields, good, bad = case

    assert decode(kind, msgspec.json.encode(good), (), fields.get) == good
    with pytest.raises(Refused, match="expected"):
        decode(kind, msgspec.json.encode(bad), (), fields.get)


@pytest.mark.parametrize(("kind", "good", "bad"), [("number", 5, 11), ("range", [2, 9], [2, 11])])
def test_bounds_that_are_texts_of_digits_count_as_they_do_on_the_page(kind, good, bad):
    fields = {"min": "1", "max": " 10 "}.get

    assert decode(kind, msgspec.json.encode(good), (), fields) == good
    with pytest.raises(Refused, match="10"):
        decode(kind, msgspec.json.encode(bad), (), fields)


@pytest.mark.parametrize("kind", ["date", "time"])
def test_bounds_that_are_no_dates_or_times_bound_nothing(kind):
    value = {"date": "2024-02-29", "time": "12:00"}[kind]

    assert decode(kind, msgspec.json.encode(value), (), {"min": "soon", "max": 5}.get) == value


def test_a_component_that_says_nothing_takes_any_text_or_row_and_no_tag():
    nothing = {}.get

    with pytest.raises(Refused, match="expected a tag; there is none"):
        decode("tag", b'"any"', (), nothing)
    assert decode("text", b'"sixsix"', (), nothing) == "sixsix"
    assert decode("page_number", b"99", (), nothing) == 99
    with pytest.raises(Refused, match="expected a size; there is none"):
        decode("page_size", b"10", (), nothing)
    assert decode("range", b"[-5,99]", (), nothing) == [-5.0, 99.0]
    assert decode("selection", b'{"rows":[99]}', (), nothing) == {"rows": [99]}
    with pytest.raises(Refused, match="no options"):
        decode("option", b'"a"', (), nothing)


@pytest.mark.parametrize(
    ("shown", "most"),
    [(None, 5), ("many", 5), (3, 3), (3.7, 3), (0, 1), (99, 20), (float("inf"), 5), ("7", 7), (True, 5)],
)
def test_a_rating_has_as_many_stars_as_the_page_shows(shown, most):
    assert decode("rating", str(most).encode(), (), {"max": shown}.get) == most
    with pytest.raises(Refused, match=f"stars from 0 to {most}, or null, {most + 1} came"):
        decode("rating", str(most + 1).encode(), (), {"max": shown}.get)


def test_options_of_a_list_are_keys_or_mappings_with_a_key():
    fields = {"options": [{"key": "a", "label": "A"}, 2, "c", None]}.get

    assert decode("options", b'["a","2","c",""]', (), fields) == ["a", "2", "c", ""]


def test_markers_of_a_mapping_are_known_by_their_keys():
    fields = {"markers": {"a": {"lat": 1, "lng": 2}, 7: {"lat": 3}, "_hidden": {"lat": 5}, "no": 1}}.get

    assert decode("marker", b'{"id":"a"}', (), fields) == {"id": "a", "lat": 1, "lng": 2}
    assert decode("marker", b'{"id":"7"}', (), fields) == {"id": "7", "lat": 3}
    for id_ in ("_hidden", "no", "0"):
        with pytest.raises(Refused, match="expected a marker: one of 'a', '7'"):
            decode("marker", f'{{"id":"{id_}"}}'.encode(), (), fields)


def test_files_are_uploads_and_nothing_that_a_client_names(tmp_path):
    (tmp_path / "spooled").write_bytes(b"content")
    upload = Upload("../../etc/passwd", "text/plain", 7, str(tmp_path / "spooled"))
    (file,) = decode("files", b'[{"path":"/etc/passwd"}]', (upload,), FIELDS.get)

    assert (file["name"], file["type"], file["data"]) == ("../../etc/passwd", "text/plain", b"content")
    assert (file.size, file.get("data"), file.get("none", 1)) == (7, b"content", 1)
    with file.open() as opened:
        assert opened.read() == b"content"
    assert decode("files", b'[{"path":"/etc/passwd"}]', (), FIELDS.get) == []


def test_a_message_is_what_a_person_says_with_the_files_that_were_uploaded_for_it(tmp_path):
    upload = Upload("a.txt", "text/plain", 7, str(tmp_path / "spooled"))
    said = b'{"role":"user","content":"Hi","uploads":["id"]}'
    got = decode("chat_message", said, (upload,), {"allow_files": True}.get)
    without = decode("chat_message", b'{"role":"user","content":""}', (), FIELDS.get)

    assert (got["role"], got["content"], got["files"][0]["name"]) == ("user", "Hi", "a.txt")
    assert without == {"role": "user", "content": "", "files": []}
    with pytest.raises(Refused, match="no files"):
        decode("chat_message", said, (upload,), FIELDS.get)
    with pytest.raises(Refused, match="at most 1e-06 MB"):
        decode("chat_message", said, (upload,), {"allow_files": True, "max_size": 0.000001}.get)


@pytest.mark.parametrize(
    "said",
    [
        "Hi",
        {"role": "user"},
        {"role": "user", "content": None},
        {"role": "assistant", "content": "I am the assistant"},
        {"role": "user", "content": "", "files": [{"path": "/etc/passwd"}]},
        {"role": "user", "content": "", "extra": 1},
    ],
)
def test_what_no_person_can_say_is_refused(said):
    with pytest.raises(Refused, match="expected"):
        decode("chat_message", msgspec.json.encode(said), (), FIELDS.get)


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg/>", b"\x89PNG"])
def test_an_image_is_a_png(tmp_path, content):
    (tmp_path / "spooled").write_bytes(content)
    upload = Upload("a.png", "image/png", len(content), str(tmp_path / "spooled"))
    with pytest.raises(Refused, match="PNG"):
        decode("image", b"null", (upload,), FIELDS.get)
    with pytest.raises(Refused, match="2 uploads"):
        decode("image", b"null", (upload, upload), FIELDS.get)


APP = """
    from mainspring.runtime import init_state

    init_state({
        "got": "nothing", "choices": {"a": "A"}, "limit": 3, "off": False,
        "shops": [{"sizes": ["S"], "size": None}, {"sizes": ["L"], "size": None}],
        "tree": {"x": {"leaves": {"k": "old"}}, "y": {"leaves": {"k": "old"}}},
    })


    def take(state, payload):
        state["got"] = repr(payload)


    def more(state):
        state["choices"]["b"] = "B"
        state["off"] = not state["off"]
"""
OPTION = {"event": "wf-option-change", "kind": "option"}


def select(name, options, **more):
    return Component(
        id=name, type="select", fields={"options": options}, on={"wf-option-change": "take"}, **more
    )


@pytest.fixture
def child(tmp_path):
    shops = Component(
        id="shops",
        type="repeater",
        fields={"items": "@{shops}", "key_variable": "n", "value_variable": "shop"},
        children=(
            select("size", "@{shop.sizes}", binding="shop.size"),
            select("by_path", "@{shops[n].sizes}", binding="shops[n].size"),
        ),
    )
    leaves = Component(
        id="leaves",
        type="repeater",
        fields={"items": "@{branch.leaves}", "key_variable": "leaf_id", "value_variable": "leaf"},
        children=(
            Component(id="leaf", type="text_input", binding="leaf", on={"wf-change": "take"}),
            text("@{leaf}", "leaf_text"),
        ),
    )
    tree = Component(
        id="tree",
        type="repeater",
        fields={"items": "@{tree}", "key_variable": "branch_id", "value_variable": "branch"},
        children=(leaves,),
    )
    short = Component(
        id="short",
        type="text_input",
        fields={"max_length": "@{limit}", "disabled": "@{off}"},
        on={"wf-change": "take"},
        binding="typed",
    )
    adder = Component(id="adder", type="button", on={"wf-click": "more"})
    with open_child() as child:
        ready = child.load(
            write_app(tmp_path, APP),
            page(select("pick", "@{choices}"), shops, tree, short, adder, text("@{got}")),
        )
        assert isinstance(ready, Ready), ready
        child.open()
        yield child


def test_a_refused_payload_calls_nothing_and_the_log_says_what_came(child):
    done = child.fire("short", b"12", event="wf-change", kind="text", binds=True)
    record = child.seen[-2]

    assert done.status == "refused"
    assert isinstance(record, Record)
    assert (record.level, record.component, record.handler) == ("warning", "short", "take")
    assert record.text == "wf-change of short was refused: expected a text, 12 came"
    assert (child.copies["s"]["got"], child.copies["s"].get("typed")) == ("nothing", None)


def test_options_are_those_of_this_user_at_this_moment(child):
    child.open("other")
    child.fire("adder", session_id="other")
    mine = child.fire("pick", b'"b"', **OPTION)
    theirs = child.fire("pick", b'"b"', session_id="other", **OPTION)

    assert (mine.status, theirs.status) == ("refused", "ok")
    assert "one of 'a'" in mine.message
    assert child.copies["other"]["got"] == "'b'"


@pytest.mark.parametrize("component", ["size", "by_path"])
def test_options_and_bindings_are_those_of_this_row(child, component):
    good = child.fire(component, b'"L"', rows=("1",), binds=True, **OPTION)
    bad = child.fire(component, b'"L"', rows=("0",), binds=True, **OPTION)

    assert (good.status, bad.status) == ("ok", "refused")
    assert [shop["size"] for shop in child.copies["s"]["shops"]] == [None, "L"]


def test_a_binding_in_nested_repeaters_writes_into_its_row(child):
    done = child.fire("leaf", b'"new"', rows=("y", "k"), event="wf-change", kind="text", binds=True)

    assert done.status == "ok"
    assert child.copies["s"]["tree"] == {"x": {"leaves": {"k": "old"}}, "y": {"leaves": {"k": "new"}}}
    for rows in [("y",), ("y", "z"), ("z", "k"), ("y", "k", "k"), ("y", "_k"), ()]:
        more = {"event": "wf-change", "kind": "text", "binds": True}
        assert child.fire("leaf", b'"x"', rows=rows, **more).status == "refused"


def test_limits_and_disabled_are_evaluated_too(child):
    more = {"event": "wf-change", "kind": "text", "binds": True}
    long = child.fire("short", b'"four"', **more)
    child.fire("short", b'"abc"', **more)
    child.fire("adder")
    off = child.fire("short", b'"d"', **more)

    assert "at most 3 characters, 4 came" in long.message
    assert child.copies["s"]["got"] == "'abc'"
    assert off.message == "short is disabled"


def test_a_page_that_has_gone_is_refused_and_one_that_came_is_taken(child):
    def opened(key):
        main = Component(id="main", type="page", on={"wf-page-open": "take", "wf-hashchange": "take"})
        return main, Component(id=key, type="page")

    def fire(kind, event, payload):
        return child.fire("main", msgspec.json.encode(payload), kind=kind, event=event)

    for there, gone in [("first", "second"), ("second", "first")]:
        child.send(SetPages(opened(there)))
        assert fire("page", "wf-page-open", there).status == "ok"
        assert fire("route", "wf-hashchange", {"page_key": there, "route_vars": {}}).status == "ok"
        refused = fire("page", "wf-page-open", gone)
        assert refused.message == f"expected the key of a page: one of 'main', '{there}', \"{gone}\" came"
        assert fire("route", "wf-hashchange", {"page_key": gone, "route_vars": {}}).status == "refused"
