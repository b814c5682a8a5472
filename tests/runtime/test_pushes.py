"""What reaches the pages and when: pushes, revisions, resync, and what never leaves the server."""

from __future__ import annotations

import threading

import msgspec
import pytest
from mainspring.runtime.changes import take_changes
from mainspring.runtime.protocol import CancelEvent, Changes, Done, Ready, Record, Resync, SetPages, Snapshot
from mainspring.runtime.references import Node
from mainspring.runtime.serialise import Serialiser
from mainspring.runtime.serve import PUSH_S
from mainspring.runtime.state import State, new_state
from mainspring.runtime.tracked import rebuild_marks, unwrap

from .apps import write_app
from .children import apply, button, open_child, page, text

APP = '''
    import asyncio
    import threading
    from collections.abc import Mapping

    from mainspring.runtime import init_state

    reads = {"shown": 0, "hidden": 0, "private": 0, "beside": 0}


    class Counted(Mapping):
        """Counts how often somebody reads it."""

        def __init__(self, name):
            self.name = name

        def __getitem__(self, key):
            return 1

        def __len__(self):
            return 1

        def __iter__(self):
            reads[self.name] += 1
            return iter(["a"])

        def __deepcopy__(self, memo):
            return self


    init_state({
        "said": "", "reads": {}, "numbers": [0], "twice": {"n": 0}, "good": 0, "bad": None,
        "shown": Counted("shown"), "hidden": Counted("hidden"), "_private": Counted("private"),
        "nested": {"used": 0, "unused": Counted("beside")},
    })
    steps = {}


    def step(state, session):
        steps.setdefault(session.id, threading.Semaphore(0)).release()


    def slowly(state, session):
        gate = steps.setdefault(session.id, threading.Semaphore(0))
        for number in range(3):
            state["said"] = f"at {number}"
            assert gate.acquire(timeout=20)
        state["said"] = "over"


    async def slowly_async(state, session):
        gate = steps.setdefault(session.id, threading.Semaphore(0))
        for number in range(3):
            state["said"] = f"at {number}"
            while not gate.acquire(blocking=False):
                await asyncio.sleep(0.001)
        state["said"] = "over"


    def slowly_generated(state, session):
        gate = steps.setdefault(session.id, threading.Semaphore(0))
        for number in range(3):
            state["said"] = f"at {number}"
            yield
            assert gate.acquire(timeout=20)
        state["said"] = "over"


    def from_thread(state):
        threading.Thread(target=lambda: state["numbers"].append("thread")).start()


    def from_timer(state):
        threading.Timer(0.001, lambda: state["numbers"].append("timer")).start()


    async def from_task(state):
        async def later():
            await asyncio.sleep(0.001)
            state["numbers"].append("task")
        asyncio.create_task(later())


    async def from_callback(state):
        asyncio.get_running_loop().call_later(0.001, lambda: state["numbers"].append("callback"))


    def assign_counted(state):
        for name in ("shown", "hidden", "_private"):
            state[name] = state[name]
        state["nested"]["unused"] = state["nested"]["unused"]
        state["nested"]["used"] += 1


    def tell(state):
        state["reads"] = dict(reads)


    def share(state):
        state["again"] = state["twice"]
        state["twice"]["n"] += 1
        state["again"]["n"] += 1


    class Rude:
        def __str__(self):
            raise RuntimeError("no text")

        __repr__ = __str__


    def hurt(state):
        state["bad"] = {"deep": [Rude(), float("nan")], Rude(): 1}
        state["good"] += 1
        state["numbers"].append(float("inf"))


    def deep(state):
        state["bad"] = {}
        inner = state["bad"]
        for number in range(400):
            inner["x"] = {}
            inner = inner["x"]
        inner["x"] = "bottom"
        state["good"] += 1


    def deeper(state):
        state["good"] += 1
        inner = state["bad"]
        while isinstance(inner["x"], dict):
            inner = inner["x"]
        inner["x"] = "new bottom"


    def bottomless(state):
        value = []
        for number in range(100_000):
            value = [value]
        state["good"] += 1
        state["bad"] = value


    def cyclic(state):
        state["bad"] = {"n": 1}
        state["bad"]["me"] = state["bad"]
        state["numbers"].append(state["numbers"])
        state["bad"]["n"] += 1
        state["good"] += 1


    def generator(state):
        for number in range(5):
            state["good"] = number
            yield


    async def async_generator(state):
        for number in range(5):
            state["good"] = number
            yield


    def return_something():
        return 5
'''
BUTTONS = [
    "step", "slowly", "slowly_async", "slowly_generated", "from_thread", "from_timer", "from_task",
    "from_callback", "assign_counted", "tell", "share", "hurt", "deep", "deeper", "bottomless", "cyclic",
    "return_something",
    "generator",
    "async_generator",
]  # fmt: skip
SHOWN = ("said", "reads", "numbers", "twice", "again", "good", "bad", "shown", "nested.used", "_private")


