"""The Builder's socket: what happens is pushed, what the editor asks is answered.

An answer or a push never waits behind much of the log: these are written at once, while batches of the
log are written only as far ahead as ``LOG_AHEAD`` of what the page says that it has taken. Pushes carry how
things are, not how they changed (of a page, only those of its components that have), so that a browser which
fell behind is brought up to date by sending everything again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any, Final

import msgspec
from aiohttp import WSMsgType, web
from mainspring.builder.code.app_paths import PathRefused
from mainspring.builder.code.code_service import CodeUnanswered
from mainspring.builder.code.edited_files import FileChanged, FilesChanged, files_message
from mainspring.builder.components.catalogue import Catalogue
from mainspring.builder.editing import editing_messages as messages
from mainspring.builder.editing.editing_site import SOCKET_TICKET, EditingSite
from mainspring.builder.editing.editor_requests import EditorRequests
from mainspring.builder.editing.fired_events import Fired
from mainspring.builder.pages.page_edits import PageChanged, PagesChanged, PageState
from mainspring.builder.processes.log_buffer import BATCH_RECORDS
from mainspring.builder.processes.supervisor import Status
from mainspring.builder.sessions.objects import as_object
from mainspring.builder.sessions.session_socket import SessionSocket
from mainspring.builder.web.access import GUARD, Policy, Route
from mainspring.builder.web.heartbeat import heartbeat
from mainspring.runtime.protocol import Handler

__all__ = ["EditingSockets"]

_log = logging.getLogger("mainspring.editing")

JOIN_S: Final = 5.0
HEARTBEAT_S: Final = 15.0
CLOSE_S: Final = 1.0
CLOSE_MALFORMED: Final = 1002
CLOSE_TICKET: Final = 4403
CLOSE_TIMEOUT: Final = 4408
# An editor has a handful of questions open; more is a mistake, and each holds a text.
MAX_OPEN_REQUESTS: Final = 32
# In these states the app is in the canvas, or about to be.
_COMING: Final = frozenset({"starting", "checking", "live"})
# So many records may be on their way to a page before another batch follows. What is written waits in the
# system's buffers and in the page, megabytes of a flood, and whatever comes next would wait behind it.
LOG_AHEAD: Final = BATCH_RECORDS


class EditingSockets:
    """All Builder pages that are open."""

    def __init__(self, site: EditingSite) -> None:
        self._site = site
        self._editor = EditorRequests(site)
        self._open: set[web.WebSocketResponse] = set()

    def routes(self) -> list[Route]:
        return [Route("GET", "/api/socket", self.serve, Policy.SOCKET)]

    async def close(self) -> None:
        """Tell every page that the service goes."""
        for response in tuple(self._open):
            await response.close(code=1001, message=b"the service ends")

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Handle one WebSocket from its handshake to its end."""
        response = web.WebSocketResponse(
            compress=False, max_msg_size=messages.MAX_MESSAGE_BYTES, timeout=CLOSE_S
        )
        await response.prepare(request)
        with heartbeat(request, HEARTBEAT_S):
            if (join := await self._join(request, response)) is None:
                return response
            self._open.add(response)
            try:
                await _Connection(self._site, self._editor, request, response).run(join)
            finally:
                self._open.discard(response)
        return response

    async def _join(self, request: web.Request, response: web.WebSocketResponse) -> messages.Join | None:
        try:
            async with asyncio.timeout(JOIN_S):
                frame = await response.receive()
        except TimeoutError:
            await response.close(code=CLOSE_TIMEOUT, message=b"no join came in time")
            return None
        try:
            join = msgspec.json.decode(
                frame.data if frame.type is WSMsgType.TEXT else b"", type=messages.Join
            )
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            await response.close(code=CLOSE_MALFORMED, message=b"the first message must be a join")
            return None
        if not request.app[GUARD].tickets.accepts(SOCKET_TICKET, join.ticket):
            await response.close(code=CLOSE_TICKET, message=b"load the page again")
            return None
        return join


