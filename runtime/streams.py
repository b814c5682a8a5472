"""``sys.stdout`` and ``sys.stderr`` of the app: lines become records that name the event they came from.

A line goes out when it is complete; a part of one at the end of its handler, or after 100 ms; what then goes
on with it, or is drawn over it like a progress bar, says which line it means. Lines of over a million
characters are cut and say so.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from .calls import Call, current_call, said_for
from .floods import Floods
from .outlet import Outlet
from .protocol import Record

# Longer ones are several records, of which each but the first begins with "... ".
MAX_LINE: Final = 1024 * 1024
# A line that comes in parts is no longer than this; then it goes on in a new one.
LONG_LINE: Final = 64 * 1024
# Progress bars that stand below each other; more lines than a terminal has are no bars.
MAX_ROWS: Final = 40
_UP: Final = "\x1b[A"
PARTIAL_S: Final = 0.1
# So many lines within so long are a flood: more a second than the log shows of one.
FLOOD_LINES: Final = 1000
FLOOD_S: Final = 0.03


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

    def __init__(
        self,
        name: str,
        descriptor: int,
        outlet: Outlet,
        floods: Floods,
        later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self._name = name
        self._descriptor = descriptor
        self._outlet = outlet
        self._floods = floods
        self._later = later
        self._parts: dict[Any, tuple[Call | None, list[str], float]] = {}  # … since when it waits
        # Where the cursor stands, for those who left it in a line that is out: how many lines back, and
        # whether at its beginning.
        self._rows: dict[Any, tuple[int, bool, int]] = {}
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
        # Two threads of one event write lines of their own.
        call = said_for()
        key = current_call.get() or threading.get_ident()
        self._floods.pass_on()
        self.take(key, call, text)
        self._written += 1
        # Two threads may have counted at once and gone past it.
        if self._written >= FLOOD_LINES:
            now = time.monotonic()
            if now - self._counted_at < FLOOD_S:
                self._floods.begin(key, call)
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
                    held[:] = ["".join(held)]
                    if len(held[0]) > MAX_LINE:
                        self._send_part(key)
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
            self._later(PARTIAL_S, self._sweep)

    def _sweep(self) -> None:
        """Send the parts that have waited long enough, not those of lines that are just being written."""
        with self._lock:
            due = time.monotonic() - PARTIAL_S / 2
            for key in [key for key, (_, _, since) in self._parts.items() if since < due]:
                self._send_part(key)
            self._sweeping = bool(self._parts)
            if self._sweeping:
                self._later(PARTIAL_S, self._sweep)

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
        back, returned, length = at or (0, False, 0)
        goes_on = back > 0 and not (returned or "\r" in text or _UP in text)
        if goes_on and length + len(text) > LONG_LINE:
            # Whoever shows it would have to hold a line without end.
            back, text, goes_on = 0, f"... {text}", False
        *above, text = text.split(_UP)
        for piece in above:
            back, returned = self._draw(piece, call, back, returned)
            back = min(back + 1, MAX_ROWS)
        back, returned = self._draw(text, call, back, returned, empty=ended)
        if ended:
            back, returned = back - 1, True
        if back > 0:
            self._rows[key] = (back, returned, len(text) + (length if goes_on else 0))

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
        level = "info" if self._name == "stdout" else "warning"
        self._outlet.record(make_record(self._name, level, line[:MAX_LINE], call, over=over))
        for at in range(MAX_LINE, len(line), MAX_LINE):
            rest = f"... {line[at : at + MAX_LINE]}"
            self._outlet.record(make_record(self._name, level, rest, call))


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
