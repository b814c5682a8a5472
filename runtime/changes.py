"""From marks to operations: what a browser's copy needs to become what the state is now.

An operation is ``["set", path, value]``, ``["delete", path]``, ``["splice", path, start, gone, [new…]]`` or
``["append", path, text]``, which is added to the text that stands there.
The walk follows marks and references side by side; own operations of a container come before those of its
children, with the values as they stand at this moment. The caller holds the session's lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import expressions
from .references import Node
from .serialise import MAX_DEPTH, Serialiser
from .state import State
from .tracked import Tracked, TrackedDict, TrackedList, clear_marks, iter_dirty

Operation = tuple[Any, ...]
WireKey = str | int


def take_changes(state: State, references: Node, serialiser: Serialiser) -> tuple[list[Operation], set[Any]]:
    """Return the operations since the last call, and which top-level keys changed; clears all marks."""
    if not state._dirty:
        return [], set()
    touched = set(state._own)
    if not state._dirty_children:  # Only keys of state itself, as mostly.
        try:
            return list(_own_changes(state, references, (), serialiser)), touched
        finally:
            clear_marks(state)
    touched.update(key for key, _ in iter_dirty(state))
    try:
        operations = list(_walk(state, references, (), serialiser, set()))
    finally:
        clear_marks(state)
    return operations, touched


def _text(key: Any) -> str:
    return key if type(key) is str else expressions.key_text(key)


def _walk(
    node: Tracked, reference: Node, path: tuple[WireKey, ...], serialiser: Serialiser, active: set[int]
) -> Iterator[Operation]:
    if id(node) in active:
        return
    if len(path) > MAX_DEPTH:  # The browser's copy ends here, with null.
        yield ("set", path, serialiser.plain(node, path))
        return
    active.add(id(node))
    if isinstance(node, TrackedDict):
        yield from _walk_dict(node, reference, path, serialiser, active)
    elif isinstance(node, TrackedList):
        yield from _walk_list(node, path, serialiser, active)
    else:
        yield ("set", path, serialiser.plain(node, path))
    active.discard(id(node))


def _walk_dict(
    node: TrackedDict, reference: Node, path: tuple[WireKey, ...], serialiser: Serialiser, active: set[int]
) -> Iterator[Operation]:
    yield from _own_changes(node, reference, path, serialiser)
    for key, child in list(iter_dirty(node)):
        text = _text(key)
        if key not in node._own and (below := _below(reference, text)) is not None:
            yield from _walk(child, below, (*path, text), serialiser, active)


def _own_changes(
    node: TrackedDict, reference: Node, path: tuple[WireKey, ...], serialiser: Serialiser
) -> Iterator[Operation]:
    for key, deleted in node._own.items():
        text = _text(key)
        below = _below(reference, text)
        if below is None:
            continue
        if deleted:
            yield ("delete", (*path, text))
        if key in node:
            value = dict.__getitem__(node, key)
            length = node._grown.get(key)
            if length is not None and length < len(value):
                yield ("append", (*path, text), serialiser.plain(value[length:], (*path, text)))
                continue
            yield ("set", (*path, text), serialiser.plain(value, (*path, text), below))


def _below(reference: Node, text: str) -> Node | None:
    if text.startswith("_"):
        return None
    return reference if reference.whole else reference.below.get(text)


def _walk_list(
    node: TrackedList, path: tuple[WireKey, ...], serialiser: Serialiser, active: set[int]
) -> Iterator[Operation]:
    whole = Node()
    whole.whole = True
    if node._whole:
        yield ("set", path, serialiser.plain(node, path))
        return
    for start, length, gone in node._edits:
        new = [
            serialiser.plain(item, (*path, start + n)) for n, item in enumerate(node[start : start + length])
        ]
        if length == gone == 1:
            yield ("set", (*path, start), new[0])
        elif length or gone:
            yield ("splice", path, start, gone, new)
    for index, child in list(iter_dirty(node)):
        if not any(start <= index < start + length for start, length, _ in node._edits):
            yield from _walk(child, whole, (*path, index), serialiser, active)
