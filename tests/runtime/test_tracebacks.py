"""Exceptions as data: what is left out is counted, and what has no file is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mainspring.runtime.protocol import ErrorReport
from mainspring.runtime.tracebacks import MAX_FRAMES, MAX_MEMBERS, Sources, report


def reported(code: str, tmp_path: Path) -> ErrorReport:
    """The report of what ``code``, a file of the app, raises."""
    file = tmp_path / "main.py"
    file.write_text(code)
    try:
        exec(compile(code, str(file), "exec"), {"__name__": "main"})
    except BaseException as error:
        return report(error, Sources(str(tmp_path)))
    pytest.fail("nothing was raised")


def app_frames(error: ErrorReport) -> list[tuple[str, int, str]]:
    return [(frame.file, frame.line, frame.function) for frame in error.frames if frame.owner == "app"]


def test_a_recursion_is_one_frame_with_the_number_of_its_repeats(tmp_path: Path) -> None:
    error = reported("def deep():\n    deep()\ndeep()\n", tmp_path)

    assert error.type == "RecursionError"
    assert app_frames(error) == [("main.py", 3, "<module>"), ("main.py", 2, "deep")]
    assert error.frames[-1].repeated > 500
    assert error.more_frames == 0


def test_of_a_recursion_of_two_the_ends_are_kept_and_the_middle_is_counted(tmp_path: Path) -> None:
    code = "def a(n):\n    b(n + 1)\ndef b(n):\n    a(n + 1) if n < 300 else 1 / 0\na(0)\n"
    error = reported(code, tmp_path)

    assert len(error.frames) == MAX_FRAMES
    assert app_frames(error)[0] == ("main.py", 5, "<module>")
    assert error.frames[-1].function == "b"
    # The module and this test's own frame, and two calls for each two steps.
    assert len(error.frames) + error.more_frames == 2 + 302


def test_code_without_a_file_keeps_the_name_it_was_compiled_under(tmp_path: Path) -> None:
    error = reported('exec("def f():\\n    return 1 / 0\\nf()")\n', tmp_path)

    assert [frame.file for frame in error.frames[1:]] == ["main.py", "<string>", "<string>"]
    assert (error.frames[-1].line, error.frames[-1].function) == (2, "f")


def test_frames_around_c_code_are_there_with_their_columns(tmp_path: Path) -> None:
    code = "import json\ndef key(n):\n    return 1 + n / 0\nvalue = sorted([1, 2], key=key)\n"
    error = reported(code, tmp_path)

    assert app_frames(error) == [("main.py", 4, "<module>"), ("main.py", 3, "key")]
    last = error.frames[-1]
    assert last.source[last.column : last.end_column] == "n / 0"


def test_members_of_a_large_group_are_counted(tmp_path: Path) -> None:
    error = reported("raise ExceptionGroup('many', [ValueError(n) for n in range(50)])\n", tmp_path)

    assert (len(error.members), error.more_members) == (MAX_MEMBERS, 50 - MAX_MEMBERS)


def test_a_syntax_error_points_at_its_columns(tmp_path: Path) -> None:
    error = reported("compile('x = (1,, 2)', 'part.py', 'exec')\n", tmp_path)

    last = error.frames[-1]
    assert (last.file, last.line, last.column) == ("part.py", 1, 7)
    assert json.dumps(last.source) == '"x = (1,, 2)"'
