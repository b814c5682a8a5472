"""What the rename of a component would change: its id in code and in what names it on all pages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from mainspring.builder.code.id_literals import IdLiteral, id_literals
from mainspring.builder.code.positions import range_between, utf16_units
from mainspring.builder.code.source import FileProblem, PathRefused
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.rename_plans import (
    Asked,
    Change,
    LinkPlan,
    Plan,
    change_of,
    files_of,
    fingerprint_of,
)
from mainspring.builder.editing.text_changes import Buffer
from mainspring.builder.pages.component_references import references_to
from mainspring.builder.pages.tree import find, walk
from mainspring.builder.pages.tree_edits import apply
from mainspring.builder.pages.tree_operations import OperationError, Rename
from mainspring.builder.web.access import RequestRefused

__all__ = ["check_component_rename", "component_plan"]


def check_component_rename(site: EditingSite, page: str, old: str, new: str) -> None:
    """Raises:
    RequestRefused: A component of ``page`` can't be renamed so; the text says why.
    """
    pages = site.pages.pages
    if page not in pages:
        raise RequestRefused(409, "cannot_rename", f"There is no page “{page}”.")
    beside = {each.id for key in pages if key != page for each in walk(pages[key].component)}
    try:
        apply(pages[page].component, Rename(id=old, new_id=new), site.catalogue, beside)
    except OperationError as error:
        raise RequestRefused(409, "cannot_rename", str(error)) from None


async def component_plan(site: EditingSite, asked: Asked) -> tuple[Plan, Sequence[Change]]:
    """What ``asked.component`` of ``asked.page`` being renamed would change.

    Lines of code can be left out: a text that is exactly the id may mean something else.

    Raises:
        RequestRefused: It can't be renamed so, or a file has changed while it was read.
    """
    old, new = asked.component, asked.new_name or asked.component
    check_component_rename(site, asked.page, old, new)
    changes: list[Change] = []
    notes: list[str] = []
    for file in await site.files.list():
        if file.path.endswith(".py"):
            change = await _in_file(site, file.path, old, new, asked.buffers.get(file.path), notes)
            changes += [change] if change is not None else []
    notes += [
        f"{broken.file} mentions {old} and can't be read as a page; it stays as it is."
        for broken in site.pages.broken
        if await _mentions(site, broken.file, old)
    ]
    links = tuple(
        LinkPlan(key, found.component, found.place, old, new)
        for key, page in site.pages.pages.items()
        if key == asked.page or find(page.component, old) is None
        for found in references_to(page.component, old, new, site.catalogue)
    )
    elsewhere = bool(changes or notes) or any(link.page != asked.page for link in links)
    fingerprint = fingerprint_of(changes, links)
    return Plan(old, new, files_of(changes), links, (), fingerprint, elsewhere, tuple(notes)), changes


async def _in_file(
    site: EditingSite, path: str, old: str, new: str, buffer: Buffer | None, notes: list[str]
) -> Change | None:
    try:
        file = await site.files.read(path)
    except (FileProblem, PathRefused):
        notes.append(f"{path} can't be read as text, so it can't be told whether it uses {old}.")
        return None
    text = file.text if buffer is None else buffer.text.replace("\r\n", "\n")
    if old not in text:
        return None
    try:
        literals = await asyncio.to_thread(id_literals, text, old)
    except SyntaxError as error:
        if _word(old).search(text):
            line = f", line {error.lineno}" if error.lineno else ""
            notes.append(f"{path} mentions {old} and is no Python at the moment{line}; it stays as it is.")
        return None
    if not literals:
        return None
    lines = text.split("\n")
    edits = [{"range": _range(lines[each.line], each), "newText": new} for each in literals]
    sure: dict[int, bool] = {}
    for each in literals:
        sure[each.line] = sure.get(each.line, False) or each.target
    return await change_of(site, path, edits, file.digest, buffer, sure)


async def _mentions(site: EditingSite, path: str, component_id: str) -> bool:
    try:
        return _word(component_id).search((await site.files.read(path)).text) is not None
    except (FileProblem, PathRefused):
        return True


def _word(component_id: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(component_id)}(?![\w-])")


def _range(line: str, literal: IdLiteral) -> dict[str, object]:
    start, end = (utf16_units(line[:column]) for column in (literal.start, literal.end))
    return range_between(literal.line, start, literal.line, end)
