"""New apps: a copy of a template, into a folder that has nothing to lose."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mainspring.builder.components.catalogue import OWN_FOLDER, components_folder
from mainspring.builder.components.component_types import TYPE_NAME
from mainspring.builder.settings import examples_folder, templates_folder

__all__ = ["DEFAULT_TEMPLATE", "CannotCreate", "create_app", "create_component", "templates"]

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


def create_component(app_path: Path, name: str) -> Path:
    """Make ``components/<name>/`` of an app, with a component that works; return that folder.

    Raises:
        CannotCreate: There is no app, the name can't be one, or it is taken.
    """
    if not (app_path / "main.py").is_file():
        raise CannotCreate(f"There is no app in {app_path.resolve()}: it has no main.py.")
    if not TYPE_NAME.fullmatch(name):
        raise CannotCreate(
            f"{name!r} can't name a component: lower-case letters, digits and _, a letter first."
        )
    if (components_folder() / name).is_dir():
        raise CannotCreate(f"Mainspring has a component {name!r} already; take another name.")
    folder = app_path / OWN_FOLDER / name
    if folder.exists():
        raise CannotCreate(f"{folder} is there already; nothing was written.")
    words = name.replace("_", " ")
    try:
        folder.mkdir(parents=True)
        for file in sorted((templates_folder() / "component").iterdir()):
            text = file.read_text(encoding="utf-8").replace("@NAME@", name)
            text = text.replace("@TITLE@", words[:1].upper() + words[1:])
            (folder / file.name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotCreate(f"Can't write to {folder}: {error.strerror or error}.") from None
    return folder
