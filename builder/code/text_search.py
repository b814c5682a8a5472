"""Search and replace in texts, line by line: what to look for, where it stands, what a line becomes.

Regular expressions are Python's; in what replaces them ``$1``, ``${name}`` and ``$&`` stand for what was
found, ``$$`` for a dollar, ``\\n`` and ``\\t`` for a new line and a tab.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from mainspring.builder.code.positions import utf16_units

__all__ = ["BadQuery", "FoundLine", "Query", "file_filter", "find_lines", "pattern_of", "replacer_of"]

MAX_PATTERN: Final = 1_000
# What is shown of a line: a minified file has one line.
MAX_SHOWN: Final = 240
_BEFORE: Final = 40
_FILLED: Final = re.compile(r"\$(?:(\d{1,2})|\{(\w+)\}|(&)|(\$))|\\(n|t|\\)")


class BadQuery(Exception):
    """It can't be looked for; the text says why."""


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to look for.

    Attributes:
        case: Whether small and large letters differ.
        word: Whether it must be a whole word.
        files: Patterns of paths, such as ``*.py, pages/*``; empty for all.
        replacement: ``None`` while nothing is to be replaced.
    """

    text: str
    regex: bool = False
    case: bool = False
    word: bool = False
    files: str = ""
    replacement: str | None = None


class FoundLine(msgspec.Struct, frozen=True):
    """A line in which it stands.

    Attributes:
        line: From 1.
        character: UTF-16 column of the first place, from 0.
        text: The line, or of a long one what stands around the first place.
        spans: Begin and end of each place in ``text``, in UTF-16 units.
        inserted: What replaces each of them; empty without a replacement.
    """

    line: int
    character: int
    text: str
    spans: tuple[tuple[int, int], ...]
    inserted: tuple[str, ...]


def pattern_of(query: Query) -> re.Pattern[str]:
    """Raises:
    BadQuery: It is too long, or no regular expression.
    """
    if len(query.text) > MAX_PATTERN:
        raise BadQuery(f"What is looked for is longer than {MAX_PATTERN:,} characters.")
    source = query.text if query.regex else re.escape(query.text)
    if query.word:
        source = rf"(?<!\w)(?:{source})(?!\w)"
    try:
        return re.compile(source, 0 if query.case else re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadQuery(f"This is no regular expression: {error}.") from None


def replacer_of(query: Query, pattern: re.Pattern[str]) -> Callable[[re.Match[str]], str] | None:
    """What a place becomes; ``None`` if nothing is to be replaced.

    Raises:
        BadQuery: The replacement names a group that the regular expression doesn't have.
    """
    template = query.replacement
    if template is None:
        return None
    if not query.regex:
        return lambda _: template
    for each in _FILLED.finditer(template):
        number, name = each[1], each[2]
        if number is not None and int(number) > pattern.groups:
            raise BadQuery(f"The regular expression has no group {number}; it has {pattern.groups}.")
        if name is not None and name not in pattern.groupindex:
            raise BadQuery(f"The regular expression has no group named {name}.")

    def fill(part: re.Match[str], found: re.Match[str]) -> str:
        if part[1] is not None:
            return found[int(part[1])] or ""
        if part[2] is not None:
            return found[part[2]] or ""
        if part[3] is not None:
            return found[0]
        return "$" if part[4] is not None else {"n": "\n", "t": "\t", "\\": "\\"}[part[5]]

    return lambda found: _FILLED.sub(lambda part: fill(part, found), template)


def file_filter(query: Query) -> Callable[[str], bool]:
    """Whether a path is meant by ``query.files``; a pattern without ``/`` means the file's name."""
    patterns = [each.strip() for each in query.files.split(",") if each.strip()]

    def is_meant(path: str) -> bool:
        name = path.rpartition("/")[2]
        return any(
            fnmatch.fnmatchcase(path, each)
            or fnmatch.fnmatchcase(path, f"{each.rstrip('/')}/*")
            or ("/" not in each and fnmatch.fnmatchcase(name, each))
            for each in patterns
        )

    return is_meant if patterns else lambda _: True


def find_lines(
    text: str, pattern: re.Pattern[str], replacer: Callable[[re.Match[str]], str] | None
) -> Iterator[tuple[FoundLine, str]]:
    """Give the lines in which it stands, each with what it becomes (itself without a replacement)."""
    for number, line in enumerate(text.split("\n"), 1):
        # What is empty, such as of `x*`, is no place.
        found = [match for match in pattern.finditer(line) if match.end() > match.start()]
        if not found:
            continue
        inserted = [replacer(match) for match in found] if replacer is not None else []
        yield _shown(number, line, found, inserted), _changed(line, found, inserted)


def _changed(line: str, found: list[re.Match[str]], inserted: list[str]) -> str:
    parts, at = list[str](), 0
    for match, new in zip(found, inserted, strict=False):
        parts += [line[at : match.start()], new]
        at = match.end()
    return "".join([*parts, line[at:]])


def _shown(number: int, line: str, found: list[re.Match[str]], inserted: list[str]) -> FoundLine:
    first = found[0].start()
    start = max(0, first - _BEFORE) if len(line) > MAX_SHOWN else 0
    text = line[start : start + MAX_SHOWN]
    seen = [match for match in found if match.start() < start + len(text)]
    return FoundLine(
        number,
        utf16_units(line[:first]),
        text,
        tuple(
            (utf16_units(line[start : match.start()]), utf16_units(line[start : match.end()][:MAX_SHOWN]))
            for match in seen
        ),
        tuple(new[:MAX_SHOWN] for new in inserted[: len(seen)]),
    )
