"""Who writes what in a session's state, while the app is edited: code places, changes of events, replays.

Each write notes the line of the app that it came from; what path it has is found when the marks are walked,
before a flush clears them. Elements of the state are kept pickled as they were before each event, so that
the builder can have the event happen again, in a later runtime too.
"""

from __future__ import annotations

import itertools
import os
import pickle
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from . import expressions, inspection
from .calls import Call, current_call
from .protocol import Entry, Happened, Remembered, Touched
from .state import State
from .tracked import Tracked, TrackedDict, TrackedList, iter_dirty, unwrap

MAX_NOTES: Final = 2_000  # Writes between two flushes.
MAX_WRITERS: Final = 5_000
MAX_PATHS: Final = 200
MAX_CHANGES: Final = 100
MAX_KEPT: Final = 1 << 20  # Bytes of one element that are kept for a replay.

Parts = tuple[str | int, ...]
Writer = dict[str, Any]


class Observer:
    """Belongs to one session. All methods but ``begin`` and ``end`` expect the session's lock to be held."""

    def __init__(
        self,
        session_id: str,
        state: State,
        initial: Mapping[str, Any],
        app_path: str,
        send: Callable[[Any], None],
    ) -> None:
        self._session_id = session_id
        self._state = state
        self._initial = initial
        self._inside = app_path + os.sep
        self._send = send
        # Containers are kept alive until the flush, so that no other one gets the id of one noted here.
        self._notes: dict[tuple[int, Any], tuple[Tracked, Writer, int | None]] = {}
        self._writers: OrderedDict[Parts, Writer] = OrderedDict()
        self._stale: set[Any] = set()
        self._kept: dict[str, bytes | None] = {}
        self._missing: set[str] = set()
        self._running: dict[int, tuple[dict[str, bytes | None], frozenset[str], dict[Parts, Writer]]] = {}
        state._tracker.on_write = self._wrote

    def writer(self, path: Parts) -> Writer | None:
        """Which code wrote what stands at ``path`` last: ``{"handler", "file", "line"}``."""
        for length in range(len(path), 0, -1):
            if (found := self._writers.get(path[:length])) is not None:
                return found
        return None

    def collect(self) -> None:
        """Find the paths of what was written; comes before the marks are cleared."""
        if not self._state._dirty:
            return
        self._stale |= set(self._state._own) | {key for key, _ in iter_dirty(self._state)}
        notes, self._notes = self._notes, {}
        paths: list[Parts] = []
        for node, key, path in itertools.islice(_places(self._state, (), set()), MAX_PATHS):
            paths.append(path)
            _, writer, sequence = notes.get((id(node), key), (None, None, None))
            if writer is None:
                continue
            self._writers[path] = writer
            self._writers.move_to_end(path)
            if sequence in self._running:
                self._running[sequence][2][path] = writer
        while len(self._writers) > MAX_WRITERS:
            self._writers.popitem(last=False)
        if paths:
            self._send(Touched(self._session_id, tuple(paths)))

    def begin(self, sequence: int) -> None:
        """An event is about to change the state: keep how it is."""
        with self._state._tracker.lock:
            self.collect()
            entries: list[Entry] = []
            for key in self._stale:
                if not isinstance(key, str):
                    continue
                self._missing.discard(key)
                try:
                    value = _pickled(self._state[key]) if key in self._state else None
                except Exception:  # Whatever an object of the app's raises: this one can't be kept.
                    self._missing.add(key)
                    self._kept.pop(key, None)
                    continue
                if key not in self._kept or self._kept[key] != value:
                    self._kept[key] = value
                    entries.append(Entry(key, value))
            self._stale.clear()
            self._running[sequence] = (dict(self._kept), frozenset(self._missing), {})
            missing = tuple(sorted(self._missing))
        self._send(Remembered(self._session_id, sequence, tuple(entries), missing))

    def end(self, sequence: int) -> None:
        """An event is over and flushed: tell what it changed."""
        with self._state._tracker.lock:
            found = self._running.pop(sequence, None)
            if found is None or not found[2]:
                return
            kept, missing, written = found
            before = _Before(kept, missing, self._initial)
            changes = [
                {
                    "path": path,
                    "before": before.shown(path),
                    "after": _shown(self._state, path),
                    "file": writer["file"],
                    "line": writer["line"],
                }
                for path, writer in itertools.islice(written.items(), MAX_CHANGES)
            ]
        self._send(Happened(self._session_id, sequence, msgspec.json.encode(changes)))

    def _wrote(self, node: Tracked, key: Any) -> None:
        if len(self._notes) >= MAX_NOTES:
            return
        call = current_call.get()
        file, line = self._place()
        own = call if call is not None and call.session_id == self._session_id else None
        self._notes[id(node), key] = (node, _writer(call, file, line), own.sequence if own else None)

    def _place(self) -> tuple[str, int]:
        """The line of the app that runs now, or that called what runs now."""
        frame: Any = sys._getframe(2)
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith(self._inside):
                return name[len(self._inside) :], frame.f_lineno
            frame = frame.f_back
        return "", 0


