"""``python -P -m mainspring.runtime --descriptor N --generation G --parent-pid P``: the runtime process."""

from __future__ import annotations

import faulthandler
import os
import signal
import socket
import sys

from .serve import Runtime


def main(arguments: list[str]) -> int:
    options = dict(zip(arguments[::2], arguments[1::2], strict=False))
    descriptor = int(options["--descriptor"])
    parent = int(options.get("--parent-pid", "0"))
    os.set_inheritable(descriptor, False)
    if sys.platform == "linux" and parent:
        _end_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the builder, which then ends us.
    faulthandler.enable(file=2)
    pipe = socket.socket(fileno=descriptor)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=pipe.close)
    Runtime(pipe, int(options["--generation"])).serve()
    # Handlers may still run in threads that nothing can end; the process is over all the same.
    os._exit(0)


def _end_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the builder dies, even in a loop that holds the GIL."""
    import ctypes

    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
