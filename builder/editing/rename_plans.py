"""What a rename is asked to do, and would do: shapes for its preview and for what writes it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from mainspring.builder.code.positions import code_points
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.text_changes import Buffer, SavedFile, TextChange
from mainspring.builder.web.access import RequestRefused

__all__ = [
    "Asked",
    "Change",
    "ChangedLine",
    "Done",
    "FilePlan",
    "LinkPlan",
    "Place",
    "Plan",
    "change_of",
    "files_of",
    "fingerprint_of",
    "without",
]


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``line`` counts from 1."""

    path: str
    line: int


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """What to rename: the name at a place of the code (LSP's position), a handler as links call it, a
    component of ``page``, or a module or package (``file``, its path).

    Attributes:
        new_name: Empty while nobody has typed one: what is there is shown then. Of a file, its new path.
        buffers: Unsaved files; those that the rename changes are saved with it.
        plan: To carry it out: what ``Plan.fingerprint`` said of the preview.
        leave: To carry it out: lines that could be changed and shall not be.
    """

    new_name: str
    path: str = ""
    line: int = 0
    character: int = 0
    handler: str = ""
    component: str = ""
    page: str = ""
    file: str = ""
    buffers: dict[str, Buffer] = {}
    plan: str = ""
    leave: tuple[Place, ...] = ()


class ChangedLine(msgspec.Struct, frozen=True):
    """``line`` counts from 1. ``sure``: of one that can be left out, whether it surely belongs to it."""

    line: int
    before: str
    after: str
    sure: bool | None = None


class FilePlan(msgspec.Struct, frozen=True):
    """``unsaved``: what an editor shows is saved along with it."""

    path: str
    lines: tuple[ChangedLine, ...]
    unsaved: bool


class LinkPlan(msgspec.Struct, frozen=True):
    """A link, or, of a component that names another one, its field or event."""

    page: str
    component: str
    event: str
    before: str
    after: str


class Plan(msgspec.Struct, frozen=True):
    """A rename as people look at it.

    Attributes:
        left: Places that mention the word and stay, as LSP's locations.
        fingerprint: Names what would be written, to the byte, if no line is left out.
        elsewhere: Whether more is concerned than a component's own page.
        notes: What could not be searched, in words.
    """

    name: str
    new_name: str
    files: tuple[FilePlan, ...]
    links: tuple[LinkPlan, ...]
    left: tuple[dict[str, Any], ...]
    fingerprint: str
    elsewhere: bool = True
    notes: tuple[str, ...] = ()


class Done(msgspec.Struct, frozen=True):
    """What stands in the files now; ``number`` names the rename for ``Renames.undo``.

    ``moved``: files that have another path, before and after; ``files`` has the one after.
    """

    number: int
    files: tuple[SavedFile, ...]
    pages: tuple[str, ...]
    moved: tuple[tuple[str, str], ...] = ()


class Change(TextChange, frozen=True):
    lines: tuple[ChangedLine, ...] = ()


async def change_of(
    site: EditingSite,
    path: str,
    edits: Sequence[dict[str, Any]],
    digest: str,
    buffer: Buffer | None,
    sure: Mapping[int, bool] | None = None,
) -> Change:
    """What LSP's ``edits`` do to a file as it was read (``digest``), or to what an editor shows of it.

    Args:
        sure: By line from 0, of lines that can be left out.

    Raises:
        RequestRefused: It is not the same file any more.
    """
    file = await site.files.read(path)
    base = digest if buffer is None else buffer.base_digest
    if file.digest != base or file.digest != digest:
        raise RequestRefused(
            409, "changed", f"{path} has changed on disk meanwhile. Choose a version in the code first."
        )
    shown = file.text if buffer is None else buffer.text.replace("\r\n", "\n")
    after = _edited(shown, edits)
    return Change(path, file.text, shown, after, file.digest, _lines(shown, after, edits, sure or {}))


def without(changes: Iterable[Change], places: Iterable[Place]) -> Iterator[Change]:
    """``changes`` without these lines, as far as they can be left out; unchanged files are gone."""
    left = {(place.path, place.line) for place in places}
    for change in changes:
        after, lines = change.after.split("\n"), []
        for line in change.lines:
            if line.sure is not None and (change.path, line.line) in left:
                after[line.line - 1] = line.before
            else:
                lines.append(line)
        if lines:
            yield msgspec.structs.replace(change, after="\n".join(after), lines=tuple(lines))


def files_of(changes: Iterable[Change]) -> tuple[FilePlan, ...]:
    """``changes`` as people look at them."""
    return tuple(FilePlan(change.path, change.lines, change.shown != change.on_disk) for change in changes)


def fingerprint_of(changes: Iterable[Change], links: Iterable[LinkPlan]) -> str:
    """Names ``changes`` and ``links`` to the byte."""
    written = msgspec.json.encode([list(changes), list(links)])
    return hashlib.sha256(written).hexdigest()


def _edited(text: str, edits: Sequence[dict[str, Any]]) -> str:
    """``text`` with LSP's text edits, none of which goes over a line's end."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda edit: _start(edit), reverse=True):
        number = edit["range"]["start"]["line"]
        line = lines[number]
        start = code_points(line, edit["range"]["start"]["character"])
        end = code_points(line, edit["range"]["end"]["character"])
        lines[number] = line[:start] + edit["newText"] + line[end:]
    return "\n".join(lines)


def _start(edit: dict[str, Any]) -> tuple[int, int]:
    return edit["range"]["start"]["line"], edit["range"]["start"]["character"]


def _lines(
    before: str, after: str, edits: Sequence[dict[str, Any]], sure: Mapping[int, bool]
) -> tuple[ChangedLine, ...]:
    old, new = before.split("\n"), after.split("\n")
    numbers = sorted({_start(edit)[0] for edit in edits})
    return tuple(ChangedLine(number + 1, old[number], new[number], sure.get(number)) for number in numbers)
