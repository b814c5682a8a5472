"""Replacing files: what readers see, what stays, what is left behind."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from mainspring.builder.atomic_write import is_temporary, sweep_temporary, write_file


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_new_file_has_the_content_and_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    plain = tmp_path / "plain"
    plain.touch()

    write_file(path, b"content")

    assert path.read_bytes() == b"content"
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_the_mode_of_a_replaced_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "run.py"
    path.write_bytes(b"old")
    path.chmod(0o751)

    write_file(path, b"new")

    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751


def test_a_failed_check_leaves_the_old_bytes_and_no_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "main.py"
    path.write_bytes(b"old")

    def changed_meanwhile() -> None:
        raise ValueError

    with pytest.raises(ValueError):
        write_file(path, b"new", last_check=changed_meanwhile)

    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["main.py"]


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "main.py").mkdir()

    with pytest.raises(IsADirectoryError):
        write_file(tmp_path / "main.py", b"new")


def test_a_file_with_the_longest_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)

    write_file(path, b"content")

    assert path.read_bytes() == b"content"


def test_what_a_killed_write_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "main.py"
    path.write_bytes(b"old")
    (tmp_path / ".hidden").touch()
    script = (
        "import os, sys; from pathlib import Path; from mainspring.builder.atomic_write import write_file;"
        "write_file(Path(sys.argv[1]), b'new', last_check=lambda: os.kill(os.getpid(), 9))"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    left = [name for name in names(tmp_path) if is_temporary(name)]
    assert len(left) == 1

    swept = sweep_temporary(tmp_path)

    assert swept == 1
    assert sorted(names(tmp_path)) == [".hidden", "main.py"]
    assert path.read_bytes() == b"old"
