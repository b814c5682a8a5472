"""Links of pages to handlers that can't run, as lines for the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .references import Pages
from .registry import Entry


class DeadLinks:
    """Remembers the pages that it was asked about last, so that nothing is said twice."""

    def __init__(self) -> None:
        self._before = Pages(())

    def new(self, pages: Pages, handlers: Mapping[str, Entry]) -> Iterator[str]:
        """Say of each link that leads to nothing which can run why, unless it stood there the last time."""
        before, self._before = self._before, pages
        for chain in pages.found.values():
            component, known = chain[-1], before.found.get(chain[-1].id)
            for event, name in component.on.items():
                if not isinstance(name, str) or (known is not None and known[-1].on.get(event) == name):
                    continue
                entry = handlers.get(name)
                if entry is None:
                    yield f"{component.id} runs {name} on {event}, but main.py has no such handler"
                elif entry.listed.problem:
                    yield f"{entry.listed.file}, line {entry.listed.line}: {entry.listed.problem}"
