"""The format of page files as a JSON Schema, made from the catalogue: editors complete and check by it.

``python -m mainspring.builder.pages.page_schema`` prints it; any editor that knows JSON Schema can use it for
``pages/*.json``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, Final

from mainspring.builder.components.catalogue import Catalogue, ComponentType, FieldSpec, load_catalogue
from mainspring.builder.pages.tree_store import SCHEMA

__all__ = ["page_schema"]

_TEMPLATE: Final = {"type": "string", "pattern": "@\\{"}
_ID: Final = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_-]{0,63}$"}
_HANDLER: Final = {"type": "string", "pattern": "^[^\\W\\d]\\w*(\\.[^\\W\\d]\\w*)*$"}
_TEXT: Final = {"type": "string", "minLength": 1}
# What an event can do without code, by the value of "action".
_BUILT_IN: Final[dict[str, dict[str, Any]]] = {
    "go_to_page": {"page": _TEXT},
    "set_state": {"path": _TEXT, "value": {}},
    "open_dialog": {"dialog": _ID},
    "close_dialog": {"dialog": _ID},
    "open_link": {"url": _TEXT},
}
_DOES: Final[dict[str, Any]] = {
    "anyOf": [
        _HANDLER,
        *[
            {
                "type": "object",
                "properties": {"action": {"const": action}, **properties},
                "required": ["action", *properties],
                "additionalProperties": False,
            }
            for action, properties in _BUILT_IN.items()
        ],
    ]
}
_LINES: Final = {"type": "array", "items": {"type": "string"}}


def page_schema(catalogue: Catalogue) -> dict[str, Any]:
    """The schema (draft 2020-12) of a page file with the components of ``catalogue``."""
    definitions: dict[str, Any] = {
        name: _component(known, catalogue) for name, known in catalogue.types.items()
    }
    page = definitions.pop("page", {"type": "object"})
    first = {"schema": {"const": SCHEMA}, "order": {"type": "number"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A page of a Mainspring app",
        **page,
        "properties": first | page.get("properties", {}),
        "required": ["schema", *page.get("required", [])],
        "$defs": definitions,
    }


def _component(known: ComponentType, catalogue: Catalogue) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "id": _ID,
        "type": {"const": known.type},
        "fields": {
            "type": "object",
            "properties": {name: _field(spec) for name, spec in known.fields.items()},
            "additionalProperties": False,
        },
        "on": {
            "type": "object",
            "properties": {
                name: _DOES | {"description": event.description} for name, event in known.events.items()
            },
            # Any DOM event can be linked as well; names with wf- are the catalogue's.
            "patternProperties": {"^(?!wf-)[a-z][a-z0-9-]*$": _DOES},
            "additionalProperties": False,
        },
        "visible": {"anyOf": [{"type": "boolean"}, _TEMPLATE]},
    }
    if known.binding is not None:
        properties["binding"] = {"type": "string", "minLength": 1}
    if known.children != "none":
        properties["children"] = {"type": "array", "items": _children(known, catalogue)}
    return {
        "type": "object",
        "description": known.description,
        "properties": properties,
        "required": ["id", "type"],
        "additionalProperties": False,
    }


def _children(known: ComponentType, catalogue: Catalogue) -> Mapping[str, Any]:
    names = [name for name in catalogue.types if catalogue.refusal(known.type, name) is None]
    return {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in names]}


def _field(spec: FieldSpec) -> dict[str, Any]:
    described = {"title": spec.title} | ({"description": spec.help} if spec.help else {})
    match spec.type:
        case "option":
            shape: list[dict[str, Any]] = [{"enum": list(spec.options or {})}, _TEMPLATE]
        case "number":
            shape = [{"type": "number"}, _TEMPLATE]
        case "boolean":
            shape = [{"type": "boolean"}, _TEMPLATE]
        case "key_value":
            shape = [{"type": "object"}, {"type": "array"}, _TEMPLATE]
        case "list":
            shape = [{"type": "array"}, _TEMPLATE]
        case "json":
            return described
        case "size":
            shape = [{"type": "string"}, {"type": "number"}]
        case "text" | "multiline":
            shape = [{"type": "string"}, _LINES]
        case _:
            shape = [{"type": "string"}]
    return described | {"anyOf": shape}


if __name__ == "__main__":
    json.dump(page_schema(load_catalogue()), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
