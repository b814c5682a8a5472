"""State against a model: what the browser's copy becomes is always what the server holds."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import heapq
import json
import operator
import queue
import sys
import threading

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from mainspring.runtime.changes import take_changes
from mainspring.runtime.references import Node
from mainspring.runtime.serialise import Serialiser
from mainspring.runtime.state import State, new_state

from .children import apply

leaves = st.one_of(st.none(), st.integers(-3, 3), st.text("ab", max_size=2))
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)
keys = st.sampled_from("abcd")
steps = st.lists(
    st.tuples(st.integers(0, 17), st.lists(st.integers(0, 5), max_size=4), keys, st.integers(-5, 5), values),
    max_size=25,
)


def everything() -> Node:
    node = Node()
    node.whole = True
    return node


def flush(state, browser, references):
    operations, _ = take_changes(state, references, Serialiser(lambda *_: None))
    for operation in msgspec.json.decode(msgspec.json.encode(operations)):
        apply(browser, operation)


def walk_to(state, turns):
    node = state
    for turn in turns:
        held = list(node.values() if isinstance(node, dict) else node)  # Others may write meanwhile.
        inner = [value for value in held if isinstance(value, dict | list)]
        if not inner:
            break
        node = inner[turn % len(inner)]
    return node


def holds(container, target, seen=None):
    """Whether ``target`` stands in ``container``: putting it there again would make a cycle."""
    if container is target:
        return True
    inner = (
        container.values()
        if isinstance(container, dict)
        else container
        if isinstance(container, list)
        else ()
    )
    return any(holds(value, target) for value in inner)


def change(state, number, turns, key, index, value):
    node = walk_to(state, turns)
    if isinstance(node, dict):
        match number % 9:
            case 0:
                node[key] = value
            case 1:
                node[key] = node[key] + "b" if isinstance(node.get(key), str) else value
            case 2:
                node.pop(key, None)
            case 3:
                if key in node:
                    del node[key]
                node[key] = value
            case 4:
                if number == 4:
                    node.update({key: value, "z": value})
                else:
                    node |= {key: value, "z": value}
            case 5:
                if index == 0:
                    node.clear()
            case 6:
                if key in node:
                    node[key] = node[key]
            case 7:
                other = walk_to(state, [index % 6, *turns[::-1]])
                if not holds(other, node):
                    node[key] = other
            case 8:
                node.setdefault(key, value)
                if index == 1:
                    node.popitem()
        return
    match number:
        case 0 | 1:
            node.append(value)
        case 2 | 3:
            node.insert(index, value)
        case 4:
            if node:
                node.pop(index % len(node))
        case 5:
            if node:
                node[index % len(node)] = value
        case 6:
            node[index:] = [value, value]
        case 7:
            node.reverse()
        case 8:
            node.sort(key=repr)
        case 9:
            node += [value, value]
        case 10:
            node[::2] = node[::2][::-1]
        case 11:
            del node[index:3]
        case 12:
            if len(node) < 8:
                node *= 2
        case 13:
            del node[::2]
        case 14:
            other = walk_to(state, [index % 6, *turns[::-1]])
            if not holds(other, node):
                node.append(other)
        case 15:
            node.clear()
        case 16:
            if len(node) > 1:
                node[0], node[-1] = node[-1], node[0]
        case 17:
            if node and node[-1] in node:
                node.remove(node[-1])


@given(st.dictionaries(keys, values, max_size=4), st.lists(steps, max_size=5))
@settings(max_examples=400, deadline=None)
def test_the_browsers_copy_equals_the_state_after_any_operations(initial, rounds):
    state = new_state(State(initial))
    browser = json.loads(json.dumps(state))

    for operations in rounds:
        for operation in operations:
            change(state, *operation)
        flush(state, browser, everything())

        assert json.dumps(browser) == json.dumps(state)
        assert not state._dirty


one_operation = st.tuples(
    st.integers(0, 17), st.lists(st.integers(0, 5), max_size=4), keys, st.integers(-5, 5), values
)


def change_beside_others(state, operation):
    """One operation, with what a writer may meet that doesn't ask what others write meanwhile."""
    number = operation[0]
    # Whether an alias would make a cycle is looked up first: nobody may write between that and the write.
    alone = state._tracker.lock if number in (7, 14, 16) else contextlib.nullcontext()
    with alone, contextlib.suppress(KeyError, IndexError, ValueError, RuntimeError):
        change(state, *operation)


