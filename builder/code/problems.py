"""What is wrong with an app, or likely to be: for the Problems pane and for ``mainspring check``.

Everything here is a pure function of what others have read: pages, handlers, code, what the runtime says.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from mainspring.builder.code.code_reading import CodeReading
from mainspring.builder.code.registrations import Registration, registrations_for
from mainspring.builder.pages.built_in_actions import (
    DIALOG,
    ActionLink,
    action_links,
    described,
    problem_of,
)
from mainspring.builder.pages.links import dangling_links, links
from mainspring.builder.pages.tree import new_id, walk
from mainspring.builder.pages.tree_operations import Link, Operation, Rename
from mainspring.builder.pages.tree_store import BrokenPage
from mainspring.builder.settings import SETTINGS_FILE
from mainspring.runtime.protocol import (
    BuiltIn,
    CloseDialog,
    Component,
    ErrorReport,
    GoToPage,
    Handler,
    OpenDialog,
    SetState,
)

__all__ = ["WARNING", "Fix", "Problem", "find_problems", "load_problem"]

ERROR: Final = "error"
WARNING: Final = "warning"
_CLOSE: Final = 0.6


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """What solves a problem, in words and as operations of a page, or as what main.py has to make known."""

    title: str
    page: str
    operations: tuple[Operation, ...] = ()
    registration: Registration | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong.

    Attributes:
        code: Names the check, such as ``missing-handler``.
        severity: ``error``: it doesn't work; ``warning``: it may not be meant.
        page, component, field: Where in the pages; ``field`` is a field or an event. Empty: nowhere there.
        file, line, column: Where in a file; line and column count from 1, 0 says that there is none.
    """

    code: str
    severity: str
    message: str
    page: str = ""
    component: str = ""
    field: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    fixes: tuple[Fix, ...] = ()


def find_problems(
    pages: Sequence[Component],
    broken: Iterable[BrokenPage],
    handlers: Sequence[Handler] | None,
    references: Iterable[Mapping[str, Any]],
    code: CodeReading,
) -> list[Problem]:
    """Return all problems, errors first, then in the order of the pages.

    Args:
        handlers: ``None`` while no version of the app is loaded: then nothing is said of links.
        references: What the runtime says of the paths that the pages read.
    """
    found = [*_broken(broken), *_duplicates(pages)]
    if handlers is not None:
        found += _links(pages, handlers, code)
    found += _actions(pages)
    found += [*_paths(pages, references, code), *_pages(pages, code), *_pictures(pages), *_blocking(code)]
    return sorted(found, key=lambda problem: problem.severity != ERROR)


def load_problem(report: ErrorReport) -> Problem:
    """The error that keeps the app from being loaded, at its innermost place in the app's own code."""
    own = next((frame for frame in reversed(report.frames) if frame.owner == "app"), None)
    message = f"{report.type}: {report.message}" if report.message else report.type
    if own is None:
        # What the settings name and main.py hasn't is named by the runtime, which knows no lines of theirs.
        file = SETTINGS_FILE if report.message.startswith(f"{SETTINGS_FILE}: ") else "main.py"
        return Problem(code="not-loaded", severity=ERROR, message=message, file=file)
    return Problem(
        code="not-loaded",
        severity=ERROR,
        message=message,
        file=own.file,
        line=own.line,
        column=0 if own.column is None else own.column + 1,
    )


def _broken(broken: Iterable[BrokenPage]) -> Iterator[Problem]:
    for page in broken:
        yield Problem(
            code="broken-page",
            severity=ERROR,
            message=page.message,
            file=page.file,
            line=page.line,
            column=page.column,
        )


