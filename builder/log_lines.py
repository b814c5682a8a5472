"""A record of the log as lines: for people, with colours or without, and as JSON for programs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from mainspring.builder.sessions.objects import as_object
from mainspring.runtime.protocol import ErrorReport, Record, TraceFrame

__all__ = ["json_line", "text_lines"]

# Enough to tell sessions apart. Whoever knows the whole of an id can take a session over.
SESSION_CHARACTERS: Final = 8

_COLOURS: Final = {
    "debug": "2",
    "warning": "33",
    "error": "31",
    "critical": "31;1",
    "source": "36",
    "quiet": "2",
}


def text_lines(record: Record, *, colours: bool = False, source: bool = False) -> Iterator[str]:
    """What is printed stands as it was; everything else begins with its time and level.

    Args:
        source: Begin every record so, and say which handler it comes from.
    """

    def tinted(text: str, colour: str) -> str:
        code = _COLOURS.get(colour) if colours else None
        return f"\x1b[{code}m{text}\x1b[0m" if code else text

    if record.skipped:
        yield tinted(record.text, "warning")
        return
    printed = record.stream in ("stdout", "stderr")
    head = ""
    if source or not printed:
        at = time.strftime("%H:%M:%S", time.localtime(record.time))
        name = f" [{record.error_id}]" if record.error_id else ""
        level = record.stream if printed else record.level
        head = f"{tinted(at, 'quiet')} {tinted(f'{level}{name}', record.level)} "
        if source and (origin := source_of(record)):
            head += f"{tinted(origin, 'source')}  "
    for number, line in enumerate(record.text.removeprefix("\r").split("\n")):
        yield head + line if number == 0 else line
    if record.error is not None:
        said = f"{record.error.type}: {record.error.message}"
        if said not in record.text and record.error.type not in record.text:
            yield f"    {said}"
        yield from _error_lines(record.error, "    ")


def json_line(record: Record) -> str:
    """One JSON object without what is empty; ``time`` is ISO 8601 in UTC, ``session`` the start of an id."""
    at = datetime.fromtimestamp(record.time, UTC).isoformat(timespec="milliseconds")
    fields: dict[str, Any] = {
        "time": at.replace("+00:00", "Z"),
        "level": record.level,
        "stream": record.stream,
        "text": record.text,
        "logger": record.logger,
        "session": record.session_id[:SESSION_CHARACTERS],
        "event": record.event,
        "sequence": record.sequence,
        "handler": record.handler,
        "component": record.component,
        "error_id": record.error_id,
        "over": record.over,
        "skipped": record.skipped,
        "error": None if record.error is None else as_object(record.error),
    }
    kept = {name: value for name, value in fields.items() if value or name == "text"}
    return msgspec.json.encode(kept).decode()


def source_of(record: Record) -> str:
    """Which handler, and of which component; else the logger's name."""
    if record.handler:
        return f"{record.handler} · {record.component}" if record.component else record.handler
    return record.logger


def _error_lines(error: ErrorReport, indent: str) -> Iterator[str]:
    for note in error.notes:
        yield f"{indent}{note}"
    for number, frame in enumerate(error.frames):
        if error.more_frames and number == len(error.frames) // 2:
            yield f"{indent}… {error.more_frames:,} frames more …"
        if frame.owner != "ours":
            yield f"{indent}{_place(frame)}"
    total = len(error.members) + error.more_members
    for number, member in enumerate(error.members, 1):
        yield f"{indent}{number} of {total}: {member.type}: {member.message}"
        yield from _error_lines(member, indent + "    ")
    if error.cause is not None:
        how = "while handling" if error.during else "caused by"
        yield f"{indent}{how} {error.cause.type}: {error.cause.message}"
        yield from _error_lines(error.cause, indent)


def _place(frame: TraceFrame) -> str:
    times = f"  ({frame.repeated:,} times more)" if frame.repeated else ""
    source = f": {frame.source.strip()}" if frame.source else ""
    return f"{frame.file}, line {frame.line}, in {frame.function}{source}{times}"
