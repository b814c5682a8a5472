"""Where a component instance stands: the repeater rows around it, and what its fields are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import expressions, frames
from .expressions import MISSING, Path
from .payloads import Refused
from .protocol import Component
from .references import repeater_names
from .row_names import position_of

Place = tuple[Any, ...]


class Scope:
    """Names that the repeaters around a component give, and where in state the rows' values stand."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self.state = state
        self.values: dict[str, Any] = {}
        self.places: dict[str, Place] = {}
        self.context: dict[str, Any] = {}

    def evaluate(self, field: Any) -> Any:
        return expressions.evaluate(field, self.state, self.values)

    def enter(self, repeater: Component, row: str) -> None:
        """Step into the row with this key.

        Raises:
            Refused: There is no such row now.
        """
        field = repeater.fields.get("items")
        items = self.evaluate(field)
        key: Any = MISSING
        value: Any = None
        if isinstance(items, Mapping):
            key = expressions.find_key(items, row)
            value = items[key] if key is not MISSING else None
        else:
            identity = expressions.as_text(self.evaluate(repeater.fields.get("key_field")))
            records: Sequence[Any] = ()
            if frames.is_frame(items):
                records = frames.Repeated(frames.read(items))
            elif isinstance(items, list | tuple):
                records = items
            position = position_of(row, records, identity)
            if position is not None and position < len(records):
                key, value = position, records[position]
        if key is MISSING or str(key).startswith("_"):
            raise Refused(f"{repeater.id} has no row {row!r} now")
        place = None
        if isinstance(field, str):
            pieces = expressions.parse(field)
            if len(pieces) == 1 and isinstance(pieces[0], Path):
                place = self.place(pieces[0])
        key_name, value_name = repeater_names(repeater)
        self.values[key_name], self.values[value_name] = key, value
        self.places.pop(value_name, None)
        if place is not None:
            self.places[value_name] = (*place, key)
        self.context.update({key_name: key, value_name: value, "keyVariable": key, "valueVariable": value})

    def place(self, path: Path) -> Place | None:
        """Return the keys from the top of state to where ``path`` leads; ``None`` if it leads elsewhere."""
        keys: list[Any] = []
        for position, part in enumerate(path.parts):
            key: Any = part
            if isinstance(part, Path):
                key = expressions.lookup(part, self.state, self.values)
                if key is MISSING or key is None:
                    return None
            if position == 0 and key in self.values:
                if key not in self.places:
                    return None
                keys += self.places[key]
            else:
                keys.append(key)
        return tuple(keys)

    def write(self, path: Path, value: Any) -> None:
        """Assign ``value`` at ``path``; dicts on the way are made where nothing stands.

        Raises:
            Refused: The path leads nowhere.
        """
        keys = self.place(path)
        if keys is None or any(isinstance(key, str) and key.startswith("_") for key in keys):
            raise Refused("the path of its binding leads nowhere now")
        node: Any = self.state
        for position, key in enumerate(keys):
            last = position == len(keys) - 1
            if isinstance(node, dict):
                found = expressions.find_key(node, expressions.key_text(key))
                key = key if found is MISSING else found
                if last:
                    node[key] = value
                elif node.get(key) is None:
                    node[key] = {}
            elif isinstance(node, list):
                if not str(key).isdigit() or int(key) >= len(node):
                    raise Refused(f"its binding points at item {key} of a list of {len(node)}")
                key = int(key)
                if last:
                    node[key] = value
            else:
                raise Refused(
                    f"its binding leads through {expressions.key_text(key)!r}, which is no dict or list"
                )
            if not last:
                node = node[key]


def field_value(component: Component, name: str, scope: Scope) -> Any:
    """What the field says here; ``children`` are the ids of the visible, enabled components right below."""
    if name == "children":
        return [
            each.id
            for each in component.children
            if expressions.truth(scope.evaluate(each.visible))
            and not expressions.truth(scope.evaluate(each.fields.get("disabled")))
        ]
    return scope.evaluate(component.fields.get(name))


def locate(
    chain: tuple[Component, ...], rows: tuple[str, ...], state: Mapping[str, Any], *, to_read: bool = False
) -> Scope:
    """Return the scope of the last component of ``chain``, checked to be there, visible and enabled.

    One that is disabled may be looked at: ``to_read``.

    Raises:
        Refused: It is hidden or disabled, or one of the rows doesn't exist.
    """
    scope = Scope(state)
    left = list(rows)
    for component in chain:
        if not expressions.truth(scope.evaluate(component.visible)):
            raise Refused(f"{component.id} is hidden")
        if component.type == "repeater" and component is not chain[-1]:
            if not left:
                raise Refused(f"{component.id} is a repeater, and no row was named")
            scope.enter(component, left.pop(0))
    if left:
        raise Refused("more rows were named than there are repeaters")
    if not to_read and expressions.truth(scope.evaluate(chain[-1].fields.get("disabled"))):
        raise Refused(f"{chain[-1].id} is disabled")
    return scope