def _duplicates(pages: Sequence[Component]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    taken = {component.id for page in pages for component in walk(page)}
    for page in pages:
        for component in walk(page):
            first = seen.setdefault(component.id, page.id)
            if component is not page and first != page.id:
                free = new_id(component.id, taken)
                taken.add(free)
                rename = Rename(id=component.id, new_id=free)
                yield Problem(
                    code="duplicate-id",
                    severity=ERROR,
                    message=f"{component.id} is on page {first} too; ids are unique in an app. Rename one.",
                    page=page.id,
                    component=component.id,
                    fixes=(Fix(title=f"Rename it to {free}", page=page.id, operations=(rename,)),),
                )


def _links(pages: Sequence[Component], handlers: Sequence[Handler], code: CodeReading) -> Iterator[Problem]:
    known = {handler.name: handler for handler in handlers}
    own = [handler.name for handler in handlers if handler.own]
    for link in dangling_links(pages, known):
        unknown = registrations_for(link.handler, known, code.functions)
        fixes = [Fix(title=str(each), page=link.page, registration=each) for each in unknown]
        namesakes = [name for name in own if name.rpartition(".")[2] == link.handler]
        near = difflib.get_close_matches(link.handler, own, 2, _CLOSE)
        fixes += [
            _relink(link.page, link.component, link.event, name, f"Link to {name}")
            for name in dict.fromkeys([*namesakes, *near])
        ]
        fixes.append(_relink(link.page, link.component, link.event, None, "Remove the link"))
        yield Problem(
            code="missing-handler",
            severity=ERROR,
            message=f"{link.event} of {link.component} runs {link.handler}, but {_why_missing(unknown)}.",
            page=link.page,
            component=link.component,
            field=link.event,
            fixes=tuple(fixes),
        )
    for page in pages:
        for link in links(page):
            handler = known.get(link.handler)
            if handler is not None and handler.problem:
                yield Problem(
                    code="handler-signature",
                    severity=ERROR,
                    message=f"{link.handler} can't be called: {handler.problem}",
                    page=link.page,
                    component=link.component,
                    field=link.event,
                    file=handler.file if handler.own else "",
                    line=handler.line if handler.own else 0,
                )


def _why_missing(unknown: Sequence[Registration]) -> str:
    if not unknown:
        return "main.py has no such handler"
    module = unknown[0].module
    if unknown[0].function:
        return f"it stands in {module}, and main.py doesn't import it"
    return f"main.py doesn't register {module}"


def _actions(pages: Sequence[Component]) -> Iterator[Problem]:
    """What is done without code, and can't be."""
    keys = [page.id for page in pages]
    for page in pages:
        dialogs = [component.id for component in walk(page) if component.type == DIALOG]
        for link in action_links(page):
            match link.action:
                case GoToPage(page=key) if key not in keys and "@{" not in key:
                    near = [GoToPage(page=name) for name in difflib.get_close_matches(key, keys, 2, _CLOSE)]
                    yield _wrong(link, "missing-page", f"goes to page {key}, which isn't there", near)
                case OpenDialog(dialog=name) | CloseDialog(dialog=name) if name not in dialogs:
                    near_ = [
                        type(link.action)(dialog=close)
                        for close in difflib.get_close_matches(name, dialogs, 2, _CLOSE)
                    ]
                    verb = "opens" if isinstance(link.action, OpenDialog) else "closes"
                    words = f"{verb} {name}, but its page has no such dialog"
                    yield _wrong(link, "missing-dialog", words, near_)
                case action if (problem := problem_of(action)) is not None:
                    yield _wrong(link, "wrong-action", f"can't be done. {problem}".removesuffix("."), [])


def _wrong(link: ActionLink, code: str, what: str, instead: Sequence[BuiltIn]) -> Problem:
    fixes = [
        _relink(link.page, link.component, link.event, action, words[:1].upper() + words[1:])
        for action, words in [(action, described(action)) for action in instead]
    ]
    return Problem(
        code=code,
        severity=ERROR,
        message=f"{link.event} of {link.component} {what}.",
        page=link.page,
        component=link.component,
        field=link.event,
        fixes=(*fixes, _relink(link.page, link.component, link.event, None, "Remove the link")),
    )


def _relink(page: str, component: str, event: str, handler: str | BuiltIn | None, title: str) -> Fix:
    return Fix(title=title, page=page, operations=(Link(id=component, event=event, handler=handler),))


def _paths(
    pages: Sequence[Component], references: Iterable[Mapping[str, Any]], code: CodeReading
) -> Iterator[Problem]:
    set_by_pages = {
        part
        for page in pages
        for link in action_links(page)
        if isinstance(link.action, SetState)
        for part in link.action.path.split(".")
    }
    for place in references:
        missing = place["missing"]
        # What isn't there at first may be set later: then the code, or an action, says its name somewhere.
        if missing is None or missing in code.words or missing in set_by_pages:
            continue
        path = ".".join(map(str, place["path"]))
        yield Problem(
            code="unknown-state-path",
            severity=WARNING,
            message=f"{place['field']} reads @{{{path}}}, but the state has no {missing} there "
            "and no code sets it.",
            page=place["page"],
            component=place["component"],
            field=place["field"],
        )


def _pages(pages: Sequence[Component], code: CodeReading) -> Iterator[Problem]:
    named: set[str] = set(code.words)
    for page in pages:
        for component in walk(page):
            named |= {link.page for link in component.on.values() if isinstance(link, GoToPage)}
            named |= {text.strip("/").partition("?")[0] for text in _texts(component.fields)}
    for page in pages[1:]:
        if page.id not in named and f"/{page.id}" not in named:
            yield Problem(
                code="unreachable-page",
                severity=WARNING,
                message=f"Nothing leads to page {page.id}: no link, no set_page. (Its address works.)",
                page=page.id,
                component=page.id,
            )


def _pictures(pages: Sequence[Component]) -> Iterator[Problem]:
    for page in pages:
        for component in walk(page):
            if component.type == "image" and not component.fields.get("alt"):
                yield Problem(
                    code="image-without-description",
                    severity=WARNING,
                    message=f"{component.id} has no description for people who can't see it.",
                    page=page.id,
                    component=component.id,
                    field="alt",
                )


def _blocking(code: CodeReading) -> Iterator[Problem]:
    for call in code.blocking:
        yield Problem(
            code="blocking-call",
            severity=WARNING,
            message=f"{call.call} in async {call.function} holds up all async handlers: {call.advice}.",
            file=call.file,
            line=call.line,
            column=call.column + 1,
        )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
