"""Which record a browser means: the one that it shows, wherever that stands by now.

A press of a row's button may be on its way while an earlier one removes a record, or sorts them. So the
browser says with the place what it shows there (``seen``), and how many records there were.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from .records import Records

__all__ = ["SEEN_CHARACTERS", "SEEN_COLUMNS", "place_of"]

# What a browser says of a record at most. As in ``static/app/table_rows.ts``.
SEEN_COLUMNS: Final = 50
SEEN_CHARACTERS: Final = 200
# Of longer data it isn't looked for: that would hold up the session.
MOST_RECORDS: Final = 100_000


def place_of(records: Records, index: int, seen: Sequence[Any], count: int) -> int | None:
    """Return where the record stands that was seen at ``index``, from 0; ``None`` if it isn't there any more.

    One that looks another way while there are as many records as before has been changed in its place.
    """
    length, columns = records.length, records.columns
    if length is None or columns is None or not seen:
        return index
    if len(seen) == min(len(columns), SEEN_COLUMNS):
        if index < length and _places(records, range(index, index + 1), seen):
            return index
        places = _places(records, range(length), seen) if length <= MOST_RECORDS else []
        if len(places) == 1:
            return places[0]
    return index if length == count else None


def _places(records: Records, positions: range, seen: Sequence[Any]) -> list[int]:
    """Which of the records look as ``seen`` does."""
    found = zip(positions, records.cells(positions), strict=True)
    # Beyond so many columns nothing was said, so `map` ends there.
    return [place for place, cells in found if all(map(_alike, cells, seen))]


def _alike(value: Any, seen: Any) -> bool:
    if isinstance(value, dict | list):
        return seen is None  # Not worth the bytes.
    if isinstance(value, str):
        return isinstance(seen, str) and value[:SEEN_CHARACTERS] == seen
    # A truth is no number, though Python says that they are equal.
    return value is seen or (value == seen and not isinstance(value, bool) and not isinstance(seen, bool))
