"""Carrying out operations on a page tree: pure, and the page that comes in is untouched.

``prepare`` makes a request fit (fresh ids, the first children of a new component); ``apply`` carries
it out and says what leads back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from mainspring.builder.components.catalogue import Catalogue
from mainspring.builder.pages.built_in_actions import referring_to
from mainspring.builder.pages.operation_rules import check, check_depth, check_id, existing
from mainspring.builder.pages.tree import find, ids, name_of, new_id, parent_of, replace, walk
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
    Single,
)
from mainspring.runtime.protocol import Component

__all__ = ["apply", "prepare", "referring_fields"]


def prepare(
    operation: Operation, page: Component, catalogue: Catalogue, taken: Collection[str] = ()
) -> Operation:
    """``operation`` with what the server decides filled in; only ``Add`` is ever changed.

    Ids of the new component and of those below it which are empty or taken, in this page or in
    ``taken``, are replaced, and fields inside that named them follow. A bare component (a type and
    nothing else) gets the first children of its type.
    """
    if isinstance(operation, Batch):
        return _prepare_all(operation, page, catalogue, taken)
    if not isinstance(operation, Add):
        return operation
    component = operation.component
    bare = component == Component(id=component.id, type=component.type)
    if bare and (known := catalogue.types.get(component.type)) is not None:
        children = tuple([Component(id="", type=child) for child in known.initial_children])
        component = msgspec.structs.replace(component, children=children)
    component = _with_free_ids(component, catalogue, set(taken) | ids(page))
    return msgspec.structs.replace(operation, component=catalogue.without_defaults(component))


def _prepare_all(batch: Batch, page: Component, catalogue: Catalogue, taken: Collection[str]) -> Batch:
    """Each operation prepared for the page as those before it leave it; new ids are followed.

    Raises:
        OperationError
    """
    renamed: dict[str, str] = {}
    steps: list[Single] = []
    for single in batch.operations:
        names = {
            name: renamed[value]
            for name in ("id", "parent")
            if (value := getattr(single, name, None)) in renamed
        }
        step = prepare(msgspec.structs.replace(single, **names), page, catalogue, taken)
        assert not isinstance(step, Batch)
        if isinstance(single, Add) and isinstance(step, Add) and single.component.id:
            renamed[single.component.id] = step.component.id
        page, _ = apply(page, step, catalogue, taken)
        steps.append(step)
    return msgspec.structs.replace(batch, operations=tuple(steps))


def _with_free_ids(component: Component, catalogue: Catalogue, taken: set[str]) -> Component:
    renamed: dict[str, str] = {}

    def fresh(component: Component) -> Component:
        wanted = component.id or component.type
        free = new_id(wanted, taken)
        taken.add(free)
        if component.id and free != component.id:
            renamed[component.id] = free
        children = tuple([fresh(child) for child in component.children])
        return msgspec.structs.replace(component, id=free, children=children)

    return _refer_to(fresh(component), renamed, catalogue)


def _refer_to(component: Component, renamed: Mapping[str, str], catalogue: Catalogue) -> Component:
    """``component`` and all below it with the fields and actions that name a renamed component mended."""
    mended = referring_fields(component, renamed, catalogue)
    children = tuple([_refer_to(child, renamed, catalogue) for child in component.children])
    on = referring_to(component.on, renamed)
    same = all(new is old for new, old in zip(children, component.children, strict=True))
    if not mended and on is None and same:
        return component
    fields = {**component.fields, **mended}
    return msgspec.structs.replace(
        component, fields=fields, on=component.on if on is None else on, children=children
    )


def referring_fields(
    component: Component, renamed: Mapping[str, str], catalogue: Catalogue
) -> dict[str, str]:
    """The fields of ``component`` that name a renamed component, with its new id."""
    known = catalogue.types.get(component.type)
    return {
        name: renamed[value]
        for name, value in component.fields.items()
        if isinstance(value, str)
        and value in renamed
        and known is not None
        and name in known.fields
        and known.fields[name].type == "component"
    }


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
    if isinstance(operation, Batch):
        return _apply_all(page, operation, catalogue, taken, checked)
    if checked:
        check(page, operation, catalogue)
    match operation:
        case Add():
            return _add(page, operation, taken)
        case SetField():
            return _set_field(page, operation, catalogue)
        case Bind(id=id_, path=path):
            before = existing(page, id_).binding
            return _replaced(page, id_, binding=path), Bind(id=id_, path=before)
        case Link():
            return _link(page, operation)
        case Show(id=id_, visible=visible):
            before_ = existing(page, id_).visible
            return _replaced(page, id_, visible=visible), Show(id=id_, visible=before_)
        case Move():
            return _move(page, operation)
        case Delete():
            return _delete(page, operation)
        case Rename():
            return _rename(page, operation, catalogue, taken)


def _apply_all(
    page: Component, batch: Batch, catalogue: Catalogue, taken: Collection[str], checked: bool
) -> tuple[Component, Operation]:
    back: list[Single] = []
    for single in batch.operations:
        page, inverse = apply(page, single, catalogue, taken, checked=checked)
        assert not isinstance(inverse, Batch)
        back.append(inverse)
    return page, Batch(label=batch.label, operations=tuple(reversed(back)))


def _replaced(page: Component, component_id: str, **changes: Any) -> Component:
    return replace(page, component_id, lambda component: msgspec.structs.replace(component, **changes))


def _add(page: Component, operation: Add, taken: Collection[str]) -> tuple[Component, Operation]:
    component = operation.component
    parent = existing(page, operation.parent)
    known = ids(page)
    new = [below.id for below in walk(component)]
    for id_ in new:
        if id_ in known or id_ in taken or new.count(id_) > 1:
            raise OperationError(f"The id “{id_}” is in use already.")
        check_id(id_)
    check_depth(page, parent, component)
    index = min(max(operation.index, 0), len(parent.children))
    return _inserted(page, parent, index, component), Delete(id=component.id)


def _inserted(page: Component, parent: Component, index: int, component: Component) -> Component:
    children = (*parent.children[:index], component, *parent.children[index:])
    return _replaced(page, parent.id, children=children)


def _removed(page: Component, component_id: str) -> tuple[Component, Component, int]:
    """``page`` without that component, its parent as it was, and its place there."""
    place = parent_of(page, component_id)
    if place is None:
        raise OperationError("The page itself stays where it is.")
    parent, index = place
    children = parent.children[:index] + parent.children[index + 1 :]
    return _replaced(page, parent.id, children=children), parent, index


def _set_field(page: Component, operation: SetField, catalogue: Catalogue) -> tuple[Component, Operation]:
    component = existing(page, operation.id)
    name, fields = operation.field, dict(component.fields)
    inverse = SetField(id=operation.id, field=name, value=fields.pop(name, None))
    if operation.value is not None and not catalogue.is_default(component.type, name, operation.value):
        fields[name] = operation.value
    return _replaced(page, operation.id, fields=fields), inverse


def _link(page: Component, operation: Link) -> tuple[Component, Operation]:
    on = dict(existing(page, operation.id).on)
    inverse = Link(id=operation.id, event=operation.event, handler=on.pop(operation.event, None))
    if operation.handler is not None:
        on[operation.event] = operation.handler
    return _replaced(page, operation.id, on=on), inverse


def _move(page: Component, operation: Move) -> tuple[Component, Operation]:
    component = existing(page, operation.id)
    if find(component, operation.parent) is not None:
        raise OperationError(f"{name_of(component)} can't be moved into itself.")
    without, old_parent, old_index = _removed(page, operation.id)
    parent = existing(without, operation.parent)
    check_depth(without, parent, component)
    index = min(max(operation.index, 0), len(parent.children))
    inverse = Move(id=operation.id, parent=old_parent.id, index=old_index)
    return _inserted(without, parent, index, component), inverse


def _delete(page: Component, operation: Delete) -> tuple[Component, Operation]:
    component = existing(page, operation.id)
    without, parent, index = _removed(page, operation.id)
    return without, Add(component=component, parent=parent.id, index=index)


def _rename(
    page: Component, operation: Rename, catalogue: Catalogue, taken: Collection[str]
) -> tuple[Component, Operation]:
    old, new = operation.id, operation.new_id
    existing(page, old)
    if old == page.id:
        raise OperationError("The id of a page is the name of its file.")
    if old == new:
        return page, operation
    check_id(new)
    if new in taken or find(page, new) is not None:
        raise OperationError(f"The id “{new}” is in use already.")
    renamed = _refer_to(_replaced(page, old, id=new), {old: new}, catalogue)
    return renamed, Rename(id=new, new_id=old)
