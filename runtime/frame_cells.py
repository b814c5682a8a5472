"""Cells of data frames as JSON. Every value gives something: what has no better form is shown as its text."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import math
from collections.abc import Mapping, Set
from typing import Any, Final

import msgspec

MAX_TEXT: Final = 10_000  # Characters of one cell that go to a page.
_MAX_DEPTH: Final = 16
_SAFE_INTEGER: Final = 2**53 - 1
# pandas' own nulls; the first passes for a datetime.
_NULLS: Final = frozenset({"NaTType", "NAType"})


def cell(value: Any, most: int = MAX_TEXT) -> Any:
    """Return ``value`` as JSON builtins; texts, and nested values as JSON, of ``most`` characters."""
    plain = _plain(value, 0)
    if isinstance(plain, str):
        return _clipped(plain, most)
    if isinstance(plain, dict | list):
        text = msgspec.json.encode(plain)
        if len(text) > most:
            return _clipped(text.decode(), most)
    return plain


def cell_text(value: Any) -> str | None:
    """The text by which a cell is searched and, where nothing better orders it, sorted."""
    plain = _plain(value, 0)
    if plain is None or isinstance(plain, str):
        return plain
    return msgspec.json.encode(plain).decode()


def _plain(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind is str:
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if value is None or kind is bool:
        return value
    if kind is int:
        return value if -_SAFE_INTEGER <= value <= _SAFE_INTEGER else _text(value)
    if kind is float:
        return value if math.isfinite(value) else None
    if kind.__name__ in _NULLS:
        return None
    if isinstance(value, enum.Enum):
        return _plain(value.value, depth + 1)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value) if value.is_finite() else None
    if isinstance(value, bytes | bytearray | memoryview):
        return _text(bytes(value[:1000]))
    if depth < _MAX_DEPTH:
        if isinstance(value, Mapping):
            return {_text(key): _plain(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple | Set):
            return [_plain(item, depth + 1) for item in value]
        if kind.__module__ == "numpy" and hasattr(value, "tolist"):
            item = value.tolist()
            return _plain(item if type(item) is not kind else _text(item), depth + 1)
    return _text(value)


def _text(value: Any) -> str:
    try:
        return str(value).encode("utf-8", "replace").decode("utf-8")
    except Exception:
        return f"({type(value).__name__})"


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
