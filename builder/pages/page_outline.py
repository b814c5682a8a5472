"""What changed between two versions of an app's pages, as an outline that a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from mainspring.builder.pages.page_conflicts import in_words
from mainspring.builder.pages.tree import find, name_of, walk, words
from mainspring.builder.pages.tree_differences import ALL, NEW, differences
from mainspring.runtime.protocol import Component

__all__ = ["PageOutline", "outline"]


class PageOutline(msgspec.Struct, frozen=True):
    """A page that changed. ``kind`` is ``added``, ``deleted`` or ``changed``; ``lines`` say what in it."""

    page: str
    kind: str
    lines: tuple[str, ...] = ()


def outline(old: Mapping[str, Component], new: Mapping[str, Component]) -> list[PageOutline]:
    """Compare the pages of two versions, by their keys; pages that are alike are left out."""
    found = [PageOutline(key, "deleted") for key in old if key not in new]
    for key, page in new.items():
        if key not in old:
            lines = tuple([f"+ {_called(each)}" for each in walk(page) if each is not page])
            found.append(PageOutline(key, "added", lines))
        elif lines := tuple(_changes(old[key], page)):
            found.append(PageOutline(key, "changed", lines))
    return found


def _changes(old: Component, new: Component) -> Iterator[str]:
    """In the order of the new page; what was deleted comes last."""
    found = differences(old, new)
    by_id: dict[str, list[str]] = {}
    for id_, aspect in sorted(found):
        by_id.setdefault(id_, []).append(aspect)
    parents = {child.id: parent for parent in walk(new) for child in parent.children}
    for component in walk(new):
        aspects = by_id.get(component.id, [])
        if NEW in aspects:
            yield f"+ {_called(component)} in {_called(parents[component.id], new)}"
            continue
        was = find(old, component.id)
        if was is None:
            continue
        for aspect in aspects:
            yield _line(aspect, was, component, parents.get(component.id), new)
    for component in walk(old):
        if ALL in by_id.get(component.id, []) and find(new, component.id) is None:
            yield f"- {_called(component)}"


def _line(aspect: str, was: Component, is_: Component, parent: Component | None, page: Component) -> str:
    name = _called(is_)
    kind, _, detail = aspect.partition(" ")
    match kind:
        case "place":
            return f"> {name} moved to {_called(parent, page)}" if parent is not None else f"> {name} moved"
        case "field":
            return f"~ {words(detail)} of {name}: {_both(was.fields.get(detail), is_.fields.get(detail))}"
        case "on":
            return f"~ {detail} of {name}: {_both(was.on.get(detail), is_.on.get(detail))}"
        case "binding":
            return f"~ binding of {name}: {_both(was.binding, is_.binding)}"
        case "visible":
            return f"~ visible of {name}: {_both(was.visible, is_.visible)}"
    return f"~ {name} is a {is_.type}, was a {was.type}"


def _both(old: object, new: object) -> str:
    return f"{_short(old)} → {_short(new)}"


def _short(value: object) -> str:
    text = in_words(value)
    if isinstance(value, str):
        text = f"“{text}”"
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"


def _called(component: Component, page: Component | None = None) -> str:
    if page is not None and component is page:
        return "the page"
    return f"{name_of(component)} ({component.id})"
