"""What a runtime process does first, however it came to be."""

from __future__ import annotations

import faulthandler
import os
import signal
import socket
import sys
from typing import NoReturn

from .protocol import trace_signal
from .serve import Runtime


def serve(pipe: socket.socket, generation: int, ahead: frozenset[str] = frozenset()) -> NoReturn:
    """Be the runtime at the other end of the builder's ``pipe``, until it is over with this process.

    ``ahead`` are modules that were imported before on the app's behalf.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the builder, which then ends us.
    faulthandler.enable(file=2)
    if hasattr(faulthandler, "register"):
        faulthandler.register(trace_signal(), file=2, chain=True)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=pipe.close)
    Runtime(pipe, generation, ahead).serve()
    # Handlers may still run in threads that nothing can end; the process is over all the same.
    os._exit(0)


def end_with(parent: int, number: int = signal.SIGKILL) -> None:
    """Have the kernel end this process when its parent dies, even in a loop that holds the GIL."""
    if sys.platform != "linux":
        return
    import ctypes

    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, number, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)
