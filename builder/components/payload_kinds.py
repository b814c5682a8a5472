"""The kinds of payload that events carry: what a handler receives for each, with an example.

A component's ``component.toml`` names one kind for each event. Payload stubs, the checks of
incoming events and the documents all go by this table; how JSON becomes the value that the handler
receives is the runtime's affair (``runtime/payloads.py``).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

import msgspec

__all__ = ["PAYLOAD_KINDS", "PayloadKind"]


class PayloadKind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of payload.

    Attributes:
        annotation: The type of what a handler receives, as it would stand in its signature.
        description: What it holds: the end of a sentence that begins "The payload is".
        example: Such a value, as a Python literal could write it.
    """

    annotation: str
    description: str
    example: Any


# The smallest picture that is one: a single pixel.
_PNG: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

PAYLOAD_KINDS: Final[Mapping[str, PayloadKind]] = {
    "none": PayloadKind(annotation="None", description="None: this event carries nothing.", example=None),
    "click": PayloadKind(
        annotation="dict[str, bool]",
        description="which modifier keys were held down.",
        example={"ctrl_key": False, "shift_key": False, "meta_key": False},
    ),
    "key": PayloadKind(
        annotation="dict[str, Any]",
        description="the key that was pressed, and which modifier keys were held down.",
        example={"key": "Enter", "ctrl_key": False, "shift_key": False, "meta_key": False},
    ),
    "text": PayloadKind(annotation="str", description="the text as it is now.", example="Ada Lovelace"),
    "number": PayloadKind(
        annotation="float | None", description="the number, or None when the field was cleared.", example=42.0
    ),
    "rating": PayloadKind(
        annotation="float | None",
        description="the number of stars, or None when the rating was taken back.",
        example=4.0,
    ),
    "boolean": PayloadKind(annotation="bool", description="True when it is switched on.", example=True),
    "option": PayloadKind(
        annotation="str | None",
        description="the key of the chosen option, or None when nothing is chosen.",
        example="a",
    ),
    "options": PayloadKind(
        annotation="list[str]", description="the keys of the chosen options.", example=["a", "b"]
    ),
    "date": PayloadKind(
        annotation="str | None",
        description='the date as "YYYY-MM-DD", or None when it was cleared.',
        example="2026-03-14",
    ),
    "time": PayloadKind(
        annotation="str | None",
        description='the time as "HH:MM", or None when it was cleared.',
        example="09:30",
    ),
    "range": PayloadKind(
        annotation="list[float]", description="the lower and the upper end.", example=[20.0, 80.0]
    ),
    "files": PayloadKind(
        annotation="list[dict[str, Any]]",
        description="the files, each with name, type and data; large ones have .open() and .path.",
        example=[{"name": "notes.txt", "type": "text/plain", "data": b"Hello\n"}],
    ),
    "image": PayloadKind(annotation="bytes", description="the picture as the bytes of a PNG.", example=_PNG),
    "page": PayloadKind(annotation="str", description="the key of the page.", example="main"),
    "route": PayloadKind(
        annotation="dict[str, Any]",
        description="the key of the page, and the variables in the address.",
        example={"page_key": "main", "route_vars": {"customer": "17"}},
    ),
    "tag": PayloadKind(annotation="str", description="the key of the tag.", example="urgent"),
    "tab": PayloadKind(annotation="str", description="the id of the tab that was opened.", example="details"),
    "page_number": PayloadKind(annotation="int", description="the number, counted from 1.", example=2),
    "page_size": PayloadKind(annotation="int", description="how many items a page shows.", example=25),
    "record_add": PayloadKind(
        annotation="dict[str, Any]",
        description="the new record, by column.",
        example={"record": {"name": "Hinge", "amount": 4}},
    ),
    "record_update": PayloadKind(
        annotation="dict[str, Any]",
        description="the position of the record, and the record as it is now.",
        example={"record_index": 0, "record": {"name": "Hinge", "amount": 5}},
    ),
    "record_action": PayloadKind(
        annotation="dict[str, Any]",
        description="the action, the position of the record, and the record.",
        example={"action": "remove", "record_index": 0, "record": {"name": "Hinge", "amount": 5}},
    ),
    "selection": PayloadKind(
        annotation="dict[str, list[int]]",
        description="the positions of the selected rows.",
        example={"rows": [0, 2]},
    ),
    "points": PayloadKind(
        annotation="list[dict[str, Any]]",
        description="the points, each with its curve, position and values.",
        example=[{"curve": 0, "index": 3, "x": "Wed", "y": 7.0, "customdata": None}],
    ),
    "chat_message": PayloadKind(
        annotation="dict[str, Any]",
        description="the message: who wrote it, what it says, and the files that came with it.",
        example={"role": "user", "content": "What is in stock?", "files": []},
    ),
    "chat_action": PayloadKind(
        annotation="str", description="the key of the action that was pressed.", example="show_more"
    ),
    "latlng": PayloadKind(
        annotation="dict[str, float]",
        description="the place as latitude and longitude.",
        example={"lat": 52.52, "lng": 13.405},
    ),
    "marker": PayloadKind(
        annotation="dict[str, Any]",
        description="the marker as it stands among the map's markers.",
        example={"id": "berlin", "lat": 52.52, "lng": 13.405, "name": "Berlin"},
    ),
    "json": PayloadKind(annotation="Any", description="whatever the component sends.", example={"value": 1}),
}
