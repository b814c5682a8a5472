"""What events do without code: pages, state, dialogs and links, as a page's ``on`` says it.

It runs where handlers run, with the same checks: a path that leads nowhere, a page or a dialog that isn't
there refuse the event with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from . import expressions
from .expressions import Path, parse_path
from .payloads import Refused
from .protocol import BuiltIn, CloseDialog, Component, GoToPage, OpenDialog, OpenLink, SetState
from .references import texts_of
from .rows import Scope

SCHEMES: Final = ("http", "https", "mailto", "tel")
DIALOG: Final = "dialog"

Act = Callable[[dict[str, Any]], None]
Find = Callable[[str], Component | None]


def perform(action: BuiltIn, scope: Scope, payload: Any, rows: Sequence[str], find: Find, act: Act) -> None:
    """Carry out ``action``. The lock of the session's state is held.

    Args:
        scope: Where the component stands; ``payload`` is a name in it, unless a repeater has that name.
        rows: Keys of the repeater rows around it, outermost first.
        find: Gives the component of its page that has an id.
        act: Has the browser do something, as ``protocol.Action`` says it; raises ``ValueError`` if it can't.

    Raises:
        Refused: It leads nowhere now.
    """
    names = {"payload": payload, **scope.values}

    def filled(value: Any) -> Any:
        return expressions.evaluate(value, scope.state, names)

    match action:
        case GoToPage(page=key):
            try:
                act({"action": "set_page", "key": expressions.as_text(filled(key))})
            except ValueError as error:
                raise Refused(str(error)) from None
        case OpenLink(url=url):
            address = expressions.as_text(filled(url)).strip()
            if not can_be_opened(address):
                raise Refused(f"{address!r} can't be opened: it is no http, https, mailto or tel address")
            act({"action": "open_url", "url": address})
        case SetState(path=path, value=value):
            scope.write(_path(path), filled(value))
        case OpenDialog(dialog=name) | CloseDialog(dialog=name):
            _show(name, isinstance(action, OpenDialog), scope, rows, find, act)


def can_be_opened(address: str) -> bool:
    """Whether a link may lead there: the browser looks once more."""
    scheme, colon, _ = address.partition(":")
    is_relative = not colon or any(mark in scheme for mark in "/?#")
    return bool(address) and (is_relative or scheme.lower() in SCHEMES)


def _show(name: str, opens: bool, scope: Scope, rows: Sequence[str], find: Find, act: Act) -> None:
    dialog = find(name)
    if dialog is None or dialog.type != DIALOG:
        raise Refused(f"there is no dialog {name!r} on this page")
    path = _shown_by(dialog)
    if path is not None:
        scope.write(path, opens)
    else:
        act({"action": "show_dialog", "dialog": name, "rows": list(rows), "open": opens})


def _path(text: str) -> Path:
    try:
        return parse_path(text)
    except ValueError as error:
        raise Refused(str(error)) from None


def _shown_by(dialog: Component) -> Path | None:
    """The state that says whether a dialog is open; ``None``: nothing does, and the page keeps it.

    Raises:
        Refused: A text of several parts says it, which nobody can set.
    """
    if dialog.binding:
        return _path(dialog.binding)
    field = dialog.fields.get("open")
    if not isinstance(field, str) or not field:
        return None
    pieces = expressions.parse(field)
    if len(pieces) == 1 and isinstance(pieces[0], Path):
        return pieces[0]
    raise Refused(f"{dialog.id} is open by {field!r}, which can't be set: bind it to a state element")


def read_texts(component: Component) -> Iterator[tuple[str, str]]:
    """All in the built-in actions of a component that may read state: the event's name, and a text."""
    for event, action in component.on.items():
        match action:
            case SetState(value=value):
                for text in texts_of(value):
                    yield event, text
            case GoToPage(page=text) | OpenLink(url=text):
                yield event, text
