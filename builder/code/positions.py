"""Positions in a text: the editor counts UTF-16 units, Python code points; LSP's shapes of both."""

from __future__ import annotations

from typing import Any

__all__ = ["code_points", "range_between", "utf16_units"]


def code_points(line: str, utf16: int) -> int:
    """The column in code points of one in UTF-16 units; beyond the end of the line it is the end."""
    if utf16 <= 0:
        return 0
    return len(line.encode("utf-16-le", "surrogatepass")[: utf16 * 2].decode("utf-16-le", "ignore"))


def utf16_units(text: str) -> int:
    """How many UTF-16 units ``text`` has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def range_between(line: int, character: int, end_line: int, end_character: int) -> dict[str, Any]:
    """LSP's ``Range``: lines and UTF-16 columns from 0."""
    return {
        "start": {"line": line, "character": character},
        "end": {"line": end_line, "character": end_character},
    }
