"""The pipe's framing: slices don't matter, damage is noticed, other generations are dropped."""

from __future__ import annotations

import pytest
from mainspring.runtime.protocol import (
    MAX_FRAME_BYTES,
    Done,
    ProtocolError,
    Receiver,
    Record,
    Snapshot,
    ToBuilder,
    encode,
)

MESSAGES = [Snapshot("s", 1, b"{}"), Done("s", 3, "ok", run_ms=1.5), Record(1.0, "stdout", "info", "ü" * 10)]
STREAM = b"".join(encode(message, 3) for message in MESSAGES)


@pytest.mark.parametrize("cut", range(len(STREAM) + 1))
def test_a_stream_cut_anywhere_gives_the_same_messages(cut):
    receiver = Receiver(ToBuilder, generation=3)

    assert receiver.feed(STREAM[:cut]) + receiver.feed(STREAM[cut:]) == MESSAGES


def test_a_stream_that_comes_byte_by_byte_gives_the_same_messages():
    receiver = Receiver(ToBuilder, generation=3)

    assert [message for byte in STREAM for message in receiver.feed(bytes([byte]))] == MESSAGES


def test_frames_of_another_generation_are_dropped():
    assert Receiver(ToBuilder, generation=4).feed(STREAM + encode(MESSAGES[0], 4)) == MESSAGES[:1]


@pytest.mark.parametrize(
    "damaged",
    [
        b"\xff\xff\xff\xff\0\0\0\3",
        b"\0\0\0\1\0\0\0\3\xc1",
        b"\0\0\0\5\0\0\0\3hello",
        b"\0\0\0\2\0\0\0\3\x91\x01",
    ],
)
def test_damage_is_a_protocol_error(damaged):
    with pytest.raises(ProtocolError):
        Receiver(ToBuilder, generation=3).feed(damaged)


def test_a_message_that_no_frame_holds_is_not_encoded():
    with pytest.raises(ProtocolError, match="a frame holds"):
        encode(Snapshot("s", 1, bytes(MAX_FRAME_BYTES)), 3)
