"""One Builder at a time writes to an app: who has the lock."""

from __future__ import annotations

from pathlib import Path

import pytest
from mainspring.builder.editing.edit_lock import EditLock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "locks"


def test_the_first_has_it_until_it_lets_go(tmp_path: Path, folder: Path) -> None:
    first, second, heard = EditLock(tmp_path, folder), EditLock(tmp_path, folder), []
    second.subscribe(lambda: heard.append(second.holder))

    assert first.take()
    assert first.take()
    assert not second.take()
    assert second.holder is not None
    first.release()
    assert second.take()
    assert second.holder is None
    assert len(heard) == 2
    second.release()


def test_each_app_has_a_lock_of_its_own(tmp_path: Path, folder: Path) -> None:
    one, other = EditLock(tmp_path / "one", folder), EditLock(tmp_path / "other", folder)

    assert one.take()
    assert other.take()
    one.release()
    other.release()


def test_what_another_is_just_writing_is_no_obstacle_to_saying_that_it_is_there(
    tmp_path: Path, folder: Path
) -> None:
    first, second = EditLock(tmp_path, folder), EditLock(tmp_path, folder)
    first.take()
    next(folder.iterdir()).write_bytes(b'{"pid": 4')

    assert not second.take()
    assert str(second.holder).startswith("Another Builder edits this app, so")
    first.release()


def test_without_a_place_for_locks_the_builder_writes(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    lock = EditLock(tmp_path, tmp_path / "file" / "locks")

    assert lock.take()
    assert lock.holder is None
