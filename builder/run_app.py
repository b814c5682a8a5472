"""Run mode: the finished app, without any editing side. Nothing here imports one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from aiohttp import web
from mainspring.builder.components.catalogue import Catalogue, load_app_catalogue
from mainspring.builder.listening import CannotListen, Listen, bind, port_of, serving
from mainspring.builder.log_lines import json_line
from mainspring.builder.pages.tree_store import BrokenPage, read_pages
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.log_file import RotatingFile, open_log_file
from mainspring.builder.processes.supervisor import Status, Supervisor, open_supervisor
from mainspring.builder.service import CannotServe, Drain
from mainspring.builder.sessions.gateway import Gateway
from mainspring.builder.sessions.sessions import SessionLimits
from mainspring.builder.settings import AppSettings, SettingsError, load_settings
from mainspring.builder.terminal import TerminalLog, announce, error_lines
from mainspring.builder.web.access import Guard, add_routes, make_app
from mainspring.builder.web.base_path import below
from mainspring.builder.web.html_pages import FrontEndMissing, PageRenderer
from mainspring.builder.web.looks import load_looks
from mainspring.builder.web.routes_app import AppSite, app_routes
from mainspring.builder.web.security_headers import app_headers
from mainspring.builder.web.served_pages import ServedPages
from mainspring.builder.web.uploads import UploadLimits, open_uploads
from mainspring.runtime.protocol import Component

__all__ = ["check_app", "make_app_site", "run_app"]

IDLE_S: Final = 300.0


def check_app(app_path: Path) -> AppSettings:
    """Return the settings of the app in a folder.

    Raises:
        CannotServe: There is no app, or its settings are wrong.
    """
    if not (app_path / "main.py").is_file():
        raise CannotServe(
            f"{app_path} has no main.py, so there is no app in it. `mainspring create PATH` makes one."
        )
    try:
        return load_settings(app_path)
    except SettingsError as error:
        raise CannotServe(str(error)) from None


def read_all_pages(app_path: Path, catalogue: Catalogue) -> Sequence[Component]:
    """Return the app's pages in their order.

    Raises:
        CannotServe: One of the files is no page; the text says where.
    """
    pages: list[Component] = []
    for page in read_pages(app_path, catalogue):
        if isinstance(page, BrokenPage):
            raise CannotServe(f"{page.file}, line {page.line}, column {page.column}: {page.message}")
        pages.append(page.component)
    return pages


def make_app_site(guard: Guard, site: AppSite) -> web.Application:
    """Wire the web application of an app's pages: of run mode, and of the preview in edit mode."""
    guard.refusal = site.renderer.error
    app = make_app(guard)
    add_routes(app, below(guard.proxies.base_path, app_routes(site)))

    async def tell_browsers(_: web.Application) -> None:
        await site.gateway.draining.close()

    app.on_shutdown.append(tell_browsers)
    return app


async def run_app(app_path: Path, listen: Listen, drain: Drain, *, log_json: bool = False) -> None:
    """Serve the app until the task is cancelled, or until ``drain`` is asked for and done.

    Args:
        log_json: Say what the app writes as JSON lines.

    Raises:
        CannotServe: The app doesn't load, a page is broken, the port is taken, the front end isn't built.
    """
    settings = check_app(app_path)
    catalogue = load_app_catalogue(app_path)
    pages = ServedPages(read_all_pages(app_path, catalogue), catalogue, settings.media_origins)
    try:
        bound = bind(listen.host, listen.port)
        renderer = PageRenderer()
    except (CannotListen, FrontEndMissing) as error:
        raise CannotServe(str(error)) from None
    log = LogBuffer()
    terminal = TerminalLog(log, as_json=log_json)
    limits = SessionLimits.of(settings.sessions, settings.events_per_s, IDLE_S)
    upload_limits = UploadLimits.of(settings.upload_mb)
    with bound, open_uploads(upload_limits) as uploads:
        gateway = Gateway(pages, uploads, limits, edit=False)
        gateway.looks = load_looks(app_path, settings.theme)
        gateway.visitors.verified = bool(settings.verify_session)
        async with (
            asyncio.TaskGroup() as tasks,
            _log_file(app_path, settings, log),
            open_supervisor(
                app_path,
                pages=pages.pages,
                edit=False,
                log=log,
                on_message=gateway.receive,
                pool_size=settings.pool_size,
                functions=lambda: settings.functions,
            ) as supervisor,
        ):
            following = tasks.create_task(terminal.follow())
            try:
                await _loaded(supervisor)
                gateway.connect(supervisor)
                headers = app_headers(None, lambda: gateway.pages.media_origins)
                guard = Guard(listen.hosts(port_of(bound)), headers=headers, proxies=listen.proxies)
                site = AppSite(gateway, renderer, app_path, settings.title_of(app_path))
                async with serving(make_app_site(guard, site), bound):
                    url = f"{listen.address(port_of(bound))}{listen.proxies.base_path}"
                    await announce(url, browser=listen.browser)
                    await asyncio.to_thread(renderer.prepare, "app.html")
                    await drain.asked()
                    await gateway.draining.run(drain.limit_s)
            finally:
                following.cancel()
                terminal.show_rest()


def _log_file(
    app_path: Path, settings: AppSettings, log: LogBuffer
) -> contextlib.AbstractAsyncContextManager[None]:
    """Write the log into the file that the settings name, if they name one."""
    if not settings.log_file:
        return contextlib.nullcontext()
    file = RotatingFile(app_path / settings.log_file, settings.log_file_mb * 1024 * 1024, settings.log_files)
    return open_log_file(log, file, lambda record: json_line(record).encode())


async def _loaded(supervisor: Supervisor) -> None:
    """Wait until the app serves.

    Raises:
        CannotServe: It doesn't load; the text has the file, the line and the error.
    """
    status = await supervisor.settled()
    if status.generation is None:
        raise CannotServe("\n".join(["the app can't be started.", *_reasons(status)]))


def _reasons(status: Status) -> Sequence[str]:
    if status.error is not None:
        return list(error_lines(status.error))
    return [status.message] if status.message else []
