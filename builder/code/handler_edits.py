"""Where handlers stand in a file, and where a new one goes; no byte of the file is touched but for it.

A file that doesn't parse at the moment (someone is typing in it) is read line by line instead.
"""

from __future__ import annotations

import ast
import re
import threading
import warnings
from collections.abc import Iterator
from typing import Final

import msgspec

__all__ = ["Insertion", "Place", "find_function", "insert_function", "remove_function", "top_level_name"]

_DEF: Final = re.compile(r"(?:async[ \t]+)?def[ \t]+(\w+)")
# What may stand at the left edge while the statement above goes on.
_GOES_ON: Final = re.compile(r"[)\]}#]|\s*$")
_STRINGS: Final = re.compile(
    r"""#[^\n]*
    |'{3}(?:[^\\]|\\.)*?(?:'{3}|\Z)|"{3}(?:[^\\]|\\.)*?(?:"{3}|\Z)
    |'(?:[^\\\n]|\\.)*(?:'|$)|"(?:[^\\\n]|\\.)*(?:"|$)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_TRIPLE: Final = ("'''", '"""')
BLANK_LINES: Final = 2
_warnings_lock = threading.Lock()


class Place(msgspec.Struct, frozen=True):
    """A position, line and UTF-16 column counted from 0."""

    line: int
    character: int


class Insertion(msgspec.Struct, frozen=True):
    """A text with a function in it that it didn't have, and where its body begins after the docstring.

    ``above`` and ``below`` are the blank lines that were put around it.
    """

    text: str
    body: Place
    above: int
    below: int


def insert_function(text: str, function: str) -> Insertion:
    """Put ``function`` (source with a final newline) after the last top-level function of ``text``.

    Without one it goes to the end. ``text`` has ``\\n`` at line ends, stays as it is before and after,
    and keeps a missing final newline missing.
    """
    lines = text.split("\n")
    at = _place_for_function(text, lines)
    if not any(line.strip() for line in lines[at:]):
        # The file ends here: after its blank lines, before the emptiness that follows the last newline.
        at = len(lines) - 1 if not lines[-1].strip() else len(lines)
    before, after = lines[:at], lines[at:]
    blank_above = _count_blank(reversed(before))
    blank_below = _count_blank(iter(after))
    ends_here = blank_below == len(after)
    above = max(0, BLANK_LINES - blank_above) if len(before) > blank_above else 0
    below = 0 if ends_here else max(0, BLANK_LINES - blank_below)
    new = [""] * above + function.rstrip("\n").split("\n") + [""] * below
    # Without a newline in the last line, `after` is empty, and the file goes on ending without one.
    result = "\n".join([*before, *new, *after])
    return Insertion(result, _body_place(function, len(before) + above), above, below)


def remove_function(text: str, function: str, above: int, below: int) -> str | None:
    """Take ``function`` out of ``text`` again, with the blank lines that came with it.

    ``None``: it isn't there as it was written, or more has been made of it.
    """
    lines, block = text.split("\n"), function.rstrip("\n").split("\n")
    places = [at for at in range(len(lines)) if lines[at : at + len(block)] == block]
    if len(places) != 1:
        return None
    start = places[0]
    end = start + len(block)
    next_line = next((line for line in lines[end:] if line.strip()), "")
    line_before = next((line for line in reversed(lines[:start]) if line.strip()), "")
    # A line more in its body, or a decorator.
    if next_line[:1] in (" ", "\t") or line_before.startswith("@"):
        return None
    start -= min(above, _count_blank(reversed(lines[:start])))
    end += min(below, _count_blank(iter(lines[end:])))
    return "\n".join([*lines[:start], *lines[end:]])


def find_function(text: str, name: str) -> Place | None:
    """Where the body of the top-level function ``name`` begins, after its docstring; the last one of them.

    ``None``: there is no such function in the text itself (it may be imported).
    """
    tree = _parsed(text)
    if tree is None:
        return _find_in_lines(text, name)
    found = [node for node in _functions(tree) if node.name == name]
    if found:
        return _body_of(found[-1], text.split("\n"))
    for node in ast.walk(tree):
        # Any other way to have it as a name of the module, such as `save = partial(...)` or a class.
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name) and target.id == name:
                return Place(target.lineno - 1, 0)
    return None


def top_level_name(text: str, name: str) -> Place | None:
    """Where a module gets ``name``: in a ``def``, a class, an assignment or an import at its top level.

    The last one counts; ``None`` where there is none, or where the text doesn't parse.
    """
    tree = _parsed(text)
    found: Place | None = None
    lines = text.split("\n")
    for node in tree.body if tree is not None else ():
        line, column = 0, -1
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name == name:
                head = lines[node.lineno - 1]
                line, column = node.lineno, head.index(name, re.search(r"\b(def|class)\b", head).end())  # type: ignore[union-attr]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and target.id == name:
                    line, column = target.lineno, _points(lines[target.lineno - 1], target.col_offset)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name and alias.end_lineno is not None:
                    end = _points(lines[alias.end_lineno - 1], alias.end_col_offset or 0)
                    line, column = alias.end_lineno, end - len(name)
        if column >= 0:
            found = Place(line - 1, _utf16(lines[line - 1][:column]))
    return found


