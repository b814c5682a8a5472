"""``python -P -m mainspring.runtime.template --descriptor N --parent-pid P [--spare yes]``: makes runtimes.

The template process imports the packages that the app needed last time, and becomes a runtime by a fork, in
milliseconds. It runs no code of the app. A fork copies one thread only, so it is made safe by construction:
whatever starts threads, processes or connections when it is imported is reported as unfit, but for the
threads of libraries that see to a fork themselves; and it is looked at again before every fork.

A *spare* is what serves where that can't be: it doesn't fork but becomes the one runtime that is asked
for, so its packages may do as they please.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import threading
import traceback
import warnings
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NoReturn

from .child import end_with, serve
from .guard import guard_group
from .protocol import (
    FORK_STATUS,
    Fork,
    FromTemplate,
    Importing,
    Prepare,
    Prepared,
    Receiver,
    Retire,
    ToTemplate,
    Unfit,
    encode,
)

# Their native threads (OpenBLAS; pyarrow's memory pools) are ended before a fork and begin anew after it.
HANDLE_FORKS: Final = ("numpy", "scipy", "pyarrow")
DESCRIPTORS: Final = 4
# What serve, execution and tracebacks import when they need it, the standard library's share of a reload.
OURS: Final = (
    "asyncio",
    "concurrent.futures.thread",
    "ctypes",
    "inspect",
    "linecache",
    "logging",
    "pickle",
    "traceback",
)


class NotFit(Exception):
    """Something that was imported does what doesn't go with a fork."""

    def __init__(self, package: str, reason: str) -> None:
        super().__init__(reason)
        self.package = package
        self.reason = reason


class Template:
    def __init__(self, control: socket.socket, *, spare: bool) -> None:
        self._control = control
        self._spare = spare
        self._receiver: Receiver[Any] = Receiver(ToTemplate, 0)
        self._descriptors: deque[int] = deque()
        self._ahead: frozenset[str] = frozenset()
        self._native_threads = 1
        # By the descriptor that becomes readable at its end: number of the process, its status pipe.
        self._children: dict[int, tuple[int, int]] = {}
        # Status pipes of those that have ended: their numbers are kept until the builder is done with them.
        self._ended: dict[int, int] = {}
        self._retired = False
        self._poll = select.poll()

    def serve(self) -> None:
        """Until the builder is gone, or retires this process and its last child has ended."""
        self._poll.register(self._control, select.POLLIN)
        try:
            while not (self._retired and not self._children and not self._ended):
                for descriptor, _ in self._poll.poll():
                    if descriptor == self._control.fileno():
                        if not self._read():
                            return
                    elif descriptor in self._children:
                        self._child_ended(descriptor)
                    else:
                        self._reap(descriptor)
        finally:
            self._end_all()

    def _read(self) -> bool:
        try:
            data, descriptors, _, _ = socket.recv_fds(self._control, 1 << 16, DESCRIPTORS)
        except ConnectionError:
            return False
        self._descriptors += descriptors
        for message in self._receiver.feed(data):
            match message:
                case Prepare():
                    self._prepare(message.modules)
                case Fork():
                    self._make(message, [self._descriptors.popleft() for _ in range(DESCRIPTORS)])
                case Retire():
                    self._retired = True
        return bool(data)

    def _say(self, message: FromTemplate) -> None:
        with contextlib.suppress(OSError):  # The builder is gone: so will we be, with the next read.
            self._control.sendall(encode(message, 0))

    # --- importing ---

    def _prepare(self, modules: tuple[str, ...]) -> None:
        for name in OURS:
            importlib.import_module(name)
        before = frozenset(sys.modules)
        try:
            for package, names in packages(modules):
                self._say(Importing(package))
                threads, sockets = native_threads(), connections()
                for name in names:
                    # What is not there any more, or can't be imported by itself, is the app's to meet.
                    with contextlib.suppress(BaseException):
                        importlib.import_module(name)
                if not self._spare:
                    check(package, threads, sockets)
        except NotFit as found:
            self._say(Unfit(found.package, found.reason))
            raise SystemExit(1) from None
        self._ahead = frozenset(sys.modules) - before
        self._native_threads = native_threads()
        # Objects that no collection looks at again are pages that no fork has to copy.
        gc.collect()
        gc.freeze()
        if not self._spare:
            # From here on nothing takes long: asked to end, it can end its children's groups first.
            signal.signal(signal.SIGTERM, self._end)
            end_with(os.getppid(), signal.SIGTERM)
        self._say(Prepared())

    # --- forking ---

    def _make(self, fork: Fork, descriptors: list[int]) -> None:
        connection, stdout, stderr, status = descriptors
        if self._spare:
            os.write(status, FORK_STATUS.pack(os.getpid()))
            self._become(fork, connection, stdout, stderr, (status, self._control.detach()))
        if problem := unsafe(self._native_threads):
            self._say(Unfit("", problem))
            os.write(status, FORK_STATUS.pack(0))
            for descriptor in descriptors:
                os.close(descriptor)
            return
        parent = os.getpid()
        with warnings.catch_warnings():
            # Newer Pythons warn of native threads; these are known.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if not pid:
            os.setpgid(0, 0)
            end_with(parent)
            others = [status, self._control.detach(), *self._children, *self._ended]
            others += [pipe for _, pipe in self._children.values()]
            self._become(fork, connection, stdout, stderr, others)
        # On both sides, so that the group is there whoever of the two comes first.
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)
        for descriptor in (connection, stdout, stderr):
            os.close(descriptor)
        end = os.pidfd_open(pid)
        self._children[end] = pid, status
        self._poll.register(end, select.POLLIN)
        with contextlib.suppress(OSError):
            os.write(status, FORK_STATUS.pack(pid))

    def _become(
        self, fork: Fork, connection: int, stdout: int, stderr: int, others: Iterable[int]
    ) -> NoReturn:
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            for descriptor in others:
                os.close(descriptor)
            for descriptor, number in ((stdout, 1), (stderr, 2)):
                os.dup2(descriptor, number)
                os.close(descriptor)
            os.chdir(fork.app_path)
            if "numpy.random" in sys.modules:
                # The one generator of random numbers that a fork would leave in the same place for all.
                sys.modules["numpy.random"].seed()
            serve(socket.socket(fileno=connection), fork.generation, self._ahead)
        except BaseException:
            traceback.print_exc()
        finally:
            # Never on into what a template does at its end.
            os._exit(1)

    # --- ends ---

    def _child_ended(self, end: int) -> None:
        pid, status = self._children[end]
        # At no time in neither of the two: the builder may die now.
        self._ended[status] = pid
        del self._children[end]
        self._poll.unregister(end)
        os.close(end)
        result = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert result is not None
        code = result.si_status if result.si_code == os.CLD_EXITED else -result.si_status
        try:
            os.write(status, FORK_STATUS.pack(code))
        except OSError:
            self._reap(status)
        else:
            self._poll.register(status, 0)  # POLLERR comes unasked, when the reading end is closed.

    def _reap(self, status: int) -> None:
        pid = self._ended.pop(status)
        with contextlib.suppress(KeyError):
            self._poll.unregister(status)
        os.close(status)
        # What it has left behind, while its own number keeps the group its own.
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    def _end_all(self) -> None:
        """The builder is gone: nobody else knows the groups of its apps."""
        for pid in (*(pid for pid, _ in self._children.values()), *self._ended.values()):
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)

    def _end(self, *_: object) -> NoReturn:
        # The end of the connection comes at the same time: whichever is first, all of this is done.
        self._end_all()
        os._exit(0)


