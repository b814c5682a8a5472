"""Tracked state: dicts, lists and sets that know what has changed in them since the last flush.

Each container knows its parents (weakly) and marks itself and everything above it dirty when it changes, so
that a flush walks along the marks only: its cost depends on what changed, never on the size of the state.
Everything that writes, and the flush, hold the session's one lock; so no write is lost between them.

What is assigned is copied in if it is a plain dict, list or set (objects shared within one assignment stay
shared); tracked containers are put in as they are, so one object under two paths changes both.
"""

from __future__ import annotations

import copy
import re
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, SupportsIndex, TypeVar

if TYPE_CHECKING:
    from .frontend_calls import FrontendCall

# What a page may import: a file of the app's own, by its plain path.
_ASSET: Final = re.compile(r"assets(?:/[^/\\?#%:\x00-\x1f]+)+")
# How long a function of the page may take to answer, unless its caller says otherwise.
FRONTEND_LIMIT_S: Final = 30.0
MAX_EDITS: Final = 64  # More separate places than this in one list, and the whole list is cheaper.

T = TypeVar("T")


class Tracker:
    """What the containers of one session share: the lock, and whom to tell that something changed."""

    __slots__ = ("__weakref__", "lock", "on_change", "on_write")

    def __init__(self) -> None:
        self.lock = threading.RLock()
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
    _tracker: Tracker
    _links: dict[int, Link]
    _dirty: bool
    _dirty_children: dict[int, Tracked]

    def _adopt(self, child: Any, hint: Any) -> None:
        if isinstance(child, Tracked):
            link = child._links.get(id(self))
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
            if isinstance(node, State):
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
        if value._tracker is tracker and not isinstance(value, State):
            return value
    elif kind is not dict and kind is not list and kind is not set:
        return value
    if memo is None:
        memo = {}
    if (known := memo.get(id(value))) is not None:
        return known
    new: TrackedDict | TrackedList | TrackedSet
    if isinstance(value, dict):
        new = memo[id(value)] = TrackedDict()
        new._setup(tracker)
        for key, item in list(value.items()):
            wrapped = wrap(item, tracker, memo)
            dict.__setitem__(new, key, wrapped)
            new._adopt(wrapped, key)
    elif isinstance(value, list):
        new = memo[id(value)] = TrackedList()
        new._setup(tracker)
        for index, item in enumerate(list(value)):
            wrapped = wrap(item, tracker, memo)
            list.append(new, wrapped)
            new._adopt(wrapped, index)
    else:
        new = memo[id(value)] = TrackedSet(value)
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


