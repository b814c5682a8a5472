"""Names that only the app knows: of its state as a session holds it now, of payloads, of pages."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from mainspring.builder.code.app_names import AppPlace, app_place, keys_at, used_keys
from mainspring.builder.components.payload_kinds import PAYLOAD_KINDS
from mainspring.builder.editing.editing_messages import Params
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.inspections import NotInspected
from mainspring.builder.pages.links import links
from mainspring.builder.pages.tree import find
from mainspring.runtime.protocol import CompleteState

__all__ = ["complete_app_names"]

# A runtime that is busy for longer has no say; what the text and the last start told is there.
ANSWER_S: Final = 0.15
# Of each handler, the latest events tell what comes.
_EVENTS_LOOKED_AT: Final = 200
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
    if place.of == "payload":
        return _payload(site, place)
    return await _state(site, place, params)


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


def _payload(site: EditingSite, place: AppPlace) -> Any | None:
    samples = list(_samples(site, place.handler))
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


def _samples(site: EditingSite, handler: str) -> Iterator[Any]:
    """What the events linked to a handler carry: as their types say it, then as it came the last time."""
    for stored in site.pages.pages.values():
        for link in links(stored.component):
            component = find(stored.component, link.component) if link.handler == handler else None
            kind = site.catalogue.types.get(component.type) if component is not None else None
            event = kind.events.get(link.event) if kind is not None else None
            if event is not None:
                yield event.example if event.example is not None else PAYLOAD_KINDS[event.payload].example
    for fired in site.history.events[: -_EVENTS_LOOKED_AT - 1 : -1]:
        if fired.handler == handler and (details := site.history.details(fired.number)) is not None:
            with contextlib.suppress(msgspec.DecodeError):
                yield msgspec.json.decode(details.payload)
            return


def _property(each: dict[str, Any]) -> dict[str, Any]:
    return {"label": each["label"], "kind": "property", "detail": each["detail"]}


def _answer(items: Any) -> dict[str, Any]:
    return {"items": list(items)}
