"""The Builder's HTTP interface: its page, pages of the app, files, the runtime. Edit mode only."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final

import msgspec
from aiohttp import web
from mainspring.builder.code.source import (
    Conflict,
    FileProblem,
    NoSuchFile,
    NotEditable,
    NotSaved,
    PathRefused,
    TakenPath,
)
from mainspring.builder.code.trash import NotInTrash
from mainspring.builder.editing.drafts import DraftRefused
from mainspring.builder.editing.editing_site import SOCKET_TICKET, EditingSite
from mainspring.builder.editing.event_history import CannotReplay, NotRunning
from mainspring.builder.editing.inspections import NotInspected
from mainspring.builder.pages.kept_versions import NoSuchVersion
from mainspring.builder.pages.page_edits import NoSuchPage, OperationConflict, PageNotSaved, PageState
from mainspring.builder.pages.tree_operations import Operation, OperationError
from mainspring.builder.web.access import GUARD, Policy, RequestRefused, Route, asked
from mainspring.builder.web.json_bodies import json_answer, json_body, number_in
from mainspring.builder.web.security_headers import POLICY, with_style_nonce

__all__ = ["ANSWERS", "editing_routes"]


class _OperationBody(msgspec.Struct, forbid_unknown_fields=True):
    """``client`` is one tab, by a name that it gave itself: its own earlier edits are no conflict."""

    base: int
    operation: Operation
    client: Annotated[str, msgspec.Meta(max_length=64)] = ""


class _NewPage(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    title: str = ""


class _Step(msgspec.Struct, forbid_unknown_fields=True):
    """``unsaved``: files with changes that only their editor knows; a step writes nothing into them.

    ``base``: the revision that the client has; it gets what has changed since. Without: the whole page.
    """

    base: int | None = None
    unsaved: tuple[str, ...] = ()


def _conflict(error: Conflict) -> RequestRefused:
    current = error.current
    shown = None if current is None else {"text": current.text, "digest": current.digest}
    return RequestRefused(409, error.code, str(error), current=shown)


def _refusal(status: int, code: str) -> Callable[[Exception], RequestRefused]:
    return lambda error: RequestRefused(status, code, str(error))


# The first that fits answers, so the special ones stand before what they are kinds of.
ANSWERS: Final[Mapping[type[Exception], Callable[[Any], RequestRefused]]] = {
    Conflict: _conflict,
    NoSuchFile: _refusal(404, NoSuchFile.code),
    TakenPath: _refusal(409, TakenPath.code),
    NotSaved: _refusal(409, NotSaved.code),
    NotEditable: _refusal(422, NotEditable.code),
    FileProblem: _refusal(409, FileProblem.code),
    PathRefused: _refusal(400, "bad_path"),
    OperationError: _refusal(409, "impossible"),
    OperationConflict: _refusal(409, "conflict"),
    NoSuchPage: _refusal(404, "no_page"),
    PageNotSaved: _refusal(409, "not_saved"),
    CannotReplay: _refusal(409, "no_replay"),
    NotRunning: _refusal(409, "not_running"),
    NotInspected: _refusal(409, "not_inspected"),
    NoSuchVersion: _refusal(404, "no_version"),
    NotInTrash: _refusal(404, "not_in_trash"),
    DraftRefused: _refusal(409, "no_draft"),
}


def editing_routes(site: EditingSite) -> list[Route]:
    """The table of what this module serves."""
    handlers = _Handlers(site)
    return [
        Route("GET", "/", handlers.builder, Policy.PAGE),
        Route("GET", "/api/overview", handlers.overview, Policy.READ),
        Route("POST", "/api/pages", handlers.create_page, Policy.WRITE),
        Route("GET", "/api/pages/{key}", handlers.read_page, Policy.READ),
        Route("DELETE", "/api/pages/{key}", handlers.delete_page, Policy.WRITE),
        Route("POST", "/api/pages/{key}/operations", handlers.operate, Policy.WRITE),
        Route("POST", "/api/pages/{key}/undo", handlers.undo, Policy.WRITE),
        Route("POST", "/api/pages/{key}/redo", handlers.redo, Policy.WRITE),
        Route("POST", "/api/runtime/stop", handlers.stop, Policy.WRITE),
        Route("POST", "/api/runtime/restart", handlers.restart, Policy.WRITE),
        Route("POST", "/api/preview", handlers.preview, Policy.WRITE),
        Route("GET", "/api/log/{number:[0-9]+}", handlers.log_line, Policy.READ),
    ]


class _Handlers:
    def __init__(self, site: EditingSite) -> None:
        self._site = site

    async def builder(self, request: web.Request) -> web.StreamResponse:
        site, guard = self._site, request.app[GUARD]
        bootstrap = {
            "app": site.title,
            "path": str(site.app_path),
            "write_token": guard.write_token,
            "ticket": guard.tickets.issue(SOCKET_TICKET),
            "preview_url": site.preview_url(request),
            "layout": site.layout.read(),
            "version": _version(),
        }
        nonce = secrets.token_urlsafe(16)
        page = site.renderer.page("builder.html", site.title, bootstrap, style_nonce=nonce)
        page.headers[POLICY] = with_style_nonce(guard.headers(asked(request)).get(POLICY, ""), nonce)
        return page

    async def overview(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._site.overview())

    # --- pages ---

    async def create_page(self, request: web.Request) -> web.StreamResponse:
        body = await json_body(request, _NewPage)
        return json_answer(await self._site.pages.create_page(body.key, body.title))

    async def read_page(self, request: web.Request) -> web.StreamResponse:
        return json_answer(self._site.pages.state(request.match_info["key"]))

    async def delete_page(self, request: web.Request) -> web.StreamResponse:
        await self._site.pages.delete_page(request.match_info["key"])
        return json_answer({})

    async def operate(self, request: web.Request) -> web.StreamResponse:
        body = await json_body(request, _OperationBody)
        key = request.match_info["key"]
        edit = await self._site.pages.apply(key, body.operation, body.base, body.client)
        changes = msgspec.structs.asdict(self._site.pages.changes(key, body.base))
        return json_answer(changes | {"changed_id": edit.changed_id})

    async def undo(self, request: web.Request) -> web.StreamResponse:
        return await self._step(request, self._site.pages.undo)

    async def redo(self, request: web.Request) -> web.StreamResponse:
        return await self._step(request, self._site.pages.redo)

    async def _step(
        self, request: web.Request, step: Callable[[str], Awaitable[PageState]]
    ) -> web.StreamResponse:
        site, key, body = self._site, request.match_info["key"], await json_body(request, _Step)
        state = await step(key)
        await site.stubs.follow(key, site.pages.pages, site.files.read, site.save_file, body.unsaved)
        return json_answer(state if body.base is None else site.pages.changes(key, body.base))

    # --- the app ---

    async def stop(self, request: web.Request) -> web.StreamResponse:
        await self._site.supervisor.stop()
        return json_answer({})

    async def restart(self, request: web.Request) -> web.StreamResponse:
        await self._site.supervisor.restart()
        return json_answer({})

    async def preview(self, request: web.Request) -> web.StreamResponse:
        return json_answer({"url": self._site.preview_url(request)})

    async def log_line(self, request: web.Request) -> web.StreamResponse:
        """A line of the log without a cut."""
        text = self._site.log.whole(number_in(request))
        if text is None:
            raise RequestRefused(404, "no_line", "The log doesn't hold this line any more.")
        return web.Response(text=text, content_type="text/plain", headers={"Cache-Control": "no-store"})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("mainspring")
    except PackageNotFoundError:
        return "checkout"
