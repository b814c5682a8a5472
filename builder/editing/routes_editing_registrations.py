"""The Builder's HTTP interface to what main.py says of other modules' functions. Edit mode only."""

from __future__ import annotations

import msgspec
from aiohttp import web
from mainspring.builder.code.handler_places import MAIN
from mainspring.builder.code.registrations import CannotRegister, Registration, register
from mainspring.builder.code.source import FileProblem
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.text_changes import Buffer, TextChange, UndoableChanges
from mainspring.builder.web.access import Policy, RequestRefused, Route
from mainspring.builder.web.json_bodies import json_answer, json_body

__all__ = ["registration_routes"]


class _Asked(msgspec.Struct, forbid_unknown_fields=True):
    """``buffer``: main.py as an editor shows it and hasn't saved; it is saved with what is put in."""

    registration: Registration
    buffer: Buffer | None = None


class _Undo(msgspec.Struct, forbid_unknown_fields=True):
    number: int


def registration_routes(site: EditingSite) -> list[Route]:
    """The table of what this module serves."""
    handlers = _Handlers(site)
    return [
        Route("POST", "/api/registrations", handlers.register, Policy.WRITE),
        Route("POST", "/api/registrations/undo", handlers.undo, Policy.WRITE),
    ]


class _Handlers:
    def __init__(self, site: EditingSite) -> None:
        self._site = site
        self._changes = UndoableChanges(site, "registration")

    async def register(self, request: web.Request) -> web.StreamResponse:
        asked = await json_body(request, _Asked)
        file = await self._site.files.read(MAIN)
        shown, digest = file.text, file.digest
        if asked.buffer is not None:
            shown, digest = asked.buffer.text.replace("\r\n", "\n"), asked.buffer.base_digest
        try:
            after = register(shown, asked.registration)
            done = await self._changes.write([TextChange(MAIN, file.text, shown, after, digest)])
        except (CannotRegister, FileProblem) as error:
            raise RequestRefused(409, "not_registered", str(error)) from None
        return json_answer(done)

    async def undo(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._changes.undo((await json_body(request, _Undo)).number))
