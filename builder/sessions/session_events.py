"""Events of browsers on their way in, and the answers to them: each is taken once and answered once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.sessions import session_messages as messages
from mainspring.builder.sessions.session_messages import MalformedMessage
from mainspring.builder.sessions.session_socket import SessionSocket
from mainspring.builder.sessions.sessions import Session, SessionLimits
from mainspring.builder.web.served_pages import EventRefused, ServedPages, Target
from mainspring.builder.web.uploads import UploadRefused, Uploads
from mainspring.runtime import protocol

__all__ = ["SessionEvents"]

log = logging.getLogger("mainspring.gateway")

# Kinds whose payload is files: their bytes come by HTTP, the event names them.
_FILE_KINDS: Final = frozenset({"files", "image"})

_Session = Session[SessionSocket]


class SessionEvents:
    """Passes on what the page provides for, within the rate of its session. Belongs to one event loop."""

    def __init__(
        self,
        limits: SessionLimits,
        uploads: Uploads,
        pages: Callable[[], ServedPages],
        tell_app: Callable[[protocol.Event], None],
        answered: Callable[[_Session], None],
        *,
        edit: bool,
    ) -> None:
        """Args:
        answered: Told when an answer was sent.
        edit: Whether whoever is in front of the browser may read why an event was refused.
        """
        self._limits = limits
        self._uploads = uploads
        self._pages = pages
        self._tell_app = tell_app
        self._answered = answered
        self._edit = edit

    def take(self, session: _Session, event: messages.Event) -> None:
        """Pass an event on, or answer it. What came before has its answer again, and no effect."""
        if event.sequence <= session.sequence:
            session.strikes += 1
            _answer_again(session, event.sequence)
            return
        session.sequence = event.sequence
        within_rate = session.take_token(self._limits, asyncio.get_running_loop().time())
        if not within_rate or len(session.pending) >= self._limits.pending:
            session.strikes += 1
            self._refuse(session, event.sequence, "busy")
            return
        session.strikes = 0
        try:
            target = self._pages().target(event.page, event.component, event.event)
            call = self._call(session, event, target)
        except (EventRefused, UploadRefused, MalformedMessage) as error:
            log.info("session %s: event refused: %s", session.id[:8], error)
            self._refuse(session, event.sequence, self.reason(str(error)))
            return
        session.pending[event.sequence] = tuple(Path(upload.path).name for upload in call.uploads)
        self._tell_app(call)

    def done(self, session: _Session, done: protocol.Done) -> None:
        """The app has dealt with an event: answer it, with what it has changed last."""
        # Why an event was refused may name handlers, paths, and options of others.
        shown = self.reason(done.message) if done.status == "refused" else done.message
        answer = messages.Done(done.sequence, done.status, shown, done.error_id)
        if done.revision and session.joined:
            self._answer(session, answer, messages.Changes(done.revision, msgspec.Raw(done.operations)))
        else:
            self._answer(session, answer)

    def reason(self, reason: str) -> str:
        """Why something was refused, for whoever may know: it names what stands behind the page."""
        return reason if self._edit or not reason else "not possible"

    def _call(self, session: _Session, event: messages.Event, target: Target) -> protocol.Event:
        payload = bytes(event.payload)
        uploads: tuple[protocol.Upload, ...] = ()
        if target.kind in _FILE_KINDS:
            uploads = self._uploads.find(session.id, messages.decode_uploads(payload))
            payload = b"null"
        elif target.kind == "chat_message":
            uploads = self._uploads.find(session.id, messages.decode_attached(payload))
        return protocol.Event(
            session_id=session.id,
            sequence=event.sequence,
            page=event.page,
            component=event.component,
            event=event.event,
            kind=target.kind,
            payload=payload,
            rows=event.rows,
            binds=target.binds,
            uploads=uploads,
        )

    def _refuse(self, session: _Session, sequence: int, reason: str) -> None:
        self._answer(session, messages.Done(sequence, "refused", reason))

    def _answer(
        self, session: _Session, done: messages.Done, changes: messages.Changes | None = None
    ) -> None:
        uploads = session.pending.pop(done.sequence, ())
        session.keep_answer(done)
        text = messages.encode(done if changes is None else msgspec.structs.replace(done, changes=changes))
        if session.socket is None or not session.socket.send(text):
            session.missed.append(done.sequence)
        if uploads:
            self._uploads.release(session.id, uploads)
        self._answered(session)


def _answer_again(session: _Session, sequence: int) -> None:
    """The answer that was given before, if it is not still to come."""
    if sequence not in session.pending and session.socket is not None:
        answer = session.answers.get(sequence) or messages.Done(sequence, "lost")
        session.socket.send(messages.encode(answer))
