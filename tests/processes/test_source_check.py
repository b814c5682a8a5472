"""What is said about sources that can't be compiled; none of them is run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from mainspring.builder.code.source_check import first_error, read_sources
from mainspring.runtime.protocol import ErrorReport, TraceFrame


def check(app_path: Path, *paths: str) -> ErrorReport | None:
    return first_error(read_sources(app_path, paths))


def place(report: ErrorReport | None) -> TraceFrame:
    assert report is not None
    return report.frames[-1]


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"x = 1\n",
        b"\xef\xbb\xbfx = 1\n",
        b"# coding: latin-1\nx = '\xe9'\n",
        b"x = 1\r\ny = 2\r\n",
        b"raise SystemExit\n",
        b"x = '\\d'\n",
        b"x = 1\n" * 100_000 + b"(",
    ],
)
def test_what_compiles_or_is_too_large_to_try_passes_and_is_not_run(app_path: Path, source: bytes) -> None:
    (app_path / "main.py").write_bytes(source)

    assert check(app_path) is None


@pytest.mark.parametrize(
    ("source", "line", "column", "says"),
    [
        (b"x = 1\ny = (1,\n\n", 2, 4, "never closed"),
        (b"def f(:\n  pass", 1, 6, "invalid syntax"),
        ("é = 'ñ' ☃".encode(), 1, 8, "invalid character"),
        (b"if 1:\nx = 1\n", 2, 0, "indented block"),
        (b"return 1", 1, 0, "outside function"),
        (b"x = 1\nx = '\xe9'\n", 2, None, "not UTF-8: byte 0xe9 in line 2"),
        ("x = 1\n".encode("utf-16"), 1, None, "UTF-16"),
        (b"x = 1\n\0\n", 2, None, "NUL byte"),
        (b"-" * 50_000 + b"1", 1, None, "nested too deeply"),
    ],
)
def test_the_error_stands_at_its_line_and_column(
    app_path: Path, source: bytes, line: int, column: int | None, says: str
) -> None:
    (app_path / "main.py").write_bytes(source)

    report = check(app_path)

    assert report is not None
    assert says in report.message
    assert (place(report).file, place(report).line, place(report).column) == ("main.py", line, column)


def test_the_source_line_is_shown(app_path: Path) -> None:
    (app_path / "main.py").write_text("x = 1\ny = (1,\n\nz = 3\n")

    assert place(check(app_path)).source == "y = (1,"


def test_a_missing_main_file_and_a_folder_in_its_place_are_named(app_path: Path) -> None:
    (app_path / "main.py").unlink()
    missing = check(app_path)
    (app_path / "main.py").mkdir()
    folder = check(app_path)

    assert missing is not None
    assert "main.py is missing" in missing.message
    assert folder is not None
    assert "main.py is a folder" in folder.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_main_file_is_named(app_path: Path) -> None:
    (app_path / "main.py").chmod(0)
    report = check(app_path)

    assert report is not None
    assert "permissions" in report.message


def test_another_module_that_changed_is_checked_too_unless_it_is_gone(app_path: Path) -> None:
    (app_path / "tools.py").write_text("def f(\n")

    assert place(check(app_path, "tools.py", "gone.py")).file == "tools.py"
    assert check(app_path, "gone.py") is None
