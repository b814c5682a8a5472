"""``@{path.to.value}`` templates: parsing, evaluation, and which state they refer to.

A path is parts joined by dots; ``[...]`` takes a position (``[0]``), a quoted key (``['a b']``) or a path
whose value is the key (``articles[item_id].title``). ``\\`` makes the next character ordinary; ``\\@{``
prints ``@{``. What isn't a path (``@{}``, ``@{a..b}``, an unclosed ``@{``) is printed as it stands.
``static/app/expressions.ts`` is the same in TypeScript; ``tests/expressions_cases.json`` holds both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

MISSING: Final = type("Missing", (), {"__repr__": lambda _: "MISSING", "__bool__": lambda _: False})()


class Path(NamedTuple):
    """Parts are keys, or paths whose value is the key."""

    parts: tuple[str | Path, ...]

    def prefix(self) -> tuple[str, ...]:
        """The parts up to the first one that depends on other state."""
        fixed: list[str] = []
        for part in self.parts:
            if isinstance(part, Path):
                break
            fixed.append(part)
        return tuple(fixed)


Template = tuple[str | Path, ...]


class _NoPath(Exception):
    """What stands here is no path."""


def _parse_path(text: str, at: int, end: str) -> tuple[Path, int]:
    """Return the path that starts at ``at`` and the position after its unescaped ``end``."""
    parts: list[str | Path] = []
    word: list[str] = []
    kept = 0  # how much of `word` was escaped, and so survives stripping
    after_bracket = False

    def finish(last: bool) -> None:
        nonlocal kept, after_bracket
        name = "".join(word)
        if not parts and not after_bracket:
            name = name.lstrip() if kept == 0 else name
        if last and kept < len(name):
            name = name[:kept] + name[kept:].rstrip()
        if after_bracket:
            if name.strip():
                raise _NoPath
        elif not name:
            raise _NoPath
        else:
            parts.append(name)
        word.clear()
        kept = 0
        after_bracket = False

    while at < len(text):
        character = text[at]
        if character == end:
            finish(last=True)
            return Path(tuple(parts)), at + 1
        if character == "\\" and at + 1 < len(text):
            word.append(text[at + 1])
            kept = len(word)
            at += 2
            continue
        if character == ".":
            finish(last=False)
        elif character == "[":
            if not (after_bracket and not word):
                finish(last=False)
            key, at = _parse_key(text, at + 1)
            parts.append(key)
            after_bracket = True
            continue
        elif character in "]{}":
            raise _NoPath
        else:
            word.append(character)
        at += 1
    raise _NoPath


def _parse_key(text: str, at: int) -> tuple[str | Path, int]:
    quote = text[at : at + 1]
    if quote in ("'", '"') and quote:
        close = text.find(quote + "]", at + 1)
        if close < 0:
            raise _NoPath
        return text[at + 1 : close], close + 2
    path, after = _parse_path(text, at, "]")
    if len(path.parts) == 1 and isinstance(path.parts[0], str) and _is_position(path.parts[0]):
        return path.parts[0], after
    return path, after


def _is_position(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")


@lru_cache(maxsize=4096)
def parse(text: str) -> Template:
    """Return literal texts and paths in order; adjacent literals are one."""
    pieces: list[str | Path] = []
    literal: list[str] = []
    at = 0
    while (found := text.find("@{", at)) >= 0:
        if found > at and text[found - 1] == "\\":
            literal += (text[at : found - 1], "@{")
            at = found + 2
            continue
        try:
            path, after = _parse_path(text, found + 2, "}")
        except (_NoPath, RecursionError):
            literal.append(text[at : found + 2])
            at = found + 2
            continue
        literal.append(text[at:found])
        if any(literal):
            pieces.append("".join(literal))
        literal = []
        pieces.append(path)
        at = after
    literal.append(text[at:])
    if any(literal):
        pieces.append("".join(literal))
    return tuple(pieces)


@lru_cache(maxsize=1024)
def parse_path(text: str) -> Path:
    """Return a bare path such as ``form.name``, as bindings hold it (``@{form.name}`` is taken too).

    Raises:
        ValueError: It is no path.
    """
    inner = text.strip()
    if inner.startswith("@{") and inner.endswith("}"):
        inner = inner[2:-1]
    try:
        path, after = _parse_path(inner + "}", 0, "}")
    except (_NoPath, RecursionError):
        raise ValueError(f"{text!r} is not a path such as form.name") from None
    if after != len(inner) + 1:
        raise ValueError(f"{text!r} is not a path such as form.name")
    return path


def paths(text: str) -> list[Path]:
    """Return every path that ``text`` reads, nested ones after the one they stand in."""
    found: list[Path] = []

    def visit(path: Path) -> None:
        found.append(path)
        for part in path.parts:
            if isinstance(part, Path):
                visit(part)

    for piece in parse(text):
        if isinstance(piece, Path):
            visit(piece)
    return found


def lookup(path: Path, state: Mapping[str, Any], scope: Mapping[str, Any] | None = None) -> Any:
    """Return the value at ``path`` or ``MISSING``; names of ``scope`` hide those of ``state``."""
    value: Any = state
    for position, part in enumerate(path.parts):
        key = part
        if isinstance(key, Path):
            key = key_text(lookup(key, state, scope))
        if position == 0 and scope is not None and key in scope:
            value = scope[key]
            continue
        value = step(value, key)
        if value is MISSING:
            return MISSING
    return value


def key_text(key: Any) -> str:
    """How a key is written in a path and in JSON."""
    if isinstance(key, str):
        return key if type(key) is str else str.__str__(key)  # A member of an enum of texts is its value.
    if key is MISSING or isinstance(key, dict | list):
        return ""
    return as_text(key) if key is not None else "null"


def find_key(mapping: Mapping[Any, Any], text: str) -> Any:
    """Return the key of ``mapping`` written ``text``, or ``MISSING``; ``1`` and ``"1"`` read alike."""
    if text in mapping:
        return text
    if mapping and not all(type(key) is str for key in mapping):
        for key in mapping:
            if type(key) is not str and key_text(key) == text:
                return key
    return MISSING


def step(value: Any, key: str) -> Any:
    """Return what stands in ``value`` under ``key``; keys that begin with ``_`` don't exist for pages."""
    if isinstance(value, Mapping):
        if key.startswith("_"):
            return MISSING
        found = find_key(value, key)
        return MISSING if found is MISSING else value[found]
    if isinstance(value, Sequence) and not isinstance(value, str | bytes) and _is_position(key):
        index = int(key) if len(key) < 16 else len(value)
        return value[index] if index < len(value) else MISSING
    return MISSING


