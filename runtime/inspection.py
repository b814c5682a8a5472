"""What whoever edits the app sees of a session's state, and how they change it.

A place in state is told as ``{"key", "kind", "type", "preview", "size", "value", "writer"}``: ``kind`` is
``object``, ``list``, ``text``, ``number``, ``boolean``, ``null``, ``frame`` or ``other``; ``size`` counts
what stands below it; ``value`` is there if it is JSON and short, so that it can be edited; ``writer`` says
which code wrote it last. No code of the app's runs for it: no ``__repr__`` either, which might hang or raise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from . import built_in, expressions, frames
from .completed import completed
from .expressions import MISSING, Path
from .protocol import (
    AssignState,
    CompleteState,
    Component,
    FindReferences,
    FindState,
    Inspect,
    Inspected,
    ReadState,
    ResetState,
)
from .references import Pages, component_texts, repeater_names

MAX_PREVIEW: Final = 120
MAX_VALUE: Final = 20_000  # Characters of JSON that are offered to be edited.
MAX_COUNT: Final = 1_000
MAX_FOUND: Final = 200
MAX_VISITED: Final = 50_000
MAX_DEPTH: Final = 50

Parts = tuple[str | int, ...]
Writer = Callable[[Parts], dict[str, Any] | None]


class NoPlace(Exception):
    """There is nothing at this path, or it can't be written; the message is for people."""


def answer(
    message: Inspect, state: Any, writer: Writer, pages: Pages, reset: Callable[[], None]
) -> Inspected:
    """Do what ``message`` asks, under the lock of the session that ``state`` belongs to.

    Args:
        writer: Says which code wrote what stands at a path last, if anybody knows.
    """
    body: Any = None
    try:
        match message.query:
            case ReadState(path=path, start=start, count=count):
                body = read(state, path, max(0, start), min(max(1, count), MAX_COUNT), writer)
            case FindState(text=text):
                body = find(state, text)
            case AssignState(path=path, value=value):
                assign(state, path, value)
            case ResetState():
                reset()
            case CompleteState(path=path):
                body = completed(at(state, path), _type)
            case FindReferences():
                body = references(state, pages)
        return Inspected(message.session_id, message.request, msgspec.json.encode(body))
    except NoPlace as error:
        return Inspected(message.session_id, message.request, problem=str(error))


def read(state: Any, path: Parts, start: int, count: int, writer: Writer) -> dict[str, Any]:
    """Tell the place at ``path`` and the elements of it from ``start`` on, as ``items``.

    Raises:
        NoPlace: There is nothing.
    """
    value = at(state, path)
    told = describe(path[-1] if path else "", value)
    told["items"] = [
        describe(key, item) | _written(writer, (*path, key))
        for key, item in _elements(value, start, start + count)
    ]
    return told | _written(writer, path)


def _written(writer: Writer, path: Parts) -> dict[str, Any]:
    found = writer(path)
    return {} if found is None else {"writer": found}


def find(state: Any, text: str) -> dict[str, Any]:
    """Return ``{"found": [{"path", **place}], "complete": bool}``: where ``text`` is in keys or values."""
    wanted = text.casefold()
    found: list[dict[str, Any]] = []
    visited = 0
    todo: list[tuple[Parts, Any]] = [((), state)]
    while todo:
        path, value = todo.pop()
        for key, item in _elements(value, 0, MAX_VISITED):
            visited += 1
            told = describe(key, item)
            here = (*path, key)
            if wanted in str(key).casefold() or ("size" not in told and wanted in told["preview"].casefold()):
                found.append({"path": here, **told})
            if isinstance(item, Mapping | list | tuple | set) and len(here) < MAX_DEPTH:
                todo.append((here, item))
            if len(found) >= MAX_FOUND or visited >= MAX_VISITED:
                return {"found": found, "complete": False}
    return {"found": found, "complete": True}


def assign(state: Any, path: Parts, encoded: bytes) -> None:
    """Put JSON at ``path``: a new key of a dict, or what stands at a key or position already.

    Raises:
        NoPlace: It can't be put there.
    """
    if not path:
        raise NoPlace("The whole state can't be replaced; reset the session instead.")
    try:
        value = msgspec.json.decode(encoded)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NoPlace(f"This is no JSON: {error}.") from None
    holder, last = at(state, path[:-1]), path[-1]
    if isinstance(holder, dict):
        known = expressions.find_key(holder, str(last))
        holder[str(last) if known is MISSING else known] = value
    elif isinstance(holder, list) and isinstance(last, int) and 0 <= last < len(holder):
        holder[last] = value
    else:
        raise NoPlace(f"{shown(path)} can't be set: what holds it is no dict and no list.")


def references(state: Any, pages: Pages) -> list[dict[str, Any]]:
    """Return each path that a page reads: ``{"page", "component", "field", "path", "missing"}``.

    ``missing`` is the first part of it that the state doesn't have, where that can be told: nothing is
    missing in a row of a repeater, below ``None``, or in a list, because such things come and go.
    """
    found: list[dict[str, Any]] = []

    def visit(component: Component, page: str, scope: frozenset[str]) -> None:
        read = [(field, text, scope) for field, text in component_texts(component)]
        # An event's payload is a name there, as a repeater's row is.
        read += [(event, text, scope | {"payload"}) for event, text in built_in.read_texts(component)]
        for field, text, names in read:
            for path in expressions.paths(text):
                prefix = path.prefix()
                if prefix and prefix[0] not in names:
                    missing = _missing(state, path)
                    found.append(
                        {
                            "page": page,
                            "component": component.id,
                            "field": field,
                            "path": prefix,
                            "missing": missing,
                        }
                    )
        below = scope | set(repeater_names(component)) if component.type == "repeater" else scope
        for child in component.children:
            visit(child, page, below)

    for page in pages.pages:
        visit(page, page.id, frozenset())
    return found


