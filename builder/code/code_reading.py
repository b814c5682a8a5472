"""What can be said of an app's code without running it: the words and functions in it, and calls that block
a loop.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec
from mainspring.builder.code.handler_places import handler_name

__all__ = ["BlockingCall", "CodeReading", "read_code"]

MAX_FILE_BYTES: Final = 1024 * 1024

_HTTP: Final = "use an async client such as httpx.AsyncClient, or await asyncio.to_thread(…)"
_PROCESS: Final = "use asyncio.create_subprocess_exec, or await asyncio.to_thread(…)"
_VERBS: Final = ("get", "post", "put", "patch", "delete", "head", "request")
_PROCESSES: Final = ("run", "call", "check_call", "check_output")
# What holds up the one loop of all async handlers, and what to write instead.
BLOCKING: Final[Mapping[str, str]] = {
    "time.sleep": "write await asyncio.sleep(…)",
    **dict.fromkeys([f"{package}.{verb}" for package in ("requests", "httpx") for verb in _VERBS], _HTTP),
    "urllib.request.urlopen": _HTTP,
    **dict.fromkeys([f"subprocess.{name}" for name in _PROCESSES], _PROCESS),
    "os.system": _PROCESS,
}


class BlockingCall(msgspec.Struct, frozen=True):
    """A call in an ``async def``. Lines and columns as Python counts them: from 1, from 0."""

    file: str
    line: int
    column: int
    call: str
    function: str
    advice: str


class CodeReading(msgspec.Struct, frozen=True):
    """Attributes:
    words: All texts and attribute names that stand in the code.
    functions: By module, what those beside ``main.py`` define and could offer as handlers.
    """

    words: frozenset[str]
    blocking: tuple[BlockingCall, ...]
    functions: Mapping[str, frozenset[str]] = {}


def read_code(app_path: Path, files: Iterable[str]) -> CodeReading:
    """Read the Python ``files`` (relative to the app); those that can't be parsed say nothing here."""
    words: set[str] = set()
    blocking: list[BlockingCall] = []
    functions: dict[str, frozenset[str]] = {}
    for file in files:
        try:
            path = app_path / file
            if path.stat().st_size > MAX_FILE_BYTES:
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(path.read_bytes(), file)
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        module, _, _ = (handler_name(file, "") or "").rpartition(".")
        if module:
            functions[module] = _public_functions(tree)
        names = _imported(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            elif isinstance(node, ast.Attribute):
                words.add(node.attr)
            elif isinstance(node, ast.keyword) and node.arg:
                words.add(node.arg)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                words.add(node.target.id)
            elif isinstance(node, ast.AsyncFunctionDef):
                blocking += _blocking(node, names, file)
    return CodeReading(frozenset(words), tuple(blocking), functions)


def _public_functions(tree: ast.Module) -> frozenset[str]:
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    )


def _imported(tree: ast.Module) -> dict[str, str]:
    """Local names to what they stand for: ``{"sleep": "time.sleep", "rq": "requests"}``."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _blocking(function: ast.AsyncFunctionDef, names: Mapping[str, str], file: str) -> Iterator[BlockingCall]:
    for node in _own_nodes(function):
        if isinstance(node, ast.Call) and (called := _dotted(node.func, names)) in BLOCKING:
            yield BlockingCall(file, node.lineno, node.col_offset, called, function.name, BLOCKING[called])


def _own_nodes(function: ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """What runs in the function itself: functions within it run elsewhere, perhaps in a thread."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        yield node
        waiting += ast.iter_child_nodes(node)


def _dotted(node: ast.expr, names: Mapping[str, str]) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return ""
    return ".".join([names[node.id], *reversed(parts)])
