"""What the watcher says about changes on a real disk, and with notices that are made up."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mainspring.builder.code.app_files import look
from mainspring.builder.code.atomic_write import write_file
from mainspring.builder.processes import watcher
from mainspring.builder.processes.watcher import Changed, open_watcher, system_notices

LIMIT_S = 20.0
NEVER_S = 3600.0


class Seen:
    def __init__(self) -> None:
        self.changes: list[Changed] = []
        self._news = asyncio.Event()

    def __call__(self, changed: Changed) -> None:
        self.changes.append(changed)
        self._news.set()

    @property
    def paths(self) -> set[str]:
        return {path for changed in self.changes for path in changed.paths}

    async def until(self, found: Callable[[], Any]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not found():
                self._news.clear()
                await self._news.wait()

    async def path(self, path: str) -> None:
        await self.until(lambda: path in self.paths)


class Notices:
    """Notices that a test writes itself."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[set[Path]] = asyncio.Queue()

    async def __call__(self, app_path: Path) -> AsyncIterator[set[Path]]:
        while True:
            yield await self._queue.get()

    def say(self, *paths: Path) -> None:
        self._queue.put_nowait(set(paths))


@asynccontextmanager
async def by_notices_only(app_path: Path) -> AsyncIterator[tuple[Seen, Notices]]:
    seen, notices = Seen(), Notices()
    async with open_watcher(app_path, seen, notices=notices, look_every_s=NEVER_S):
        yield seen, notices


async def nothing_ever(app_path: Path) -> AsyncIterator[set[Path]]:
    await asyncio.Event().wait()
    yield set()


async def test_a_notice_of_another_content_is_reported_with_what_it_concerns(app_path: Path) -> None:
    async with by_notices_only(app_path) as (seen, notices):
        (app_path / "main.py").write_text("x = 2")
        (app_path / "pages").mkdir()
        (app_path / "pages" / "main.json").write_text("{}")
        (app_path / "mainspring.toml").write_text("title = 'Shop'")
        notices.say(*(app_path / name for name in ("main.py", "pages/main.json", "mainspring.toml")))
        await seen.path("main.py")

        assert seen.changes == [Changed(True, True, False, ("main.py", "mainspring.toml", "pages/main.json"))]


async def test_a_look_that_has_to_wait_for_a_processor_does_not_put_off_the_next_one(
    app_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Path] = []
    real = look

    def slow(path: Path) -> Any:
        looks.append(path)
        waiting.wait(0.5)
        return real(path)

    waiting = threading.Event()
    seen = Seen()
    async with open_watcher(app_path, seen, notices=nothing_ever, look_every_s=0.01):
        monkeypatch.setattr(watcher, "look", slow)
        (app_path / "main.py").write_text("x = 2")
        await seen.path("main.py")
        (app_path / "main.py").write_text("x = 3")
        await seen.until(lambda: len(seen.changes) == 2)


async def test_a_touched_file_and_one_written_with_its_own_content_cause_nothing(app_path: Path) -> None:
    async with by_notices_only(app_path) as (seen, notices):
        main = app_path / "main.py"
        main.write_bytes(main.read_bytes())
        os.utime(main, (1, 1))
        notices.say(main)
        (app_path / "other.py").write_text("x = 1")
        notices.say(app_path / "other.py")
        await seen.path("other.py")

        assert seen.paths == {"other.py"}


