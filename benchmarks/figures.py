"""What a series of measurements comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Figures:
    """The median and the 95th percentile of a series, in its unit."""

    p50: float
    p95: float

    @classmethod
    def of(cls, series: Sequence[float]) -> Figures:
        return cls(median(series), quantiles(series, n=20, method="inclusive")[-1])

    def __str__(self) -> str:
        return f"{self.p50:8.1f} {self.p95:8.1f}"
