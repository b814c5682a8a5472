"""An app that is loaded by a test, and users who fire its events."""

from __future__ import annotations

import contextlib
import itertools
import mimetypes
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import AsyncGeneratorType, GeneratorType
from typing import Any, Final

import msgspec
from mainspring.builder.components.catalogue import Catalogue, load_app_catalogue
from mainspring.builder.components.payload_kinds import PAYLOAD_KINDS
from mainspring.builder.pages.tree_store import BrokenPage, read_pages
from mainspring.builder.settings import load_settings
from mainspring.builder.web.served_pages import EventRefused, ServedPages
from mainspring.runtime import api
from mainspring.runtime.around import drained, finished
from mainspring.runtime.event_calls import prepare
from mainspring.runtime.loading import load_main
from mainspring.runtime.named_functions import Found, find_named
from mainspring.runtime.payloads import Refused
from mainspring.runtime.protocol import Action, Event, Upload
from mainspring.runtime.references import Pages
from mainspring.runtime.registry import Entry, collect
from mainspring.runtime.rows import field_value, locate
from mainspring.runtime.sessions import Session, SessionInfo
from mainspring.runtime.state import State
from mainspring.runtime.tracebacks import Sources
from mainspring.runtime.verifying import verdict
from mainspring.testing.loop_thread import LoopThread

__all__ = ["OpenedApp", "Refused", "User", "open_app"]

_FILES: Final = frozenset({"files", "image"})
# As a browser sends them: what comes as files has its bytes elsewhere.
_EXAMPLES: Final[Mapping[str, Any]] = {name: kind.example for name, kind in PAYLOAD_KINDS.items()} | {
    "chat_message": {name: PAYLOAD_KINDS["chat_message"].example[name] for name in ("role", "content")}
}
_numbers: Final = itertools.count(1)


class User:
    """Somebody who uses the app: a session of it.

    Attributes:
        session: What handlers get as ``session``.
        actions: What the app had the page do, oldest first: ``{"action": "notify", "title": …}``.
        log: What was said in the app's log about this session's values, and by ``add_log_entry``.
    """

    def __init__(
        self, app: OpenedApp, session: Session, actions: list[dict[str, Any]], log: list[str]
    ) -> None:
        self._app = app
        self._session = session
        self._sequence = itertools.count(1)
        self.actions = actions
        self.log = log

    @property
    def state(self) -> State:
        """The session's state itself; what a test assigns here is there for the next handler."""
        return self._session.state

    @property
    def session(self) -> SessionInfo:
        return self._session.info

    def fire(
        self, component: str, payload: Any = None, *, event: str | None = None, rows: Sequence[str] = ()
    ) -> None:
        """Have an event of a component happen; returns when its handler has ended.

        Args:
            payload: As JSON; for files, their paths; ``None`` for the example that stands in the documents.
            event: Such as ``wf-click``; may be left out if the component has one that leads somewhere.
            rows: Keys of the repeater rows around the component, outermost first.

        Raises:
            Refused: The page doesn't provide for this event, its payload doesn't fit, or a generator of
                the app kept it from its handler.
            Exception: What the handler raised.
        """
        self._app._fire(self._session, next(self._sequence), component, event, payload, tuple(rows))

    def shown(self, component: str, field: str = "text", *, rows: Sequence[str] = ()) -> Any:
        """What a field of a component says now, its ``@{…}`` filled in.

        Raises:
            Refused: The component is hidden, or there is none.
        """
        return self._app._shown(self._session, component, field, tuple(rows))

    def sees(self, component: str, *, rows: Sequence[str] = ()) -> bool:
        """Whether a component is shown now, with all that stands around it."""
        try:
            self._app._shown(self._session, component, "", tuple(rows))
        except Refused:
            return False
        return True


