"""Data frames for pages: columns, the first rows and the total, through narwhals.

narwhals is imported only when the app itself has imported a package whose frame this is.
"""

from __future__ import annotations

import sys
from typing import Any, Final

MAX_ROWS: Final = 1_000
_PACKAGES: Final = frozenset({"pandas", "polars", "pyarrow", "modin", "cudf", "narwhals"})


def is_frame(value: Any) -> bool:
    """Whether ``value`` is a frame or series of a package that the app has imported."""
    kind = type(value)
    root = kind.__module__.partition(".")[0]
    return (
        root in _PACKAGES
        and root in sys.modules
        and kind.__name__ in ("DataFrame", "LazyFrame", "Table", "Series")
    )


def read(value: Any) -> Any:
    """Return ``value`` as an eager narwhals frame.

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
    frame = narwhals.from_native(value, allow_series=True)
    if isinstance(frame, narwhals.LazyFrame):
        frame = frame.collect()
    return frame.to_frame() if isinstance(frame, narwhals.Series) else frame


def of(value: Any) -> dict[str, Any] | str | None:
    """Return a frame as a page gets it; a text says why it can't go; ``None``: it is no frame."""
    if not is_frame(value):
        return None
    try:
        frame = read(value)
        columns = [{"name": str(name), "type": _kind(kind)} for name, kind in frame.schema.items()]
        rows = [list(row) for row in frame.head(MAX_ROWS).iter_rows()]
        return {"columns": columns, "rows": rows, "total": len(frame)}
    except ImportError as error:
        return str(error)
    except Exception as error:
        return f"narwhals can't read it: {type(error).__name__}: {error}"


def _kind(kind: Any) -> str:
    if kind.is_numeric():
        return "number"
    name = str(kind).partition("(")[0]
    return {
        "String": "text",
        "Categorical": "text",
        "Enum": "text",
        "Boolean": "boolean",
        "Date": "date",
        "Datetime": "date",
    }.get(name, "other")
