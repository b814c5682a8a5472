"""Merging pages by components: what merges, what clashes, and that nothing is lost."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.pages.page_conflicts import both_versions, marked, merged_file, questions, resolve
from mainspring.builder.pages.page_merge import merge
from mainspring.builder.pages.tree import ids, walk
from mainspring.builder.pages.tree_edits import apply
from mainspring.builder.pages.tree_operations import (
    Add,
    Bind,
    Delete,
    Link,
    Move,
    Operation,
    OperationError,
    SetField,
    Show,
)
from mainspring.builder.pages.tree_store import encode_page
from mainspring.runtime.protocol import Component

CATALOGUE = load_catalogue()


def part(id_: str, kind: str = "text", *children: Component, **fields: Any) -> Component:
    return Component(id=id_, type=kind, fields=fields, children=children)


BASE = part(
    "main",
    "page",
    part("a", text="A"),
    part("box", "section", part("b", text="B"), part("c", text="C")),
    part("d", "button", text="D"),
)


def after(*operations: Operation, page: Component = BASE) -> Component:
    for operation in operations:
        page, _ = apply(page, operation, CATALOGUE)
    return page


def add(id_: str, parent: str, index: int) -> Add:
    return Add(component=part(id_), parent=parent, index=index)


def order(page: Component) -> str:
    """`a box(b c) d`"""
    return " ".join(child.id + (f"({inside})" if (inside := order(child)) else "") for child in page.children)


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        ([add("new", "main", 1)], [Move(id="a", parent="box", index=2)], "new box(b c a) d"),
        ([Move(id="d", parent="main", index=0)], [add("new", "box", 0)], "d a box(new b c)"),
        ([Delete(id="a")], [Move(id="d", parent="box", index=0)], "box(d b c)"),
        ([add("x", "main", 0)], [add("y", "main", 3)], "x a box(b c) d y"),
        ([Move(id="c", parent="box", index=0)], [Delete(id="b")], "a box(c) d"),
    ],
)
def test_places_merge_where_lines_would_not(
    ours: list[Operation], theirs: list[Operation], merged: str
) -> None:
    page, clashes = merge(BASE, after(*ours), after(*theirs))

    assert (order(page), clashes) == (merged, [])
    assert order(merge(BASE, after(*theirs), after(*ours))[0]) == merged


def test_fields_links_bindings_and_visibility_merge_each_for_itself() -> None:
    ours = after(SetField(id="d", field="text", value="Mine"), Link(id="d", event="wf-click", handler="go"))
    theirs = after(SetField(id="d", field="style", value="secondary"), Show(id="d", visible="@{x}"))

    page, clashes = merge(BASE, ours, theirs)

    assert clashes == []
    d = next(each for each in walk(page) if each.id == "d")
    assert (dict(d.fields), dict(d.on), d.visible) == (
        {"text": "Mine", "style": "secondary"},
        {"wf-click": "go"},
        "@{x}",
    )


def test_what_both_sides_added_under_one_id_is_there_twice_unless_it_is_the_same() -> None:
    mine = after(Add(component=part("new", text="mine"), parent="main", index=0))
    other = after(Add(component=part("new", text="theirs"), parent="main", index=0))

    page, clashes = merge(BASE, mine, other)

    assert clashes == []
    assert sorted(ids(page) - ids(BASE)) == ["new", "new_2"]
    assert merge(BASE, mine, mine)[0] == mine


@pytest.mark.parametrize(
    ("ours", "theirs", "aspect"),
    [
        (SetField(id="a", field="text", value="1"), SetField(id="a", field="text", value="2"), "field text"),
        (Delete(id="box"), SetField(id="b", field="text", value="2"), "there"),
        (Move(id="a", parent="box", index=0), Delete(id="a"), "there"),
        (
            Link(id="d", event="wf-click", handler="x"),
            Link(id="d", event="wf-click", handler="y"),
            "on wf-click",
        ),
    ],
)
def test_what_both_sides_changed_differently_clashes_and_either_can_be_had(
    ours: Operation, theirs: Operation, aspect: str
) -> None:
    mine, other = after(ours), after(theirs)

    page, clashes = merge(BASE, mine, other)
    second, _ = merge(BASE, mine, other, lambda _: "theirs")

    assert aspect in [clash.aspect for clash in clashes]
    assert (page, second) != (second, page)


def test_a_container_that_one_side_deleted_stays_for_what_the_other_put_into_it() -> None:
    page, clashes = merge(BASE, after(Delete(id="box")), after(Move(id="a", parent="box", index=0)))

    assert ids(page) >= {"a", "box"}
    assert [clash.aspect for clash in clashes][:1] == ["there"]


def test_components_that_were_moved_into_each_other_stand_as_with_us() -> None:
    base = part("main", "page", part("x", "section"), part("y", "section"))
    ours = after(Move(id="x", parent="y", index=0), page=base)
    theirs = after(Move(id="y", parent="x", index=0), page=base)

    page, clashes = merge(base, ours, theirs)

    assert order(page) == "y(x)"
    assert [clash.aspect for clash in clashes] == ["place"]


@st.composite
def edits(draw: st.DrawFn) -> Component:
    page = BASE
    for number in range(draw(st.integers(0, 6))):
        known = sorted(ids(page) - {"main"}) or ["main"]
        holders = [each.id for each in walk(page) if each.type in ("page", "section")]
        id_ = draw(st.sampled_from(known))
        possible: list[Operation] = [
            SetField(id=id_, field="text", value=draw(st.sampled_from(["1", "2"]))),
            Bind(id=id_, path=draw(st.sampled_from(["x", None]))),
            Show(id=id_, visible=draw(st.booleans())),
            Delete(id=id_),
            Move(id=id_, parent=draw(st.sampled_from(holders)), index=0),
            Add(
                component=part(f"n{number}", draw(st.sampled_from(["text", "section"]))),
                parent=draw(st.sampled_from(holders)),
                index=0,
            ),
        ]
        try:
            page, _ = apply(page, draw(st.sampled_from(possible)), CATALOGUE)
        except OperationError:
            continue
    return page


@given(edits(), edits())
def test_any_two_versions_make_one_tree_with_everything_that_somebody_added(
    ours: Component, theirs: Component
) -> None:
    page, clashes = merge(BASE, ours, theirs)

    names = [each.id for each in walk(page)]
    assert len(names) == len(set(names))
    added = (ids(ours) | ids(theirs)) - ids(BASE)
    assert added <= set(names)
    if not clashes:
        assert merge(BASE, theirs, ours)[1] == []
    assert merge(BASE, ours, BASE)[0] == ours
    assert merge(BASE, BASE, theirs)[0] == theirs


@given(edits(), edits())
def test_of_two_versions_without_a_common_one_each_side_can_be_had_whole(
    ours: Component, theirs: Component
) -> None:
    asked = questions(ours, theirs)

    assert resolve(ours, theirs, ["ours"] * len(asked)) == ours
    assert resolve(ours, theirs, ["theirs"] * len(asked)) == theirs


def test_a_clash_leaves_a_file_with_markers_that_holds_both_versions() -> None:
    mine = after(SetField(id="a", field="text", value="1"), Add(component=part("m"), parent="main", index=0))
    other = after(SetField(id="a", field="text", value="2"))
    files = [encode_page(page, 1, CATALOGUE) for page in (BASE, mine, other)]

    merged = merged_file(files[0], files[1], files[2], "main", CATALOGUE)

    assert merged is not None
    data, titles = merged
    assert titles == ["Text of A (a)"] or len(titles) == 1
    assert data.count(b"<<<<<<< ours") == 1
    versions = both_versions(data, "main", CATALOGUE)
    assert versions is not None
    # What doesn't clash is merged on both sides.
    assert [ids(page.component) for page in versions] == [ids(mine), ids(mine)]
    assert [question.aspect for question in questions(versions[0].component, versions[1].component)] == [
        "field text"
    ]


def test_markers_are_read_as_git_writes_them_with_and_without_the_common_version() -> None:
    ours, theirs = (encode_page(part("main", "page", part("a", text=text)), 1, CATALOGUE) for text in "12")
    plain = marked(ours, theirs, ("HEAD", "branch"))
    with_base = plain.replace(b"=======\n", b'||||||| base\n   "text": "0"\n=======\n')

    for data in (plain, with_base, plain.replace(b"\n", b"\r\n")):
        versions = both_versions(data, "main", CATALOGUE)
        assert versions is not None
        assert [dict(page.component.children[0].fields) for page in versions] == [
            {"text": "1"},
            {"text": "2"},
        ]
    assert both_versions(ours, "main", CATALOGUE) is None
    assert both_versions(plain.partition(b">>>>>>>")[0], "main", CATALOGUE) is None


def test_a_merged_page_has_the_canonical_bytes() -> None:
    ours, theirs = after(Move(id="a", parent="box", index=0)), after(Delete(id="d"))
    files = [encode_page(page, 1, CATALOGUE) for page in (BASE, ours, theirs)]

    merged = merged_file(files[0], files[1], files[2], "main", CATALOGUE)

    assert merged is not None
    expected = after(Move(id="a", parent="box", index=0), Delete(id="d"))
    assert merged == (encode_page(expected, 1, CATALOGUE), [])
    assert msgspec.json.decode(merged[0])["schema"] == 1
