"""``python -m benchmarks state``: the cost of an assignment and of a flush, and of a session's state.

In this process, without pipe or service: what a handler's ``state[…] = …`` costs, and what follows when the
session's changes are encoded. Neither may grow with the size of the state, only with what has changed.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable
from statistics import median
from typing import Any, Final

from mainspring.runtime.outlet import Outlet
from mainspring.runtime.output import Output
from mainspring.runtime.protocol import Changes, Done
from mainspring.runtime.references import Node
from mainspring.runtime.sessions import Session
from mainspring.runtime.state import State

SIZES: Final = (10, 1_000, 100_000)


class Sink(Outlet):
    """Takes messages instead of a pipe; counts the bytes of changes."""

    def __init__(self) -> None:
        self.bytes = 0

    def send(self, message: Any, *, more: bool = False) -> None:
        if isinstance(message, Changes | Done):
            self.bytes += len(message.operations)


class Silent(Output):
    """Nothing is said here."""

    def __init__(self) -> None:
        pass


def new_session(values: dict[str, Any], sink: Sink) -> Session:
    """A session whose page reads all of ``values``."""
    session = Session("s", State(values), sink, Silent(), lambda *_: None)
    references = Node()
    references.whole = True
    session.references = references
    return session


def keys(size: int) -> dict[str, Any]:
    return {f"key_{number}": number for number in range(size)}


def items(size: int) -> dict[str, Any]:
    return {"items": [{"number": number} for number in range(size)]}


def set_key(state: State, number: int) -> None:
    state["key_5"] = number


def set_nested_key(state: State, number: int) -> None:
    state["keys"]["key_5"] = number


def set_item(state: State, number: int) -> None:
    state["items"][5]["number"] = number


def set_last_item(state: State, number: int) -> None:
    state["items"][-1]["number"] = number


def append(state: State, number: int) -> None:
    state["items"].append(number)


def insert_first(state: State, number: int) -> None:
    state["items"].insert(0, number)


Change = Callable[[State, int], None]
CHANGES: Final[dict[str, tuple[Callable[[int], dict[str, Any]], Change]]] = {
    "a key of state": (keys, set_key),
    "a key of a dict in it": (lambda size: {"keys": keys(size)}, set_nested_key),
    "an item of a list in it": (items, set_item),
    "the list's last item": (items, set_last_item),
    "an append": (items, append),
    "an insert at the front": (items, insert_first),
}


def measure(values: dict[str, Any], change: Change, times: int) -> tuple[float, float, float]:
    """Microseconds of an assignment and of the flush after it (medians), and bytes for the browser."""
    sink = Sink()
    session = new_session(values, sink)
    session.flush()
    assignments, flushes = [], []
    sink.bytes = 0
    for number in range(-times, 0):
        started = time.perf_counter_ns()
        change(session.state, number)
        changed = time.perf_counter_ns()
        session.flush()
        flushes.append((time.perf_counter_ns() - changed) / 1000)
        assignments.append((changed - started) / 1000)
    return median(assignments), median(flushes), sink.bytes / times


def held_by(values: dict[str, Any], sessions: int) -> float:
    """Bytes of Python objects that one more session with a state of its own holds."""
    sink = Sink()
    gc.collect()
    tracemalloc.start()
    try:
        held = [new_session(values, sink) for _ in range(sessions)]
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / len(held)
    finally:
        tracemalloc.stop()


def main(*, short: bool) -> None:
    sizes = SIZES[:2] if short else SIZES
    print("one change of                 size    assign µs     flush µs        bytes")
    for name, (values, change) in CHANGES.items():
        for size in sizes:
            assign, flush, sent = measure(values(size), change, 20 if short else 2_000)
            print(f"{name:26}{size:8,}{assign:13.2f}{flush:13.2f}{sent:13.0f}")
    print("\na session in the runtime        KiB")
    for size in (0, 10, 100):
        print(f"{size:4} keys with numbers   {held_by(keys(size), 20 if short else 500) / 1024:12.1f}")