class OpenedApp:
    """Made by ``open_app``."""

    def __init__(self, path: Path, catalogue: Catalogue, served: ServedPages, loop: LoopThread) -> None:
        self.path = path
        self._catalogue = catalogue
        self._served = served
        self._loop = loop
        self._pages = Pages(served.pages)
        self._handlers: dict[str, Entry] = {}
        self._named = Found()
        self._stopping = contextlib.ExitStack()

    def join(
        self,
        *,
        user: Mapping[str, Any] | None = None,
        cookies: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        page: str | None = None,
        route_vars: Mapping[str, str] | None = None,
    ) -> User:
        """Return a new user, whom nobody verifies: ``user`` is what handlers see as ``session["user"]``."""
        actions: list[dict[str, Any]] = []
        log: list[str] = []
        # Faithful to what a session asks of them, which is less than they are.
        outlet: Any = _Page(actions)
        output: Any = _Log(log)
        session = Session(f"user-{next(_numbers)}", api.initial_state(), outlet, output, lambda _, __: None)
        session.page_keys = self._pages.keys
        session.references = self._pages.references
        first = self._pages.keys[0] if self._pages.keys else ""
        session.info.update(
            cookies=dict(cookies or {}),
            headers={name.lower(): text for name, text in (headers or {}).items()},
            route_vars=dict(route_vars or {}),
            page=first if page is None else page,
            user=None if user is None else dict(user),
        )
        session.opened()
        self._stopping.callback(session.close)
        return User(self, session, actions, log)

    def verify(
        self, *, cookies: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> bool | dict[str, Any]:
        """What the app's ``verify_session`` says of such a browser: ``True`` if there is none.

        Raises:
            Exception: What it raised, or an error that says what it should have returned.
        """
        named = self._named.verifier
        if named is None:
            return True
        values = {"cookies": dict(cookies or {}), "headers": dict(headers or {})}
        positional, keywords = named.signature.arguments(values)
        said = self._ended(named.function(*positional, **keywords))
        status, user = verdict(named.name, said)
        return msgspec.json.decode(user) or status == "allowed"

    # --- for users ---

    def _fire(
        self,
        session: Session,
        sequence: int,
        component: str,
        event: str | None,
        payload: Any,
        rows: tuple[str, ...],
    ) -> None:
        chain = self._pages.found.get(component)
        if chain is None:
            raise Refused(f"there is no component {component!r} on any page")
        page, name = chain[0].id, event or self._only_event(component)
        try:
            target = self._served.target(page, component, name)
        except EventRefused as error:
            raise Refused(str(error)) from None
        given = _EXAMPLES.get(target.kind) if payload is None else payload
        files = _uploads(payload or ()) if target.kind in _FILES else ()
        happening = Event(
            session.id,
            sequence,
            page,
            component,
            name,
            target.kind,
            b"null" if target.kind in _FILES else msgspec.json.encode(given),
            rows,
            target.binds,
            files,
        )
        call = prepare(happening, session, self._pages, self._handlers, self._named.around, _nothing, _here)
        self._ended(call())

    def _only_event(self, component: str) -> str:
        found = self._pages.found[component][-1]
        known = self._catalogue.types.get(found.type)
        binding = [known.binding] if found.binding and known is not None and known.binding else []
        events = list(dict.fromkeys((*found.on, *binding)))
        if len(events) != 1:
            listed = ", ".join(events) or "none"
            raise Refused(f"say which event of {component} happens; these lead somewhere: {listed}")
        return events[0]

    def _ended(self, result: Any) -> Any:
        """Run what a handler gave to its end."""
        if isinstance(result, GeneratorType):
            return drained(result, _nothing)
        if isinstance(result, AsyncGeneratorType) or hasattr(result, "__await__"):
            return self._loop.run(finished(result, _nothing))
        return result

    def _shown(self, session: Session, component: str, field: str, rows: tuple[str, ...]) -> Any:
        chain = self._pages.found.get(component)
        if chain is None:
            raise Refused(f"there is no component {component!r} on any page")
        with session.lock:
            return field_value(chain[-1], field, locate(chain, rows, session.state, to_read=True))


@contextlib.contextmanager
def open_app(path: str | Path) -> Iterator[OpenedApp]:
    """Load the app in a folder; afterwards its modules are forgotten, so that the next test loads it anew.

    One at a time: an app's modules have the names that they have.

    Raises:
        SettingsError: Its ``mainspring.toml`` is wrong.
        ValueError: One of its pages is; the text says where.
        BaseException: What ``main.py`` raises.
    """
    folder = Path(path).resolve()
    catalogue = load_app_catalogue(folder)
    settings = load_settings(folder)
    pages = []
    for page in read_pages(folder, catalogue):
        if isinstance(page, BrokenPage):
            raise ValueError(f"{page.file}, line {page.line}, column {page.column}: {page.message}")
        pages.append(page.component)
    loop = LoopThread()
    app = OpenedApp(folder, catalogue, ServedPages(pages, catalogue, settings.media_origins), loop)
    with _loaded(folder), app._stopping, contextlib.closing(loop):
        api.use_loop(loop.loop)
        sources = Sources(str(folder))
        main = load_main(str(folder), sources)
        app._named = find_named(main, settings.functions)
        app._handlers = collect(main, api.registered_modules(), sources, app._named.functions)
        yield app


@contextlib.contextmanager
def _loaded(folder: Path) -> Iterator[None]:
    """What loading an app changes of the process is put right afterwards."""
    if "main" in sys.modules and Path(getattr(sys.modules["main"], "__file__", "") or "").name == "main.py":
        raise RuntimeError("another app is open; close it before this one is opened")
    before, path, bytecode = set(sys.modules), list(sys.path), sys.dont_write_bytecode
    try:
        yield
    finally:
        api.forget()
        sys.path[:], sys.dont_write_bytecode = path, bytecode
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if name == "main" or (isinstance(file, str) and Path(file).is_relative_to(folder)):
                del sys.modules[name]


class _Page:
    """Where a session's messages go: actions are kept, the rest is what a browser would show."""

    def __init__(self, actions: list[dict[str, Any]]) -> None:
        self._actions = actions

    def send(self, message: Any, *, more: bool = False) -> None:
        if isinstance(message, Action):
            self._actions.append(msgspec.json.decode(message.body))


class _Log:
    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def say(self, level: str, text: str, call: Any = None) -> None:
        self._lines.append(f"{level}: {text}")


def _uploads(paths: Any) -> tuple[Upload, ...]:
    found = []
    for path in map(Path, [paths] if isinstance(paths, str | Path) else paths):
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        found.append(Upload(path.name, kind, path.stat().st_size, str(path)))
    return tuple(found)


def _nothing() -> None:
    """Nobody is shown what has changed so far."""


async def _here(job: Callable[[], Any]) -> Any:
    """A plain handler among async generators: nothing else runs meanwhile."""
    return job()
