"""Search in all files of an app, as editors show them, in a process of its own.

Nothing stops a regular expression that takes for ever, nor lets anybody else run meanwhile, so it must be
one that can be ended: ``python -P -m mainspring.builder.code.app_search`` reads what is asked on stdin and
writes what it found on stdout.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.code.short_process import SaidTooMuch, TookTooLong, converse
from mainspring.builder.code.source import FileProblem, PathRefused, Source
from mainspring.builder.code.text_search import (
    BadQuery,
    FoundLine,
    Query,
    file_filter,
    find_lines,
    pattern_of,
    replacer_of,
)

__all__ = ["Found", "FoundFile", "Replaced", "search_app"]

LIMIT_S: Final = 10.0
MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024
# More is no list that anybody reads, and no replacement that anybody has looked at.
MAX_LINES: Final = 2_000


class Replaced(msgspec.Struct, frozen=True):
    """A file's text on disk, as an editor shows it, and as it shall be."""

    on_disk: str
    shown: str
    after: str


class FoundFile(msgspec.Struct, frozen=True):
    """A file in which it stands. ``digest`` names its bytes on disk."""

    path: str
    lines: tuple[FoundLine, ...]
    digest: str
    replaced: Replaced | None = None


class Found(msgspec.Struct, frozen=True):
    """``complete``: there are no more than ``MAX_LINES``. ``problem`` says why nothing was looked for."""

    files: tuple[FoundFile, ...] = ()
    complete: bool = True
    problem: str = ""


class _Asked(msgspec.Struct, frozen=True):
    root: str
    query: Query
    buffers: dict[str, str]
    without: list[tuple[str, int]]


async def search_app(
    root: Path, query: Query, buffers: dict[str, str], without: list[tuple[str, int]]
) -> Found:
    """Return where it stands, file by file in the order of the app's list.

    Args:
        buffers: Path to text of what editors show and haven't saved.
        without: Files and lines (from 1) that a replacement leaves as they are.

    Raises:
        BadQuery: It can't be looked for, or not in time.
    """
    asked = msgspec.json.encode(_Asked(str(root), query, buffers, without))
    call = (sys.executable, "-P", "-m", "mainspring.builder.code.app_search")
    try:
        said = await converse(call, asked, limit_s=LIMIT_S, max_bytes=MAX_ANSWER_BYTES)
    except TookTooLong:
        raise BadQuery(
            f"The search took more than {LIMIT_S:g} s. Look for something simpler, or in fewer files."
        ) from None
    except (SaidTooMuch, OSError) as error:
        raise BadQuery(f"The search failed: {error or 'it found too much'}.") from None
    if said.status != 0:
        raise BadQuery("The search failed: its process ended.")
    found = msgspec.json.decode(said.output, type=Found)
    if found.problem:
        raise BadQuery(found.problem)
    return found


def main() -> None:
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=_Asked)
    try:
        found = _search(asked)
    except BadQuery as error:
        found = Found(problem=str(error))
    sys.stdout.buffer.write(msgspec.json.encode(found))


def _search(asked: _Asked) -> Found:
    pattern = pattern_of(asked.query)
    replacer = replacer_of(asked.query, pattern)
    is_meant = file_filter(asked.query)
    source = Source(Path(asked.root))
    left = set(asked.without)
    files: list[FoundFile] = []
    room = MAX_LINES
    for path in dict.fromkeys([*(file.path for file in source.list()), *asked.buffers]):
        if not is_meant(path):
            continue
        try:
            file = source.read(path)
        except (FileProblem, PathRefused):
            # A picture, a socket, a database: nothing that is searched for text.
            continue
        shown = asked.buffers.get(path, file.text)
        lines = shown.split("\n")
        found: list[FoundLine] = []
        complete = True
        for line, after in find_lines(shown, pattern, replacer):
            if len(found) == room:
                complete = False
                break
            found.append(line)
            if (path, line.line) not in left:
                lines[line.line - 1] = after
        if found:
            changed = None if replacer is None else Replaced(file.text, shown, "\n".join(lines))
            files.append(FoundFile(path, tuple(found), file.digest, changed))
        if not complete:
            return Found(tuple(files), complete=False)
        room -= len(found)
    return Found(tuple(files))


if __name__ == "__main__":
    main()
