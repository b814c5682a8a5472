"""Renames as one operation: a name in all code files and in the links of all pages, or nothing of it.

plan = await renames.plan(asked)        # for the preview; nothing is written
done = await renames.carry_out(asked)   # the same plan, or it is refused
await renames.undo(done.number)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from mainspring.builder.code.code_service import CodeUnanswered
from mainspring.builder.code.handler_edits import top_level_name
from mainspring.builder.code.handler_places import file_of, handler_name
from mainspring.builder.code.positions import code_points
from mainspring.builder.code.source import FileProblem
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.text_changes import Buffer, SavedFile, TextChange, TextChanges
from mainspring.builder.pages.page_edits import NoSuchPage, OperationConflict, PageNotSaved
from mainspring.builder.pages.tree import walk
from mainspring.builder.pages.tree_operations import Batch, Link, OperationError
from mainspring.builder.web.access import RequestRefused

__all__ = ["Asked", "Done", "Plan", "Renames"]

_REFUSALS = (FileProblem, OperationError, OperationConflict, NoSuchPage, PageNotSaved)


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """What to rename: the name at a place of the code (LSP's position), or a handler as links call it.

    Attributes:
        new_name: Empty while nobody has typed one: what is there is shown then.
        buffers: Unsaved files; those that the rename changes are saved with it.
        plan: To carry it out: what ``Plan.fingerprint`` said of the preview.
    """

    new_name: str
    path: str = ""
    line: int = 0
    character: int = 0
    handler: str = ""
    buffers: dict[str, Buffer] = {}
    plan: str = ""


class ChangedLine(msgspec.Struct, frozen=True):
    """``line`` counts from 1."""

    line: int
    before: str
    after: str


class FilePlan(msgspec.Struct, frozen=True):
    """``unsaved``: what an editor shows is saved along with it."""

    path: str
    lines: tuple[ChangedLine, ...]
    unsaved: bool


class LinkPlan(msgspec.Struct, frozen=True):
    page: str
    component: str
    event: str
    before: str
    after: str


class Plan(msgspec.Struct, frozen=True):
    """A rename as people look at it.

    Attributes:
        left: Places that mention the word and stay, as LSP's locations.
        fingerprint: Names what would be written, to the byte.
    """

    name: str
    new_name: str
    files: tuple[FilePlan, ...]
    links: tuple[LinkPlan, ...]
    left: tuple[dict[str, Any], ...]
    fingerprint: str


class Done(msgspec.Struct, frozen=True):
    """What stands in the files now; ``number`` names the rename for ``Renames.undo``."""

    number: int
    files: tuple[SavedFile, ...]
    pages: tuple[str, ...]


class _Change(TextChange, frozen=True):
    lines: tuple[ChangedLine, ...] = ()


class _Step(msgspec.Struct, frozen=True):
    """What was carried out last. ``before``: the files as they were shown: what wasn't saved is kept so."""

    number: int
    name: str
    before: Mapping[str, str]
    after: Mapping[str, SavedFile]
    links: tuple[LinkPlan, ...]


class Renames:
    """Belongs to one event loop. Knows the last rename, to take it back."""

    def __init__(self, site: EditingSite) -> None:
        self._site = site
        self._files = TextChanges(site)
        self._last: _Step | None = None

    async def plan(self, asked: Asked) -> Plan:
        """Raises:
        RequestRefused: It can't or must not be renamed; the text says why.
        """
        return (await self._planned(asked))[0]

    async def carry_out(self, asked: Asked) -> Done:
        """Write everything, or nothing.

        Raises:
            RequestRefused: As ``plan``, or what would be written is not what the preview showed, or a file
                could not be written; then all is as it was.
        """
        plan, changes = await self._planned(asked)
        if plan.fingerprint != asked.plan:
            raise RequestRefused(409, "changed", "Something has changed since the preview; look at it again.")
        saved: dict[str, SavedFile] = {}
        linked: list[LinkPlan] = []
        try:
            saved = await self._files.write(changes)
            await self._link(plan.links, f"Rename {plan.name} to {plan.new_name}", linked)
        except _REFUSALS as error:
            before = {change.path: change.on_disk for change in changes}
            await self._take_back(before, saved, linked, plan.name)
            raise RequestRefused(409, "not_renamed", f"Nothing was renamed: {error}") from None
        number = self._last.number + 1 if self._last is not None else 1
        self._last = _Step(
            number, plan.name, {change.path: change.shown for change in changes}, saved, plan.links
        )
        return Done(number, tuple(saved.values()), tuple(dict.fromkeys(link.page for link in plan.links)))

    async def undo(self, number: int) -> Done:
        """Take the last rename back.

        Raises:
            RequestRefused: It is not the last one, or a file has changed since.
        """
        step = self._last
        if step is None or step.number != number:
            raise RequestRefused(409, "no_rename", "This rename is not the last one any more.")
        if (path := await self._files.changed_since(step.after)) is not None:
            raise RequestRefused(
                409, "changed", f"{path} has changed since; rename {step.name} back by a rename instead."
            )
        self._last = None
        files = await self._take_back(step.before, step.after, step.links, step.name)
        return Done(number, files, tuple(dict.fromkeys(link.page for link in step.links)))

    # --- inside ---

    async def _planned(self, asked: Asked) -> tuple[Plan, Sequence[_Change]]:
        path, line, character = await self._place(asked)
        texts = {name: buffer.text.replace("\r\n", "\n") for name, buffer in asked.buffers.items()}
        text = texts.get(path)
        if text is None:
            text = (await self._site.files.read(path)).text
        try:
            found = await self._site.code.ask(
                "textDocument/rename", path, text, line, character, new_name=asked.new_name, buffers=texts
            )
        except CodeUnanswered as error:
            raise RequestRefused(409, "not_answered", str(error)) from None
        if "refused" in found:
            raise RequestRefused(409, "cannot_rename", found["refused"], places=found["places"])
        name = found["name"]
        new_name = asked.new_name or name
        changes = [
            await self._change(each, edits, found["digests"][each], asked.buffers.get(each))
            for each, edits in found["changes"].items()
        ]
        links = self._links(changes, name, new_name)
        files = tuple(
            FilePlan(change.path, change.lines, change.shown != change.on_disk) for change in changes
        )
        fingerprint = _fingerprint(changes, links)
        return Plan(name, new_name, files, links, tuple(found["left"]), fingerprint), changes

    async def _place(self, asked: Asked) -> tuple[str, int, int]:
        if not asked.handler:
            return asked.path, asked.line, asked.character
        path, function = file_of(asked.handler)
        buffer = asked.buffers.get(path)
        text = buffer.text if buffer is not None else (await self._site.files.read(path)).text
        place = top_level_name(text, function)
        if place is None:
            raise RequestRefused(409, "cannot_rename", f"{path} has no {function} that could be renamed.")
        return path, place.line, place.character

    async def _change(
        self, path: str, edits: Sequence[dict[str, Any]], digest: str, buffer: Buffer | None
    ) -> _Change:
        file = await self._site.files.read(path)
        base = digest if buffer is None else buffer.base_digest
        if file.digest != base or file.digest != digest:
            raise RequestRefused(
                409, "changed", f"{path} has changed on disk meanwhile. Choose a version in the code first."
            )
        shown = file.text if buffer is None else buffer.text.replace("\r\n", "\n")
        after = _edited(shown, edits)
        return _Change(path, file.text, shown, after, file.digest, _lines(shown, after, edits))

    def _links(self, changes: Iterable[_Change], name: str, new_name: str) -> tuple[LinkPlan, ...]:
        """Links of all pages to what a changed file calls ``name``."""
        names: dict[str, str] = {}
        for change in changes:
            old, new = handler_name(change.path, name), handler_name(change.path, new_name)
            if old is not None and new is not None and top_level_name(change.shown, name) is not None:
                names[old] = new
        return tuple(
            LinkPlan(key, component.id, event, handler, names[handler])
            for key, page in self._site.pages.pages.items()
            for component in walk(page.component)
            for event, handler in component.on.items()
            if handler in names
        )

    async def _link(self, links: Sequence[LinkPlan], label: str, done: list[LinkPlan]) -> None:
        for key in dict.fromkeys(link.page for link in links):
            on_page = [link for link in links if link.page == key]
            operations = tuple(
                Link(id=link.component, event=link.event, handler=link.after) for link in on_page
            )
            revision = self._site.pages.state(key).revision
            await self._site.pages.apply(key, Batch(label=label, operations=operations), revision)
            done.extend(on_page)

    async def _take_back(
        self,
        before: Mapping[str, str],
        saved: Mapping[str, SavedFile],
        links: Sequence[LinkPlan],
        name: str,
    ) -> tuple[SavedFile, ...]:
        """Put back what was written; links that someone has changed since stay as they are."""
        files = await self._files.put_back(before, saved)
        now = {
            (key, component.id, event): handler
            for key, page in self._site.pages.pages.items()
            for component in walk(page.component)
            for event, handler in component.on.items()
        }
        back = [
            LinkPlan(link.page, link.component, link.event, link.after, link.before)
            for link in links
            if now.get((link.page, link.component, link.event)) == link.after
        ]
        await self._link(back, f"Undo the rename of {name}", [])
        return files


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


def _lines(before: str, after: str, edits: Sequence[dict[str, Any]]) -> tuple[ChangedLine, ...]:
    old, new = before.split("\n"), after.split("\n")
    numbers = sorted({_start(edit)[0] for edit in edits})
    return tuple(ChangedLine(number + 1, old[number], new[number]) for number in numbers)


def _fingerprint(changes: Iterable[_Change], links: Iterable[LinkPlan]) -> str:
    written = msgspec.json.encode([list(changes), list(links)])
    return hashlib.sha256(written).hexdigest()
