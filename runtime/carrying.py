"""Elements of a session's state as bytes for the next runtime, and back.

Each is pickled for itself, so that one which can't go hurts no other. A container that stands in several of
them goes with the first; the others say where it is, and so it is one object there too.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator
from typing import Any, NamedTuple

from .state import State
from .tracked import Tracked, unwrap

Path = tuple[Any, ...]


class _Elsewhere(NamedTuple):
    """Stands for a container that has gone with another element."""

    path: Path


class Packer:
    """Pickles elements of one state, one after the other. The caller holds the state's lock."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._places: dict[int, Path] = {}

    def packed(self, key: str) -> bytes:
        """Return ``state[key]`` as bytes.

        Raises:
            Exception: Whatever pickling it does.
        """
        value = self._state[key]
        if not self._state._tracker.shares:
            return pickle.dumps(unwrap(value), 5)
        memo: dict[int, Any] = {}
        found: dict[int, Path] = {}
        for path, container in _shared(value, (key,)):
            if (known := self._places.get(id(container))) is None:
                found[id(container)] = path
            else:
                memo[id(container)] = _Elsewhere(known)
        plain = unwrap(value, memo)
        file = io.BytesIO()
        # The one that knows of places asks of every object whether it is one.
        (_Pickler if memo else pickle.Pickler)(file, 5).dump(plain)
        self._places |= found
        return file.getvalue()


def unpacked(data: bytes, state: State) -> Any:
    """Return what was packed; ``state`` holds the elements that were packed before it.

    Raises:
        Exception: Whatever unpickling it does, or what it shares with another element isn't there.
    """
    return _Unpickler(io.BytesIO(data), state).load()


class _Pickler(pickle.Pickler):
    def persistent_id(self, value: Any) -> Path | None:
        return value.path if type(value) is _Elsewhere else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, state: State) -> None:
        super().__init__(file)
        self._state = state

    def persistent_load(self, path: Path) -> Any:
        found: Any = self._state
        for key in path:
            found = found[key] if isinstance(found, dict | list) else None
        if not isinstance(found, Tracked):
            raise LookupError(f"what it shares with state[{path[0]!r}] isn't there")
        return found


def _shared(value: Any, path: Path) -> Iterator[tuple[Path, Tracked]]:
    """Yield every container in ``value`` that stands in more than one place, and where it was met first."""
    todo, seen = [(path, value)], set()
    while todo:
        path, node = todo.pop()
        if not isinstance(node, Tracked) or id(node) in seen:
            continue
        seen.add(id(node))
        if len(node._links) > 1 or any(link.count > 1 for link in node._links.values()):
            yield path, node
        places = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        todo += [((*path, key), item) for key, item in places]
