"""Operations on a page: what they do, what undoes them, and why some are impossible."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mainspring.builder.pages.tree import find, ids, name_of, new_id, parent_of, walk
from mainspring.builder.pages.tree_edits import apply, prepare
from mainspring.builder.pages.tree_operations import (
    Add,
    Batch,
    Bind,
    Delete,
    Link,
    Move,
    Operation,
    OperationError,
    Rename,
    SetField,
    Show,
    describe,
)
from mainspring.runtime.protocol import Component
from page_trees import CATALOGUE, SAMPLE, button, columns, operations, page


def done(operation: Operation, tree: Component = SAMPLE) -> Component:
    return apply(tree, prepare(operation, tree, CATALOGUE), CATALOGUE)[0]


def placed(tree: Component, id_: str) -> tuple[str, int]:
    place = parent_of(tree, id_)
    assert place is not None
    return place[0].id, place[1]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_going_back_through_the_inverses_gives_the_page_as_it_was(data: st.DataObject) -> None:
    tree, inverses = SAMPLE, []
    for _ in range(8):
        try:
            operation = prepare(data.draw(operations(tree)), tree, CATALOGUE)
            tree, inverse = apply(tree, operation, CATALOGUE)
        except OperationError:
            continue
        inverses.append(inverse)
        assert len(ids(tree)) == len(list(walk(tree)))

    for inverse in reversed(inverses):
        tree, _ = apply(tree, inverse, CATALOGUE, checked=False)

    assert tree == SAMPLE


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_every_operation_has_a_name_and_survives_json(data: st.DataObject) -> None:
    operation = data.draw(operations(SAMPLE))

    encoded = msgspec.json.encode(operation)

    assert msgspec.json.decode(encoded, type=Operation) == operation
    assert describe(operation, SAMPLE)


def test_operations_are_named_as_a_person_would_say_it() -> None:
    named: list[tuple[Operation, str]] = [
        (Move(id="save", parent="column_2", index=0), "Move Save into Column 2"),
        (Move(id="save", parent="column", index=1), "Move Save within Column"),
        (Add(component=button("button"), parent="main", index=0), "Add Button"),
        (Add(component=button("ok", "OK"), parent="column_2", index=0), "Add OK to Column 2"),
        (SetField(id="save", field="text", value="Store"), "Change Text of Save"),
        (SetField(id="save", field="text", value=None), "Reset Text of Save"),
        (Bind(id="name", path="a"), "Bind Name to a"),
        (Bind(id="name", path=None), "Unbind Name"),
        (Link(id="save", event="wf-click", handler="f"), "Link wf-click of Save to f"),
        (Link(id="save", event="wf-click", handler=None), "Unlink wf-click of Save"),
        (Show(id="save", visible=False), "Hide Save"),
        (Show(id="save", visible="@{open}"), "Show Save when @{open}"),
        (Delete(id="cancel"), "Delete Cancel"),
        (Rename(id="save", new_id="store"), "Rename save to store"),
    ]

    assert [describe(operation, SAMPLE) for operation, _ in named] == [words for _, words in named]


def test_the_index_of_a_move_is_the_place_that_the_component_has_afterwards() -> None:
    three = page(button("a"), button("b"), button("c"))

    moved = done(Move(id="a", parent="main", index=1), three)

    assert [child.id for child in moved.children] == ["b", "a", "c"]


def test_a_place_beyond_the_last_is_the_last() -> None:
    assert placed(done(Move(id="name", parent="column", index=99)), "name") == ("column", 2)


def test_a_new_component_gets_an_id_and_the_first_children_of_its_type() -> None:
    tree = done(Add(component=Component(id="", type="columns"), parent="main", index=0))

    new = tree.children[0]
    assert new.id == "columns_2"
    assert [child.id for child in new.children] == ["column_3", "column_4"]


def test_ids_of_a_pasted_subtree_are_made_unique_and_what_names_them_follows() -> None:
    inner = Component(id="save", type="button", fields={"opens": "box"}, on={"wf-click": "f"})
    pasted = Component(id="box", type="section", children=(inner, button("lonely")))

    first = done(Add(component=pasted, parent="main", index=0))
    second = done(Add(component=pasted, parent="main", index=0), first)

    box = second.children[0]
    assert [component.id for component in walk(box)] == ["box_2", "save_3", "lonely_2"]
    assert box.children[0].fields["opens"] == "box_2"
    assert box.children[0].on == {"wf-click": "f"}


def test_ids_of_other_pages_are_taken() -> None:
    operation = prepare(Add(component=button("go"), parent="main", index=0), SAMPLE, CATALOGUE, {"go"})

    assert isinstance(operation, Add)
    assert operation.component.id == "go_2"


def test_a_field_set_to_its_default_is_no_setting() -> None:
    tree = done(SetField(id="save", field="text", value="Button"))

    save = find(tree, "save")
    assert save is not None
    assert save.fields == {}


def test_what_names_a_renamed_component_follows() -> None:
    tree = done(SetField(id="cancel", field="opens", value="save"))

    tree = done(Rename(id="save", new_id="store"), tree)

    cancel = find(tree, "cancel")
    assert cancel is not None
    assert cancel.fields["opens"] == "store"
    assert find(tree, "save") is None


def test_what_an_operation_does_not_touch_stays_the_same_object() -> None:
    tree = done(SetField(id="save", field="text", value="Store"))

    assert find(tree, "name") is find(SAMPLE, "name")


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (SetField(id="gone", field="text", value=""), "There is no component “gone” on this page."),
        (SetField(id="save", field="colour", value="red"), "Button has no field “colour”."),
        (
            SetField(id="save", field="disabled", value="no"),
            "Disabled of Save must be true or false",
        ),
        (SetField(id="save", field="style", value="c"), "Style of Save must be one of a, b, not 'c'."),
        (SetField(id="name", field="max", value=True), "Maximum of Name must be a number, not True."),
        (Add(component=button("x"), parent="gone", index=0), "There is no component “gone” on this page."),
        (Add(component=button("x"), parent="columns", index=0), "Columns takes only Column."),
        (Add(component=button("a b"), parent="main", index=0), "“a b” can't be an id"),
        (Add(component=Component(id="x", type="thing"), parent="main", index=0), "no component type 'thing'"),
        (Move(id="columns", parent="column", index=0), "Columns can't be moved into itself."),
        (Move(id="main", parent="column", index=0), "A page can't stand inside another component."),
        (Move(id="column", parent="main", index=0), "Column can stand only in Columns."),
        (Delete(id="main"), "The page itself stays where it is."),
        (Rename(id="save", new_id="name"), "The id “name” is in use already."),
        (Rename(id="save", new_id="2nd"), "“2nd” can't be an id"),
        (Rename(id="main", new_id="start"), "The id of a page is the name of its file."),
        (Bind(id="save", path="a"), "Button has no value that could be bound."),
        (Bind(id="name", path="@{a}"), "“@{a}” is no path of the state"),
        (Link(id="save", event="wf-change", handler="f"), "Button has no event “wf-change”."),
        (Link(id="save", event="wf-click", handler="a b"), "“a b” is no name of a function."),
        (Show(id="save", visible="maybe"), "Visible is true, false or a template"),
        (Show(id="main", visible=False), "A page can't be hidden."),
    ],
)
def test_an_impossible_operation_says_why(operation: Operation, reason: str) -> None:
    with pytest.raises(OperationError) as refused:
        done(operation)

    assert reason in str(refused.value)


def test_a_template_may_stand_in_a_field_of_any_type() -> None:
    for field in ("text", "disabled", "style"):
        tree = done(SetField(id="save", field=field, value="@{x}"))

        save = find(tree, "save")
        assert save is not None
        assert save.fields[field] == "@{x}"


def test_components_are_not_nested_without_end() -> None:
    tree = page()
    with pytest.raises(OperationError, match="levels deep"):
        for level in range(100):
            inner = Component(id=f"s{level}", type="section")
            tree = done(Add(component=inner, parent=f"s{level - 1}" if level else "main", index=0), tree)


def test_new_ids_are_short_and_count_on() -> None:
    assert new_id("button", {"save"}) == "button"
    assert new_id("button", {"button", "button_2"}) == "button_3"
    assert new_id("button_2", {"button_2"}) == "button_3"
    assert len(new_id("x" * 64, {"x" * 64})) <= 64


def test_a_component_is_called_by_what_it_says() -> None:
    assert name_of(button("b", "Save all")) == "Save all"
    assert name_of(button("save_button", "@{label}")) == "Save button"
    assert name_of(columns((), ()).children[1]) == "Column 2"


def test_several_operations_are_one_and_follow_the_ids_that_were_given() -> None:
    taken = page(button("a"), button("b"), Component(id="section", type="section"))
    batch = Batch(
        label="Wrap in Section",
        operations=(
            Add(component=Component(id="section", type="section"), parent="main", index=0),
            Move(id="b", parent="section", index=0),
            SetField(id="b", field="text", value="B"),
        ),
    )

    prepared = prepare(batch, taken, CATALOGUE)
    tree, inverse = apply(taken, prepared, CATALOGUE)

    assert placed(tree, "b") == ("section_2", 0)
    assert apply(tree, inverse, CATALOGUE, checked=False)[0] == taken
    assert describe(prepared, taken) == "Wrap in Section"


def test_of_several_operations_all_are_carried_out_or_none() -> None:
    batch = Batch(label="", operations=(Delete(id="save"), Delete(id="gone")))

    with pytest.raises(OperationError):
        prepare(batch, SAMPLE, CATALOGUE)
