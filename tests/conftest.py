"""What all tests share."""

from __future__ import annotations

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path: the one that ``make test`` found, or one on PATH."""
    found = os.environ.get("MAINSPRING_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "no Chromium: `scripts/find_chromium.sh --install` finds or installs one"
    return found
