"""Writes ``tests/state_changes.json``: changes as the runtime sends them, for the browser's side to apply.

Run ``python -m tests.runtime.recorded_changes`` after a change to what is sent.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import msgspec
from mainspring.runtime.changes import take_changes
from mainspring.runtime.references import Node
from mainspring.runtime.serialise import Serialiser
from mainspring.runtime.state import State, new_state
from mainspring.runtime.tracked import unwrap

from .test_state import change

FILE = Path(__file__).parents[1] / "state_changes.json"
CASES = 60


def value(random_: random.Random, depth: int = 0) -> Any:
    match random_.randrange(4 if depth < 3 else 2):
        case 0:
            return random_.randrange(-3, 4)
        case 1:
            return random_.choice([None, True, "", "ab", "é", 1.5])
        case 2:
            return [value(random_, depth + 1) for _ in range(random_.randrange(5))]
        case _:
            keys = random_.sample(["a", "b", "c", "constructor", "length"], random_.randrange(4))
            return {key: value(random_, depth + 1) for key in keys}


def recorded() -> str:
    """The file's text: before, what is sent in each of four rounds, after; the same at every run."""
    random_ = random.Random(20)
    whole = Node()
    whole.whole = True
    cases = []
    for _ in range(CASES):
        state = new_state(State({key: value(random_) for key in "abcd"}))
        before = msgspec.json.decode(msgspec.json.encode(unwrap(state)))
        rounds = []
        for _ in range(4):
            for _ in range(random_.randrange(8)):
                turns = [random_.randrange(6) for _ in range(random_.randrange(5))]
                key, index = random_.choice("abcd"), random_.randrange(-5, 6)
                change(state, random_.randrange(18), turns, key, index, value(random_, 1))
            operations, _ = take_changes(state, whole, Serialiser(lambda *_: None))
            rounds.append(msgspec.json.decode(msgspec.json.encode(operations)))
        cases.append({"before": before, "rounds": rounds, "after": unwrap(state)})
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    FILE.write_text(recorded(), "utf-8")
