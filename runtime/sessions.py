"""Sessions: each one's state, what of it goes to its browser, and its way into the next runtime."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from . import files
from .carrying import Packer, unpacked
from .changes import take_changes
from .outlet import Outlet
from .output import Output
from .protocol import Action, Blob, Changes, Done, Entry, Exported, ProtocolError, Snapshot
from .references import Node
from .serialise import MAX_BLOB_BYTES, Serialiser
from .state import State, new_state
from .tracked import rebuild_marks, unwrap

if TYPE_CHECKING:
    from .frontend_calls import FrontendCall, FrontendCalls
    from .observer import Observer
    from .protocol import FrontendResult

MAX_BATCH_BYTES: Final = 8 * 1024 * 1024
# What all sessions together carry over a reload. The builder holds it between two runtimes, and ends a
# runtime that leaves more than 256 MiB unread.
MAX_CARRIED_BYTES: Final = 192 * 1024 * 1024


class SessionInfo(dict[str, Any]):
    """The ``session`` argument: a dict with ``id``, ``cookies``, ``headers``, ``route_vars``, ``page``,
    ``user`` (``None`` without sign-in); the same as attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"session has no {name!r}; it has {', '.join(self)}") from None


class Session:
    """One browser's state. ``flush`` may be called from any thread."""

    def __init__(
        self,
        session_id: str,
        initial: State,
        outlet: Outlet,
        output: Output,
        later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        """Args:
        later: Runs a function after so many seconds, in a thread of its own.
        """
        self.id = session_id
        self.info = SessionInfo(id=session_id, cookies={}, headers={}, route_vars={}, page="", user=None)
        self.references = Node()
        self.exporting = False
        self._outlet = outlet
        self._output = output
        self._revision = 0
        self._changed: set[Any] = set()
        self._told: set[tuple[Any, ...]] = set()
        self._later = later
        self._push_at = 0.0
        self._push_waits = False
        self._initial = initial
        self._pieces: dict[str, list[bytes]] = {}
        self._calls: FrontendCalls | None = None
        self.page_keys: tuple[str, ...] = ()
        self.state = new_state(initial)
        self.lock = self.state._tracker.lock
        self.state._actions = self.act
        self.state._calls = self._call
        self.state._blob = lambda data: Serialiser(self._send_blob).blob(data)
        self.observer: Observer | None = None
        """Who writes what, while the app is edited."""

    def push_every(self, seconds: float) -> None:
        """From now on a change is sent so long after it at the latest, also while its handler still runs."""

        def changed() -> None:
            self._push_at = time.monotonic() + seconds
            if not self._push_waits:
                self._push_waits = True
                self._later(seconds, push)

        def push() -> None:
            with self.lock:
                left = self._push_at - time.monotonic()
                # Mostly the handler's end has sent it; a change since then has a while yet.
                self._push_waits = self.state._dirty and left > 0
                if self._push_waits:
                    self._later(left, push)
                    return
            self.flush()

        self.state._tracker.on_change = changed

    def snapshot(self) -> None:
        """Send all state that the pages refer to."""
        with self.lock:
            serialiser = Serialiser(self._send_blob, self.references.repeated)
            if self.observer is not None:
                self.observer.collect()
            _, touched = take_changes(self.state, Node(), serialiser)
            self._changed |= touched
            plain = serialiser.plain(self.state, (), self.references) or {}
            body = msgspec.json.encode(plain)
            if len(body) > MAX_BLOB_BYTES:
                for key in [k for k, v in plain.items() if len(msgspec.json.encode(v)) > MAX_BATCH_BYTES]:
                    self._too_large((key,))
                    plain[key] = None
                body = msgspec.json.encode(plain)
            self._tell(serialiser)
            self._revision += 1
            self._outlet.send(Snapshot(self.id, self._revision, body))

    def mend(self) -> None:
        """A handler may have been stopped within a change: put the state's marks right and send it anew."""
        with self.lock:
            rebuild_marks(self.state)
            self._changed |= set(self.state)
            if self.exporting:
                self.export(set(self.state))
            else:
                self.snapshot()

    def flush(self) -> None:
        """Send what has changed since the last time."""
        with self.lock:
            if operations := self._take_operations():
                self._send_changes(operations, None)

    def finish(self, done: Done) -> None:
        """Send the end of an event, and with it what has changed since the last time."""
        with self.lock:
            operations = self._take_operations()
            if self.observer is not None:
                self.observer.end(done.sequence)
            if operations:
                self._send_changes(operations, done)
            else:
                self._outlet.send(done, more=True)
        self._outlet.flush()

    def _take_operations(self) -> list[tuple[Any, ...]]:
        """What has changed and is shown. The lock is held; an export has gone already."""
        if (held := files.news()) is not None:
            self._outlet.send(held)
        if self.observer is not None:
            self.observer.collect()
        serialiser = Serialiser(self._send_blob, self.references.repeated)
        operations, touched = take_changes(
            self.state, Node() if self.exporting else self.references, serialiser
        )
        self._changed |= touched
        self._tell(serialiser)
        if self.exporting and touched:
            self.export(touched)
        return [] if self.exporting else operations

    def _send_changes(self, operations: list[tuple[Any, ...]], done: Done | None) -> None:
        batch: list[bytes] = []
        size = 0
        for operation in operations:
            encoded = msgspec.json.encode(operation)
            if len(encoded) > MAX_BLOB_BYTES:
                self._too_large(operation[1])
                encoded = msgspec.json.encode(("set", operation[1], None))
            if batch and size + len(encoded) > MAX_BATCH_BYTES:
                self._send_batch(batch, None)
                batch, size = [], 0
            batch.append(encoded)
            size += len(encoded)
        self._send_batch(batch, done)

    def _send_batch(self, batch: list[bytes], done: Done | None) -> None:
        self._revision += 1
        operations = b"[" + b",".join(batch) + b"]"
        if done is None:
            self._outlet.send(Changes(self.id, self._revision, operations))
        else:
            with_changes = msgspec.structs.replace(done, revision=self._revision, operations=operations)
            self._outlet.send(with_changes, more=True)

    def _too_large(self, path: tuple[Any, ...]) -> None:
        where = "state" + "".join(f"[{part!r}]" for part in path)
        self._output.say(
            "error", f"{where} can't be shown: it is larger than {MAX_BLOB_BYTES:,} bytes as JSON"
        )

    def _tell(self, serialiser: Serialiser) -> None:
        """Log what couldn't be serialised, each thing once."""
        for problem in serialiser.problems:
            if problem not in self._told and len(self._told) < 1000:
                self._told.add(problem)
                self._output.say("error", problem.text())

    def _send_blob(self, name: str, media_type: str, data: bytes) -> None:
        self._outlet.send(Blob(name, media_type, data))

    def act(self, body: dict[str, Any]) -> None:
        """Have the browser do something, or write to the log.

        Raises:
            ValueError: It is to show a page that the app doesn't have.
        """
        if body["action"] == "log":
            level = (
                body["kind"] if body["kind"] in ("debug", "info", "warning", "error", "critical") else "info"
            )
            self._output.say(level, ": ".join(filter(None, (body["title"], body["message"]))))
        else:
            if body["action"] == "set_page" and body["key"] not in self.page_keys:
                raise ValueError(f"there is no page {body['key']!r}, only {', '.join(self.page_keys)}")
            self._outlet.send(Action(self.id, msgspec.json.encode(body)))

    def _call(self, body: dict[str, Any], timeout: float) -> FrontendCall:
        with self.lock:
            if self._calls is None:
                from .frontend_calls import FrontendCalls

                self._calls = FrontendCalls(self._later)
            calls = self._calls
        try:
            encoded = msgspec.json.encode(body["args"])
        except Exception as error:
            raise TypeError(f"arguments of {body['name']} must be JSON: {error}") from error
        call_id, call = calls.open(body["name"], timeout)
        body = {**body, "call": call_id, "args": msgspec.Raw(encoded)}
        self._outlet.send(Action(self.id, msgspec.json.encode(body), call_id))
        return call

    def opened(self) -> None:
        """A browser is there: it gets what every session imports."""
        for body in self.state._imports.values():
            self.act(body)

    def answer_call(self, result: FrontendResult) -> None:
        if self._calls is not None:
            self._calls.answer(result)

    def close(self) -> None:
        """The browser is gone for good."""
        self.state._tracker.on_change = None
        if self._calls is not None:
            self._calls.close()

    def export(self, keys: set[Any] | None = None, room: int = MAX_CARRIED_BYTES) -> int:
        """Send what differs from the initial state (or ``keys`` of it) for the next runtime.

        What doesn't fit into ``room`` bytes is left out, and named. Returns how many are left of them.
        """
        with self.lock:
            if keys is None:
                _, touched = take_changes(self.state, Node(), Serialiser(self._send_blob))
                self._changed |= touched
                keys = self._changed
            packer = Packer(self.state)
            entries: list[Entry] = []
            dropped: dict[str, str] = {}
            size = 0
            for key in keys:
                if not isinstance(key, str):
                    dropped[repr(key)[:100]] = "only keys of state that are texts are carried over"
                    continue
                value = None
                if key in self.state:
                    try:
                        value = packer.packed(key)
                        if len(value) > room:
                            raise ProtocolError(
                                f"{len(value):,} bytes are too many: a reload carries "
                                f"{MAX_CARRIED_BYTES:,} of all sessions together"
                            )
                    except Exception as error:
                        dropped[key] = f"{type(error).__name__}: {error}"[:500]
                        continue
                    room -= len(value)
                    start = 0
                    while len(value) - start > MAX_BATCH_BYTES:
                        piece = Entry(key, value[start : start + MAX_BATCH_BYTES], more=True)
                        self._outlet.send(Exported(self.id, (piece,)))
                        start += MAX_BATCH_BYTES
                    value = value[start:]
                    if size + len(value) > MAX_BATCH_BYTES:
                        self._outlet.send(Exported(self.id, tuple(entries)))
                        entries, size = [], 0
                    size += len(value)
                entries.append(Entry(key, value))
            self._outlet.send(Exported(self.id, tuple(entries), dropped))
            return room

    def reset(self) -> None:
        """Make the state what a new session's is; counts as unchanged from then on."""
        with self.lock:
            fresh = new_state(self._initial)
            for key in [key for key in self.state if key not in fresh]:
                del self.state[key]
            self.state.update(unwrap(fresh))
            self.flush()
            self._changed.clear()

    def restore(self, entries: tuple[Entry, ...]) -> tuple[int, Mapping[str, str]]:
        """Take over what an older runtime exported; return how many, and why others were not."""
        kept = 0
        dropped: dict[str, str] = {}
        for entry in entries:
            try:
                if entry.value is None:
                    with self.lock:
                        self.state.pop(entry.key, None)
                elif entry.more:
                    self._pieces.setdefault(entry.key, []).append(entry.value)
                    continue
                else:
                    value = b"".join((*self._pieces.pop(entry.key, ()), entry.value))
                    self.state[entry.key] = unpacked(value, self.state)
                kept += 1
            except Exception as error:
                dropped[entry.key] = f"{type(error).__name__}: {error}"[:500]
        return kept, dropped
