"""A real runtime process on a socketpair, spoken to in messages."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from mainspring.runtime.protocol import (
    VERSION,
    Changes,
    Component,
    Done,
    Event,
    Load,
    OpenSession,
    Ready,
    Receiver,
    Record,
    Snapshot,
    ToBuilder,
    encode,
)

LIMIT_S = 20.0


def page(*children: Component, **more: Any) -> Component:
    return Component(id="main", type="page", children=children, **more)


def button(name: str, handler: str, **more: Any) -> Component:
    return Component(id=name, type="button", on={"wf-click": handler}, **more)


def text(template: str, name: str = "text") -> Component:
    return Component(id=name, type="text", fields={"text": template})


CLICK = b'{"ctrl_key":false,"shift_key":false,"meta_key":false}'


class Child:
    """The other end: ``send`` and ``until``; ``seen`` holds all that came, ``copies`` the browsers' state."""

    def __init__(self, pipe: socket.socket, process: subprocess.Popen[bytes]) -> None:
        self.pipe = pipe
        self.process = process
        self.seen: list[Any] = []
        self.copies: dict[str, Any] = {}
        self._receiver: Receiver[Any] = Receiver(ToBuilder, 7)
        self._queue: list[Any] = []
        self._sequence = 0

    def send(self, *messages: Any) -> None:
        self.pipe.sendall(b"".join(encode(message, 7) for message in messages))

    def receive(self) -> Any:
        while not self._queue:
            data = self.pipe.recv(1 << 16)
            assert data, f"the child closed the pipe; it exited with {self.process.wait(LIMIT_S)}"
            self._queue = self._receiver.feed(data)
        message = self._queue.pop(0)
        if isinstance(message, Done) and (changes := message.apart()[0]) is not None:
            self._take(changes)
        return self._take(message)

    def _take(self, message: Any) -> Any:
        self.seen.append(message)
        if isinstance(message, Snapshot):
            self.copies[message.session_id] = msgspec.json.decode(message.state)
        elif isinstance(message, Changes) and message.session_id in self.copies:  # Else nobody is there yet.
            for operation in msgspec.json.decode(message.operations):
                apply(self.copies[message.session_id], operation)
        return message

    def until(self, kind: type, fits: Callable[[Any], bool] = lambda _: True) -> Any:
        while True:
            message = self.receive()
            if isinstance(message, kind) and fits(message):
                return message

    def load(self, app: Path, *pages: Component, **more: Any) -> Any:
        self.send(Load(VERSION, str(app), True, pages or (page(),), **more))
        while True:
            message = self.receive()
            if not isinstance(message, Record):
                return message

    def open(self, session: str = "s") -> dict[str, Any]:
        self.send(OpenSession(session, {"c": "1"}, {"User-Agent": "test"}, "main", {"id": "9"}))
        self.until(Snapshot, lambda m: m.session_id == session)
        return self.copies[session]  # type: ignore[no-any-return]

    def event(self, component: str, payload: bytes = CLICK, **more: Any) -> int:
        self._sequence += 1
        defaults = {"session_id": "s", "page": "main", "event": "wf-click", "kind": "click"}
        self.send(
            Event(sequence=self._sequence, component=component, payload=payload, **{**defaults, **more})
        )
        return self._sequence

    def fire(self, component: str, payload: bytes = CLICK, **more: Any) -> Done:
        sequence = self.event(component, payload, **more)
        return self.until(Done, lambda m: m.sequence == sequence)  # type: ignore[no-any-return]

    def lines(self) -> list[str]:
        return [message.text for message in self.seen if isinstance(message, Record)]


def apply(state: Any, operation: list[Any]) -> None:
    """What a browser does with one operation."""
    kind, path = operation[0], operation[1]
    node = state
    for part in path[:-1] if kind != "splice" else path:
        node = node[part]
    if kind == "set":
        node[path[-1]] = operation[2]
    elif kind == "append":
        node[path[-1]] += operation[2]
    elif kind == "delete":
        node.pop(path[-1], None)
    else:
        start, gone, new = operation[2:]
        node[start : start + gone] = new


@contextlib.contextmanager
def open_child(folder: Path | None = None) -> Iterator[Child]:
    """A runtime process in ``folder``, where an app's relative paths lead; by default where the tests run."""
    ours, theirs = socket.socketpair()
    ours.settimeout(LIMIT_S)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "mainspring.runtime", "--descriptor", str(theirs.fileno()),
         "--generation", "7", "--parent-pid", str(os.getpid())],
        pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    theirs.close()
    try:
        yield Child(ours, process)
    finally:
        ours.close()
        try:
            process.wait(5)
        finally:
            process.kill()
            process.wait()


__all__ = ["CLICK", "Child", "Ready", "apply", "button", "open_child", "page", "text"]
