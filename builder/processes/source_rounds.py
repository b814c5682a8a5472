"""Looks at an app's sources when that is asked for: what is new in them, and whether they compile.

Requests that come during a look are answered by the next one, all of them together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from mainspring.builder.code.source_check import SourceText, first_error, read_sources
from mainspring.runtime.protocol import ErrorReport

__all__ = ["SourceRounds"]


class SourceRounds:
    """``run`` does it, for as long as it runs; whoever asks gets the answers by the callbacks."""

    def __init__(
        self,
        app_path: Path,
        on_new: Callable[[str], None],
        on_checked: Callable[[ErrorReport | None], None],
        on_end: Callable[[], None],
    ) -> None:
        """Args:
        on_new: A content that was not tried before is there; the reason is the one given with it.
        on_checked: The answer to ``check``: the first error, or ``None`` if the sources compile.
        on_end: After each look; ``busy`` says whether another one follows.
        """
        self._app_path = app_path
        self._on_new = on_new
        self._on_checked = on_checked
        self._on_end = on_end
        self._work = asyncio.Event()
        self._looking = False
        self._check_wanted = False
        self._changed: dict[str, None] = {}
        self._tried: dict[str, str] = {}  # path to digest
        self._reason = ""

    @property
    def busy(self) -> bool:
        return self._looking or self._work.is_set()

    def changed(self, reason: str, paths: Iterable[str]) -> bool:
        """These files may hold something new, and so may main.py; ``True`` if no such news waited yet."""
        first = not self._changed
        self._reason = reason
        self._changed.update(dict.fromkeys(paths))
        self._changed.setdefault("main.py")
        self._work.set()
        return first

    def check(self) -> None:
        """Compile what is there."""
        self._check_wanted = True
        self._work.set()

    async def run(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            self._looking = True
            paths = tuple(self._changed)
            self._changed.clear()
            sources = await asyncio.to_thread(read_sources, self._app_path, paths)
            if paths and self._are_new(sources):
                self._on_new(self._reason)
            if self._check_wanted:
                self._check_wanted = False
                self._are_new(sources)
                self._on_checked(first_error(sources))
            self._looking = False
            self._on_end()

    def _are_new(self, sources: tuple[SourceText, ...]) -> bool:
        new = {
            source.path: source.digest for source in sources if self._tried.get(source.path) != source.digest
        }
        self._tried.update(new)
        return bool(new)
