"""One page while it is edited: its revision, its history, and what each revision touched."""

from __future__ import annotations

from collections import deque
from typing import Final

import msgspec
from mainspring.builder.pages.page_history import History
from mainspring.builder.pages.page_parts import changed_ids, parts_of
from mainspring.builder.pages.page_states import OperationConflict, PageChanges, PageState
from mainspring.builder.pages.tree import ids
from mainspring.builder.pages.tree_differences import Shift, Touch, clash, in_words, shifted
from mainspring.builder.pages.tree_operations import Operation
from mainspring.builder.pages.tree_store import StoredPage

__all__ = ["EditedPage"]

# How many revisions back a client may have looked; further back everything counts as changed.
_REMEMBERED: Final = 1_000


class _Done(msgspec.Struct, frozen=True):
    """What one revision changed, and who did it.

    Attributes:
        changed: Ids of the components that were other ones afterwards.
    """

    revision: int
    client: str
    changed: frozenset[str]
    touches: frozenset[Touch]
    shifts: tuple[Shift, ...] = ()


class EditedPage:
    """One page in memory: what is on disk, and how it came to be."""

    def __init__(self, stored: StoredPage) -> None:
        self.revision = 1
        self.history = History()
        self.log: deque[_Done] = deque(maxlen=_REMEMBERED)
        self.store(stored)

    def store(self, stored: StoredPage) -> None:
        self.stored = stored
        self.ids = ids(stored.component)

    def since(self, revision: int, client: str) -> list[_Done] | None:
        """What others did after ``revision``; ``None`` if that isn't known any more, or never was."""
        if revision > self.revision or revision < self.revision - len(self.log):
            return None
        return [
            done for done in self.log if done.revision > revision and (not client or done.client != client)
        ]

    def state(self) -> PageState:
        return PageState(
            key=self.stored.key,
            order=self.stored.order,
            revision=self.revision,
            page=self.stored.component,
            undo=self.history.undo_label,
            redo=self.history.redo_label,
        )

    def changes(self, base: int) -> PageChanges | PageState:
        """How the page stands, for whoever has the revision ``base``; all of it if that is too long ago."""
        since = self.since(base, "")
        if since is None:
            return self.state()
        changed = {id_ for done in since for id_ in done.changed}
        return PageChanges(
            key=self.stored.key,
            order=self.stored.order,
            base=base,
            revision=self.revision,
            parts=parts_of(self.stored.component, changed),
            undo=self.history.undo_label,
            redo=self.history.redo_label,
        )

    def fitted(self, operation: Operation, base_revision: int, client: str) -> Operation:
        """``operation``, made while looking at ``base_revision``, as it is to be done now.

        Raises:
            OperationConflict
        """
        since = self.since(base_revision, client)
        if since is None:
            raise OperationConflict("The page has changed too much since; it is shown as it is now.")
        theirs = {touch for done in since for touch in done.touches}
        if (touch := clash(operation, self.stored.component, theirs)) is not None:
            raise OperationConflict(f"{in_words(touch)}.")
        return shifted(operation, [shift for done in since for shift in done.shifts])

    def went_on(
        self, stored: StoredPage, client: str, touched: frozenset[Touch], moved: tuple[Shift, ...]
    ) -> None:
        """``stored`` is on disk now, the next revision."""
        self.revision += 1
        changed = changed_ids(self.stored.component, stored.component)
        self.log.append(_Done(self.revision, client, changed, touched, moved))
        self.store(stored)
