"""The order of events, the pool, the loop of async handlers, and cancelling: in real children."""

from __future__ import annotations

import os
import threading
import time
from types import SimpleNamespace

import pytest
from mainspring.runtime import execution
from mainspring.runtime.calls import Call
from mainspring.runtime.execution import TURN_S, Executor, Run, Turns
from mainspring.runtime.late_starts import LateStarts
from mainspring.runtime.protocol import CancelEvent, Changes, CloseSession, Done, Ready, Record
from mainspring.runtime.tracebacks import Sources

from .apps import write_app
from .children import button, open_child, page, text

APP = """
    import asyncio
    import threading
    import time
    from contextvars import ContextVar

    from mainspring.runtime import init_state, run_async

    init_state({"counter": 0, "said": "", "rows": []})
    user = ContextVar("user", default="nobody")
    gate = threading.Event()
    loop_gate = threading.Event()


    def sync_click(state):
        state["counter"] += 1


    async def async_click(state):
        state["counter"] += 1


    def generator_click(state):
        state["counter"] += 1
        yield


    async def async_generator_click(state):
        state["counter"] += 1
        yield


    def sleep_long(state):
        state["said"] = "asleep"
        time.sleep(60)


    def wait_at_the_gate(state):
        state["said"] = "waiting"
        gate.wait(20)
        state["said"] = "passed"


    def open_the_gate(state):
        state["counter"] += 1
        gate.set()


    def thread_name(state):
        state["said"] = threading.current_thread().name


    async def helper_thread_name(state):
        state["said"] = await asyncio.to_thread(lambda: threading.current_thread().name)


    def set_user(session):
        user.set(session["id"])


    async def set_user_in_loop(session):
        user.set(session["id"])


    def returns_awaitable(state):
        user.set("leaked")

        async def rest():
            state["said"] = user.get()
        return rest()


    def see_user(state):
        state["said"] = user.get()


    async def see_user_in_loop(state):
        state["said"] = user.get()


    class Pool:
        async def open(self):
            self.loop = asyncio.get_running_loop()
            self.queue = asyncio.Queue()
            self.task = asyncio.create_task(self.serve())
            return self

        async def serve(self):
            while True:
                answer = await self.queue.get()
                answer.set_result("served")


    pool = run_async(Pool().open())


    async def use_pool(state):
        answer = asyncio.get_running_loop().create_future()
        await pool.queue.put(answer)
        state["said"] = f"{await answer} {asyncio.get_running_loop() is pool.loop}"


    def use_pool_from_a_thread(state):
        async def served():
            answer = asyncio.get_running_loop().create_future()
            await pool.queue.put(answer)
            return await answer
        state["said"] = run_async(served())


    async def run_async_in_the_loop(state):
        try:
            run_async(use_pool(state))
        except RuntimeError as error:
            state["said"] = str(error)


    def endless(state):
        state["said"] = "running"
        while True:
            pass


    def endless_writes(state):
        while True:
            state["rows"].append(len(state["rows"]))
            if len(state["rows"]) > 50:
                state["rows"].clear()


    def endless_generator(state):
        while True:
            state["counter"] += 1
            yield


    async def endless_async(state):
        state["said"] = "running"
        try:
            await asyncio.Event().wait()
        finally:
            state["said"] = "cleaned up"


    async def endless_async_generator(state):
        while True:
            state["counter"] += 1
            yield
            await asyncio.sleep(0)


    async def block_the_loop(state):
        state["said"] = "blocking"
        loop_gate.wait(20)


    def open_the_loops_gate():
        loop_gate.set()


    def exits():
        raise SystemExit(3)


    async def exits_in_loop():
        raise KeyboardInterrupt


    async def task_exits():
        async def end():
            raise SystemExit(4)
        asyncio.create_task(end())


    def note(state, payload):
        state["rows"].append(payload)
"""
BUTTONS = [
    "sync_click", "async_click", "generator_click", "async_generator_click", "sleep_long", "wait_at_the_gate",
    "open_the_gate", "thread_name", "helper_thread_name", "set_user", "set_user_in_loop", "returns_awaitable",
    "see_user", "see_user_in_loop", "use_pool", "use_pool_from_a_thread", "run_async_in_the_loop", "endless",
    "endless_writes", "endless_generator", "endless_async", "endless_async_generator", "block_the_loop",
    "open_the_loops_gate", "exits", "exits_in_loop", "task_exits",
]  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return write_app(tmp_path_factory.mktemp("order"), APP)


