"""What is written to a stream, as lines of the log."""

from __future__ import annotations

from mainspring.runtime import streams
from mainspring.runtime.floods import Floods


class Kept:
    """Takes the place of the outlet and of the clock: what is due happens when it is told to."""

    def __init__(self):
        self.records, self.due = [], []

    def record(self, record):
        self.records.append(record)

    def later(self, _seconds, job):
        self.due.append(job)

    def tick(self):
        due, self.due = self.due, []
        for job in due:
            job()


def test_a_line_that_never_ends_goes_on_in_a_new_one_before_it_is_too_long_to_show(monkeypatch):
    monkeypatch.setattr(streams, "PARTIAL_S", 0.0)
    kept = Kept()
    floods = Floods(lambda *_: None, lambda _: None, kept.later)
    stream = streams.Stream("stdout", 1, kept, floods, kept.later)
    written = ""
    for number in range(1_000):
        part = f"{number} " * 40
        stream.write(part)
        written += part
        kept.tick()

    assert "".join(record.text.removeprefix("… ") for record in kept.records) == written
    lines = [0]
    for record in kept.records:
        if not record.over:
            assert not record.text.startswith("… ") or lines != [0]
            lines.append(0)
        lines[-1] += len(record.text)
    assert len(lines) > 2
    assert max(lines) <= streams.LONG_LINE + len("… ")


def test_a_bar_that_is_drawn_over_for_ever_stays_one_line(monkeypatch):
    monkeypatch.setattr(streams, "PARTIAL_S", 0.0)
    kept = Kept()
    floods = Floods(lambda *_: None, lambda _: None, kept.later)
    stream = streams.Stream("stderr", 2, kept, floods, kept.later)
    for number in range(2_000):
        stream.write(f"\r{number} " + "#" * 100)
        kept.tick()

    assert [record.over for record in kept.records] == [0, *[1] * 1_999]
