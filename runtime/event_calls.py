"""From an event to the call that it makes: checked, with its payload decoded and its binding applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import built_in
from .around import Flush, InThread, around_async, around_sync
from .expressions import parse_path
from .named_functions import Named
from .payloads import Refused, decode
from .protocol import Event
from .references import Pages
from .registry import Entry
from .rows import Scope, field_value, locate
from .sessions import Session


def runs_in_loop(entry: Entry | None, around: tuple[Named, ...]) -> bool:
    """Whether an event is handled in the loop of async handlers, not in a thread."""
    kinds = [named.kind for named in around] + ([entry.listed.kind] if entry is not None else [])
    return any(kind.startswith("async") for kind in kinds)


def prepare(
    event: Event,
    session: Session,
    pages: Pages,
    handlers: Mapping[str, Entry],
    around: tuple[Named, ...],
    flush: Flush,
    in_thread: InThread,
) -> Callable[[], Any]:
    """Return the call to make, or one that gives a coroutine.

    Args:
        around: What runs around it. The binding is applied within, and so is what the event does without
            code, so that who keeps the handler from running keeps the state as it is.

    Raises:
        Refused: The event isn't possible (now), or its payload is not what it should be.
    """
    chain = pages.found.get(event.component)
    if chain is None or chain[0].id != event.page:
        raise Refused(f"there is no component {event.component!r} on page {event.page!r}")
    component = chain[-1]
    does = component.on.get(event.event, "")
    name = does if isinstance(does, str) else ""
    binds = bool(event.binds and component.binding)
    if not does and not binds:
        raise Refused(f"nothing is linked to {event.event} of {component.id}")
    entry = handlers.get(name) if name else None
    if session.observer is not None:
        session.observer.begin(event.sequence)
    with session.lock:
        if component.id in pages.always_there and not event.rows:
            scope = Scope(session.state)
        else:
            scope = locate(chain, event.rows, session.state)
        payload = decode(
            event.kind,
            event.payload,
            event.uploads,
            lambda field: pages.keys if field == "pages" else field_value(component, field, scope),
        )

        def write() -> None:
            if binds:
                _bind(component.binding or "", scope, payload)
            if not isinstance(does, str):
                find = pages.finder(chain[0].id)
                built_in.perform(does, scope, payload, event.rows, find, session.act)

        if not around:
            write()
    if name and entry is None:
        raise Refused(f"main.py has no handler {name}; link {event.event} of {component.id} to another")
    if entry is not None and entry.signature.problem:
        raise Refused(entry.signature.problem)
    values = {
        "state": session.state,
        "payload": payload,
        "context": {"event": event.event, "target": component.id, **scope.context},
        "session": session.info,
    }

    def call() -> Any:
        if around:
            with session.lock:
                write()
        if entry is None:
            return None
        positional, keywords = entry.signature.arguments(values)
        return entry.function(*positional, **keywords)

    if not around:
        return call
    if runs_in_loop(entry, around):
        plain = entry is None or not entry.listed.kind.startswith("async")
        return lambda: around_async(around, values, call, flush, in_thread if plain else None)
    return lambda: around_sync(around, values, call, flush)


def _bind(path: str, scope: Scope, value: Any) -> None:
    try:
        scope.write(parse_path(path), value)
    except ValueError as error:
        raise Refused(str(error)) from None
