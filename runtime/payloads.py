"""Payloads: what a browser sent, checked and converted to what a handler gets, by the event's kind.

Nothing from a client is used as a path, a name or an address: files and images come as uploads that the
builder has spooled.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from .expressions import as_text
from .files import File
from .offers import (
    Fields,
    bounds,
    is_accepted,
    markers_by_id,
    most_pages,
    most_stars,
    option_keys,
    page_sizes,
)
from .protocol import Upload
from .records import Records, Unfit
from .seen_records import place_of

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 32
MAX_TEXT: Final = 1_000_000


class Refused(Exception):
    """This payload doesn't fit; the message says what was expected and what came."""


def decode(kind: str, payload: bytes, uploads: tuple[Upload, ...], fields: Fields) -> Any:
    """Return what the handler gets.

    Raises:
        Refused: It isn't what ``kind`` stands for.
    """
    if kind == "files":
        return _files(uploads, fields)
    if kind == "image":
        return _image(uploads)
    if len(payload) > MAX_BYTES:
        raise Refused(f"expected at most {MAX_BYTES:,} bytes, {len(payload):,} came")
    try:
        value = msgspec.json.decode(payload or b"null")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"expected JSON: {error}") from None
    check_bounds(value)
    if kind == "chat_message":
        return _message(value, uploads, fields)
    check = _KINDS.get(kind)
    if check is None:
        raise Refused(f"no payload kind is named {kind!r}")
    return check(value, fields)


def _unfit(expected: str, value: Any) -> Refused:
    shown = msgspec.json.encode(value).decode("utf-8", "replace")
    return Refused(f"expected {expected}, {shown[:200]}{'…' if len(shown) > 200 else ''} came")


def check_bounds(value: Any, depth: int = 0) -> None:
    """Raise ``Refused`` for what is nested too deep, and for numbers that lose their value on the way."""
    nests = type(value) is dict or type(value) is list
    if nests and value and depth >= MAX_DEPTH:
        raise Refused(f"expected at most {MAX_DEPTH} levels")
    for item in (value.values() if type(value) is dict else value) if nests else (value,):
        kind = type(item)
        if kind is dict or kind is list:
            check_bounds(item, depth + 1)
        elif kind is float and not math.isfinite(item):
            raise Refused("expected finite numbers")
        elif kind is int and abs(item) > 2**63:
            raise Refused("expected smaller numbers")


def _none(value: Any, _: Fields) -> None:
    if value is not None:
        raise _unfit("nothing", value)


def _modifiers(value: Any, names: tuple[str, ...], expected: str) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise _unfit(expected, value)
    if not all(isinstance(value[name], str if name == "key" else bool) for name in names):
        raise _unfit(expected, value)
    return value


_MODIFIERS: Final = ("ctrl_key", "shift_key", "meta_key")


def _click(value: Any, _: Fields) -> dict[str, Any]:
    return _modifiers(value, _MODIFIERS, "ctrl_key, shift_key and meta_key, each true or false")


def _key(value: Any, _: Fields) -> dict[str, Any]:
    return _modifiers(value, ("key", *_MODIFIERS), "key, ctrl_key, shift_key and meta_key")


def _text(value: Any, fields: Fields) -> str:
    if not isinstance(value, str):
        raise _unfit("a text", value)
    limit = fields("max_length")
    bound = int(limit) if isinstance(limit, int | float) and limit > 0 else MAX_TEXT
    if len(value) > bound:
        raise Refused(f"expected at most {bound:,} characters, {len(value):,} came")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any, fields: Fields) -> float | None:
    if value is None:
        return None
    if not _is_number(value):
        raise _unfit("a number or null", value)
    _check_between(value, *bounds(fields))
    return float(value)


def _check_between(value: Any, low: Any, high: Any) -> None:
    """Raise ``Refused`` for what is out of bounds; ``None`` is no bound."""
    if low is not None and value < low:
        raise _unfit(f"{low} at least", value)
    if high is not None and value > high:
        raise _unfit(f"{high} at most", value)


def _boolean(value: Any, _: Fields) -> bool:
    if not isinstance(value, bool):
        raise _unfit("true or false", value)
    return value


def _known(field: str, expected: str) -> Callable[[Any, Fields], str]:
    """A text that stands in ``field`` now; none where nothing stands there."""

    def check(value: Any, fields: Fields) -> str:
        keys = option_keys(fields(field))
        if not isinstance(value, str) or value not in keys:
            raise _unfit(
                f"{expected}: one of {_listed(keys)}" if keys else f"{expected}; there is none", value
            )
        return value

    return check


def _option(value: Any, fields: Fields) -> str | None:
    if value is None:
        return None
    keys = option_keys(fields("options"))
    if not isinstance(value, str) or value not in keys:
        raise _unfit(f"one of {_listed(keys)} or null", value)
    return value


