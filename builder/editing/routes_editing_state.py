"""Sessions, their state, and the events that were fired, over HTTP. Edit mode only."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.web.access import Policy, RequestRefused, Route
from mainspring.builder.web.json_bodies import json_answer, json_body, number_in
from mainspring.runtime.protocol import (
    AssignState,
    FindReferences,
    FindState,
    ReadState,
    ResetState,
    StateQuery,
)

__all__ = ["state_routes"]

_Path = tuple[str | int, ...]


class _Place(msgspec.Struct, forbid_unknown_fields=True):
    """Which part of the state; in the query of a GET, ``path`` is encoded JSON."""

    path: _Path = ()
    start: int = 0
    count: int = 200


class _Value(msgspec.Struct, forbid_unknown_fields=True):
    path: _Path
    value: msgspec.Raw


def state_routes(site: EditingSite) -> list[Route]:
    """The table of what this module serves."""
    handlers = _Handlers(site)
    return [
        Route("GET", "/api/sessions", handlers.sessions, Policy.READ),
        Route("DELETE", "/api/sessions/{session}", handlers.end, Policy.WRITE),
        Route("GET", "/api/sessions/{session}/state", handlers.read, Policy.READ),
        Route("PUT", "/api/sessions/{session}/state", handlers.assign, Policy.WRITE),
        Route("GET", "/api/sessions/{session}/found", handlers.find, Policy.READ),
        Route("GET", "/api/sessions/{session}/references", handlers.references, Policy.READ),
        Route("POST", "/api/sessions/{session}/reset", handlers.reset, Policy.WRITE),
        Route("GET", "/api/events", handlers.events, Policy.READ),
        Route("GET", "/api/events/{number:[0-9]+}", handlers.event, Policy.READ),
        Route("POST", "/api/events/{number:[0-9]+}/replay", handlers.replay, Policy.WRITE),
        Route("POST", "/api/events/{number:[0-9]+}/cancel", handlers.cancel, Policy.WRITE),
        Route("GET", "/api/problems", handlers.problems, Policy.READ),
    ]


class _Handlers:
    def __init__(self, site: EditingSite) -> None:
        self._site = site

    async def sessions(self, request: web.Request) -> web.StreamResponse:
        return json_answer({"sessions": self._site.history.sessions})

    async def end(self, request: web.Request) -> web.StreamResponse:
        """The browser of this session goes: its state isn't kept for a return."""
        await self._site.end_session(self._session_id(request))
        return json_answer({})

    async def read(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        try:
            place = msgspec.convert(
                {
                    "path": msgspec.json.decode(query.get("path", "[]")),
                    "start": int(query.get("start", "0")),
                    "count": int(query.get("count", "200")),
                },
                _Place,
            )
        except (ValueError, RecursionError) as error:
            raise RequestRefused(400, "bad_path", f"This is no path: {error}.") from None
        return json_answer(await self._ask(request, ReadState(place.path, place.start, place.count)))

    async def find(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._ask(request, FindState(request.query.get("text", "")[:1_000])))

    async def references(self, request: web.Request) -> web.StreamResponse:
        return json_answer({"references": await self._ask(request, FindReferences())})

    async def assign(self, request: web.Request) -> web.StreamResponse:
        body = await json_body(request, _Value)
        return json_answer(await self._ask(request, AssignState(body.path, bytes(body.value))))

    async def reset(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._ask(request, ResetState()))

    def _session_id(self, request: web.Request) -> str:
        session_id = self._site.history.session_id(request.match_info["session"])
        if session_id is None:
            raise RequestRefused(404, "no_session", "This session has ended.")
        return session_id

    async def _ask(self, request: web.Request, query: StateQuery) -> Any:
        return await self._site.inspections.ask(self._session_id(request), query)

    async def events(self, request: web.Request) -> web.StreamResponse:
        return json_answer({"events": self._site.history.events})

    async def event(self, request: web.Request) -> web.StreamResponse:
        details = self._site.history.details(number_in(request))
        if details is None:
            raise RequestRefused(404, "no_event", "This event is no longer in the history.")
        return json_answer(details)

    async def replay(self, request: web.Request) -> web.StreamResponse:
        self._site.history.replay(number_in(request))
        return json_answer({})

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        self._site.history.cancel(number_in(request))
        return json_answer({})

    async def problems(self, request: web.Request) -> web.StreamResponse:
        return json_answer({"problems": await self._site.problems()})
