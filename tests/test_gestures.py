"""Each event of the catalogue has a gesture; `tests/browser/test_component_events.py` plays them."""

from __future__ import annotations

from gestures import gather
from mainspring.builder.components.catalogue import load_catalogue


def test_each_event_of_the_catalogue_has_a_gesture() -> None:
    played = {(row.type, row.event) for row in gather()}
    events = {(name, event) for name, type_ in load_catalogue().types.items() for event in type_.events}

    assert sorted(events - played) == [], "add a row to tests/gestures/<group>.py"
    assert sorted(played - events) == [], "these events are not in the catalogue"
