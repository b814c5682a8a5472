"""Merging two versions of a page by the ids of its components, and what stands in the way of it.

Lines of JSON clash where trees don't: one branch moves a component while the other puts one beside it. Here
each component's place, type, fields, links, binding and visibility are merged for themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from mainspring.builder.pages.tree import new_id, walk
from mainspring.runtime.protocol import Component

__all__ = ["Clash", "Side", "merge"]

Side = str
OURS: Final = "ours"
THEIRS: Final = "theirs"
MISSING: Final = "(nothing)"


class Clash(msgspec.Struct, frozen=True):
    """What both sides changed, each in another way.

    Attributes:
        id: Of the component.
        aspect: ``there`` (one side deleted it), ``type``, ``place``, ``order``, ``binding``, ``visible``,
            ``field <name>`` or ``on <event>``.
        ours, theirs: As JSON would have it, for ``place`` the parent's id, for ``order`` the ids of the
            children, for ``there`` the component's type, or ``None`` on the side that deleted it.
    """

    id: str
    aspect: str
    ours: Any
    theirs: Any


class _Part(msgspec.Struct, frozen=True):
    """A component for itself, with its parent's id (empty for the page)."""

    component: Component
    parent: str
    children: tuple[str, ...]


Choose = Callable[[Clash], Side]


def merge(
    base: Component | None, ours: Component, theirs: Component, choose: Choose = lambda _: OURS
) -> tuple[Component, list[Clash]]:
    """Return one page of two, and everything that had to be chosen.

    Args:
        base: What both come from; ``None``: nobody knows, so that every difference is a clash.
        choose: Says for each clash whose version to take. Of what one side deleted and the other changed, the
            changed one is ``ours`` or ``theirs`` like any other.
    """
    return _Merge(base, ours, theirs, choose).run()


