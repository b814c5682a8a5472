"""Large values: a megabyte that comes and goes, a frame, a dict of many keys."""

import numpy as np
import pandas as pd
from mainspring.runtime import init_state

init_state({"blob": None, "frame": None, "keys": {f"key_{number}": number for number in range(10_000)}})


def take_file(state, payload):
    state["blob"] = payload[0]["data"]


def set_frame(state):
    state["frame"] = pd.DataFrame(np.random.default_rng(1).random((10_000, 10)), columns=list("abcdefghij"))


def change_cell(state):
    state["frame"].iat[5, 5] += 1
    state["frame"] = state["frame"]


def change_key(state):
    state["keys"]["key_5000"] += 1
