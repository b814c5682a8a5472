"""Changes of a page as data: what can be done to it, and how a person would say it.

They come from the Builder page as JSON and stand in the history of a page; ``tree_edits.py`` carries
them out.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from mainspring.builder.pages.built_in_actions import described
from mainspring.builder.pages.tree import find, name_of, parent_of, words
from mainspring.runtime.protocol import BuiltIn, Component

__all__ = [
    "Add",
    "Batch",
    "Bind",
    "Delete",
    "Link",
    "Move",
    "Operation",
    "OperationError",
    "Rename",
    "SetField",
    "Show",
    "Single",
    "describe",
    "subject",
]


class OperationError(Exception):
    """The operation is impossible on this page; the text is a sentence for the person who asked."""


class _Operation(msgspec.Struct, frozen=True, kw_only=True, tag_field="op", forbid_unknown_fields=True):
    """JSON such as ``{"op": "set", "id": "save", "field": "text", "value": "Save"}``."""


class Add(_Operation, frozen=True, tag="add"):
    """Put ``component``, with what stands below it, into ``parent`` before its child ``index``."""

    component: Component
    parent: str
    index: int


class SetField(_Operation, frozen=True, tag="set"):
    """Give a field a value; ``null`` goes back to the default."""

    id: str
    field: str
    value: Any


class Bind(_Operation, frozen=True, tag="bind"):
    """Bind an input to a state element both ways; ``null`` ends it."""

    id: str
    path: str | None


class Link(_Operation, frozen=True, tag="link"):
    """Let an event call a handler, by its name, or do something without code; ``null`` ends it."""

    id: str
    event: str
    handler: str | BuiltIn | None


class Show(_Operation, frozen=True, tag="show"):
    """Show always, never, or when a template is true."""

    id: str
    visible: bool | str


class Move(_Operation, frozen=True, tag="move"):
    """Take the component out and put it into ``parent``.

    ``index`` is the place that it has afterwards: it counts the parent's children without the moved one.
    """

    id: str
    parent: str
    index: int


class Delete(_Operation, frozen=True, tag="delete"):
    """Take the component out, with everything below it."""

    id: str


class Rename(_Operation, frozen=True, tag="rename"):
    """Give the component another id; fields that name it follow."""

    id: str
    new_id: str


Single = Add | SetField | Bind | Link | Show | Move | Delete | Rename


class Batch(_Operation, frozen=True, tag="batch"):
    """Several operations as one step of the history: all are carried out, one after the other, or none.

    ``label`` says in words what they do together.
    """

    label: str
    operations: Annotated[tuple[Single, ...], msgspec.Meta(min_length=1, max_length=1_000)]


Operation = Single | Batch


def subject(operation: Operation) -> str:
    """The id, afterwards, of what the operation is about; of several, the first."""
    if isinstance(operation, Batch):
        return subject(operation.operations[0])
    if isinstance(operation, Add):
        return operation.component.id
    return operation.new_id if isinstance(operation, Rename) else operation.id


def describe(operation: Operation, page: Component) -> str:
    """What ``operation`` does to ``page``, as a person would say it: "Move Save into Column 2"."""

    def name(id_: str) -> str:
        found = find(page, id_)
        return words(id_) if found is None else name_of(found)

    match operation:
        case Add(component=component, parent=parent):
            return f"Add {name_of(component)}" + ("" if parent == page.id else f" to {name(parent)}")
        case SetField(id=id_, field=field, value=None):
            return f"Reset {words(field)} of {name(id_)}"
        case SetField(id=id_, field=field):
            return f"Change {words(field)} of {name(id_)}"
        case Bind(id=id_, path=None):
            return f"Unbind {name(id_)}"
        case Bind(id=id_, path=path):
            return f"Bind {name(id_)} to {path}"
        case Link(id=id_, event=event, handler=None):
            return f"Unlink {event} of {name(id_)}"
        case Link(id=id_, event=event, handler=handler):
            if isinstance(handler, BuiltIn):
                return f"Let {event} of {name(id_)} {described(handler)}"
            return f"Link {event} of {name(id_)} to {handler}"
        case Show(id=id_, visible=visible):
            if isinstance(visible, str):
                return f"Show {name(id_)} when {visible}"
            return f"{'Show' if visible else 'Hide'} {name(id_)}"
        case Move(id=id_, parent=parent):
            place = parent_of(page, id_)
            within = place is not None and place[0].id == parent
            return f"Move {name(id_)} {'within' if within else 'into'} {name(parent)}"
        case Delete(id=id_):
            return f"Delete {name(id_)}"
        case Rename(id=id_, new_id=new):
            return f"Rename {id_} to {new}"
        case Batch(label=label):
            return label[:200] or "Several changes"