def _missing(state: Any, path: Path) -> str | None:
    value: Any = state
    for part in path.parts:
        if isinstance(part, Path) or not isinstance(value, Mapping):
            return None
        value = expressions.step(value, part)
        if value is MISSING:
            return part
    return None


def describe(key: str | int, value: Any) -> dict[str, Any]:
    """Tell one place, without what stands below it."""
    kind, preview = _kind(value)
    told: dict[str, Any] = {"key": key, "kind": kind, "type": _type(value), "preview": preview[:MAX_PREVIEW]}
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        told["size"] = len(value)
    if (text := _json(value)) is not None:
        told["value"] = msgspec.Raw(text)
    return told


def _kind(value: Any) -> tuple[str, str]:
    """Kind and preview; only types whose ``repr`` is known to be harmless are asked for one."""
    if value is None:
        return "null", "None"
    if isinstance(value, bool):
        return "boolean", str(bool(value))
    kind = type(value)
    if kind in (int, float):
        return "number", _number(value)
    if kind is str:
        return "text", value[: MAX_PREVIEW + 1]
    if isinstance(value, Mapping):
        return "object", f"{len(value):,} {'key' if len(value) == 1 else 'keys'}"
    if isinstance(value, list | tuple | set | frozenset):
        return "list", f"{len(value):,} {'item' if len(value) == 1 else 'items'}"
    if kind in (bytes, bytearray):
        return "other", f"{len(value):,} bytes"
    if frames.is_frame(value):
        shape = getattr(value, "shape", ())
        return "frame", " × ".join(f"{n:,}" for n in shape) if isinstance(shape, tuple) else kind.__name__
    if kind.__module__ in ("datetime", "decimal", "uuid", "pathlib", "fractions"):
        return "other", str(value)[:MAX_PREVIEW]
    return "other", f"<{kind.__qualname__}>"


def _number(value: float) -> str:
    # A huge int takes long to print, and Python refuses beyond 4,300 digits.
    if isinstance(value, int) and value.bit_length() > 1_000:
        return f"an integer of {value.bit_length():,} bits"
    return repr(value)


def _type(value: Any) -> str:
    name = type(value).__name__
    return {"TrackedDict": "dict", "TrackedList": "list", "TrackedSet": "set", "State": "dict"}.get(
        name, name
    )


_PLAIN: Final = {"TrackedDict": "dict", "TrackedList": "list", "TrackedSet": "set", "State": "dict"}


def _json(value: Any) -> bytes | None:
    """The value as JSON, if it comes back from JSON as what it is, and is short."""
    if not _is_plain(value, [MAX_VALUE // 4]):
        return None
    text = msgspec.json.encode(value)
    return text if len(text) <= MAX_VALUE else None


def _is_plain(value: Any, budget: list[int], depth: int = 0) -> bool:
    budget[0] -= 1
    if budget[0] < 0 or depth > MAX_DEPTH:
        return False
    if value is None or isinstance(value, bool):
        return True
    if type(value) is str:
        return len(value) <= MAX_VALUE
    if type(value) is int:
        return abs(value) < 1 << 53
    if type(value) is float:
        return math.isfinite(value)
    if isinstance(value, dict):
        return len(value) <= budget[0] and all(
            type(key) is str and _is_plain(item, budget, depth + 1) for key, item in value.items()
        )
    if isinstance(value, list):
        return len(value) <= budget[0] and all(_is_plain(item, budget, depth + 1) for item in value)
    return False


def _elements(value: Any, start: int, end: int) -> Iterator[tuple[str | int, Any]]:
    """Keys as texts, or positions, with what stands there; the order of a set is that of its texts."""
    if isinstance(value, Mapping):
        for index, key in enumerate(value):
            if index >= end:
                return
            if index >= start:
                yield expressions.key_text(key), value[key]
    elif isinstance(value, list | tuple):
        yield from enumerate(value[start:end], start)
    elif isinstance(value, set | frozenset):
        items = sorted(value, key=lambda item: _kind(item)[1])
        yield from enumerate(items[start:end], start)


def at(state: Any, path: Parts) -> Any:
    """Return what stands at ``path``.

    Raises:
        NoPlace: Nothing does.
    """
    value = state
    for depth, part in enumerate(path):
        if isinstance(value, Mapping):
            key = expressions.find_key(value, str(part))
            value = MISSING if key is MISSING else value[key]
        elif isinstance(value, list | tuple) and isinstance(part, int) and 0 <= part < len(value):
            value = value[part]
        elif isinstance(value, set | frozenset) and isinstance(part, int):
            value = next((item for index, item in _elements(value, part, part + 1)), MISSING)
        else:
            value = MISSING
        if value is MISSING:
            raise NoPlace(f"There is nothing at {shown(path[: depth + 1])} now.")
    return value


def shown(path: Parts) -> str:
    """A path as people write it in Python."""
    return "state" + "".join(f"[{part!r}]" for part in path)
