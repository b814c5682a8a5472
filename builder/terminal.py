"""What the commands say on stderr. stdout has one line only: the URL, for whoever started them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
import webbrowser
from collections.abc import Iterator

from mainspring.builder.processes.log_buffer import Batch, LogBuffer, LogRecord
from mainspring.runtime.protocol import ErrorReport, TraceFrame

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
    """Copies what the app writes to stderr."""

    def __init__(self, log: LogBuffer) -> None:
        self._log = log
        self._shown = 0
        # A progress bar is said once, when something else comes: of what was drawn, the last.
        self._drawn = ""

    async def follow(self) -> None:
        """Show what is there and what comes, for ever."""
        async for batch in self._log.follow():
            self._show(batch)

    def show_rest(self) -> None:
        """Show what came and was not shown yet: the last words of an app."""
        while (batch := self._log.after(self._shown)).records:
            self._show(batch)
        self._end_drawing()

    def _show(self, batch: Batch) -> None:
        self._shown += batch.skipped + len(batch.records)
        if batch.skipped:
            say(f"… {batch.skipped} lines were skipped …")
        for record in batch.records:
            if record.over:
                self._drawn = record.text.removeprefix("\r")
                continue
            self._end_drawing()
            for line in _record_lines(record):
                say(line)

    def _end_drawing(self) -> None:
        if self._drawn:
            say(self._drawn)
            self._drawn = ""


def _record_lines(record: LogRecord) -> Iterator[str]:
    if record.stream in ("stdout", "stderr"):
        yield record.text
        return
    at = time.strftime("%H:%M:%S", time.localtime(record.time))
    name = f" [{record.error_id}]" if record.error_id else ""
    yield f"{at} {record.level}{name} {record.text}"
    for frame in record.error["frames"] if record.error is not None else ():
        if frame["owner"] != "ours":
            place = f"{frame['file']}, line {frame['line']}, in {frame['function']}"
            yield f"    {place}: {frame['source'].strip()}"


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
