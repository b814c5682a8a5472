"""Between browsers and the app: sessions, their sockets, and what the app sends them.

    gateway = Gateway(ServedPages(pages, catalogue), uploads, limits, edit=False)
    async with open_supervisor(…, on_message=gateway.receive) as app:
        gateway.connect(app)

Both hot paths run without a task of ours in between: what a socket receives goes to the pipe, and what
the pipe receives goes to a socket, in the callback that brought it.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from typing import Final, Protocol

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web
from mainspring.builder.app_status import Status
from mainspring.builder.processes.app_messages import FromApp, ToApp
from mainspring.builder.sessions import session_messages as messages
from mainspring.builder.sessions.draining import Draining
from mainspring.builder.sessions.joining import (
    TICKET_PURPOSE,
    JoinRefused,
    opening,
    receive_join,
    session_cookie,
    set_session_cookie,
)
from mainspring.builder.sessions.row_reads import RowReads
from mainspring.builder.sessions.session_events import SessionEvents
from mainspring.builder.sessions.session_messages import MalformedMessage
from mainspring.builder.sessions.session_socket import SessionSocket
from mainspring.builder.sessions.sessions import Session, SessionLimits, Sessions, TooManySessions, new_secret
from mainspring.builder.sessions.visitors import NotLetIn, Visitors
from mainspring.builder.web.blobs import Blobs
from mainspring.builder.web.entry import Tickets
from mainspring.builder.web.heartbeat import heartbeat
from mainspring.builder.web.looks import Looks
from mainspring.builder.web.row_downloads import RowDownloads
from mainspring.builder.web.served_pages import ServedPages
from mainspring.builder.web.uploads import Uploads
from mainspring.runtime import protocol

__all__ = ["TICKET_PURPOSE", "App", "Gateway"]

log = logging.getLogger("mainspring.gateway")

HEARTBEAT_S: Final = 15.0
CLOSE_S: Final = 1.0
# After so many of one line the others have their turn.
TURN_MESSAGES: Final = 8

_Session = Session[SessionSocket]


class App(Protocol):
    """What the gateway needs of the supervisor."""

    @property
    def status(self) -> Status: ...

    def send(self, message: ToApp) -> None: ...

    def subscribe(self, callback: Callable[[Status], None]) -> Callable[[], None]: ...


class Gateway:
    """All browsers of one app. Belongs to one event loop."""

    def __init__(
        self,
        pages: ServedPages,
        uploads: Uploads,
        limits: SessionLimits,
        *,
        edit: bool,
        blobs: Blobs | None = None,
    ) -> None:
        """Args:
        edit: Whether whoever is in front of the browser may read why an event was refused.
        """
        self.pages = pages
        self._pages_revision = 1
        self.uploads = uploads
        self.blobs = blobs if blobs is not None else Blobs()
        self.looks = Looks()
        self.on_problem: Callable[[str, messages.Problem], None] | None = None
        """Hears what fails in the app's own components, and in which session."""
        self._edit = edit
        self._sessions: Sessions[SessionSocket] = Sessions(limits, self._ended)
        self.draining = Draining(self._sessions)
        self._app: App | None = None
        self._state = "starting"
        self._responds = True
        numbers = itertools.count(1)
        self.downloads = RowDownloads(numbers, self._tell_app)
        self._events = SessionEvents(
            limits, uploads, lambda: self.pages, self._tell_app, self.draining.answered, edit=edit
        )
        self._reads = RowReads(limits, numbers, lambda: self.pages, self._tell_app, self._answer_rows)
        self.visitors = Visitors(self._tell_app, edit=edit)

    def connect(self, app: App) -> None:
        """Join the gateway and the app; comes once, before the first browser."""
        self._app = app
        self._status_changed(app.status)
        app.subscribe(self._status_changed)

    # --- from the builder ---

    def set_pages(self, pages: ServedPages) -> None:
        """Pages have changed: browsers get what is new. (The supervisor is told by whoever calls this.)"""
        parts = pages.parts_since(self.pages)
        self.pages = pages
        if parts == {}:
            return
        self._pages_revision += 1
        if parts is None:
            text = messages.encode(messages.Pages(msgspec.Raw(pages.json), self._pages_revision))
        else:
            text = messages.encode(messages.Parts(parts, self._pages_revision))
        for session in self._sessions.values():
            if session.joined:
                self._send(session, text)

    def set_looks(self, looks: Looks) -> None:
        """Theme or style sheets have changed: all browsers take them."""
        self.looks = looks
        text = messages.encode(messages.Looks(looks.scheme, looks.sheets))
        for session in self._sessions.values():
            if session.joined:
                self._send(session, text)

    def session_of(self, key: str) -> str | None:
        """The id of the session that ``key`` opens, if there is one."""
        session = self._sessions.by_key(key)
        return session.id if session is not None else None

    async def end_session(self, session_id: str) -> None:
        """End a session for good, with or without a browser; one that isn't known has ended already."""
        session = self._sessions.get(session_id)
        if session is None:
            return
        socket = session.socket
        self._sessions.end(session)
        if socket is not None:
            await socket.close(WSCloseCode.GOING_AWAY, "the session was ended")

    @property
    def ready(self) -> bool:
        """Whether a browser that comes now would be served."""
        return self._state == "live" and self._responds and not self.draining.begun

    # --- from the app ---

    def receive(self, message: FromApp) -> None:
        """Pass on what the runtime sent. Called by the supervisor; never raises for what it brings."""
        if isinstance(message, protocol.Blob):
            self.blobs.put(message.name, message.media_type, message.data)
            return
        if isinstance(message, protocol.UploadsHeld):
            self.uploads.hold(message.held)
            self.uploads.free(message.free)
            return
        if isinstance(message, protocol.Verified):
            self.visitors.answer(message)
            return
        session = self._sessions.get(message.session_id)
        if session is None:
            return
        match message:
            case protocol.Changes(revision=revision, operations=operations):
                if session.joined:
                    changes = messages.Changes(revision, msgspec.Raw(operations))
                    self._send(session, messages.encode(changes))
            case protocol.Done():
                self._events.done(session, message)
            case protocol.Rows() if self.downloads.take(message):
                pass
            case protocol.Rows():
                self._reads.take(session, message)
            case protocol.Snapshot(revision=revision, state=state):
                session.refreshed_by = 0.0
                self._send_everything(session, revision, state)
            case protocol.Action(body=body, call=call_id):
                if call_id:
                    session.keep_call(call_id)
                action = messages.action_text(body)
                if not session.joined or not self._send(session, action):
                    session.keep_action(action)

    # --- from browsers ---

    async def serve(self, request: web.Request, tickets: Tickets) -> web.WebSocketResponse:
        """Handle one WebSocket from its handshake to its end."""
        response = web.WebSocketResponse(
            compress=False, max_msg_size=messages.MAX_MESSAGE_BYTES, timeout=CLOSE_S
        )
        cookie = new_secret()
        if not self._edit:
            set_session_cookie(request, response, cookie)
        await response.prepare(request)
        with heartbeat(request, HEARTBEAT_S):
            await self._serve(request, response, tickets, cookie)
        return response

    async def _serve(
        self, request: web.Request, response: web.WebSocketResponse, tickets: Tickets, cookie: str
    ) -> None:
        socket = SessionSocket(request, response)
        try:
            join = await receive_join(response, tickets)
            user = await self.visitors.user(request)
            session, before = self._attach(request, join, socket, user)
        except JoinRefused as refused:
            await socket.close(refused.code, refused.reason)
            return
        except NotLetIn as refused:
            # What failed may go well next time; a no is a no.
            code = messages.CLOSE_NOT_LET_IN if refused.status == 403 else messages.CLOSE_TOO_MANY
            await socket.close(code, "not let in")
            return
        self._sessions.give_cookie(session, cookie)
        socket.joined()
        # An idle socket holds no task but its own: thousands may be open.
        catching_up: set[asyncio.Task[None]] = set()
        socket.on_behind = lambda: self._fell_behind(session, socket, catching_up)
        if socket.behind:
            socket.on_behind()
        try:
            if before is None:
                await self._listen(session, socket, response)
            else:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(before.close(messages.CLOSE_REPLACED, "another page goes on with it"))
                    await self._listen(session, socket, response)
        finally:
            socket.on_behind = None
            for task in catching_up:
                task.cancel()
            self._sessions.detach(session, socket)

    def _attach(
        self, request: web.Request, join: messages.Join, socket: SessionSocket, user: bytes
    ) -> tuple[_Session, SessionSocket | None]:
        """Open or resume the session of a socket; return it with the socket that it had before.

        Raises:
            JoinRefused: As many browsers as may be are here, or the service ends.
        """
        cookie = None if self._edit else request.cookies.get(session_cookie(request))
        known = self._sessions.resume(join.session, cookie, user)
        if self.draining.begun and (known is None or not known.pending):
            raise JoinRefused(WSCloseCode.GOING_AWAY, "the service ends")
        try:
            session = known if known is not None else self._sessions.open(user)
        except TooManySessions:
            log.warning("a session was refused: %d are open", len(self._sessions))
            raise JoinRefused(messages.CLOSE_TOO_MANY, "too many sessions") from None
        before = self._sessions.attach(session, socket, resumed=known is not None)
        socket.send(messages.encode(messages.SessionStatus(self._state)))
        if known is None or join.session is None:
            # Another page goes on with the session: it too has to get what every one imports at first.
            page = self._page_key(join.page)
            self._tell_app(opening(session.id, request, page, join.route_vars, user))
            self._show_without_app(session)
        else:
            self._tell_app(protocol.Navigate(session.id, self._page_key(join.page), join.route_vars))
            self._refresh(session)
        return session, before

    def _page_key(self, page: str) -> str:
        """An address without a page is that of the first one."""
        return page if page in self.pages.keys else next(iter(self.pages.keys), "")

    async def _listen(
        self, session: _Session, socket: SessionSocket, response: web.WebSocketResponse
    ) -> None:
        received = 0
        async for frame in response:
            if session.socket is not socket:
                return
            received += 1
            if frame.type is not WSMsgType.TEXT:
                await socket.close(messages.CLOSE_MALFORMED, "text frames only")
                return
            try:
                message = messages.decode(frame.data)
            except MalformedMessage as error:
                log.info("session %s sent no message: %s", session.id[:8], error)
                await socket.close(messages.CLOSE_MALFORMED, "no message of this protocol")
                return
            if isinstance(message, messages.Event):
                self._events.take(session, message)
            elif isinstance(message, messages.Resync):
                if session.reads.take(self._sessions.limits, asyncio.get_running_loop().time()):
                    # Who has joined gets state alone; who hasn't, everything.
                    session.joined = session.joined and not message.pages
                    self._refresh(session)
                else:
                    session.strikes += 1
            elif isinstance(message, messages.ReadRows):
                self._reads.ask(session, message)
            elif isinstance(message, messages.Result) and session.calls.pop(message.call, self) is None:
                self._tell_app(
                    protocol.FrontendResult(session.id, message.call, bytes(message.value), message.error)
                )
            elif not session.take_token(self._sessions.limits, asyncio.get_running_loop().time()):
                session.strikes += 1
            elif isinstance(message, messages.Problem):
                if self.on_problem is not None:
                    self.on_problem(session.id, message)
            elif isinstance(message, messages.Navigate):
                self._tell_app(
                    protocol.Navigate(session.id, self._page_key(message.page), message.route_vars)
                )
            if session.strikes > self._sessions.limits.strikes:
                await socket.close(messages.CLOSE_BUSY, "too many messages")
                return
            if session.strikes or received % TURN_MESSAGES == 0:
                # What has arrived in one piece is no reason for others to wait.
                await asyncio.sleep(0)

    def _fell_behind(
        self, session: _Session, socket: SessionSocket, catching_up: set[asyncio.Task[None]]
    ) -> None:
        task = asyncio.get_running_loop().create_task(self._catch_up(session, socket))
        catching_up.add(task)
        task.add_done_callback(catching_up.discard)

    async def _catch_up(self, session: _Session, socket: SessionSocket) -> None:
        """The browser fell behind: once it has caught up, send it everything anew."""
        if session.socket is socket:
            session.joined = False
        try:
            await socket.catch_up()
        except TimeoutError:
            log.info("session %s took nothing for too long; its line was cut", session.id[:8])
        except ConnectionError:
            log.info("session %s went before it had caught up", session.id[:8])
        else:
            if session.socket is socket:
                self._refresh(session)

    def _answer_rows(self, session: _Session, rows: messages.Rows) -> None:
        told = msgspec.structs.replace(rows, message=self._events.reason(rows.message))
        self._send(session, messages.encode(told))

    # --- to browsers ---

    def _refresh(self, session: _Session) -> None:
        """Have everything sent anew; a runtime that is still starting does so by itself."""
        if session.wants_refresh(asyncio.get_running_loop().time()):
            self._tell_app(protocol.Resync(session.id))
        self._show_without_app(session)

    def _show_without_app(self, session: _Session) -> None:
        """Whoever edits must see the page also while the code doesn't load: without state then."""
        if self._edit and not session.joined and self._state in ("failed", "stopped"):
            self._send_everything(session, 0, b"{}")

    def _send_everything(self, session: _Session, revision: int, state: bytes) -> None:
        if session.socket is None:
            return
        if session.joined:
            self._send(session, messages.encode(messages.Snapshot(revision, msgspec.Raw(state))))
            return
        session.joined = self._send(
            session,
            messages.encode(
                messages.Joined(
                    session=session.id,
                    key=session.key,
                    resumed=session.resumed,
                    revision=revision,
                    pages=msgspec.Raw(self.pages.json),
                    pages_revision=self._pages_revision,
                    state=msgspec.Raw(state),
                    sequence=session.sequence,
                )
            ),
        )
        # What happens next on this socket is the same session going on.
        session.resumed = True
        missed, session.missed = session.missed, []
        for sequence in missed:
            if sequence in session.answers:
                self._send(session, messages.encode(session.answers[sequence]))
        while session.actions and session.joined and self._send(session, session.actions[0]):
            del session.actions[0]

    def _status_changed(self, status: Status) -> None:
        self.visitors.status_changed()
        state, self._responds = _page_state(status), status.responding
        if state == self._state:
            return
        self._state = state
        text = messages.encode(messages.SessionStatus(state))
        for session in self._sessions.values():
            self._send(session, text)
            self._show_without_app(session)

    def _send(self, session: _Session, text: bytes) -> bool:
        return session.socket is not None and session.socket.send(text)

    def _ended(self, session: _Session) -> None:
        self.uploads.forget(session.id)
        self.downloads.forget(session.id)
        self._tell_app(protocol.CloseSession(session.id))

    def _tell_app(self, message: ToApp) -> None:
        assert self._app is not None, "connect() comes before the first browser"
        self._app.send(message)


def _page_state(status: Status) -> str:
    """What an app page needs to know: whether somebody answers."""
    if status.generation is not None:
        return "live"
    return {"failed": "failed", "stopped": "stopped", "crashed": "stopped"}.get(status.state, "starting")
