"""What of a page has changed, for whoever has an older version of it.

A part is a component as it is now, with its children by their ids. Parts say how things are, not how they
came to be: what isn't among them is as it was, wherever it stands by now, and what no child list names
any more is gone. So they fit the version that they were made for and each one after it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from mainspring.builder.pages.tree import walk
from mainspring.runtime.protocol import BuiltIn, Component

__all__ = ["Part", "changed_ids", "parts_of"]


class Part(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """As ``Component``, but for ``children``: their ids."""

    id: str
    type: str
    fields: Mapping[str, Any] = {}
    binding: str | None = None
    on: Mapping[str, str | BuiltIn] = {}
    visible: bool | str = True
    children: tuple[str, ...] = ()


def changed_ids(before: Component, after: Component) -> frozenset[str]:
    """Ids of ``after`` that ``before`` doesn't have, or has as another component or with other children.

    Costs next to nothing where both share their components, as versions made by operations do.
    """
    known = {component.id: component for component in walk(before)}
    found: set[str] = set()
    waiting = [after]
    while waiting:
        component = waiting.pop()
        was = known.get(component.id)
        if was is component:
            continue
        # As bytes: for Python True equals 1, for whoever gets the page it doesn't.
        if was is None or msgspec.json.encode(_part(was)) != msgspec.json.encode(_part(component)):
            found.add(component.id)
        waiting.extend(component.children)
    return frozenset(found)


def parts_of(page: Component, changed: Collection[str]) -> tuple[Part, ...]:
    """The components with these ids as they are on ``page`` now; ids that it doesn't have are passed over."""
    return tuple([_part(component) for component in walk(page) if component.id in changed])


def _part(component: Component) -> Part:
    return Part(
        id=component.id,
        type=component.type,
        fields=component.fields,
        binding=component.binding,
        on=component.on,
        visible=component.visible,
        children=tuple([child.id for child in component.children]),
    )
