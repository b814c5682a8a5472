"""New apps: a copy of a template, into a folder that has nothing to lose."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mainspring.builder.settings import examples_folder, templates_folder

__all__ = ["DEFAULT_TEMPLATE", "CannotCreate", "create_app", "templates"]

DEFAULT_TEMPLATE: Final = "empty"
_LEFT_OUT: Final = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


class CannotCreate(Exception):
    """No app was made, and nothing was written; the text says why."""


def templates() -> Mapping[str, Path]:
    """The templates by name: the empty one, and every example."""
    examples = sorted(file.parent for file in examples_folder().glob("*/main.py"))
    return {DEFAULT_TEMPLATE: templates_folder() / "new_app", **{path.name: path for path in examples}}


def create_app(path: Path, template: str = DEFAULT_TEMPLATE) -> None:
    """Make the folder ``path`` an app.

    Raises:
        CannotCreate: The template is unknown, or there is something at ``path`` already.
    """
    known = templates()
    if template not in known:
        raise CannotCreate(f"There is no template {template!r}. There are: {', '.join(known)}.")
    if path.exists() and not path.is_dir():
        raise CannotCreate(f"{path} is a file; choose a folder that is new or empty.")
    try:
        if path.is_dir() and any(path.iterdir()):
            raise CannotCreate(
                f"{path} is not empty; choose a folder that is new or empty. Nothing was written."
            )
        shutil.copytree(known[template], path, dirs_exist_ok=True, ignore=_LEFT_OUT)
    except OSError as error:
        raise CannotCreate(f"Can't write to {path}: {error.strerror or error}.") from None
