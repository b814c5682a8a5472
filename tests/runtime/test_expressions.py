"""Templates: the table shared with TypeScript, and what can't be in a table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mainspring.runtime import expressions

CASES = json.loads((Path(__file__).parents[1] / "expressions_cases.json").read_text("utf-8"))


@pytest.mark.parametrize("case", [case for case in CASES if "paths" not in case], ids=lambda c: c["template"])
def test_a_template_prints_what_the_table_says(case):
    value = expressions.evaluate(case["template"], case["state"], case.get("scope"))

    assert value == case["expected"]
    assert type(value) is type(case["expected"])


@pytest.mark.parametrize("case", [case for case in CASES if "paths" in case], ids=lambda c: c["template"])
def test_a_template_refers_to_the_state_that_the_table_says(case):
    assert [list(path.prefix()) for path in expressions.paths(case["template"])] == case["paths"]


def test_keys_that_are_no_texts_are_found_by_how_they_are_written():
    state = {"scores": {1: "one", None: "none"}}

    assert expressions.evaluate("@{scores.null}", state) == "none"


def test_private_keys_do_not_exist_for_pages():
    assert expressions.evaluate("@{_secret} @{open._hidden}", {"_secret": 1, "open": {"_hidden": 2}}) == " "


def test_a_binding_takes_a_bare_path():
    assert expressions.parse_path("form.name").parts == ("form", "name")
    with pytest.raises(ValueError, match="not a path"):
        expressions.parse_path("form..name")