class StateWithAnotherWriter(RuleBasedStateMachine):
    """Operations and flushes here, while a thread works off a queue of further ones."""

    def __init__(self):
        super().__init__()
        self.todo = queue.SimpleQueue()
        self.failed = []
        self.interval = sys.getswitchinterval()
        sys.setswitchinterval(5e-5)
        self.writer = threading.Thread(target=self.write)

    @initialize(initial=st.dictionaries(keys, values, max_size=4))
    def begin(self, initial):
        self.state = new_state(State(initial))
        self.browser = json.loads(json.dumps(self.state))
        self.writer.start()

    def write(self):
        while (given := self.todo.get()) is not None:
            if isinstance(given, threading.Event):
                given.set()
                continue
            try:
                change_beside_others(self.state, given)
            except BaseException as error:
                self.failed.append(error)

    @rule(given=st.lists(one_operation, min_size=1, max_size=12))
    def the_other_writes(self, given):
        for operation in given:
            self.todo.put(operation)

    @rule(given=st.lists(one_operation, min_size=1, max_size=6))
    def this_one_writes(self, given):
        for operation in given:
            change_beside_others(self.state, operation)

    @rule()
    def what_was_sent_is_what_the_server_holds_at_that_moment(self):
        with self.state._tracker.lock:
            flush(self.state, self.browser, everything())
            assert json.dumps(self.browser) == json.dumps(self.state)

    @rule()
    def the_other_comes_to_rest(self):
        rested = threading.Event()
        self.todo.put(rested)
        assert rested.wait(20)
        flush(self.state, self.browser, everything())

        assert json.dumps(self.browser) == json.dumps(self.state)
        assert not self.state._dirty

    @invariant()
    def no_write_has_failed_otherwise(self):
        assert self.failed == []

    def teardown(self):
        sys.setswitchinterval(self.interval)
        if self.writer.ident is None:
            return
        self.todo.put(None)
        self.writer.join(20)
        assert not self.writer.is_alive()
        flush(self.state, self.browser, everything())
        assert json.dumps(self.browser) == json.dumps(self.state)


StateWithAnotherWriter.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestTheBrowsersCopyWhileAnotherThreadWrites = StateWithAnotherWriter.TestCase


@given(st.lists(steps, max_size=5))
@settings(max_examples=200, deadline=None)
def test_a_page_that_reads_two_paths_holds_those_as_they_are(rounds):
    references = Node()
    references.add(("a", "b"))
    references.add(("c",))
    state = State()
    serialiser = Serialiser(lambda *_: None)
    browser = serialiser.plain(state, (), references)

    for operations in rounds:
        for operation in operations:
            change(state, *operation)
        flush(state, browser, references)

        assert json.dumps(browser) == json.dumps(serialiser.plain(state, (), references))


def test_one_item_of_a_long_list_costs_one_operation():
    state = new_state(State(rows=[{"n": n} for n in range(10_000)]))
    serialiser = Serialiser(lambda *_: None)
    state["rows"][5_000]["n"] = -1
    first, _ = take_changes(state, everything(), serialiser)
    state["rows"].append(1)
    second, _ = take_changes(state, everything(), serialiser)

    assert first == [("set", ("rows", 5_000, "n"), -1)]
    assert second == [("splice", ("rows",), 10_000, 0, [1])]


def test_a_text_that_grows_costs_what_was_added():
    state = new_state(State(chat=[{"content": "x" * 100_000, "role": "assistant"}], title="é"))
    serialiser = Serialiser(lambda *_: None)
    for word in ("one ", "two "):
        state["chat"][0]["content"] += word
        state["title"] += "\udc80"
    grown, _ = take_changes(state, everything(), serialiser)
    state["chat"][0]["content"] += "three"
    state["chat"][0]["content"] = "anew"
    state["chat"][0]["content"] += "!"
    replaced, _ = take_changes(state, everything(), serialiser)

    assert sorted(grown) == [("append", ("chat", 0, "content"), "one two "), ("append", ("title",), "??")]
    assert replaced == [("set", ("chat", 0, "content"), "anew!")]


