"""From a save by any editor to the app that runs: no final content is missed, no content is loaded twice."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from mainspring.builder.code.atomic_write import write_file
from supervised_apps import COUNTER, Watched, edited, nothing_ever


def version(number: int | str) -> str:
    return COUNTER + f"print('version {number}.')\n"


async def runs(seen: Watched, number: int | str) -> None:
    """Wait until this version serves and nothing else is under way."""
    await seen.until(lambda: f"version {number}." in seen.texts())
    await seen.live()
    assert [text for text in seen.texts() if text.startswith("version ")][-1] == f"version {number}."


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


WAYS = [rename_over, in_place, like_vim, delete_and_create]
WATCHING = {"notices of the system": {}, "forced polling": {"notices": nothing_ever, "look_every_s": 0.02}}


@pytest.mark.parametrize("watching", WATCHING)
@pytest.mark.parametrize("save", WAYS)
async def test_each_save_runs_once_however_it_is_written(
    app_path: Path, save: Callable[[Path, str], None], watching: str
) -> None:
    async with edited(app_path, **WATCHING[watching]) as seen:
        for number in range(1, 8):
            save(app_path / "main.py", version(number))
            await runs(seen, number)

        started = [text for text in seen.texts() if text.startswith("version ")]
        assert started == [f"version {number}." for number in range(1, 8)]
        assert seen.supervisor.status.generation == 8


@pytest.mark.parametrize("save", WAYS)
async def test_of_a_hundred_quick_saves_the_last_runs_and_none_twice(
    app_path: Path, save: Callable[[Path, str], None]
) -> None:
    async with edited(app_path) as seen:
        for number in range(1, 101):
            save(app_path / "main.py", version(number))
            await asyncio.to_thread(lambda: None)
        await runs(seen, 100)
        await seen.alone()

        started = [text for text in seen.texts() if text.startswith("version ")]
        assert len(set(started)) == len(started)


async def test_a_touch_reloads_nothing(app_path: Path) -> None:
    async with edited(app_path) as seen:
        for _ in range(10):
            os.utime(app_path / "main.py")
            await asyncio.to_thread(lambda: None)
        (app_path / "main.py").write_text(version("after"))
        await runs(seen, "after")

        assert seen.supervisor.status.generation == 2


async def test_a_checkout_of_two_hundred_files_ends_with_all_of_them_loaded(app_path: Path) -> None:
    names = [f"part_{number}" for number in range(200)]
    main = "".join(f"import {name}\n" for name in names)
    main += f"print('version %d.' % sum(module.value for module in ({', '.join(names)})))\n"
    for name in names:
        (app_path / f"{name}.py").write_text("value = 1\n")
    (app_path / "main.py").write_text(main)
    async with edited(app_path) as seen:
        for name in names:
            write_file(app_path / f"{name}.py", b"value = 2\n")
        await runs(seen, 400)
        await seen.alone()


async def test_a_swapped_folder_is_what_runs(app_path: Path) -> None:
    async with edited(app_path, look_every_s=0.05) as seen:
        other = app_path.with_name("other")
        shutil.copytree(app_path, other)
        (other / "main.py").write_text(version("of the other folder") + "import helper\n")
        (other / "helper.py").write_text("print('helped')\n")
        app_path.rename(app_path.with_name("old"))  # noqa: ASYNC240
        other.rename(app_path)
        await runs(seen, "of the other folder")
        (app_path / "main.py").write_text(version("later"))

        await runs(seen, "later")
        assert "helped" in seen.texts()


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("save", WAYS)
async def test_a_thousand_saves_each_run_once(app_path: Path, save: Callable[[Path, str], None]) -> None:
    async with edited(app_path) as seen:
        for number in range(1, 1001):
            save(app_path / "main.py", version(number))
            await runs(seen, number)

        assert seen.supervisor.status.generation == 1001


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_five_hundred_reloads_leave_no_process_descriptor_or_memory(app_path: Path) -> None:
    async with edited(app_path) as seen:
        for number in range(1, 51):
            in_place(app_path / "main.py", version(number))
            await runs(seen, number)
        await seen.alone()
        # The loop's pool of threads grows to its size when it likes; that is no leak.
        await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.05) for _ in range(64)))
        before = held()
        for number in range(51, 551):
            in_place(app_path / "main.py", version(number))
            await runs(seen, number)
        await seen.alone()
        after = held()

        assert after["descriptors"] <= before["descriptors"]
        assert after["threads"] <= before["threads"]
        assert after["memory"] - before["memory"] < 10 * 1024 * 1024


def held() -> dict[str, int]:
    return {
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "threads": len(list(Path("/proc/self/task").iterdir())),
        "memory": int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"),
    }
