"""plotly.js of the plotly package that the app draws with, so that page and package are of one version.

The package is found without importing it: the app's process runs on the same Python as we do.
"""

from __future__ import annotations

import asyncio
import gzip
import importlib
import importlib.util
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["PlotlyScript", "Script", "find_script"]

# Six tenths of the time of level 9 for 2 % more bytes.
_LEVEL: Final = 6


class Script(NamedTuple):
    """The script as it goes out: ``tag`` is another one when the package is."""

    tag: str
    compressed: bytes


def find_script() -> Path | None:
    """The file of the plotly package that is installed now; ``None`` where there is none."""
    # It may have been installed since we started.
    importlib.invalidate_caches()
    try:
        spec = importlib.util.find_spec("plotly")
    except (ImportError, ValueError):
        return None
    for folder in spec.submodule_search_locations or () if spec is not None else ():
        path = Path(folder) / "package_data" / "plotly.min.js"
        if path.is_file():
            return path
    return None


class PlotlyScript:
    """The script, compressed when it is first asked for and kept. Belongs to one event loop."""

    def __init__(self) -> None:
        self._kept: Script | None = None
        self._reading = asyncio.Lock()

    async def read(self) -> Script | None:
        """Return the script, or ``None`` where plotly isn't installed."""
        async with self._reading:
            self._kept = await asyncio.to_thread(_read, self._kept)
        return self._kept


def _read(kept: Script | None) -> Script | None:
    path = find_script()
    if path is None:
        return None
    status = path.stat()
    tag = f"{status.st_size:x}-{status.st_mtime_ns:x}"
    if kept is not None and kept.tag == tag:
        return kept
    return Script(tag, gzip.compress(path.read_bytes(), _LEVEL, mtime=0))
