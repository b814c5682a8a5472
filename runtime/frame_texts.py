"""Columns of frames as texts, and without NaN: what search, filters and sort have in common."""

from __future__ import annotations

from typing import Any, Final

from .frame_cells import cell_text

ORDERED: Final = frozenset(
    {"String", "Categorical", "Enum", "Date", "Datetime", "Duration", "Time", "Boolean"}
)


def texts(column: Any) -> Any:
    """The cells of a narwhals series as texts."""
    import narwhals

    kind = column.dtype
    if kind.is_numeric() or str(kind).partition("(")[0] in ORDERED:
        return column.cast(narwhals.String)
    cells = [cell_text(value) for value in column.to_list()]
    return narwhals.new_series(column.name, cells, narwhals.String, backend=column.implementation)


def without_nan(column: Any) -> Any:
    """NaN is an empty cell, as it is on the page."""
    import narwhals

    if not column.dtype.is_float():
        return column
    frame = column.alias("key").to_frame()
    return frame.select(narwhals.when(~narwhals.col("key").is_nan()).then(narwhals.col("key")).alias("key"))[
        "key"
    ]
