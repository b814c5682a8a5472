"""What `make lowest` installs and tries: cheap to check, so that it can't rot between two runs of it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lowest", ROOT / "scripts" / "lowest_versions.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


def test_each_dependency_has_a_lowest_version_and_none_below_it_is_installed(script: ModuleType) -> None:
    lowest = [line.partition(";")[0].strip().partition("==") for line in script.lowest_versions(PYPROJECT)]

    assert {name for name, *_ in lowest} >= {"aiohttp", "msgspec", "jinja2", "narwhals"}
    assert [name for name, _, at in lowest if numbers(importlib.metadata.version(name)) < numbers(at)] == []


def test_a_dependency_without_a_lowest_version_is_refused(script: ModuleType) -> None:
    with pytest.raises(ValueError, match="write it as name>=version"):
        script.lowest_versions(PYPROJECT.replace('"aiohttp>=', '"aiohttp~='))