def _points(line: str, bytes_: int) -> int:
    """A column of ``ast``, which counts bytes of UTF-8, in code points."""
    return len(line.encode("utf-8", "surrogatepass")[:bytes_].decode("utf-8", "ignore"))


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _parsed(text: str) -> ast.Module | None:
    try:
        # The filters of warnings are the process's, not the thread's.
        with _warnings_lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _functions(tree: ast.Module) -> Iterator[_Function]:
    return (node for node in tree.body if isinstance(node, _Function))


def _place_for_function(text: str, lines: list[str]) -> int:
    """Before which line (from 0) a new function goes."""
    tree = _parsed(text)
    if tree is None:
        return _place_in_lines(text, lines)
    last = max((node.end_lineno or 0 for node in _functions(tree)), default=None)
    return _end_of_text(lines) if last is None else _with_own_comments(lines, last)


def _with_own_comments(lines: list[str], end: int) -> int:
    """Comments below the last statement that are indented belong to the function."""
    for index in range(end, len(lines)):
        line = lines[index]
        if line.strip() and not (line[0] in " \t" and line.lstrip().startswith("#")):
            break
        if line.strip():
            end = index + 1
    return end


def _end_of_text(lines: list[str]) -> int:
    """After the last line that holds something."""
    return len(lines) - _count_blank(reversed(lines))


def _place_in_lines(text: str, lines: list[str]) -> int:
    """As ``_place_for_function`` for text that doesn't parse: what stands at the left edge decides."""
    inside, open_from = _lines_in_strings(text)
    edges = [
        index
        for index, line in enumerate(lines)
        if index not in inside and not _GOES_ON.match(line) and line[0] not in " \t"
    ]
    if open_from is not None:
        # An open string swallows all below it; a function goes above the statement that it stands in.
        edges = [index for index in edges if index <= open_from]
        limit = edges.pop() if edges else 0
    else:
        limit = len(lines)
    starts = [index for index in edges if index < limit and _DEF.match(lines[index])]
    if not starts:
        return _end_of_text(lines[:limit])
    end = next((index for index in edges if index > starts[-1]), limit)
    return _body_end(lines, starts[-1], end, inside)


def _body_end(lines: list[str], start: int, end: int, inside: frozenset[int]) -> int:
    """After the last line of the function that begins at ``start``; the next thing begins at ``end``."""
    while end - 1 > start and end - 1 not in inside:
        line = lines[end - 1]
        # Blank lines and comments at the left edge belong to what comes next.
        if line.strip() and not line.startswith("#"):
            break
        end -= 1
    return end


def _lines_in_strings(text: str) -> tuple[frozenset[int], int | None]:
    """The lines that begin inside a string, and the line of a triple quote that is never closed."""
    inside: set[int] = set()
    for match in _STRINGS.finditer(text):
        if not match[0].startswith(_TRIPLE):
            continue
        first = text.count("\n", 0, match.start())
        if len(match[0]) < 6 or not match[0].endswith(match[0][:3]):
            return frozenset(inside), first
        inside.update(range(first + 1, first + 1 + match[0].count("\n")))
    return frozenset(inside), None


def _find_in_lines(text: str, name: str) -> Place | None:
    inside, _ = _lines_in_strings(text)
    lines = text.split("\n")
    for index in reversed(range(len(lines))):
        match = _DEF.match(lines[index]) if index not in inside else None
        if match is not None and match[1] == name:
            below = lines[index + 1] if index + 1 < len(lines) else ""
            if below.strip():
                return Place(index + 1, len(below) - len(below.lstrip()))
            return Place(index, _utf16(lines[index]))
    return None


def _body_place(function: str, start: int) -> Place:
    node = next(_functions(ast.parse(function)))
    place = _body_of(node, function.split("\n"))
    return Place(start + place.line, place.character)


def _body_of(node: _Function, lines: list[str]) -> Place:
    """The first statement after the docstring, or the docstring if there is nothing else."""
    body = node.body
    first = body[1] if len(body) > 1 and _is_docstring(body[0]) else body[0]
    line = lines[first.lineno - 1] if first.lineno <= len(lines) else ""
    before = line.encode("utf-8", "surrogatepass")[: first.col_offset].decode("utf-8", "replace")
    return Place(first.lineno - 1, _utf16(before))


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _count_blank(lines: Iterator[str]) -> int:
    count = 0
    for line in lines:
        if line.strip():
            break
        count += 1
    return count


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