class State(TrackedDict):
    """The state of one session, and the class to derive from to let the editor know its elements:

    ``class AppState(State): counter: int = 0`` and ``init_state(AppState)``. Annotated elements can be
    read and written as attributes too.
    """

    _declared: ClassVar[Mapping[str, Any]] = {}
    _defaults: ClassVar[Mapping[str, Any]] = {}
    _actions: Callable[[dict[str, Any]], None] | None
    _blob: Callable[[Any], str] | None
    _calls: Callable[[dict[str, Any], float], FrontendCall] | None
    _imports: dict[tuple[str, str], dict[str, Any]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        annotations = getattr(cls, "__annotations__", {}) if "__annotations__" in cls.__dict__ else {}
        own = {name: kind for name, kind in annotations.items() if name[0] != "_"}
        defaults = {}
        for name in own:
            if name in cls.__dict__:
                defaults[name] = cls.__dict__[name]
                delattr(cls, name)
        cls._declared = {**cls._declared, **own}
        cls._defaults = {**cls._defaults, **defaults}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self._setup(Tracker())
        object.__setattr__(self, "_actions", None)
        object.__setattr__(self, "_blob", None)
        object.__setattr__(self, "_calls", None)
        object.__setattr__(self, "_imports", {})
        self.update({**self._defaults, **dict(*args, **kwargs)})

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and (name in self or name in self._declared):
            return self[name]
        raise AttributeError(f"state has no element or method {name!r}; write state[{name!r}]")

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            self[name] = value

    def _act(self, action: str, **body: Any) -> None:
        if self._actions is None:
            raise RuntimeError(f"{action} needs a session: call it in a handler, on its own state")
        self._actions({"action": action, **body})

    def add_notification(self, type: str, title: str, message: str = "") -> None:  # noqa: A002
        """Show a notification. Body: ``{"action": "notify", "kind", "title", "message"}``.

        Args:
            type: ``"info"``, ``"success"``, ``"warning"`` or ``"error"``.
            title: Its first line, as text; what is no ``str`` is shown as ``str`` makes of it.
            message: What stands below the title; nothing while it is empty.

        Raises:
            ValueError: ``type`` is another.
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
        """
        if type not in ("info", "success", "warning", "error"):
            raise ValueError(f"type is info, success, warning or error, not {type!r}")
        self._act("notify", kind=type, title=str(title), message=str(message))

    def file_download(self, data: Any, file_name: str) -> None:
        """Let the browser save a file. Body: ``{"action": "download", "url", "file_name"}``.

        Args:
            data: What is in the file: bytes, or a ``str``, which is written as UTF-8.
            file_name: The name under which the browser offers to save it.

        Raises:
            TypeError: ``data`` is neither text nor bytes.
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
        """
        if isinstance(data, str):
            data = data.encode()
        if not isinstance(data, bytes | bytearray | memoryview):
            raise TypeError(f"file_download takes text or bytes, not {data.__class__.__name__}")
        if self._blob is None:
            raise RuntimeError("file_download needs a session: call it in a handler, on its own state")
        self._act("download", url=self._blob(bytes(data)), file_name=str(file_name))

    def open_url(self, url: str) -> None:
        """Open an address in the browser. Body: ``{"action": "open_url", "url"}``.

        Args:
            url: Beginning with ``http://``, ``https://`` or ``mailto:``.

        Raises:
            ValueError: ``url`` begins otherwise.
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
        """
        if not str(url).lower().startswith(("http://", "https://", "mailto:")):
            raise ValueError(f"open_url takes an http, https or mailto address, not {url!r}")
        self._act("open_url", url=str(url))

    def set_page(self, key: str) -> None:
        """Show another page, without route variables; the browser's Back returns.

        Body: ``{"action": "set_page", "key"}``.

        Args:
            key: The page's key, as the Builder shows it.

        Raises:
            ValueError: The app has no such page.
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
        """
        self._act("set_page", key=str(key))

    def set_route_vars(self, route_vars: Mapping[str, Any]) -> None:
        """Set the route variables of the URL, all of them anew.

        Body: ``{"action": "set_route_vars", "route_vars"}``.

        Args:
            route_vars: Names with their values, which become texts; those that are ``None`` are left out.

        Raises:
            ValueError: There are more than 50, or names beyond 200 or values beyond 1,000 characters.
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
        """
        texts = {str(k): str(v) for k, v in route_vars.items() if v is not None}
        if len(texts) > 50 or any(len(k) > 200 or len(v) > 1_000 for k, v in texts.items()):
            raise ValueError(
                "an address holds 50 route variables, with names of 200 and values of 1,000 characters"
            )
        self._act("set_route_vars", route_vars=texts)

    def import_stylesheet(self, key: str, path: str) -> None:
        """Load a style sheet of the app's, such as ``assets/theme.css``; one a ``key``, the last.

        Like the two other imports it may be called on what ``init_state`` returns: then it is for every
        session. Body: ``{"action": "import_stylesheet", "key", "path"}``.

        Args:
            key: The name under which a later call replaces the sheet.
            path: The file below ``assets/``.

        Raises:
            ValueError: ``path`` is not that of a file below ``assets/``.
        """
        self._import("import_stylesheet", key, path=_asset(path))

    def import_script(self, key: str, path: str) -> None:
        """Run a script of the app's, such as ``assets/chart.js``, once a ``key`` and path.

        Body: ``{"action": "import_script", "key", "path"}``.

        Args:
            key: A name of your choice for the script.
            path: The file below ``assets/``.

        Raises:
            ValueError: ``path`` is not that of a file below ``assets/``.
        """
        self._import("import_script", key, path=_asset(path))

    def import_frontend_module(self, key: str, specifier: str) -> None:
        """Load an ES module of the app's, such as ``assets/tools.js``, for ``call_frontend_function``.

        Body: ``{"action": "import_frontend_module", "key", "specifier"}``.

        Args:
            key: The name that ``call_frontend_function`` calls the module by.
            specifier: The file below ``assets/``.

        Raises:
            ValueError: ``specifier`` is not the path of a file below ``assets/``.
        """
        self._import("import_frontend_module", key, specifier=_asset(specifier))

    def call_frontend_function(
        self, module_key: str, name: str, args: Sequence[Any] = (), *, timeout: float = FRONTEND_LIMIT_S
    ) -> FrontendCall:
        """Call ``name`` of an imported module in the browser with ``args``; its result comes back.

        Async handlers write ``await state.call_frontend_function(…)``, others
        ``state.call_frontend_function(…).result()``; who needs no result does neither. A promise is waited
        for. Arguments and result are JSON; a result has at most 512 KB.
        Body: ``{"action": "call_frontend_function", "call", "module", "name", "args"}``.

        Args:
            module_key: The ``key`` that ``import_frontend_module`` was given.
            name: The function, as the module exports it.
            args: What the function gets, in order; each can be written as JSON.
            timeout: Seconds after which the call ends, whatever the browser does.

        Raises:
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
            TypeError: ``args`` is a text, not a list, or something in it is no JSON.
            FrontendError: The browser is gone, or too many calls are open. From the result: the function
                threw, there is none of that name, or it answered with what is no JSON.
            TimeoutError: From the result: the browser didn't answer in time.
        """
        if self._calls is None:
            raise RuntimeError(
                "call_frontend_function needs a session: call it in a handler, on its own state"
            )
        if isinstance(args, str | bytes):
            raise TypeError(f"args is a list of arguments, not {args!r}")
        body = {"action": "call_frontend_function", "module": str(module_key), "name": str(name)}
        return self._calls({**body, "args": list(args)}, timeout)

    def _import(self, action: str, key: str, **body: str) -> None:
        if self._actions is None:
            self._imports[action, str(key)] = {"action": action, "key": str(key), **body}
        else:
            self._actions({"action": action, "key": str(key), **body})

    def add_log_entry(self, type: str, title: str, message: str = "") -> None:  # noqa: A002
        """Write to the app's log. Pages see nothing.

        Args:
            type: ``"debug"``, ``"info"``, ``"warning"``, ``"error"`` or ``"critical"``; others count as info.
            title: The first line, as text.
            message: What stands below it; nothing while it is empty.

        Raises:
            RuntimeError: Called where there is no session, such as on what ``init_state`` returns.
        """
        self._act("log", kind=type, title=str(title), message=str(message))


def _asset(path: str) -> str:
    text = str(path).removeprefix("/")
    if not _ASSET.fullmatch(text) or any(part in (".", "..") for part in text.split("/")):
        raise ValueError(f"pages import the app's own files, such as 'assets/theme.css', not {path!r}")
    return text


def new_state(initial: State) -> State:
    """Return a session's own deep copy of ``initial``."""
    values = copy.deepcopy(unwrap(initial))
    state = State.__new__(type(initial))
    State.__init__(state)
    object.__setattr__(state, "_imports", dict(initial._imports))
    for key in list(state):
        dict.__delitem__(state, key)
    state.update(values)
    clear_marks(state)
    return state


def check_copies(values: Mapping[Any, Any]) -> None:
    """Raise a ``TypeError`` that names the element of ``values`` which can't be copied for each session."""
    for key, value in values.items():
        try:
            copy.deepcopy(unwrap(value))
        except Exception as error:
            raise TypeError(
                f"init_state: {key!r} can't be copied for each session ({type(value).__name__}: {error}); "
                f"keep it in a global, or in state under a name set by a handler"
            ) from error


def iter_dirty(node: Tracked) -> Iterator[tuple[Any, Tracked]]:
    """Yield key or position and child for every marked child, as it stands now."""
    for child in node._dirty_children.values():
        for place in node._places(child):
            yield place, child