class _Merge:
    def __init__(self, base: Component | None, ours: Component, theirs: Component, choose: Choose) -> None:
        self._root = ours.id
        self._base = None if base is None else _parts(_named(base, ours.id))
        self._ours = _parts(ours)
        self._theirs = _parts(_apart(_named(theirs, ours.id), self._base, self._ours))
        self._choose = choose
        self.clashes: list[Clash] = []

    def run(self) -> tuple[Component, list[Clash]]:
        kept = [id_ for id_ in dict.fromkeys([*self._ours, *self._theirs]) if self._stays(id_)]
        parents = {id_: self._parent(id_) for id_ in kept if id_ != self._root}
        self._keep_what_holds(parents, kept)
        self._break_cycles(parents)
        children: dict[str, list[str]] = {id_: [] for id_ in kept}
        for id_, parent in parents.items():
            children[parent].append(id_)
        built = {id_: self._own(id_) for id_ in kept}
        ordered = {id_: self._ordered(id_, members) for id_, members in children.items()}

        def whole(id_: str) -> Component:
            return msgspec.structs.replace(
                built[id_], children=tuple([whole(child) for child in ordered[id_]])
            )

        return whole(self._root), self.clashes

    def _decide(self, id_: str, aspect: str, ours: Any, theirs: Any) -> Side:
        clash = Clash(id_, aspect, _plain(ours), _plain(theirs))
        self.clashes.append(clash)
        return self._choose(clash)

    def _pick(self, id_: str, aspect: str, base: Any, ours: Any, theirs: Any) -> Any:
        """The value of one aspect."""
        if ours == theirs:
            return ours
        if self._base is not None:
            if ours == base:
                return theirs
            if theirs == base:
                return ours
        return ours if self._decide(id_, aspect, ours, theirs) == OURS else theirs

    # --- which components there are ---

    def _stays(self, id_: str) -> bool:
        ours, theirs = self._ours.get(id_), self._theirs.get(id_)
        if ours is not None and theirs is not None:
            return True
        here = ours or theirs
        assert here is not None
        side = OURS if ours is not None else THEIRS
        if self._base is not None:
            was = self._base.get(id_)
            if was is None:
                return True
            if not self._differs(id_, self._ours if ours is not None else self._theirs):
                return False
        kind = here.component.type
        return self._decide(id_, "there", kind if ours else None, kind if theirs else None) == side

    def _differs(self, id_: str, side: Mapping[str, _Part]) -> bool:
        """Whether a component, or anything in it, is another one than before."""
        assert self._base is not None
        was, is_ = self._base[id_], side[id_]
        if _bare(was.component) != _bare(is_.component) or was.parent != is_.parent:
            return True
        if any(child not in was.children for child in is_.children):
            return True
        return any(
            self._differs(child, side) for child in is_.children if child in side and child in self._base
        )

    def _keep_what_holds(self, parents: dict[str, str], kept: list[str]) -> None:
        """A parent that one side deleted stays if something stands in it by now."""
        waiting = list(parents.values())
        while waiting:
            parent = waiting.pop()
            if parent in kept:
                continue
            mine = self._ours.get(parent)
            here = mine or self._theirs[parent]
            kind = here.component.type
            self.clashes.append(Clash(parent, "there", kind if mine else None, None if mine else kind))
            kept.append(parent)
            parents[parent] = here.parent
            waiting.append(here.parent)

    # --- where they stand ---

    def _parent(self, id_: str) -> str:
        ours, theirs = self._ours.get(id_), self._theirs.get(id_)
        if ours is None or theirs is None:
            part = ours or theirs
            assert part is not None
            return part.parent
        base = self._base.get(id_) if self._base is not None else None
        return str(self._pick(id_, "place", base and base.parent, ours.parent, theirs.parent))

    def _break_cycles(self, parents: dict[str, str]) -> None:
        """Each side moved one component into the other: where they stand with us is without a cycle."""
        for id_ in list(parents):
            seen = [id_]
            while (above := parents.get(seen[-1])) is not None and above not in seen:
                seen.append(above)
            if above is None:
                continue
            for inner in seen[seen.index(above) :]:
                mine = self._ours.get(inner)
                if mine is not None and mine.parent != parents[inner]:
                    self.clashes.append(Clash(inner, "place", mine.parent, parents[inner]))
                    parents[inner] = mine.parent

    def _ordered(self, id_: str, members: Sequence[str]) -> list[str]:
        """The children of a component in their order."""
        inside = set(members)
        ours = [child for child in self._children(self._ours, id_) if child in inside]
        theirs = [child for child in self._children(self._theirs, id_) if child in inside]
        both = set(ours) & set(theirs)
        mine, other = [c for c in ours if c in both], [c for c in theirs if c in both]
        first, second = ours, theirs
        if mine != other and self._theirs_first(id_, mine, other, (ours, theirs)):
            first, second = theirs, ours
        ordered = list(first)
        for position, child in enumerate(second):
            if child in ordered:
                continue
            before = next((c for c in reversed(second[:position]) if c in ordered), None)
            ordered.insert(0 if before is None else ordered.index(before) + 1, child)
        return ordered + [child for child in members if child not in ordered]

    def _theirs_first(
        self, id_: str, mine: list[str], other: list[str], whole: tuple[list[str], list[str]]
    ) -> bool:
        """Whose order of what both have counts, where the two differ."""
        if self._base is not None:
            base = [child for child in self._children(self._base, id_) if child in mine]
            if mine == base or other == base:
                return mine == base
        return self._decide(id_, "order", *whole) == THEIRS

    @staticmethod
    def _children(side: Mapping[str, _Part], id_: str) -> tuple[str, ...]:
        part = side.get(id_)
        return () if part is None else part.children

    # --- what they are ---

    def _own(self, id_: str) -> Component:
        ours, theirs = self._ours.get(id_), self._theirs.get(id_)
        if ours is None or theirs is None:
            part = ours or theirs
            assert part is not None
            return _bare(part.component)
        a, b = ours.component, theirs.component
        was = self._base.get(id_) if self._base is not None else None
        base = was.component if was is not None else None
        kind = self._pick(id_, "type", base and base.type, a.type, b.type)
        if a.type != b.type:
            # Fields of one type mean nothing to another.
            return _bare(a if kind == a.type else b)
        return Component(
            id=id_,
            type=kind,
            fields=self._entries(id_, "field", base.fields if base else None, a.fields, b.fields),
            binding=self._pick(id_, "binding", base and base.binding, a.binding, b.binding),
            on=self._entries(id_, "on", base.on if base else None, a.on, b.on),
            visible=self._pick(id_, "visible", base.visible if base else None, a.visible, b.visible),
        )

    def _entries(
        self,
        id_: str,
        aspect: str,
        base: Mapping[str, Any] | None,
        ours: Mapping[str, Any],
        theirs: Mapping[str, Any],
    ) -> dict[str, Any]:
        merged = {}
        for name in dict.fromkeys([*ours, *theirs]):
            was = (base or {}).get(name, MISSING)
            value = self._pick(
                id_, f"{aspect} {name}", was, ours.get(name, MISSING), theirs.get(name, MISSING)
            )
            if value is not MISSING:
                merged[name] = value
        return merged


def _parts(page: Component) -> dict[str, _Part]:
    found = {page.id: _part(page, "")}
    for parent in walk(page):
        for child in parent.children:
            found[child.id] = _part(child, parent.id)
    return found


def _part(component: Component, parent: str) -> _Part:
    return _Part(component, parent, tuple([child.id for child in component.children]))


def _bare(component: Component) -> Component:
    return msgspec.structs.replace(component, children=())


def _named(page: Component, key: str) -> Component:
    return page if page.id == key else msgspec.structs.replace(page, id=key)


def _apart(theirs: Component, base: Mapping[str, _Part] | None, ours: Mapping[str, _Part]) -> Component:
    """Their page, with other ids for what both sides added under one id and isn't the same."""
    if base is None:
        return theirs
    there = _parts(theirs)
    both = [id_ for id_ in there if id_ in ours and id_ not in base]
    twice = {id_ for id_ in both if _bare(there[id_].component) != _bare(ours[id_].component)}
    taken = {*there, *ours, *base}
    names: dict[str, str] = {}
    for id_ in sorted(twice):
        names[id_] = new_id(id_, taken)
        taken.add(names[id_])

    def renamed(component: Component) -> Component:
        return msgspec.structs.replace(
            component,
            id=names.get(component.id, component.id),
            children=tuple([renamed(child) for child in component.children]),
        )

    return renamed(theirs) if names else theirs


def _plain(value: Any) -> Any:
    return None if value is MISSING else value
