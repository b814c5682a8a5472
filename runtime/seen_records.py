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
    """Return where the record stands that was seen at ``index``; ``None`` if it isn't there any more.

    One that looks another way while there are as many records as before has been changed in its place.
    """
    length = records.length
    if length is None or not seen:
        return index
    if 0 <= index < length and _looks(records.cells(index), seen):
        return index
    if length <= MOST_RECORDS:
        places = [place for place, cells in enumerate(records.all_cells()) if _looks(cells, seen)]
        if len(places) == 1:
            return places[0]
    return index if length == count else None


def _looks(cells: Sequence[Any], seen: Sequence[Any]) -> bool:
    return len(cells[:SEEN_COLUMNS]) == len(seen) and all(map(_alike, cells, seen))


def _alike(value: Any, seen: Any) -> bool:
    if isinstance(value, dict | list):
        return seen is None  # Not worth the bytes.
    if isinstance(value, str):
        return isinstance(seen, str) and value[:SEEN_CHARACTERS] == seen
    # A truth is no number, though Python says that they are equal.
    return value is seen or (value == seen and not isinstance(value, bool) and not isinstance(seen, bool))
