"""The names that can be written behind a value: keys, columns, attributes. None of its code runs."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from . import expressions, frames

MAX_NAMES: Final = 2_000
_FUNCTIONS: Final = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
    classmethod,
    staticmethod,
    functools.partialmethod,
)


def completed(value: Any, type_name: Callable[[Any], str]) -> dict[str, Any]:
    """Return ``{"type", "keys", "columns", "attributes"}``.

    Keys and columns are ``{"label", "detail"}`` with the type of what they hold, attributes
    ``{"label", "kind"}`` with ``function`` or ``property``.
    """
    keys = list(value)[:MAX_NAMES] if isinstance(value, Mapping) else []
    columns = [{"label": name, "detail": kind} for name, kind in _columns(value)]
    return {
        "type": type_name(value),
        "keys": [{"label": expressions.key_text(key), "detail": type_name(value[key])} for key in keys],
        "columns": columns[:MAX_NAMES],
        "attributes": [{"label": name, "kind": kind} for name, kind in _attributes(value).items()],
    }


def _columns(value: Any) -> Iterator[tuple[str, str]]:
    """Names and types; a frame that is only planned would have to be computed for them."""
    if not frames.is_frame(value) or frames.is_lazy(value):
        return
    if hasattr(value, "schema") and hasattr(value.schema, "names") and hasattr(value.schema, "types"):
        names, kinds = value.schema.names, value.schema.types
        if callable(names):
            names, kinds = list(value.schema), list(value.schema.values())
    else:
        names, kinds = getattr(value, "columns", ()), getattr(value, "dtypes", ())
    for name, kind in zip(names, kinds, strict=False):
        if isinstance(name, str):
            yield name, str(kind)


def _attributes(value: Any) -> dict[str, str]:
    """What the value's type and the value itself have; neither ``__dir__`` nor ``__getattr__`` is asked."""
    found: dict[str, str] = {}
    own = types.MappingProxyType({}) if isinstance(value, Mapping) else _own(value)
    for names in (own, *(vars(kind) for kind in type(value).__mro__)):
        for name, item in list(names.items()):
            if isinstance(name, str) and not name.startswith("_") and name not in found:
                found[name] = "function" if isinstance(item, _FUNCTIONS) else "property"
            if len(found) >= MAX_NAMES:
                return found
    return found


def _own(value: Any) -> Mapping[str, Any]:
    try:
        own = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return own if isinstance(own, dict) else {}
