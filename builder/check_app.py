"""``mainspring check``: an app is loaded once, and what is wrong with it is printed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.code.app_files import kind_of, look
from mainspring.builder.code.code_reading import read_code
from mainspring.builder.code.problems import Problem, find_problems, load_problem
from mainspring.builder.components.catalogue import load_app_catalogue
from mainspring.builder.editing.inspections import Inspections, NotInspected
from mainspring.builder.pages.tree_store import PAGES_FOLDER, BrokenPage, read_pages
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.supervisor import open_supervisor
from mainspring.builder.run_app import check_app
from mainspring.builder.web.served_pages import ServedPages
from mainspring.runtime.protocol import FindReferences

__all__ = ["FORMATS", "find_app_problems", "render"]

FORMATS: Final = ("text", "json", "github")


async def find_app_problems(app_path: Path) -> list[Problem]:
    """Load the app in a process of its own, which ends before this returns; return what is wrong.

    Raises:
        CannotServe: There is no app in this folder, or its settings are wrong.
    """
    settings = check_app(app_path)
    catalogue = load_app_catalogue(app_path)
    read = await asyncio.to_thread(read_pages, app_path, catalogue)
    pages = [page.component for page in read if not isinstance(page, BrokenPage)]
    broken = [page for page in read if isinstance(page, BrokenPage)]
    inspections = Inspections(lambda _: None)
    served = ServedPages(pages, catalogue).pages
    async with open_supervisor(
        app_path,
        pages=served,
        edit=True,
        log=LogBuffer(),
        on_message=inspections.receive,
        pool_size=settings.pool_size,
        functions=lambda: settings.functions,
    ) as supervisor:
        status = await supervisor.settled()
        inspections.connect(supervisor)
        loaded = status.generation is not None
        handlers = supervisor.handlers if loaded else None
        try:
            references = await inspections.ask("", FindReferences()) if loaded else []
        except NotInspected:
            references = []
    files = await asyncio.to_thread(look, app_path)
    code = [path for path in sorted(files.signatures) if kind_of(path) == "code"]
    reading = await asyncio.to_thread(read_code, app_path, code)
    problems = find_problems(pages, broken, handlers, references, reading)
    if status.error is not None:
        problems.insert(0, load_problem(status.error))
    elif not loaded:
        problems.insert(0, Problem(code="not-loaded", severity="error", message=status.message))
    return problems


def render(problems: Sequence[Problem], form: str) -> str:
    """The problems as ``text`` for people, ``json``, or ``github``, as workflow annotations."""
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(problems), indent=2).decode()
    if form == "github":
        return "\n".join(map(_annotation, problems))
    return "\n".join(map(_line, problems))


def _place(problem: Problem) -> str:
    if problem.file:
        numbers = [str(number) for number in (problem.line, problem.column) if number]
        return ":".join([problem.file, *numbers])
    return "/".join(filter(None, (problem.page, problem.component, problem.field)))


def _line(problem: Problem) -> str:
    return f"{_place(problem) or 'app'}: {problem.severity}: {problem.message} [{problem.code}]"


def _annotation(problem: Problem) -> str:
    # https://docs.github.com/actions/reference/workflow-commands-for-github-actions: properties escape more.
    file = problem.file or (f"{PAGES_FOLDER}/{problem.page}.json" if problem.page else "main.py")
    parts = [f"file={_escaped(file)}"]
    parts += [f"line={problem.line}"] if problem.line else []
    parts += [f"col={problem.column}"] if problem.column else []
    parts.append(f"title={_escaped(problem.code)}")
    where = f"{problem.component}: " if problem.component and not problem.file else ""
    text = (where + problem.message).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{problem.severity} {','.join(parts)}::{text}"


def _escaped(text: str) -> str:
    for character, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        text = text.replace(character, code)
    return text
