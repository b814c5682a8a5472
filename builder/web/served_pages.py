"""The app's pages as the gateway serves them: JSON for browsers, and what their events may do.

A browser learns which events of a component are linked, never to what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec
from mainspring.builder.components.catalogue import Catalogue
from mainspring.builder.pages.page_parts import changed_ids
from mainspring.builder.pages.tree import walk
from mainspring.builder.web.media_origins import media_origins
from mainspring.runtime.protocol import FRAME_FIELDS, Component

__all__ = ["EventRefused", "ServedPages", "Target"]


class EventRefused(Exception):
    """An event that the pages don't provide for; the text says why."""


class Target(msgspec.Struct, frozen=True):
    """What an event reaches.

    Attributes:
        kind: Of the payload.
        binds: Whether it carries the value of the component's binding.
    """

    kind: str
    binds: bool


class ServedPages:
    """A set of pages; a value, made anew when a page changes."""

    def __init__(
        self,
        pages: Sequence[Component],
        catalogue: Catalogue,
        media: Sequence[str] = (),
        before: ServedPages | None = None,
    ) -> None:
        """Args:
        pages: In the order in which they are shown; defaults are filled in here.
        media: Origins that the app's settings name, beside those that stand in the pages.
        before: What was served until now: of a large page, only what is new costs time.
        """
        self._catalogue = catalogue
        known = before._filled() if before is not None and before._catalogue is catalogue else {}
        self._sources = tuple(pages)
        self.pages = tuple(catalogue.with_defaults(page, known) for page in pages)
        self.keys = tuple(page.id for page in self.pages)
        self.media_origins = media_origins(self.pages, media)

    def _filled(self) -> dict[int, Component]:
        """Filled components by the ``id()`` of what they were filled from, which ``self`` keeps alive."""
        pairs = zip(self._sources, self.pages, strict=True)
        return {
            id(source): filled
            for page, filled_page in pairs
            for source, filled in zip(walk(page), walk(filled_page), strict=True)
        }

    @cached_property
    def json(self) -> bytes:
        """All pages, as browsers get them."""
        return msgspec.json.encode(
            [_for_browsers(page, self._catalogue) | {"order": order} for order, page in enumerate(self.pages)]
        )

    def parts_since(self, before: ServedPages) -> dict[str, list[dict[str, Any]]] | None:
        """By page, the components that are new or other ones than in ``before``, with their children by id.

        ``None``: it isn't only what stands on the pages that has changed.
        """
        if self.keys != before.keys or self._catalogue is not before._catalogue:
            return None
        found: dict[str, list[dict[str, Any]]] = {}
        for order, (was, page) in enumerate(zip(before.pages, self.pages, strict=True)):
            changed = changed_ids(was, page)
            parts = [self._part(each, order) for each in walk(page) if each.id in changed]
            if parts:
                found[page.id] = parts
        return found

    def _part(self, component: Component, order: int) -> dict[str, Any]:
        children = {"children": [child.id for child in component.children]}
        place = {"order": order} if component.type == "page" else {}
        return _alone(component, self._catalogue) | children | place

    @cached_property
    def _components(self) -> Mapping[str, Mapping[str, tuple[Component, bool]]]:
        """By page and id each component, and whether it is hidden for good."""
        return {
            page.id: {component.id: (component, hidden) for component, hidden in _walk(page, hidden=False)}
            for page in self.pages
        }

    def title(self, key: str, otherwise: str) -> str:
        """The title of a page as far as it is a plain text."""
        for page in self.pages:
            title = page.fields.get("title")
            if page.id == key and isinstance(title, str) and title and "@{" not in title:
                return title
        return otherwise

    def target(self, page: str, component_id: str, event: str) -> Target:
        """Return what ``event`` of a component on a page reaches.

        Raises:
            EventRefused: There is no such thing, it can't be reached, or nothing is linked to it.
        """
        component = self._reachable(page, component_id)
        spec = self._catalogue.event(component.type, event)
        if spec is None:
            raise EventRefused(f"{component_id!r} has no event {event!r}")
        known = self._catalogue.types.get(component.type)
        binds = component.binding is not None and known is not None and known.binding == event
        if not binds and event not in component.on:
            raise EventRefused(f"nothing is linked to {event!r} of {component_id!r}")
        return Target(spec.payload, binds)

    def check_rows(self, page: str, component_id: str) -> None:
        """See to it that a component may be asked for rows.

        Raises:
            EventRefused: There is no such component, it can't be reached, or it shows no frame.
        """
        if self._reachable(page, component_id, to_read=True).type not in FRAME_FIELDS:
            raise EventRefused(f"{component_id!r} shows no frame")

    def _reachable(self, page: str, component_id: str, *, to_read: bool = False) -> Component:
        if page not in self._components:
            raise EventRefused(f"there is no page {page!r}")
        found = self._components[page].get(component_id)
        if found is None:
            raise EventRefused(f"there is no component {component_id!r} on the page {page!r}")
        component, hidden = found
        if hidden or (not to_read and component.fields.get("disabled") is True):
            raise EventRefused(f"{component_id!r} is hidden or disabled")
        return component


def _for_browsers(component: Component, catalogue: Catalogue) -> dict[str, Any]:
    children = [_for_browsers(child, catalogue) for child in component.children]
    return _alone(component, catalogue) | {"children": children}


def _alone(component: Component, catalogue: Catalogue) -> dict[str, Any]:
    """A component as browsers get it, without what stands below it."""
    known = catalogue.types.get(component.type)
    own = {"module": known.module} if known is not None and known.module is not None else {}
    return own | {
        "id": component.id,
        "type": component.type,
        "fields": component.fields,
        "binding": component.binding,
        "on": list(component.on),
        "visible": component.visible,
    }


def _walk(component: Component, *, hidden: bool) -> Iterator[tuple[Component, bool]]:
    """Every component with whether it is hidden for good (templates the runtime judges)."""
    hidden = hidden or component.visible is False
    yield component, hidden
    for child in component.children:
        yield from _walk(child, hidden=hidden)
