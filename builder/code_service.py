"""What an editor asks about Python code, answered by jedi in a process of its own (``code_worker``).

async with open_code_service(app_path) as code:
    names = await code.complete("main.py", text, line=3, character=7)
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

__all__ = ["CodeService", "open_code_service"]


class CodeService:
    """Made by ``open_code_service``."""


@asynccontextmanager
async def open_code_service(app_path: Path) -> AsyncIterator[CodeService]:
    """Offer answers about the code of an app until the block ends; the process starts in the background."""
    raise NotImplementedError
    yield CodeService()  # type: ignore[unreachable]
