"""What a component's fields are where it stands."""

from __future__ import annotations

from mainspring.runtime.protocol import Component
from mainspring.runtime.rows import Scope, field_value


def test_what_can_be_opened_of_tabs_and_steps_is_what_is_visible_and_enabled() -> None:
    steps = Component(
        id="wizard",
        type="steps",
        children=(
            Component(id="who", type="step"),
            Component(id="gift", type="step", fields={"disabled": "@{busy}"}),
            Component(id="pay", type="step", visible="@{open}"),
        ),
    )

    assert field_value(steps, "children", Scope({"busy": True, "open": False})) == ["who"]
    assert field_value(steps, "children", Scope({"busy": False, "open": True})) == ["who", "gift", "pay"]
