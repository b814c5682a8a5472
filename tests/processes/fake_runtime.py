"""A small stand-in for ``mainspring.runtime``: keeps the pipe's rules and nothing else.

It runs main.py and calls the function that is named like the event's component with a dict as state.
``python fake_runtime.py --descriptor N --generation G --parent-pid P``
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import socket
import threading
import types
from pathlib import Path

from mainspring.runtime.protocol import (
    Changes,
    CloseSession,
    Done,
    Entry,
    ErrorReport,
    Event,
    Export,
    Exported,
    ExportEnd,
    Handler,
    Load,
    LoadFailed,
    OpenSession,
    Ready,
    Receiver,
    Restore,
    Restored,
    Resync,
    Retired,
    Shutdown,
    Snapshot,
    ToBuilder,
    ToRuntime,
    encode,
)


class State(dict):
    def __missing__(self, key):
        return None


class FakeRuntime:
    def __init__(self, descriptor: int, generation: int) -> None:
        self.connection = socket.socket(fileno=descriptor)
        self.generation = generation
        self.sessions: dict[str, State] = {}
        self.running: set[threading.Thread] = set()
        self.exporting = False
        self.writing = threading.Lock()

    def send(self, message: ToBuilder) -> None:
        with self.writing:
            self.connection.sendall(encode(message, self.generation))

    def serve(self) -> None:
        receiver: Receiver[ToRuntime] = Receiver(ToRuntime, self.generation)
        while data := self.connection.recv(65536):
            for message in receiver.feed(data):
                self.receive(message)

    def receive(self, message: ToRuntime) -> None:
        match message:
            case Load():
                self.load(message)
            case OpenSession() | Resync():
                state = self.sessions.setdefault(message.session_id, State())
                self.send(Snapshot(message.session_id, 0, json.dumps(state).encode()))
            case CloseSession():
                self.sessions.pop(message.session_id, None)
            case Event():
                thread = threading.Thread(target=self.handle, args=(message,))
                self.running.add(thread)
                thread.start()
            case Export():
                self.exporting = True
                for session_id in self.sessions:
                    self.export(session_id)
                self.send(ExportEnd())
                threading.Thread(target=self.retire).start()
            case Restore():
                state = self.sessions.setdefault(message.session_id, State())
                state.update((entry.key, pickle.loads(entry.value)) for entry in message.entries)
                self.send(Restored(message.session_id, len(message.entries)))
            case Shutdown():
                os._exit(0)

    def load(self, message: Load) -> None:
        module = types.ModuleType("main")
        try:
            source = (Path(message.app_path) / "main.py").read_text()
            exec(compile(source, "main.py", "exec"), module.__dict__)
        except BaseException as error:
            self.send(LoadFailed(ErrorReport(type(error).__name__, str(error))))
            return
        self.handlers = {name: value for name, value in vars(module).items() if callable(value)}
        names = [Handler(name, "main", "main.py", 1, ("state",), "function", True) for name in self.handlers]
        self.send(Ready(tuple(names), (), ()))

    def handle(self, event: Event) -> None:
        state = self.sessions[event.session_id]
        try:
            self.handlers[event.component](state)
            status = "ok"
        except Exception:
            status = "error"
        if self.exporting:
            self.export(event.session_id)
        else:
            self.send(
                Changes(event.session_id, 1, json.dumps([["set", [k], v] for k, v in state.items()]).encode())
            )
        self.send(Done(event.session_id, event.sequence, status))
        self.running.discard(threading.current_thread())

    def export(self, session_id: str) -> None:
        entries = tuple(Entry(key, pickle.dumps(value)) for key, value in self.sessions[session_id].items())
        self.send(Exported(session_id, entries))

    def retire(self) -> None:
        for thread in tuple(self.running):
            thread.join()
        self.send(Retired())


parser = argparse.ArgumentParser()
for name in ("--descriptor", "--generation", "--parent-pid"):
    parser.add_argument(name, type=int, required=True)
arguments = parser.parse_args()
os.set_inheritable(arguments.descriptor, False)
FakeRuntime(arguments.descriptor, arguments.generation).serve()
os._exit(0)  # the builder is gone
