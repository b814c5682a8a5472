"""Which virtual environment is the app's, and what its author is told when the app doesn't run under it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from mainspring.builder.code.environments import Environment, environment_problems, find_environment

OWN = f"{sys.version_info.major}.{sys.version_info.minor}"


def make(folder: Path, text: str = "version = 3.12.4\n") -> Path:
    folder.mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(text, encoding="utf-8")
    return folder


def test_without_any_the_apps_is_our_own(tmp_path: Path) -> None:
    found = find_environment(tmp_path, "", {})

    assert (found.own, found.version, found.name) == (True, OWN, "Mainspring's own")
    assert list(environment_problems(found)) == []


def test_the_setting_comes_first_then_the_apps_folders_then_the_active_one(tmp_path: Path) -> None:
    app = tmp_path / "app"
    active = make(tmp_path / "active")
    environ = {"VIRTUAL_ENV": str(active)}
    app.mkdir()
    found = [find_environment(app, "", environ).name]
    make(app / "venv")
    found.append(find_environment(app, "", environ).name)
    make(app / ".venv")
    found.append(find_environment(app, "", environ).name)
    make(app / "envs" / "mine")
    found.append(find_environment(app, "envs/mine", environ).name)

    assert found == [str(active), "venv", ".venv", "envs/mine"]


@pytest.mark.parametrize("text", ["version = 3.12.4\n", "home = x\nversion_info = 3.12.4.final.0\n"])
def test_its_version_is_read_from_its_own_file(tmp_path: Path, text: str) -> None:
    make(tmp_path / ".venv", text)

    assert find_environment(tmp_path, "", {}).version == "3.12"


def test_the_one_that_we_run_in_is_our_own_under_its_name(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(sys.prefix)
    if not (tmp_path / ".venv" / "pyvenv.cfg").is_file():
        pytest.skip("these tests don't run in a virtual environment")

    assert find_environment(tmp_path, "", {}) == Environment(".venv", OWN)


def test_a_setting_that_names_none_is_a_problem_and_the_others_count(tmp_path: Path) -> None:
    make(tmp_path / "venv")

    found = find_environment(tmp_path, "nowhere", {})

    assert found.name == "venv"
    wrong, _ = environment_problems(found)
    assert (wrong.code, wrong.file) == ("no-environment", "mainspring.toml")
    assert "nowhere/pyvenv.cfg" in wrong.message


def test_that_the_app_runs_under_another_python_is_said_with_what_to_do(tmp_path: Path) -> None:
    make(tmp_path / ".venv")

    (problem,) = environment_problems(find_environment(tmp_path, "", {}))

    assert problem.code == "other-environment"
    for words in (".venv (Python 3.12)", f"own Python {OWN}", "-m pip install mainspring"):
        assert words in problem.message
