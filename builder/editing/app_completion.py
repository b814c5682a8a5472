"""Names that only the app knows: of its state as a session holds it now, of payloads, pages, components."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Container, Iterable, Iterator
from typing import Any, Final

import msgspec
from mainspring.builder.code.app_names import AppPlace, app_place, keys_at, used_keys
from mainspring.builder.code.handler_places import handler_name
from mainspring.builder.components.payload_kinds import PAYLOAD_KINDS
from mainspring.builder.editing.editing_messages import Params
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.inspections import NotInspected
from mainspring.builder.pages.links import PageLink, links
from mainspring.builder.pages.tree import parent_of, walk
from mainspring.runtime.protocol import CompleteState, Component

__all__ = ["complete_app_names"]

# A runtime that is busy for longer has no say; what the text and the last start told is there.
ANSWER_S: Final = 0.15
# Of each handler, the latest events tell what comes.
_EVENTS_LOOKED_AT: Final = 200
_ROW_VARIABLES: Final = ("key_variable", "value_variable")
_SIMPLE: Final = re.compile(r"[^\"'\\\n]*")
_NAME: Final = re.compile(r"[^\W\d]\w*")


async def complete_app_names(site: EditingSite, params: Params) -> Any | None:
    """Answer a completion, or return ``None`` where the names are Python's."""
    at = params.position
    place = app_place(params.text, at.line, at.character)
    if place is None:
        return None
    if place.of == "pages":
        pages = site.pages.pages
        return _answer({"label": key, "kind": "page", "detail": "page"} for key in pages)
    # A link calls a function by its module, and an imported one as if it were main's.
    names = {place.handler, handler_name(params.text_document.uri, place.handler)}
    linked = list(_linked(site, names)) if place.handler else []
    match place.of:
        case "payload":
            return _payload(site, place, linked, names)
        case "context":
            return _answer(_property({"label": key, "detail": kind}) for key, kind in _context(site, linked))
        case "components":
            return _answer(_components(site, {link.component for link in linked}))
        case "events":
            return _answer({"label": event, "kind": "event", "detail": "event"} for event in _events(linked))
        case "text":
            return _answer(())
        case _:
            return await _state(site, place, params)


def _linked(site: EditingSite, handlers: Container[str | None]) -> Iterator[PageLink]:
    for stored in site.pages.pages.values():
        yield from (link for link in links(stored.component) if link.handler in handlers)


def _events(linked: Iterable[PageLink]) -> Iterator[str]:
    return iter(dict.fromkeys(link.event for link in linked))


def _components(site: EditingSite, first: Container[str]) -> list[dict[str, Any]]:
    """All ids but those of pages; those that are linked to the function around come first."""
    found = [
        {"label": each.id, "kind": "component", "detail": f"{each.type} on {key}"}
        for key, stored in site.pages.pages.items()
        for each in walk(stored.component)
        if each is not stored.component
    ]
    return sorted(found, key=lambda item: item["label"] not in first)


def _context(site: EditingSite, linked: Iterable[PageLink]) -> Iterator[tuple[str, str]]:
    """What the context of these events has: with the variables of the repeaters around."""
    found = {"target": "str", "event": "str"}
    for link in linked:
        for above in _around(site.pages.pages[link.page].component, link.component):
            if above.type == "repeater":
                fields = site.catalogue.types[above.type].fields
                names = [above.fields.get(field) or fields[field].default for field in _ROW_VARIABLES]
                found |= {name: "row" for name in names if isinstance(name, str)}
    return iter(found.items())


def _around(page: Component, component_id: str) -> Iterator[Component]:
    """The components around one, from the inside out."""
    while (above := parent_of(page, component_id)) is not None:
        yield above[0]
        component_id = above[0].id


async def _state(site: EditingSite, place: AppPlace, params: Params) -> Any | None:
    told = await _told(site, place)
    if told is None:
        if place.path or place.attribute:
            return None if place.attribute else _answer(())
        told = {"keys": [{"label": key, "detail": ""} for key in site.supervisor.state_keys]}
    if place.attribute:
        keys = [each for each in told["keys"] if not place.path and _NAME.fullmatch(each["label"])]
        columns = [each for each in told["columns"] if _NAME.fullmatch(each["label"])]
        return _answer([*map(_property, keys), *map(_property, columns), *told["attributes"]])
    known = [*told["keys"], *told.get("columns", ())]
    used = used_keys(params.text, params.position.line) if not place.path else set()
    labels = {each["label"] for each in known}
    more = [{"label": key, "detail": ""} for key in sorted(used - labels)]
    return _answer(_property(each) for each in (*known, *more) if _SIMPLE.fullmatch(each["label"]))


async def _told(site: EditingSite, place: AppPlace) -> dict[str, Any] | None:
    """What the newest session has there; before anybody came, what a new one would have."""
    ids = [site.history.session_id(session.id) for session in reversed(site.history.sessions)]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(ANSWER_S):
            for session_id in [*filter(None, ids[:3]), ""]:
                with contextlib.suppress(NotInspected):
                    told: dict[str, Any] = await site.inspections.ask(session_id, CompleteState(place.path))
                    return told
    return None


def _payload(
    site: EditingSite, place: AppPlace, linked: Iterable[PageLink], names: Container[str | None]
) -> Any | None:
    samples = list(_samples(site, linked, names))
    if place.attribute:
        if place.path or not samples or samples[0] is None:
            return None
        return _answer(
            {"label": name, "kind": "function"} for name in dir(type(samples[0])) if not name.startswith("_")
        )
    found: dict[str, str] = {}
    for sample in samples:
        for key, value in keys_at(sample, place.path):
            found.setdefault(key, type(value).__name__)
    return _answer(_property({"label": key, "detail": kind}) for key, kind in found.items())


def _samples(site: EditingSite, linked: Iterable[PageLink], names: Container[str | None]) -> Iterator[Any]:
    """What the events linked to a handler carry: as their types say it, then as it came the last time."""
    types = {each.id: each.type for page in site.pages.pages.values() for each in walk(page.component)}
    for link in linked:
        kind = site.catalogue.types.get(types.get(link.component, ""))
        event = kind.events.get(link.event) if kind is not None else None
        if event is not None:
            yield event.example if event.example is not None else PAYLOAD_KINDS[event.payload].example
    for fired in site.history.events[: -_EVENTS_LOOKED_AT - 1 : -1]:
        if fired.handler in names and (details := site.history.details(fired.number)) is not None:
            with contextlib.suppress(msgspec.DecodeError):
                yield msgspec.json.decode(details.payload)
            return


def _property(each: dict[str, Any]) -> dict[str, Any]:
    return {"label": each["label"], "kind": "property", "detail": each["detail"]}


def _answer(items: Any) -> dict[str, Any]:
    return {"items": list(items)}
