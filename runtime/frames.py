"""Data frames of pandas, polars and pyarrow, read through narwhals: columns by position, rows by range.

narwhals is imported only when the app itself has imported a package whose frame this is. Names of columns
may occur twice or be no texts, so inside they are called by their positions, "0", "1" ….
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from .frame_cells import cell

FIRST_ROWS: Final = 50
REPEATED_ROWS: Final = 1_000  # A repeater draws what it has; it asks for no further rows.
MAX_BYTES: Final = 512 * 1024  # Of rows in one message: less than may wait for a browser that is behind.
MAX_CHOICES: Final = 200  # More categories than these are searched, not chosen from a list.
_PACKAGES: Final = frozenset({"pandas", "polars", "pyarrow", "modin", "cudf", "narwhals"})
_versions: Final = itertools.count()


class Table:
    """A frame, read. ``columns`` are the names as shown; ``frame`` is an eager narwhals frame."""

    def __init__(self, columns: Sequence[str], frame: Any) -> None:
        self.columns: Final = tuple(columns)
        self.frame: Final = frame

    def __len__(self) -> int:
        return len(self.frame)

    def row(self, position: int) -> tuple[Any, ...]:
        return next(iter(self.rows(range(position, position + 1))))

    def rows(self, positions: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows at ``positions``, in that order."""
        if isinstance(positions, range):
            part = self.frame[positions.start : positions.stop]
        else:
            part = self.frame[list(positions)]
        yield from part.iter_rows()

    def types(self) -> list[str]:
        """What each column holds: ``number``, ``text``, ``category``, ``boolean``, ``date`` or ``other``."""
        return [_kind(kind) for kind in self.frame.schema.values()]

    def described(self) -> list[dict[str, Any]]:
        """The columns as a page gets them; of categories, if there are few, also ``choices``."""
        columns: list[dict[str, Any]] = []
        for position, (name, kind) in enumerate(zip(self.columns, self.types(), strict=True)):
            columns.append({"name": name, "type": kind})
            if kind == "category" and (choices := self._choices(position)) is not None:
                columns[-1]["choices"] = choices
        return columns

    def _choices(self, position: int) -> list[str] | None:
        column = self.frame[str(position)]
        if (fixed := getattr(column.dtype, "categories", None)) is not None:
            choices = list(fixed)
        else:
            choices = sorted(str(each) for each in column.drop_nulls().unique().to_list())
        return choices if len(choices) <= MAX_CHOICES else None


class Repeated(Sequence[dict[str, Any]]):
    """The rows of a frame as a repeater has them, by column: as many as a page gets of it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __len__(self) -> int:
        return min(len(self._table), REPEATED_ROWS)

    def __getitem__(self, position: Any) -> Any:
        return dict(zip(self._table.columns, self._table.row(position), strict=True))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self._table.rows(range(len(self))):
            yield dict(zip(self._table.columns, row, strict=True))


def is_frame(value: Any) -> bool:
    """Whether ``value`` is a frame or series of a package that the app has imported."""
    kind = type(value)
    root = kind.__module__.partition(".")[0]
    return (
        root in _PACKAGES
        and root in sys.modules
        and kind.__name__ in ("DataFrame", "LazyFrame", "Table", "Series")
    )


def is_lazy(value: Any) -> bool:
    """Whether reading ``value`` computes it, so that it should be read once for many rows."""
    return type(value).__name__ == "LazyFrame"


def read(value: Any) -> Table:
    """Return a frame or series as a table.

    Raises:
        ImportError: narwhals is missing; the message says how to install it.
    """
    try:
        import narwhals
    except ImportError:
        raise ImportError(
            f"showing a frame of {type(value).__module__.partition('.')[0]} needs narwhals: "
            "pip install 'mainspring[frames]'"
        ) from None
    native = narwhals.to_native(value, pass_through=True)
    if is_lazy(native):
        native = narwhals.from_native(native).collect().to_native()
    if type(native).__name__ == "Series":
        name, native = native.name, native.to_frame()
        names: list[Any] = ["value" if name is None or name == "" else name]
    elif type(native).__name__ == "Table":
        names = list(native.column_names)
    else:
        names = list(native.columns)
    keys = [str(position) for position in range(len(names))]
    if type(native).__name__ == "Table":
        native = native.rename_columns(keys)
    elif type(native).__module__.partition(".")[0] == "polars":
        native = native.rename(dict(zip(native.columns, keys, strict=True)))
    else:  # pandas and its like: a copy of the labels, not of the data.
        native = native.copy(deep=False)
        native.columns = keys
        native.index = range(len(native))
    return Table([_title(name) for name in names], narwhals.from_native(native, eager_only=True))


def of(value: Any, rows: int = FIRST_ROWS) -> dict[str, Any] | str | None:
    """Return a frame as a page gets it; a text says why it can't go; ``None``: it is no frame.

    ``{"columns": [{"name": "a", "type": "number"}], "rows": [[1], …], "total": 1000000, "version": "…"}``:
    the first rows, as JSON. The version is another one each time; whoever asks for further rows names it.
    """
    if not is_frame(value):
        return None
    try:
        table = read(value)
        columns = table.described()
        first = encoded(table, range(min(rows, len(table))))
    except ImportError as error:
        return str(error)
    except Exception as error:
        return f"narwhals can't read it: {type(error).__name__}: {error}"
    version = f"{time.time_ns():x}.{next(_versions)}"
    return {"columns": columns, "rows": first, "total": len(table), "version": version}


def encoded(table: Table, positions: Sequence[int]) -> list[msgspec.Raw]:
    """Return the rows at ``positions`` as JSON lists: as many as ``MAX_BYTES`` hold, at least one."""
    rows: list[msgspec.Raw] = []
    size = 0
    for row in table.rows(positions):
        text = msgspec.json.encode([cell(value) for value in row])
        if len(text) > MAX_BYTES:
            text = msgspec.json.encode([cell(value, 100) for value in row])
        size += len(text)
        if rows and size > MAX_BYTES:
            break
        rows.append(msgspec.Raw(text))
    return rows


def _title(name: Any) -> str:
    if isinstance(name, tuple):  # Columns on several levels.
        return " / ".join(str(part) for part in name if part != "")
    return str(name)


def _kind(kind: Any) -> str:
    if kind.is_numeric():
        return "number"
    name = str(kind).partition("(")[0]
    return {
        "String": "text",
        "Categorical": "category",
        "Enum": "category",
        "Boolean": "boolean",
        "Date": "date",
        "Datetime": "date",
    }.get(name, "other")
