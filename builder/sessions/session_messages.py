"""Browser ↔ builder: the messages of an app page's WebSocket. Its twin is ``static/app/protocol.ts``.

JSON text frames, told apart by the key ``type``. A browser names a component and an event, never a
handler. What the runtime has encoded already (state, operations, actions) is copied into the frame as
it is, never decoded here.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

import msgspec

__all__ = [
    "CLOSE_BUSY",
    "CLOSE_MALFORMED",
    "CLOSE_NOT_LET_IN",
    "CLOSE_REPLACED",
    "CLOSE_TICKET",
    "CLOSE_TIMEOUT",
    "CLOSE_TOO_MANY",
    "MAX_MESSAGE_BYTES",
    "Changes",
    "Done",
    "DownloadRows",
    "Event",
    "Filter",
    "FromBrowser",
    "Join",
    "Joined",
    "Looks",
    "MalformedMessage",
    "Navigate",
    "Pages",
    "Parts",
    "Problem",
    "ReadRows",
    "Result",
    "Resync",
    "Rows",
    "SessionStatus",
    "Snapshot",
    "ToBrowser",
    "action_text",
    "decode",
    "decode_attached",
    "decode_download",
    "decode_uploads",
    "encode",
]

MAX_MESSAGE_BYTES: Final = 1024 * 1024
# Deeper than any payload of ours; a decoder that recurses must never see 100,000 brackets.
MAX_DEPTH: Final = 64

# Close codes that a page should know: it may come back after the first group, not after the second.
CLOSE_TOO_MANY: Final = 1013  # as many sessions as the service holds
CLOSE_TIMEOUT: Final = 4408  # no join within five seconds
CLOSE_BUSY: Final = 1008  # it went on sending after many "busy" answers

CLOSE_MALFORMED: Final = 4400  # a message that is none
CLOSE_TICKET: Final = 4401  # the ticket is from another run of the service: load the page again
CLOSE_NOT_LET_IN: Final = 4403  # the app doesn't want this visitor
CLOSE_REPLACED: Final = 4409  # another tab has taken the session over

_Key = Annotated[str, msgspec.Meta(max_length=200)]
_RowKey = Annotated[str, msgspec.Meta(max_length=1_000)]
_RouteVars = Annotated[dict[_Key, _RowKey], msgspec.Meta(max_length=50)]


class MalformedMessage(ValueError):
    """What a browser sent is no message of this protocol."""


class _Message(msgspec.Struct, frozen=True, tag_field="type"):
    """Base of all messages."""


class _FromBrowser(_Message, frozen=True, forbid_unknown_fields=True):
    pass


class Join(_FromBrowser, frozen=True, tag="join"):
    """The first message, within five seconds. ``session``: the key to resume it by, if there is one."""

    ticket: _Key
    session: _Key | None = None
    page: _Key = ""
    route_vars: _RouteVars = {}


class Event(_FromBrowser, frozen=True, tag="event"):
    """Something happened. Numbers of a session grow; one that was used before causes nothing.

    Attributes:
        payload: JSON, passed on undecoded; for files ``{"uploads": [id, …]}``, which messages of a
            conversation have beside their own keys.
        rows: Keys of the repeater rows around the component, outermost first.
    """

    sequence: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    page: _Key
    component: _Key
    event: _Key
    payload: msgspec.Raw = msgspec.Raw(b"null")
    rows: Annotated[tuple[_RowKey, ...], msgspec.Meta(max_length=16)] = ()


class Resync(_FromBrowser, frozen=True, tag="resync"):
    """A revision is missing: send everything. ``pages``: it is one of the pages, so these as well."""

    pages: bool = False


class Navigate(_FromBrowser, frozen=True, tag="navigate"):
    """The address of the page has changed."""

    page: _Key
    route_vars: _RouteVars


class Result(_FromBrowser, frozen=True, tag="result"):
    """The answer to an action with a ``call``: JSON, passed on undecoded, or what went wrong."""

    call: _Key
    value: msgspec.Raw = msgspec.Raw(b"null")
    error: Annotated[str, msgspec.Meta(max_length=2_000)] | None = None


class Looks(_Message, frozen=True, tag="looks"):
    """Theme and style sheets have changed: the scheme, and what to link to, in this order."""

    scheme: str
    sheets: tuple[str, ...]


class Problem(_FromBrowser, frozen=True, tag="problem"):
    """A component of the app's own has failed in the page; heard while the app is edited."""

    component: _Key
    message: Annotated[str, msgspec.Meta(max_length=4_000)]


_Bound = Annotated[str, msgspec.Meta(max_length=40)] | int | float | None


class Filter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a cell of one column must be for its row to be shown; as ``protocol.Filter``."""

    column: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    text: _Key = ""
    low: _Bound = None
    high: _Bound = None
    choices: Annotated[tuple[_RowKey, ...], msgspec.Meta(max_length=200)] | None = None
    empty: Literal["", "only", "none"] = ""


_Filters = Annotated[tuple[Filter, ...], msgspec.Meta(max_length=50)]


class ReadRows(_FromBrowser, frozen=True, tag="read_rows"):
    """Rows of the frame that a dataframe shows; answered by ``rows`` with the same number.

    Attributes:
        request: The browser's number for it.
        version: That of the frame, as it came with state.
        start, count: Which rows, in the order that is asked for.
        sort: Position of a column; ``None``: as they stand in the frame.
        search: Words that a row must hold.
        filters: What a row must be besides.
        form: ``positions``: where the rows stand in the frame, without their cells; then up to 50,000.
    """

    request: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    page: _Key
    component: _Key
    rows: Annotated[tuple[_RowKey, ...], msgspec.Meta(max_length=16)]
    version: _Key
    start: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    count: Annotated[int, msgspec.Meta(ge=1, le=50_000)]
    sort: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    descending: bool = False
    search: _Key = ""
    filters: _Filters = ()
    form: Literal["cells", "positions"] = "cells"


class DownloadRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asked for by HTTP, beside the socket: what a dataframe shows, as a file.

    Attributes:
        columns: Positions of those that the file shall have, in this order; empty for all.
    """

    page: _Key
    component: _Key
    rows: Annotated[tuple[_RowKey, ...], msgspec.Meta(max_length=16)]
    version: _Key
    sort: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    descending: bool = False
    search: _Key = ""
    filters: _Filters = ()
    columns: Annotated[tuple[int, ...], msgspec.Meta(max_length=10_000)] = ()


