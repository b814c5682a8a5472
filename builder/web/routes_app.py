"""The routes of an app: its pages, its session socket, its files. The same in run mode and in the preview."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from aiohttp import BodyPartReader, hdrs, web
from mainspring.builder.components.catalogue import OWN_FOLDER, own_version
from mainspring.builder.components.component_types import TYPE_NAME
from mainspring.builder.sessions.gateway import TICKET_PURPOSE, Gateway
from mainspring.builder.sessions.session_messages import MalformedMessage, decode_download
from mainspring.builder.web.access import GUARD, Policy, RequestRefused, Route, asked
from mainspring.builder.web.byte_ranges import ranged
from mainspring.builder.web.html_pages import PageRenderer
from mainspring.builder.web.plotly_script import PlotlyScript
from mainspring.builder.web.row_downloads import DownloadFailed
from mainspring.builder.web.security_headers import BLOB_POLICY, origin_beside
from mainspring.builder.web.served_pages import EventRefused
from mainspring.builder.web.uploads import UploadRefused

__all__ = ["AppSite", "app_routes", "static_route"]

log = logging.getLogger("mainspring.app")

UPLOAD_TICKET_HEADER: Final = "X-Mainspring-Ticket"
CHUNK_BYTES: Final = 256 * 1024
MAX_QUERY_BYTES: Final = 1024 * 1024
_FOREVER: Final = {hdrs.CACHE_CONTROL: "public, max-age=31536000, immutable"}
# What describes a component is for the Builder, and code for nobody.
_NOT_SERVED: Final = frozenset({".toml", ".py", ".pyc"})
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")


@dataclass(frozen=True)
class AppSite:
    """What the routes of an app are made of.

    Attributes:
        builder_port: In edit mode, where the Builder is that shows the app in a frame.
    """

    gateway: Gateway
    renderer: PageRenderer
    app_path: Path
    title: str
    builder_port: int | None = None

    @property
    def edit(self) -> bool:
        return self.builder_port is not None


def app_routes(site: AppSite) -> list[Route]:
    """The table; pages stand last, because their pattern fits everything."""
    handlers = _Handlers(site)
    routes = [
        Route("GET", "/healthz", handlers.health, Policy.OPEN),
        Route("GET", "/readyz", handlers.ready, Policy.OPEN),
        static_route(site.renderer),
        Route("GET", "/session", handlers.session, Policy.SOCKET),
        Route("GET", "/assets/{path:.+}", handlers.asset, Policy.READ),
        Route("GET", "/theme.css", handlers.theme, Policy.READ),
        Route("GET", "/components/{type}/{path:.+}", handlers.component, Policy.READ),
        Route("GET", "/blob/{name}", handlers.blob, Policy.READ),
        Route("GET", "/packages/plotly.js", handlers.plotly, Policy.READ),
        Route("POST", "/uploads", handlers.upload, Policy.UPLOAD),
        Route("POST", "/rows.csv", handlers.rows, Policy.UPLOAD),
        Route("GET", "/", handlers.first_page, Policy.PAGE),
        Route("GET", "/{page}", handlers.page, Policy.PAGE),
    ]
    return [_for_visitors(site, route) for route in routes]


def _for_visitors(site: AppSite, route: Route) -> Route:
    """What shows something of the app is for those whom the app lets in.

    (A session has been let in, and brings its key for what it sends; our own files are for everyone.)
    """
    if route.policy not in (Policy.PAGE, Policy.READ):
        return route

    async def handle(request: web.Request) -> web.StreamResponse:
        await site.gateway.visitors.let_in(request)
        return await route.handler(request)

    return replace(route, handler=handle)


def static_route(renderer: PageRenderer) -> Route:
    """The built front end. Names carry a hash of the content, so browsers keep them for ever.

    Wheels hold compressed copies beside them, which ``FileResponse`` finds and prefers.
    """

    async def static(request: web.Request) -> web.StreamResponse:
        path = renderer.static_file(request.match_info["file"])
        if path is None:
            raise _not_found()
        return web.FileResponse(path, headers={**_FOREVER, hdrs.VARY: hdrs.ACCEPT_ENCODING})

    return Route("GET", "/static/{file}", static, Policy.OPEN)


class _Handlers:
    def __init__(self, site: AppSite) -> None:
        self._site = site
        self._plotly = PlotlyScript()

    async def health(self, request: web.Request) -> web.StreamResponse:
        """This process answers; whether its app does is another question."""
        return web.Response(text="ok\n")

    async def ready(self, request: web.Request) -> web.StreamResponse:
        """Whether to send people here."""
        ready = self._site.gateway.ready
        return web.Response(text="ready\n" if ready else "not ready\n", status=200 if ready else 503)

    async def session(self, request: web.Request) -> web.StreamResponse:
        return await self._site.gateway.serve(request, request.app[GUARD].tickets)

    async def first_page(self, request: web.Request) -> web.StreamResponse:
        keys = self._site.gateway.pages.keys
        if not keys and not self._site.edit:
            raise RequestRefused(404, "not_found", "This app has no page yet.")
        return self._page(request, keys[0] if keys else "")

    async def page(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["page"]
        if key not in self._site.gateway.pages.keys:
            raise RequestRefused(404, "not_found", "There is no such page.")
        return self._page(request, key)

    def _page(self, request: web.Request, key: str) -> web.Response:
        site = self._site
        if site.gateway.draining.begun:
            raise RequestRefused(
                503, "ending", "The app is being restarted. Load this page again in a moment."
            )
        title = site.gateway.pages.title(key, site.title)
        port = site.builder_port
        bootstrap = {
            "ticket": request.app[GUARD].tickets.issue(TICKET_PURPOSE),
            "socket": "session",
            "mode": "edit" if site.edit else "run",
            "title": title,
            "builder_origin": None if port is None else origin_beside(asked(request), port),
            "base": asked(request).base,
            "scheme": site.gateway.looks.scheme,
            "sheets": list(site.gateway.looks.sheets),
            "upload_bytes": site.gateway.uploads.limits.file_bytes,
        }
        return site.renderer.page("app.html", title, bootstrap)

    async def asset(self, request: web.Request) -> web.StreamResponse:
        path = _contained(self._site.app_path / "assets", request.match_info["path"])
        if path is None:
            raise _not_found()
        return web.FileResponse(path, headers={hdrs.CACHE_CONTROL: "no-cache"})

    async def theme(self, request: web.Request) -> web.StreamResponse:
        css = self._site.gateway.looks.css.encode()
        tag = f'"{hashlib.sha256(css).hexdigest()[:32]}"'
        headers = {hdrs.ETAG: tag, hdrs.CACHE_CONTROL: "no-cache"}
        if request.headers.get(hdrs.IF_NONE_MATCH) == tag:
            return web.Response(status=304, headers=headers)
        headers[hdrs.CONTENT_TYPE] = "text/css; charset=utf-8"
        return web.Response(body=css, headers=headers)

    async def component(self, request: web.Request) -> web.StreamResponse:
        """A file of one of the app's own components; an address with its version stays good."""
        kind, name = request.match_info["type"], request.match_info["path"]
        version, _, rest = name.partition("/") if name.startswith("~") else ("", "", name)
        folder = self._site.app_path / OWN_FOLDER
        path = _contained(folder / kind, rest) if TYPE_NAME.fullmatch(kind) else None
        if path is None or path.suffix in _NOT_SERVED:
            raise _not_found()
        headers = {hdrs.CACHE_CONTROL: "no-cache"}
        if version:
            with contextlib.suppress(OSError):
                if version == f"~{await asyncio.to_thread(own_version, folder / kind)}":
                    headers = _FOREVER
        return web.FileResponse(path, headers=headers)

    async def blob(self, request: web.Request) -> web.StreamResponse:
        blob = self._site.gateway.blobs.get(request.match_info["name"])
        if blob is None:
            raise _not_found()
        known = _MEDIA_TYPE.fullmatch(blob.media_type)
        headers = {
            hdrs.CONTENT_TYPE: blob.media_type if known else "application/octet-stream",
            hdrs.CACHE_CONTROL: "private, max-age=31536000, immutable",
            "Content-Security-Policy": BLOB_POLICY,
        }
        return ranged(request, blob.data, request.match_info["name"], headers)

    async def plotly(self, request: web.Request) -> web.StreamResponse:
        """plotly.js of the installed package, always compressed; every browser takes gzip."""
        script = await self._plotly.read()
        if script is None:
            raise RequestRefused(404, "no_plotly", "The package plotly isn't installed: pip install plotly")
        tag = f'"{script.tag}"'
        headers = {hdrs.ETAG: tag, hdrs.CACHE_CONTROL: "private, no-cache"}
        if request.headers.get(hdrs.IF_NONE_MATCH) == tag:
            return web.Response(status=304, headers=headers)
        headers |= {hdrs.CONTENT_TYPE: "text/javascript; charset=utf-8", hdrs.CONTENT_ENCODING: "gzip"}
        return web.Response(body=script.compressed, headers=headers)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """One file a request: a form with one field that has a file name."""
        gateway = self._site.gateway
        session_id = gateway.session_of(request.headers.get(UPLOAD_TICKET_HEADER, ""))
        if session_id is None:
            raise RequestRefused(403, "no_session", "This session has ended; load the page again.")
        try:
            part = await (await request.multipart()).next()
            if not isinstance(part, BodyPartReader) or part.filename is None:
                raise RequestRefused(400, "no_file", "The form must have one field, with a file.")
            media_type = part.headers.get(hdrs.CONTENT_TYPE, "application/octet-stream")
            upload_id = await gateway.uploads.receive(session_id, part.filename, media_type, _chunks(part))
        except UploadRefused as error:
            raise RequestRefused(413, "upload_refused", str(error)) from None
        except ValueError:
            # aiohttp's word for every kind of damage in a form.
            raise RequestRefused(400, "bad_form", "This is no form with a file.") from None
        return web.json_response({"id": upload_id})

    async def rows(self, request: web.Request) -> web.StreamResponse:
        """What a dataframe shows, as CSV; a form with one field ``query``, a ``DownloadRows``."""
        gateway = self._site.gateway
        session_id = gateway.session_of(request.headers.get(UPLOAD_TICKET_HEADER, ""))
        if session_id is None:
            raise RequestRefused(403, "no_session", "This session has ended; load the page again.")
        try:
            asked = decode_download(await _query(request))
            gateway.pages.check_rows(asked.page, asked.component)
        except (MalformedMessage, EventRefused, ValueError) as error:
            raise RequestRefused(400, "bad_query", f"This can't be downloaded: {error}") from None
        async with contextlib.aclosing(gateway.downloads.pieces(session_id, asked)) as pieces:
            try:
                first = await anext(pieces)
            except DownloadFailed as error:
                raise RequestRefused(429 if error.busy else 409, "no_rows", str(error)) from None
            headers = {hdrs.CONTENT_TYPE: "text/csv; charset=utf-8", hdrs.CACHE_CONTROL: "no-store"}
            response = web.StreamResponse(headers=headers)
            await response.prepare(request)
            await response.write(first)
            try:
                async for piece in pieces:
                    await response.write(piece)
            except DownloadFailed as error:
                # Half a file must not pass for a whole one: the browser sees that the line broke.
                log.info("a download of session %s ended early: %s", session_id[:8], error)
                if request.transport is not None:
                    request.transport.abort()
                return response
            await response.write_eof()
            return response


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(CHUNK_BYTES):
        yield chunk


async def _query(request: web.Request) -> str:
    """The field ``query`` of a form. Not ``request.post()``, which would unpack what a part says is packed.

    Raises:
        ValueError: The form has no such field, or it is too long.
    """
    part = await (await request.multipart()).next()
    if not isinstance(part, BodyPartReader) or part.name != "query":
        raise ValueError("it has no query")
    text = bytearray()
    async for chunk in _chunks(part):
        text += chunk
        if len(text) > MAX_QUERY_BYTES:
            raise ValueError("its query is too long")
    return text.decode()


def _contained(folder: Path, path: str) -> Path | None:
    """The file ``path`` below ``folder``, links followed; ``None`` if it isn't there or isn't below."""
    try:
        root = folder.resolve()
        found = (root / path).resolve()
        return found if found.is_relative_to(root) and found.is_file() else None
    except (OSError, ValueError):
        return None


def _not_found() -> RequestRefused:
    return RequestRefused(404, "not_found", "There is nothing here.")
