"""What an app imported is known at its next start, so that its first reload is a quick one too."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from mainspring.builder.processes.log_buffer import LogBuffer
from mainspring.builder.processes.remembered_modules import MAX_APPS, MAX_MODULES, RememberedModules
from mainspring.builder.processes.runtime_starts import open_starts
from supervised_apps import LIMIT_S, edited


def file_of(folder: Path) -> Path:
    (file,) = folder.glob("*.json")
    return file


async def remembered_name(app_path: Path, name: str) -> None:
    async with asyncio.timeout(LIMIT_S):
        while name not in await asyncio.to_thread(RememberedModules(app_path).read):
            pass


async def test_the_modules_of_the_last_start_are_loaded_ahead_before_the_app_has_been(
    app_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (app_path / "main.py").write_text("import colorsys\n")
    async with edited(app_path):
        await remembered_name(app_path, "colorsys")

    async with open_starts(app_path, LogBuffer()) as starts:
        process = await starts.prepared()

        assert "colorsys" in starts._current_modules
        assert not process.gone


async def test_what_the_app_no_longer_imports_is_forgotten_at_its_next_start(
    app_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    RememberedModules(app_path).write(["colorsys"])
    (app_path / "main.py").write_text("import fractions\n")

    async with edited(app_path):
        await remembered_name(app_path, "fractions")

    assert "colorsys" not in RememberedModules(app_path).read()


DAMAGED = {
    "empty": b"",
    "half": b'["colorsys", "fract',
    "binary": bytes(range(256)),
    "something else": b'{"a": 1}',
    "other values": b'["colorsys", 1]',
    "no names": b'["os; import evil"]',
    "a path": b'["../colorsys"]',
    "too many": b'["a"' + b', "a"' * MAX_MODULES + b"]",
    "too large": b'["' + b"a" * 2_000_000 + b'"]',
    "deeply nested": b"[" * 100_000,
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_file_is_as_good_as_none_and_is_written_anew(tmp_path: Path, case: str) -> None:
    remembered = RememberedModules(tmp_path / "app", tmp_path / "cache")
    remembered.write(["colorsys"])
    file_of(tmp_path / "cache").write_bytes(DAMAGED[case])

    assert remembered.read() == ()
    remembered.write(["fractions", "a.b_c"])
    assert remembered.read() == ("fractions", "a.b_c")


def test_a_folder_that_nobody_can_write_to_hurts_nothing(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    remembered = RememberedModules(tmp_path / "app", tmp_path / "cache")

    remembered.write(["colorsys"])

    assert remembered.read() == ()


def test_the_apps_that_were_started_longest_ago_are_forgotten(tmp_path: Path) -> None:
    for number in range(MAX_APPS):
        remembered = RememberedModules(tmp_path / str(number), tmp_path / "cache")
        remembered.write(["colorsys"])
        os.utime(remembered._file, (number, number))
    RememberedModules(tmp_path / "last", tmp_path / "cache").write(["colorsys"])

    assert RememberedModules(tmp_path / "0", tmp_path / "cache").read() == ()
    assert RememberedModules(tmp_path / "1", tmp_path / "cache").read() == ("colorsys",)
    assert len(list((tmp_path / "cache").glob("*.json"))) == MAX_APPS
