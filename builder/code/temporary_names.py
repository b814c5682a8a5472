"""How unfinished writes of ours are called, so that nobody takes them for files of the app."""

from __future__ import annotations

from typing import Final

__all__ = ["TEMPORARY_SUFFIX", "is_temporary"]

TEMPORARY_SUFFIX: Final = ".mainspring-tmp"


def is_temporary(name: str) -> bool:
    """Whether a file of this name is an unfinished write of ours."""
    return name.startswith(".") and name.endswith(TEMPORARY_SUFFIX)
