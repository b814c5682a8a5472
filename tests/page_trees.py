"""Trees and catalogues for the tests of the page tree, made by hand and by Hypothesis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from hypothesis import strategies as st
from mainspring.builder.components.catalogue import Catalogue, ComponentType, EventSpec, FieldSpec
from mainspring.builder.pages.tree import ids, new_id, walk
from mainspring.builder.pages.tree_operations import (
    Add,
    Batch,
    Bind,
    Delete,
    Link,
    Move,
    Operation,
    Rename,
    SetField,
    Show,
)
from mainspring.runtime.protocol import (
    BuiltIn,
    CloseDialog,
    Component,
    GoToPage,
    OpenDialog,
    OpenLink,
    SetState,
)


def _type(name: str, **more: Any) -> ComponentType:
    values: dict[str, Any] = {
        "title": name.capitalize(),
        "category": "Other",
        "description": f"A {name}.",
        "icon": "box",
    }
    return ComponentType(type=name, **(values | more))


CATALOGUE = Catalogue(
    {
        "page": _type(
            "page", children="any", parents=(), fields={"title": FieldSpec(title="Title", type="text")}
        ),
        "section": _type("section", children="any"),
        "columns": _type("columns", children=("column",), initial_children=("column", "column")),
        "column": _type("column", children="any", parents=("columns",)),
        "button": _type(
            "button",
            fields={
                "text": FieldSpec(title="Text", type="text", default="Button"),
                "disabled": FieldSpec(title="Disabled", type="boolean", default=False),
                "style": FieldSpec(title="Style", type="option", options={"a": "A", "b": "B"}, default="a"),
                "opens": FieldSpec(title="Opens", type="component", default=""),
            },
            events={"wf-click": EventSpec(payload="click", description="It is pressed.")},
        ),
        "input": _type(
            "input",
            fields={
                "label": FieldSpec(title="Label", type="text", default="Label"),
                "max": FieldSpec(title="Maximum", type="number"),
                "notes": FieldSpec(title="Notes", type="multiline", default=""),
                "options": FieldSpec(title="Options", type="key_value", default={"a": "A"}),
            },
            events={"wf-change": EventSpec(payload="text", description="It changes.")},
            binding="wf-change",
        ),
    }
)


def page(*children: Component, key: str = "main") -> Component:
    return Component(id=key, type="page", children=children)


def button(id_: str, text: str = "", **more: Any) -> Component:
    return Component(id=id_, type="button", fields={"text": text} if text else {}, **more)


def columns(*filled: tuple[Component, ...]) -> Component:
    made = (
        Component(id="column" if n == 1 else f"column_{n}", type="column", children=children)
        for n, children in enumerate(filled, 1)
    )
    return Component(id="columns", type="columns", children=tuple(made))


SAMPLE = page(
    columns((button("save", "Save"), button("cancel", "Cancel")), ()),
    Component(id="name", type="input", fields={"label": "Name"}, binding="form.name"),
)

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_names = st.sampled_from(["save", "count_visitor", "stock.refill"])
_ACTIONS: list[BuiltIn] = [
    GoToPage(page="other"),
    SetState(path="is_open", value={"at": [1, "@{payload}"]}),
    OpenDialog(dialog="save"),
    CloseDialog(dialog="save"),
    OpenLink(url="https://example.org/@{id}"),
]
_actions = st.sampled_from(_ACTIONS)
_VISIBLE: list[bool | str] = [True, False, "@{is_open}"]
_lines = st.lists(_texts, max_size=3).map("\n".join)


@st.composite
def operations(draw: st.DrawFn, tree: Component) -> Operation:
    """An operation that is possible on ``tree`` more often than not."""
    known = list(walk(tree))
    one = draw(st.sampled_from(known))
    other = draw(st.sampled_from(known))
    index = draw(st.integers(0, 4))
    name, value = draw(
        st.one_of(
            st.tuples(st.sampled_from(["text", "label", "notes"]), st.none() | _lines),
            st.tuples(st.just("max"), st.none() | st.integers(-9, 9)),
            st.tuples(st.just("disabled"), st.booleans()),
            st.tuples(st.just("style"), st.sampled_from("ab")),
            st.tuples(st.just("options"), st.dictionaries(_texts, _texts, max_size=3)),
        )
    )
    type_ = draw(st.sampled_from(["section", "columns", "button", "input"]))
    wrapper = Component(id="section", type="section")
    possible: list[Operation] = [
        Batch(
            label="Wrap",
            operations=(
                Add(component=wrapper, parent=other.id, index=index),
                Move(id=one.id, parent="section", index=0),
            ),
        ),
        Add(component=Component(id="", type=type_), parent=other.id, index=index),
        SetField(id=one.id, field=name, value=value),
        Bind(id=one.id, path=draw(st.sampled_from([None, "a", "form.name"]))),
        Link(id=one.id, event="wf-click", handler=draw(st.none() | _names)),
        Link(id=one.id, event="mouseenter", handler=draw(st.none() | _names)),
        Link(id=one.id, event="wf-click", handler=draw(_actions)),
        Show(id=one.id, visible=draw(st.sampled_from(_VISIBLE))),
        Move(id=one.id, parent=other.id, index=index),
        Delete(id=one.id),
        Rename(id=one.id, new_id=new_id("renamed", ids(tree))),
    ]
    return draw(st.sampled_from(possible))


Tree = dict[str, Any]


def as_json(value: object) -> Any:
    """``value`` as whoever gets it as JSON has it."""
    return msgspec.json.decode(msgspec.json.encode(value))


def walk_json(component: Tree) -> Iterator[Tree]:
    """A page as the service sends it, each component before its children."""
    yield component
    for child in component.get("children", ()):
        yield from walk_json(child)


def with_parts(page: Tree, parts: Iterable[Tree]) -> Tree:
    """``page`` with what the service told of it, put together as a client does."""
    known = {each["id"]: each for each in walk_json(page)} | {part["id"]: part for part in parts}

    def built(child: str | Tree) -> Tree:
        component = known[child if isinstance(child, str) else child["id"]]
        own = {name: value for name, value in component.items() if name != "children"}
        children = [built(each) for each in component.get("children", ())]
        return own | ({"children": children} if children else {})

    return built(page["id"])