def _writer(call: Call | None, file: str, line: int) -> Writer:
    return {"handler": call.handler if call is not None else "", "file": file, "line": line}


def _places(node: Tracked, path: Parts, active: set[int]) -> Iterator[tuple[Tracked, Any, Parts]]:
    """Yield each container and key that was written, with its path, as the marks have it."""
    if id(node) in active or len(path) > inspection.MAX_DEPTH:
        return
    active.add(id(node))
    own: Mapping[Any, Any] = {}
    if isinstance(node, TrackedDict):
        own = node._own
        for key in own:
            yield node, key, (*path, expressions.key_text(key))
    elif not isinstance(node, TrackedList) or node._whole or node._edits:
        yield node, None, path
    for key, child in list(iter_dirty(node)):
        if key not in own:
            part = key if isinstance(node, TrackedList) else expressions.key_text(key)
            yield from _places(child, (*path, part), active)
    active.discard(id(node))


class _Before:
    """The state as it was when an event began, unpickled where somebody looks."""

    def __init__(
        self, kept: dict[str, bytes | None], missing: frozenset[str], initial: Mapping[str, Any]
    ) -> None:
        self._kept = kept
        self._missing = missing
        self._initial = initial
        self._values: dict[str, Any] = {}

    def shown(self, path: Parts) -> str | None:
        key = str(path[0])
        if key in self._missing:
            return "(was not kept)"
        if key not in self._values:
            pickled = self._kept.get(key)
            if pickled is not None:
                try:
                    self._values[key] = pickle.loads(pickled)  # noqa: S301 (pickled here)
                except Exception:
                    return "(was not kept)"
            elif key in self._kept:
                return None
            elif key in self._initial:
                self._values[key] = self._initial[key]
            else:
                return None
        return _shown(self._values, path)


def _shown(state: Mapping[str, Any], path: Parts) -> str | None:
    """The value at ``path`` as a short text; ``None`` if nothing stands there."""
    try:
        value = inspection.at(state, path)
    except inspection.NoPlace:
        return None
    told = inspection.describe("", value)
    if "value" in told and len(text := bytes(told["value"]).decode()) <= inspection.MAX_PREVIEW:
        return text
    return str(told["preview"])


class _Bounded:
    """Takes what a pickler writes, up to ``MAX_KEPT`` bytes."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self._size = 0

    def write(self, data: Any) -> int:
        self._size += len(data)
        if self._size > MAX_KEPT:
            raise ValueError("too large to be kept")
        self.parts.append(bytes(data))
        return len(data)


def _pickled(value: Any) -> bytes:
    bounded = _Bounded()
    pickle.Pickler(bounded, 5).dump(unwrap(value))
    return b"".join(bounded.parts)
