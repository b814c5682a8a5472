"""What a browser calls the rows of a repeater means the same items here; TypeScript has the same table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mainspring.runtime.row_names import position_of

CASES = json.loads((Path(__file__).parent.parent / "row_names_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['identity']} of {case['items']}"[:60])
def test_a_row_is_found_by_its_name(case: dict[str, Any]) -> None:
    items, identity, names = case["items"], case["identity"], case["names"]

    # By a number alone, whether there are as many items is for the caller to see.
    assert [position_of(name, items, identity) for name in names] == list(range(len(items)))


def test_what_stays_on_the_server_tells_no_items_apart() -> None:
    assert position_of("a", [{"_id": "a"}], "_id") is None
    assert position_of("#0", [{"_id": "a"}], "_id") == 0


@pytest.mark.parametrize("name", ["c", "#0", "#1", "#9", "", "#", "0", "-1"])
def test_a_name_that_no_item_has_finds_none(name: str) -> None:
    assert position_of(name, [{"id": "a"}, {"id": "b"}], "id") is None
