"""``python -m benchmarks growth [--plots FOLDER]``: how cost grows with what an app and its use grow by.

Sessions (events a second, and the 99th percentile while each sends one a second), keys of state (a flush),
components of a page (from asking for it to the last one shown), lines of main.py (names behind a dot),
imports (from a save to the new text). With ``--plots`` each table is drawn as well.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from mainspring.builder.code.code_service import open_code_service
from playwright.sync_api import Browser

from . import events, paced, reload, state
from .browser import new_page, open_browser
from .commands import open_command, run
from .pages import KINDS, open_app
from .typing import source

# Of the standard library and beyond it; none imports another one of them.
IMPORTS: Final = (
    "csv", "sqlite3", "xml.dom.minidom", "http.client", "decimal",
    "numpy", "pandas", "polars", "pyarrow", "plotly.express", "matplotlib.pyplot", "PIL.Image",
    "altair", "pydantic", "narwhals", "msgspec",
)  # fmt: skip


class Curve(NamedTuple):
    """``rows`` has, for each size, a value of each of ``names`` (in the unit that ``name`` gives)."""

    name: str
    grows: str
    names: tuple[str, ...]
    rows: Mapping[int, tuple[float, ...]]


def throughput(sizes: Sequence[int], seconds: float) -> Curve:
    found = events.measure(sizes, seconds, 1)
    rows = {size: tuple(found[name, size].rate for name in ("floor", "mainspring")) for size in sizes}
    return Curve("events a second", "sessions", ("floor", "mainspring"), rows)


def waiting(sizes: Sequence[int], seconds: float) -> Curve:
    rows = {}
    for size in sizes:
        found = paced.measure(size, seconds)
        rows[size] = tuple(paced.p99(found[name]) for name in ("floor", "mainspring"))
    return Curve("p99, ms, at an event a second each", "sessions", ("floor", "mainspring"), rows)


def flushes(sizes: Sequence[int], times: int) -> Curve:
    rows = {}
    for size in sizes:
        rows[size] = tuple(
            state.measure(values(size), change, times)[1] for values, change in state.CHANGES.values()
        )
    return Curve("a flush, µs", "keys or items of state", tuple(state.CHANGES), rows)


def page_loads(browser: Browser, sizes: Sequence[int], times: int) -> Curve:
    """From asking for the page to its last component, in seconds."""
    rows = {}
    for size in sizes:
        last = f"[data-component={KINDS[9 % len(KINDS)]}_{size - 1}]"
        with open_app(size) as folder, open_command(*run(folder)) as served:
            taken = []
            for _ in range(times + 1):
                page = new_page(browser)
                begun = time.perf_counter()
                page.goto(served.url, wait_until="commit")
                page.locator(last).wait_for()
                taken.append(time.perf_counter() - begun)
                page.context.close()
        rows[size] = (median(taken[1:]),)
    return Curve("page load, s", "components", ("mainspring run",), rows)


def completions(sizes: Sequence[int], times: int) -> Curve:
    """Names behind a dot at the end of a file that has just changed, in milliseconds, without the first."""
    rows = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in sizes:
            code = source(size)
            (folder / "main.py").write_text(code, encoding="utf-8")
            rows[size] = (median(asyncio.run(_complete(folder, code, times))),)
    return Curve("names behind a dot, ms", "lines of main.py", ("code worker",), rows)


async def _complete(folder: Path, code: str, times: int) -> list[float]:
    taken = []
    async with open_code_service(folder) as service:
        for number in range(times + 1):
            text = f"{code}\n# {number}\njson."
            begun = time.perf_counter()
            await service.ask("textDocument/completion", "main.py", text, text.count("\n"), 5)
            taken.append((time.perf_counter() - begun) * 1000)
    return taken[1:]


def reloads(browser: Browser, sizes: Sequence[int], times: int, warm_up: int) -> Curve:
    """From a save by another editor to the new text in the page, in milliseconds."""
    rows = {}
    for size in sizes:
        imports = "".join(f"import {name}\n" for name in IMPORTS[:size])
        taken, kept = reload.reloads(browser, imports, "another editor", times, warm_up)
        assert kept == times, f"state was lost in {times - kept} of {times} reloads"
        rows[size] = (median(taken),)
    return Curve("save to text, ms", "imported packages", ("mainspring edit",), rows)


def curves(*, short: bool) -> Iterator[Curve]:
    if short:
        yield throughput((1, 4), 0.3)
        yield waiting((1, 4), 1.0)
        yield flushes((10, 1_000), 20)
    else:
        yield throughput((1, 8, 32, 128, 512, 1_000, 2_000), 4.0)
        yield waiting((1, 10, 100, 500, 1_000, 2_000), 8.0)
        yield flushes((10, 100, 1_000, 10_000, 100_000), 1_000)
    yield completions((50, 100) if short else (50, 200, 600, 2_000, 5_000), 2 if short else 10)
    with open_browser() as browser:
        yield page_loads(
            browser, (10, 50) if short else (10, 100, 500, 1_000, 2_000, 5_000), 1 if short else 3
        )
        yield reloads(browser, (0, 1) if short else (0, 2, 5, 8, 12, 16), *((2, 1) if short else (15, 6)))


def print_table(curve: Curve) -> None:
    print(f"\n{curve.name}\n| {curve.grows} | {' | '.join(curve.names)} |")
    print(f"|---|{'---|' * len(curve.names)}")
    for size, values in curve.rows.items():
        print(f"| {size:,} | {' | '.join(f'{value:,.{_digits(value)}f}' for value in values)} |", flush=True)


def _digits(value: float) -> int:
    return 0 if value >= 100 else 1 if value >= 10 else 2


def draw(curve: Curve, folder: Path) -> None:
    """Write the curve as ``growth-<what grows>-<what is measured>.svg``, on logarithmic axes."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 3.2), layout="constrained")
    for position, name in enumerate(curve.names):
        axes.plot(
            [max(size, 0.5) for size in curve.rows],
            [values[position] for values in curve.rows.values()],
            marker="o", markersize=4, label=name,
        )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel=curve.grows, ylabel=curve.name)
    axes.grid(visible=True, which="major", linewidth=0.5, alpha=0.5)
    axes.legend(frameon=False, fontsize=8)
    words = f"growth {curve.grows} {curve.name}".replace(",", " ").replace("µ", "u").split()
    figure.savefig(folder / f"{'-'.join(words)}.svg", metadata={"Date": None})
    plt.close(figure)


def main(*, short: bool, plots: Path | None = None) -> None:
    for curve in curves(short=short):
        print_table(curve)
        if plots is not None:
            plots.mkdir(parents=True, exist_ok=True)
            draw(curve, plots)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--plots", type=Path, metavar="FOLDER")
    chosen = parser.parse_args()
    main(short=chosen.short, plots=chosen.plots)
