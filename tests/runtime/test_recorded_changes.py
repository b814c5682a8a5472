"""``tests/state_changes.json`` holds what the runtime sends today; ``tests/js`` applies it as browsers do."""

from __future__ import annotations

import json

from .children import apply
from .recorded_changes import CASES, FILE, recorded


def test_the_recorded_changes_are_what_the_runtime_sends():
    assert FILE.read_text("utf-8") == recorded(), "run python -m tests.runtime.recorded_changes"


def test_the_recorded_changes_lead_from_before_to_after():
    cases = json.loads(FILE.read_text("utf-8"))

    assert len(cases) == CASES
    for case in cases:
        state = case["before"]
        for operation in (operation for operations in case["rounds"] for operation in operations):
            apply(state, operation)
        assert json.dumps(state) == json.dumps(case["after"])
    kinds = {operation[0] for case in cases for operations in case["rounds"] for operation in operations}
    assert kinds == {"set", "delete", "splice", "append"}