def load(child, app, **more):
    shown = [text(f"@{{{key}}}", f"t_{key}") for key in ("counter", "said", "rows")]
    ready = child.load(app, page(*shown, *(button(name, name) for name in BUTTONS)), **more)
    assert isinstance(ready, Ready), ready


@pytest.fixture(scope="module")
def _child(app):
    with open_child() as child:
        load(child, app)
        yield child


@pytest.fixture
def child(_child, request):
    _child.session = request.node.name
    _child.open(_child.session)
    return _child


def fire(child, name):
    return child.fire(name, session_id=child.session)


def said(child):
    return child.copies[child.session]["said"]


@pytest.mark.parametrize("kind", ["sync_click", "async_click", "generator_click", "async_generator_click"])
def test_two_hundred_clicks_of_each_of_ten_sessions_at_once_are_two_hundred(child, kind):
    sessions = [f"{kind}{number}" for number in range(10)]
    for session in sessions:
        child.open(session)
    left = {child.event(kind, session_id=session) for _ in range(200) for session in sessions}
    while left:
        done = child.until(Done)
        assert done.status == "ok"
        left.discard(done.sequence)

    assert [child.copies[session]["counter"] for session in sessions] == [200] * 10


def test_kinds_of_one_session_take_turns_too(child):
    kinds = ["sync_click", "async_click", "generator_click", "async_generator_click"] * 25
    last = [child.event(kind, session_id=child.session) for kind in kinds][-1]
    child.until(Done, lambda done: done.sequence == last)

    assert child.copies[child.session]["counter"] == 100


def a_run(prepare, ended, is_async=False):
    call = Call("s", 1, "wf-click", "h", "c")
    return Run(call, prepare, is_async, lambda: None, lambda run, status, detail: ended.append(status))


class HandClock:
    """A clock that strikes when the test says so."""

    def __init__(self):
        self.due = []

    def later(self, delay, do):
        self.due.append((delay, do))


def an_executor(pool_size, clock):
    late = LateStarts(clock, lambda text: None, Sources(""))
    return Executor(pool_size, clock, lambda context: None, late)


def test_a_handler_has_its_session_to_itself_until_its_turn_of_100_ms_is_over():
    clock, turns, ended = HandClock(), Turns(), []
    executor = an_executor(4, clock)
    first, second, gate = threading.Event(), threading.Event(), threading.Event()

    def hold():
        first.set()
        gate.wait(20)

    executor.submit(turns, a_run(lambda: hold, ended))
    executor.submit(turns, a_run(lambda: lambda: second.set(), ended))
    assert first.wait(20)

    assert TURN_S == 0.1
    assert [0 < delay <= 0.1 for delay, _ in clock.due] == [True]
    assert not executor.workers._jobs
    assert len(turns.waiting) == 1

    clock.due[0][1]()
    assert second.wait(20)
    gate.set()


def test_what_an_event_waits_for_before_its_handler_is_called_is_no_part_of_its_turn():
    clock, turns, ended = HandClock(), Turns(), []
    executor = an_executor(4, clock)
    preparing, called, gate, held = (threading.Event() for _ in range(4))

    def prepare():
        preparing.set()
        gate.wait(20)
        return lambda: (called.set(), held.wait(20))

    executor.submit(turns, a_run(prepare, ended))
    assert preparing.wait(20)
    executor.submit(turns, a_run(lambda: lambda: None, ended))
    before = list(clock.due)
    gate.set()
    assert called.wait(20)

    assert before == []
    assert [0 < delay <= 0.1 for delay, _ in clock.due] == [True]
    held.set()


