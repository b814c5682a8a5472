"""The app's pages while they are edited: one history a page, operations with a revision, files on disk.

Every success is durable before it returns. A page changed by someone else in the meantime, in
another tab or on disk, is merged where the changes are disjoint; otherwise ``OperationConflict`` says
what changed. A file that can't be read as a page is never written to.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

import msgspec
from mainspring.builder.components.catalogue import Catalogue
from mainspring.builder.pages.edited_page import EditedPage
from mainspring.builder.pages.page_files import Outdated, remove_page, write_page
from mainspring.builder.pages.page_history import Change, Step, Whole, merge_key
from mainspring.builder.pages.page_states import (
    Edit,
    NoSuchPage,
    OperationConflict,
    PageChanged,
    PageChanges,
    PageNotSaved,
    PagesChanged,
    PageState,
)
from mainspring.builder.pages.tree import find, is_id
from mainspring.builder.pages.tree_differences import Shift, differences, shifts, touches
from mainspring.builder.pages.tree_edits import apply, prepare
from mainspring.builder.pages.tree_operations import (
    Operation,
    OperationError,
    SetField,
    describe,
    subject,
)
from mainspring.builder.pages.tree_store import (
    PAGES_FOLDER,
    BrokenPage,
    StoredPage,
    digest_of,
    encode_page,
    read_page,
    read_pages,
    report_ids,
    sweep_temporary,
)
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

# Addresses of the app that no page can have.
_RESERVED: Final = frozenset(
    ("api", "assets", "blob", "components", "packages", "session", "static", "uploads")
)

T = TypeVar("T")


Subscriber = Callable[[PageChanged | PagesChanged], None]


class PageEdits:
    """All pages of one app, for editing. Made on and used from one event loop."""

    def __init__(
        self, app_path: Path, catalogue: Catalogue, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Read the pages; ``clock`` gives seconds."""
        self._app_path = app_path
        self._catalogue = catalogue
        self._clock = clock
        # One lock for all pages, because ids are unique across them; a write takes about a millisecond.
        self._lock = asyncio.Lock()
        self._running: set[asyncio.Task[Any]] = set()
        self._subscribers: list[Subscriber] = []
        self._pages: dict[str, EditedPage] = {}
        self._broken: dict[str, BrokenPage] = {}
        # Pages that were deleted or are broken now: when they come back, their history goes on.
        self._aside: dict[str, EditedPage] = {}
        sweep_temporary(app_path / PAGES_FOLDER)
        for page in read_pages(app_path, catalogue):
            if isinstance(page, StoredPage):
                self._pages[page.key] = EditedPage(page)
            else:
                self._broken[page.key] = page

    # --- looking ----------------------------------------------------------------------------------

    @property
    def pages(self) -> Mapping[str, StoredPage]:
        """Key to page, in the order of the pages."""
        return MappingProxyType({key: page.stored for key, page in self._pages.items()})

    @property
    def catalogue(self) -> Catalogue:
        """The types of components that there are now."""
        return self._catalogue

    async def take_catalogue(self, catalogue: Catalogue) -> None:
        """Go on with other types of components: those of the app's own folder have changed."""

        async def take() -> None:
            self._catalogue = catalogue
            await self._take_in(sorted({*self._pages, *self._broken}))
            self._announce_all()

        await self._to_the_end(take)

    @property
    def broken(self) -> tuple[BrokenPage, ...]:
        """The files that can't be read as pages, by key."""
        return tuple(self._broken[key] for key in sorted(self._broken))

    def state(self, key: str) -> PageState:
        """Raises: NoSuchPage."""
        return self._page(key).state()

    def changes(self, key: str, base: int) -> PageChanges | PageState:
        """How the page stands, for whoever has the revision ``base``: what has changed since, or all of it.

        Raises:
            NoSuchPage
        """
        return self._page(key).changes(base)

    def states(self) -> tuple[PageState, ...]:
        """All pages in their order."""
        return tuple(page.state() for page in self._pages.values())

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call ``callback`` after every change; returns what ends that."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    # --- changing ---------------------------------------------------------------------------------

    async def apply(self, key: str, operation: Operation, base_revision: int, client: str = "") -> Edit:
        """Carry out ``operation``, which was made while looking at ``base_revision`` of the page.

        Args:
            client: Who asks, such as one tab; what it did itself since then is no conflict. Empty: unknown.

        Raises:
            OperationError, OperationConflict, NoSuchPage, PageNotSaved
        """
        return await self._to_the_end(lambda: self._apply(key, operation, base_revision, client))

    async def _apply(self, key: str, operation: Operation, base_revision: int, client: str) -> Edit:
        while True:
            page = self._page(key)
            before = page.stored
            beside = self._ids_beside(key)
            fitting = page.fitted(operation, base_revision, client)
            fitting = prepare(fitting, before.component, self._catalogue, beside)
            after, inverse = apply(before.component, fitting, self._catalogue, beside)
            changed_id = subject(fitting)
            if after == before.component:
                return _edit(page.state(), changed_id)
            try:
                stored = await self._write(before, after, before.order)
            except Outdated:
                # Someone has written the file since we read it: take that in, and look again.
                await self._take_in([key])
                continue
            typed = _is_typed(before.component, fitting, self._catalogue)
            step = Step(
                label=describe(fitting, before.component),
                back=inverse,
                forth=fitting,
                merge=merge_key(fitting, typed, client),
                time=self._clock(),
            )
            page.history.record(step)
            page.went_on(stored, client, touches(fitting, before.component), shifts(fitting, inverse))
            return _edit(self._announce(page), changed_id)

    async def undo(self, key: str) -> PageState:
        """Take the last step back; for a page that was deleted here, bring it back.

        Raises:
            OperationError, OperationConflict, NoSuchPage, PageNotSaved
        """
        return await self._to_the_end(lambda: self._undo(key))

    async def _undo(self, key: str) -> PageState:
        if key not in self._pages and key in self._aside and key not in self._broken:
            return await self._restore(self._aside[key])
        page = self._page(key)
        if not page.history.undo:
            raise OperationError("There is nothing to undo.")
        step = page.history.undo[-1]
        await self._step(page, step.back, f"“{step.label}” can't be undone")
        page.history.went_back()
        return self._announce(page)

    async def redo(self, key: str) -> PageState:
        """Do again what was undone last. Raises: as ``undo``."""
        return await self._to_the_end(lambda: self._redo(key))

    async def _redo(self, key: str) -> PageState:
        page = self._page(key)
        if not page.history.redo:
            raise OperationError("There is nothing to redo.")
        step = page.history.redo[-1]
        await self._step(page, step.forth, f"“{step.label}” can't be done again")
        page.history.went_forth()
        return self._announce(page)

    async def _step(self, page: EditedPage, change: Change, refusal: str) -> None:
        """Write a step of the history; the page has its new revision afterwards, but nobody knows yet."""
        before = page.stored
        if isinstance(change, Whole):
            after, order = change.component, change.order
            touched = differences(before.component, after)
            moved: tuple[Shift, ...] = ()
        else:
            beside = self._ids_beside(before.key)
            try:
                after, inverse = apply(before.component, change, self._catalogue, beside, checked=False)
            except OperationError as error:
                raise OperationError(f"{refusal}: {error}") from error
            order = before.order
            touched, moved = touches(change, before.component), shifts(change, inverse)
        try:
            stored = await self._write(before, after, order)
        except Outdated as error:
            await self._take_in([before.key])
            raise OperationConflict(f"{refusal}: the page's file has just been changed.") from error
        page.went_on(stored, "", touched, moved)

    async def create_page(self, key: str, title: str = "") -> PageState:
        """Make an empty page, shown last. Raises: OperationError (a bad or taken key), PageNotSaved."""
        return await self._to_the_end(lambda: self._create_page(key, title))

    async def _create_page(self, key: str, title: str) -> PageState:
        if not is_id(key):
            raise OperationError(
                f"“{key}” can't name a page: begin with a letter, then letters, digits, _ or -."
            )
        # Some file systems don't tell main.json from Main.json.
        if key.lower() in {known.lower() for known in (*self._pages, *self._broken, *_RESERVED)}:
            raise OperationError(f"The name “{key}” is in use already.")
        if key in self._ids_beside(key):
            raise OperationError(f"There is a component with the id “{key}” already.")
        component = Component(id=key, type="page", fields={"title": title} if title else {})
        order = max((page.stored.order for page in self._pages.values()), default=0) + 1
        return await self._restore(EditedPage(StoredPage(component=component, order=order, digest="")))

    async def _restore(self, page: EditedPage) -> PageState:
        """Write a page that has no file at the moment."""
        stored = page.stored
        try:
            page.store(await self._write(None, stored.component, stored.order))
        except Outdated as error:
            await self._take_in([stored.key])
            raise OperationError(f"There is a file pages/{stored.key}.json already.") from error
        self._aside.pop(stored.key, None)
        self._pages[stored.key] = page
        self._announce_all()
        return page.state()

    async def delete_page(self, key: str) -> None:
        """Remove the page's file; ``undo`` brings it back.

        Raises:
            NoSuchPage, OperationConflict, PageNotSaved
        """
        await self._to_the_end(lambda: self._delete_page(key))

    async def _delete_page(self, key: str) -> None:
        page = self._page(key)
        try:
            await self._on_disk(key, remove_page, self._app_path, key, page.stored.digest)
        except Outdated as error:
            await self._take_in([key])
            raise OperationConflict(f"pages/{key}.json has just been changed; it was not deleted.") from error
        self._aside[key] = self._pages.pop(key)
        self._announce_all()

    async def reload(self, paths: Iterable[Path] | None = None) -> None:
        """Take in what changed on disk; ``None``: look at all pages. Our own writes are recognised."""
        folder = self._app_path / PAGES_FOLDER
        if paths is None:
            found = {file.stem for file in await asyncio.to_thread(lambda: list(folder.glob("*.json")))}
            keys = found | self._pages.keys() | self._broken.keys()
        else:
            keys = {path.stem for path in paths if path.suffix == ".json" and path.parent == folder}
        if keys:
            await self._to_the_end(lambda: self._take_in(sorted(keys)))

    async def close(self) -> None:
        """Wait for writes that are under way."""
        while self._running:
            await asyncio.wait(self._running)

    # --- inside -----------------------------------------------------------------------------------

    def _page(self, key: str) -> EditedPage:
        if key in self._broken:
            broken = self._broken[key]
            raise NoSuchPage(f"{broken.file} can't be read (line {broken.line}): {broken.message}")
        if key not in self._pages:
            raise NoSuchPage(f"There is no page “{key}”.")
        return self._pages[key]

    def _ids_beside(self, key: str) -> Collection[str]:
        """Every id of the app outside of the page ``key``."""
        beside = {id_ for other, page in self._pages.items() if other != key for id_ in page.ids}
        return beside | (self._broken.keys() - {key})

    async def _to_the_end(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do ``work`` alone and to its end, even if whoever waits for it is cancelled."""

        async def alone() -> T:
            async with self._lock:
                return await work()

        task = asyncio.create_task(alone())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _write(self, before: StoredPage | None, after: Component, order: float) -> StoredPage:
        """Put ``after`` on disk in the place of ``before``.

        Raises:
            Outdated, OperationError, PageNotSaved
        """
        try:
            data = encode_page(after, order, self._catalogue)
        except ValueError as error:
            raise OperationError(f"The page can't be stored: {error}.") from error
        digest = None if before is None else before.digest
        await self._on_disk(after.id, write_page, self._app_path, after.id, data, digest)
        return StoredPage(component=after, order=order, digest=digest_of(data))

    async def _on_disk(self, key: str, work: Callable[..., None], *arguments: Any) -> None:
        try:
            await asyncio.to_thread(work, *arguments)
        except OSError as error:
            reason = error.strerror or str(error)
            raise PageNotSaved(f"pages/{key}.json could not be saved: {reason}.") from error

    async def _take_in(self, keys: Collection[str]) -> None:
        """Read these pages again, and go on with what is on disk."""
        others = False
        for key in keys:
            found = await asyncio.to_thread(read_page, self._app_path, key, self._catalogue)
            others |= self._replace(key, found)
        report_ids([page.stored for page in self._pages.values()])
        if others:
            self._announce_all()

    def _replace(self, key: str, found: StoredPage | BrokenPage | None) -> bool:
        """Go on with ``found``; return whether the set of pages or their order is another one."""
        was_broken = self._broken.pop(key, None)
        page = self._pages.get(key)
        if not isinstance(found, StoredPage):
            if page is not None:
                self._aside[key] = self._pages.pop(key)
            if found is not None:
                self._broken[key] = found
            return page is not None or was_broken != found
        came = page is None
        if page is None:
            page = self._aside.pop(key, None) or EditedPage(found)
        self._pages[key] = page
        before = page.stored
        if (before.component, before.order) == (found.component, found.order):
            page.store(found)
            return came
        label = f"Change of {PAGES_FOLDER}/{key}.json outside the Builder"
        back, forth = Whole(before.component, before.order), Whole(found.component, found.order)
        page.history.record(Step(label=label, back=back, forth=forth))
        page.went_on(found, "", differences(before.component, found.component), ())
        self._announce(page)
        return came or before.order != found.order

    def _announce(self, page: EditedPage) -> PageState:
        state = page.state()
        change = PageChanged(
            key=state.key,
            revision=state.revision,
            page=state.page,
            undo_label=state.undo,
            redo_label=state.redo,
        )
        for subscriber in tuple(self._subscribers):
            subscriber(change)
        return state

    def _announce_all(self) -> None:
        ordered = sorted(self._pages.items(), key=lambda item: (item[1].stored.order, item[0]))
        self._pages = dict(ordered)
        change = PagesChanged(pages=self.states(), broken=self.broken)
        for subscriber in tuple(self._subscribers):
            subscriber(change)


def _edit(state: PageState, changed_id: str) -> Edit:
    return Edit(**msgspec.structs.asdict(state), changed_id=changed_id)


def _is_typed(page: Component, operation: Operation, catalogue: Catalogue) -> bool:
    """Whether ``operation`` sets a field in which one types."""
    if not isinstance(operation, SetField):
        return False
    component = find(page, operation.id)
    known = None if component is None else catalogue.types.get(component.type)
    spec = None if known is None else known.fields.get(operation.field)
    return spec is not None and spec.type not in ("option", "boolean")
