"""Reading a ``component.toml``, strictly: whatever isn't understood is an error that names its key."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec
from mainspring.builder.component_types import (
    CATEGORIES,
    EVENT_NAME,
    FIELD_TYPES,
    GROUPS,
    TYPE_NAME,
    ComponentType,
    EventSpec,
    FieldSpec,
)
from mainspring.builder.payload_kinds import PAYLOAD_KINDS

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
    fields: dict[str, FieldSpec] = {}
    events: dict[str, EventSpec] = {}


def read_common(file: Path) -> Common:
    """The groups of fields in ``common.toml``; none where there is no such file.

    Raises:
        ComponentFileError
    """
    if not file.exists():
        return {}
    common: Common = _convert(_parse(file), Common)
    return {
        group: {name: _checked_field(f"{group}.{name}", spec) for name, spec in fields.items()}
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
    fields = {key: _checked_field(f"fields.{key}", spec) for key, spec in data.fields.items()}
    for group in data.common:
        if group not in common:
            raise ComponentFileError("common", f"{COMMON_FILE} has no group {group!r}")
        fields |= {key: spec for key, spec in common[group].items() if key not in fields}
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
        events=data.events,
    )


def _parse(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ComponentFileError("", str(error)) from error


_PLACE: Final = re.compile(r"(?P<message>.*?)(?: - at `(?P<place>[^`]*)`)?", re.DOTALL)
_UNKNOWN_KEY: Final = re.compile(r"Object contains unknown field `(.*)`")


def _convert(data: dict[str, Any], wanted: Any) -> Any:
    """``data`` as ``wanted``; a mistake names the key by its path, such as ``fields.text.colour``."""
    try:
        return msgspec.convert(data, wanted)
    except msgspec.ValidationError as error:
        found = _PLACE.fullmatch(str(error))
        assert found is not None
        message, place = found["message"], (found["place"] or "$").removeprefix("$").removeprefix(".")
        if unknown := _UNKNOWN_KEY.fullmatch(message):
            place, message = f"{place}.{unknown[1]}".removeprefix("."), "there is no such key"
        raise ComponentFileError(place, message) from error


def _checked_field(key: str, spec: FieldSpec) -> FieldSpec:
    """``spec`` with its default filled in."""
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
    for name, event in data.events.items():
        if not EVENT_NAME.fullmatch(name):
            raise ComponentFileError(f"events.{name}", "the name is of lower-case letters, digits and -")
        if event.payload not in PAYLOAD_KINDS:
            raise ComponentFileError(f"events.{name}.payload", f"there is no payload kind {event.payload!r}")
    for key in ("default_event", "binding"):
        event_name = getattr(data, key)
        if event_name is not None and event_name not in data.events:
            raise ComponentFileError(key, f"the component has no event {event_name!r}")
