"""State on its way into the next runtime: what was one object in it is one object there."""

from __future__ import annotations

import json
import threading

import pytest
from hypothesis import given, settings
from mainspring.runtime.carrying import Packer, unpacked
from mainspring.runtime.state import State, new_state

from .test_state import change, steps, values


def carried(state, order):
    """The state as the next runtime has it, by the order in which the elements go."""
    packer, new = Packer(state), new_state(State())
    for key, data in [(key, packer.packed(key)) for key in order]:
        new[key] = unpacked(data, new)
    return new


def places(node, path=(), found=None):
    """Where each container stands: the paths of each, with every object once."""
    found = {} if found is None else found
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        if isinstance(value, dict | list):
            known = id(value) in found
            found.setdefault(id(value), []).append((*path, key))
            if not known:
                places(value, (*path, key), found)
    return sorted(map(sorted, found.values()), key=repr)


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_one_object_under_two_elements_is_one_in_the_next_runtime(order):
    state = new_state(State(a=[{"name": "Ada"}, {"name": "Bob"}], b=None))
    state["b"] = {"chosen": state["a"][1], "list": state["a"]}
    new = carried(state, order)
    new["b"]["chosen"]["name"] = "Grace"
    new["b"]["list"].append("last")

    assert new["a"] == [{"name": "Ada"}, {"name": "Grace"}, "last"]


def test_what_shares_something_with_an_element_that_did_not_go_is_an_error_that_says_so():
    state = new_state(State(a={"inner": {}}, b=None, c=1))
    state["b"] = state["a"]["inner"]
    packer = Packer(state)
    packer.packed("a")
    shared = packer.packed("b")

    with pytest.raises(LookupError, match=r"state\['a'\] isn't there"):
        unpacked(shared, new_state(State(a=3)))


def test_an_element_that_cannot_go_takes_no_shared_one_along():
    state = new_state(State(a={"inner": {"n": 1}}, b=None))
    state["b"] = state["a"]["inner"]
    state["a"]["lock"] = threading.Lock()
    packer = Packer(state)
    with pytest.raises(TypeError):
        packer.packed("a")

    assert unpacked(packer.packed("b"), new_state(State())) == {"n": 1}


@given(values, steps)
@settings(max_examples=150, deadline=None)
def test_values_and_what_is_shared_are_the_same_after_any_operations(initial, operations):
    state = new_state(State({"a": initial, "b": {"c": []}}))
    for operation in operations:
        change(state, *operation)
    new = carried(state, list(state))

    assert json.dumps(new) == json.dumps(state)
    assert places(new) == places(state)
