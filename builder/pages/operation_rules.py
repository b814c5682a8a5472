"""What the catalogue, and common sense, have against an operation on a page."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from mainspring.builder.components.catalogue import Catalogue
from mainspring.builder.pages.built_in_actions import problem_of
from mainspring.builder.pages.tree import MAX_DEPTH, depth, find, is_id, name_of, parent_of, walk
from mainspring.builder.pages.tree_operations import (
    Add,
    Bind,
    Delete,
    Link,
    Move,
    Operation,
    OperationError,
    Rename,
    SetField,
    Show,
)
from mainspring.runtime.protocol import BuiltIn, Component

__all__ = ["check", "check_depth", "check_id", "existing"]

# The runtime parses paths exactly; here it is enough to refuse what can't be one.
_PATH: Final = re.compile(r"[^\s@{}]{1,200}")
_HANDLER: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def existing(page: Component, component_id: str) -> Component:
    """The component of that id. Raises: OperationError."""
    found = find(page, component_id)
    if found is None:
        raise OperationError(f"There is no component “{component_id}” on this page.")
    return found


def check(page: Component, operation: Operation, catalogue: Catalogue) -> None:
    """Raise what the catalogue has against ``operation``."""
    match operation:
        case Add(component=component, parent=parent):
            _check_place(existing(page, parent), component, catalogue)
            for below in walk(component):
                _check_content(below, catalogue)
        case Move(id=id_, parent=parent):
            _check_place(existing(page, parent), existing(page, id_), catalogue)
        case SetField(id=id_, field=field, value=value):
            _check_field(existing(page, id_), field, value, catalogue)
        case Bind(id=id_, path=path):
            _check_binding(existing(page, id_), path, catalogue)
        case Link(id=id_, event=event, handler=handler):
            _check_link(existing(page, id_), event, handler, catalogue)
        case Show(id=id_, visible=visible):
            if id_ == page.id:
                raise OperationError("A page can't be hidden.")
            _check_visible(visible)
        case Delete() | Rename():
            pass


def _check_place(parent: Component, component: Component, catalogue: Catalogue) -> None:
    if (refusal := catalogue.refusal(parent.type, component.type)) is not None:
        raise OperationError(refusal)


def _check_content(component: Component, catalogue: Catalogue) -> None:
    """Whether what is added holds only what single operations could have made."""
    for child in component.children:
        _check_place(component, child, catalogue)
    for field, value in component.fields.items():
        _check_field(component, field, value, catalogue)
    for event, handler in component.on.items():
        _check_link(component, event, handler, catalogue)
    _check_binding(component, component.binding, catalogue)
    _check_visible(component.visible)


def _check_field(component: Component, field: str, value: Any, catalogue: Catalogue) -> None:
    known = catalogue.types.get(component.type)
    if known is not None:
        spec = known.fields.get(field)
        if spec is None and value is not None:
            raise OperationError(f"{known.title} has no field “{field}”.")
        if spec is not None and value is not None and (problem := spec.problem(value)) is not None:
            raise OperationError(f"{spec.title} of {name_of(component)} {problem}.")
    try:
        msgspec.json.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise OperationError(f"The value of “{field}” can't be stored: {error}.") from error


def _check_binding(component: Component, path: str | None, catalogue: Catalogue) -> None:
    known = catalogue.types.get(component.type)
    if path is None:
        return
    if known is not None and known.binding is None:
        raise OperationError(f"{known.title} has no value that could be bound.")
    if not _PATH.fullmatch(path):
        raise OperationError(f"“{path}” is no path of the state; one looks like form.name.")


def _check_link(
    component: Component, event: str, handler: str | BuiltIn | None, catalogue: Catalogue
) -> None:
    if handler is None:
        return
    known = catalogue.types.get(component.type)
    if known is not None and catalogue.event(component.type, event) is None:
        raise OperationError(f"{known.title} has no event “{event}”.")
    if not isinstance(handler, str):
        if (problem := problem_of(handler)) is not None:
            raise OperationError(problem)
    elif not _HANDLER.fullmatch(handler):
        raise OperationError(f"“{handler}” is no name of a function.")


def _check_visible(visible: bool | str) -> None:
    if isinstance(visible, str) and "@{" not in visible:
        raise OperationError("Visible is true, false or a template such as @{is_open}.")


def check_id(id_: str) -> None:
    if not is_id(id_):
        raise OperationError(
            f"“{id_}” can't be an id: it begins with a letter and has at most 64 letters, digits, _ or -."
        )


def check_depth(page: Component, parent: Component, component: Component) -> None:
    above, place = 1, parent_of(page, parent.id)
    while place is not None:
        above, place = above + 1, parent_of(page, place[0].id)
    if above + depth(component) > MAX_DEPTH:
        raise OperationError(f"Components can be nested {MAX_DEPTH} levels deep, not deeper.")
