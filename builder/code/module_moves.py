"""What becomes of imports when a module of the app, or a package, gets another name or another folder.

    moved_imports(text, "main.py", "main.py", "shop.orders", "shop.sales")

A name that is bound to the module is renamed with it where the file binds that name to nothing else and has
none of the new name; elsewhere the module is imported under the name it had (``import sales as orders``).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

import msgspec
from mainspring.builder.code.id_literals import parsed

__all__ = ["ModuleEdit", "MovedImports", "module_of", "moved_imports"]

_FROM: Final = re.compile(r"from\s*(\.*[\w.]*)(?=\s)")
_Parts = tuple[str, ...]


class ModuleEdit(msgspec.Struct, frozen=True, order=True):
    """What takes the place of a piece of a line; the line and its columns in code points, from 0."""

    line: int
    start: int
    end: int
    text: str


class MovedImports(msgspec.Struct, frozen=True):
    """What changes in a file.

    Attributes:
        by_hand: Lines from 0 that need the module and that can't be changed safely.
        mentioned: Where strings name it; these stay.
    """

    edits: tuple[ModuleEdit, ...]
    by_hand: tuple[int, ...]
    mentioned: tuple[ModuleEdit, ...]


def module_of(path: str) -> str | None:
    """How a file or folder is imported: ``shop.orders``; ``None`` if it can't be."""
    pure = PurePosixPath(path)
    if pure.suffix not in ("", ".py") or pure.name == "__init__.py":
        return None
    parts = pure.with_suffix("").parts
    return ".".join(parts) if all(part.isidentifier() for part in parts) else None


def moved_imports(text: str, path: str, new_path: str, old: str, new: str) -> MovedImports:
    """What ``text`` has to say when the module ``old`` is ``new``.

    Args:
        path, new_path: Where the text stands before and after: it may be moved itself.

    Raises:
        SyntaxError: ``text`` is no Python.
    """
    return _Rewriting(parsed(text), text.split("\n"), path, new_path, old, new).result()


class _Bound(msgspec.Struct, frozen=True, eq=False):
    """A name that an import binds, and the module or the module's part that it stands for."""

    alias: ast.alias
    statement: ast.Import | ast.ImportFrom
    name: str
    target: _Parts


