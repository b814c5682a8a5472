"""Handlers that take every thread, or the loop, are named in the log: nothing else says why others wait."""

from __future__ import annotations

from mainspring.runtime.calls import Call
from mainspring.runtime.late_starts import AGAIN_S, LATE_S, LateStarts
from mainspring.runtime.protocol import Changes, Done, Record
from mainspring.runtime.tracebacks import Sources

from .apps import write_app
from .children import button, open_child, page, text

APP = """
    import threading

    from mainspring.runtime import init_state

    init_state({"said": ""})
    gate = threading.Event()


    def hold(state):
        state["said"] = "holding"
        gate.wait(20)


    async def block(state):
        state["said"] = "holding"
        gate.wait(20)


    def let_go():
        gate.set()


    async def quick():
        pass
"""
NAMES = ("hold", "block", "let_go", "quick")


def load(child, folder, **more):
    child.load(write_app(folder, APP), page(text("@{said}"), *(button(name, name) for name in NAMES)), **more)
    for session in ("s", "t", "u"):
        child.open(session)


def test_who_takes_all_threads_is_named_and_what_can_be_done(tmp_path):
    with open_child() as child:
        load(child, tmp_path, pool_size=2)
        for session in ("s", "t"):
            child.event("hold", session_id=session)
            child.until(Changes, lambda m, session=session: m.session_id == session)
        child.event("hold", session_id="u")

        said = child.until(Record, lambda record: "thread" in record.text)
        assert said.level == "warning"
        assert said.text.startswith("an event waits for a thread: all 2 run handlers (hold × 2). pool_size")


def test_who_holds_up_the_loop_is_named_with_its_line(tmp_path):
    with open_child() as child:
        load(child, tmp_path)
        child.event("block", session_id="s")
        child.until(Changes, lambda m: b"holding" in m.operations)
        waiting = child.event("quick", session_id="t")

        said = child.until(Record, lambda record: "loop" in record.text)
        assert "held up in block (main.py, line 17)" in said.text
        child.event("let_go", session_id="u")
        assert child.until(Done, lambda done: done.sequence == waiting).status == "ok"


class ARun:
    call = Call("s", 1, "wf-click", "slow", "button")
    is_async = False
    ended = False


class Hand:
    """A clock that strikes when the test says so."""

    def __init__(self):
        self.time = 0.0
        self.due = []

    def later(self, delay, do):
        self.due.append((self.time + delay, do))

    def strike(self):
        self.time, do = self.due.pop(0)
        do()


def a_watch():
    clock, said = Hand(), []
    return clock, said, LateStarts(clock, said.append, Sources(""), now=lambda: clock.time)


def test_it_is_said_once_a_minute_while_events_wait():
    clock, said, late = a_watch()
    late.queued(ARun(), may_wait=True)
    while clock.time < 1.5 * AGAIN_S:
        clock.strike()

    assert len(said) == 2
    assert clock.due[0][0] - clock.time == LATE_S


def test_what_begins_in_time_or_was_cancelled_is_not_said_and_the_clock_rests():
    clock, said, late = a_watch()
    quick, given_up = ARun(), ARun()
    late.queued(quick, may_wait=True)
    late.queued(given_up, may_wait=True)
    late.begun(quick)
    given_up.ended = True
    clock.strike()
    late.begun(given_up)
    clock.strike()

    assert (said, clock.due) == ([], [])
