"""Counting in every kind of handler."""

import asyncio

from mainspring.runtime import init_state

init_state({"counter": 0, "rows": [{"n": 1}, {"n": 2}], "_secret": 1, "unread": 5})
print("Hello world")


def click(state):
    state["counter"] += 1


async def click_async(state):
    await asyncio.sleep(0)
    state["counter"] += 1


def click_generator(state):
    state["counter"] += 1
    yield


def fail(state):
    state["counter"] = 99
    raise ValueError("no luck")


def row(state, context: dict):
    state["rows"][context["keyVariable"]]["n"] += 10
