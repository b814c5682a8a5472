"""Tells what changed in an app's folder.

By the system's notices, and by looking every second in case one got lost.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

__all__ = ["Changed", "open_watcher"]


class Changed(msgspec.Struct, frozen=True):
    """Files whose content is another one now (made, changed or gone).

    Attributes:
        code: Whether Python files are among them.
        pages: Whether files of ``pages/`` are.
        assets: Whether files of ``assets/`` or ``components/`` are.
        paths: All of them, relative to the app's folder, with ``/``, sorted.
    """

    code: bool
    pages: bool
    assets: bool
    paths: tuple[str, ...]


@asynccontextmanager
async def open_watcher(
    app_path: Path, on_change: Callable[[Changed], None], *, look_every_s: float = 1.0
) -> AsyncIterator[None]:
    """Call ``on_change`` (in the event loop) for every change until the block ends.

    What is on disk when the block begins is the basis; a file that is only touched, or written with the
    content it had, causes nothing.
    """
    raise NotImplementedError
    yield  # type: ignore[unreachable]
