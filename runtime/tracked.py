"""Tracked containers: dicts, lists and sets that know what has changed in them since the last flush.

Each container knows its parents (weakly) and marks itself and everything above it dirty when it changes, so
that a flush walks along the marks only: its cost depends on what changed, never on the size of the state.
Everything that writes, and the flush, hold the session's one lock; so no write is lost between them.

What is assigned is copied in if it is a plain dict, list or set (objects shared within one assignment stay
shared); tracked containers are put in as they are, so one object under two paths changes both.
"""

from __future__ import annotations

import copy
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, Final, SupportsIndex, TypeVar

MAX_EDITS: Final = 64  # More separate places than this in one list, and the whole list is cheaper.

T = TypeVar("T")


class Tracker:
    """What the containers of one session share: the lock, and whom to tell that something changed."""

    __slots__ = ("__weakref__", "lock", "on_change", "on_write", "shares")

    def __init__(self) -> None:
        self.lock = threading.RLock()
        # Whether some container has ever stood in two places.
        self.shares = False
        self.on_change: Callable[[], None] | None = None
        # Hears of each write while the app is edited: the container, and the key if it is a dict.
        self.on_write: Callable[[Tracked, Any], None] | None = None


class Link:
    """How a container sits in one of its parents: how often, and where it was last seen."""

    __slots__ = ("count", "hint", "parent")

    def __init__(self, parent: weakref.ref[Any], hint: Any) -> None:
        self.parent = parent
        self.count = 1
        self.hint = hint


class Tracked:
    """What the three kinds of container have in common. All methods expect the lock to be held."""

    __slots__ = ()
    _is_top: ClassVar[bool] = False  # Whether it is a whole state: nothing stands above it.
    _tracker: Tracker
    _links: dict[int, Link]
    _dirty: bool
    _dirty_children: dict[int, Tracked]

    def _adopt(self, child: Any, hint: Any) -> None:
        if isinstance(child, Tracked):
            link = child._links.get(id(self))
            if child._links:
                self._tracker.shares = True
            if link is not None and link.parent() is self:
                link.count += 1
                link.hint = hint
            else:
                child._links[id(self)] = Link(weakref.ref(self), hint)
            if child._dirty:  # A marked child stands among the marked ones of all its parents.
                self._dirty_children[id(child)] = child

    def _disown(self, child: Any) -> None:
        if isinstance(child, Tracked) and (link := child._links.get(id(self))) is not None:
            link.count -= 1
            if link.count <= 0:
                del child._links[id(self)]

    def _mark(self) -> None:
        """Mark this container and all above it; stops where the marks stand already."""
        todo: list[Tracked] = [self]
        while todo:
            node = todo.pop()
            if node._dirty:
                continue
            node._dirty = True  # type: ignore[misc]
            if node._is_top:
                if (on_change := node._tracker.on_change) is not None:
                    on_change()
                continue
            for key, link in list(node._links.items()):
                parent = link.parent()
                if parent is None:
                    del node._links[key]
                    continue
                parent._dirty_children[id(node)] = node
                todo.append(parent)

    def _wrote(self, key: Any = None) -> None:
        """Mark this container, and tell who wants to know of writes."""
        if (on_write := self._tracker.on_write) is not None:
            on_write(self, key)
        self._mark()

    def _places(self, child: Tracked) -> list[Any]:
        raise NotImplementedError

    def _forget(self) -> None:
        """Drop this container's own marks."""
        raise NotImplementedError


def clear_marks(node: Any) -> None:
    """Drop all marks in and below ``node``."""
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, Tracked) and node._dirty:
            node._dirty = False  # type: ignore[misc]
            todo += node._dirty_children.values()
            node._dirty_children.clear()
            node._forget()


def rebuild_marks(top: Any) -> None:
    """Drop all marks below ``top`` and find anew who contains whom, whatever state a stopped thread left.

    Costs as much as the state is large. The caller sends everything anew.
    """
    seen: dict[int, Tracked] = {}
    todo: list[Any] = [top]
    while todo:
        node = todo.pop()
        if isinstance(node, Tracked) and id(node) not in seen:
            seen[id(node)] = node
            node._links.clear()
            node._dirty = False  # type: ignore[misc]
            node._dirty_children.clear()
            node._forget()
            todo += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for node in seen.values():
        places = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for place, child in places:
            node._adopt(child, place)


