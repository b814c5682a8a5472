"""What the app prints, logs and fails with, as records that name the event they came from.

``sys.stdout`` and ``sys.stderr`` are replaced once, so that whoever keeps a reference keeps a working one
(``streams``). ``logging`` goes through a handler on the root logger.
"""

from __future__ import annotations

import builtins
import functools
import io
import logging
import sys
import threading
import uuid
import warnings
from collections.abc import Callable
from typing import Any, Final, NoReturn

from .calls import Call, current_call, said_for
from .floods import LONGEST, MOST_LINES, Floods
from .outlet import Outlet
from .protocol import Record
from .streams import MAX_LINE, Stream, make_record
from .threads import install as follow_threads
from .tracebacks import Sources, report, said

_print: Final = builtins.print


class Output:
    """All ways by which the app says something."""

    def __init__(
        self, outlet: Outlet, sources: Sources, later: Callable[[float, Callable[[], None]], None]
    ) -> None:
        self.outlet = outlet
        self.sources = sources
        self.floods = Floods(
            lambda key, call, text: self._streams[0].take(key, call, text), outlet.leave_out, later
        )
        self._streams = (
            Stream("stdout", 1, outlet, self.floods, later),
            Stream("stderr", 2, outlet, self.floods, later),
        )

    def install(self) -> None:
        sys.stdout, sys.stderr = self._streams
        handler = _LogHandler(self)
        logging.getLogger().addHandler(handler)
        _keep_basic_config(handler)
        logging.captureWarnings(False)
        warnings.showwarning = self._show_warning  # type: ignore[assignment]
        threading.excepthook = self._thread_failed
        follow_threads(self.finish)
        sys.unraisablehook = self._unraisable
        builtins.input = _no_input
        builtins.print = _make_print(self._streams[0], self.floods)

    def finish(self, key: Call | int) -> None:
        """A handler has ended, or a thread that one started: send what it printed that is still held."""
        self.floods.end(key)
        self.floods.pass_on()
        for stream in self._streams:
            if stream._parts or stream._rows:
                stream.finish(key)

    def record(self, record: Record) -> None:
        """Log ``record`` after all that was printed before it."""
        self.floods.pass_on()
        self.outlet.record(record)

    def failed(self, error: BaseException, text: str = "", call: Call | None = None) -> str:
        """Log ``error`` with its traceback; return the id under which the log has it."""
        error_id = uuid.uuid4().hex[:8]
        try:
            found = report(error, self.sources)
        except Exception:  # A report that fails must not hide what failed.
            found = None
        message = text or f"{type(error).__qualname__}: {said(error)}"
        self.record(
            make_record("error", "error", message, call or said_for(), error_id=error_id, error=found)
        )
        return error_id

    def say(self, level: str, text: str, call: Call | None = None) -> None:
        """A word of ours in the app's log."""
        self.record(make_record("system", level, text, call or said_for()))

    def _show_warning(self, message: Any, category: Any, filename: str, lineno: int, *_: Any) -> None:
        text = f"{category.__name__}: {message} ({self.sources.shown(filename)}, line {lineno})"
        self.record(make_record("logging", "warning", text, said_for(), logger="py.warnings"))

    def _thread_failed(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is None or args.exc_type is SystemExit:
            return
        name = args.thread.name if args.thread is not None else "a thread"
        self.failed(args.exc_value, f"{name} ended with {args.exc_type.__qualname__}: {said(args.exc_value)}")

    def _unraisable(self, args: Any) -> None:
        if args.exc_value is not None:
            self.failed(args.exc_value, f"{args.err_msg or 'Exception ignored in'} {args.object!r:.200}")


class _LogHandler(logging.Handler):
    def __init__(self, output: Output) -> None:
        super().__init__()
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = record.getMessage()
        except Exception as misfit:
            text = f"{record.msg!r:.1000} (its arguments don't fit: {said(misfit)})"
        number = record.levelno
        level = next((name for floor, name in _LEVELS if number >= floor), "debug")
        error = None
        if record.exc_info and record.exc_info[1] is not None:
            error = report(record.exc_info[1], self._output.sources)
        self._output.record(
            make_record("logging", level, text[:MAX_LINE], said_for(), logger=record.name, error=error)
        )


_LEVELS: Final = ((50, "critical"), (40, "error"), (30, "warning"), (20, "info"))


def _keep_basic_config(handler: logging.Handler) -> None:
    """Let ``logging.basicConfig(level=…)`` work: it does nothing where the root has a handler already."""
    original = logging.basicConfig

    def basic_config(**options: Any) -> None:
        root = logging.getLogger()
        root.removeHandler(handler)
        before = list(root.handlers)
        try:
            original(**options)
        finally:
            if not options.keys() & {"filename", "stream", "handlers"}:
                for added in [each for each in root.handlers if each not in before]:
                    root.removeHandler(added)
            root.addHandler(handler)

    logging.basicConfig = basic_config


def _make_print(stdout: Stream, floods: Floods) -> Callable[..., None]:
    current, thread, gathering = current_call.get, threading.get_ident, floods.gathering

    @functools.wraps(_print)
    def print_whole(*values: object, file: Any = None, flush: bool = False, **how: Any) -> None:
        out = sys.stdout
        if file is not None or not isinstance(out, Stream):
            _print(*values, file=file, flush=flush, **how)
            return
        if gathering and out is stdout and not how:
            lines = gathering.get(current() or thread())
            if lines is not None and len(lines) < MOST_LINES:
                line = f"{' '.join(map(str, values))}\n"
                if len(line) <= LONGEST:
                    lines.append(line)
                    return
        # It writes word by word: whoever is interrupted in between for long would tear the line.
        whole = io.StringIO()
        _print(*values, file=whole, **how)
        out.write(whole.getvalue())

    return print_whole


def _no_input(prompt: object = "") -> NoReturn:
    if prompt:
        sys.stdout.write(f"{prompt}\n")
    raise EOFError(
        "input() has nobody to ask here: put a text input on the page and take its payload in a handler"
    )
