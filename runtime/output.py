"""What the app prints, logs and fails with, as records that name the event they came from.

``sys.stdout`` and ``sys.stderr`` are replaced once, so that whoever keeps a reference keeps a working one.
A line goes out when it is complete; a part of one at the end of its handler, or after 100 ms; what then
goes on with it, or is drawn over it like a progress bar, says which line it means. Lines of over a million
characters are cut and say so. ``logging`` goes through a handler on the root logger.
"""

from __future__ import annotations

import builtins
import functools
import io
import logging
import sys
import threading
import time
import uuid
import warnings
from collections.abc import Callable
from typing import Any, Final, NoReturn

from .calls import Call, current_call
from .floods import LONGEST, MOST_LINES, Floods
from .outlet import Outlet
from .protocol import Record
from .tracebacks import Sources, report, said

MAX_LINE: Final = 1024 * 1024
# Progress bars that stand below each other; more lines than a terminal has are no bars.
MAX_ROWS: Final = 40
_UP: Final = "\x1b[A"
PARTIAL_S: Final = 0.1
# So many lines within so long are a flood: more a second than the log shows of one.
FLOOD_LINES: Final = 1000
FLOOD_S: Final = 0.03
_print: Final = builtins.print


def make_record(stream: str, level: str, text: str, call: Call | None = None, **more: Any) -> Record:
    if call is None:
        return Record(time.time(), stream, level, text, **more)
    return Record(
        time.time(), stream, level, text,
        session_id=call.session_id, sequence=call.sequence, event=call.event,
        handler=call.handler, component=call.component, **more,
    )  # fmt: skip


class Stream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr``: lines become records."""

    def __init__(self, name: str, descriptor: int, output: Output) -> None:
        self._name = name
        self._descriptor = descriptor
        self._output = output
        self._parts: dict[Any, tuple[Call | None, list[str], float]] = {}  # … since when it waits
        # Where the cursor stands, for those who left it in a line that is out: how many lines back, and
        # whether at its beginning.
        self._rows: dict[Any, tuple[int, bool]] = {}
        self._sweeping = False
        self._written, self._counted_at = 0, time.monotonic()
        self._lock = threading.RLock()
        self.buffer = _Bytes(self)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        return "backslashreplace"

    @property
    def name(self) -> str:
        return f"<{self._name}>"

    def fileno(self) -> int:
        return self._descriptor

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def reconfigure(self, **_: Any) -> None:
        """Encoding and buffering are ours; taken for the sake of programs that set them."""

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not text:
            return 0
        call = current_call.get()
        key = call or threading.get_ident()
        self._output.floods.pass_on()
        self.take(key, call, text)
        self._written += 1
        if self._written == FLOOD_LINES:
            now = time.monotonic()
            if now - self._counted_at < FLOOD_S:
                self._output.floods.begin(key, call)
            self._counted_at, self._written = now, 0
        return len(text)

    def take(self, key: Any, call: Call | None, text: str) -> None:
        """Turn ``text`` into records, its last line when that ends or has waited long enough."""
        with self._lock:
            if "\n" not in text:
                if (found := self._parts.get(key)) is None:
                    self._hold(key, call, text)
                    return
                held = found[1]
                held.append(text)
                if len(held) > 256 or len(text) > MAX_LINE:
                    joined = "".join(held)
                    held[:] = [joined[: MAX_LINE + 1]]
                return
            _, held, _ = self._parts.pop(key, (call, [], 0.0))
            *lines, rest = ("".join(held) + text).split("\n")
            for line in lines:
                self._emit(key, line, call, ended=True)
            if rest:
                self._hold(key, call, rest)

    def _hold(self, key: Any, call: Call | None, text: str) -> None:
        self._parts[key] = (call, [text], time.monotonic())
        if not self._sweeping:
            self._sweeping = True
            self._output.later(PARTIAL_S, self._sweep)

    def _sweep(self) -> None:
        """Send the parts that have waited long enough, not those of lines that are just being written."""
        with self._lock:
            due = time.monotonic() - PARTIAL_S / 2
            for key in [key for key, (_, _, since) in self._parts.items() if since < due]:
                self._send_part(key)
            self._sweeping = bool(self._parts)
            if self._sweeping:
                self._output.later(PARTIAL_S, self._sweep)

    def flush(self) -> None:
        """Lines are sent as they come; a part of one waits for its rest, for 100 ms at most."""

    def finish(self, key: Any) -> None:
        """Whoever wrote under ``key`` writes no more: send the part of a line that stands there."""
        with self._lock:
            self._send_part(key)
            self._rows.pop(key, None)

    def _send_part(self, key: Any) -> None:
        call, held, _ = self._parts.pop(key, (None, [], 0.0))
        if held:
            self._emit(key, "".join(held), call, ended=False)

    def _emit(self, key: Any, text: str, call: Call | None, *, ended: bool) -> None:
        """Send ``text``, which is a whole line, or what was written of one so far."""
        text = text.removesuffix("\r") if ended else text
        at = self._rows.pop(key, None)
        if at is None and ended and _UP not in text:
            self._record(text.rpartition("\r")[2], call)
            return
        back, returned = at or (0, False)
        *above, text = text.split(_UP)
        for piece in above:
            back, returned = self._draw(piece, call, back, returned)
            back = min(back + 1, MAX_ROWS)
        back, returned = self._draw(text, call, back, returned, empty=ended)
        if ended:
            back, returned = back - 1, True
        if back > 0:
            self._rows[key] = (back, returned)

    def _draw(
        self, text: str, call: Call | None, back: int, returned: bool, *, empty: bool = False
    ) -> tuple[int, bool]:
        """Write at the line ``back`` lines up, where 0 is a new one; return where the cursor is then."""
        if not text and (back or not empty):
            return back, returned
        over = returned or "\r" in text
        returned = text.endswith("\r")
        text = text.removesuffix("\r").rpartition("\r")[2]
        if not back:
            self._record(text, call)
            return 1, returned
        if text:
            self._record(f"\r{text}" if over else text, call, back)
            return back, returned
        return back, over

    def _record(self, line: str, call: Call | None, over: int = 0) -> None:
        if len(line) > MAX_LINE:
            line = f"{line[:MAX_LINE]}… ({len(line) - MAX_LINE:,} more characters)"
        level = "info" if self._name == "stdout" else "warning"
        self._output.outlet.record(make_record(self._name, level, line, call, over=over))


class _Bytes(io.RawIOBase):
    """``sys.stdout.buffer``: bytes are text in UTF-8."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()

    def write(self, data: Any) -> int:
        view = bytes(data)
        self._stream.write(view.decode("utf-8", "backslashreplace"))
        return len(view)