async def test_a_file_that_is_empty_for_a_moment_is_reported_once_it_has_content(
    app_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However long that moment is on a machine that is busy.
    monkeypatch.setattr(watcher, "SETTLE_S", LIMIT_S)
    async with by_notices_only(app_path) as (seen, notices):
        (app_path / "main.py").write_text("")
        (app_path / "other.py").write_text("x = 1")
        notices.say(app_path / "main.py", app_path / "other.py")
        await seen.path("other.py")
        (app_path / "main.py").write_text("x = 2")
        notices.say(app_path / "main.py")
        await seen.path("main.py")

        assert [changed.paths for changed in seen.changes] == [("other.py",), ("main.py",)]


@pytest.mark.parametrize("end", [lambda path: path.unlink(), lambda path: path.write_text("")])
async def test_a_file_that_stays_gone_or_empty_is_reported_without_another_notice(
    app_path: Path, end: Callable[[Path], object]
) -> None:
    async with by_notices_only(app_path) as (seen, notices):
        end(app_path / "main.py")
        notices.say(app_path / "main.py")
        await seen.path("main.py")

        assert seen.changes == [Changed(True, False, False, ("main.py",))]


@pytest.mark.parametrize(
    "path",
    [
        ".git/index",
        "__pycache__/main.cpython-311.pyc",
        "lib/__pycache__/main.py",
        "components/x/node_modules/a.py",
        "env/lib/a.py",
        ".1234567890abcdef.mainspring-tmp",
    ],
)
async def test_what_tools_write_is_not_the_apps(app_path: Path, path: str) -> None:
    (app_path / "env").mkdir()
    (app_path / "env" / "pyvenv.cfg").write_text("home = /usr/bin")
    async with by_notices_only(app_path) as (seen, notices):
        (app_path / path).parent.mkdir(parents=True, exist_ok=True)
        (app_path / path).write_text("x")
        notices.say(app_path / path)
        (app_path / "main.py").write_text("x = 3")
        notices.say(app_path / "main.py")
        await seen.path("main.py")

        assert seen.paths == {"main.py"}


@pytest.mark.parametrize("folder", ["build", "env", "dist", "venv", ".hidden"])
async def test_a_folder_of_any_other_name_is_the_apps(app_path: Path, folder: str) -> None:
    (app_path / folder).mkdir()
    async with by_notices_only(app_path) as (seen, notices):
        (app_path / folder / "tools.py").write_text("x = 1")
        notices.say(app_path / folder / "tools.py")
        await seen.path(f"{folder}/tools.py")

        assert seen.changes[0].code


async def test_looking_finds_what_no_notice_told(app_path: Path) -> None:
    seen = Seen()
    async with open_watcher(app_path, seen, notices=nothing_ever, look_every_s=0.01):
        (app_path / "assets").mkdir()
        (app_path / "assets" / "logo.svg").write_text("<svg/>")
        (app_path / "data.csv").write_text("a,b")
        await seen.path("assets/logo.svg")
        await seen.path("data.csv")

        assert not any(changed.code or changed.pages for changed in seen.changes)
        assert any(changed.assets for changed in seen.changes)


def rename_over(file: Path, text: str) -> None:
    write_file(file, text.encode())


def in_place(file: Path, text: str) -> None:
    file.write_text(text)


def like_vim(file: Path, text: str) -> None:
    backup = file.with_name(file.name + "~")
    file.rename(backup)
    file.write_text(text)
    backup.unlink()


def delete_and_create(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text)


@pytest.mark.parametrize("save", [rename_over, in_place, like_vim, delete_and_create])
async def test_every_way_of_saving_is_noticed_again_and_again(app_path: Path, save: Any) -> None:
    seen = Seen()
    async with open_watcher(app_path, seen):
        for number in range(1, 6):
            before = len(seen.changes)
            save(app_path / "main.py", f"x = {number}")
            await seen.until(lambda before=before: any("main.py" in c.paths for c in seen.changes[before:]))  # type: ignore[misc]

        assert all(changed.code for changed in seen.changes if "main.py" in changed.paths)


async def test_files_in_new_folders_are_found_at_once(app_path: Path) -> None:
    seen = Seen()
    async with open_watcher(app_path, seen, look_every_s=NEVER_S):
        # Only when the system's watch stands does the rest say something about new folders.
        number = 0
        async with asyncio.timeout(LIMIT_S):
            while "main.py" not in seen.paths:
                number += 1
                (app_path / "main.py").write_text(f"x = {number}")
                await asyncio.to_thread(lambda: None)
        folder = app_path / "a" / "b"
        folder.mkdir(parents=True)
        for number in range(50):
            (folder / f"m{number}.py").write_text("x = 1")
        await seen.until(lambda: {f"a/b/m{number}.py" for number in range(50)} <= seen.paths)


async def test_a_folder_that_is_swapped_for_another_one_is_followed(app_path: Path) -> None:
    seen = Seen()
    async with open_watcher(app_path, seen, look_every_s=0.05):
        other = app_path.with_name("other")
        shutil.copytree(app_path, other)
        (other / "main.py").write_text("x = 'other'")
        app_path.rename(app_path.with_name("old"))  # noqa: ASYNC240
        other.rename(app_path)
        await seen.path("main.py")
        (app_path / "late.py").write_text("x = 1")
        await seen.path("late.py")

        assert seen.paths == {"main.py", "late.py"}


async def test_a_folder_that_cannot_be_watched_is_looked_at(
    app_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def no_watches_left(path: Path) -> AsyncIterator[set[Path]]:
        raise OSError(28, "no space left on device")
        yield set()

    seen = Seen()
    async with open_watcher(app_path, seen, notices=no_watches_left, look_every_s=0.01):
        (app_path / "main.py").write_text("x = 9")
        await seen.path("main.py")

    assert "looking every second" in caplog.text


async def test_the_systems_notices_end_with_the_block(app_path: Path) -> None:
    async with asyncio.timeout(LIMIT_S), open_watcher(app_path, Seen(), notices=system_notices):
        pass


async def test_a_file_that_came_and_became_a_folder_between_two_looks_is_reported_both_times(
    app_path: Path,
) -> None:
    async with by_notices_only(app_path) as (seen, notices):
        new = app_path / "new.py"
        new.write_text("x = 1")
        notices.say(new)
        await seen.path("new.py")

        new.unlink()
        new.mkdir()
        notices.say(new)

        await seen.until(lambda: len([c for c in seen.changes if "new.py" in c.paths]) == 2)
