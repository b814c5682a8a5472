"""What is wrong with a Python text, in LSP's shape: at once, by compiling it."""

from __future__ import annotations

import threading
import warnings
from typing import Any, Final

from mainspring.builder.code.positions import range_between, utf16_units

__all__ = ["MAX_CHARACTERS", "diagnostics"]

_ERROR: Final = 1
_WARNING: Final = 2
# Compiling more holds up the whole process for longer than a frame, whatever the thread.
MAX_CHARACTERS: Final = 50_000
_lock = threading.Lock()


def diagnostics(text: str) -> list[dict[str, Any]]:
    """Return the syntax error of ``text``, if it has one, else the compiler's warnings.

    Nothing for more than ``MAX_CHARACTERS``.

    Each is ``{"range", "severity", "message"}``, lines from 0, UTF-16 columns.
    """
    if len(text) > MAX_CHARACTERS:
        return []
    # The filters of warnings are the process's, not the thread's.
    with _lock, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile(text, "main.py", "exec", dont_inherit=True)
        except SyntaxError as error:
            return [_syntax_error(error, text.split("\n"))]
        except (ValueError, RecursionError, MemoryError, OverflowError) as error:
            return [_diagnostic(0, 0, 0, 1, _ERROR, f"Python can't compile this file: {error}")]
    lines = text.split("\n")
    return [
        _diagnostic(
            line := min(found.lineno, len(lines)) - 1,
            0,
            line,
            utf16_units(lines[line]),
            _WARNING,
            str(found.message),
        )
        for found in caught
        if issubclass(found.category, SyntaxWarning | DeprecationWarning)
    ]


def _syntax_error(error: SyntaxError, lines: list[str]) -> dict[str, Any]:
    """Python counts from 1, in characters; -1, 0 and ``None`` say that it doesn't know."""
    line = min(max(error.lineno or 1, 1), len(lines)) - 1
    start = max((error.offset or 1) - 1, 0)
    end_line = min(max(error.end_lineno or line + 1, line + 1), len(lines)) - 1
    end = (error.end_offset or 0) - 1
    if end_line == line and end <= start:
        end = start + 1
    return _diagnostic(
        line,
        utf16_units(lines[line][:start]),
        end_line,
        utf16_units(lines[end_line][: max(end, 0)]),
        _ERROR,
        error.msg or "?",
    )


def _diagnostic(
    line: int, character: int, end_line: int, end_character: int, severity: int, message: str
) -> dict[str, Any]:
    return {
        "range": range_between(line, character, end_line, end_character),
        "severity": severity,
        "message": message,
    }
