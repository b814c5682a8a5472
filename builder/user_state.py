"""Where this user's Mainspring keeps what isn't the app's: versions, locks."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

__all__ = ["app_name", "state_folder"]


def state_folder() -> Path:
    """Where this user's programs keep what should outlive them."""
    base = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(base or Path.home() / ".local" / "state") / "mainspring"


def app_name(app_path: Path) -> str:
    """The name of an app's file or folder there: 24 hexadecimal digits that follow from its path."""
    return hashlib.sha256(os.fsencode(app_path)).hexdigest()[:24]
