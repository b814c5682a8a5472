"""What a component offers at this moment, read from its fields as pages read them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from .expressions import as_text, key_text

# What static/components/rating/ shows where nobody says how many, and at most.
DEFAULT_STARS: Final = 5
MOST_STARS: Final = 20

# The value of the component's field, for this user, in this row; `children` are the ids of those below it,
# `pages` the keys of the app's pages.
Fields = Callable[[str], Any]


def option_keys(options: Any) -> list[str]:
    """The keys of an ``options`` field as pages write them; of a list, items are keys or ``{"key": …}``."""
    if isinstance(options, Mapping):
        return [text for key in list(options) if not (text := key_text(key)).startswith("_")]
    if not isinstance(options, Iterable) or isinstance(options, str | bytes):
        return []
    return [as_text(item.get("key") if isinstance(item, Mapping) else item) for item in list(options)]


def markers_by_id(markers: Any) -> dict[str, dict[str, Any]]:
    """The markers of a map: of a list, or of a mapping of ids; the first one with an id counts."""
    known: dict[str, dict[str, Any]] = {}
    if isinstance(markers, Mapping):
        for key, marker in list(markers.items()):
            if isinstance(marker, Mapping) and not (text := key_text(key)).startswith("_"):
                known[text] = {"id": text, **marker}
    elif isinstance(markers, Iterable) and not isinstance(markers, str | bytes):
        for position, marker in enumerate(list(markers)):
            if isinstance(marker, Mapping):
                own = marker.get("id")
                known.setdefault(str(position) if own is None else as_text(own), dict(marker))
    return known


def is_accepted(name: str, media_type: str, accepted: str) -> bool:
    """Whether a list such as ``.csv, image/*`` names a file; an empty one names all."""
    kinds = [kind.strip().lower() for kind in accepted.split(",") if kind.strip()]
    media_type = media_type.partition(";")[0].strip().lower()
    return not kinds or any(
        name.lower().endswith(kind)
        if kind.startswith(".")
        else kind == "*/*" or media_type == kind or (kind.endswith("/*") and media_type.startswith(kind[:-1]))
        for kind in kinds
    )


def bounds(fields: Fields) -> tuple[float | None, float | None]:
    """What a number or a range lies between; ``None`` where nothing bounds it."""
    low, high = (_number(fields(name)) for name in ("min", "max"))
    return low, high


def most_stars(fields: Fields) -> int:
    """How many stars a rating shows."""
    given = _whole(fields("max"))
    return max(1, min(MOST_STARS, DEFAULT_STARS if given is None else given))


def page_sizes(fields: Fields) -> list[int]:
    """The sizes that a pagination lets its user choose, and the one that it has; ascending."""
    listed = fields("page_sizes")
    given = [fields("page_size"), *(listed if isinstance(listed, list | tuple) else ())]
    return sorted({size for each in given if (size := _whole(each)) is not None and size > 0})


def most_pages(fields: Fields) -> int | None:
    """The last page of a pagination, whichever size its user has chosen; ``None`` if nothing says that."""
    total, sizes = _whole(fields("total")), page_sizes(fields)
    return max(1, math.ceil(total / sizes[0])) if total is not None and sizes else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else math.floor(number)


def _number(value: Any) -> float | None:
    """A finite number; as in pages, a text of digits counts as one."""
    try:
        if isinstance(value, bool) or not math.isfinite(number := float(value)):
            return None
        return value if isinstance(value, int) else number
    except (TypeError, ValueError, OverflowError):
        return None
