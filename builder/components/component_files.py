"""Reading a ``component.toml``, strictly: whatever isn't understood is an error that names its key."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec
from mainspring.builder.components.component_types import (
    CATEGORIES,
    EVENT_NAME,
    FIELD_TYPES,
    GROUPS,
    TYPE_NAME,
    ComponentType,
    EventSpec,
    FieldSpec,
)
from mainspring.builder.components.payload_kinds import PAYLOAD_KINDS

__all__ = ["COMMON_FILE", "Common", "ComponentFileError", "read_common", "read_type"]

COMMON_FILE: Final = "common.toml"

# Group to field name to field.
Common = dict[str, dict[str, FieldSpec]]


class ComponentFileError(Exception):
    """A file that is no proper ``component.toml``.

    Attributes:
        key: The dotted key that is wrong, such as ``fields.text.type``; empty: the whole file.
        message: What is wrong with it.
    """

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}" if key else message)
        self.key = key
        self.message = message


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of a ``component.toml``."""

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
    common: tuple[str, ...] = ()
    # Converted one by one: msgspec doesn't say under which key of a mapping something is wrong.
    fields: dict[str, Any] = {}
    events: dict[str, Any] = {}


def read_common(file: Path) -> Common:
    """The groups of fields in ``common.toml``; none where there is no such file.

    Raises:
        ComponentFileError
    """
    if not file.exists():
        return {}
    common: dict[str, dict[str, Any]] = _convert(_parse(file), dict[str, dict[str, Any]])
    return {
        group: {name: _field(f"{group}.{name}", field) for name, field in fields.items()}
        for group, fields in common.items()
    }


def read_type(file: Path, common: Common) -> ComponentType:
    """The component in ``file``, with the groups of ``common`` that it asks for after its own fields.

    Raises:
        ComponentFileError
    """
    name = file.parent.name
    if not TYPE_NAME.fullmatch(name):
        raise ComponentFileError("", "the folder's name is the type: lower-case letters, digits and _")
    data: _File = _convert(_parse(file), _File)
    fields = {key: _field(f"fields.{key}", field) for key, field in data.fields.items()}
    for group in data.common:
        if group not in common:
            raise ComponentFileError("common", f"{COMMON_FILE} has no group {group!r}")
        fields |= {key: spec for key, spec in common[group].items() if key not in fields}
    events = {key: _event(f"events.{key}", key, event) for key, event in data.events.items()}
    _check(data)
    return ComponentType(
        type=name,
        title=data.title,
        category=data.category,
        description=data.description,
        icon=data.icon,
        children=data.children,
        parents=data.parents,
        axis=data.axis,
        default_event=data.default_event,
        binding=data.binding,
        initial_children=data.initial_children,
        fields=fields,
        events=events,
    )


def _parse(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ComponentFileError("", str(error)) from error


_PLACE: Final = re.compile(r"(?P<message>.*?)(?: - at `(?P<place>[^`]*)`)?", re.DOTALL)
_UNKNOWN_KEY: Final = re.compile(r"Object contains unknown field `(.*)`")


def _convert(data: Any, wanted: Any, key: str = "") -> Any:
    """``data``, which stands under ``key``, as ``wanted``; a mistake names the key that is wrong."""
    try:
        return msgspec.convert(data, wanted)
    except msgspec.ValidationError as error:
        found = _PLACE.fullmatch(str(error))
        assert found is not None
        message, place = found["message"], key + (found["place"] or "$").removeprefix("$")
        if unknown := _UNKNOWN_KEY.fullmatch(message):
            place, message = f"{place}.{unknown[1]}", "there is no such key"
        raise ComponentFileError(place.removeprefix("."), message) from error


def _field(key: str, data: Any) -> FieldSpec:
    """The field under ``key``, with its default filled in."""
    spec: FieldSpec = _convert(data, FieldSpec, key)
    if spec.type not in FIELD_TYPES:
        raise ComponentFileError(f"{key}.type", f"must be one of {', '.join(FIELD_TYPES)}, not {spec.type!r}")
    if spec.group not in GROUPS:
        raise ComponentFileError(f"{key}.group", f"must be one of {', '.join(GROUPS)}, not {spec.group!r}")
    if (spec.type == "option") != bool(spec.options):
        raise ComponentFileError(f"{key}.options", "stand with fields of type option, and only there")
    if not spec.title:
        raise ComponentFileError(f"{key}.title", "must not be empty")
    if spec.default is None:
        default = next(iter(spec.options)) if spec.options else FIELD_TYPES[spec.type]
        return msgspec.structs.replace(spec, default=default)
    if (problem := spec.problem(spec.default)) is not None:
        raise ComponentFileError(f"{key}.default", problem)
    return spec


def _event(key: str, name: str, data: Any) -> EventSpec:
    if not EVENT_NAME.fullmatch(name):
        raise ComponentFileError(key, "the name is of lower-case letters, digits and -")
    event: EventSpec = _convert(data, EventSpec, key)
    if event.payload not in PAYLOAD_KINDS:
        raise ComponentFileError(f"{key}.payload", f"there is no payload kind {event.payload!r}")
    return event


def _check(data: _File) -> None:
    """Raise for what types alone can't say."""
    for key in ("title", "description", "icon"):
        if not getattr(data, key).strip():
            raise ComponentFileError(key, "must not be empty")
    if data.category not in CATEGORIES:
        raise ComponentFileError("category", f"must be one of {', '.join(CATEGORIES)}, not {data.category!r}")
    if data.axis not in ("vertical", "horizontal"):
        raise ComponentFileError("axis", f"must be vertical or horizontal, not {data.axis!r}")
    if isinstance(data.children, str) and data.children not in ("any", "none"):
        raise ComponentFileError("children", f'must be "any", "none" or a list, not {data.children!r}')
    if isinstance(data.parents, str) and data.parents != "any":
        raise ComponentFileError("parents", f'must be "any" or a list of types, not {data.parents!r}')
    for key in ("default_event", "binding"):
        event_name = getattr(data, key)
        if event_name is not None and event_name not in data.events:
            raise ComponentFileError(key, f"the component has no event {event_name!r}")