class Output:
    """All ways by which the app says something."""

    def __init__(
        self, outlet: Outlet, sources: Sources, later: Callable[[float, Callable[[], None]], None]
    ) -> None:
        self.outlet = outlet
        self.sources = sources
        self.later = later
        self._streams = (Stream("stdout", 1, self), Stream("stderr", 2, self))
        self.floods = Floods(self._streams[0].take, outlet.leave_out, later)

    def install(self) -> None:
        sys.stdout, sys.stderr = self._streams
        handler = _LogHandler(self)
        logging.getLogger().addHandler(handler)
        _keep_basic_config(handler)
        logging.captureWarnings(False)
        warnings.showwarning = self._show_warning  # type: ignore[assignment]
        threading.excepthook = self._thread_failed
        sys.unraisablehook = self._unraisable
        builtins.input = _no_input
        builtins.print = _make_print(self._streams[0], self.floods)

    def finish(self, call: Call) -> None:
        """A handler has ended: send what it printed that is still held."""
        self.floods.end(call)
        self.floods.pass_on()
        for stream in self._streams:
            if stream._parts or stream._rows:
                stream.finish(call)

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
            make_record("error", "error", message, call or current_call.get(), error_id=error_id, error=found)
        )
        return error_id

    def say(self, level: str, text: str, call: Call | None = None) -> None:
        """A word of ours in the app's log."""
        self.record(make_record("system", level, text, call or current_call.get()))

    def _show_warning(self, message: Any, category: Any, filename: str, lineno: int, *_: Any) -> None:
        text = f"{category.__name__}: {message} ({self.sources.shown(filename)}, line {lineno})"
        self.record(make_record("logging", "warning", text, current_call.get(), logger="py.warnings"))

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
            make_record(
                "logging", level, text[:MAX_LINE], current_call.get(), logger=record.name, error=error
            )
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
