"""The page tree as values: looking things up, and what an id may be.

A page is a ``Component`` of type ``page``; its id is its key. What changes a page stands in
``tree_operations.py``, how it lies on disk in ``tree_store.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

import msgspec
from mainspring.runtime.protocol import BuiltIn, Component

__all__ = [
    "MAX_DEPTH",
    "depth",
    "duplicate_ids",
    "find",
    "ids",
    "is_id",
    "linked_to",
    "name_of",
    "new_id",
    "parent_of",
    "replace",
    "walk",
    "words",
]

# Deeper than anyone nests by hand, and far from where recursion ends.
MAX_DEPTH: Final = 60

_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_NUMBERED: Final = re.compile(r"(.*?)_([0-9]+)")
_LONGEST_NAME: Final = 32
# Leaves room for the number of a new id within the length of an id.
_LONGEST_STEM: Final = 56


def is_id(text: str) -> bool:
    """Whether ``text`` can be the id of a component or the key of a page."""
    return _ID.fullmatch(text) is not None


def walk(page: Component) -> Iterator[Component]:
    """``page`` and everything below it, each before its children, in the order of the page."""
    waiting = [page]
    while waiting:
        component = waiting.pop()
        yield component
        waiting.extend(reversed(component.children))


def ids(page: Component) -> frozenset[str]:
    """The ids of ``page`` and of everything below it."""
    return frozenset([component.id for component in walk(page)])


def duplicate_ids(pages: Iterable[Component]) -> dict[str, tuple[str, ...]]:
    """Ids that stand on several pages, to the keys of those pages; within an app each should be unique."""
    found: dict[str, list[str]] = {}
    for page in pages:
        for component in walk(page):
            found.setdefault(component.id, []).append(page.id)
    return {id_: tuple(keys) for id_, keys in found.items() if len(keys) > 1}


def find(page: Component, component_id: str) -> Component | None:
    """The component of that id, ``page`` itself included."""
    return next((component for component in walk(page) if component.id == component_id), None)


def linked_to(pages: Iterable[Component], page: str, component_id: str, event: str) -> str | BuiltIn:
    """The handler that an event of a component calls, or what it does without code; empty if neither."""
    for each in pages:
        if each.id == page and (component := find(each, component_id)) is not None:
            return component.on.get(event, "")
    return ""


def parent_of(page: Component, component_id: str) -> tuple[Component, int] | None:
    """The component that has ``component_id`` as a child, and at which place; ``None`` for the page."""
    for component in walk(page):
        for index, child in enumerate(component.children):
            if child.id == component_id:
                return component, index
    return None


def depth(component: Component) -> int:
    """How many levels there are, ``component`` itself being the first."""
    levels, level = 0, [component]
    while level:
        levels, level = levels + 1, [child for above in level for child in above.children]
    return levels


def replace(page: Component, component_id: str, change: Callable[[Component], Component]) -> Component:
    """``page`` with ``change`` applied to that component; everything beside its path stays the same object.

    Raises:
        KeyError: There is no such component.
    """
    if page.id == component_id:
        return change(page)
    path = _path(page, component_id)
    if path is None:
        raise KeyError(component_id)
    above = [page]
    for index in path:
        above.append(above[-1].children[index])
    changed = change(above.pop())
    while above:
        parent, index = above.pop(), path.pop()
        children = (*parent.children[:index], changed, *parent.children[index + 1 :])
        changed = msgspec.structs.replace(parent, children=children)
    return changed


def _path(page: Component, component_id: str) -> list[int] | None:
    """The places that lead from ``page`` to that component."""
    waiting: list[tuple[Component, list[int]]] = [(page, [])]
    while waiting:
        component, path = waiting.pop()
        for index, child in enumerate(component.children):
            if child.id == component_id:
                return [*path, index]
            if child.children:
                waiting.append((child, [*path, index]))
    return None


def new_id(base: str, taken: Collection[str]) -> str:
    """``base`` if it is free, else ``base_2``, ``base_3`` …; a number at the end of ``base`` counts on."""
    numbered = _NUMBERED.fullmatch(base)
    stem, number = (numbered[1], int(numbered[2])) if numbered else (base, 1)
    candidate = base
    while candidate in taken:
        number += 1
        candidate = f"{stem[:_LONGEST_STEM]}_{number}"
    return candidate


def words(name: str) -> str:
    """A name of the machine as people read it: ``css_class`` is ``Css class``, ``column_2`` ``Column 2``."""
    text = name.replace("_", " ").replace("-", " ").strip()
    return text[:1].upper() + text[1:]


def name_of(component: Component) -> str:
    """What people call it: what it says, if that is short, else its id in words."""
    for field in ("label", "text", "title"):
        text = component.fields.get(field)
        if isinstance(text, str) and 0 < len(text.strip()) <= _LONGEST_NAME and not ({"@", "\n"} & set(text)):
            return text.strip()
    return words(component.id)
