"""Stubs and handlers over HTTP: shown, written into a file and linked, found again. Edit mode only."""

from __future__ import annotations

import msgspec
from aiohttp import web
from mainspring.builder.code.handler_edits import find_function, insert_function
from mainspring.builder.code.handler_places import MAIN, HandlerPlace, can_be_written, file_of, handler_name
from mainspring.builder.code.source import FileProblem, SourceFile
from mainspring.builder.code.stubs import Stub, render_stub, tokens
from mainspring.builder.components.component_types import EventSpec
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.written_stubs import WrittenStub
from mainspring.builder.pages.built_in_actions import described
from mainspring.builder.pages.tree import find
from mainspring.builder.pages.tree_operations import Link
from mainspring.builder.web.access import Policy, RequestRefused, Route
from mainspring.builder.web.json_bodies import json_answer, json_body
from mainspring.runtime.protocol import BuiltIn, Component

__all__ = ["handler_routes"]


class _EventOf(msgspec.Struct, forbid_unknown_fields=True):
    """Names an event of a component on a page."""

    page: str
    component: str
    event: str


class _Buffer(msgspec.Struct, forbid_unknown_fields=True):
    """What an editor shows of a file and hasn't saved, and the version that it is based on."""

    text: str
    base_digest: str


class _NewHandler(_EventOf, forbid_unknown_fields=True):
    path: str = MAIN
    buffer: _Buffer | None = None


class _Written(msgspec.Struct):
    """A handler, the file that it stands in, and where its body begins."""

    handler: str
    path: str
    text: str
    digest: str
    line: int
    character: int


def handler_routes(site: EditingSite) -> list[Route]:
    """The table of what this module serves."""
    handlers = _Handlers(site)
    return [
        Route("POST", "/api/stubs", handlers.stub, Policy.WRITE),
        Route("POST", "/api/handlers", handlers.create, Policy.WRITE),
        Route("GET", "/api/handlers/{name}", handlers.place, Policy.READ),
    ]


class _Handlers:
    def __init__(self, site: EditingSite) -> None:
        self._site = site

    async def stub(self, request: web.Request) -> web.StreamResponse:
        asked = await json_body(request, _EventOf)
        component, spec = self._event(asked)
        try:
            file = (await self._site.files.read(MAIN)).text
        except FileProblem:
            # Showing a stub needs no file that could be read.
            file = ""
        stub = _render(component, asked.event, spec, file)
        return json_answer({"name": stub.name, "source": stub.source, "tokens": tokens(stub.source)})

    async def place(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        place = await self._site.places.find(name)
        if place is None:
            raise RequestRefused(404, "no_handler", f"None of the app's files defines {name}.")
        return json_answer(place)

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Write the stub and link it. An event that has its handler is answered with where that is."""
        asked = await json_body(request, _NewHandler)
        component, spec = self._event(asked)
        linked = component.on.get(asked.event)
        if isinstance(linked, BuiltIn):
            words = f"{asked.event} of {asked.component} does this without code: {described(linked)}."
            raise RequestRefused(409, "built_in", f"{words} Unlink it to write a handler.")
        if linked is not None and (found := await self._linked(linked, asked)) is not None:
            return json_answer(found)
        path, function = asked.path, ""
        if linked is not None and can_be_written(linked):
            # The link is there and leads nowhere: the function gets the name that it says.
            path, function = file_of(linked)
        written, stub = await self._write(component, asked, spec, path, function)
        if linked != written.handler:
            state = self._site.pages.state(asked.page)
            link = Link(id=asked.component, event=asked.event, handler=written.handler)
            await self._site.pages.apply(asked.page, link, state.revision)
            self._site.stubs.note(stub)
        return json_answer(written)

    def _event(self, asked: _EventOf) -> tuple[Component, EventSpec]:
        page = self._site.pages.state(asked.page).page
        component = find(page, asked.component)
        if component is None:
            raise RequestRefused(
                404, "no_component", f"There is no component {asked.component} on this page."
            )
        spec = self._site.catalogue.event(component.type, asked.event)
        if spec is None:
            raise RequestRefused(404, "no_event", f"{asked.component} has no event {asked.event}.")
        return component, spec

    async def _linked(self, handler: str, asked: _NewHandler) -> _Written | None:
        """The handler that the event has, if it is found; nothing is written then."""
        path, function = file_of(handler)
        if asked.buffer is not None and path == asked.path:
            place = find_function(asked.buffer.text, function)
            if place is not None:
                buffer = asked.buffer
                return _Written(handler, path, buffer.text, buffer.base_digest, place.line, place.character)
        found = await self._site.places.find(handler)
        if found is None:
            return None
        return _written(handler, await self._site.files.read(found.path), found)

    async def _write(
        self, component: Component, asked: _NewHandler, spec: EventSpec, path: str, function: str
    ) -> tuple[_Written, WrittenStub]:
        if asked.buffer is not None and path == asked.path:
            text, base_digest = asked.buffer.text.replace("\r\n", "\n"), asked.buffer.base_digest
        else:
            file = await self._site.files.read(path)
            text, base_digest = file.text, file.digest
        stub = _render(component, asked.event, spec, text, function)
        handler = handler_name(path, stub.name)
        if handler is None:
            raise RequestRefused(409, "no_module", f"{path} can't hold handlers; choose a Python file.")
        inserted = insert_function(text, stub.source)
        saved = await self._site.save_file(path, inserted.text, base_digest)
        noted = WrittenStub(
            page=asked.page,
            component=asked.component,
            event=asked.event,
            handler=handler,
            path=path,
            source=stub.source,
            above=inserted.above,
            below=inserted.below,
        )
        place = HandlerPlace(path, inserted.body.line, inserted.body.character)
        return _written(handler, saved, place), noted


def _render(component: Component, event: str, spec: EventSpec, file: str, name: str = "") -> Stub:
    return render_stub(
        component.id, event, spec.payload, file, description=spec.description, example=spec.example, name=name
    )


def _written(handler: str, file: SourceFile, place: HandlerPlace) -> _Written:
    return _Written(handler, file.path, file.text, file.digest, place.line, place.character)