def wrap(value: Any, tracker: Tracker, memo: dict[int, Any] | None = None) -> Any:
    """Return ``value`` as state holds it: plain containers become tracked ones, all the way down."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    if isinstance(value, Tracked):
        if value._tracker is tracker and not value._is_top:
            return value
    elif kind is not dict and kind is not list and kind is not set:
        return value
    if memo is None:
        memo = {}
    if (known := memo.get(id(value))) is not None:
        return known
    new: TrackedDict | TrackedList | TrackedSet
    if isinstance(value, dict):
        new = memo[id(value)] = dict.__new__(TrackedDict)
        new._setup(tracker)
        for key, item in list(value.items()):
            wrapped = wrap(item, tracker, memo)
            dict.__setitem__(new, key, wrapped)
            new._adopt(wrapped, key)
    elif isinstance(value, list):
        new = memo[id(value)] = list.__new__(TrackedList)
        new._setup(tracker)
        for index, item in enumerate(list(value)):
            wrapped = wrap(item, tracker, memo)
            list.append(new, wrapped)
            new._adopt(wrapped, index)
    else:
        new = memo[id(value)] = set.__new__(TrackedSet)
        set.update(new, value)
        new._setup(tracker)
    return new


_ATOMS: Final = frozenset({str, int, float, bool, type(None), bytes})


def unwrap(value: Any, memo: dict[int, Any] | None = None) -> Any:
    """Return a plain copy of the containers of ``value``; what they hold stays the same objects."""
    if not isinstance(value, Tracked):
        return value
    memo = {} if memo is None else memo
    if id(value) in memo:
        return memo[id(value)]
    if isinstance(value, dict):
        plain: dict[Any, Any] = {}
        memo[id(value)] = plain
        for key, item in value.items():
            plain[key] = unwrap(item, memo)
        return plain
    if isinstance(value, list):
        items: list[Any] = []
        memo[id(value)] = items
        items.extend(unwrap(item, memo) for item in value)
        return items
    assert isinstance(value, set)
    return memo.setdefault(id(value), set(value))


class TrackedDict(dict[Any, Any], Tracked):
    """A dict in state. A missing key reads as ``None``; ``in``, ``get`` and the rest are a dict's."""

    __slots__ = ("__weakref__", "_dirty", "_dirty_children", "_grown", "_links", "_own", "_tracker", "_whole")

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        # Some libraries build "another one like this" by its class (``dataclasses.asdict`` does): a plain
        # one. Only ``wrap`` makes tracked ones.
        return dict(*args, **kwargs)

    def _setup(self, tracker: Tracker) -> None:
        set_ = object.__setattr__
        set_(self, "_tracker", tracker)
        set_(self, "_links", {})
        set_(self, "_dirty", False)
        set_(self, "_dirty_children", {})
        set_(self, "_own", {})  # key -> whether it was deleted since the last flush, in order
        set_(self, "_grown", {})  # key of a text that was only added to -> its length at the last flush
        set_(self, "_whole", False)

    _own: dict[Any, bool]
    _grown: dict[str, int]
    _whole: bool

    def _forget(self) -> None:
        self._own.clear()
        self._grown.clear()
        object.__setattr__(self, "_whole", False)

    def _places(self, child: Tracked) -> list[Any]:
        link = child._links.get(id(self))
        if link is not None and link.count == 1 and dict.get(self, link.hint) is child:
            return [link.hint]
        return [key for key, value in self.items() if value is child]

    def _put(self, key: Any, value: Any) -> None:
        hash(key)
        value = wrap(value, self._tracker)
        if key in self:
            before = dict.__getitem__(self, key)
            self._note_growth(key, before, value)
            self._disown(before)
            self._own.setdefault(key, False)
        else:  # It comes last in the dict, and so it must in the browser's copy.
            self._own[key] = self._own.pop(key, False)
        dict.__setitem__(self, key, value)
        self._adopt(value, key)
        self._wrote(key)

    def _note_growth(self, key: Any, before: Any, now: Any) -> None:
        """See whether a text has only got longer, as an answer does that arrives word by word."""
        if type(key) is type(before) is type(now) is str and before and now.startswith(before):
            if key not in self._own:
                self._grown[key] = len(before)
        else:
            self._grown.pop(key, None)

    def _drop(self, key: Any) -> Any:
        self._grown.pop(key, None)
        value = dict.pop(self, key)
        self._disown(value)
        self._own.pop(key, None)
        self._own[key] = True
        self._wrote(key)
        return value

    def __missing__(self, key: Any) -> Any:
        return None

    def __setitem__(self, key: Any, value: Any) -> None:
        with self._tracker.lock:
            self._put(key, value)

    def __delitem__(self, key: Any) -> None:
        with self._tracker.lock:
            self._drop(key)

    def pop(self, key: Any, *default: Any) -> Any:
        with self._tracker.lock:
            if key not in self and default:
                return default[0]
            return self._drop(key)

    def popitem(self) -> tuple[Any, Any]:
        with self._tracker.lock:
            if not self:
                raise KeyError("popitem(): dictionary is empty")
            key = next(reversed(self))
            return key, self._drop(key)

    def clear(self) -> None:
        with self._tracker.lock:
            for key in list(self):
                self._drop(key)

    def update(self, *args: Any, **kwargs: Any) -> None:
        with self._tracker.lock:
            tracker, memo = self._tracker, {}  # type: ignore[var-annotated]
            for key, value in dict(*args, **kwargs).items():
                self._put(key, wrap(value, tracker, memo))

    def setdefault(self, key: Any, default: Any = None) -> Any:
        with self._tracker.lock:
            if key not in self:
                self._put(key, default)
            return dict.__getitem__(self, key)

    def __ior__(self, other: Any) -> Any:  # type: ignore[misc]
        self.update(other)
        return self

    def copy(self) -> dict[Any, Any]:
        return dict(self)

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[Any, Any]:
        with self._tracker.lock:
            return copy.deepcopy(unwrap(self), memo)

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        with self._tracker.lock:
            return _same, (unwrap(self),)


