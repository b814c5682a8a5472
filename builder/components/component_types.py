"""What a component type is: its settings, its events, where it may stand.

The values of the catalogue; JSON for the Builder page as they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

__all__ = [
    "CATEGORIES",
    "EVENT_NAME",
    "FIELD_TYPES",
    "GROUPS",
    "TYPE_NAME",
    "ComponentType",
    "EventSpec",
    "FieldSpec",
]

CATEGORIES: Final = ("Layout", "Content", "Input", "Data", "Other")
GROUPS: Final = ("Content", "Behaviour", "Style")

# Field type to the value of a field that declares no default.
FIELD_TYPES: Final[Mapping[str, Any]] = {
    "text": "",
    "multiline": "",
    "number": None,
    "boolean": False,
    "option": None,
    "colour": "",
    "size": "",
    "key_value": {},
    "list": [],
    "json": None,
    "icon": "",
    "image": "",
    "page": "",
    "component": "",
    "state_path": "",
}

TYPE_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
EVENT_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")


class FieldSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One setting of a component.

    Attributes:
        type: A key of ``FIELD_TYPES``; it decides the control in the settings form. Whatever the
            type, a field may hold a text with ``@{…}`` instead.
        default: What the field is while nobody has set it.
        group: Under which heading of the settings form it stands.
        options: Key to label; for type ``option``.
        min, max, step: For type ``number``.
    """

    title: str
    type: str
    default: Any = None
    group: str = "Content"
    help: str = ""
    options: dict[str, str] | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    required: bool = False

    def problem(self, value: Any) -> str | None:
        """Say why ``value`` can't stand in this field, or ``None`` if it can."""
        if isinstance(value, str):
            if "@{" in value or self.type in _TEXTS:
                return None
            if self.type == "option":
                options = self.options or {}
                return None if value in options else f"must be one of {', '.join(options)}, not {value!r}"
            if self.type == "json":
                return None
        elif self.type == "number":
            if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
                return None
        elif self.type == "size":
            if isinstance(value, int | float) and not isinstance(value, bool):
                return None
        elif self.type in _SHAPES and isinstance(value, _SHAPES[self.type]):
            return None
        return f"must be {_WORDS.get(self.type, 'a text')}, not {value!r:.60}"


_TEXTS: Final = frozenset(
    ("text", "multiline", "colour", "size", "icon", "image", "page", "component", "state_path")
)
_SHAPES: Final[Mapping[str, Any]] = {
    "boolean": bool,
    "key_value": dict | list,
    "list": list,
    "json": dict | list | bool | int | float | None,
}
_WORDS: Final = {
    "number": "a number",
    "boolean": "true or false",
    "key_value": "keys with their labels",
    "list": "a list",
    "option": "one of the options",
    "size": "a size",
}


class EventSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One event of a component: its payload kind, a key of ``PAYLOAD_KINDS``, and when it is fired.

    ``example`` replaces the kind's example where the component knows a better one; JSON.
    """

    payload: str
    description: str
    example: Any = None


class ComponentType(msgspec.Struct, frozen=True, kw_only=True):
    """What a ``component.toml`` says. Encodes as JSON as it is.

    Attributes:
        type: The name of its folder.
        icon: A lucide name.
        children: Types that it takes: ``any``, ``none`` or a list.
        parents: Types that it can stand in: ``any`` or a list.
        axis: The direction in which its children follow one another.
        default_event: What a double-click on it makes a handler for.
        binding: The event that carries the value of the two-way binding; ``None``: it can't be bound.
        initial_children: Types of the children that a new one begins with.
        module: Of an app's own component, the address of its script, which changes with its content.
    """

    type: str
    title: str
    category: str
    description: str
    icon: str
    children: str | tuple[str, ...] = "none"
    parents: str | tuple[str, ...] = "any"
    axis: str = "vertical"
    default_event: str | None = None
    binding: str | None = None
    initial_children: tuple[str, ...] = ()
    fields: dict[str, FieldSpec] = {}
    events: dict[str, EventSpec] = {}
    module: str | None = None