def test_a_turn_whose_end_comes_late_is_given_once_more_for_a_second_at_most(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(execution, "time", SimpleNamespace(monotonic=lambda: now[0]))
    clock, turns, ended = HandClock(), Turns(), []
    executor = an_executor(4, clock)
    first, second, gate = (threading.Event() for _ in range(3))
    executor.submit(turns, a_run(lambda: lambda: (first.set(), gate.wait(20)), ended))
    assert first.wait(20)
    executor.submit(turns, a_run(lambda: second.set, ended))

    late_by = []
    while len(turns.waiting) == 1:
        delay, strike = clock.due[len(late_by)]
        now[0] += delay + 0.05
        late_by.append(now[0] - 100.0)
        strike()

    assert second.wait(20)
    assert [delay for delay, _ in clock.due] == pytest.approx([TURN_S] * len(late_by))
    assert late_by == pytest.approx([0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.05])
    gate.set()


def test_where_nobody_waits_for_a_turn_no_clock_ticks():
    clock, turns, ended = HandClock(), Turns(), []
    executor = an_executor(4, clock)
    for _ in range(5):
        over = threading.Event()
        executor.submit(turns, a_run(lambda over=over: over.set, ended))
        assert over.wait(20)
        limit = time.monotonic() + 20
        while turns.holder is not None and time.monotonic() < limit:
            os.sched_yield()

    assert ended == ["ok"] * 5
    assert clock.due == []


def test_a_handler_that_takes_long_holds_up_its_own_session_for_one_turn_only(child):
    slow = child.event("wait_at_the_gate", session_id=child.session)
    child.event("open_the_gate", session_id=child.session)
    child.until(Done, lambda done: done.sequence == slow)

    assert (said(child), child.copies[child.session]["counter"]) == ("passed", 1)


def test_a_handler_that_sleeps_delays_nobody_elses(app):
    with open_child() as child:
        load(child, app, pool_size=4)
        for session in ("s", "t"):
            child.open(session)
        sleeping = [child.event("sleep_long") for _ in range(3)]
        child.until(Changes, lambda changes: b"asleep" in changes.operations)
        statuses = [child.fire(kind, session_id="t").status for kind in ("sync_click", "async_click") * 20]

        assert statuses == ["ok"] * 40
        assert not [m for m in child.seen if isinstance(m, Done) and m.sequence in sleeping]


def test_a_pool_of_two_runs_two_at_a_time_and_the_third_when_one_is_free(app):
    with open_child() as child:
        load(child, app, pool_size=2)
        for session in ("s", "t", "u"):
            child.open(session)
        child.event("endless", session_id="s")
        child.until(Changes, lambda m: m.session_id == "s")
        gated = child.event("wait_at_the_gate", session_id="t")
        child.until(Changes, lambda m: m.session_id == "t")
        third = child.event("open_the_gate", session_id="u")
        child.send(CancelEvent("s", 1))
        left = {gated, third}
        while left:
            left.discard(child.until(Done).sequence)

        assert [m.status for m in child.seen if isinstance(m, Done)].count("ok") == 2


def test_sync_handlers_run_in_the_pool_and_nothing_else_does(child):
    fire(child, "thread_name")
    assert said(child).startswith("mainspring-handler-")
    fire(child, "helper_thread_name")
    assert said(child).startswith("asyncio_")


def test_what_is_opened_at_start_up_in_the_loop_serves_all_handlers(child):
    fire(child, "use_pool")
    assert said(child) == "served True"
    fire(child, "use_pool_from_a_thread")
    assert said(child) == "served"
    fire(child, "run_async_in_the_loop")
    assert "write await" in said(child)


@pytest.mark.parametrize("setter", ["set_user", "set_user_in_loop", "returns_awaitable"])
@pytest.mark.parametrize("reader", ["see_user", "see_user_in_loop"])
def test_a_context_variable_of_one_handler_is_not_seen_by_the_next(child, setter, reader):
    for number in range(20):  # More than there are threads.
        child.open(f"{child.session}{number}")
        child.fire(setter, session_id=f"{child.session}{number}")
    fire(child, reader)

    assert said(child) == "nobody"


def test_an_awaitable_that_a_plain_handler_returns_goes_on_in_its_context(child):
    done = fire(child, "returns_awaitable")

    assert (done.status, said(child)) == ("ok", "nobody")


def test_a_handler_that_blocks_the_loop_does_not_keep_the_runtime_from_answering(child):
    first = child.event("block_the_loop", session_id=child.session)
    child.open("beside")
    assert child.fire("open_the_loops_gate", session_id="beside").status == "ok"

    assert child.until(Done, lambda done: done.sequence == first).status == "ok"


@pytest.mark.parametrize(
    "name",
    ["endless", "endless_writes", "endless_generator", "endless_async", "endless_async_generator"],
)
def test_a_handler_that_runs_is_cancelled_and_the_state_is_right_afterwards(child, name):
    sequence = child.event(name, session_id=child.session)
    child.until(Changes, lambda m: m.session_id == child.session)
    child.send(CancelEvent(child.session, sequence))
    done = child.until(Done, lambda done: done.sequence == sequence)

    assert done.status == "cancelled"
    before = child.copies[child.session]["counter"]
    assert [fire(child, kind).status for kind in ("sync_click", "async_click")] == ["ok", "ok"]
    assert child.copies[child.session]["counter"] == before + 2
    if name == "endless_async":
        assert said(child) == "cleaned up"
    if name == "endless_writes":
        rows = child.copies[child.session]["rows"]
        assert rows == list(range(len(rows)))


@pytest.mark.parametrize("name", ["endless_generator", "endless_async_generator"])
def test_a_generator_whose_session_has_ended_stops_at_its_yield(child, name):
    sequence = child.event(name, session_id=child.session)
    child.until(Changes, lambda m: m.session_id == child.session)
    child.send(CloseSession(child.session))

    assert child.until(Done, lambda done: done.sequence == sequence).status == "cancelled"


@pytest.mark.parametrize("waiting", ["sync_click", "async_click"])
def test_an_event_that_waits_for_its_turn_can_be_cancelled(app, waiting):
    with open_child() as child:
        load(child, app, pool_size=1)
        for session in ("s", "t"):
            child.open(session)
        child.event("endless", session_id="t")
        child.until(Changes, lambda m: m.session_id == "t")
        child.event("sync_click")  # Waits for a thread, and holds the turn.
        behind = child.event(waiting)
        child.send(CancelEvent("s", behind))

        assert child.until(Done).sequence == behind
        child.send(CancelEvent("t", 1))
        assert child.fire(waiting).status == "ok"
        assert child.copies["s"]["counter"] == 2


def test_an_async_event_that_is_cancelled_before_its_first_step_is_answered():
    turns, ended, over = Turns(), [], threading.Event()
    executor = an_executor(1, HandClock())
    inside, gate = threading.Event(), threading.Event()
    executor.loop().call_soon_threadsafe(lambda: (inside.set(), gate.wait(20)))
    assert inside.wait(20)
    run = a_run(lambda: lambda: None, ended, is_async=True)
    executor.submit(turns, run)
    executor.cancel(run)
    executor.submit(turns, a_run(lambda: over.set, ended, is_async=True))
    gate.set()

    assert over.wait(20)
    assert ended[0] == "cancelled"


def test_what_a_cancelled_handler_left_in_the_loop_is_closed():
    turns, ended, begun, over = Turns(), [], threading.Event(), threading.Event()
    executor = an_executor(1, HandClock())
    gate, closed = threading.Event(), []

    class Rest:
        def __await__(self):
            yield

        def close(self):
            closed.append(True)

    def hand_over():
        executor.loop().call_soon_threadsafe(lambda: (begun.set(), gate.wait(20)))
        assert begun.wait(20)
        return Rest()

    run = a_run(lambda: hand_over, ended)
    executor.submit(turns, run)
    assert begun.wait(20)
    executor.submit(turns, a_run(lambda: over.set, ended, is_async=True))
    free = threading.Event()
    executor.submit(Turns(), a_run(lambda: free.set, ended))  # The one thread has left the handler.
    assert free.wait(20)
    executor.cancel(run)
    gate.set()

    assert over.wait(20)
    assert (closed, ended) == ([True], ["ok", "cancelled", "ok"])


@pytest.mark.parametrize(("name", "kind"), [("exits", "SystemExit"), ("exits_in_loop", "KeyboardInterrupt")])
def test_an_exit_in_a_handler_is_an_error_of_that_handler(child, name, kind):
    done = fire(child, name)
    record = next(m for m in child.seen if isinstance(m, Record) and m.error_id == done.error_id)

    assert (done.status, record.error.type) == ("error", kind)
    assert fire(child, "async_click").status == "ok"


def test_a_task_that_exits_does_not_end_the_loop_of_the_others(child):
    fire(child, "task_exits")
    child.until(Record, lambda record: record.error is not None and record.error.type == "SystemExit")

    assert fire(child, "async_click").status == "ok"