def _same(value: T) -> T:
    return value


class TrackedList(list[Any], Tracked):
    """A list in state.

    ``_edits`` says how it came from the list of the last flush: disjoint, ascending
    ``[start, length, gone]`` in today's positions: ``length`` items stand where ``gone`` stood.
    """

    __slots__ = ("__weakref__", "_dirty", "_dirty_children", "_edits", "_links", "_tracker", "_whole")

    _edits: list[list[int]]
    _whole: bool

    def __new__(cls, *args: Any) -> Any:
        return list(*args)  # As with dicts.

    def _setup(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._links = {}
        self._dirty = False
        self._dirty_children = {}
        self._edits = []
        self._whole = False

    def _forget(self) -> None:
        self._edits.clear()
        self._whole = False

    def _places(self, child: Tracked) -> list[Any]:
        link = child._links.get(id(self))
        if link is not None and link.count == 1:
            hint = link.hint
            if type(hint) is int and 0 <= hint < len(self) and list.__getitem__(self, hint) is child:
                return [hint]
        places = [index for index, value in enumerate(self) if value is child]
        if link is not None and places:
            link.hint = places[0]
        return places

    def _splice(self, start: int, gone: int, new: Iterable[Any]) -> None:
        tracker, memo = self._tracker, {}  # type: ignore[var-annotated]
        values = [wrap(value, tracker, memo) for value in new]
        for value in list.__getitem__(self, slice(start, start + gone)):
            self._disown(value)
        list.__setitem__(self, slice(start, start + gone), values)
        for index, value in enumerate(values, start):
            self._adopt(value, index)
        self._note(start, gone, len(values))
        self._wrote()

    def _note(self, start: int, gone: int, came: int) -> None:
        """Merge a splice into the edits."""
        if self._whole:
            return
        edits = self._edits
        end, shift = start + gone, came - gone
        before: list[list[int]] = []
        after: list[list[int]] = []
        low, high, base = start, end, gone
        for edit in edits:
            first, length, old = edit
            if first + length < start:
                before.append(edit)
            elif first > end:
                edit[0] += shift
                after.append(edit)
            else:  # They touch: one edit covers both; what this one removed of `edit` was never sent.
                low, high = min(low, first), max(high, first + length)
                base += old - length
        # [low, high) in the positions before this splice: `gone` plus the unchanged and edited around it.
        base += (high - low) - gone
        before.append([low, high - low + shift, base])
        before += after
        if len(before) > MAX_EDITS:
            self._whole = True
            before = []
        self._edits = before

    def _rewrite(self, change: Callable[[list[Any]], Any]) -> Any:
        """Apply a change that may touch everything, such as a sort."""
        with self._tracker.lock:
            values = list(self)
            result = change(values)
            self._splice(0, len(self), values)
            self._whole, self._edits = True, []
            return result

    def __setitem__(self, index: Any, value: Any) -> None:
        with self._tracker.lock:
            if not isinstance(index, slice):
                position = index.__index__()
                list.__getitem__(self, position)
                self._splice(position + len(self) if position < 0 else position, 1, (value,))
                return
            start, stop, step = index.indices(len(self))
            if step == 1:
                values = list(value)
                self._splice(start, max(0, stop - start), values)
                return
        values = list(value)
        self._rewrite(lambda items: items.__setitem__(index, values))

    def __delitem__(self, index: Any) -> None:
        with self._tracker.lock:
            if not isinstance(index, slice):
                position = index.__index__()
                list.__getitem__(self, position)
                self._splice(position + len(self) if position < 0 else position, 1, ())
                return
            start, stop, step = index.indices(len(self))
            if step == 1:
                self._splice(start, max(0, stop - start), ())
                return
        self._rewrite(lambda items: items.__delitem__(index))

    def append(self, value: Any) -> None:
        with self._tracker.lock:
            self._splice(len(self), 0, (value,))

    def extend(self, values: Iterable[Any]) -> None:
        values = list(values)
        with self._tracker.lock:
            self._splice(len(self), 0, values)

    def insert(self, index: SupportsIndex, value: Any) -> None:
        with self._tracker.lock:
            start, _, _ = slice(index, None).indices(len(self))
            self._splice(start, 0, (value,))

    def pop(self, index: SupportsIndex = -1) -> Any:
        with self._tracker.lock:
            position = index.__index__()
            if not self:
                raise IndexError("pop from empty list")
            if not -len(self) <= position < len(self):
                raise IndexError("pop index out of range")
            value = list.__getitem__(self, position)
            self._splice(position + len(self) if position < 0 else position, 1, ())
            return value

    def remove(self, value: Any) -> None:
        with self._tracker.lock:
            del self[self.index(value)]

    def clear(self) -> None:
        with self._tracker.lock:
            self._splice(0, len(self), ())

    def sort(self, *, key: Any = None, reverse: bool = False) -> None:
        self._rewrite(lambda items: items.sort(key=key, reverse=reverse))

    def reverse(self) -> None:
        self._rewrite(lambda items: items.reverse())

    def __iadd__(self, values: Iterable[Any]) -> Any:  # type: ignore[misc]
        self.extend(values)
        return self

    def __imul__(self, times: SupportsIndex) -> Any:
        with self._tracker.lock:
            self[:] = list(self) * times
        return self

    def copy(self) -> list[Any]:
        return list(self)

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        with self._tracker.lock:
            return copy.deepcopy(unwrap(self), memo)

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        with self._tracker.lock:
            return _same, (unwrap(self),)


class TrackedSet(set[Any], Tracked):
    """A set in state; it goes to pages as a list, always whole."""

    __slots__ = ("_dirty", "_dirty_children", "_links", "_tracker", "_whole")

    def __new__(cls, *args: Any) -> Any:
        return set(*args)  # As with dicts.

    def _setup(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._links = {}
        self._dirty = False
        self._dirty_children = {}
        self._whole = False

    def _forget(self) -> None:
        self._whole = False

    def _places(self, child: Tracked) -> list[Any]:
        return []

    def __repr__(self) -> str:
        return repr(set(self))

    def copy(self) -> set[Any]:
        return set(self)

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> set[Any]:
        return copy.deepcopy(set(self), memo)

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return _same, (set(self),)


def _changing(name: str) -> Callable[..., Any]:
    method = getattr(set, name)

    def change(self: TrackedSet, *args: Any) -> Any:
        with self._tracker.lock:
            result = method(self, *args)
            self._whole = True
            self._wrote()
            return result

    change.__name__ = name
    return change


for _name in [
    "add",
    "discard",
    "remove",
    "pop",
    "clear",
    "update",
    "difference_update",
    "intersection_update",
    "symmetric_difference_update",
    "__ior__",
    "__iand__",
    "__isub__",
    "__ixor__",
]:
    setattr(TrackedSet, _name, _changing(_name))


def iter_dirty(node: Tracked) -> Iterator[tuple[Any, Tracked]]:
    """Yield key or position and child for every marked child, as it stands now."""
    for child in node._dirty_children.values():
        for place in node._places(child):
            yield place, child
