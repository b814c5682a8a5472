"""What all tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How fast examples are made is no property of what is tested, and machines are shared.
settings.register_profile("mainspring", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mainspring")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path: the one that ``make test`` found, or one on PATH."""
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    found = os.environ.get("MAINSPRING_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    assert found, "no Chromium: `scripts/find_chromium.sh --install` finds or installs one"
    return found


@pytest.fixture(scope="session", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a service keeps for its user between starts is none of the tests' business."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the built wheel and sdist: what ``make`` built, or built here."""
    built = ROOT / "build" / "packages"
    if os.environ.get("MAINSPRING_PACKAGES"):
        return Path(os.environ["MAINSPRING_PACKAGES"])
    if not list(built.glob("*.whl")):
        built = tmp_path_factory.mktemp("packages")
        subprocess.run(
            [sys.executable, "-m", "build", "--outdir", built, ROOT], check=True, capture_output=True
        )
    return built


@pytest.fixture(scope="session")
def wheel(packages: Path) -> Path:
    (found,) = packages.glob("*.whl")
    return found
