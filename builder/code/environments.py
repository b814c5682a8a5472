"""Whose packages the editor completes: the app's virtual environment's. The app runs under our Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.code.problems import WARNING, Problem

__all__ = ["Environment", "environment_problems", "find_environment"]

_IN_APP: Final = (".venv", "venv")
_SETTING: Final = "python_environment"


class Environment(msgspec.Struct, frozen=True):
    """Where packages are looked up.

    Attributes:
        name: As it is shown: relative to the app where it is in it.
        version: Of its Python, such as ``3.12``; empty if it isn't said.
        path: Of a virtual environment that isn't the one we run in; ``None``: that one.
        wrong: What is wrong with the setting, if that names none.
    """

    name: str
    version: str
    path: str | None = None
    wrong: str = ""

    @property
    def own(self) -> bool:
        """Whether the app runs under it too."""
        return self.path is None


def find_environment(
    app_path: Path, setting: str = "", environ: Mapping[str, str] = os.environ
) -> Environment:
    """Return the environment of an app: the one that is set, ``.venv``, ``venv``, ``$VIRTUAL_ENV``, ours.

    Args:
        setting: A folder, relative to the app, as ``python_environment`` in ``mainspring.toml`` has it.
    """
    app_path = app_path.resolve()
    wrong = ""
    if setting and not _is_environment(app_path / setting):
        wrong = f"{_SETTING} = {setting!r} names no virtual environment: there is no {setting}/pyvenv.cfg."
    for folder in _candidates(app_path, setting, environ):
        if not _is_environment(folder):
            continue
        if folder.resolve() == Path(sys.prefix).resolve():
            return Environment(_name(folder, app_path), _own_version(), None, wrong)
        return Environment(_name(folder, app_path), _version(folder), str(folder), wrong)
    return Environment("Mainspring's own", _own_version(), None, wrong)


def environment_problems(environment: Environment) -> Iterator[Problem]:
    """What the author should know: that completion shows packages which the running app doesn't have."""
    if environment.wrong:
        yield Problem(
            code="no-environment", severity=WARNING, message=environment.wrong, file="mainspring.toml"
        )
    if environment.path is not None:
        programs = Path(environment.name) / ("Scripts" if sys.platform == "win32" else "bin")
        version = f" (Python {environment.version})" if environment.version else ""
        yield Problem(
            code="other-environment",
            severity=WARNING,
            message=f"Completion reads the packages of {environment.name}{version}, but the app runs under "
            f"Mainspring's own Python {_own_version()}, which may not have them. Install Mainspring there "
            f"({programs / 'python'} -m pip install mainspring) and start {programs / 'mainspring'}.",
        )


def _candidates(app_path: Path, setting: str, environ: Mapping[str, str]) -> Iterator[Path]:
    if setting:
        yield app_path / setting
    yield from (app_path / name for name in _IN_APP)
    if active := environ.get("VIRTUAL_ENV"):
        yield Path(active)


def _is_environment(folder: Path) -> bool:
    try:
        return (folder / "pyvenv.cfg").is_file()
    except (OSError, ValueError):
        return False


def _name(folder: Path, app_path: Path) -> str:
    return folder.relative_to(app_path).as_posix() if folder.is_relative_to(app_path) else str(folder)


def _own_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _version(folder: Path) -> str:
    """``version = 3.12.1`` of venv, ``version_info = 3.12.1.final.0`` of virtualenv and uv."""
    try:
        lines = (folder / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        key, _, value = line.partition("=")
        if key.strip() in ("version", "version_info"):
            return ".".join(value.strip().split(".")[:2])
    return ""
