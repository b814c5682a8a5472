"""Apps on disk and their supervisors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from supervised_apps import COUNTER, watched


@pytest.fixture
def app_path(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "main.py").write_text(COUNTER)
    return folder


@pytest.fixture
def supervised(app_path: Path) -> Callable[..., Any]:
    """``async with supervised(limits={"load_s": 1}) as seen:``, on ``app_path``."""
    return lambda **settings: watched(app_path, **settings)