def _options(value: Any, fields: Fields) -> list[str]:
    keys = option_keys(fields("options"))
    fits = isinstance(value, list) and all(isinstance(item, str) and item in keys for item in value)
    if not fits or len(set(value)) < len(value):
        raise _unfit(f"a list of some of {_listed(keys)}, each once", value)
    return value  # type: ignore[no-any-return]


def _listed(keys: list[str]) -> str:
    return ", ".join(map(repr, keys[:10])) + (", …" if len(keys) > 10 else "") if keys else "no options"


def _day(value: Any) -> str | None:
    """``value`` if it is a date as YYYY-MM-DD."""
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            return dt.date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    return None


def _minute(value: Any) -> str | None:
    """``value`` if it is a time as HH:MM."""
    fits = isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII)
    return value if fits else None


def _moment(read: Callable[[Any], str | None], expected: str) -> Callable[[Any, Fields], str | None]:
    """A date or a time between the component's ``min`` and ``max``; as texts they sort as in time."""

    def check(value: Any, fields: Fields) -> str | None:
        if value is None:
            return None
        moment = read(value)
        if moment is None:
            raise _unfit(f"{expected}, or null", value)
        # In state the bounds may be dates and times as Python has them.
        _check_between(moment, *(read(as_text(fields(name))) for name in ("min", "max")))
        return moment

    return check


def _range(value: Any, fields: Fields) -> list[float]:
    if not (
        isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]
    ):
        raise _unfit("[low, high]", value)
    low, high = bounds(fields)
    if (low is not None and value[0] < low) or (high is not None and value[1] > high):
        raise _unfit(f"[low, high] between {low} and {high}", value)
    return [float(value[0]), float(value[1])]


def _stars(value: Any, fields: Fields) -> float | None:
    """A rating: as many stars as a page shows, none at all, or ``None`` for no answer."""
    if value is None:
        return None
    stars = most_stars(fields)
    if not _is_number(value) or value != int(value) or not 0 <= value <= stars:
        raise _unfit(f"a whole number of stars from 0 to {stars}, or null", value)
    return float(value)


def _page_number(value: Any, fields: Fields) -> int:
    most = most_pages(fields)
    if not _is_number(value) or value != int(value) or value < 1 or (most is not None and value > most):
        raise _unfit("a whole number from 1" + (f" to {most}" if most is not None else ""), value)
    return int(value)


def _page_size(value: Any, fields: Fields) -> int:
    sizes = page_sizes(fields)
    if not _is_number(value) or value not in sizes:
        raise _unfit(f"one of {', '.join(map(str, sizes))}" if sizes else "a size; there is none", value)
    return int(value)


_page = _known("pages", "the key of a page")


def _route(value: Any, fields: Fields) -> dict[str, Any]:
    fits = (
        isinstance(value, dict)
        and set(value) == {"page_key", "route_vars"}
        and isinstance(value["page_key"], str)
    )
    if not fits or not isinstance(value["route_vars"], dict):
        raise _unfit("page_key and route_vars", value)
    if not all(isinstance(item, str) for item in value["route_vars"].values()):
        raise _unfit("route_vars that are texts", value)
    _page(value["page_key"], fields)
    return value  # type: ignore[no-any-return]


def _record(*names: str) -> Callable[[Any, Fields], dict[str, Any]]:
    expected = " and ".join(names)

    def check(value: Any, fields: Fields) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _unfit(expected, value)
        # Beside what the handler gets: what was shown in the row, and how many there were.
        beside = ("seen", "count") if "record_index" in names else ()
        told = {name: value.pop(name) for name in beside if name in value}
        if set(value) != set(names) or not isinstance(value["record"], dict):
            raise _unfit(expected, value)
        records = Records(fields("data"))
        if "action" in names:
            value["action"] = _known("actions", "an action")(value["action"], fields)
        try:
            record = records.fitting(value["record"])
        except Unfit as unfit:
            raise _unfit(str(unfit), value["record"]) from None
        if "record_index" in names:
            value["record_index"] = _record_place(value["record_index"], records, **told)
            if records.length is not None:
                record = records.record(value["record_index"]) | record
        return value | {"record": record}

    return check


def _record_place(index: Any, records: Records, seen: Any = (), count: Any = 0) -> int:
    _row(index, None)
    if not isinstance(seen, list | tuple) or type(count) is not int:
        raise _unfit("what was seen of a row, and the number of rows", [seen, count])
    place = place_of(records, index, seen, count)
    if place is None:
        raise Refused("This row has been changed or removed meanwhile.")
    _row(place, records.length)
    return place


def _row(value: Any, rows: int | None) -> None:
    if type(value) is not int or value < 0 or (rows is not None and value >= rows):
        raise _unfit("the index of a row" if rows is None else f"the index of one of {rows} rows", value)


