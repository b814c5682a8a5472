"""Apps written for one test each."""

from __future__ import annotations

import textwrap
from pathlib import Path


def write_app(folder: Path, main: str, **modules: str) -> Path:
    """Write ``main.py`` and ``<name>.py`` for each of ``modules``; return the app's folder."""
    for name, text in {"main": main, **modules}.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text), "utf-8")
    return folder