class _Rewriting:
    def __init__(
        self, tree: ast.Module, lines: list[str], path: str, new_path: str, old: str, new: str
    ) -> None:
        self._lines = lines
        self._package, self._new_package = PurePosixPath(path).parts[:-1], PurePosixPath(new_path).parts[:-1]
        self._old: _Parts = tuple(old.split("."))
        self._new: _Parts = tuple(new.split("."))
        self._nodes = list(ast.walk(tree))
        self._parents = {child: node for node in self._nodes for child in ast.iter_child_nodes(node)}
        self._bound = list(self._bindings())
        self._assigned = set(_assigned(self._nodes))
        self._loaded = {node.id for node in self._nodes if isinstance(node, ast.Name)}
        self._edits: list[ModuleEdit] = []
        self._by_hand: set[int] = set()

    def result(self) -> MovedImports:
        # Names first: how an import is written depends on whether those that it binds can be renamed.
        renamed = {name: self._rename(name) for name in {each.name for each in self._bound}}
        for node in self._nodes:
            if isinstance(node, ast.Import):
                self._import(node, renamed)
            elif isinstance(node, ast.ImportFrom):
                self._import_from(node, renamed)
        return MovedImports(
            tuple(sorted(set(self._edits))), tuple(sorted(self._by_hand)), tuple(self._mentions())
        )

    # --- names ---

    def _bindings(self) -> Iterator[_Bound]:
        for node in self._nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    target = tuple(alias.name.split("."))
                    name = alias.asname or target[0]
                    yield _Bound(alias, node, name, target if alias.asname else target[:1])
            elif isinstance(node, ast.ImportFrom) and (base := self._base(node)) is not None:
                for alias in node.names:
                    yield _Bound(alias, node, alias.asname or alias.name, (*base, alias.name))

    def _base(self, node: ast.ImportFrom) -> _Parts | None:
        """What ``from …`` names; ``None`` for dots that lead out of the app."""
        module = tuple(node.module.split(".")) if node.module else ()
        if not node.level:
            return module
        if node.level > len(self._package):
            return None
        return (*self._package[: len(self._package) - node.level + 1], *module)

    def _rename(self, name: str) -> bool:
        """Rename what stands for the module through ``name``; whether the name itself is another one now."""
        bound = [each for each in self._bound if each.name == name]
        uses = [use for use in self._nodes if isinstance(use, ast.Name) and use.id == name]
        known = name not in self._assigned and len({each.target for each in bound}) == 1
        target = bound[0].target
        if not any(self._covers(each.target) for each in bound):
            return False
        if not known:
            if len(target) < len(self._old) or any(self._dotted(each) for each in bound):
                self._by_hand |= {use.lineno - 1 for use in uses if self._module_at(use, target)}
            return False
        now = {self._name_after(each) for each in bound}
        chains = [chain for use in uses if (chain := self._module_at(use, target)) is not None]
        if len(now) == 1 and (after := now.pop()) is not None:
            edits = [self._replaced(chain, after) for chain in chains]
            first = after.split(".")[0]
            if after == name or ((first == name or self._is_free(first)) and None not in edits):
                self._edits += [edit for edit in edits if edit is not None and after != name]
                return after != name
        if target != self._old or any(self._dotted(each) for each in bound):
            self._by_hand |= {chain.lineno - 1 for chain in chains}
        return False

    def _covers(self, target: _Parts) -> bool:
        """Whether the module can be reached through what is bound to ``target``."""
        return self._old[: len(target)] == target

    def _dotted(self, bound: _Bound) -> bool:
        """Of ``import shop.orders``: it binds ``shop`` and can't be given another name."""
        return (
            bound.alias.asname is None and isinstance(bound.statement, ast.Import) and "." in bound.alias.name
        )

    def _name_after(self, bound: _Bound) -> str | None:
        """What is written for the module where ``bound`` leads to it; ``None``: that can't be told."""
        above = len(bound.target)
        if bound.alias.asname is None and isinstance(bound.statement, ast.Import):
            names = tuple(bound.alias.name.split("."))
            if names[: len(self._old)] == self._old or self._new[:above] == bound.target:
                return ".".join(self._new)
            return None
        if bound.target == self._old:
            return bound.name if bound.alias.asname else self._new[-1]
        if self._new[:above] == bound.target:
            return ".".join((bound.name, *self._new[above:]))
        return None

    def _module_at(self, use: ast.Name, target: _Parts) -> ast.Name | ast.Attribute | None:
        """The expression around ``use``, which stands for ``target``, that stands for the module."""
        node: ast.Name | ast.Attribute = use
        for name in self._old[len(target) :]:
            parent = self._parents.get(node)
            if not isinstance(parent, ast.Attribute) or parent.attr != name:
                return None
            node = parent
        return node

    def _is_free(self, name: str) -> bool:
        """Whether ``name`` means nothing else in this file; what it means as a package is what is meant."""
        if name in self._assigned:
            return False
        targets = {each.target for each in self._bound if each.name == name}
        packages = {(name,), self._old if name == self._old[-1] else (name,)}
        return targets <= packages if targets else name not in self._loaded

    # --- imports ---

    def _import(self, node: ast.Import, renamed: Mapping[str, bool]) -> None:
        for alias in node.names:
            names = tuple(alias.name.split("."))
            if names[: len(self._old)] != self._old:
                continue
            after = ".".join((*self._new, *names[len(self._old) :]))
            root = names[0]
            if alias.asname is None and len(names) == 1 and not renamed[root] and after != root:
                after = f"{after} as {root}"
            elif alias.asname is None and self._new[0] != root and self._still_needed(root):
                # Something else of the package is used, which this import has brought.
                after = f"{root}, {after}"
            self._replace(alias, alias.name, after)

    def _still_needed(self, root: str) -> bool:
        bound = [each for each in self._bound if each.name == root]
        if self._old == (root,) or any(not self._reaches(each) for each in bound):
            return False
        uses = (use for use in self._nodes if isinstance(use, ast.Name) and use.id == root)
        return any(self._module_at(use, (root,)) is None for use in uses)

    def _reaches(self, bound: _Bound) -> bool:
        return tuple(bound.alias.name.split("."))[: len(self._old)] == self._old

    def _import_from(self, node: ast.ImportFrom, renamed: Mapping[str, bool]) -> None:
        base = self._base(node)
        if base is None:
            return
        inside = base[: len(self._old)] == self._old
        base_after = (*self._new, *base[len(self._old) :]) if inside else base
        module = next((alias for alias in node.names if (*base, alias.name) == self._old), None)
        if module is not None:
            name, above = self._new[-1], self._new[:-1]
            after = (
                name
                if module.asname or renamed[module.name] or name == module.name
                else f"{name} as {module.name}"
            )
            if above == base:
                self._replace(module, module.name, after)
            elif len(node.names) == 1:
                if above:
                    base_after = above
                    self._replace(module, module.name, after)
                else:
                    self._only_import(node, module, after)
                    return
            else:
                self._take_out(node, module, after)
        self._written_from(node, base_after)

    def _written_from(self, node: ast.ImportFrom, base: _Parts) -> None:
        """``from …`` as it names ``base`` where the file stands afterwards; dots stay where they can."""
        after = ".".join(base)
        before = "." * node.level + (node.module or "")
        level = min(node.level, len(self._new_package))
        above = len(self._new_package) - level + 1
        if level and base[:above] == self._new_package[:above]:
            after = "." * level + ".".join(base[above:])
        if after == before:
            return
        line, column = node.lineno - 1, self._column(node.lineno, node.col_offset)
        found = _FROM.match(self._lines[line], column)
        if found is None or found[1] != before:
            self._by_hand.add(line)
        else:
            self._edits.append(ModuleEdit(line, found.start(1), found.end(1), after))

    def _only_import(self, node: ast.ImportFrom, alias: ast.alias, after: str) -> None:
        """The module stands above all packages now: ``from shop import orders`` is ``import orders``."""
        line, start = node.lineno - 1, self._column(node.lineno, node.col_offset)
        if node.lineno != node.end_lineno or node.end_col_offset is None:
            self._by_hand.add(line)
            return
        named = f"{after} as {alias.asname}" if alias.asname else after
        end = self._column(node.lineno, node.end_col_offset)
        self._edits.append(ModuleEdit(line, start, end, f"import {named}"))

    def _take_out(self, node: ast.ImportFrom, alias: ast.alias, after: str) -> None:
        """One of several names comes from elsewhere now: by an import of its own, before the others."""
        line, at = alias.lineno - 1, node.names.index(alias)
        start, end = self._column(alias.lineno, alias.col_offset), self._end(alias)
        following = node.names[at + 1] if at + 1 < len(node.names) else None
        before = node.names[at - 1] if at else None
        if following is not None and following.lineno == alias.lineno:
            end = self._column(following.lineno, following.col_offset)
        elif before is not None and before.end_lineno == alias.lineno:
            start = self._end(before)
        elif comma := re.compile(r"\s*,").match(self._lines[line], end):
            end = comma.end()
        self._edits.append(ModuleEdit(line, start, end, ""))
        named = f"{after} as {alias.asname}" if alias.asname else after
        above = ".".join(self._new[:-1])
        first = f"from {above} import {named}; " if above else f"import {named}; "
        column = self._column(node.lineno, node.col_offset)
        self._edits.append(ModuleEdit(node.lineno - 1, column, column, first))

    # --- places ---

    def _replace(self, alias: ast.alias, before: str, after: str) -> None:
        line, start = alias.lineno - 1, self._column(alias.lineno, alias.col_offset)
        if not self._lines[line].startswith(before, start):
            self._by_hand.add(line)
        elif before != after:
            self._edits.append(ModuleEdit(line, start, start + len(before), after))

    def _replaced(self, node: ast.Name | ast.Attribute, after: str) -> ModuleEdit | None:
        """``None`` where it is on two lines, or the parser doesn't say where (in f-strings until 3.12)."""
        line, start = node.lineno - 1, self._column(node.lineno, node.col_offset)
        end = self._column(node.lineno, node.end_col_offset or 0)
        if node.lineno != node.end_lineno or self._lines[line][start:end] != ast.unparse(node):
            return None
        return ModuleEdit(line, start, end, after)

    def _column(self, line: int, offset: int) -> int:
        """In code points, of one in bytes."""
        return len(self._lines[line - 1].encode()[:offset].decode(errors="ignore"))

    def _end(self, alias: ast.alias) -> int:
        return self._column(alias.end_lineno or alias.lineno, alias.end_col_offset or 0)

    def _mentions(self) -> Iterator[ModuleEdit]:
        old = ".".join(self._old)
        for node in (each for each in self._nodes if isinstance(each, ast.Constant)):
            if isinstance(node.value, str) and (node.value == old or node.value.startswith(f"{old}.")):
                start = self._column(node.lineno, node.col_offset)
                yield ModuleEdit(node.lineno - 1, start, start, "")


def _assigned(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names that something else than an import binds, or may bind."""
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                yield from names
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
