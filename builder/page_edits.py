"""The app's pages while they are edited: one history a page, operations with a revision, files on disk.

Every success is durable before it returns. A page changed by someone else in the meantime, in
another tab or on disk, is merged where the changes are disjoint; otherwise ``OperationConflict`` says
what changed. A file that can't be read as a page is never written to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from mainspring.builder.catalogue import Catalogue
from mainspring.builder.tree_operations import Operation, OperationError
from mainspring.builder.tree_store import BrokenPage, StoredPage
from mainspring.runtime.protocol import Component

__all__ = [
    "Edit",
    "NoSuchPage",
    "OperationConflict",
    "PageChanged",
    "PageEdits",
    "PageNotSaved",
    "PageState",
    "PagesChanged",
]


class OperationConflict(Exception):
    """Someone else has changed the same thing since ``base_revision``; the text says what."""


class NoSuchPage(Exception):  # noqa: N818 - named after what it says
    """There is no page of this key, or its file is broken; the text says which."""


class PageNotSaved(Exception):  # noqa: N818
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
    """``PageState`` after an operation, and the id of what it added or changed (its new id after a rename)."""

    changed_id: str


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


class PageEdits:
    """All pages of one app, for editing. Made on and used from one event loop."""

    def __init__(
        self, app_path: Path, catalogue: Catalogue, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Read the pages; ``clock`` gives seconds."""
        raise NotImplementedError

    @property
    def pages(self) -> Mapping[str, StoredPage]:
        """Key to page, in the order of the pages."""
        raise NotImplementedError

    @property
    def broken(self) -> tuple[BrokenPage, ...]:
        raise NotImplementedError

    def state(self, key: str) -> PageState:
        """Raises: NoSuchPage."""
        raise NotImplementedError

    def states(self) -> tuple[PageState, ...]:
        raise NotImplementedError

    def subscribe(self, callback: Callable[[PageChanged | PagesChanged], None]) -> Callable[[], None]:
        """Call ``callback`` after every change; returns what ends that."""
        raise NotImplementedError

    async def apply(self, key: str, operation: Operation, base_revision: int, client: str = "") -> Edit:
        """Carry out ``operation``, which was made while looking at ``base_revision`` of the page.

        Args:
            client: Who asks, such as one tab; what it did itself since then is no conflict. Empty: unknown.

        Raises:
            OperationError, OperationConflict, NoSuchPage, PageNotSaved
        """
        raise NotImplementedError

    async def undo(self, key: str) -> PageState:
        """Take the last step back. Raises: OperationError (nothing to undo), NoSuchPage, PageNotSaved."""
        raise NotImplementedError

    async def redo(self, key: str) -> PageState:
        raise NotImplementedError

    async def create_page(self, key: str, title: str = "") -> PageState:
        """Raises: OperationError (a bad or taken key), PageNotSaved."""
        raise NotImplementedError

    async def delete_page(self, key: str) -> None:
        """Remove the page's file. Raises: NoSuchPage, PageNotSaved."""
        raise NotImplementedError

    async def reload(self, paths: Iterable[Path] | None = None) -> None:
        """Take in what changed on disk; ``None``: look at all pages. Our own writes are recognised."""
        raise NotImplementedError

    async def close(self) -> None:
        """Wait for writes that are under way."""
        raise NotImplementedError


