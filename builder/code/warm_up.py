"""What an app's packages take jedi long to read the first time, so that it is read before anybody asks.

A frame of pandas takes some seconds once, then the answers lie in a cache on disk; from there it takes one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

__all__ = ["warming_texts"]

MAX_BYTES: Final = 1024 * 1024
_IMPORT: Final = re.compile(rb"^\s*(?:import|from)\s+(\w+)", re.MULTILINE)
# What everybody who imports them asks for.
_HEAVY: Final[Mapping[str, tuple[str, ...]]] = {
    "pandas": ("import pandas\npandas.", "import pandas\npandas.DataFrame()."),
    "polars": ("import polars\npolars.", "import polars\npolars.DataFrame()."),
    "numpy": ("import numpy\nnumpy.", "import numpy\nnumpy.zeros(1)."),
    "plotly": ("import plotly.express as px\npx.", "import plotly.express as px\npx.bar()."),
    "altair": ("import altair\naltair.", "import altair\naltair.Chart()."),
}


def warming_texts(app_path: Path) -> tuple[str, ...]:
    """Return small texts, to be completed at their ends, for the large packages that ``main.py`` imports."""
    try:
        with (app_path / "main.py").open("rb") as file:
            names = {match[1].decode() for match in _IMPORT.finditer(file.read(MAX_BYTES))}
    except OSError:
        return ()
    return tuple(text for package, texts in _HEAVY.items() if package in names for text in texts)
