"""An app that is edited, on a real port, with a real runtime behind it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from mainspring.builder.code.code_service import CodeService
from mainspring.builder.code.edited_files import EditedFiles
from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.editing.edit_lock import EditLock
from mainspring.builder.editing.editing_app import make_editing_app
from mainspring.builder.editing.editing_site import SOCKET_TICKET
from mainspring.builder.editing.event_history import EventHistory
from mainspring.builder.editing.inspections import Inspections
from mainspring.builder.editing.kept_layout import KeptLayout
from mainspring.builder.listening import bind, port_of, serving
from mainspring.builder.pages.kept_versions import KeptVersions
from mainspring.builder.pages.page_edits import PageEdits
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.supervisor import Supervisor, open_supervisor
from mainspring.builder.sessions.gateway import Gateway
from mainspring.builder.sessions.sessions import SessionLimits
from mainspring.builder.web.access import Guard
from mainspring.builder.web.entry import Entry
from mainspring.builder.web.hosts import Hosts
from mainspring.builder.web.html_pages import PageRenderer
from mainspring.builder.web.security_headers import builder_headers
from mainspring.builder.web.served_pages import ServedPages
from mainspring.builder.web.uploads import UploadLimits, open_uploads
from mainspring.runtime.protocol import Event, OpenSession
from sites import new_client

LIMIT_S = 20.0


@dataclass
class BuilderPage:
    """A Builder page's side of the socket: what it was told, in order."""

    socket: aiohttp.ClientWebSocketResponse
    heard: list[dict[str, Any]]

    async def hear(self, kind: str, **values: Any) -> dict[str, Any]:
        """The next message of a type that has these values."""
        while True:
            message = await self.receive()
            if message.get("type") == kind and values.items() <= message.items():
                return message

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(LIMIT_S):
            frame = await self.socket.receive()
        assert frame.type is aiohttp.WSMsgType.TEXT, f"{frame!r} instead of a message"
        message: dict[str, Any] = json.loads(frame.data)
        self.heard.append(message)
        if message.get("type") == "log" and message["records"]:
            await self.socket.send_str(str(message["records"][-1]["number"]))
        return message

    async def ask(
        self, number: int, method: str, text: str, uri: str = "main.py", **params: Any
    ) -> dict[str, Any]:
        """Send a request about the end of ``text``; return its answer."""
        await self.send_request(number, method, text, uri, **params)
        while True:
            message = await self.receive()
            if message.get("id") == number:
                return message

    async def send_request(
        self, number: int, method: str, text: str, uri: str = "main.py", **params: Any
    ) -> None:
        lines = text.split("\n")
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        params = {"textDocument": {"uri": uri}, "text": text, "position": position, **params}
        await self.socket.send_str(json.dumps({"id": number, "method": method, "params": params}))


@dataclass
class EditingSite:
    """What a test needs of an edited app."""

    url: str
    app_path: Path
    guard: Guard
    client: aiohttp.ClientSession
    supervisor: Supervisor
    pages: PageEdits
    files: EditedFiles
    history: EventHistory
    log: LogBuffer

    async def get(self, path: str) -> Any:
        return await self.call("GET", path, 200)

    async def post(self, path: str, body: object = None, status: int = 200) -> Any:
        return await self.call("POST", path, status, body if body is not None else {})

    async def put(self, path: str, body: object, status: int = 200) -> Any:
        return await self.call("PUT", path, status, body)

    async def call(self, method: str, path: str, status: int, body: object = None) -> Any:
        headers = {"Origin": self.url, "X-Mainspring-Token": self.guard.write_token}
        given: dict[str, Any] = (
            {} if method == "GET" else {"json": body if body is not None else {}, "headers": headers}
        )
        async with (
            asyncio.timeout(LIMIT_S),
            self.client.request(method, self.url + path, **given) as response,
        ):
            text = await response.text()
            assert response.status == status, f"{response.status}: {text}"
            return json.loads(text)

    @contextlib.asynccontextmanager
    async def page(self, log_after: int = 0) -> AsyncIterator[BuilderPage]:
        async with self.client.ws_connect(f"{self.url}/api/socket", headers={"Origin": self.url}) as socket:
            ticket = self.guard.tickets.issue(SOCKET_TICKET)
            await socket.send_str(json.dumps({"type": "join", "ticket": ticket, "log_after": log_after}))
            yield BuilderPage(socket, [])

    def click(
        self,
        component: str,
        sequence: int = 1,
        payload: bytes = b'{"ctrl_key":false,"shift_key":false,"meta_key":false}',
    ) -> None:
        """An event of a session, as the gateway sends it on."""
        app = self.history.watching(self.supervisor)
        if sequence == 1:
            app.send(OpenSession("s", {}, {}, "main"))
        app.send(Event("s", sequence, "main", component, "wf-click", "click", payload))


@contextlib.asynccontextmanager
async def open_editing_site(
    app_path: Path, code: CodeService, renderer: PageRenderer
) -> AsyncIterator[EditingSite]:
    bound = bind("127.0.0.1", 0)
    port = port_of(bound)
    guard = Guard(Hosts.of(port), Entry("cookie", "token", token=True), builder_headers(port + 1))
    assert guard.entry is not None
    catalogue = load_catalogue()
    pages = PageEdits(app_path, catalogue)
    files, log = EditedFiles(app_path), LogBuffer()

    def served() -> ServedPages:
        return ServedPages([page.component for page in pages.pages.values()], catalogue)

    with open_uploads(UploadLimits(file_bytes=1024)) as uploads:
        gateway = Gateway(served(), uploads, SessionLimits(), edit=True)
        history = EventHistory(gateway.receive, lambda: pages.pages)
        inspections = Inspections(history.receive)
        async with open_supervisor(
            app_path, pages=gateway.pages.pages, edit=True, log=log, on_message=inspections.receive
        ) as supervisor:
            inspections.connect(supervisor)
            pages.subscribe(lambda _: supervisor.set_pages(served().pages))
            versions = KeptVersions(app_path, app_path.parent / "versions")
            lock = EditLock(app_path, app_path.parent / "locks")
            app = make_editing_app(
                guard,
                renderer=renderer,
                app_path=app_path,
                title="An app",
                pages=pages,
                files=files,
                supervisor=supervisor,
                history=history,
                inspections=inspections,
                versions=versions,
                lock=lock,
                layout=KeptLayout(app_path.parent / "layout.json"),
                log=log,
                code=code,
                preview_url=lambda _: "http://127.0.0.1:1/?ticket=t",
                end_session=gateway.end_session,
            )
            url = f"http://127.0.0.1:{port}"
            async with serving(app, bound), new_client() as client, asyncio.TaskGroup() as tasks:
                keeping = tasks.create_task(versions.run())
                async with client.get(f"{url}/?token={guard.entry.token}") as response:
                    assert response.status == 200
                site = EditingSite(url, app_path, guard, client, supervisor, pages, files, history, log)
                try:
                    yield site
                finally:
                    keeping.cancel()