def as_text(value: Any) -> str:
    """How a value is printed within a text, as JavaScript would do it."""
    if value is None or value is MISSING:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    if isinstance(value, int):
        return str(value)
    try:
        encoded = msgspec.json.encode(value).decode()
        # Dates, UUIDs, members of enums … are texts of their own, not texts in quotes.
        return msgspec.json.decode(encoded) if encoded.startswith('"') else encoded
    except (TypeError, ValueError, RecursionError):
        try:
            return str(value)
        except Exception:  # The app's own class; one key or value of it must not hold up the others.
            return f"<{type(value).__qualname__}>"


def evaluate(field: Any, state: Mapping[str, Any], scope: Mapping[str, Any] | None = None) -> Any:
    """Return ``field`` with its templates filled in, at any depth; what is missing is ``None`` or ``""``."""
    if isinstance(field, str):
        pieces = parse(field)
        if len(pieces) == 1 and isinstance(pieces[0], Path):
            value = lookup(pieces[0], state, scope)
            return None if value is MISSING else value
        return "".join(p if isinstance(p, str) else as_text(lookup(p, state, scope)) for p in pieces)
    if isinstance(field, Mapping):
        return {key: evaluate(value, state, scope) for key, value in field.items()}
    if isinstance(field, list | tuple):
        return [evaluate(value, state, scope) for value in field]
    return field


def truth(value: Any) -> bool:
    """Whether ``visible`` or ``disabled`` holds: JavaScript's rule, so that empty lists are true."""
    if isinstance(value, float) and math.isnan(value):
        return False
    return not (value is None or value is MISSING or value is False or value == 0 or value == "")
