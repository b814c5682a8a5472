"""Two may hold up the reading of a connection: it goes on when neither does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from mainspring.builder.web.shared_reading import SharedReading

Step = Callable[[SharedReading], None]
HOLD, GO_ON = SharedReading.hold, SharedReading.go_on
PAUSE, RESUME = SharedReading.pause_reading, SharedReading.resume_reading


class Line(asyncio.Transport):
    """A transport that notes whether it reads."""

    reads = True
    closing = False

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        assert not self.closing
        self.reads = True

    def is_closing(self) -> bool:
        return self.closing


@pytest.mark.parametrize(
    ("steps", "reads"),
    [
        ((HOLD,), False),
        ((HOLD, GO_ON), True),
        ((PAUSE,), False),
        ((PAUSE, RESUME), True),
        ((HOLD, RESUME), False),
        ((HOLD, PAUSE, GO_ON), False),
        ((HOLD, PAUSE, RESUME), False),
        ((HOLD, PAUSE, RESUME, GO_ON), True),
        ((PAUSE, HOLD, GO_ON, RESUME), True),
    ],
)
def test_it_reads_while_neither_wants_none(steps: tuple[Step, ...], reads: bool) -> None:
    line = Line()
    reading = SharedReading(line)
    for step in steps:
        step(reading)

    assert line.reads == reads


def test_the_handler_is_told_of_its_own_pause_alone() -> None:
    reading = SharedReading(Line())
    reading.hold()
    assert reading.is_reading()
    reading.pause_reading()
    assert not reading.is_reading()


def test_a_line_that_has_ended_while_it_was_held_stays_ended() -> None:
    line = Line()
    reading = SharedReading(line)
    reading.hold()
    line.closing = True
    reading.go_on()

    assert not line.reads
