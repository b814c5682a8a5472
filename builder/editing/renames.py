"""Renames as one operation: of a name, a component's id or a module, in all code and on all pages or nowhere.

plan = await renames.plan(asked)        # for the preview; nothing is written
done = await renames.carry_out(asked)   # the same plan, or it is refused
await renames.undo(done.number)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec
from mainspring.builder.code.code_service import CodeUnanswered
from mainspring.builder.code.handler_edits import top_level_name
from mainspring.builder.code.handler_places import file_of, handler_name
from mainspring.builder.code.source import FileProblem, PathRefused
from mainspring.builder.editing.component_renames import check_component_rename, component_plan
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.file_changes import FileChanges
from mainspring.builder.editing.module_renames import module_plan
from mainspring.builder.editing.rename_plans import (
    Asked,
    Change,
    Done,
    LinkPlan,
    Plan,
    change_of,
    files_of,
    fingerprint_of,
    without,
)
from mainspring.builder.editing.text_changes import SavedFile, TextChanges
from mainspring.builder.pages.component_references import rename_component
from mainspring.builder.pages.page_edits import NoSuchPage, OperationConflict, PageNotSaved
from mainspring.builder.pages.tree import walk
from mainspring.builder.pages.tree_operations import Batch, Link, OperationError
from mainspring.builder.web.access import RequestRefused

__all__ = ["Renames"]

_T = TypeVar("_T")
_REFUSALS = (FileProblem, PathRefused, OperationError, OperationConflict, NoSuchPage, PageNotSaved)


class _Step(msgspec.Struct, frozen=True):
    """What was carried out last.

    Attributes:
        before, after: The files where they are now, as they were shown (what wasn't saved is kept so) and
            as they were written.
        moved: Whether ``new_name`` is the path of what was ``name``.
        component_of: The page of the component that was renamed; empty: it was a name of the code.
    """

    number: int
    name: str
    new_name: str
    before: Mapping[str, str]
    after: Mapping[str, SavedFile]
    pages: tuple[str, ...]
    links: tuple[LinkPlan, ...] = ()
    component_of: str = ""
    moved: bool = False


class Renames:
    """Belongs to one event loop. Knows the last rename, to take it back."""

    def __init__(self, site: EditingSite, moves: FileChanges) -> None:
        self._site = site
        self._files = TextChanges(site)
        self._moves = moves
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
        changes = list(without(changes, asked.leave))
        # What is pressed before the last page is written must find the name that its page has then.
        with self._site.writing(change.path for change in changes):
            return await self._write(asked, plan, changes)

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
        if step.component_of:
            check_component_rename(self._site, step.component_of, step.new_name, step.name)
        self._last = None
        back = (step.new_name, step.name) if step.moved else None
        try:
            with self._site.writing(step.after):
                files, moved = await self._take_back(step.before, step.after, step.links, step.name, back)
        except (FileProblem, PathRefused) as error:
            raise RequestRefused(409, "not_undone", f"The rename was not taken back: {error}") from None
        pages = step.pages
        if step.component_of:
            try:
                pages = await rename_component(self._site.pages, step.component_of, step.new_name, step.name)
            except _REFUSALS as error:
                raise RequestRefused(
                    409, "not_undone", f"{step.name} has its name back in the code only: {error}"
                ) from None
        return Done(number, files, pages, moved)

    # --- inside ---

    async def _write(self, asked: Asked, plan: Plan, changes: Sequence[Change]) -> Done:
        before = {change.path: change.on_disk for change in changes}
        shown = {change.path: change.shown for change in changes}
        saved: dict[str, SavedFile] = {}
        linked: list[LinkPlan] = []
        moved: list[tuple[str, str]] = []

        async def move() -> None:
            moved.extend(await self._moves.move(plan.name, plan.new_name))

        try:
            saved = await self._files.write(changes, move if asked.file else None)
            before, shown, saved = (
                _elsewhere(before, moved),
                _elsewhere(shown, moved),
                _elsewhere(saved, moved),
            )
            if asked.component:
                naming = {link.page for link in plan.links}
                pages = await rename_component(self._site.pages, asked.page, plan.name, plan.new_name, naming)
            else:
                await self._link(plan.links, f"Rename {plan.name} to {plan.new_name}", linked)
                pages = tuple(dict.fromkeys(link.page for link in plan.links))
        except _REFUSALS as error:
            back = (plan.new_name, plan.name) if moved else None
            await self._take_back(before, saved, linked, plan.name, back)
            raise RequestRefused(409, "not_renamed", f"Nothing was renamed: {error}") from None
        number = self._last.number + 1 if self._last is not None else 1
        links, page = ((), asked.page) if asked.component else (plan.links, "")
        self._last = _Step(
            number, plan.name, plan.new_name, shown, saved, pages, links, page, moved=bool(moved)
        )
        return Done(number, _where_they_are(saved), pages, tuple(moved))

    async def _planned(self, asked: Asked) -> tuple[Plan, Sequence[Change]]:
        if asked.component:
            return await component_plan(self._site, asked)
        if asked.file:
            return await module_plan(self._site, asked)
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
            await change_of(self._site, each, edits, found["digests"][each], asked.buffers.get(each))
            for each, edits in found["changes"].items()
        ]
        links = self._links(changes, name, new_name)
        fingerprint = fingerprint_of(changes, links)
        return Plan(name, new_name, files_of(changes), links, tuple(found["left"]), fingerprint), changes

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

    def _links(self, changes: Iterable[Change], name: str, new_name: str) -> tuple[LinkPlan, ...]:
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
        back: tuple[str, str] | None,
    ) -> tuple[tuple[SavedFile, ...], tuple[tuple[str, str], ...]]:
        """Put back what was written, and where it was; links that someone has changed since stay."""
        moved: list[tuple[str, str]] = []

        async def move() -> None:
            moved.extend(await self._moves.move(*back) if back is not None else [])

        files = {file.path: file for file in await self._files.put_back(before, saved, move)}
        now = {
            (key, component.id, event): handler
            for key, page in self._site.pages.pages.items()
            for component in walk(page.component)
            for event, handler in component.on.items()
        }
        again = [
            LinkPlan(link.page, link.component, link.event, link.after, link.before)
            for link in links
            if now.get((link.page, link.component, link.event)) == link.after
        ]
        await self._link(again, f"Undo the rename of {name}", [])
        return _where_they_are(_elsewhere(files, moved)), tuple(moved)


def _elsewhere(files: Mapping[str, _T], moved: Iterable[tuple[str, str]]) -> dict[str, _T]:
    """``files`` by their paths after a move."""
    paths = dict(moved)
    return {paths.get(path, path): each for path, each in files.items()}


def _where_they_are(files: Mapping[str, SavedFile]) -> tuple[SavedFile, ...]:
    return tuple(SavedFile(path, file.text, file.digest) for path, file in files.items())
