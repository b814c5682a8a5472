"""What names a component: fields of other components and actions of theirs, on any page; and a rename of it.

``Rename`` mends its own page; here are the other pages.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from mainspring.builder.components.catalogue import Catalogue
from mainspring.builder.pages.built_in_actions import referring_to
from mainspring.builder.pages.page_edits import NoSuchPage, OperationConflict, PageEdits, PageNotSaved
from mainspring.builder.pages.tree import find, walk
from mainspring.builder.pages.tree_edits import referring_fields
from mainspring.builder.pages.tree_operations import Batch, Link, OperationError, Rename, SetField
from mainspring.runtime.protocol import Component

__all__ = ["ComponentReference", "references_to", "rename_component"]

_REFUSALS: Final = (OperationError, OperationConflict, NoSuchPage, PageNotSaved)


class ComponentReference(msgspec.Struct, frozen=True):
    """``component`` names another one in a field or for an event (``place``); ``renamed`` makes it follow."""

    page: str
    component: str
    place: str
    renamed: SetField | Link


def references_to(
    page: Component, component_id: str, new_id: str, catalogue: Catalogue
) -> Iterator[ComponentReference]:
    """All places of ``page`` that name ``component_id``."""
    names = {component_id: new_id}
    for each in walk(page):
        for field, value in referring_fields(each, names, catalogue).items():
            yield ComponentReference(page.id, each.id, field, SetField(id=each.id, field=field, value=value))
        for event, action in (referring_to(each.on, names) or {}).items():
            if action != each.on[event]:
                link = Link(id=each.id, event=event, handler=action)
                yield ComponentReference(page.id, each.id, event, link)


async def rename_component(
    pages: PageEdits, key: str, old: str, new: str, others: Iterable[str] = ()
) -> tuple[str, ...]:
    """Rename a component of the page ``key`` on all pages, or on none; return the keys of those that changed.

    A page that has a component ``old`` itself means its own.

    Args:
        others: Pages that must be there, since they are known to name the component.

    Raises:
        OperationError, OperationConflict, NoSuchPage, PageNotSaved
    """
    await pages.apply(key, Rename(id=old, new_id=new), pages.state(key).revision)
    try:
        for other in others:
            pages.state(other)
        return (key, *await _follow(pages, old, new))
    except _REFUSALS:
        # What can't be taken back either is told by the pages themselves; the first reason is what counts.
        with contextlib.suppress(*_REFUSALS):
            await pages.apply(key, Rename(id=new, new_id=old), pages.state(key).revision)
            await _follow(pages, new, old)
        raise


async def _follow(pages: PageEdits, old: str, new: str) -> tuple[str, ...]:
    changed: list[str] = []
    for key, page in tuple(pages.pages.items()):
        found = references_to(page.component, old, new, pages.catalogue)
        operations = tuple([each.renamed for each in found])
        if operations and find(page.component, old) is None:
            batch = Batch(label=f"Rename {old} to {new}", operations=operations)
            await pages.apply(key, batch, pages.state(key).revision)
            changed.append(key)
    return tuple(changed)