def test_two_writers_lose_nothing_while_flushes_go_on():
    state = new_state(State(a={}, b={}))
    browser = {"a": {}, "b": {}}

    def write(key):
        for number in range(3_000):
            state[key][f"k{number}"] = number

    threads = [threading.Thread(target=write, args=(key,)) for key in "ab"]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        with state._tracker.lock:
            flush(state, browser, everything())
    flush(state, browser, everything())

    assert browser == state
    assert len(browser["a"]) == len(browser["b"]) == 3_000


def test_what_c_code_writes_past_the_list_is_sent_when_it_is_assigned_again():
    state = new_state(State(jobs=[5, 9]))
    browser = json.loads(json.dumps(state))
    heapq.heappush(state["jobs"], 1)
    state["jobs"] = state["jobs"]
    flush(state, browser, everything())

    assert state["jobs"] == [1, 9, 5]
    assert browser == state


def test_state_is_a_mapping_like_any_other():
    state = State({"items": 1, "mail": {"x": [1, 2]}})

    assert state["missing"] is None
    assert state["mail"]["missing"] is None
    assert {**state} == {"items": 1, "mail": {"x": [1, 2]}}
    assert json.dumps(state) == '{"items": 1, "mail": {"x": [1, 2]}}'
    assert type(copy.deepcopy(state["mail"])) is dict
    assert "missing" not in state


def test_what_is_made_of_state_by_others_is_plain():
    @dataclasses.dataclass
    class Order:
        items: list[dict[str, int]]
        tags: set[str]

    state = new_state(State(rows=[{"n": 1}], tags={"a"}))
    made = dataclasses.asdict(Order(state["rows"], state["tags"]))
    made["items"][0]["n"] = 2
    made["items"].append({"n": 3})
    state["order"] = made

    assert [type(made["items"]), type(made["items"][0]), type(state["rows"][0].fromkeys("ab"))] == [
        list,
        dict,
        dict,
    ]
    assert (state["rows"], state["order"]["items"]) == ([{"n": 1}], [{"n": 2}, {"n": 3}])
    assert repr(state["tags"]) == "{'a'}"


@pytest.mark.parametrize(
    "write",
    [
        lambda tags: tags.add("c"),
        lambda tags: tags.discard("a"),
        lambda tags: tags.remove("a"),
        lambda tags: tags.pop(),
        lambda tags: tags.clear(),
        lambda tags: tags.update(["c"], ["d"]),
        lambda tags: tags.difference_update(["a"]),
        lambda tags: tags.intersection_update(["a"]),
        lambda tags: tags.symmetric_difference_update(["a", "c"]),
        lambda tags: operator.ior(tags, {"c"}),
        lambda tags: operator.iand(tags, {"c"}),
        lambda tags: operator.isub(tags, {"a"}),
        lambda tags: operator.ixor(tags, {"a", "c"}),
    ],
)
def test_whatever_writes_to_a_set_is_seen(write):
    state = new_state(State(deep=[{"tags": {"a", "b"}}]))
    browser = {"deep": [{"tags": ["a", "b"]}]}
    write(state["deep"][0]["tags"])
    flush(state, browser, everything())

    assert browser["deep"][0]["tags"] == sorted(state["deep"][0]["tags"]) != ["a", "b"]


def test_a_class_of_annotations_gives_elements_and_attributes():
    class AppState(State):
        counter: int = 3
        name: str

    state = new_state(AppState(name="Ada"))
    state.counter += 1

    assert (state["counter"], state.name) == (4, "Ada")


def test_an_annotation_that_a_method_hides_is_said():
    with pytest.warns(UserWarning) as said:

        class AppState(State):
            items: list[int]
            set_page: str
            counter: int

    assert [str(each.message) for each in said] == [
        "AppState.items is a method of every dict: write state['items']",
        "AppState.set_page is a method of state: write state['set_page']",
    ]
    assert State.items


def test_a_value_that_cannot_go_hurts_nobody_else():
    state = new_state(State(good=1, bad=None))
    state["bad"], state["good"] = {"deep": object()}, 2
    serialiser = Serialiser(lambda *_: None)
    operations, _ = take_changes(state, everything(), serialiser)

    assert operations == [("set", ("bad",), {"deep": None}), ("set", ("good",), 2)]
    assert [problem.path for problem in serialiser.problems] == [("bad", "deep")]
