"""Bytes of an output descriptor as lines of text: whatever they are, however they come."""

from __future__ import annotations

import codecs
from typing import Final

__all__ = ["LineCutter"]

MAX_LINE_BYTES: Final = 64 * 1024


class LineCutter:
    """Cuts a stream at its newlines and decodes it as UTF-8; what isn't UTF-8 becomes ``\\ufffd``.

    A line of more than 64 KB is given out up to there, with a mark, as soon as that much has come; when it
    ends, a line says how much was left out. So memory is bounded, whatever is written.
    """

    def __init__(self, max_line_bytes: int = MAX_LINE_BYTES) -> None:
        self._max = max_line_bytes
        self._rest = bytearray()
        self._left_out: int | None = None  # bytes, while the end of a cut line is awaited
        self._begun = False  # whether the part before of this line was given out already

    def feed(self, data: bytes) -> list[str]:
        """Return the lines that ``data`` completes, without their ends; slicing does not matter."""
        lines: list[str] = []
        if self._left_out is not None:
            end = data.find(b"\n")
            self._left_out += len(data) if end < 0 else end
            if end < 0:
                return lines
            self._finish_cut(lines)
            data = data[end + 1 :]
        end = data.rfind(b"\n")
        if end < 0:
            self._rest += data
        else:
            whole = bytes(self._rest) + data[:end]
            begun, self._begun = self._begun, False
            self._rest[:] = data[end + 1 :]
            # A newline is never part of another character, so the block can be decoded at once.
            for line in whole.decode("utf-8", "replace").split("\n"):
                if len(line) > self._max // 4 and len(encoded := line.encode()) > self._max:
                    lines.append(self._cut(encoded))
                    self._left_out = len(encoded) - self._max
                    self._finish_cut(lines)
                else:
                    lines.append(line.removesuffix("\r"))
            if begun and not lines[0]:
                del lines[0]  # the end of a line whose text is out
        if len(self._rest) > self._max:
            lines.append(self._cut(self._rest))
            self._left_out = len(self._rest) - self._max
            self._rest.clear()
        return lines

    @property
    def waits(self) -> bool:
        """Whether there is a part of a line that nobody has seen."""
        return bool(self._rest)

    def take_part(self) -> list[str]:
        """Return what stands there without a newline, if anything; the line goes on in the next one."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        text = decoder.decode(bytes(self._rest))
        self._rest[:] = decoder.getstate()[0]  # a character of which some bytes are still to come
        if not text:
            return []
        self._begun = True
        return [text.removesuffix("\r")]

    def end(self) -> list[str]:
        """The stream is over: return what stands there without a newline."""
        lines: list[str] = []
        if self._left_out is not None:
            self._finish_cut(lines)
        elif self._rest:
            lines.append(bytes(self._rest).decode("utf-8", "replace").removesuffix("\r"))
        self._rest.clear()
        return lines

    def _cut(self, line: bytes | bytearray) -> str:
        return bytes(line[: self._max]).decode("utf-8", "replace") + f" … [cut after {self._max:,} bytes]"

    def _finish_cut(self, lines: list[str]) -> None:
        lines.append(f"[{self._left_out:,} more bytes of that line were left out]")
        self._left_out = None
