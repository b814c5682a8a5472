"""Values of the app as JSON: what a page gets of any Python object, and what can't go, with the reason.

No package is imported for a value: an object of pandas can only be there if the app has imported pandas.
Bytes, images and figures become ``blob/<name>``; the blob itself goes to the builder first.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import decimal
import enum
import math
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import PurePath
from typing import Any, Final, NamedTuple

import msgspec

from . import drawings, expressions, frames, media_types, pictures
from .files import File
from .references import Node

MAX_DEPTH: Final = 100
MAX_BLOB_BYTES: Final = 15 * 1024 * 1024  # A frame of the pipe holds 16 MiB.
_SAFE_INTEGER: Final = 2**53 - 1  # Beyond, a browser's numbers lose digits; such integers go as text.

# Beside the entries of a mapping whose order a browser would lose: its keys.
_KEYS: Final = "$keys"


def _browser_order(keys: list[str]) -> list[str]:
    """Objects of JavaScript put keys that could be places of a list first, by their number."""
    places = [key for key in keys if key.isdecimal() and key.isascii() and str(int(key[:10])) == key]
    known = set(places)
    return sorted(places, key=int) + [key for key in keys if key not in known]


class Problem(NamedTuple):
    """A value that can't go to a page; ``None`` stands in its place there."""

    path: tuple[str | int, ...]
    type: str
    reason: str

    def text(self) -> str:
        where = "state" + "".join(f"[{part!r}]" for part in self.path)
        return f"{where} can't be shown: {self.type}: {self.reason}"


class _Unfit(Exception):
    """This value can't go; the message says what to do."""


