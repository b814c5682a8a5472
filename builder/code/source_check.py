"""Whether an app's sources can be compiled, without running any of them.

Whatever is wrong becomes an ``ErrorReport`` like those of the runtime, with file, line and columns.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
from mainspring.runtime.protocol import ErrorReport, TraceFrame

__all__ = ["MAIN_FILE", "SourceText", "first_error", "read_sources"]

MAIN_FILE: Final = "main.py"

# Compiling holds the interpreter's lock, 1 to 2 ms for each KB: larger files are left to the new runtime.
MAX_CHECKED_BYTES: Final = 64 * 1024
MAX_SOURCE_CHARACTERS: Final = 1_000


class SourceText(msgspec.Struct, frozen=True):
    """A file as it was read; ``problem`` says why ``data`` is empty if it couldn't be."""

    path: str
    data: bytes
    digest: str
    problem: ErrorReport | None = None


def read_sources(app_path: Path, paths: Iterable[str]) -> tuple[SourceText, ...]:
    """Read main.py and then ``paths`` (relative to the app); what can't be read is part of the answer."""
    return tuple(_read(app_path, path) for path in dict.fromkeys((MAIN_FILE, *paths)))


def first_error(sources: Iterable[SourceText]) -> ErrorReport | None:
    """Return what is wrong with the first source that can't be compiled, or ``None``.

    Only main.py must be there; another file that is gone may not be needed any more.
    """
    for source in sources:
        if source.problem is not None:
            if source.path == MAIN_FILE:
                return source.problem
        elif source.path.endswith(".py") and len(source.data) <= MAX_CHECKED_BYTES:
            report = _syntax_error(source)
            if report is not None:
                return report
    return None


def _read(app_path: Path, path: str) -> SourceText:
    try:
        data = _regular_bytes(app_path / path)
    except OSError as error:
        report = ErrorReport(type(error).__name__, _reading_problem(path, error), (_frame(path, 1, None),))
        return SourceText(path, b"", type(error).__name__, report)
    return SourceText(path, data, hashlib.sha256(data).hexdigest())


def _regular_bytes(file: Path) -> bytes:
    """Read a file that ends: a named pipe would wait for its other end, a device go on for ever."""
    with open(file, "rb", opener=_without_waiting) as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return opened.read()


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _reading_problem(path: str, error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return f"{path} is missing: create it, even empty, in the app's folder"
        case IsADirectoryError():
            return f"{path} is a folder; it must be a file"
        case PermissionError():
            return f"{path} can't be read: its permissions don't allow it"
    return f"{path} can't be read: {error.strerror or error}"


def _syntax_error(source: SourceText) -> ErrorReport | None:
    data = source.data
    if (zero := data.find(b"\0")) >= 0:
        message = f"{source.path} holds a NUL byte: is it UTF-16, or no text? Save it as UTF-8"
        return ErrorReport("SyntaxError", message, (_frame(source.path, _line_at(data, zero), None, data),))
    try:
        with warnings.catch_warnings():
            # They are shown when the app runs; here they would be repeated at every save.
            warnings.simplefilter("ignore")
            compile(data, source.path, "exec", dont_inherit=True)
    except SyntaxError as error:
        if "unicode error" in error.msg and (report := _encoding_error(source)):
            return report
        frame = _frame(source.path, error.lineno or 1, error, data)
        return ErrorReport(type(error).__name__, error.msg, (frame,))
    except (MemoryError, RecursionError):
        message = f"{source.path} is nested too deeply to be compiled"
        return ErrorReport("SyntaxError", message, (_frame(source.path, 1, None),))
    return None


def _encoding_error(source: SourceText) -> ErrorReport | None:
    try:
        source.data.decode()
    except UnicodeDecodeError as error:
        line = _line_at(source.data, error.start)
        message = (
            f"{source.path} is not UTF-8: byte {source.data[error.start]:#x} in line {line}. "
            "Save it as UTF-8, or name its encoding on top, such as # coding: latin-1"
        )
        return ErrorReport("SyntaxError", message, (_frame(source.path, line, None, source.data),))
    return None


def _line_at(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _frame(path: str, line: int, error: SyntaxError | None, data: bytes = b"") -> TraceFrame:
    column = end_line = end_column = None
    if error is not None and error.offset:
        column = error.offset - 1
        if error.end_lineno and error.end_offset and error.end_offset > 0:
            end_line, end_column = error.end_lineno, error.end_offset - 1
    # Not error.text: at an unclosed bracket it is another line than the one that is named.
    lines = data.split(b"\n", line)
    text = (
        lines[line - 1].decode("utf-8", "replace").rstrip("\r")[:MAX_SOURCE_CHARACTERS]
        if len(lines) >= line
        else ""
    )
    return TraceFrame(path, line, end_line, column, end_column, "<module>", text, "app")
