"""Which events are linked to which handlers, by name; links that lead nowhere, and how to mend them.

A link is the name of a handler in a page's ``on``. Nothing here looks at code: which handlers there
are comes from the runtime.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from typing import Final

import msgspec
from mainspring.builder.pages.tree import walk
from mainspring.builder.pages.tree_operations import Link
from mainspring.runtime.protocol import Component

__all__ = [
    "PageLink",
    "dangling_links",
    "links",
    "links_by_handler",
    "relinking",
    "suggestion",
]

# Guessed: save_order is close to on_save, delete_all is not.
_CLOSE_ENOUGH: Final = 0.6


class PageLink(msgspec.Struct, frozen=True, kw_only=True):
    """One event of one component, and the handler that it calls."""

    page: str
    component: str
    event: str
    handler: str


def links(page: Component) -> Iterator[PageLink]:
    """All links of a page, in its order."""
    for component in walk(page):
        for event, handler in component.on.items():
            # What is done without code has no handler that could be missing.
            if not isinstance(handler, str):
                continue
            yield PageLink(page=page.id, component=component.id, event=event, handler=handler)


def links_by_handler(pages: Iterable[Component]) -> dict[str, tuple[PageLink, ...]]:
    """Handler name to everything that calls it, over all pages."""
    found: dict[str, list[PageLink]] = {}
    for page in pages:
        for link in links(page):
            found.setdefault(link.handler, []).append(link)
    return {handler: tuple(calls) for handler, calls in found.items()}


def dangling_links(pages: Iterable[Component], handlers: Collection[str]) -> list[PageLink]:
    """The links to handlers that don't exist, in the order of the pages."""
    known = frozenset(handlers)
    return [link for page in pages for link in links(page) if link.handler not in known]


def relinking(pages: Iterable[Component], old: str, new: str | None) -> dict[str, tuple[Link, ...]]:
    """Page key to the operations that make every link to ``old`` one to ``new`` (``None``: none at all)."""
    operations: dict[str, list[Link]] = {}
    for page in pages:
        for link in links(page):
            if link.handler == old:
                operation = Link(id=link.component, event=link.event, handler=new)
                operations.setdefault(page.id, []).append(operation)
    return {key: tuple(of_page) for key, of_page in operations.items()}


def suggestion(missing: str, before: Collection[str], after: Collection[str]) -> str | None:
    """What the handler ``missing`` may be called by now: one that is new, and the only one, or close to it.

    Args:
        before, after: The names of all handlers while ``missing`` was there, and now.
    """
    new = sorted(set(after) - set(before))
    gone = set(before) - set(after)
    if len(new) == 1 and gone == {missing}:
        return new[0]
    close = difflib.get_close_matches(missing, new or sorted(after), n=1, cutoff=_CLOSE_ENOUGH)
    return close[0] if close else None
