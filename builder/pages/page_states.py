"""What the editing of pages tells others: how a page stands, what changed, and why something can't be."""

from __future__ import annotations

import msgspec
from mainspring.builder.pages.page_parts import Part
from mainspring.builder.pages.tree_store import BrokenPage
from mainspring.runtime.protocol import Component

__all__ = [
    "Edit",
    "NoSuchPage",
    "OperationConflict",
    "PageChanged",
    "PageChanges",
    "PageNotSaved",
    "PageState",
    "PagesChanged",
]


class OperationConflict(Exception):
    """Someone else has changed the same thing since ``base_revision``; the text says what."""


class NoSuchPage(Exception):
    """There is no page of this key, or its file is broken; the text says which."""


class PageNotSaved(Exception):
    """The disk refused; nothing has changed. The text holds the reason."""


class PageState(msgspec.Struct, frozen=True, kw_only=True):
    """A page as the Builder shows it. JSON as it is.

    Attributes:
        page: As stored: without defaults, ``on`` is event to handler.
        undo, redo: What the next step back or forth does, in words; ``None``: there is none.
    """

    key: str
    order: float
    revision: int
    page: Component
    undo: str | None
    redo: str | None


class Edit(PageState, frozen=True, kw_only=True):
    """``PageState`` after an operation; ``changed_id`` is what was added or changed, by its id now."""

    changed_id: str


class PageChanges(msgspec.Struct, frozen=True, kw_only=True):
    """A page for whoever has a revision of it from ``base`` on: ``PageState`` without what is as it was.

    Attributes:
        parts: What has changed since ``base``, as it is now.
    """

    key: str
    order: float
    base: int
    revision: int
    parts: tuple[Part, ...]
    undo: str | None
    redo: str | None


class PageChanged(msgspec.Struct, frozen=True, kw_only=True):
    """One page has a new revision."""

    key: str
    revision: int
    page: Component
    undo_label: str | None
    redo_label: str | None


class PagesChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Pages came, went, changed their order, broke or were mended."""

    pages: tuple[PageState, ...]
    broken: tuple[BrokenPage, ...]
