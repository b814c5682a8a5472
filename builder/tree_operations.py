"""Changes of a page as data: what can be done to it, done to a value, with what undoes it.

``prepare`` makes a request fit (fresh ids, the first children of a new component); ``apply`` carries
it out. Both are pure: no files, no clock, and the page that comes in is untouched.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any, Final, NoReturn

import msgspec

from mainspring.builder.catalogue import Catalogue
from mainspring.builder.tree import (
    MAX_DEPTH,
    depth,
    find,
    ids,
    is_id,
    name_of,
    new_id,
    parent_of,
    replace,
    walk,
    words,
)
from mainspring.runtime.protocol import Component

__all__ = [
    "Add",
    "Bind",
    "Delete",
    "Link",
    "Move",
    "Operation",
    "OperationError",
    "Rename",
    "SetField",
    "Show",
    "apply",
    "describe",
    "prepare",
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
    """Let an event call a handler; ``null`` ends it."""

    id: str
    event: str
    handler: str | None


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


Operation = Add | SetField | Bind | Link | Show | Move | Delete | Rename


def prepare(
    operation: Operation, page: Component, catalogue: Catalogue, taken: Collection[str] = ()
) -> Operation:
    """``operation`` with what the server decides filled in; only ``Add`` is ever changed.

    Ids of the new component and of those below it which are empty or taken, in this page or in
    ``taken``, are replaced, and fields inside that named them follow. A bare component (a type and
    nothing else) gets the first children of its type.
    """
    raise NotImplementedError


def apply(
    page: Component,
    operation: Operation,
    catalogue: Catalogue,
    taken: Collection[str] = (),
    *,
    checked: bool = True,
) -> tuple[Component, Operation]:
    """Carry out ``operation``; return the new page, and the operation that leads back.

    Args:
        taken: Ids of the app's other pages, which nothing here may get.
        checked: Whether the rules of the catalogue count. Going back in the history they don't:
            what stood on the page may stand there again, even if its type is gone by now.

    Raises:
        OperationError
    """
    raise NotImplementedError


def describe(operation: Operation, page: Component) -> str:
    """What ``operation`` does to ``page``, as a person would say it: "Move Save into Column 2"."""
    raise NotImplementedError
