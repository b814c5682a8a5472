"""The pipe between the builder process and a runtime process: messages, version and framing.

No I/O happens here and nothing of ours is imported, so both sides can share this one module. A frame
is ``length (4 bytes) | generation (4 bytes) | MessagePack``, both numbers big-endian. The generation
names the runtime that a frame belongs to: whoever receives a frame of another generation drops it.
"""

from __future__ import annotations

import signal
import struct
from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar

import msgspec

VERSION: Final = 1
MAX_FRAME_BYTES: Final = 16 * 1024 * 1024
# Types of component that show the rows of a frame, with the field that holds it.
FRAME_FIELDS: Final[Mapping[str, str]] = {"dataframe": "data"}
_HEADER: Final = struct.Struct(">II")


class ProtocolError(Exception):
    """The byte stream is damaged or the other side broke the rules; give this connection up."""


class Message(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Base of everything that crosses the pipe."""


class _BuiltIn(msgspec.Struct, frozen=True, kw_only=True, tag_field="action", forbid_unknown_fields=True):
    """What an event can do without code. Texts may hold ``@{…}``, read where the component stands;
    ``@{payload}`` is what the event carries."""


class GoToPage(_BuiltIn, frozen=True, tag="go_to_page"):
    """Show the page with this key."""

    page: str


class SetState(_BuiltIn, frozen=True, tag="set_state"):
    """Assign ``value``, JSON with templates in it, at ``path``, such as ``form.name``."""

    path: str
    value: Any


class OpenDialog(_BuiltIn, frozen=True, tag="open_dialog"):
    """Open the dialog with this id, on the same page."""

    dialog: str


class CloseDialog(_BuiltIn, frozen=True, tag="close_dialog"):
    dialog: str


class OpenLink(_BuiltIn, frozen=True, tag="open_link"):
    """Open an address in a new tab: http, https, mailto, tel, or one of the app's own."""

    url: str


BuiltIn = GoToPage | SetState | OpenDialog | CloseDialog | OpenLink


class Component(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One component of a page with what stands below it; the page itself is the topmost one.

    Attributes:
        id: Unique within the app, such as ``save_button``.
        type: A type of the catalogue, such as ``button``.
        fields: Settings by name; any text in them may hold ``@{…}`` templates.
        binding: Path of the state element that an input is bound to both ways, such as ``form.name``.
        on: Event name to handler name, or to what it does without code.
        visible: ``True``, ``False``, or a template such as ``@{is_open}``.
        children: In the order in which they are shown.
    """

    id: str
    type: str
    fields: Mapping[str, Any] = {}
    binding: str | None = None
    on: Mapping[str, str | BuiltIn] = {}
    visible: bool | str = True
    children: tuple[Component, ...] = ()


# --- what errors look like -------------------------------------------------------------------------


class TraceFrame(Message, frozen=True):
    """One frame of a traceback. Lines count from 1, columns from 0 in code points (PEP 657).

    ``owner`` is ``app``, ``installed`` (standard library and packages) or ``ours``.
    ``file`` is relative to the app's folder for frames of the app, absolute otherwise; for code that
    was given as a text, what it was compiled as, such as ``<string>``. ``repeated`` counts the same calls
    that came right behind it: a recursion is one frame.
    """

    file: str
    line: int
    end_line: int | None
    column: int | None
    end_column: int | None
    function: str
    source: str
    owner: str
    repeated: int = 0


class ErrorReport(Message, frozen=True):
    """An exception as data: frames are oldest call first.

    Attributes:
        cause: What it was raised from, or what was being handled when it came (``during``).
        members: Of an exception group, the first ones.
        more_frames: How many frames are left out, in the middle.
        more_members: How many members are.
    """

    type: str
    message: str
    frames: tuple[TraceFrame, ...] = ()
    notes: tuple[str, ...] = ()
    cause: ErrorReport | None = None
    members: tuple[ErrorReport, ...] = ()
    during: bool = False
    more_frames: int = 0
    more_members: int = 0


# --- builder to runtime ----------------------------------------------------------------------------


class NamedFunctions(Message, frozen=True):
    """Functions of the app that its settings name, as ``main.py`` reaches them: ``check``, ``rights.check``.

    Attributes:
        verify_session: Says who is let in; empty: everyone is.
        around_event: Generators that run around each event, the first one outermost.
    """

    verify_session: str = ""
    around_event: tuple[str, ...] = ()


class Load(Message, frozen=True, tag="load"):
    """The first message: load the app. Answered by ``Ready`` or ``LoadFailed``."""

    version: int
    app_path: str
    edit: bool
    pages: tuple[Component, ...]
    pool_size: int | None = None
    functions: NamedFunctions = NamedFunctions()


class SetPages(Message, frozen=True, tag="set_pages"):
    """The app's pages have changed; fields hold their defaults already. Never restarts anything."""

    pages: tuple[Component, ...]


class CheckLinks(Message, frozen=True, tag="check_links"):
    """Code and pages belong together now: log each link that can't run, unless it was there the last time."""


class Verify(Message, frozen=True, tag="verify"):
    """May a browser with these come in? Answered by ``Verified``, always; before it has a session."""

    request: int
    cookies: Mapping[str, str]
    headers: Mapping[str, str]


class OpenSession(Message, frozen=True, tag="open_session"):
    """A browser has joined. Answered by ``Snapshot``. ``user`` is encoded JSON, as ``Verified`` has it."""

    session_id: str
    cookies: Mapping[str, str]
    headers: Mapping[str, str]
    page: str
    route_vars: Mapping[str, str] = {}
    user: bytes = b"null"


class CloseSession(Message, frozen=True, tag="close_session"):
    session_id: str


class Resync(Message, frozen=True, tag="resync"):
    """Send a ``Snapshot`` of this session again (a browser came back, or a gap was seen)."""

    session_id: str


class Upload(Message, frozen=True):
    """A file that came in by HTTP; ``path`` is where the builder spooled it, never a client's word."""

    name: str
    type: str
    size: int
    path: str


class Event(Message, frozen=True, tag="event"):
    """Something happened in a browser. Answered by ``Done``, always.

    Attributes:
        kind: Payload kind of the event, as its component declares it.
        payload: JSON as the browser sent it; ``null`` where the payload consists of ``uploads``.
        rows: Keys of the repeater rows that the component stands in, outermost first.
        binds: Whether this event carries the value of the component's two-way binding.
    """

    session_id: str
    sequence: int
    page: str
    component: str
    event: str
    kind: str
    payload: bytes
    rows: tuple[str, ...] = ()
    binds: bool = False
    uploads: tuple[Upload, ...] = ()


class Navigate(Message, frozen=True, tag="navigate"):
    """A browser's address has changed, by a person or by the app: what its handlers see of it from now on."""

    session_id: str
    page: str
    route_vars: Mapping[str, str]


class FrontendResult(Message, frozen=True, tag="frontend_result"):
    """What a function of the page answered: ``value`` is encoded JSON, and nothing with an ``error``."""

    session_id: str
    call: str
    value: bytes = b"null"
    error: str | None = None


class Filter(Message, frozen=True):
    """What a cell of one column must be for its row to be shown; what isn't set asks nothing.

    Attributes:
        column: Its position.
        text: Is in the cell's text, in any case of letters.
        low, high: Bounds of numbers, or of dates as ISO text; both are within.
        choices: Texts of which the cell is one.
        empty: ``only`` empty cells, or ``none`` of them.
    """

    column: int
    text: str = ""
    low: int | float | str | None = None
    high: int | float | str | None = None
    choices: tuple[str, ...] | None = None
    empty: str = ""


class ReadRows(Message, frozen=True, tag="read_rows"):
    """A dataframe of a page shows rows that its browser doesn't have. Answered by ``Rows``, always.

    Attributes:
        request: The builder's number for it.
        rows: Keys of the repeater rows that the component stands in, outermost first.
        version: That of the frame, as the browser got it.
        start, count: Which rows, counted in the order that is asked for.
        sort: Position of the column to sort by; ``None``: as the rows stand in the frame.
        search: Words that a row must hold; empty for all rows.
        filters: What a row must be besides.
        form: ``cells``; ``positions``: where the rows stand in the frame, without their cells; ``csv``: as a
            file, its first line (from ``start`` 0) the names of the columns.
        columns: For ``csv``: positions of the columns that it has, in this order; empty for all.
    """

    session_id: str
    request: int
    page: str
    component: str
    rows: tuple[str, ...]
    version: str
    start: int
    count: int
    sort: int | None = None
    descending: bool = False
    search: str = ""
    filters: tuple[Filter, ...] = ()
    form: str = "cells"
    columns: tuple[int, ...] = ()


class CancelEvent(Message, frozen=True, tag="cancel_event"):
    session_id: str
    sequence: int


class Export(Message, frozen=True, tag="export"):
    """A newer runtime takes over: send ``Exported`` for every session, then ``ExportEnd``.

    From here on no ``Changes`` are sent; handlers still running end normally, and what they change
    follows as further ``Exported``. ``Retired`` says that nothing runs any more.
    """


class Entry(Message, frozen=True):
    """One top-level element of a session's state that differs from its initial value.

    ``value`` is opaque to the builder (pickled by the old runtime for the new one); ``None`` says
    that the element was deleted. One that is too large for a frame comes in pieces, in order: with
    ``more``, the next entry of the same session and key goes on with it.
    """

    key: str
    value: bytes | None
    more: bool = False


class Restore(Message, frozen=True, tag="restore"):
    """State of a session from the runtime before; opens the session if it isn't open yet."""

    session_id: str
    entries: tuple[Entry, ...]


class Ping(Message, frozen=True, tag="ping"):
    """Are you there? Answered by ``Pong``, unless something holds up the whole process."""


class ReadState(Message, frozen=True, tag="read_state"):
    """What stands at ``path``: parts are keys as texts and positions in lists; ``()`` is the whole state.

    ``start`` and ``count`` say which of its elements to tell.
    """

    path: tuple[str | int, ...] = ()
    start: int = 0
    count: int = 200


class FindState(Message, frozen=True, tag="find_state"):
    """Where ``text`` occurs in keys and values, in any case of letters."""

    text: str


class AssignState(Message, frozen=True, tag="assign_state"):
    """Set what stands at ``path``, which is not empty; ``value`` is encoded JSON."""

    path: tuple[str | int, ...]
    value: bytes


class ResetState(Message, frozen=True, tag="reset_state"):
    """Make the state what it is for a new session."""


class FindReferences(Message, frozen=True, tag="find_references"):
    """Which paths the pages read, and whether the state has them. Without a session: the initial state."""


class CompleteState(Message, frozen=True, tag="complete_state"):
    """Which names there are at ``path``: keys, columns of a frame, attributes. For who writes code."""

    path: tuple[str | int, ...] = ()


StateQuery = ReadState | FindState | AssignState | ResetState | FindReferences | CompleteState


class Inspect(Message, frozen=True, tag="inspect"):
    """What somebody who edits the app wants of a session's state. Answered by ``Inspected``, always."""

    session_id: str
    request: int
    query: StateQuery


class Replay(Message, frozen=True, tag="replay"):
    """Give a session the state that it had before an event, and have that event happen again.

    ``entries`` are elements that differed from their initial values then; ``event`` has a new sequence.
    """

    entries: tuple[Entry, ...]
    event: Event


class Shutdown(Message, frozen=True, tag="shutdown"):
    """End now: running handlers are cancelled, the process exits."""


ToRuntime = (
    Load
    | SetPages
    | CheckLinks
    | Verify
    | OpenSession
    | CloseSession
    | Resync
    | Event
    | ReadRows
    | Navigate
    | FrontendResult
    | CancelEvent
    | Export
    | Restore
    | Ping
    | Inspect
    | Replay
    | Shutdown
)


# --- runtime to builder ----------------------------------------------------------------------------


class Handler(Message, frozen=True):
    """A function that events can be linked to.

    Attributes:
        name: What a link says: ``save``, or ``module.save`` for registered modules.
        kind: ``function``, ``async``, ``generator`` or ``async_generator``.
        own: Whether it is defined in the app's own files (others stand last, folded).
        problem: Why it can't be called, such as a parameter that nothing fills; ``None`` if it can.
        file: Relative to the app's folder if ``own``; empty where the source is unknown.
    """

    name: str
    module: str
    file: str
    line: int
    parameters: tuple[str, ...]
    kind: str
    own: bool
    doc: str = ""
    problem: str | None = None


class Ready(Message, frozen=True, tag="ready"):
    """The app is loaded; events may come.

    ``imported`` lists third-party top-level modules; ``modules`` all modules that came in with the app and
    aren't its own, by their full names in the order in which they came, but those of the template process.
    """

    handlers: tuple[Handler, ...]
    imported: tuple[str, ...]
    state_keys: tuple[str, ...]
    modules: tuple[str, ...] = ()


class LoadFailed(Message, frozen=True, tag="load_failed"):
    error: ErrorReport


class Verified(Message, frozen=True, tag="verified"):
    """The answer to a ``Verify``.

    Attributes:
        status: ``allowed``, ``refused``, ``error`` (the app's function failed or took too long) or ``lost``
            (the builder says so: no runtime answered).
        user: Who it is, as an encoded JSON object; ``null`` if the function only said yes.
        error_id: For ``error``: names the log record that explains it.
    """

    request: int
    status: str
    user: bytes = b"null"
    error_id: str = ""


class Snapshot(Message, frozen=True, tag="snapshot"):
    """All state that the pages refer to. ``state`` is one JSON object, encoded."""

    session_id: str
    revision: int
    state: bytes


class Changes(Message, frozen=True, tag="changes"):
    """What a session's state went through since the revision before. ``operations`` is encoded JSON:

    ``[["set", ["a", "b"], 1], ["delete", ["c"]], ["splice", ["rows"], 2, 1, ["x", "y"]]]``, in order;
    path parts are strings, list positions are numbers; ``splice`` is path, start, how many go, what comes.
    """

    session_id: str
    revision: int
    operations: bytes


class Blob(Message, frozen=True, tag="blob"):
    """Bytes that state refers to as ``blob/<name>``; always sent before what refers to it."""

    name: str
    media_type: str
    data: bytes


class Action(Message, frozen=True, tag="action"):
    """Something the page shall do once: ``body`` is encoded JSON such as ``{"action": "notify", …}``.

    With ``call`` it is answered by a ``FrontendResult`` of that id, if the browser answers.
    """

    session_id: str
    body: bytes
    call: str = ""


class UploadsHeld(Message, frozen=True, tag="uploads_held"):
    """Paths of uploads that outlive their event because the app holds them, and of those it let go.

    Whatever was not told to be held goes away with the ``Done`` of its event.
    """

    held: tuple[str, ...]
    free: tuple[str, ...]


class Done(Message, frozen=True, tag="done"):
    """The end of an event.

    Attributes:
        status: ``ok``, ``error`` (the handler raised), ``refused`` (it was not called) or ``cancelled``.
        message: For ``refused``: the reason in words.
        error_id: For ``error``: names the log record that explains it.
        queue_ms, run_ms: How long it waited and ran.
        revision, operations: What state went through since the last ``Changes`` of this session, as there;
            revision 0: nothing that is shown. (As one message the two cost about half.)
    """

    session_id: str
    sequence: int
    status: str
    message: str = ""
    error_id: str = ""
    queue_ms: float = 0.0
    run_ms: float = 0.0
    revision: int = 0
    operations: bytes = b""

    def apart(self) -> tuple[Changes | None, Done]:
        """The changes that it brings, if it does, and the end alone."""
        if not self.revision:
            return None, self
        alone = msgspec.structs.replace(self, revision=0, operations=b"")
        return Changes(self.session_id, self.revision, self.operations), alone


class Rows(Message, frozen=True, tag="rows"):
    """The answer to a ``ReadRows``.

    Attributes:
        status: ``ok``; ``refused`` (``message`` says why), ``superseded`` (a newer request of the same
            dataframe came first), ``busy``, or ``lost`` (the builder says so: no runtime answered).
        body: Encoded JSON, ``null`` unless ok: ``{"start", "total", "positions": [n, …], "cells": [[…]]}``.
            ``total`` counts the rows found, ``positions`` say where in the frame each row stands. There may
            be fewer rows than were asked for. Of ``positions`` there are no cells; of ``csv`` it is the
            file's next piece.
        count: How many rows ``body`` has.
    """

    session_id: str
    request: int
    status: str
    message: str = ""
    body: bytes = b"null"
    count: int = 0


class Record(Message, frozen=True, tag="record"):
    """One entry of the log.

    Attributes:
        time: Seconds since the epoch.
        stream: ``stdout``, ``stderr``, ``logging``, ``error`` or ``system``.
        level: ``debug``, ``info``, ``warning``, ``error`` or ``critical``.
        text: Without the line's end; for errors the message.
        logger: Of ``logging`` records, else empty.
        sequence: Of the event during which it came, else ``None`` (start-up, threads of the app).
        handler, component, event: Of that event, else empty.
        over: From 1: this goes on with a line that is out already, the one so many lines back of the same
            stream and event; if ``text`` begins with a carriage return, it is drawn over that line. 0: a new
            line.
        skipped: This stands for so many lines that were left out of the log.
    """

    time: float
    stream: str
    level: str
    text: str
    logger: str = ""
    session_id: str = ""
    sequence: int | None = None
    event: str = ""
    handler: str = ""
    component: str = ""
    error_id: str = ""
    error: ErrorReport | None = None
    over: int = 0
    skipped: int = 0


class Exported(Message, frozen=True, tag="exported"):
    """A session's changed state for the next runtime; ``dropped`` maps keys to why they can't go."""

    session_id: str
    entries: tuple[Entry, ...]
    dropped: Mapping[str, str] = {}


class ExportEnd(Message, frozen=True, tag="export_end"):
    pass


class Restored(Message, frozen=True, tag="restored"):
    """A ``Restore`` is done: how many elements were taken over, and why others were not."""

    session_id: str
    kept: int
    dropped: Mapping[str, str] = {}


class Inspected(Message, frozen=True, tag="inspected"):
    """The answer to ``Inspect``: encoded JSON as ``runtime/inspection.py`` has it, or why there is none."""

    session_id: str
    request: int
    body: bytes = b"null"
    problem: str = ""


class Touched(Message, frozen=True, tag="touched"):
    """Places in a session's state that were written; ``paths`` are the first ones if there are very many."""

    session_id: str
    paths: tuple[tuple[str | int, ...], ...]


class Remembered(Message, frozen=True, tag="remembered"):
    """An event begins: what of the state has changed since the last time that this was said.

    ``missing`` are elements that can't be kept, and so can't be had again by a ``Replay``.
    """

    session_id: str
    sequence: int
    entries: tuple[Entry, ...]
    missing: tuple[str, ...] = ()


class Happened(Message, frozen=True, tag="happened"):
    """What an event changed, just before its ``Done``: encoded JSON, a list of
    ``{"path", "before", "after", "file", "line"}``; the two values as short texts."""

    session_id: str
    sequence: int
    changes: bytes


class Pong(Message, frozen=True, tag="pong"):
    """The answer to ``Ping``, from the thread that takes the builder's messages."""


class Retired(Message, frozen=True, tag="retired"):
    """After ``Export``: no handler runs any more."""


ToBuilder = (
    Ready
    | LoadFailed
    | Verified
    | Snapshot
    | Changes
    | Blob
    | UploadsHeld
    | Action
    | Done
    | Rows
    | Record
    | Exported
    | ExportEnd
    | Restored
    | Inspected
    | Touched
    | Remembered
    | Happened
    | Pong
    | Retired
)


def trace_signal() -> int:
    """The signal that has a runtime write what all its threads do to stderr, and then ends it.

    One that apps have no use for: nothing sends it by itself, and its own action is to end a process.
    """
    return int(getattr(signal, "SIGSTKFLT", None) or signal.SIGUSR2)


# --- builder to template process, which forks runtimes ---------------------------------------------


class Prepare(Message, frozen=True, tag="prepare"):
    """The first message: import ``modules``. Answered by ``Prepared``, or by ``Unfit`` and its end."""

    modules: tuple[str, ...]


class Fork(Message, frozen=True, tag="fork"):
    """Make a runtime. With it come four descriptors: the runtime's end of its connection, what becomes its
    stdout and stderr, and the writing end of a pipe for its ``FORK_STATUS`` numbers."""

    generation: int
    app_path: str


class Retire(Message, frozen=True, tag="retire"):
    """No ``Fork`` will come any more: end when the last runtime has."""


ToTemplate = Prepare | Fork | Retire

FORK_STATUS: Final = struct.Struct(">i")
"""First the number of the process, or 0 for a refusal, then, when it has ended, its return code as
``subprocess`` has it. Until the reading end is closed, the process's number stays taken."""


# --- template process to builder -------------------------------------------------------------------


class Importing(Message, frozen=True, tag="importing"):
    """This package is imported next: if that never ends, or ends the process, it was this one."""

    package: str


class Unfit(Message, frozen=True, tag="unfit"):
    """``package`` does what doesn't go with a fork; without a name, nobody knows which one it was."""

    package: str
    reason: str


class Prepared(Message, frozen=True, tag="prepared"):
    """``Fork`` may come."""


FromTemplate = Importing | Unfit | Prepared


# --- framing ---------------------------------------------------------------------------------------

_encoder = msgspec.msgpack.Encoder()


def encode(message: ToRuntime | ToBuilder | ToTemplate | FromTemplate, generation: int) -> bytes:
    """Return ``message`` as one frame.

    Raises:
        ProtocolError: The message is larger than ``MAX_FRAME_BYTES``.
    """
    body = _encoder.encode(message)
    if len(body) > MAX_FRAME_BYTES:
        raise ProtocolError(
            f"{type(message).__name__} takes {len(body):,} bytes; a frame holds {MAX_FRAME_BYTES:,}"
        )
    return _HEADER.pack(len(body), generation) + body


M = TypeVar("M", bound=Message)


class Receiver(Generic[M]):
    """Turns the bytes of a pipe into messages, whatever the slices in which they arrive.

    Example:
        ``Receiver(ToBuilder, generation=3).feed(data)``
    """

    def __init__(self, messages: Any, generation: int) -> None:
        """Args:
        messages: The union that may come, ``ToRuntime`` or ``ToBuilder``.
        generation: Frames of any other generation are dropped.
        """
        self._decoder: msgspec.msgpack.Decoder[M] = msgspec.msgpack.Decoder(messages)
        self._generation = generation
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[M]:
        """Return the messages that ``data`` completes, oldest first; slicing does not matter.

        Raises:
            ProtocolError: The stream is damaged; discard this receiver.
        """
        buffer = self._buffer
        buffer += data
        messages: list[M] = []
        start = 0
        while len(buffer) - start >= _HEADER.size:
            length, generation = _HEADER.unpack_from(buffer, start)
            if length > MAX_FRAME_BYTES:
                raise ProtocolError(f"a frame announces {length:,} bytes; the limit is {MAX_FRAME_BYTES:,}")
            end = start + _HEADER.size + length
            if len(buffer) < end:
                break
            if generation == self._generation:
                body = bytes(memoryview(buffer)[start + _HEADER.size : end])
                try:
                    messages.append(self._decoder.decode(body))
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                    raise ProtocolError(f"a frame of {length:,} bytes is no message: {error}") from error
            start = end
        del buffer[:start]
        return messages
