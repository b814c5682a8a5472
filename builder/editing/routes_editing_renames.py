"""The Builder's HTTP interface to renames: looked at, carried out, taken back. Edit mode only."""

from __future__ import annotations

import msgspec
from aiohttp import web
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.file_changes import FileChanges
from mainspring.builder.editing.rename_plans import Asked
from mainspring.builder.editing.renames import Renames
from mainspring.builder.web.access import Policy, Route
from mainspring.builder.web.json_bodies import json_answer, json_body

__all__ = ["rename_routes"]


class _Undo(msgspec.Struct, forbid_unknown_fields=True):
    number: int


def rename_routes(site: EditingSite, changes: FileChanges) -> list[Route]:
    """The table of what this module serves; ``changes`` moves files."""
    handlers = _Handlers(site, changes)
    return [
        Route("POST", "/api/renames/plan", handlers.plan, Policy.WRITE),
        Route("POST", "/api/renames", handlers.carry_out, Policy.WRITE),
        Route("POST", "/api/renames/undo", handlers.undo, Policy.WRITE),
    ]


class _Handlers:
    def __init__(self, site: EditingSite, changes: FileChanges) -> None:
        self._renames = Renames(site, changes)

    async def plan(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._renames.plan(await json_body(request, Asked)))

    async def carry_out(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._renames.carry_out(await json_body(request, Asked)))

    async def undo(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._renames.undo((await json_body(request, _Undo)).number))
