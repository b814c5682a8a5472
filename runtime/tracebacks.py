"""Exceptions as data: frames with their places, and whose code each is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import CodeType, TracebackType
from typing import Final

import msgspec

from .protocol import ErrorReport, TraceFrame

MAX_FRAMES: Final = 100
MAX_MEMBERS: Final = 20
_OURS: Final = str(Path(__file__).parent)
_FOREIGN: Final = frozenset({"site-packages", "dist-packages", ".venv", "venv", "node_modules"})


class Sources:
    """Where the app is, and its files' text as it was loaded (a save may have changed it since)."""

    def __init__(self, app_path: str) -> None:
        self.app_path = app_path
        self.texts: dict[str, list[str]] = {}

    def owner(self, file: str) -> str:
        """``app``, ``ours`` or ``installed``."""
        if file.startswith("<"):
            return "installed"
        path = Path(file)
        if path.is_relative_to(self.app_path):
            inner = path.relative_to(self.app_path).parts
            return "installed" if _FOREIGN.intersection(inner) else "app"
        return "ours" if path.is_relative_to(_OURS) else "installed"

    def shown(self, file: str) -> str:
        """The file's name as reports have it: relative to the app's folder where it lies in it."""
        if self.owner(file) == "app":
            return Path(file).relative_to(self.app_path).as_posix()
        return file

    def line(self, file: str, number: int) -> str:
        lines = self.texts.get(file)
        if lines is None:
            import linecache

            return linecache.getline(file, number).rstrip("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def remember(self) -> None:
        """Keep the text of the app's modules that are loaded now."""
        # An app with pandas has two thousand modules, and a reload waits for this: paths are compared as
        # texts first.
        inside = self.app_path + os.sep
        for module in list(sys.modules.values()):
            file = getattr(module, "__file__", None)
            if (
                isinstance(file, str)
                and file.startswith(inside)
                and file not in self.texts
                and self.owner(file) == "app"
            ):
                try:
                    self.texts[file] = Path(file).read_bytes().decode("utf-8", "replace").splitlines()
                except OSError:
                    continue


def report(error: BaseException, sources: Sources) -> ErrorReport:
    """Return ``error`` as data; frames of ours that only lead to the app's code are left out."""
    return _report(error, sources, set(), 0)


def _report(error: BaseException, sources: Sources, seen: set[int], depth: int) -> ErrorReport:
    seen.add(id(error))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    below = None
    if cause is not None and id(cause) not in seen and depth < 8:
        below = _report(cause, sources, seen, depth + 1)
    members: tuple[ErrorReport, ...] = ()
    more_members = 0
    if isinstance(error, BaseExceptionGroup):
        shown = error.exceptions[: MAX_MEMBERS if depth < 8 else 0]
        members = tuple(_report(each, sources, seen, depth + 1) for each in shown)
        more_members = len(error.exceptions) - len(members)
    frames, more_frames = _frames(error.__traceback__, sources)
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        frames.append(_syntax_frame(error, sources))
    notes = tuple(_text(str(note)) for note in getattr(error, "__notes__", ()) or ())
    return ErrorReport(
        type(error).__qualname__,
        said(error),
        tuple(frames),
        notes,
        below,
        members,
        during=below is not None and error.__cause__ is None,
        more_frames=more_frames,
        more_members=more_members,
    )


def said(error: BaseException) -> str:
    """The message of ``error``, even where asking for it raises."""
    try:
        return _text(error.msg if isinstance(error, SyntaxError) and error.msg else str(error))
    except BaseException as second:
        return f"(asking for its message raised {type(second).__qualname__})"


def _text(text: str) -> str:
    return text[:20_000].encode("utf-8", "backslashreplace").decode("utf-8")


def _frames(trace: TracebackType | None, sources: Sources) -> tuple[list[TraceFrame], int]:
    """The frames, a recursion as one of them, and how many are left out in the middle."""
    frames: list[TraceFrame] = []
    left_out = repeated = 0
    before: tuple[CodeType, int] | None = None
    while trace is not None:
        code = trace.tb_frame.f_code
        file = code.co_filename
        owner = sources.owner(file)
        if not file.startswith("<frozen") and (frames or owner != "ours"):
            if (code, trace.tb_lasti) == before:
                repeated += 1
                frames[-1] = msgspec.structs.replace(frames[-1], repeated=repeated)
            else:
                repeated = 0
                frames.append(_frame(code, trace, file, owner, sources))
                if len(frames) > MAX_FRAMES:
                    left_out += 1 + frames.pop(MAX_FRAMES // 2).repeated
            before = code, trace.tb_lasti
        trace = trace.tb_next
    return frames, left_out


def _frame(code: CodeType, trace: TracebackType, file: str, owner: str, sources: Sources) -> TraceFrame:
    positions = list(code.co_positions())
    at = trace.tb_lasti // 2
    line, end_line, column, end_column = (
        positions[at] if 0 <= at < len(positions) else (None, None, None, None)
    )
    line = line or trace.tb_lineno or 0
    source = sources.line(file, line)
    column = _points(source, column)
    end_column = _points(sources.line(file, end_line) if end_line else source, end_column)
    return TraceFrame(
        sources.shown(file), line, end_line, column, end_column, code.co_qualname, _text(source[:1000]), owner
    )


def _points(source: str, offset: int | None) -> int | None:
    """PEP 657 counts bytes of UTF-8; we count code points."""
    if offset is None or source.isascii():
        return offset
    return len(source.encode("utf-8", "replace")[:offset].decode("utf-8", "ignore"))


def _syntax_frame(error: SyntaxError, sources: Sources) -> TraceFrame:
    file, line = error.filename or "", error.lineno or 0
    source = (error.text or sources.line(file, line)).rstrip("\n")
    column = error.offset - 1 if error.offset else None
    end_column = error.end_offset - 1 if error.end_offset and error.end_offset > 0 else None
    return TraceFrame(
        sources.shown(file),
        line,
        error.end_lineno,
        column,
        end_column,
        "<module>",
        _text(source),
        sources.owner(file),
    )
