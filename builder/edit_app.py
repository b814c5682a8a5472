"""Edit mode: the Builder on one port, the app that is edited on another, hence on an origin of its own."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from aiohttp import web
from mainspring.builder.code.code_service import open_code_service
from mainspring.builder.code.edited_files import EditedFiles
from mainspring.builder.code.environments import find_environment
from mainspring.builder.components.catalogue import OWN_FOLDER, Catalogue, load_app_catalogue
from mainspring.builder.editing.edit_lock import open_edit_lock
from mainspring.builder.editing.editing_app import make_editing_app
from mainspring.builder.editing.event_history import EventHistory
from mainspring.builder.editing.inspections import Inspections
from mainspring.builder.editing.kept_layout import KeptLayout
from mainspring.builder.listening import CannotListen, Listen, bind, port_of, serving
from mainspring.builder.pages.kept_versions import open_kept_versions
from mainspring.builder.pages.page_edits import PageEdits
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.log_file import (
    KEPT_BYTES,
    RotatingFile,
    encode_record,
    kept_log,
    open_log_file,
    read_records,
)
from mainspring.builder.processes.runtime_starts import open_starts
from mainspring.builder.processes.supervisor import Supervisor, open_supervisor
from mainspring.builder.processes.watcher import Changed, open_watcher
from mainspring.builder.run_app import check_app, make_app_site
from mainspring.builder.service import CannotServe, wait_for_ever
from mainspring.builder.sessions import session_messages
from mainspring.builder.sessions.gateway import Gateway
from mainspring.builder.sessions.sessions import SessionLimits
from mainspring.builder.settings import SETTINGS_FILE, SettingsError, load_settings
from mainspring.builder.terminal import announce
from mainspring.builder.web.access import Guard, asked
from mainspring.builder.web.entry import Entry
from mainspring.builder.web.html_pages import FrontEndMissing, PageRenderer
from mainspring.builder.web.looks import STYLE_SHEET, load_looks
from mainspring.builder.web.proxies import Asked
from mainspring.builder.web.routes_app import AppSite
from mainspring.builder.web.security_headers import app_headers, builder_headers, origin_beside
from mainspring.builder.web.served_pages import ServedPages
from mainspring.builder.web.uploads import UploadLimits, open_uploads
from mainspring.runtime.protocol import NamedFunctions, Record

__all__ = ["edit_app"]

log = logging.getLogger("mainspring.edit")

IDLE_S: Final = 1800.0


async def edit_app(app_path: Path, listen: Listen, *, token: bool, template: bool = True) -> None:
    """Serve the Builder until the task is cancelled. An app that doesn't load is shown with its error.

    Raises:
        CannotServe: There is no app, the port is taken, the front end isn't built.
    """
    settings = check_app(app_path)
    catalogue = load_app_catalogue(app_path)
    try:
        bound, preview_bound = bind(listen.host, listen.port), bind(listen.host, 0)
        renderer = PageRenderer()
    except (CannotListen, FrontEndMissing) as error:
        raise CannotServe(str(error)) from None
    port, preview_port = port_of(bound), port_of(preview_bound)
    guard = _builder_guard(listen, port, preview_port, renderer, token=token)
    title = settings.title_of(app_path)
    output = LogBuffer()
    kept = kept_log(app_path)
    for record in await asyncio.to_thread(read_records, kept):
        output.append(record)
    known = output.last_number
    files = EditedFiles(app_path)
    pages = PageEdits(app_path, catalogue)
    _say_problems(catalogue, None, output)

    def served(before: ServedPages | None = None) -> ServedPages:
        components = [page.component for page in pages.pages.values()]
        return ServedPages(components, pages.catalogue, settings.media_origins, before)

    limits = SessionLimits.of(settings.sessions, settings.events_per_s, IDLE_S)
    upload_limits = UploadLimits.of(settings.upload_mb)
    with bound, preview_bound, open_uploads(upload_limits) as uploads:
        gateway = Gateway(served(), uploads, limits, edit=True)
        gateway.looks = load_looks(app_path, settings.theme)
        gateway.visitors.verified = bool(settings.verify_session)
        gateway.visitors.on_unknown = lambda text: output.append(
            Record(time.time(), "system", "warning", text)
        )
        functions = settings.functions
        gateway.on_problem = lambda session_id, problem: _page_problem(output, session_id, problem)
        headers = app_headers(port, lambda: gateway.pages.media_origins)
        preview_guard, preview_url = _preview_guard(listen, preview_port, headers)
        history = EventHistory(gateway.receive, lambda: pages.pages)
        inspections = Inspections(history.receive)
        async with (
            asyncio.TaskGroup() as tasks,
            open_starts(app_path, output, exclude=settings.template_exclude, template=template) as starts,
            open_supervisor(
                app_path,
                pages=gateway.pages.pages,
                edit=True,
                log=output,
                on_message=inspections.receive,
                pool_size=settings.pool_size,
                functions=lambda: functions,
                start=starts.start,
                on_ready=starts.learn,
            ) as supervisor,
            open_code_service(app_path, find_environment(app_path, settings.python_environment)) as code,
            open_kept_versions(app_path) as versions,
            open_edit_lock(app_path) as lock,
        ):
            gateway.connect(history.watching(supervisor))
            inspections.connect(supervisor)

            def show_pages(_: object) -> None:
                gateway.set_pages(served(gateway.pages))
                supervisor.set_pages(gateway.pages.pages)

            pages.subscribe(show_pages)
            builder = make_editing_app(
                guard,
                renderer=renderer,
                app_path=app_path,
                title=title,
                pages=pages,
                files=files,
                supervisor=supervisor,
                history=history,
                inspections=inspections,
                versions=versions,
                lock=lock,
                layout=KeptLayout(),
                log=output,
                code=code,
                preview_url=preview_url,
                end_session=gateway.end_session,
            )
            app = make_app_site(preview_guard, AppSite(gateway, renderer, app_path, title, port))

            def take_functions(named: NamedFunctions) -> None:
                nonlocal functions
                if named != functions:
                    functions = named
                    gateway.visitors.verified = bool(named.verify_session)
                    supervisor.reload(f"{SETTINGS_FILE} was changed", [SETTINGS_FILE])

            def look_at(changed: Changed) -> None:
                taking = _take_in(
                    changed, app_path, supervisor, pages, files, output, gateway, take_functions
                )
                tasks.create_task(taking)

            async with (
                open_log_file(
                    output,
                    RotatingFile(kept, KEPT_BYTES),
                    encode_record,
                    after=known,
                    wanted=lambda: lock.holder is None,
                ),
                open_watcher(app_path, look_at),
                serving(app, preview_bound),
                serving(builder, bound),
            ):
                secret = f"?token={guard.entry.token}" if guard.entry is not None else ""
                await announce(f"{listen.address(port)}/{secret}", browser=listen.browser)
                await asyncio.to_thread(renderer.prepare, "builder.html", "app.html")
                await wait_for_ever()


async def _take_in(
    changed: Changed,
    app_path: Path,
    supervisor: Supervisor,
    pages: PageEdits,
    files: EditedFiles,
    output: LogBuffer,
    gateway: Gateway,
    take_functions: Callable[[NamedFunctions], None],
) -> None:
    """What changed on disk, by whomever, shows here; own writes are recognised by their content."""
    try:
        if changed.code:
            supervisor.reload("changed on disk", changed.paths)
        if any(path.startswith(f"{OWN_FOLDER}/") for path in changed.paths):
            catalogue = await asyncio.to_thread(load_app_catalogue, app_path)
            _say_problems(catalogue, pages.catalogue, output)
            await pages.take_catalogue(catalogue)
        if {SETTINGS_FILE, STYLE_SHEET}.intersection(changed.paths):
            await _take_settings(app_path, gateway, output, take_functions)
        if changed.pages:
            await pages.reload([app_path / path for path in changed.paths])
        await files.look_at(changed.paths)
    except OSError as error:
        log.warning("a change on disk could not be read: %s", error)


async def _take_settings(
    app_path: Path, gateway: Gateway, output: LogBuffer, take_functions: Callable[[NamedFunctions], None]
) -> None:
    """Theme, style sheet and named functions as they are now; after a mistake in the settings they stay."""
    theme = gateway.looks.theme
    try:
        settings = await asyncio.to_thread(load_settings, app_path)
    except SettingsError as error:
        output.append(Record(time.time(), "system", "error", str(error)))
    else:
        theme = settings.theme
        take_functions(settings.functions)
    gateway.set_looks(await asyncio.to_thread(load_looks, app_path, theme))


def _say_problems(now: Catalogue, before: Catalogue | None, output: LogBuffer) -> None:
    """Log what is wrong with the app's own components, unless it was said before."""
    known = before.problems if before is not None else ()
    for problem in now.problems:
        if problem not in known:
            output.append(Record(time.time(), "system", "error", f"a component of the app: {problem}"))


def _page_problem(output: LogBuffer, session_id: str, problem: session_messages.Problem) -> None:
    """What went wrong in a component of the app's own, in a browser."""
    text = f"{problem.component}: {problem.message}"
    output.append(
        Record(time.time(), "system", "error", text, session_id=session_id, component=problem.component)
    )


def _builder_guard(
    listen: Listen, port: int, preview_port: int, renderer: PageRenderer, *, token: bool
) -> Guard:
    entry = Entry(f"mainspring_{port}", "token", token=True) if token else None
    headers = builder_headers(preview_port, (renderer.error_style,))
    return Guard(listen.hosts(port), entry, headers, renderer.error)


def _preview_guard(
    listen: Listen, port: int, headers: Callable[[Asked], Mapping[str, str]]
) -> tuple[Guard, Callable[[web.Request], str]]:
    """The guard of the app's port, and what makes a URL that opens it once, for a page of the Builder."""
    entry = Entry(f"mainspring_preview_{port}", "ticket", token=False)

    def url(request: web.Request) -> str:
        return f"{origin_beside(asked(request), port)}/?{entry.parameter}={entry.one_time()}"

    return Guard(listen.hosts(port), entry, headers), url
