"""A frame as CSV (RFC 4180, UTF-8), piece by piece, safe to open in a spreadsheet.

A text that a spreadsheet would take for a formula gets an apostrophe before it, as spreadsheets write texts
themselves; numbers stay numbers. The twin of static/app/table_csv.ts: one table of cases tests both.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from .frame_cells import cell_text

# Also in the full-width forms that some spreadsheets take for the same.
_FORMULA: Final = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# Without it, spreadsheets read UTF-8 as if it were an older encoding.
BYTE_ORDER_MARK: Final = "\ufeff"


def csv_cell(value: Any) -> str:
    """The text of a cell; empty for nothing."""
    text = cell_text(value) or ""
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def encoded(
    names: Sequence[str] | None, rows: Iterable[Sequence[Any]], columns: Sequence[int], most: int
) -> tuple[bytes, int]:
    """Return the next piece of a file of at most about ``most`` bytes, and how many rows it has.

    Args:
        names: Of the columns, for the first piece; ``None`` for further ones.
        rows: Those that are still to come.
        columns: Positions of the cells that the file has, in this order.
    """
    text = io.StringIO(newline="")
    write = csv.writer(text, lineterminator="\r\n").writerow
    if names is not None:
        text.write(BYTE_ORDER_MARK)
        write([csv_cell(names[position]) for position in columns])
    count = 0
    for row in rows:
        write([csv_cell(row[position]) for position in columns])
        count += 1
        if text.tell() >= most:
            break
    return text.getvalue().encode("utf-8", "replace"), count
