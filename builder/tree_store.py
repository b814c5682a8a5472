"""Pages on disk: canonical JSON in ``pages/<key>.json``, read strictly and written atomically.

The same page has the same bytes whoever wrote it, so that versions compare and merge line by line.
A file that can't be understood stays as it is, and is reported with its place.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from mainspring.builder.catalogue import Catalogue
from mainspring.runtime.protocol import Component

__all__ = [
    "PAGES_FOLDER",
    "SCHEMA",
    "BrokenPage",
    "StoredPage",
    "decode_page",
    "digest_of",
    "encode_page",
    "is_temporary",
    "read_page",
    "read_pages",
    "sweep_temporary",
    "write_file",
]

PAGES_FOLDER = "pages"
SCHEMA = 1


class StoredPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it lies on disk: the tree (defaults left out), its place among the pages, the file's digest."""

    component: Component
    order: float
    digest: str

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


def read_pages(app_path: Path, catalogue: Catalogue) -> list[StoredPage | BrokenPage]:
    """Every ``pages/*.json`` of the app: by ``order``, then by key; broken ones last."""
    raise NotImplementedError


def read_page(app_path: Path, key: str, catalogue: Catalogue) -> StoredPage | BrokenPage | None:
    """The page ``key``; ``None`` if there is no such file."""
    raise NotImplementedError


def decode_page(data: bytes, key: str, catalogue: Catalogue) -> StoredPage | BrokenPage:
    """The page that the bytes of ``pages/<key>.json`` hold."""
    raise NotImplementedError


def encode_page(component: Component, order: float, catalogue: Catalogue) -> bytes:
    """The canonical bytes of a page.

    Raises:
        ValueError: A field holds what JSON can't; names it.
    """
    raise NotImplementedError


def digest_of(data: bytes) -> str:
    """What names a file's content."""
    raise NotImplementedError


def write_file(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``: whoever reads sees old or new; durable on return; the mode is kept.

    Raises:
        OSError: Nothing was changed.
    """
    raise NotImplementedError


def is_temporary(name: str) -> bool:
    """Whether a file of this name is an unfinished write of ours."""
    raise NotImplementedError


def sweep_temporary(folder: Path) -> int:
    """Remove what killed writes left in ``folder``; return how many files that were."""
    raise NotImplementedError
