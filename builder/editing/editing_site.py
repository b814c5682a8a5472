"""What the Builder's routes and its socket are made of, and how an app looks to whoever edits it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from mainspring.builder.code.code_reading import read_code
from mainspring.builder.code.code_service import CodeService
from mainspring.builder.code.edited_files import EditedFiles
from mainspring.builder.code.environments import environment_problems
from mainspring.builder.code.handler_places import HandlerPlaces
from mainspring.builder.code.problems import Problem, find_problems, load_problem
from mainspring.builder.code.source import SourceFile
from mainspring.builder.components.catalogue import Catalogue
from mainspring.builder.editing.drafts import Drafts
from mainspring.builder.editing.edit_lock import EditLock
from mainspring.builder.editing.event_history import EventHistory
from mainspring.builder.editing.inspections import Inspections, NotInspected
from mainspring.builder.editing.kept_layout import KeptLayout
from mainspring.builder.editing.written_stubs import WrittenStubs
from mainspring.builder.pages.kept_versions import KeptVersions
from mainspring.builder.pages.page_edits import PageEdits
from mainspring.builder.pages.tree_store import PAGES_FOLDER
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.supervisor import Supervisor
from mainspring.builder.sessions.objects import as_object
from mainspring.builder.web.html_pages import PageRenderer
from mainspring.runtime.protocol import FindReferences

__all__ = ["SOCKET_TICKET", "EditingSite"]

SOCKET_TICKET = "builder"


@dataclass(frozen=True)
class EditingSite:
    """The parts of an app that is edited.

    Attributes:
        preview_url: Makes a one-time address of the app's own origin, under the name that a request used.
        end_session: Ends the session with this id for good.
    """

    renderer: PageRenderer
    app_path: Path
    title: str
    pages: PageEdits
    files: EditedFiles
    supervisor: Supervisor
    history: EventHistory
    inspections: Inspections
    versions: KeptVersions
    drafts: Drafts
    lock: EditLock
    layout: KeptLayout
    log: LogBuffer
    code: CodeService
    preview_url: Callable[[web.Request], str]
    end_session: Callable[[str], Awaitable[None]]
    stubs: WrittenStubs = field(default_factory=WrittenStubs)

    @property
    def catalogue(self) -> Catalogue:
        return self.pages.catalogue

    @property
    def places(self) -> HandlerPlaces:
        return HandlerPlaces(self.files, lambda: self.supervisor.handlers)

    async def overview(self) -> dict[str, Any]:
        """All that the Builder's page begins with."""
        listing = await self.files.listing()
        return {
            "name": self.title,
            "catalogue": self.catalogue.types,
            "pages": self.pages.states(),
            "broken": self.pages.broken,
            "files": listing.files,
            "folders": listing.folders,
            "files_complete": listing.complete,
            "handlers": as_object(self.supervisor.handlers),
            "status": as_object(self.supervisor.status),
            "environment": self.code.environment,
            "read_only": self.read_only,
        }

    @property
    def read_only(self) -> str | None:
        """Why nothing can be changed here; ``None``: everything can."""
        return None if self.lock.holder is None else str(self.lock.holder)

    async def problems(self) -> list[Problem]:
        """What is wrong with the app, as ``mainspring check`` would say it."""
        status = self.supervisor.status
        live = status.generation is not None
        try:
            references = await self.inspections.ask("", FindReferences()) if live else []
        except NotInspected:
            references = []
        files = [file.path for file in await self.files.list() if file.path.endswith(".py")]
        found = find_problems(
            [page.component for page in self.pages.pages.values()],
            self.pages.broken,
            self.supervisor.handlers if live else None,
            references,
            await asyncio.to_thread(read_code, self.app_path, files),
        )
        environment = environment_problems(self.code.environment)
        return [*([load_problem(status.error)] if status.error is not None else []), *found, *environment]

    async def save_file(self, path: str, text: str, base_digest: str) -> SourceFile:
        """As ``EditedFiles.save``. Code takes effect while the disk is still being waited for.

        (The watcher sees it too, and causes nothing more.)
        """
        with self.writing([path]):
            saved = await self.files.save(path, text, base_digest, lambda: self.code_changed([path]))
        await self.pages_changed([path])
        return saved

    async def create_file(self, path: str) -> SourceFile:
        """As ``EditedFiles.create``, and what was made takes effect."""
        made = await self.files.create(path)
        self.code_changed([path])
        await self.pages_changed([path])
        return made

    def writing(self, paths: Iterable[str]) -> AbstractContextManager[None]:
        """What changes these files happens within the block: see ``Supervisor.expect_reload``."""
        code = any(path.endswith(".py") for path in paths)
        return self.supervisor.expect_reload() if code else nullcontext()

    def code_changed(self, paths: Iterable[str]) -> None:
        """Take the app's code as it is on disk now, if some of ``paths`` is code."""
        code = [path for path in paths if path.endswith(".py")]
        if code:
            self.supervisor.reload(f"{code[0]} was saved", code)

    async def pages_changed(self, paths: Iterable[str]) -> None:
        """Take pages as they are on disk now."""
        pages = [self.app_path / path for path in paths if path.startswith(f"{PAGES_FOLDER}/")]
        if pages:
            await self.pages.reload(pages)
