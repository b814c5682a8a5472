"""Which state the pages refer to: a trie of paths, and an index of components.

Only what the trie holds is ever serialised for a browser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from . import expressions
from .protocol import Component


class Node:
    """A place in state: ``whole`` if a page reads everything there, else what it reads below.

    The topmost one also has ``repeated``: where the values stand that repeaters go through.
    """

    __slots__ = ("below", "repeated", "whole")

    def __init__(self) -> None:
        self.whole = False
        self.below: dict[str, Node] = {}
        self.repeated: set[tuple[str, ...]] = set()

    def add(self, path: Iterable[str]) -> None:
        node = self
        for part in path:
            if node.whole:
                return
            node = node.below.setdefault(part, Node())
        node.whole = True
        node.below.clear()

    def covers(self, other: Node) -> bool:
        """Whether everything that ``other`` refers to is referred to here."""
        if not self.repeated >= other.repeated:
            return False
        if self.whole:
            return True
        if other.whole:
            return False
        return all(key in self.below and self.below[key].covers(node) for key, node in other.below.items())


class Pages:
    """The pages of the app, indexed; a value that is replaced as a whole."""

    def __init__(self, pages: Iterable[Component]) -> None:
        self.pages: Final = tuple(pages)
        self.keys: Final = tuple(page.id for page in self.pages)
        self.found: Final[dict[str, tuple[Component, ...]]] = {}  # id -> it and its ancestors, page first
        # Whether these can be reached is no question of state: they are always visible and never disabled.
        self.always_there: Final[set[str]] = set()
        self.references: Final = Node()
        for page in self.pages:
            self._visit(page, (), frozenset())

    def finder(self, page: str) -> Callable[[str], Component | None]:
        """Gives the component of a page by its id; ``None`` for what isn't on it."""

        def find(name: str) -> Component | None:
            chain = self.found.get(name)
            return chain[-1] if chain is not None and chain[0].id == page else None

        return find

    def _visit(self, component: Component, above: tuple[Component, ...], scope: frozenset[str]) -> None:
        chain = (*above, component)
        self.found[component.id] = chain
        if _is_always_there(chain):
            self.always_there.add(component.id)
        paths = [path for _, text in component_texts(component) for path in expressions.paths(text)]
        for path in paths:
            prefix = path.prefix()
            if prefix and prefix[0] not in scope and not any(part.startswith("_") for part in prefix):
                self.references.add(prefix)
        below = scope
        if component.type == "repeater":
            # Whatever a repeater within this one goes through stands below what this one does.
            for text in texts_of({"items": component.fields.get("items")}):
                for prefix in [path.prefix() for path in expressions.paths(text)]:
                    if prefix and prefix[0] not in scope:
                        self.references.repeated.add(prefix)
            below = scope | set(repeater_names(component))
        for child in component.children:
            self._visit(child, chain, below)


def _is_always_there(chain: tuple[Component, ...]) -> bool:
    if any(each.type == "repeater" for each in chain[:-1]) or "disabled" in chain[-1].fields:
        return False
    return all(each.visible is True for each in chain)


def component_texts(component: Component) -> Iterator[tuple[str, str]]:
    """All that may read state: a field's name, or ``visible`` or ``binding``, and a text there."""
    for name, value in component.fields.items():
        for text in texts_of(value):
            yield name, text
    if isinstance(component.visible, str):
        yield "visible", component.visible
    if component.binding:
        yield "binding", "@{" + component.binding.strip().removeprefix("@{").removesuffix("}") + "}"


def repeater_names(component: Component) -> tuple[str, str]:
    """The names under which a repeater's rows give key and value."""
    fields = component.fields
    return str(fields.get("key_variable") or "item_id"), str(fields.get("value_variable") or "item")


def texts_of(value: Any) -> Iterator[str]:
    """Every text with templates in a value of JSON."""
    if isinstance(value, str):
        if "@{" in value:
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)
