"""The JSON Schema of page files accepts what Mainspring writes and refuses what it would."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.pages.page_schema import page_schema
from mainspring.builder.pages.tree_store import encode_page
from mainspring.builder.settings import examples_folder, templates_folder
from mainspring.runtime.protocol import (
    BuiltIn,
    CloseDialog,
    Component,
    GoToPage,
    OpenDialog,
    OpenLink,
    SetState,
)
from page_trees import CATALOGUE, SAMPLE

CHECKS = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
}
# What says something to people, and what is followed elsewhere.
SILENT = {"$schema", "$defs", "title", "description"}


def accepts(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> bool:
    """The part of JSON Schema that the page schema is made of; anything else in it is an error here."""
    for key, wanted in schema.items():
        match key:
            case "$ref":
                fits = accepts(root["$defs"][wanted.removeprefix("#/$defs/")], value, root)
            case "type":
                fits = CHECKS[wanted](value)
            case "const":
                fits = value == wanted
            case "enum":
                fits = value in wanted
            case "pattern":
                fits = not isinstance(value, str) or re.search(wanted, value) is not None
            case "minLength":
                fits = not isinstance(value, str) or len(value) >= wanted
            case "anyOf":
                fits = any(accepts(one, value, root) for one in wanted)
            case "oneOf":
                fits = sum(accepts(one, value, root) for one in wanted) == 1
            case "items":
                fits = not isinstance(value, list) or all(accepts(wanted, one, root) for one in value)
            case "required":
                fits = not isinstance(value, dict) or all(name in value for name in wanted)
            case "properties" | "patternProperties" | "additionalProperties":
                fits = not isinstance(value, dict) or has_properties(schema, value, root)
            case _:
                assert key in SILENT, key
                fits = True
        if not fits:
            return False
    return True


def has_properties(schema: Mapping[str, Any], value: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    for name, one in value.items():
        found = [schema["properties"][name]] if name in schema.get("properties", {}) else []
        found += [
            sub for pattern, sub in schema.get("patternProperties", {}).items() if re.search(pattern, name)
        ]
        if not found and schema.get("additionalProperties") is False:
            return False
        if not all(accepts(sub, one, root) for sub in found):
            return False
    return True


def is_page(value: Any, schema: Mapping[str, Any]) -> bool:
    return accepts(schema, value, schema)


def test_every_page_of_the_examples_and_templates_fits() -> None:
    schema = page_schema(load_catalogue())
    files = sorted([*examples_folder().glob("*/pages/*.json"), *templates_folder().glob("*/pages/*.json")])

    assert len(files) >= 2
    assert [file for file in files if not is_page(json.loads(file.read_text(encoding="utf-8")), schema)] == []


def test_the_schema_is_json() -> None:
    schema = page_schema(load_catalogue())

    assert json.loads(json.dumps(schema)) == schema


def test_a_text_of_several_lines_fits() -> None:
    name = Component(id="name", type="input", fields={"notes": "one\ntwo", "max": "@{limit}"})
    data = encode_page(Component(id="main", type="page", children=(name,)), 1, CATALOGUE)

    assert is_page(json.loads(data), page_schema(CATALOGUE))


@pytest.mark.parametrize(
    "action",
    [
        GoToPage(page="main"),
        SetState(path="a.b", value=[None, {"x": 1}]),
        OpenDialog(dialog="ask"),
        CloseDialog(dialog="ask"),
        OpenLink(url="/second"),
    ],
)
def test_what_is_done_without_code_fits(action: BuiltIn) -> None:
    name = Component(id="name", type="input", on={"wf-change": action, "mouseenter": action})
    data = encode_page(Component(id="main", type="page", children=(name,)), 1, CATALOGUE)

    assert is_page(json.loads(data), page_schema(CATALOGUE))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"schema": 1', '"schema": 2'),
        ('"schema": 1,', ""),
        ('"type": "input"', '"type": "imput"'),
        ('"type": "column"', '"type": "button"'),
        ('"label": "Name"', '"lable": "Name"'),
        ('"label": "Name"', '"label": 3'),
        ('"text": "Save"', '"style": "c"'),
        ('"id": "save"', '"id": "a b"'),
        ('"binding": "form.name"', '"binding": ""'),
        ('"binding": "form.name"', '"on": {"wf-turn": "f"}'),
        ('"binding": "form.name"', '"on": {"wf-change": "a b"}'),
        ('"binding": "form.name"', '"on": {"wf-change": {"action": "explode"}}'),
        ('"binding": "form.name"', '"on": {"wf-change": {"action": "go_to_page"}}'),
        ('"binding": "form.name"', '"on": {"wf-change": {"action": "open_link", "url": "a", "x": 1}}'),
        ('"binding": "form.name"', '"visible": "yes"'),
        ('"binding": "form.name"', '"children": []'),
    ],
)
def test_what_would_be_refused_does_not_fit(old: str, new: str) -> None:
    schema = page_schema(CATALOGUE)
    text = encode_page(SAMPLE, 1, CATALOGUE).decode()
    assert old in text
    assert is_page(json.loads(text), schema)

    assert not is_page(json.loads(text.replace(old, new, 1)), schema)
