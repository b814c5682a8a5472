"""The floor's child: reads a session, counts for it, answers. ``python child.py DESCRIPTOR``."""

from __future__ import annotations

import socket
import sys
from collections import Counter

import msgspec


def main(descriptor: int) -> None:
    connection = socket.socket(fileno=descriptor)
    counts: Counter[int] = Counter()
    reader = connection.makefile("rb")
    while head := reader.read(4):
        session = msgspec.msgpack.decode(reader.read(int.from_bytes(head, "big")), type=int)
        counts[session] += 1
        body = msgspec.json.encode({"count": counts[session]})
        connection.sendall(len(body).to_bytes(4, "big") + body)


main(int(sys.argv[1]))