class _Connection:
    """One page's line, from its join to its end."""

    def __init__(
        self,
        site: EditingSite,
        editor: EditorRequests,
        request: web.Request,
        response: web.WebSocketResponse,
    ) -> None:
        self._site = site
        self._editor = editor
        self._request = request
        self._response = response
        self._socket = SessionSocket(request, response)
        self._fell_behind = asyncio.Event()
        self._taken = 0  # The number of the last log record that the page has.
        self._took = asyncio.Event()
        self._socket.on_behind = self._fell_behind.set
        self._handlers: tuple[Handler, ...] | None = None
        self._catalogue: Catalogue | None = None
        self._requests: set[asyncio.Task[None]] = set()

    async def run(self, join: messages.Join) -> None:
        site = self._site
        endings = [
            site.supervisor.subscribe(self._status),
            site.pages.subscribe(self._pages),
            site.files.subscribe(self._file),
            site.history.subscribe(self._fired),
            site.history.subscribe_touched(self._touched),
            site.history.subscribe_sessions(self._sessions),
            site.lock.subscribe(self._access),
        ]
        try:
            async with asyncio.TaskGroup() as tasks:
                beside = [
                    tasks.create_task(self._send_log(join.log_after)),
                    tasks.create_task(self._keep_up()),
                ]
                await self._send_everything()
                await self._listen(tasks)
                for task in (*beside, *self._requests):
                    task.cancel()
        finally:
            for end in endings:
                end()

    # --- pushes ---

    def _send(self, message: Any) -> bool:
        return self._socket.send(msgspec.json.encode(message))

    async def _send_everything(self) -> None:
        """How everything stands; what changes from now on is pushed."""
        site = self._site
        self._handlers = None
        self._status(site.supervisor.status)
        self._catalogue = None
        self._show_catalogue()
        self._send(messages.Pages(site.pages.states(), site.pages.broken))
        self._send(files_message(await site.files.listing()))
        self._sessions()
        self._access()

    async def _keep_up(self) -> None:
        """Whenever the browser fell behind and has caught up: tell it everything anew."""
        with contextlib.suppress(TimeoutError):
            while True:
                await self._fell_behind.wait()
                self._fell_behind.clear()
                await self._socket.catch_up()
                await self._send_everything()

    async def _send_log(self, after: int) -> None:
        joined = self._site.log.last_number
        self._taken = after if after <= joined else 0
        with contextlib.suppress(ConnectionError):
            async for batch in self._site.log.follow(after):
                history = not batch.records or batch.records[-1].number <= joined
                text = msgspec.json.encode(messages.Log(batch.records, batch.skipped, history))
                while not self._socket.send(text):
                    if self._response.closed or self._request.transport is None:
                        return
                    await self._caught_up()
                if batch.records:
                    await self._taken_until(batch.records[-1].number - LOG_AHEAD)

    async def _taken_until(self, number: int) -> None:
        """Wait for the page to take the log up to ``number``; whoever waits goes with the line."""
        while self._taken < number:
            self._took.clear()
            await self._took.wait()

    async def _caught_up(self) -> None:
        """Wait for ``_keep_up``, which waits for the browser; it cuts the line if that takes too long."""
        while self._socket.behind and not self._response.closed:
            await self._request.writer.drain()
            await asyncio.sleep(0)

    def _status(self, status: Status) -> None:
        handlers = self._site.supervisor.handlers
        if handlers is not self._handlers:
            # First, so that a page that hears "live" knows what is.
            self._handlers = handlers
            self._send(messages.Handlers([as_object(handler) for handler in handlers]))
        self._send(messages.tagged("status", as_object(status)))
        if status.state not in _COMING:
            self._site.code.wake()

    def _pages(self, change: PageChanged | PagesChanged) -> None:
        if isinstance(change, PageChanged):
            changes = self._site.pages.changes(change.key, change.revision - 1)
            self._send(messages.tagged("page" if isinstance(changes, PageState) else "parts", changes))
        else:
            self._show_catalogue()
            self._send(messages.Pages(change.pages, change.broken))

    def _show_catalogue(self) -> None:
        catalogue = self._site.catalogue
        if catalogue is not self._catalogue:
            self._catalogue = catalogue
            self._send(messages.Catalogue(catalogue.types))

    def _file(self, change: FileChanged | FilesChanged) -> None:
        self._send(change)

    def _fired(self, fired: Fired) -> None:
        self._send(fired)

    def _touched(self, session: str, paths: tuple[Any, ...]) -> None:
        self._send(messages.Touched(session, paths))

    def _sessions(self) -> None:
        sessions = self._site.history.sessions
        self._send(messages.Sessions(sessions))
        # Not before the canvas has its app: until then the processor has better to do.
        # Who asks sooner is answered.
        if sessions:
            self._site.code.wake()

    def _access(self) -> None:
        self._send(messages.Access(self._site.read_only))

    # --- requests ---

    async def _listen(self, tasks: asyncio.TaskGroup) -> None:
        async for frame in self._response:
            try:
                request = msgspec.json.decode(
                    frame.data if frame.type is WSMsgType.TEXT else b"", type=messages.FromPage
                )
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                _log.info("the Builder's page sent no request: %s", error)
                await self._response.close(code=CLOSE_MALFORMED, message=b"no request of this protocol")
                return
            if isinstance(request, int):
                self._taken = request
                self._took.set()
                continue
            if len(self._requests) >= MAX_OPEN_REQUESTS:
                self._send(messages.problem(request.id, "Too many questions at a time."))
                continue
            task = tasks.create_task(self._answer(request))
            self._requests.add(task)
            task.add_done_callback(self._requests.discard)

    async def _answer(self, request: messages.Request) -> None:
        try:
            result = await self._editor.answer(request.method, request.params)
        except (CodeUnanswered, PathRefused) as error:
            self._send(messages.problem(request.id, str(error)))
        except Exception:
            # A question that we can't answer is not the end of the line that everything else goes by.
            _log.exception("%s failed", request.method)
            self._send(messages.problem(request.id, "It failed here; the service's log says more."))
        else:
            self._send(messages.answer(request.id, result))
