"""What an operation touches on a page, and whether two changes get in each other's way.

A touch is a component's id and an aspect of it: ``field text``, ``on wf-click``, ``binding``,
``visible``, ``place``; ``new`` where it came, ``*`` where it went or is another one by now.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec
from mainspring.builder.pages.tree import find, walk, words
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
from mainspring.runtime.protocol import Component

__all__ = [
    "Shift",
    "Touch",
    "clash",
    "differences",
    "in_words",
    "shifted",
    "shifts",
    "touches",
]

ALL: Final = "*"
NEW: Final = "new"

Touch = tuple[str, str]


class Shift(msgspec.Struct, frozen=True):
    """In ``parent``, from ``index`` on, the children stand ``by`` places further (+1 or -1)."""

    parent: str
    index: int
    by: int


def touches(operation: Operation, page: Component) -> frozenset[Touch]:
    """What ``operation`` changes on ``page``."""
    match operation:
        case Add(component=component):
            return frozenset([(below.id, NEW) for below in walk(component)])
        case SetField(id=id_, field=field):
            return frozenset([(id_, f"field {field}")])
        case Bind(id=id_):
            return frozenset([(id_, "binding")])
        case Link(id=id_, event=event):
            return frozenset([(id_, f"on {event}")])
        case Show(id=id_):
            return frozenset([(id_, "visible")])
        case Move(id=id_):
            return frozenset([(id_, "place")])
        case Delete(id=id_):
            component_ = find(page, id_)
            below_ = () if component_ is None else walk(component_)
            return frozenset([(component.id, ALL) for component in below_]) | {(id_, ALL)}
        case Rename(id=id_, new_id=new_id):
            return frozenset([(id_, ALL), (new_id, NEW)])
        case Batch(operations=operations):
            return frozenset().union(*[touches(single, page) for single in operations])


def clash(operation: Operation, page: Component, since: Collection[Touch]) -> Touch | None:
    """What of ``since``, the touches of others, forbids ``operation`` to someone who hasn't seen them."""
    if isinstance(operation, Batch):
        found = [clash(single, page, since) for single in operation.operations]
        return next((touch for touch in found if touch is not None), None)
    theirs: dict[str, set[str]] = {}
    for id_, aspect in since:
        theirs.setdefault(id_, set()).add(aspect)
    if isinstance(operation, Add | Move) and ALL in theirs.get(operation.parent, ()):
        return operation.parent, ALL
    if isinstance(operation, Add):
        # Its ids are made free ones anyway.
        return None
    for id_, aspect in sorted(touches(operation, page)):
        for their_aspect in sorted(theirs.get(id_, ())):
            if aspect == their_aspect or ALL in (aspect, their_aspect):
                return id_, their_aspect
    return None


def differences(old: Component, new: Component) -> frozenset[Touch]:
    """What lies between two versions of one page."""
    before, after = _placed(old), _placed(new)
    found: set[Touch] = {(id_, ALL) for id_ in before.keys() - after.keys()}
    found |= {(id_, NEW) for id_ in after.keys() - before.keys()}
    for id_ in before.keys() & after.keys():
        (was, was_in), (is_, is_in) = before[id_], after[id_]
        if was.type != is_.type:
            found.add((id_, ALL))
        if was_in != is_in:
            found.add((id_, "place"))
        if was.binding != is_.binding:
            found.add((id_, "binding"))
        if was.visible != is_.visible:
            found.add((id_, "visible"))
        found |= {(id_, f"field {name}") for name in _changed(dict(was.fields), dict(is_.fields))}
        found |= {(id_, f"on {event}") for event in _changed(dict(was.on), dict(is_.on))}
        both = {child.id for child in was.children} & {child.id for child in is_.children}
        order = [[child.id for child in version.children if child.id in both] for version in (was, is_)]
        found |= {(one, "place") for one, other in zip(*order, strict=True) if one != other}
    return frozenset(found)


def _placed(page: Component) -> dict[str, tuple[Component, str]]:
    """Id to component and the id of its parent."""
    placed = {page.id: (page, "")}
    for parent in walk(page):
        for child in parent.children:
            placed[child.id] = (child, parent.id)
    return placed


def _changed(old: dict[str, object], new: dict[str, object]) -> set[str]:
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def shifts(operation: Operation, inverse: Operation) -> tuple[Shift, ...]:
    """How ``operation`` moved the places of other components; ``inverse`` says where it took from."""
    if isinstance(operation, Batch) and isinstance(inverse, Batch):
        steps = zip(operation.operations, reversed(inverse.operations), strict=True)
        return tuple([shift for there, back in steps for shift in shifts(there, back)])
    found = []
    if isinstance(inverse, Add | Move):
        found.append(Shift(inverse.parent, inverse.index, -1))
    if isinstance(operation, Add | Move):
        found.append(Shift(operation.parent, operation.index, 1))
    return tuple(found)


def shifted(operation: Operation, since: Collection[Shift]) -> Operation:
    """``operation``, made before ``since``, with its place counted as of now."""
    if isinstance(operation, Batch):
        singles = [shifted(single, since) for single in operation.operations]
        return msgspec.structs.replace(operation, operations=tuple(singles))
    if not isinstance(operation, Add | Move):
        return operation
    index = operation.index
    for shift in since:
        if shift.parent == operation.parent:
            reached = shift.index <= index if shift.by > 0 else shift.index < index
            index += shift.by if reached else 0
    return operation if index == operation.index else msgspec.structs.replace(operation, index=index)


def in_words(touch: Touch) -> str:
    """A touch as the reason of a refusal: "Text of Save has changed in the meantime"."""
    id_, aspect = touch
    name = f"“{id_}”"
    if aspect == ALL:
        return f"{name} was deleted or renamed in the meantime"
    if aspect == NEW:
        return f"{name} was added in the meantime"
    if aspect == "place":
        return f"{name} was moved in the meantime"
    kind, _, detail = aspect.partition(" ")
    what = {"field": words(detail), "on": f"The handler of {detail}"}.get(kind, words(kind))
    return f"{what} of {name} has changed in the meantime"
