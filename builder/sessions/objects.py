"""Messages of the pipe as JSON objects.

On the pipe a message is an array, because both ends know its fields; a browser gets names instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

__all__ = ["as_object"]


def as_object(value: Any) -> Any:
    """Return ``value`` as plain dicts, lists and scalars; structs become dicts by field name."""
    if isinstance(value, msgspec.Struct):
        return {name: as_object(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, Mapping):
        return {key: as_object(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_object(item) for item in value]
    return value
