"""The web application of the Builder: its page, its HTTP interface, its socket. Edit mode only."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from aiohttp import web
from mainspring.builder.code.code_service import CodeService
from mainspring.builder.code.edited_files import EditedFiles, FileChanged, FilesChanged
from mainspring.builder.editing.drafts import Drafts
from mainspring.builder.editing.edit_lock import EditLock
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.editing_socket import EditingSockets
from mainspring.builder.editing.event_history import EventHistory
from mainspring.builder.editing.file_changes import FileChanges
from mainspring.builder.editing.inspections import Inspections
from mainspring.builder.editing.kept_layout import KeptLayout
from mainspring.builder.editing.routes_editing import ANSWERS, editing_routes
from mainspring.builder.editing.routes_editing_files import file_routes
from mainspring.builder.editing.routes_editing_handlers import handler_routes
from mainspring.builder.editing.routes_editing_layout import layout_routes
from mainspring.builder.editing.routes_editing_registrations import registration_routes
from mainspring.builder.editing.routes_editing_renames import rename_routes
from mainspring.builder.editing.routes_editing_search import search_routes
from mainspring.builder.editing.routes_editing_state import state_routes
from mainspring.builder.editing.routes_editing_theme import theme_routes
from mainspring.builder.editing.routes_editing_versions import version_routes
from mainspring.builder.pages.kept_versions import KeptVersions
from mainspring.builder.pages.page_edits import PageEdits
from mainspring.builder.pages.tree_store import PAGES_FOLDER, digest_of
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.supervisor import Supervisor
from mainspring.builder.web.access import Guard, Handler, Policy, RequestRefused, Route, add_routes, make_app
from mainspring.builder.web.html_pages import PageRenderer
from mainspring.builder.web.routes_app import static_route

__all__ = ["editing_table", "make_editing_app"]

# What doesn't touch the app's files: all else that writes is for the Builder that has the lock.
_BESIDE_THE_FILES: Final = frozenset(
    (
        "/api/drafts/{path:.+}",
        "/api/events/{number:[0-9]+}/cancel",
        "/api/events/{number:[0-9]+}/replay",
        "/api/layout",
        "/api/preview",
        "/api/renames/plan",
        "/api/runtime/restart",
        "/api/runtime/stop",
        "/api/search",
        "/api/sessions/{session}",
        "/api/sessions/{session}/reset",
        "/api/sessions/{session}/state",
        "/api/stubs",
    )
)


def _for_one_builder(routes: Iterable[Route], lock: EditLock) -> Iterator[Route]:
    """``routes``, of which those that write to the app's files are refused while another Builder does."""
    for route in routes:
        if route.policy in (Policy.WRITE, Policy.WRITE_BYTES) and route.path not in _BESIDE_THE_FILES:
            yield replace(route, handler=functools.partial(_write, lock, route.handler))
        else:
            yield route


async def _write(lock: EditLock, handler: Handler, request: web.Request) -> web.StreamResponse:
    if not lock.take():
        raise RequestRefused(423, "read_only", str(lock.holder))
    return await handler(request)


def _keep_pages(versions: KeptVersions, pages: PageEdits) -> None:
    for key, page in pages.pages.items():
        versions.soon(f"{PAGES_FOLDER}/{key}.json", page.digest)


def _keep_file(versions: KeptVersions, change: FileChanged | FilesChanged) -> None:
    # A page counts once it was read as one: a damaged file is no version that anybody wants back.
    if (
        isinstance(change, FileChanged)
        and change.digest is not None
        and not change.path.startswith(f"{PAGES_FOLDER}/")
    ):
        versions.soon(change.path, change.digest)


def editing_table(site: EditingSite, sockets: EditingSockets) -> list[Route]:
    """All routes of the Builder."""
    changes = FileChanges(site)
    return [
        static_route(site.renderer),
        *editing_routes(site),
        *file_routes(site, changes),
        *handler_routes(site),
        *state_routes(site),
        *version_routes(site),
        *theme_routes(site),
        *rename_routes(site, changes),
        *search_routes(site),
        *registration_routes(site),
        *layout_routes(site),
        *sockets.routes(),
    ]


def make_editing_app(
    guard: Guard,
    *,
    renderer: PageRenderer,
    app_path: Path,
    title: str,
    pages: PageEdits,
    files: EditedFiles,
    supervisor: Supervisor,
    history: EventHistory,
    inspections: Inspections,
    versions: KeptVersions,
    lock: EditLock,
    layout: KeptLayout,
    log: LogBuffer,
    code: CodeService,
    preview_url: Callable[[web.Request], str],
    end_session: Callable[[str], Awaitable[None]],
) -> web.Application:
    """Wire the Builder; it opens nothing and owns nothing but its sockets, which end with it.

    What is saved, here or elsewhere, is told to ``versions``.

    The caller tells ``pages``, ``files`` and ``supervisor`` what the watcher saw:
    ``files.look_at(changed.paths)`` for all of it.
    """
    site = EditingSite(
        renderer=renderer,
        app_path=app_path,
        title=title,
        pages=pages,
        files=files,
        supervisor=supervisor,
        history=history,
        inspections=inspections,
        versions=versions,
        drafts=Drafts(app_path),
        lock=lock,
        layout=layout,
        log=log,
        code=code,
        preview_url=preview_url,
        end_session=end_session,
    )
    sockets = EditingSockets(site)
    pages.subscribe(lambda _: _keep_pages(versions, pages))
    files.subscribe(lambda change: _keep_file(versions, change))
    files.on_version = lambda path, data: versions.soon(path, digest_of(data), data)
    _keep_pages(versions, pages)
    guard.refusal = renderer.error
    guard.answers = {**ANSWERS, **guard.answers}
    app = make_app(guard)
    add_routes(app, _for_one_builder(editing_table(site, sockets), lock))

    async def tell_pages(_: web.Application) -> None:
        await sockets.close()

    app.on_shutdown.append(tell_pages)
    return app