def _selection(value: Any, fields: Fields) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != {"rows"} or not isinstance(value["rows"], list):
        raise _unfit("rows", value)
    records = Records(fields("data"))
    for row in value["rows"]:
        _row(row, records.length)
    if len(set(value["rows"])) < len(value["rows"]):
        raise _unfit("rows, each once", value)
    if fields("selection") == "one" and len(value["rows"]) > 1:
        raise _unfit("at most one row", value)
    return value


def _points(value: Any, _: Fields) -> list[dict[str, Any]]:
    def fits(point: Any) -> bool:
        return isinstance(point, dict) and all(
            type(point.get(name)) is int and point[name] >= 0 for name in ("curve", "index")
        )

    if not isinstance(value, list) or not all(map(fits, value)):
        raise _unfit("a list of points with curve and index", value)
    return [{name: point.get(name) for name in ("curve", "index", "x", "y", "customdata")} for point in value]


def _message(value: Any, uploads: tuple[Upload, ...], fields: Fields) -> dict[str, Any]:
    """What a person says; ``uploads`` in it have been found by the builder already."""
    fits = isinstance(value, dict) and value.get("role") == "user" and isinstance(value.get("content"), str)
    if not fits or not set(value) <= {"role", "content", "uploads"}:
        raise _unfit("role user, and content", value)
    if uploads and not fields("allow_files"):
        raise Refused(f"expected no files, {len(uploads)} came")
    return {"role": "user", "content": value["content"], "files": _files(uploads, fields)}


def _action(value: Any, fields: Fields) -> str:
    """The key of an action that stands under a message now."""
    if not isinstance(value, str):
        raise _unfit("the key of an action", value)
    conversation = fields("conversation")
    if isinstance(conversation, list | tuple):
        said = [message for message in list(conversation) if isinstance(message, Mapping)]
        keys = [key for message in said for key in option_keys(message.get("actions"))]
        if value not in keys:
            raise _unfit(f"one of {_listed(keys)}", value)
    return value


def _latlng(value: Any, _: Fields) -> dict[str, float]:
    if (
        not isinstance(value, dict)
        or set(value) != {"lat", "lng"}
        or not all(map(_is_number, value.values()))
    ):
        raise _unfit("lat and lng", value)
    if abs(value["lat"]) > 90:
        raise _unfit("a latitude from -90 to 90", value)
    return {"lat": float(value["lat"]), "lng": float(value["lng"])}


def _anything(value: Any, _: Fields) -> Any:
    return value


def _marker(value: Any, fields: Fields) -> dict[str, Any]:
    """The browser names a marker by its id, or by its position in a list; what it is stands in state."""
    if not isinstance(value, dict) or set(value) != {"id"} or not isinstance(value["id"], str):
        raise _unfit("the id of a marker", value)
    known = markers_by_id(fields("markers"))
    if value["id"] not in known:
        raise _unfit(f"a marker: one of {_listed(list(known))}", value["id"])
    return known[value["id"]]


def _files(uploads: tuple[Upload, ...], fields: Fields) -> list[File]:
    if len(uploads) > 1 and fields("multiple") is False:
        raise Refused(f"expected one file, {len(uploads)} came")
    most, accepted = fields("max_size"), fields("accept")
    for upload in uploads:
        if _is_number(most) and 0 < most * 1024**2 < upload.size:
            raise Refused(f"expected files of at most {most:g} MB, {upload.name!r} has {upload.size:,} bytes")
        if isinstance(accepted, str) and not is_accepted(upload.name, upload.type, accepted):
            raise Refused(f"expected files that are {accepted}, {upload.name!r} came")
    return [File(upload) for upload in uploads]


def _image(uploads: tuple[Upload, ...]) -> bytes:
    if len(uploads) != 1:
        raise Refused(f"expected one PNG image, {len(uploads)} uploads came")
    with io.open(uploads[0].path, "rb") as file:  # noqa: UP020
        data = file.read()
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise Refused(f"expected a PNG image, {len(data):,} bytes of something else came")
    return data


_KINDS: Final[dict[str, Callable[[Any, Fields], Any]]] = {
    "none": _none,
    "click": _click,
    "key": _key,
    "text": _text,
    "number": _number,
    "rating": _stars,
    "boolean": _boolean,
    "option": _option,
    "options": _options,
    "date": _moment(_day, "a date as YYYY-MM-DD"),
    "time": _moment(_minute, "a time as HH:MM"),
    "range": _range,
    "page": _page,
    "route": _route,
    "tag": _known("tags", "a tag"),
    "tab": _known("children", "a tab"),
    "page_number": _page_number,
    "page_size": _page_size,
    "record_add": _record("record"),
    "record_update": _record("record_index", "record"),
    "record_action": _record("action", "record_index", "record"),
    "selection": _selection,
    "points": _points,
    "chat_action": _action,
    "latlng": _latlng,
    "marker": _marker,
    "json": _anything,
}
