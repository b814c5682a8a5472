"""Every example of the seed document, as it stands there."""

import asyncio
import threading
from functools import wraps

import chain_start
import my_handlers_module
import numpy as np
import pandas as pd

from mainspring.runtime import init_handlers, init_state

init_state(
    {
        "x": 1,
        "y": 2,
        "text": "",
        "value": "",
        "data": None,
        "counter": 4,
        "my_df": pd.DataFrame({"n": [1, 2, 3]}),
        "last_source_of_click": None,
        "repeater_content": {"a": {"last_action": ""}, "b": {"last_action": ""}},
        "is_a_cat": None,
        "form": {},
    }
)
init_handlers(my_handlers_module)
init_handlers([chain_start])

# Shown every time the app starts
print("Hello world")


def handle_click_log():
    print("Hello")


def _reticulate(splines):
    return np.random.normal(size=(splines, 100))


def handle_click(state, context: dict):
    state["counter"] += 1
    state["last_source_of_click"] = context["target"]


def shuffle(state):
    state["my_df"].sample(frac=1, random_state=1)
    state["my_df"] = state["my_df"]


def handle_input_change(state, payload):
    state["value"] = payload


def handle_webcam_capture(state, payload):
    state["value"] = f"{type(payload).__name__} {len(payload)}"


class CatIdentifierAI:
    def process(self, payload):
        return "cat" in payload


my_ai = CatIdentifierAI()


def evaluate(state, payload):
    state["is_a_cat"] = my_ai.process(payload)


def payload_inspector(state, payload):
    print("Payload: " + repr(payload))


def handle_fast(state):
    state["text"] = "Hello"
    state["x"] += 3
    state["y"] += 2


class Data:
    def __await__(self):
        yield from asyncio.sleep(0).__await__()
        return "fetched"


async def handle_async_click(state):
    data = await Data()
    state["data"] = data


def handle_repeater_click(state, context: dict):
    key = context["keyVariable"]
    state["repeater_content"][key]["last_action"] = "Clicked"


released = threading.Event()


def slow(state):
    state["text"] = "started"
    released.wait(20)
    state["text"] = "ended"


def release():
    released.set()


def endless(state):
    state["text"] = "running"
    while True:
        pass


def say(payload, session, *, context):
    for number in range(20):
        print(payload, end=" ")
        print(number)


def unfilled(state, other):
    pass


def logs():
    import logging

    logging.getLogger("app.part").warning("careful")


def outside(state):
    threading.Timer(0.01, lambda: state.update(text="from a timer")).start()


def notify(state):
    state.add_notification("info", "Title", "Words")


def ask():
    input("Name?")
