"""What another path of a module or package would change: imports in all code, links on all pages."""

from __future__ import annotations

import asyncio
import keyword
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from mainspring.builder.code.module_moves import ModuleEdit, MovedImports, module_of, moved_imports
from mainspring.builder.code.positions import range_between, utf16_units
from mainspring.builder.code.source import FileProblem, PathRefused, SourceFile
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
from mainspring.builder.pages.tree import walk
from mainspring.builder.settings import SETTINGS_FILE
from mainspring.builder.web.access import RequestRefused

__all__ = ["module_plan"]


async def module_plan(site: EditingSite, asked: Asked) -> tuple[Plan, Sequence[Change]]:
    """What the file or folder ``asked.file`` being ``asked.new_name`` would change.

    Nothing, where it is none that can be imported.

    Raises:
        RequestRefused: It can't be renamed so, or a file has changed while it was read.
    """
    path, to = asked.file, asked.new_name or asked.file
    old = module_of(path)
    if old is None:
        return Plan(path, to, (), (), (), fingerprint_of((), ())), ()
    new = await _new_module(site, path, to)
    return await _ModuleRename(site, asked, path, to, old, new).plan()


async def _new_module(site: EditingSite, path: str, to: str) -> str:
    listing = await site.files.listing()
    taken = {*(file.path for file in listing.files), *listing.folders}
    new = module_of(to)
    if path == "main.py":
        problem = "main.py can't be renamed: it is where the app begins."
    elif path not in taken:
        problem = f"There is no {path}."
    elif new is None or path.endswith(".py") != to.endswith(".py"):
        problem = f"{to} can't be imported: a module's name has letters, digits and _, and ends with .py."
    elif reserved := [part for part in new.split(".") if keyword.iskeyword(part)]:
        problem = f"“{reserved[0]}” is a word of Python itself; it can't be imported."
    elif to != path and (to in taken or to.startswith(f"{path}/")):
        problem = f"There is a {to} already." if to in taken else f"{path} can't be moved into itself."
    else:
        return new
    raise RequestRefused(409, "cannot_rename", problem)


class _ModuleRename:
    def __init__(self, site: EditingSite, asked: Asked, path: str, to: str, old: str, new: str) -> None:
        self._site = site
        self._asked = asked
        self._path, self._to = path, to
        self._old, self._new = old, new
        self._changes: list[Change] = []
        self._left: list[dict[str, Any]] = []
        self._notes: list[str] = []

    async def plan(self) -> tuple[Plan, Sequence[Change]]:
        for file in await self._site.files.list():
            if file.path.endswith(".py"):
                await self._look_at(file.path)
            elif file.path == SETTINGS_FILE:
                await self._look_at_settings()
        if "." not in self._new and self._new in sys.stdlib_module_names and self._new != self._old:
            self._notes.append(f"{self._new} is a module of Python itself, which the app can't import then.")
        links = tuple(self._links())
        plan = Plan(
            self._path,
            self._to,
            files_of(self._changes),
            links,
            tuple(self._left),
            fingerprint_of(self._changes, links),
            notes=tuple(self._notes),
        )
        return plan, self._changes

    async def _look_at(self, path: str) -> None:
        inside = path == self._path or path.startswith(f"{self._path}/")
        new_path = self._to + path[len(self._path) :] if inside else path
        name = self._old.rpartition(".")[2]
        try:
            file = await self._site.files.read(path)
        except (FileProblem, PathRefused):
            self._notes.append(
                f"{path} can't be read as text, so it can't be told whether it uses {self._old}."
            )
            return
        text = self._shown(file)
        if name not in text and not inside:
            return
        try:
            found = await asyncio.to_thread(moved_imports, text, path, new_path, self._old, self._new)
        except SyntaxError as error:
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                line = f", line {error.lineno}" if error.lineno else ""
                self._notes.append(
                    f"{path} mentions {name} and is no Python at the moment{line}; it stays as it is."
                )
            return
        await self._take(file, text, found)

    async def _take(self, file: SourceFile, text: str, found: MovedImports) -> None:
        lines = text.split("\n")
        path = file.path
        self._left += [_location(path, lines, each) for each in found.mentioned]
        self._notes += [
            f"{path}, line {line + 1}: “{lines[line].strip()[:80]}” can't be changed safely. Do it by hand."
            for line in found.by_hand
        ]
        if found.edits:
            edits = [{**_location(path, lines, each), "newText": each.text} for each in found.edits]
            self._changes.append(
                await change_of(self._site, path, edits, file.digest, self._asked.buffers.get(path))
            )

    def _shown(self, file: SourceFile) -> str:
        buffer = self._asked.buffers.get(file.path)
        return file.text if buffer is None else buffer.text.replace("\r\n", "\n")

    async def _look_at_settings(self) -> None:
        """Functions that settings name; comments and order of that file are its author's."""
        try:
            lines = self._shown(await self._site.files.read(SETTINGS_FILE)).split("\n")
        except (FileProblem, PathRefused):
            return
        for number, line in enumerate(lines):
            for match in re.finditer(rf"""(?<=["']){re.escape(self._old)}(?=\.)""", line):
                named = ModuleEdit(number, match.start(), match.end(), "")
                self._left.append(_location(SETTINGS_FILE, lines, named))

    def _links(self) -> Iterator[LinkPlan]:
        """Links name handlers of modules by the module."""
        for key, page in self._site.pages.pages.items():
            for component in walk(page.component):
                for event, handler in component.on.items():
                    if isinstance(handler, str) and handler.startswith(f"{self._old}."):
                        after = self._new + handler[len(self._old) :]
                        yield LinkPlan(key, component.id, event, handler, after)


def _location(path: str, lines: Sequence[str], edit: ModuleEdit) -> dict[str, Any]:
    line = lines[edit.line]
    start, end = utf16_units(line[: edit.start]), utf16_units(line[: edit.end])
    return {"uri": path, "range": range_between(edit.line, start, edit.line, end)}
