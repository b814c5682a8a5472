"""What a browser calls the rows of a repeater, and which items they are.

Of a mapping it is the item's key. Items of lists and frames are known by an entry that the repeater's
``key_field`` names, such as ``id``, wherever they have moved meanwhile; without that by their number.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .expressions import as_text, step

__all__ = ["position_of"]


def position_of(row: str, items: Iterable[Any], identity: str) -> int | None:
    """Return where among ``items`` the one stands that is called ``row``; ``None`` if it isn't there.

    An item that has no entry ``identity``, or one that came before, is called by its number: ``#3``. As in
    ``static/app/scope.ts``.
    """
    if not identity:
        return int(row) if _is_number(row) else None
    number = int(row[1:]) if row.startswith("#") and _is_number(row[1:]) else None
    seen = set[str]()
    for position, item in enumerate(items):
        name = as_text(step(item, identity))
        if name == "" or name.startswith("#") or name in seen:
            if position == number:
                return position
        elif name == row:
            return position
        else:
            seen.add(name)
    return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
