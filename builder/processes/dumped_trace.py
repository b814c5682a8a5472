"""What ``faulthandler`` writes about a process that doesn't come to an end, as frames of a traceback."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mainspring.runtime.protocol import TraceFrame

__all__ = ["frames_of_dump"]

_FRAME: Final = re.compile(r'\s+File "(.*)", line (\d+) in (.*)')
_OURS: Final = ("mainspring/runtime/", "<frozen runpy>", "<frozen importlib")


def frames_of_dump(lines: Sequence[str], app_path: Path) -> tuple[TraceFrame, ...]:
    """The frames of the thread that runs the app's code, oldest first; none if there is no such thread.

    Example of a line: ``File "/app/main.py", line 3 in <module>``, newest call first.
    """
    threads: list[list[TraceFrame]] = []
    for line in lines:
        if found := _FRAME.fullmatch(line):
            if threads:
                threads[-1].append(_frame(found[1], int(found[2]), found[3], app_path))
        elif line.endswith("(most recent call first):"):
            threads.append([])
    for frames in threads:
        if any(frame.owner == "app" for frame in frames):
            return tuple(frame for frame in reversed(frames) if frame.owner != "ours")
    return ()


def _frame(file: str, line: int, function: str, app_path: Path) -> TraceFrame:
    path = Path(file)
    owner = "ours" if any(part in file for part in _OURS) else "installed"
    source = ""
    if path.is_relative_to(app_path):
        inner = path.relative_to(app_path)
        if not {"site-packages", "dist-packages"}.intersection(inner.parts):
            owner, file = "app", inner.as_posix()
            source = _line_of(path, line)
    return TraceFrame(file, line, None, None, None, function, source, owner)


def _line_of(path: Path, number: int) -> str:
    try:
        lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return lines[number - 1] if 0 < number <= len(lines) else ""