class Serialiser:
    """Turns values into what ``msgspec.json`` encodes; collects ``problems`` on the way."""

    def __init__(
        self, send_blob: Callable[[str, str, bytes], None], repeated: Set[tuple[str, ...]] = frozenset()
    ) -> None:
        """Args:
        repeated: Where in state repeaters go through values: frames there bring more rows than others.
        """
        self._repeated = repeated
        self.problems: list[Problem] = []
        self._send_blob = send_blob
        self._active: set[int] = set()

    def plain(self, value: Any, path: tuple[str | int, ...] = (), only: Node | None = None) -> Any:
        """Return ``value`` as JSON builtins; of a dict only what ``only`` refers to."""
        kind = type(value)
        if kind is str:
            return value if value.isascii() else _well_formed(value)
        if kind is bool or value is None:
            return value
        if kind is int:
            return value if -_SAFE_INTEGER <= value <= _SAFE_INTEGER else _big_integer(value)
        if kind is float:
            return value if math.isfinite(value) else None
        if id(value) in self._active:
            return self._unfit(value, path, "it contains itself")
        if len(path) > MAX_DEPTH:
            return self._unfit(value, path, f"it is nested deeper than {MAX_DEPTH} levels")
        self._active.add(id(value))
        try:
            return self._composite(value, path, only)
        except _Unfit as error:
            return self._unfit(value, path, str(error))
        except Exception as error:
            return self._unfit(value, path, f"reading it raised {type(error).__name__}: {_said(error)}")
        finally:
            self._active.discard(id(value))

    def blob(self, data: bytes, media_type: str = "") -> str:
        """Send ``data`` and return the URL that stands for it."""
        if len(data) > MAX_BLOB_BYTES:
            raise _Unfit(f"{len(data):,} bytes are more than the {MAX_BLOB_BYTES:,} that a value may have")
        import hashlib

        media_type = media_type or media_types.sniff(data)
        name = hashlib.sha256(data).hexdigest()[:40] + media_types.suffix(media_type)
        self._send_blob(name, media_type, data)
        return f"blob/{name}"

    def _unfit(self, value: Any, path: tuple[str | int, ...], reason: str) -> None:
        self.problems.append(Problem(path, f"{type(value).__module__}.{type(value).__qualname__}", reason))

    def _mapping(self, value: Mapping[Any, Any], path: tuple[str | int, ...], only: Node | None) -> Any:
        result: dict[str, Any] = {}
        for key, item in list(value.items()):
            text = expressions.key_text(key) if type(key) is not str else key
            if text.startswith("_"):
                continue
            text = text if text.isascii() else _well_formed(text)
            if only is None or only.whole:
                result[text] = self.plain(item, (*path, text))
            elif (node := only.below.get(text)) is not None:
                result[text] = self.plain(item, (*path, text), node)
        if any(map(str.isdigit, result)) and (keys := list(result)) != _browser_order(keys):
            result[_KEYS] = keys
        return result

    def _items(self, items: Any, path: tuple[str | int, ...]) -> list[Any]:
        return [self.plain(item, (*path, index)) for index, item in enumerate(items)]

    def _composite(self, value: Any, path: tuple[str | int, ...], only: Node | None) -> Any:
        if isinstance(value, File):
            # A page that shows a file's name must not bring its whole content into memory.
            shown = {"name": value["name"], "type": value["type"], "size": value.size}
            if only is not None and "data" in only.below:
                shown["data"] = value["data"]
            return self._mapping(shown, path, only)
        if isinstance(value, dict):
            return self._mapping(value, path, only)
        if isinstance(value, list | tuple):
            return self._items(list(value), path)
        if isinstance(value, enum.Enum):
            return self.plain(value.value, path)
        if isinstance(value, str | bool | int | float):  # subclasses
            base = next(kind for kind in (str, bool, int, float) if isinstance(value, kind))
            return self.plain(base(value), path)
        if isinstance(value, bytes | bytearray | memoryview):
            return self.blob(bytes(value))
        if isinstance(value, dt.datetime | dt.date | dt.time):
            return value.isoformat() if value == value else None  # pandas' NaT equals nothing
        if isinstance(value, dt.timedelta):
            return value.total_seconds()
        if isinstance(value, decimal.Decimal | uuid.UUID | PurePath):
            return str(value) if not isinstance(value, decimal.Decimal) or value.is_finite() else None
        if isinstance(value, Set):
            items = list(value)
            with contextlib.suppress(TypeError):  # Mixed kinds have no order of their own.
                items.sort()
            return self._items(items, path)
        if (found := self._of_package(value, path)) is not _NOTHING:
            return found
        if isinstance(value, Mapping):
            return self._mapping(value, path, only)
        if isinstance(value, Sequence):
            return self._items(list(value), path)
        if not isinstance(value, type) and hasattr(type(value), "__dataclass_fields__"):
            found = sys.modules["dataclasses"].fields(value)
            return self._mapping({each.name: getattr(value, each.name) for each in found}, path, None)
        if isinstance(value, msgspec.Struct):
            names = value.__struct_fields__
            return self._mapping({name: getattr(value, name) for name in names}, path, None)
        if (picture := drawings.picture(value)) is not None:
            return self.blob(*picture)
        if html := drawings.html(value):
            return {"$html": _well_formed(html)}
        raise _Unfit("put its data into state as a dict, list, text or number; keep the object in a global")

    def _rows_of(self, path: tuple[str | int, ...]) -> int:
        is_repeated = any(path[:length] in self._repeated for length in range(1, len(path) + 1))
        return frames.REPEATED_ROWS if self._repeated and is_repeated else frames.FIRST_ROWS

    def _of_package(self, value: Any, path: tuple[str | int, ...]) -> Any:
        """Values of packages that the app has imported."""
        kinds = type(value).__mro__  # An app's own class may be derived from a package's.
        roots = {kind.__module__.partition(".")[0] for kind in kinds}
        if (numpy := sys.modules.get("numpy")) is not None and "numpy" in roots:
            if isinstance(value, numpy.ndarray) and value.dtype.kind in "mM":
                texts = numpy.where(numpy.isnat(value), None, value.astype(str)).tolist()
                return self.plain(texts, path)
            if isinstance(value, numpy.ndarray):
                return self._items(value.tolist(), path) if value.ndim else self.plain(value.item(), path)
            if isinstance(value, numpy.datetime64 | numpy.timedelta64):
                return None if numpy.isnat(value) else str(value)
            if isinstance(value, numpy.generic):
                return self.plain(value.item(), path)
        frame = frames.of(value, self._rows_of(path) if frames.is_frame(value) else 0)
        if frame is not None:
            if isinstance(frame, str):
                raise _Unfit(frame)
            return {"$frame": frame}
        if (image := _attribute("PIL.Image", "Image")) is not None and isinstance(value, image):
            return self.blob(*pictures.picture_file(value))
        if (figure := _attribute("matplotlib.figure", "Figure")) is not None and isinstance(value, figure):
            return self.blob(*drawings.matplotlib_picture(value))
        if "plotly" in roots and hasattr(value, "to_json"):
            return drawings.plotly_json(value)
        if "altair" in roots and hasattr(value, "to_dict"):
            return self.plain(value.to_dict(), path)
        if type(value).__name__ == "NAType" and "pandas" in roots:
            return None
        if (
            "pydantic" in sys.modules
            and hasattr(value, "__pydantic_fields__")
            and hasattr(value, "model_dump")
        ):
            return self.plain(value.model_dump(), path)
        return _NOTHING


_NOTHING: Final = object()


def _attribute(module: str, name: str) -> Any:
    return getattr(sys.modules.get(module), name, None)


def _well_formed(text: str) -> str:
    """Lone surrogates have no place in JSON."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _big_integer(value: int) -> str | None:
    try:
        return str(value)
    except ValueError:  # Python refuses to print integers of more than 4,300 digits.
        return hex(value)


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return "(its text can't be read)"