def the_page(*more):
    shown = [text(f"@{{{key}}}", f"t_{key}") for key in SHOWN]
    return page(*shown, *(button(name, name) for name in BUTTONS), *more)


@pytest.fixture
def child(tmp_path):
    with open_child() as child:
        ready = child.load(write_app(tmp_path, APP), the_page())
        assert isinstance(ready, Ready), ready
        child.open()
        yield child


def copy(child, session="s"):
    return child.copies[session]


def test_the_push_interval_is_50_ms():
    assert PUSH_S == 0.05


@pytest.mark.parametrize("name", ["slowly", "slowly_async", "slowly_generated"])
def test_what_a_running_handler_assigns_is_pushed_before_it_ends(child, name):
    running = child.event(name)
    for number in range(3):
        words = f"at {number}".encode()
        if not any(isinstance(m, Changes) and words in m.operations for m in child.seen):
            child.until(Changes, lambda m, words=words: words in m.operations)
        assert not any(isinstance(m, Done) and m.sequence == running for m in child.seen)
        child.event("step")
    if not any(isinstance(m, Done) and m.sequence == running for m in child.seen):
        child.until(Done, lambda m: m.sequence == running)

    assert copy(child)["said"] == "over"


@pytest.mark.parametrize("name", ["generator", "async_generator"])
def test_each_yield_sends_what_was_assigned_before_it(child, name):
    child.fire(name)
    sent = [msgspec.json.decode(m.operations) for m in child.seen if isinstance(m, Changes)]

    assert sent == [[["set", ["good"], number]] for number in range(5)]


@pytest.mark.parametrize("source", ["thread", "timer", "task", "callback"])
def test_what_changes_outside_any_event_is_pushed(child, source):
    child.fire(f"from_{source}")
    if copy(child)["numbers"] == [0]:
        child.until(Changes)

    assert copy(child)["numbers"] == [0, source]


def test_what_a_handler_changed_last_goes_with_its_end(child):
    done = child.fire("share")

    (changes,) = [m for m in child.seen if isinstance(m, Changes)]
    assert done.apart()[0] == changes


def test_the_rest_comes_before_done_and_each_message_has_the_next_revision(child):
    for name in ("share", "hurt", "from_thread", "share"):
        child.fire(name)
    child.send(Resync("s"))
    child.until(Snapshot)
    revisions = [m.revision for m in child.seen if isinstance(m, Changes | Snapshot)]

    assert revisions == list(range(1, len(revisions) + 1))
    assert isinstance(child.seen[-1], Snapshot)


def test_after_a_gap_a_resync_gives_the_whole_anew(child):
    child.fire("share")
    child.copies["s"] = {"what a browser": "thought"}
    child.send(Resync("s"), Resync("nobody"))
    child.until(Snapshot)

    assert copy(child)["twice"] == {"n": 2}
    assert "what a browser" not in copy(child)
    assert child.fire("share").status == "ok"
    assert copy(child)["again"] == {"n": 4}


def test_state_that_no_component_refers_to_is_never_read(child):
    child.fire("assign_counted")
    child.send(Resync("s"))
    child.fire("tell")

    assert copy(child)["reads"]["shown"] >= 3
    assert {name: copy(child)["reads"][name] for name in ("hidden", "private", "beside")} == {
        "hidden": 0, "private": 0, "beside": 0,
    }  # fmt: skip
    assert set(copy(child)) <= set(SHOWN) | {"nested"}
    assert copy(child)["nested"] == {"used": 1}
    assert "_private" not in copy(child)


def test_a_component_that_comes_later_brings_what_it_refers_to(child):
    child.send(SetPages((the_page(text("@{hidden.a}", "late")),)))
    child.until(Snapshot)

    assert copy(child)["hidden"] == {"a": 1}


def test_one_object_under_two_paths_changes_both(child):
    child.fire("share")
    child.fire("share")

    assert copy(child)["twice"] == copy(child)["again"] == {"n": 4}


def test_values_that_cannot_go_are_named_and_hold_up_nobody(child):
    done = child.fire("hurt")
    said = [m.text for m in child.seen if isinstance(m, Record) and m.level == "error"]

    assert (done.status, copy(child)["good"]) == ("ok", 1)
    assert copy(child)["bad"] == {"deep": [None, None], "<Rude>": 1}
    assert copy(child)["numbers"] == [0, None]
    assert len(said) == 1
    assert said[0].startswith("state['bad']['deep'][0] can't be shown: main.Rude: ")
    child.fire("hurt")
    assert len([m for m in child.seen if isinstance(m, Record) and m.level == "error"]) == 1


