"""What the Builder's page and its socket say to each other. Twin: ``static/builder/protocol.ts``."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from mainspring.builder.components.component_types import ComponentType
from mainspring.builder.editing.fired_events import SessionInfo
from mainspring.builder.pages.page_states import PageState
from mainspring.builder.pages.tree_store import BrokenPage
from mainspring.builder.processes.log_buffer import LogRecord

__all__ = [
    "MAX_MESSAGE_BYTES",
    "Access",
    "Catalogue",
    "FromPage",
    "Handlers",
    "Join",
    "Log",
    "Pages",
    "Params",
    "Request",
    "Sessions",
    "Touched",
    "answer",
    "problem",
    "tagged",
]

# A request carries the whole text of a file.
MAX_MESSAGE_BYTES: Final = 8 * 1024 * 1024


class Join(msgspec.Struct, frozen=True, tag_field="type", tag="join", forbid_unknown_fields=True):
    """The first message. ``log_after`` is the number of the last log record that the page has."""

    ticket: str
    log_after: int = 0


class _TextDocument(msgspec.Struct, frozen=True):
    uri: str


class _Position(msgspec.Struct, frozen=True):
    line: int = 0
    character: int = 0


class _Context(msgspec.Struct, frozen=True):
    only: tuple[str, ...] = ()


class Params(msgspec.Struct, frozen=True, rename="camel"):
    """Of every request: the file, the text that the editor shows, the place.

    Attributes:
        label, labels: Of completions at the place.
        identifier: Whose diagnostics: ``syntax`` or ``ruff``.
        context: Which code actions.
        new_name: Of a rename.
        buffers: Other files as their editors show them, not saved: path to text.
    """

    text_document: _TextDocument
    text: str
    position: _Position = _Position()
    label: str = ""
    labels: tuple[str, ...] = ()
    identifier: str = "syntax"
    context: _Context = _Context()
    new_name: str = ""
    buffers: dict[str, str] = {}


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: int
    method: str
    params: Params


FromPage = Request | int
"""What follows the join: a question, or the number of the log record up to which the page has taken all."""


class Log(msgspec.Struct, frozen=True, tag_field="type", tag="log"):
    """``history`` says that all of it was there when the page joined."""

    records: tuple[LogRecord, ...]
    skipped: int
    history: bool


class Pages(msgspec.Struct, frozen=True, tag_field="type", tag="pages"):
    pages: tuple[PageState, ...]
    broken: tuple[BrokenPage, ...]


class Handlers(msgspec.Struct, frozen=True, tag_field="type", tag="handlers"):
    handlers: list[dict[str, Any]]


class Catalogue(msgspec.Struct, frozen=True, tag_field="type", tag="catalogue"):
    """The types of components: those of the app's own have changed."""

    catalogue: dict[str, ComponentType]


class Touched(msgspec.Struct, frozen=True, tag_field="type", tag="touched"):
    """Places in the state of a session (its short id) that were written."""

    session: str
    paths: tuple[tuple[str | int, ...], ...]


class Sessions(msgspec.Struct, frozen=True, tag_field="type", tag="sessions"):
    """All browsers that are here."""

    sessions: list[SessionInfo]


class Access(msgspec.Struct, frozen=True, tag_field="type", tag="access"):
    """Whether this Builder may change the app; ``read_only`` says why not."""

    read_only: str | None


def tagged(kind: str, value: Any) -> dict[str, Any]:
    """``value`` (a struct or a mapping) as a message of the type ``kind``."""
    return {"type": kind, **msgspec.to_builtins(value)}


def answer(number: int, result: Any) -> dict[str, Any]:
    return {"id": number, "result": result}


def problem(number: int, message: str) -> dict[str, Any]:
    return {"id": number, "error": {"message": message}}
