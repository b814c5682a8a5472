"""What events do without code, as values: who does what, how a person would say it, what can't be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from mainspring.builder.pages.tree import walk, words
from mainspring.runtime.protocol import (
    BuiltIn,
    CloseDialog,
    Component,
    GoToPage,
    OpenDialog,
    OpenLink,
    SetState,
)

__all__ = ["DIALOG", "ActionLink", "action_links", "described", "problem_of", "referring_to"]

DIALOG: Final = "dialog"
# The runtime parses paths exactly; here it is enough to refuse what can't be one.
_PATH: Final = re.compile(r"[^\s@{}]{1,200}")
_SCHEME: Final = re.compile(r"([^/?#:]*):")
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})


class ActionLink(msgspec.Struct, frozen=True, kw_only=True):
    """One event of one component, and what it does without code."""

    page: str
    component: str
    event: str
    action: BuiltIn


def action_links(page: Component) -> Iterator[ActionLink]:
    """All built-in actions of a page, in its order."""
    for component in walk(page):
        for event, action in component.on.items():
            if not isinstance(action, str):
                yield ActionLink(page=page.id, component=component.id, event=event, action=action)


def described(action: BuiltIn) -> str:
    """In the words of a person: "go to page orders"."""
    match action:
        case GoToPage(page=page):
            return f"go to page {page}"
        case SetState(path=path, value=value):
            return f"set {path} to {_short(value)}"
        case OpenDialog(dialog=dialog):
            return f"open {words(dialog)}"
        case CloseDialog(dialog=dialog):
            return f"close {words(dialog)}"
        case OpenLink(url=url):
            return f"open {_short(url)}"


def problem_of(action: BuiltIn) -> str | None:
    """Why nobody should store ``action``; ``None``: it can be. (What is there now may be gone later.)"""
    match action:
        case GoToPage(page=""):
            return "Say which page to go to."
        case SetState(path=path) if not _PATH.fullmatch(path):
            return f"“{path}” is no path of the state; one looks like form.name."
        case SetState(value=value):
            return _no_json(value)
        case OpenDialog(dialog="") | CloseDialog(dialog=""):
            return "Say which dialog is meant."
        case OpenLink(url=url):
            scheme = _SCHEME.match(url.strip())
            if not url.strip() or (scheme and "@{" not in scheme[1] and scheme[1].lower() not in _SCHEMES):
                return f"“{url}” can't be opened: an address begins with https://, http://, mailto: or tel:."
    return None


def _no_json(value: Any) -> str | None:
    try:
        msgspec.json.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        return f"The value can't be stored: {error}."
    return None


def referring_to(
    on: Mapping[str, str | BuiltIn], renamed: Mapping[str, str]
) -> dict[str, str | BuiltIn] | None:
    """``on`` with its dialogs called by their new ids; ``None`` if it names none of ``renamed``."""
    mended: dict[str, str | BuiltIn] = {}
    for event, action in on.items():
        if isinstance(action, OpenDialog | CloseDialog) and action.dialog in renamed:
            mended[event] = msgspec.structs.replace(action, dialog=renamed[action.dialog])
    return {**on, **mended} if mended else None


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 40 else text[:39] + "…"