@pytest.mark.parametrize("name", ["deep", "cyclic"])
def test_deep_and_cyclic_values_go_as_far_as_they_can(child, name):
    done = child.fire(name)
    if name == "deep":
        done = child.fire("deeper")

    assert done.status == "ok"
    assert copy(child)["good"] == (2 if name == "deep" else 1)
    assert any(isinstance(m, Record) and "can't be shown" in m.text for m in child.seen)
    assert child.fire("share").status == "ok"
    assert copy(child)["twice"] == {"n": 2}


def test_a_value_too_deep_to_be_held_is_an_error_of_its_assignment(child):
    done = child.fire("bottomless")

    assert (done.status, copy(child)["good"], copy(child)["bad"]) == ("error", 1, None)
    assert child.fire("share").status == "ok"


def test_a_returned_value_is_ignored_and_said(child):
    done = child.fire("return_something")

    assert done.status == "ok"
    assert "return_something returned a int; what a handler returns is ignored" in child.lines()
    child.send(CancelEvent("s", done.sequence))
    assert child.fire("share").status == "ok"


def everything():
    node = Node()
    node.whole = True
    return node


def take(state, browser):
    operations, _ = take_changes(state, everything(), Serialiser(lambda *_: None))
    for operation in msgspec.json.decode(msgspec.json.encode(operations)):
        apply(browser, operation)


def test_no_write_of_ten_thousand_is_lost_with_two_writers_and_a_flush_every_millisecond():
    state = new_state(State(a={}, b=[], both={}))
    browser = {"a": {}, "b": [], "both": {}}
    ended = threading.Event()

    def write_keys():
        for number in range(5_000):
            state["a"][f"k{number}"] = number
            state["both"]["keys"] = number

    def write_items():
        for number in range(5_000):
            state["b"].append({"n": number})
            state["b"][-1]["n"] += 1
            state["both"]["items"] = number

    def flush():
        while not ended.wait(0.001):
            with state._tracker.lock:
                take(state, browser)

    threads = [threading.Thread(target=write) for write in (write_keys, write_items)]
    flusher = threading.Thread(target=flush)
    for thread in (*threads, flusher):
        thread.start()
    for thread in threads:
        thread.join(60)
    ended.set()
    flusher.join(60)
    take(state, browser)

    assert browser["a"] == {f"k{number}": number for number in range(5_000)}
    assert browser["b"] == [{"n": number + 1} for number in range(5_000)]
    assert browser["both"] == {"keys": 4_999, "items": 4_999}
    assert not state._dirty


def test_marks_that_a_stopped_thread_left_half_made_are_found_anew():
    state = new_state(State(a={"b": {"c": 1}}, rows=[[1], [2]]))
    shared = state["a"]["b"]
    state["again"] = shared
    # What an interrupt may leave: a mark that its parents don't know of, a link that is missing, an edit
    # of a change that didn't happen.
    shared._dirty = True
    shared._links.clear()
    state["rows"]._edits = [[5, 9, 1]]
    state["rows"][0]._links.clear()
    rebuild_marks(state)
    browser = msgspec.json.decode(msgspec.json.encode(unwrap(state)))

    shared["c"] = 2
    state["rows"][0].append(3)
    take(state, browser)

    assert browser == unwrap(state) == {"a": {"b": {"c": 2}}, "rows": [[1, 3], [2]], "again": {"c": 2}}


def test_a_cyclic_value_is_walked_once():
    state = new_state(State(loop={"n": 0}))
    state["loop"]["me"] = state["loop"]
    take_changes(state, everything(), Serialiser(lambda *_: None))
    state["loop"]["n"] = 1

    operations, _ = take_changes(state, everything(), Serialiser(lambda *_: None))
    assert operations == [("set", ("loop", "n"), 1)]


def test_a_key_with_an_underscore_never_leaves_at_any_depth():
    state = new_state(State(user={"name": "Ada", "_token": 1}))
    serialiser = Serialiser(lambda *_: None)
    assert serialiser.plain(state, (), everything()) == {"user": {"name": "Ada"}}

    state["user"]["_token"] = 2
    state["user"]["_more"] = {"x": 1}
    state["user"]["list"] = [{"_x": 1, "y": 2}]
    state["_top"] = 1
    operations, _ = take_changes(state, everything(), serialiser)
    assert operations == [("set", ("user", "list"), [{"y": 2}])]
    state["user"]["list"][0]["_x"] = 3
    assert take_changes(state, everything(), serialiser)[0] == []
