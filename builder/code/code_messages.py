"""What code service and code worker say to each other: length (4 bytes, big-endian) and MessagePack.

Positions are those of the editor, 0-based lines and UTF-16 columns; the worker converts.
"""

from __future__ import annotations

import struct
from typing import Any, Final

import msgspec

__all__ = [
    "HEADER",
    "PING",
    "READY",
    "WARM",
    "Answer",
    "Ask",
    "CodeUnanswered",
    "decode_answer",
    "decode_ask",
    "frame",
]

HEADER: Final = struct.Struct(">I")
# The number of the answer that says that a worker is warm.
READY: Final = 0
# Answered at once, also while jedi is thinking, with the process's seconds of work: who doesn't answer hangs.
PING: Final = "mainspring/ping"
# A completion that nobody waits for: what it makes the process read is warm afterwards.
WARM: Final = "mainspring/warm"


class CodeUnanswered(Exception):
    """There is no answer; the text says why."""


class Ask(msgspec.Struct, frozen=True, array_like=True):
    """A question. ``path`` is relative to the app, ``text`` what the editor shows, saved or not.

    Attributes:
        label, labels: Of completions at that place.
        new_name: Of a rename; empty while nobody has typed one.
        buffers: Path and text of other files as editors show them, not saved.
    """

    number: int
    method: str
    path: str
    text: str
    line: int
    character: int
    label: str = ""
    labels: tuple[str, ...] = ()
    new_name: str = ""
    buffers: tuple[tuple[str, str], ...] = ()


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """``result`` is JSON in LSP's shape; ``problem`` says why there is none. ``peak_mb``: memory so far."""

    number: int
    result: Any = None
    problem: str = ""
    peak_mb: float = 0.0


def frame(message: Ask | Answer) -> bytes:
    body = msgspec.msgpack.encode(message)
    return HEADER.pack(len(body)) + body


decode_ask = msgspec.msgpack.Decoder(Ask).decode
decode_answer = msgspec.msgpack.Decoder(Answer).decode
