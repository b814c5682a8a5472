"""The examples are in order before anything runs: each link leads to a function that is there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.pages.links import dangling_links, links_by_handler
from mainspring.builder.pages.tree import duplicate_ids, walk
from mainspring.builder.pages.tree_store import StoredPage, read_pages
from mainspring.builder.settings import examples_folder

EXAMPLES = sorted(file.parent for file in examples_folder().glob("*/main.py"))


def functions(file: Path) -> list[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [name for name in found if not name.startswith("_")]


def handlers(app: Path) -> list[str]:
    others = [file for file in app.glob("*.py") if file.name != "main.py"]
    return functions(app / "main.py") + [f"{file.stem}.{name}" for file in others for name in functions(file)]


@pytest.mark.parametrize("app", EXAMPLES, ids=lambda app: app.name)
def test_the_pages_of_an_example_can_be_read_and_lead_to_handlers(app: Path) -> None:
    pages = read_pages(app, load_catalogue())

    assert pages
    assert [page for page in pages if not isinstance(page, StoredPage)] == []
    trees = [page.component for page in pages if isinstance(page, StoredPage)]
    assert dangling_links(trees, handlers(app)) == []
    assert duplicate_ids(trees) == {}


def test_the_hello_example_leaves_no_handler_unused() -> None:
    app = examples_folder() / "hello"
    pages = [page for page in read_pages(app, load_catalogue()) if isinstance(page, StoredPage)]

    assert set(links_by_handler([page.component for page in pages])) == set(handlers(app))


def test_the_gallery_shows_every_component_with_every_event_linked() -> None:
    catalogue = load_catalogue()
    stored = read_pages(examples_folder() / "gallery", catalogue)
    pages = [page for page in stored if isinstance(page, StoredPage)]
    shown = [component for page in pages for component in walk(page.component)]
    linked = {(component.type, event) for component in shown for event in component.on}
    events = {(name, event) for name, type_ in catalogue.types.items() for event in type_.events}

    assert set(catalogue.types) - {component.type for component in shown} == set()
    assert sorted(events - linked) == []
