"""What is written to a stream, as lines of the log."""

from __future__ import annotations

from mainspring.runtime import streams
from mainspring.runtime.floods import Floods
from mainspring.runtime.protocol import Record

from .apps import write_app
from .children import button, open_child, page


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

    assert "".join(record.text.removeprefix("... ") for record in kept.records) == written
    lines = [0]
    for record in kept.records:
        if not record.over:
            assert not record.text.startswith("... ") or lines != [0]
            lines.append(0)
        lines[-1] += len(record.text)
    assert len(lines) > 2
    assert max(lines) <= streams.LONG_LINE + len("... ")


def test_a_bar_that_is_drawn_over_for_ever_stays_one_line(monkeypatch):
    monkeypatch.setattr(streams, "PARTIAL_S", 0.0)
    kept = Kept()
    floods = Floods(lambda *_: None, lambda _: None, kept.later)
    stream = streams.Stream("stderr", 2, kept, floods, kept.later)
    for number in range(2_000):
        stream.write(f"\r{number} " + "#" * 100)
        kept.tick()

    assert [record.over for record in kept.records] == [0, *[1] * 1_999]


BARS = """
    from tqdm import tqdm, trange


    def one():
        for _ in tqdm(range(1_000), desc="one", mininterval=0):
            pass
        print("after")


    def nested():
        for _ in trange(3, desc="outer"):
            for _ in trange(200, desc="inner", mininterval=0):
                pass
"""


def screen(records):
    """The lines that are there in the end, each drawn over as often as it was."""
    lines = []
    for record in records:
        if not record.over:
            lines.append([record.stream, ""])
        of_stream = [line for line in lines if line[0] == record.stream]
        line = of_stream[-max(1, record.over)]
        line[1] = record.text[1:] if record.text.startswith("\r") else line[1] + record.text
    return [text for _, text in lines]


def test_bars_of_tqdm_are_lines_that_are_drawn_over(tmp_path):
    app = write_app(tmp_path, BARS)
    with open_child() as child:
        child.load(app, page(button("one", "one"), button("nested", "nested")))
        child.open()
        child.fire("one")
        bar, after = screen([m for m in child.seen if isinstance(m, Record) and m.handler == "one"])
        child.fire("nested")
        nested = screen([m for m in child.seen if isinstance(m, Record) and m.handler == "nested"])

    assert bar.startswith("one: 100%|")
    assert "1000/1000" in bar
    assert after == "after"
    # As in a terminal: an inner one that is done takes the place of the outer one, which moves down.
    assert [line.split("|")[0] for line in nested] == [*["inner: 100%"] * 3, "outer: 100%"]
