"""The page on actions is about the actions that there are."""

from __future__ import annotations

import re
from pathlib import Path

from mainspring.runtime import State

DOCUMENT = Path(__file__).parents[2] / "docs" / "actions.md"


def test_every_action_of_state_stands_in_the_page_on_actions():
    named = set(re.findall(r"`(\w+)\(", DOCUMENT.read_text(encoding="utf-8")))
    actions = {name for name in vars(State) if not name.startswith("_")}

    assert actions <= named
