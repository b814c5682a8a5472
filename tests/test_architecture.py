"""Imports point one way. Read from the sources, so that an import in a function counts as well."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import mainspring.builder
import mainspring.runtime
import pytest

ROOT = Path(__file__).parent.parent
PROTOCOL = "mainspring.runtime.protocol"
RUN_MODE_ENTRY = "mainspring.builder.run_app"
EDITING_PACKAGE = "mainspring.builder.editing"
# What only edit mode has: in run mode its routes don't exist because its modules are never imported.
EDITING = {
    "mainspring.builder.code.code_service",
    "mainspring.builder.code.code_worker",
    "mainspring.builder.code.handler_edits",
    "mainspring.builder.code.source",
    "mainspring.builder.code.stubs",
    "mainspring.builder.pages.page_edits",
}
SHARED = {
    "mainspring.builder.components.catalogue",
    "mainspring.builder.pages.links",
    "mainspring.builder.pages.tree",
    "mainspring.builder.pages.tree_store",
    "mainspring.builder.processes.log_buffer",
    "mainspring.builder.processes.runtime_process",
    "mainspring.builder.processes.supervisor",
    "mainspring.builder.processes.supervisor_states",
    "mainspring.builder.processes.watcher",
    "mainspring.builder.run_app",
    "mainspring.builder.sessions.gateway",
    "mainspring.builder.sessions.session_messages",
    "mainspring.builder.settings",
    "mainspring.builder.web.access",
    "mainspring.builder.web.html_pages",
    "mainspring.builder.web.routes_app",
}


def is_editing(module: str) -> bool:
    return module in EDITING or module.startswith("mainspring.builder.editing.routes_editing")


def modules() -> dict[str, ast.Module]:
    found = {}
    for package in (mainspring.builder, mainspring.runtime):
        for file in Path(package.__path__[0]).rglob("*.py"):
            parts = file.relative_to(package.__path__[0]).with_suffix("").parts
            name = ".".join((package.__name__, *parts)).removesuffix(".__init__")
            found[name] = ast.parse(file.read_bytes(), str(file))
    return found


MODULES = modules()


PACKAGES = {mainspring.builder.__name__, mainspring.runtime.__name__}


def package_of(module: str, level: int) -> str:
    """Where a relative import of so many dots begins; empty for an absolute one."""
    if not level:
        return ""
    parts = module.split(".") if module in PACKAGES else module.split(".")[:-1]
    return ".".join(parts[: len(parts) - level + 1])


def imported(module: str, nodes: Iterator[ast.AST]) -> Iterator[str]:
    """The modules of ours that ``nodes`` of ``module`` import."""
    for node in nodes:
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            source = ".".join(filter(None, (package_of(module, node.level), node.module)))
            # "from package import name" imports a module or something that a module holds.
            names = [f"{source}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else source for name in names]
        yield from (name for name in names if name.split(".")[0] == "mainspring")


def all_imports(module: str) -> set[str]:
    return set(imported(module, ast.walk(MODULES[module])))


def imports_when_loaded(module: str) -> set[str]:
    return set(imported(module, _outside_functions(MODULES[module])))


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _outside_functions(child)


def reached(start: str) -> set[str]:
    """All modules of ours that are loaded with ``start``."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        module = waiting.pop()
        if module in MODULES and module not in found:
            found.add(module)
            waiting.extend(imports_when_loaded(module))
    return found


def test_the_protocol_imports_nothing_of_ours() -> None:
    assert all_imports(PROTOCOL) == set()


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("mainspring.builder")])
def test_the_builder_knows_only_the_protocol_of_the_runtime(module: str) -> None:
    of_runtime = {name for name in all_imports(module) if name.startswith("mainspring.runtime")}

    assert of_runtime <= {PROTOCOL}


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("mainspring.runtime")])
def test_the_runtime_does_not_know_the_builder(module: str) -> None:
    assert not {name for name in all_imports(module) if name.startswith("mainspring.builder")}


def test_the_modules_named_here_exist() -> None:
    assert MODULES.keys() >= EDITING | SHARED


@pytest.mark.parametrize("module", sorted(SHARED))
def test_what_run_mode_uses_never_imports_the_editing_side(module: str) -> None:
    assert not {name for name in all_imports(module) if is_editing(name)}


def test_run_mode_loads_nothing_of_the_editing_side() -> None:
    assert not {name for name in reached(RUN_MODE_ENTRY) if is_editing(name)}


def test_imports_have_no_cycle() -> None:
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join([*path[path.index(module) :], module])
        if module not in done:
            for name in imports_when_loaded(module) & MODULES.keys():
                visit(name, (*path, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())


def test_no_part_of_the_front_end_is_loaded_without_a_word_for_when_it_does_not_come() -> None:
    sources = [path for path in (ROOT / "static").rglob("*.ts*") if "node_modules" not in path.parts]
    assert sources
    assert not [str(path) for path in sources if re.search(r"\bvoid import\(", path.read_text("utf-8"))]
