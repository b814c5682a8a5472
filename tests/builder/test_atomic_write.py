"""Replacing files: what readers see, what stays, what is left behind."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mainspring.builder.code.atomic_write import is_temporary, sweep_temporary, write_file


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
        "import os, sys; from pathlib import Path;"
        "from mainspring.builder.code.atomic_write import write_file;"
        "write_file(Path(sys.argv[1]), b'new', last_check=lambda: os.kill(os.getpid(), 9))"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    left = [name for name in names(tmp_path) if is_temporary(name)]
    assert len(left) == 1

    swept = sweep_temporary(tmp_path)

    assert swept == 1
    assert sorted(names(tmp_path)) == [".hidden", "main.py"]
    assert path.read_bytes() == b"old"


class FailingSystem:
    """Counts the system calls that a write makes; the one with the number ``failing`` fails."""

    CALLS = ("open", "fchmod", "write", "fsync", "close", "link", "replace")

    def __init__(self, patch: pytest.MonkeyPatch, code: int, failing: int = 0) -> None:
        self.count = 0
        self._code = code
        self._failing = failing
        for name in self.CALLS:
            patch.setattr(os, name, self._counted(getattr(os, name), name))

    def _counted(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            if self.count != self._failing:
                return real(*args, **kwargs)
            if name == "close":
                real(*args)  # a descriptor is gone even if its close says that something was lost
            raise OSError(self._code, os.strerror(self._code))

        return call


@pytest.mark.parametrize("existing", [True, False])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES])
def test_whichever_system_call_fails_the_old_file_stays_byte_for_byte_or_the_new_one_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, existing: bool
) -> None:
    path = tmp_path / "main.py"

    def attempt(failing: int) -> tuple[int, OSError | None]:
        path.write_bytes(b"old") if existing else path.unlink(missing_ok=True)
        with monkeypatch.context() as patch:
            system = FailingSystem(patch, code, failing)
            try:
                write_file(path, b"new")
            except OSError as error:
                return system.count, error
            return system.count, None

    calls, _ = attempt(0)
    assert calls >= 7
    for failing in range(1, calls + 1):
        _, error = attempt(failing)

        if error is None:
            assert path.read_bytes() == b"new", failing
        else:
            assert error.errno == code
            assert (path.read_bytes() if path.exists() else None) == (b"old" if existing else None), failing
        assert [name for name in names(tmp_path) if name != "main.py"] == [], failing


def test_a_disk_that_takes_only_a_part_leaves_the_old_bytes(tmp_path: Path) -> None:
    path = tmp_path / "main.py"
    path.write_bytes(b"old")
    script = (
        "import resource, sys; from pathlib import Path; "
        "from mainspring.builder.code.atomic_write import write_file;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096));"
        "write_file(Path(sys.argv[1]), b'x' * 100_000)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], check=False, capture_output=True, text=True
    )

    assert "File too large" in done.stderr
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["main.py"]


def test_the_new_content_is_seen_before_the_disk_has_it_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "main.py"
    path.write_bytes(b"old")
    seen: list[bytes | str] = []
    real = os.fsync

    def synced(descriptor: int) -> None:
        seen.append("synced")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", synced)

    write_file(path, b"new", on_replaced=lambda: seen.append(path.read_bytes()))

    assert seen == ["synced", b"new", "synced"]
