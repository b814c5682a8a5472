"""What the commands say on stderr. stdout has one line only: the URL, for whoever started them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
import webbrowser
from collections.abc import Iterator, Sequence

from mainspring.builder.log_lines import json_line, text_lines
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.runtime.protocol import ErrorReport, Record, TraceFrame

__all__ = ["TerminalLog", "announce", "error_lines", "open_missing_streams", "say"]


def open_missing_streams() -> None:
    """Where stdin, stdout or stderr is closed, put nothing in its place: a socket of ours must not get there.

    Comes before anything else is opened.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest free number is given out, so this is the one that is missing.
            os.open(os.devnull, os.O_RDWR)
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            # What is printed to None goes to stdout, where the URL stands alone.
            setattr(sys, name, open(descriptor, "w", encoding="utf-8", closefd=False))  # noqa: SIM115


def say(text: str) -> None:
    """Write a line to stderr; a closed terminal is no reason to end."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        print(text, file=sys.stderr, flush=True)


async def announce(url: str, *, browser: bool) -> None:
    """Print the one line on stdout: the service is ready, and where. Open a browser there if asked to."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        print(url, flush=True)
    if browser and _has_desktop():
        await asyncio.to_thread(webbrowser.open, url)


class TerminalLog:
    """Copies what the app writes to stderr, as lines for people or as JSON lines."""

    def __init__(self, log: LogBuffer, *, as_json: bool = False) -> None:
        self._log = log
        self._as_json = as_json
        self._shown = 0
        # A progress bar is said once, when something else comes: of what was drawn, the last.
        self._drawn: Record | None = None

    async def follow(self) -> None:
        """Show what is there and what comes, for ever."""
        async for records, skipped in self._log.follow_records():
            self._show(records, skipped)

    def show_rest(self) -> None:
        """Show what came and was not shown yet: the last words of an app."""
        while True:
            records, skipped = self._log.records_after(self._shown)
            if not records:
                break
            self._show(records, skipped)
        self._end_drawing()

    def _show(self, records: Sequence[Record], skipped: int) -> None:
        self._shown += skipped + len(records)
        if skipped:
            text = f"{skipped:,} lines were left out: they came faster than they could be shown"
            self._say(Record(time.time(), "system", "warning", text, skipped=skipped))
        for record in records:
            if record.over:
                self._drawn = record
                continue
            self._end_drawing()
            self._say(record)

    def _end_drawing(self) -> None:
        if self._drawn is not None:
            self._say(self._drawn)
            self._drawn = None

    def _say(self, record: Record) -> None:
        if self._as_json:
            say(json_line(record))
            return
        for line in text_lines(record):
            say(line)


def error_lines(error: ErrorReport) -> Iterator[str]:
    """An error as a few lines: what, where in the app, and what it was raised from."""
    place = _place(error)
    where = f"{place.file}, line {place.line}: " if place is not None else ""
    yield f"{where}{error.type}: {error.message}"
    if place is not None and place.source.strip():
        yield f"    {place.source.strip()}"
    for frame in error.frames:
        if frame is not place:
            yield f"  in {frame.function}, {frame.file}, line {frame.line}"
    if error.cause is not None:
        for line in error_lines(error.cause):
            yield f"  because of {line}" if not line.startswith(" ") else line


def _place(error: ErrorReport) -> TraceFrame | None:
    """The frame that its author will want to see: the last one in the app's own files."""
    own = [frame for frame in error.frames if frame.owner == "app"]
    return own[-1] if own else None


def _has_desktop() -> bool:
    """Whether a browser would be a window; one in the terminal would take it from us."""
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
