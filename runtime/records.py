"""Records of what a dataframe shows, by position: of a frame, a list of records or a mapping of columns.

What a browser says of a record is checked here against the columns as they are in state, and whatever it
leaves out comes from there: a handler always sees the whole record, with every digit.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from . import frames
from .frame_cells import cell

# A text of a record is never cut: this is longer than any message.
_WHOLE: Final = 1 << 40
_EXACT: Final = 2**53
_DIGITS: Final = re.compile(r"[+-]?[0-9]{1,40}", re.ASCII)


class Unfit(ValueError):
    """A record that these columns can't take; the text says what was expected."""


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names as the keys of a record: one that occurs again gets its number, ``price``, ``price (2)``."""
    found: dict[str, None] = {}
    for name in names:
        unique, number = name, 1
        while unique in found:
            number += 1
            unique = f"{name} ({number})"
        found[unique] = None
    return tuple(found)


class Records:
    """What ``data`` holds.

    Attributes:
        columns: Keys of a record; ``None`` where nothing says which there are.
        length: How many records there are; ``None`` if ``data`` is nothing that has records.
    """

    def __init__(self, data: Any) -> None:
        self._data = data
        self._table: frames.Table | None = None
        self.columns: tuple[str, ...] | None = None
        self.length: int | None = None
        if frames.is_frame(data):
            self._table = frames.read(data)
            self.columns, self.length = unique_names(self._table.columns), len(self._table)
        elif isinstance(data, list | tuple):
            self.length = len(data)
            if all(isinstance(row, Mapping) for row in data):
                self.columns = tuple(dict.fromkeys(_name(key) for row in data for key in row)) or None
            else:
                self.columns = ("value",)
        elif isinstance(data, Mapping):
            shown = {_name(key): column for key, column in data.items() if not _name(key).startswith("_")}
            self._data = {name: _cells(column) for name, column in shown.items()}
            self.columns = tuple(self._data) or None
            self.length = max(map(len, self._data.values()), default=0)

    def record(self, index: int) -> dict[str, Any]:
        """The record at ``index``, as JSON builtins; empty where there are no records."""
        if self._table is not None:
            assert self.columns is not None
            return {
                name: _plain(value) for name, value in zip(self.columns, self._table.row(index), strict=True)
            }
        if isinstance(self._data, list | tuple):
            row = self._data[index]
            if not isinstance(row, Mapping):
                return {"value": _plain(row)}
            return {_name(key): _plain(value) for key, value in row.items()}
        if isinstance(self._data, Mapping):
            return {
                name: _plain(column[index]) if index < len(column) else None
                for name, column in self._data.items()
            }
        return {}

    def cells(self, positions: range) -> Iterator[Iterator[Any]]:
        """What a browser shows of the records at ``positions``, column by column, each as it is looked at."""
        if self._table is not None:
            for row in self._table.rows(positions):
                yield map(cell, row)
        else:
            for position in positions:
                record = self.record(position)
                yield (cell(record.get(name)) for name in self.columns or ())

    def fitting(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return ``record`` with whole numbers that came as texts, for their digits, as numbers.

        Raises:
            Unfit: It names a column that isn't there, or a value is not of its column's kind.
        """
        if self.columns is not None and (unknown := [name for name in record if name not in self.columns]):
            raise Unfit(f"columns among {_listed(self.columns)}; {unknown[0]!r} is none")
        for name, value in record.items():
            if isinstance(value, int) and abs(value) > _EXACT:
                raise Unfit(f"whole numbers that keep their digits: {name} must come as a text")
        if self._table is None or self.columns is None:
            return dict(record)
        kinds = dict(zip(self.columns, self._table.frame.schema.values(), strict=True))
        return {name: _typed(name, value, kinds[name]) for name, value in record.items()}


def _typed(name: str, value: Any, kind: Any) -> Any:
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind.is_integer():
        if isinstance(value, str) and _DIGITS.fullmatch(value):
            return int(value)
        if is_number and value == int(value):
            return int(value)
        raise Unfit(f"a whole number in {name}")
    if kind.is_float() and not is_number:
        raise Unfit(f"a number in {name}")
    if str(kind) == "Boolean" and not isinstance(value, bool):
        raise Unfit(f"true or false in {name}")
    if kind.is_numeric() and not is_number and not _is_decimal(value):
        raise Unfit(f"a number in {name}")
    if str(kind).partition("(")[0] in ("Date", "Datetime") and not _is_date(value):
        raise Unfit(f"a date as YYYY-MM-DD, or a time as YYYY-MM-DDTHH:MM:SS, in {name}")
    return value


def _is_decimal(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[+-]?\d+(\.\d+)?", value, re.ASCII) is not None


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(dt.datetime.fromisoformat(value))
    except ValueError:
        return False


def _plain(value: Any) -> Any:
    return value if type(value) is int else cell(value, _WHOLE)


def _name(key: Any) -> str:
    return str(key)


def _cells(column: Any) -> Sequence[Any]:
    if isinstance(column, list | tuple):
        return column
    return list(column.values()) if isinstance(column, Mapping) else [column]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:10])) + (", …" if len(names) > 10 else "")
