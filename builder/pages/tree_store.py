"""Pages on disk: canonical JSON in ``pages/<key>.json``, read strictly.

The same page has the same bytes whoever wrote it, so that versions compare and merge line by line.
A file that can't be understood is reported with its place, and stays as it is.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from mainspring.builder.code.atomic_write import is_temporary, sweep_temporary, write_file
from mainspring.builder.components.catalogue import Catalogue, ComponentType
from mainspring.builder.pages.json_places import Place, explain, place_of
from mainspring.builder.pages.tree import MAX_DEPTH, duplicate_ids, is_id, new_id
from mainspring.runtime.protocol import BuiltIn, Component

__all__ = [
    "PAGES_FOLDER",
    "SCHEMA",
    "BrokenPage",
    "StoredPage",
    "decode_page",
    "digest_of",
    "encode_page",
    "is_temporary",
    "page_file",
    "read_page",
    "read_pages",
    "report_ids",
    "sweep_temporary",
    "write_file",
]

PAGES_FOLDER: Final = "pages"
SCHEMA: Final = 1

_log = logging.getLogger(__name__)


class StoredPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it lies on disk.

    Attributes:
        component: The tree, without fields that have their default.
        order: Pages are shown by it, then by key.
        digest: Of the file's bytes.
        renamed: Which ids stood twice in the file: the later one's id by now, to what it was.
    """

    component: Component
    order: float
    digest: str
    renamed: dict[str, str] = {}

    @property
    def key(self) -> str:
        return self.component.id


class BrokenPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page file that can't be read as a page; ``line`` and ``column`` count from 1.

    ``file`` is relative to the app's folder.
    """

    key: str
    file: str
    line: int
    column: int
    message: str


def page_file(app_path: Path, key: str) -> Path:
    return app_path / PAGES_FOLDER / f"{key}.json"


def read_pages(app_path: Path, catalogue: Catalogue) -> list[StoredPage | BrokenPage]:
    """Every ``pages/*.json`` of the app: by ``order``, then by key; broken ones last."""
    keys = sorted(file.stem for file in (app_path / PAGES_FOLDER).glob("*.json"))
    pages = [page for key in keys if (page := read_page(app_path, key, catalogue)) is not None]
    report_ids([page for page in pages if isinstance(page, StoredPage)])
    return sorted(pages, key=lambda page: page.order if isinstance(page, StoredPage) else float("inf"))


def read_page(app_path: Path, key: str, catalogue: Catalogue) -> StoredPage | BrokenPage | None:
    """The page ``key``; ``None`` if there is no such file."""
    try:
        data = page_file(app_path, key).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        return _broken(key, Place(1, 1, f"The file can't be read: {error.strerror}."))
    return decode_page(data, key, catalogue)


def report_ids(pages: Sequence[StoredPage]) -> None:
    """Warn whoever runs the command of ids that aren't unique in the app."""
    for page in pages:
        for id_, was in page.renamed.items():
            _log.warning("pages/%s.json: the id %s stands twice; the later one is %s", page.key, was, id_)
    for id_, keys in duplicate_ids([page.component for page in pages]).items():
        _log.warning("the id %s stands on several pages: %s", id_, ", ".join(keys))


# --- from bytes ------------------------------------------------------------------------------------


class _Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A component as it stands in a file. Strict: what is passed over here is gone with the next save."""

    id: str
    type: str
    fields: dict[str, Any] = {}
    binding: str | None = None
    on: dict[str, str | BuiltIn] = {}
    visible: bool | str = True
    children: tuple[_Node, ...] = ()


class _File(_Node, frozen=True, kw_only=True, forbid_unknown_fields=True):
    schema: int
    order: float = 0


_decoder: Final = msgspec.json.Decoder(_File)
_BOM: Final = b"\xef\xbb\xbf"


def decode_page(data: bytes, key: str, catalogue: Catalogue) -> StoredPage | BrokenPage:
    """The page that the bytes of ``pages/<key>.json`` hold.

    The file's name decides on the page's id. An id that stands twice, as after a merge of two
    branches that each added a button, is made unique: the later one gets the next free number.
    """
    if not is_id(key):
        message = "The file's name must begin with a letter, followed by letters, digits, _ or -."
        return _broken(key, Place(1, 1, message))
    bare = data.removeprefix(_BOM)
    try:
        file = _decoder.decode(bare)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _broken(key, explain(bare, error, SCHEMA))
    if file.schema != SCHEMA or file.type != "page":
        return _broken(key, explain(bare, None, SCHEMA))
    try:
        component, renamed = _component(file, key, catalogue)
    except _WrongNode as error:
        return _broken(key, place_of(bare, error.path, error.message))
    return StoredPage(component=component, order=file.order, digest=digest_of(data), renamed=renamed)


def _broken(key: str, place: Place) -> BrokenPage:
    file = f"{PAGES_FOLDER}/{key}.json"
    return BrokenPage(key=key, file=file, line=place.line, column=place.column, message=place.message)


class _WrongNode(Exception):
    def __init__(self, path: list[str | int], message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


def _component(file: _File, key: str, catalogue: Catalogue) -> tuple[Component, dict[str, str]]:
    """The tree of ``file`` with unique ids, and which of them were changed for it.

    Raises:
        _WrongNode
    """
    taken = {key}
    renamed: dict[str, str] = {}

    def convert(node: _Node, path: list[str | int]) -> Component:
        if not is_id(node.id):
            message = f"“{node.id}” can't be an id: a letter, then letters, digits, _ or -."
            raise _WrongNode([*path, "id"], message)
        if node.type == "page":
            raise _WrongNode([*path, "type"], "A page can't stand inside another component.")
        id_ = new_id(node.id, taken)
        taken.add(id_)
        if id_ != node.id:
            renamed[id_] = node.id
        return _made(node, id_, below(node, path), catalogue)

    def below(node: _Node, path: list[str | int]) -> tuple[Component, ...]:
        if len(path) > 2 * MAX_DEPTH:
            raise _WrongNode(path, f"Components are nested more than {MAX_DEPTH} levels deep.")
        places = enumerate(node.children)
        return tuple([convert(child, [*path, "children", index]) for index, child in places])

    return _made(file, key, below(file, []), catalogue), renamed


def _made(node: _Node, id_: str, children: tuple[Component, ...], catalogue: Catalogue) -> Component:
    known = catalogue.types.get(node.type)
    fields = {
        name: value
        for name, stored in node.fields.items()
        if (value := _joined(stored, known, name)) is not None
        and not catalogue.is_default(node.type, name, value)
    }
    return Component(
        id=id_,
        type=node.type,
        fields=fields,
        binding=node.binding,
        on=node.on,
        visible=node.visible,
        children=children,
    )


def _holds_text(known: ComponentType | None, name: str) -> bool:
    return known is not None and name in known.fields and known.fields[name].type in ("text", "multiline")


def _joined(stored: Any, known: ComponentType | None, name: str) -> Any:
    """Lines as the text that they are."""
    if (
        isinstance(stored, list)
        and _holds_text(known, name)
        and all(isinstance(line, str) for line in stored)
    ):
        return "\n".join(stored)
    return stored


# --- to bytes --------------------------------------------------------------------------------------


def encode_page(component: Component, order: float, catalogue: Catalogue) -> bytes:
    """The canonical bytes of a page.

    Raises:
        ValueError: It holds what JSON can't.
    """
    whole_order = int(order) if float(order).is_integer() else order
    data = {"schema": SCHEMA, "order": whole_order} | _node(component, catalogue)
    try:
        return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"
    except (TypeError, OverflowError) as error:
        raise ValueError(str(error)) from error


def _node(component: Component, catalogue: Catalogue) -> dict[str, Any]:
    """In the order in which it is written, with nothing in it that goes without saying."""
    known = catalogue.types.get(component.type)
    node: dict[str, Any] = {"id": component.id, "type": component.type}
    fields = {
        name: _split(value, known, name)
        for name, value in _in_order(component.fields, known.fields if known else {})
        if value is not None and not catalogue.is_default(component.type, name, value)
    }
    if fields:
        node["fields"] = fields
    if component.binding is not None:
        node["binding"] = component.binding
    if component.on:
        node["on"] = dict(_in_order(component.on, known.events if known else {}))
    if component.visible is not True:
        node["visible"] = component.visible
    if component.children:
        node["children"] = [_node(child, catalogue) for child in component.children]
    return node


def _in_order(values: Mapping[str, Any], declared: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """As the catalogue lists them; what it doesn't know comes last, by name."""
    known = [(name, values[name]) for name in declared if name in values]
    return known + [(name, values[name]) for name in sorted(values) if name not in declared]


def _split(value: Any, known: ComponentType | None, name: str) -> Any:
    """A text of several lines as a list, so that versions compare line by line."""
    if isinstance(value, str) and "\n" in value and _holds_text(known, name):
        return value.split("\n")
    return value


def digest_of(data: bytes) -> str:
    """What names a file's content."""
    return hashlib.sha256(data).hexdigest()
