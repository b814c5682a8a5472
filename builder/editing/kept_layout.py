"""How this user has laid out the Builder: sizes, panes, theme.

Kept in the user's state folder, not in the browser: a browser forgets with the port, and ``--port 0`` takes
another one each time. The values are the page's own; here they are JSON under names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from mainspring.builder.code.atomic_write import write_file
from mainspring.builder.user_state import state_folder

__all__ = ["KeptLayout", "LayoutTooLarge", "Name"]

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
# The page keeps about twenty values of a few bytes.
MAX_NAMES: Final = 100
MAX_BYTES: Final = 64 * 1024


class LayoutTooLarge(Exception):
    """More than a layout can need; nothing was kept."""


class KeptLayout:
    """Made on and used from one event loop; other Builders of the user may use the same file."""

    def __init__(self, file: Path | None = None) -> None:
        """Args:
        file: Where it is kept; ``None``: in the user's state folder.
        """
        self._file = file or state_folder() / "layout.json"
        self._lock = asyncio.Lock()

    def read(self) -> dict[str, Any]:
        """Name to value; a file that can't be read holds nothing."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=dict[Name, Any])
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return {}

    async def change(self, values: Mapping[str, Any]) -> None:
        """Keep these values beside the others; ``None`` forgets one.

        Raises:
            LayoutTooLarge, OSError
        """
        async with self._lock:
            await asyncio.to_thread(self._change, values)

    def _change(self, values: Mapping[str, Any]) -> None:
        merged = {name: value for name, value in {**self.read(), **values}.items() if value is not None}
        data = msgspec.json.encode(merged)
        if len(merged) > MAX_NAMES or len(data) > MAX_BYTES:
            raise LayoutTooLarge("The layout holds more than can be kept.")
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_file(self._file, data)
