"""Texts in Python code that are exactly a component's id, and which of them surely mean the component.

Whoever gets ``context["target"]`` compares it with ids, or looks it up. The state and payloads have names of
their own: what is a key there isn't found here.
"""

from __future__ import annotations

import ast
import re
import threading
import warnings
from collections.abc import Iterator
from typing import Final

import msgspec

__all__ = ["IdLiteral", "id_literals", "parsed"]

# What handlers are given, beside the context, and what makes the first of it.
_OTHER_NAMES: Final = frozenset(("state", "payload"))
_LOOKUPS: Final = frozenset(("get", "pop", "setdefault"))
_warnings_lock: Final = threading.Lock()
_COLLECTIONS: Final = (ast.Dict, ast.Set, ast.List, ast.Tuple)


class IdLiteral(msgspec.Struct, frozen=True, order=True):
    """Where an id stands between its quotes: ``line`` and columns in code points, all from 0.

    ``target``: it is compared with, or looked up by, the target of an event.
    """

    line: int
    start: int
    end: int
    target: bool


def id_literals(text: str, component_id: str) -> list[IdLiteral]:
    """Return the literals of ``text`` that are exactly ``component_id``, in their order.

    Parts of f-strings and of literals that are written in pieces or with escapes aren't found.

    Raises:
        SyntaxError: ``text`` is no Python.
    """
    nodes = list(ast.walk(parsed(text)))
    targets = {id(each) for each in _meant(nodes)}
    others = {id(each) for each in _keys_of_others(nodes)}
    written = re.compile(rf"""([rRuU]?)("{{3}}|'{{3}}|["'])({re.escape(component_id)})\2""")
    lines = text.split("\n")
    found: list[IdLiteral] = []
    for node in nodes:
        if not isinstance(node, ast.Constant) or node.value != component_id or id(node) in others:
            continue
        line = lines[node.lineno - 1] if node.lineno <= len(lines) else ""
        begins = len(line.encode()[: node.col_offset].decode(errors="ignore"))
        match = written.match(line, begins)
        if match is not None:
            found.append(IdLiteral(node.lineno - 1, match.start(3), match.end(3), id(node) in targets))
    return sorted(set(found))


def parsed(text: str) -> ast.Module:
    """``text`` as a tree, without warnings about it. Raises: SyntaxError."""
    try:
        # The filters of warnings are the process's, not the thread's.
        with _warnings_lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error)) from None


def _meant(nodes: list[ast.AST]) -> Iterator[ast.AST]:
    """Constants that the target of an event is compared with or looked up in."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for to in node.targets:
                if isinstance(to, ast.Name):
                    assigned.setdefault(to.id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and isinstance(node.target, ast.Name):
            assigned.setdefault(node.target.id, []).extend([node.value] if node.value is not None else [])
    names = {name for name, values in assigned.items() if any(_is_target(value, ()) for value in values)}

    for node in nodes:
        sides: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            sides = sides if any(_is_target(side, names) for side in sides) else []
        elif isinstance(node, ast.Match) and _is_target(node.subject, names):
            for case in node.cases:
                yield from ast.walk(case.pattern)
        elif isinstance(node, ast.Subscript) and _is_target(node.slice, names):
            sides = [node.value]
        elif (call := _lookup(node)) is not None and _is_target(call[1], names):
            sides = [call[0]]
        for side in sides:
            if not _is_target(side, names):
                values = assigned.get(side.id, []) if isinstance(side, ast.Name) else [side]
                for value in values:
                    yield from _members(value)


def _is_target(node: ast.expr, names: object) -> bool:
    """Whether it is ``context["target"]``, or a name of ``names`` that stands for it."""
    assert isinstance(names, set | tuple)
    if isinstance(node, ast.NamedExpr):
        node = node.value
    if isinstance(node, ast.Name):
        return node.id in names
    if isinstance(node, ast.Subscript):
        key: ast.expr = node.slice
    elif (call := _lookup(node)) is not None:
        key = call[1]
    else:
        return False
    return isinstance(key, ast.Constant) and key.value == "target"


def _lookup(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """In what and for what ``x.get(key)`` and the like look."""
    if (
        isinstance(node, ast.Call)
        and node.args
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _LOOKUPS
    ):
        return node.func.value, node.args[0]
    return None


def _members(value: ast.expr) -> Iterator[ast.AST]:
    """The constant itself, or those that a collection has as keys or elements."""
    if isinstance(value, ast.Dict):
        yield from (key for key in value.keys if key is not None)
    elif isinstance(value, ast.Set | ast.List | ast.Tuple):
        yield from value.elts
    elif isinstance(value, ast.Call) and value.args:  # frozenset(("save", "send"))
        yield from _members(value.args[0]) if isinstance(value.args[0], _COLLECTIONS) else ()
    else:
        yield value


def _keys_of_others(nodes: list[ast.AST]) -> Iterator[ast.AST]:
    for node in nodes:
        if isinstance(node, ast.Subscript) and _root(node.value) in _OTHER_NAMES:
            yield node.slice
        elif (call := _lookup(node)) is not None and _root(call[0]) in _OTHER_NAMES:
            yield call[1]
        elif isinstance(node, ast.Compare) and _root(node.comparators[-1]) in _OTHER_NAMES:
            yield from [node.left] if isinstance(node.ops[-1], ast.In | ast.NotIn) else []
        elif isinstance(node, ast.Call) and _root(node.func) == "init_state":
            for each in node.args:
                yield from (key for key in each.keys if key is not None) if isinstance(each, ast.Dict) else ()


def _root(node: ast.expr) -> str:
    """The name that a chain of keys and attributes begins with."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
