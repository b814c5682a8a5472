"""Saying what is wrong with a page file, and where: for a person with the file open in an editor."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple

__all__ = ["Place", "explain", "place_of"]


class Place(NamedTuple):
    """Line and column, counted from 1, and what is wrong there."""

    line: int
    column: int
    message: str


_CONFLICT: Final = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)
# msgspec ends its messages with the path: "Expected `str`, got `int` - at `$.children[0].id`".
_AT: Final = re.compile(r"(?P<message>.*?)(?: - at `\$(?P<path>[^`]*)`)?", re.DOTALL)
_PART: Final = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>[0-9]+)\]")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(?P<key>.*)`")
_MISSING: Final = re.compile(r"Object missing required field `(?P<key>.*)`")
_WRONG_TYPE: Final = re.compile(r"Expected `(?P<wanted>.*)`, got `(?P<came>.*)`")
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_KINDS: Final = {
    "str": "a text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object in { }",
}


def explain(data: bytes, error: Exception | None, schema: int) -> Place:
    """Where and why ``data`` is no page.

    Args:
        error: What the decoder said; ``None``: the schema or the type on top is a wrong one.
        schema: The number of the format that this version reads.
    """
    if not data.strip():
        return Place(1, 1, "The file is empty.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        before = data[: problem.start].decode("utf-8")
        return _at(before, len(before), "The file isn't in UTF-8.")
    if (marker := _CONFLICT.search(text)) is not None:
        return _at(text, marker.start(), "The file holds an unresolved git conflict.")
    try:
        value = json.loads(text)
    except json.JSONDecodeError as problem:
        return Place(problem.lineno, problem.colno, f"This is no proper JSON: {problem.msg}.")
    except RecursionError:
        return Place(1, 1, "Components are nested too deep.")
    if not isinstance(value, dict):
        return Place(1, 1, "A page is one JSON object: { … }.")
    return _explain_object(text, value, error, schema)


def place_of(data: bytes, path: list[str | int], message: str) -> Place:
    """``message`` at the value under ``path`` of ``data``, which is proper JSON."""
    text = data.decode("utf-8")
    return _at(text, _offset(text, path), message)


def _explain_object(text: str, value: dict[str, Any], error: Exception | None, schema: int) -> Place:
    found = value.get("schema")
    if isinstance(found, int) and found != schema:
        newer = "a newer Mainspring wrote it" if found > schema else "there never was such a one"
        message = f"The page is in schema {found}, and this version reads schema {schema}: {newer}."
        return _at(text, _offset(text, ["schema"]), message)
    if error is None:
        return _at(text, _offset(text, ["type"]), 'The topmost component must be of type "page".')
    parsed = _AT.fullmatch(str(error))
    assert parsed is not None
    path = _parts(parsed["path"] or "")
    if (unknown := _UNKNOWN.fullmatch(parsed["message"])) is not None:
        path.append(unknown["key"])
        return _at(text, _offset(text, path), f"There is no such key here: {unknown['key']}.")
    if (missing := _MISSING.fullmatch(parsed["message"])) is not None:
        return _at(text, _offset(text, path), f"“{missing['key']}” is missing here.")
    if (wrong := _WRONG_TYPE.fullmatch(parsed["message"])) is not None:
        wanted = " or ".join(_KINDS.get(kind, kind) for kind in wrong["wanted"].split(" | "))
        came = _KINDS.get(wrong["came"], wrong["came"])
        name = f"“{path[-1]}” must be" if path and isinstance(path[-1], str) else "Here belongs"
        return _at(text, _offset(text, path), f"{name} {wanted}, not {came}.")
    return _at(text, _offset(text, path), f"{parsed['message']}.")


def _parts(path: str) -> list[str | int]:
    """``.children[0].id`` as keys and positions; ends where the decoder says only ``[...]``."""
    parts: list[str | int] = []
    position = 0
    while (part := _PART.match(path, position)) is not None:
        parts.append(part["key"] if part["key"] is not None else int(part["index"]))
        position = part.end()
    return parts


def _at(text: str, offset: int, message: str) -> Place:
    line_start = text.rfind("\n", 0, offset) + 1
    return Place(text.count("\n", 0, offset) + 1, offset - line_start + 1, message)


def _offset(text: str, path: list[str | int]) -> int:
    """Where the value at ``path`` begins in ``text``, proper JSON; as deep as it can be followed."""
    decoder = json.JSONDecoder()
    offset = _skip(text, 0)
    for part in path:
        inside = _enter(decoder, text, offset, part)
        if inside is None:
            break
        offset = inside
    return offset


def _enter(decoder: json.JSONDecoder, text: str, offset: int, part: str | int) -> int | None:
    """Where the value under ``part`` begins, within the object or list that begins at ``offset``."""
    if text[offset] != ("{" if isinstance(part, str) else "["):
        return None
    offset, position = _skip(text, offset + 1), 0
    while text[offset] not in "}]":
        found: str | int = position
        if isinstance(part, str):
            found, offset = decoder.raw_decode(text, offset)
            offset = _skip(text, _skip(text, offset) + 1)
        if found == part:
            return offset
        offset = _skip(text, decoder.raw_decode(text, offset)[1])
        if text[offset] == ",":
            offset = _skip(text, offset + 1)
        position += 1
    return None


def _skip(text: str, offset: int) -> int:
    space = _SPACE.match(text, offset)
    assert space is not None
    return space.end()
