"""What a person does to fire each event of each component, and what the handler must get for it.

One module of rows for each group of components; `ROWS` gathers them, and
`tests/browser/test_component_events.py` plays them all. An event of the catalogue without a row fails there.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page

Gesture = Callable[[Page], Awaitable[object]]


@dataclass(frozen=True)
class Row:
    """One event of one component.

    ``gesture``: what a person does on a page that holds the component alone.
    ``got``: type and repr of the payload, as ``f"{type(payload).__name__} {payload!r}"``; a pattern
    (``re.compile``) where the payload can't be known beforehand.
    ``component``: id, fields, children and whatever else of the component isn't a default.
    ``code``: lines of main.py that it needs; ``STATE["key"] = value`` adds to the initial state.
    ``bound``: what the state holds first that the component is bound to, if ``event`` carries its binding.
    ``note``: tells several rows of one event apart.
    """

    type: str
    event: str
    gesture: Gesture
    got: Any
    fields: Mapping[str, Any] = field(default_factory=dict)
    children: Sequence[Mapping[str, Any]] = ()
    code: str = ""
    bound: Any = None
    note: str = ""

    @property
    def key(self) -> str:
        """The row's page and the id of its component."""
        return "_".join(filter(None, [self.type, self.event.replace("-", "_"), self.note.replace(" ", "_")]))


def gather() -> list[Row]:
    """The rows of all modules here.

    Raises:
        ValueError: two rows have one name; give one a ``note``.
    """
    modules = [
        importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    ]
    rows = [row for module in modules for row in module.ROWS]
    keys = [row.key for row in rows]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"several gestures are called {sorted(twice)}")
    return rows
