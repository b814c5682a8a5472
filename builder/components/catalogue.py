"""The catalogue: which types of components there are, as their ``component.toml`` files say.

Settings form, payload stubs, checks and documents all come from here. Reading is strict: a key that
nobody knows, an event of an unknown kind or a default that doesn't fit is a problem that names file
and key, and the component is left out rather than half understood.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from mainspring.builder.components.component_files import (
    COMMON_FILE,
    Common,
    ComponentFileError,
    read_common,
    read_type,
)
from mainspring.builder.components.component_types import EVENT_NAME, ComponentType, EventSpec, FieldSpec
from mainspring.builder.settings import static_folder
from mainspring.runtime.protocol import Component

__all__ = [
    "OWN_FOLDER",
    "Catalogue",
    "CatalogueProblem",
    "ComponentType",
    "EventSpec",
    "FieldSpec",
    "components_folder",
    "load_app_catalogue",
    "load_catalogue",
    "own_version",
]


class CatalogueProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong in a ``component.toml``: the file, the key in it (empty: all of it), and what."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.message}" if self.key else f"{self.file}: {self.message}"


OWN_FOLDER: Final = "components"
SCRIPT_FILE: Final = "component.js"
MAX_OWN_FILES: Final = 200

# Any component fires DOM events of these shapes if a page links them; `wf-` names are ours alone.
_CUSTOM_EVENT: Final = EventSpec(
    payload="json",
    description="The browser fires this event on the component",
    example={"type": "dblclick", "button": 0, "ctrl_key": False, "client_x": 120, "client_y": 48},
)


class Catalogue(msgspec.Struct, frozen=True):
    """All component types by name, and what was wrong with those that are missing."""

    types: dict[str, ComponentType]
    problems: tuple[CatalogueProblem, ...] = ()

    def event(self, type_name: str, event: str) -> EventSpec | None:
        """The event ``event`` of a type, a custom DOM event included; ``None`` if it can't be one."""
        known = self.types.get(type_name)
        if known is not None and event in known.events:
            return known.events[event]
        return _CUSTOM_EVENT if EVENT_NAME.fullmatch(event) and not event.startswith("wf-") else None

    def refusal(self, parent_type: str, child_type: str) -> str | None:
        """Say why a ``child_type`` can't stand in a ``parent_type``, or ``None`` if it can."""
        child, parent = self.types.get(child_type), self.types.get(parent_type)
        if child is None:
            return f"There is no component type {child_type!r}."
        if child_type == "page":
            return "A page can't stand inside another component."
        if parent is None:
            return f"There is no component type {parent_type!r}."
        if parent.children == "none":
            return f"{parent.title} takes no components inside it."
        if parent.children != "any" and child_type not in parent.children:
            return f"{parent.title} takes only {self._titles(parent.children)}."
        if child.parents != "any" and parent_type not in child.parents:
            return f"{child.title} can stand only in {self._titles(child.parents)}."
        return None

    def with_defaults(self, component: Component, filled: Mapping[int, Component] = {}) -> Component:
        """``component`` and all below it with every field filled: set value, else the type's default.

        Args:
            filled: Components that were filled already, by the ``id()`` of what they were filled from.
        """
        if (done := filled.get(id(component))) is not None:
            return done
        known = self.types.get(component.type)
        fields = component.fields
        if known is not None:
            fields = {name: spec.default for name, spec in known.fields.items()} | dict(fields)
        children = tuple([self.with_defaults(child, filled) for child in component.children])
        return msgspec.structs.replace(component, fields=fields, children=children)

    def is_default(self, type_name: str, field: str, value: Any) -> bool:
        """Whether ``value`` is what the field is anyway while nobody has set it."""
        known = self.types.get(type_name)
        if known is None or field not in known.fields:
            return False
        default = known.fields[field].default
        # True equals 1, but they aren't the same setting.
        return bool(default == value) and isinstance(default, bool) == isinstance(value, bool)

    def without_defaults(self, component: Component) -> Component:
        """The inverse of ``with_defaults``; fields that are ``null`` go as well, they mean the default."""
        fields = {
            name: value
            for name, value in component.fields.items()
            if value is not None and not self.is_default(component.type, name, value)
        }
        children = tuple([self.without_defaults(child) for child in component.children])
        return msgspec.structs.replace(component, fields=fields, children=children)

    def _titles(self, types: str | tuple[str, ...]) -> str:
        names = (types,) if isinstance(types, str) else types
        return " or ".join(self.types[name].title if name in self.types else name for name in names)


def components_folder() -> Path:
    """The folder of the built-in components."""
    return static_folder() / "components"


def load_catalogue(folders: Sequence[Path] = ()) -> Catalogue:
    """Read the ``<type>/component.toml`` of every folder; without folders those of the package.

    The first of several components with one name counts. ``common.toml`` of the first folder holds
    the groups of fields that ``common = […]`` takes in. Never raises for what stands in the files:
    a component with a mistake is left out and stands in ``problems``.
    """
    types: dict[str, ComponentType] = {}
    problems: list[CatalogueProblem] = []
    folders = tuple(folders) or (components_folder(),)
    common: Common = {}
    try:
        common = read_common(folders[0] / COMMON_FILE)
    except ComponentFileError as error:
        problems.append(_problem(folders[0] / COMMON_FILE, folders[0], error))
    for folder in folders:
        for file in sorted(folder.glob("*/component.toml")):
            try:
                known = read_type(file, common)
                if known.type in types:
                    raise ComponentFileError("", f"there is a component {known.type!r} already")
            except ComponentFileError as error:
                problems.append(_problem(file, folder, error))
            else:
                types[known.type] = known
    return Catalogue(types, tuple(problems))


def load_app_catalogue(app_path: Path) -> Catalogue:
    """The catalogue of an app: ours, and the components of its own folder ``components/``.

    Those have a ``component.js`` beside the ``component.toml``; one without it is a problem.
    """
    own = app_path / OWN_FOLDER
    known = load_catalogue([components_folder(), own])
    types: dict[str, ComponentType] = {}
    problems = list(known.problems)
    for name, found in known.types.items():
        if (components_folder() / name).is_dir():
            types[name] = found
            continue
        try:
            digest = own_version(own / name)
        except OSError as error:
            reason = (
                "is missing" if isinstance(error, FileNotFoundError) else f"can't be read: {error.strerror}"
            )
            problems.append(
                CatalogueProblem(file=f"{OWN_FOLDER}/{name}/{SCRIPT_FILE}", key="", message=reason)
            )
        else:
            # The version is a folder, so that what the script imports has it in its address too.
            module = f"{OWN_FOLDER}/{name}/~{digest}/{SCRIPT_FILE}"
            types[name] = msgspec.structs.replace(found, module=module)
    return Catalogue(types, tuple(problems))


def own_version(folder: Path) -> str:
    """What names the content of an own component's files; its ``component.js`` must be there.

    Raises:
        OSError: A file can't be read.
    """
    found = hashlib.sha256((folder / SCRIPT_FILE).read_bytes())
    others = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".toml"]
    for file in sorted(others)[:MAX_OWN_FILES]:
        found.update(file.relative_to(folder).as_posix().encode() + b"\0")
        found.update(file.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def _problem(file: Path, folder: Path, error: ComponentFileError) -> CatalogueProblem:
    name = file.relative_to(folder.parent).as_posix()
    return CatalogueProblem(file=name, key=error.key, message=error.message)
