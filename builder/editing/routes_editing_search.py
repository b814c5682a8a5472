"""The Builder's HTTP interface to search and replace over all files. Edit mode only."""

from __future__ import annotations

import msgspec
from aiohttp import web
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.replacements import Asked, Replacements
from mainspring.builder.web.access import Policy, Route
from mainspring.builder.web.json_bodies import json_answer, json_body

__all__ = ["search_routes"]


class _Undo(msgspec.Struct, forbid_unknown_fields=True):
    number: int


def search_routes(site: EditingSite) -> list[Route]:
    """The table of what this module serves."""
    handlers = _Handlers(site)
    return [
        Route("POST", "/api/search", handlers.search, Policy.WRITE),
        Route("POST", "/api/replacements", handlers.carry_out, Policy.WRITE),
        Route("POST", "/api/replacements/undo", handlers.undo, Policy.WRITE),
    ]


class _Handlers:
    def __init__(self, site: EditingSite) -> None:
        self._replacements = Replacements(site)

    async def search(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._replacements.search(await json_body(request, Asked)))

    async def carry_out(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._replacements.carry_out(await json_body(request, Asked)))

    async def undo(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._replacements.undo((await json_body(request, _Undo)).number))
