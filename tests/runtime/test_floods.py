"""A handler that prints faster than the log can take: its newest lines go on, in order; all are counted."""

from __future__ import annotations

import re
import socket
import threading

import pytest
from mainspring.runtime import floods
from mainspring.runtime.floods import Floods
from mainspring.runtime.outlet import Outlet
from mainspring.runtime.protocol import Ready, Record
from mainspring.runtime.streams import FLOOD_LINES, Stream

from .apps import write_app
from .children import button, open_child, page, text


class Taken:
    """What went on, what was left out, and a clock that strikes when the test says so."""

    def __init__(self):
        self.texts, self.skipped, self.due, self.now = [], 0, [], 100.0
        self.floods = Floods(self._write, self._skip, lambda _, do: self.due.append(do))

    def monotonic(self):
        return self.now

    def tick(self, seconds):
        self.now += seconds
        self.due.pop(0)()

    def _write(self, key, call, text):
        self.texts += text.splitlines()

    def _skip(self, count):
        self.skipped += count


@pytest.fixture
def taken(monkeypatch):
    taken = Taken()
    monkeypatch.setattr(floods, "time", taken)
    return taken


def lines(numbers):
    return [f"{number}\n" for number in numbers]


def test_of_what_came_at_once_the_newest_lines_go_on_and_the_others_are_counted(taken):
    taken.floods.begin("key", None)
    taken.floods.gathering["key"].extend(lines(range(50_000)))
    taken.tick(0.04)

    assert (len(taken.texts), taken.skipped) == (20_000, 30_000)
    assert taken.texts[-1] == "49999"


def test_a_flood_that_lasts_is_shown_at_a_rate_that_a_browser_keeps_up_with(taken):
    taken.floods.begin("key", None)
    for _ in range(100):
        taken.floods.gathering["key"].extend(lines(range(10_000)))
        taken.tick(0.04)

    assert len(taken.texts) + taken.skipped == 1_000_000
    assert len(taken.texts) == pytest.approx(20_000 + 100 * 0.04 * 25_000, abs=1_000)


def test_twenty_thousand_lines_a_second_are_none_too_many(taken):
    taken.floods.begin("key", None)
    for _ in range(300):
        taken.floods.gathering["key"].extend(lines(range(800)))
        taken.tick(0.04)

    assert (len(taken.texts), taken.skipped) == (240_000, 0)


def test_when_it_is_calm_again_lines_are_no_longer_gathered_and_no_clock_ticks(taken):
    taken.floods.begin("key", None)
    gathered = taken.floods.gathering["key"]
    gathered.extend(lines(range(10_000)))
    taken.tick(0.04)
    assert "key" in taken.floods.gathering

    gathered.extend(lines(range(5)))
    taken.tick(0.04)
    # One that had just looked where to put it.
    gathered.extend(lines([77]))
    taken.tick(0.04)
    taken.tick(0.04)

    assert (dict(taken.floods.gathering), taken.due) == ({}, [])
    assert taken.texts[-2:] == ["4", "77"]


def test_what_is_gathered_at_its_end_or_when_something_else_is_logged_goes_on_first(taken):
    taken.floods.begin("key", None)
    gathered = taken.floods.gathering["key"]
    gathered.extend(lines([1]))
    taken.floods.pass_on()
    assert taken.texts == ["1"]

    gathered.extend(lines([2]))
    taken.floods.end("key")
    assert taken.texts == ["1", "2"]
    assert dict(taken.floods.gathering) == {}


def test_keys_that_have_long_been_quiet_are_forgotten(taken):
    taken.floods.begin("thread", None)
    taken.now += 11
    taken.floods.begin("another", None)

    assert list(taken.floods.gathering) == ["another"]


def test_a_flood_is_seen_also_where_threads_that_write_at_once_have_counted_past_its_limit(taken):
    ours, theirs = socket.socketpair()
    stream = Stream("stdout", 1, Outlet(ours, 1), taken.floods, lambda _, do: None)
    stream._written = FLOOD_LINES + 3
    stream.write("line\n")

    assert list(taken.floods.gathering) == [threading.get_ident()]
    ours.close()
    theirs.close()


APP = """
    import sys
    import threading

    class Odd:
        def __str__(self):
            return "odd" * 100


    def flood():
        for number in range(300_000):
            print("line", number)
            if number == 150_000:
                sys.stderr.write("half\\n")
            if number % 50_000 == 0:
                print(Odd())
        print("the end")


    async def async_flood():
        flood()


    def in_a_thread():
        thread = threading.Thread(target=flood)
        thread.start()
        thread.join()
"""


@pytest.mark.parametrize("name", ["flood", "async_flood", "in_a_thread"])
def test_every_line_of_a_flood_is_shown_or_counted_and_stands_in_its_order(tmp_path, name):
    app = write_app(tmp_path, APP)
    with open_child() as child:
        assert isinstance(child.load(app, page(text("@{said}"), button("go", name))), Ready)
        child.open()
        assert child.fire("go").status == "ok"
        seen = [message for message in child.seen if isinstance(message, Record)]

    shown = [record for record in seen if record.stream in ("stdout", "stderr")]
    assert len(shown) + sum(record.skipped for record in seen) == 300_000 + 6 + 1 + 1
    assert {record.handler for record in shown} == {name}
    numbers, halves = [], []
    for record in shown[: next(at for at, each in enumerate(shown) if each.text == "the end")]:
        if record.text == "half":
            halves.append(numbers[-1])
        elif record.text != "odd" * 100:
            numbers.append(int(re.fullmatch(r"line (\d+)", record.text)[1]))
    assert numbers == sorted(set(numbers))
    assert halves in ([], [150_000])
