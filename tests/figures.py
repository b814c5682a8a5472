"""Figures that tests have measured on their way, for the table in ``docs/reliability.md``.

Tests judge no times; they say them. With ``MAINSPRING_FIGURES=FILE`` each figure is a line of that file.
"""

from __future__ import annotations

import os
from pathlib import Path


def say(what: str, figure: str) -> None:
    """Write down a figure, where that is wanted."""
    print(f"{what}: {figure}")
    if wanted := os.environ.get("MAINSPRING_FIGURES"):
        with Path(wanted).open("a", encoding="utf-8") as file:
            file.write(f"| {what} | {figure} |\n")


def percentile(values: list[float], percent: float) -> float:
    """The value that so many percent of ``values`` don't exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * percent / 100))]