def packages(modules: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    """Modules by their top-level package; those that came last come first.

    What a package needs comes in after it has begun to, so this way each one is imported before those that
    need it, and is blamed for its own doing.
    """
    found: dict[str, list[str]] = {}
    for name in modules:
        found.setdefault(name.partition(".")[0], []).append(name)
    last_first = list(found.items())[::-1]
    return sorted(last_first, key=lambda item: item[0] not in HANDLE_FORKS)


def check(package: str, native: int, sockets: int) -> None:
    """Raise ``NotFit`` if the import of ``package`` has started what a fork would cut in two."""
    if python_threads() > 1:
        raise NotFit(package, "starts a thread when it is imported")
    if native_threads() > native and package not in HANDLE_FORKS:
        raise NotFit(package, "starts a native thread when it is imported")
    if connections() > sockets:
        raise NotFit(package, "opens a connection when it is imported")
    with contextlib.suppress(ChildProcessError):
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        raise NotFit(package, "starts a process when it is imported")


def unsafe(native: int) -> str:
    """Why a fork isn't safe now; empty if it is."""
    if python_threads() > 1:
        return "a package has started a thread"
    return "a package has started a native thread" if native_threads() > native else ""


def python_threads() -> int:
    return max(threading.active_count(), len(sys._current_frames()))


def native_threads() -> int:
    """All threads of this process; 1 where nobody can tell."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 (a fork waits for this)
    except OSError:
        return 1


def connections() -> int:
    """Sockets and event queues that are open."""
    found = 0
    for descriptor in Path("/proc/self/fd").iterdir() if sys.platform == "linux" else ():
        with contextlib.suppress(OSError):
            found += str(descriptor.readlink()).startswith(("socket:", "anon_inode:[eventpoll]"))
    return found


def main(arguments: list[str]) -> None:
    options = dict(zip(arguments[::2], arguments[1::2], strict=False))
    parent, spare = int(options["--parent-pid"]), "--spare" in options
    end_with(parent)
    if spare:
        # A template ends the groups of its forks itself, when it is told to.
        guard_group(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=int(options["--descriptor"]))
    control.set_inheritable(False)
    Template(control, spare=spare).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