FromBrowser = Join | Event | Resync | Navigate | Result | ReadRows | Problem


class Joined(_Message, frozen=True, tag="joined"):
    """The answer to ``join``, when the app is there. ``sequence``: the highest one that was taken.

    ``session`` names the session, ``key`` opens it: to resume it, and for what goes by HTTP.
    """

    session: str
    key: str
    resumed: bool
    revision: int
    pages: msgspec.Raw
    pages_revision: int
    state: msgspec.Raw
    sequence: int


class Snapshot(_Message, frozen=True, tag="snapshot"):
    revision: int
    state: msgspec.Raw


class Changes(_Message, frozen=True, tag="changes"):
    revision: int
    operations: msgspec.Raw


class Done(_Message, frozen=True, tag="done"):
    """``status``: ``ok``, ``error``, ``refused``, ``cancelled`` or ``lost`` (the outcome is unknown).

    ``changes``: what the event has changed since the last ones; not there in an answer that is given again.
    """

    sequence: int
    status: str
    message: str = ""
    error_id: str = ""
    changes: Changes | msgspec.UnsetType = msgspec.UNSET


class Rows(_Message, frozen=True, tag="rows"):
    """``status``: ``ok``, ``refused``, ``superseded`` (by a newer request), ``busy`` (ask again later) or
    ``lost`` (state will come anew; ask then). ``body`` is as ``protocol.Rows`` has it."""

    request: int
    status: str
    message: str = ""
    body: msgspec.Raw = msgspec.Raw(b"null")


class Pages(_Message, frozen=True, tag="pages"):
    pages: msgspec.Raw
    pages_revision: int


class Parts(_Message, frozen=True, tag="parts"):
    """What makes the pages of the revision before those of this one: by page, the components that have
    changed or come, as in ``Pages``, but with their children by id."""

    pages: dict[str, list[dict[str, Any]]]
    pages_revision: int


class SessionStatus(_Message, frozen=True, tag="status"):
    """``state``: ``starting``, ``live``, ``stopped`` or ``failed``."""

    state: str


ToBrowser = Joined | Snapshot | Changes | Done | Rows | Pages | Parts | SessionStatus | Looks

# Strings are skipped as a whole: brackets in them open nothing.
_BRACKETS: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL)

_decoder: msgspec.json.Decoder[FromBrowser] = msgspec.json.Decoder(FromBrowser)
_encoder = msgspec.json.Encoder()


class _Uploads(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    uploads: Annotated[tuple[_Key, ...], msgspec.Meta(max_length=100)]


class _Attached(msgspec.Struct, frozen=True):
    uploads: Annotated[tuple[_Key, ...], msgspec.Meta(max_length=100)] = ()


_download_decoder = msgspec.json.Decoder(DownloadRows)
_uploads_decoder = msgspec.json.Decoder(_Uploads)
_attached_decoder = msgspec.json.Decoder(_Attached)


def decode(text: str) -> FromBrowser:
    """Return the message in a text frame.

    Raises:
        MalformedMessage: It isn't JSON, is too deep or no message; the text says which.
    """
    try:
        _check_depth(text)
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise MalformedMessage(str(error)) from None


def decode_uploads(payload: bytes) -> tuple[str, ...]:
    """Return the ids of uploads that a payload of files names.

    Raises:
        MalformedMessage: It isn't ``{"uploads": [id, …]}``.
    """
    try:
        return _uploads_decoder.decode(payload).uploads
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise MalformedMessage(str(error)) from None


def decode_attached(payload: bytes) -> tuple[str, ...]:
    """Return the ids of uploads that go with a message of a conversation, as its ``uploads``.

    Raises:
        MalformedMessage: It isn't a mapping, or its ``uploads`` aren't ids.
    """
    try:
        return _attached_decoder.decode(payload).uploads
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise MalformedMessage(str(error)) from None


def decode_download(text: str) -> DownloadRows:
    """Return what a download asks for.

    Raises:
        MalformedMessage: It is no such request; the text says why.
    """
    try:
        _check_depth(text)
        return _download_decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise MalformedMessage(str(error)) from None


def encode(message: ToBrowser) -> bytes:
    """Return ``message`` as the text of a frame."""
    return _encoder.encode(message)


def action_text(body: bytes) -> bytes:
    """Return the frame of an action; ``body`` is the JSON object that the runtime made.

    Example:
        ``action_text(b'{"action": "open_url"}') == b'{"type":"action","action": "open_url"}'``
    """
    return b'{"type":"action",' + body.lstrip()[1:]


def _check_depth(text: str) -> None:
    # Counting is much cheaper than walking, and says enough for all but hostile and very large ones.
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for match in _BRACKETS.finditer(text):
        brackets = match.lastgroup
        if brackets == "open":
            depth += 1
            if depth > MAX_DEPTH:
                raise MalformedMessage(f"it is nested deeper than {MAX_DEPTH}")
        elif brackets == "close":
            depth -= 1
