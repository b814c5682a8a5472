"""``python -P -m mainspring.runtime --descriptor N --generation G --parent-pid P``: the runtime process."""

from __future__ import annotations

import os
import socket
import sys

from .child import end_with, serve
from .guard import guard_group


def main(arguments: list[str]) -> None:
    options = dict(zip(arguments[::2], arguments[1::2], strict=False))
    descriptor = int(options["--descriptor"])
    os.set_inheritable(descriptor, False)
    if parent := int(options.get("--parent-pid", "0")):
        end_with(parent)
        guard_group(parent)
    serve(socket.socket(fileno=descriptor), int(options["--generation"]))


if __name__ == "__main__":
    main(sys.argv[1:])
