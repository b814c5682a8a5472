"""What of an app needs a file: imports of a module, and places that name a file in code and on pages.

Imports are read from the code; files that aren't modules are searched for by their path, as text.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

import msgspec

__all__ = ["FileUse", "uses_of"]

MAX_USES: Final = 200


class FileUse(msgspec.Struct, frozen=True):
    """A line (from 1) that needs the file; ``text`` is what stands there."""

    path: str
    line: int
    text: str


def uses_of(
    paths: Iterable[str], candidates: Iterable[str], read: Callable[[str], str | None]
) -> list[FileUse]:
    """Return what needs one of ``paths``, sorted, at most ``MAX_USES``; what one of them says doesn't count.

    Args:
        candidates: All files of the app.
        read: A file's text; ``None`` for one that has none.
    """
    gone = frozenset(paths)
    modules = {name for path in gone for name in _modules(path)}
    named = [path for path in gone if not path.endswith(".py")]
    found: list[FileUse] = []
    for path in sorted(candidates):
        if path in gone or not path.endswith((".py", ".json", ".css", ".html", ".md", ".js", ".toml")):
            continue
        text = read(path)
        if text is None:
            continue
        lines = set(_mentions(text, named))
        if path.endswith(".py") and modules:
            lines |= set(_imports(path, text, modules))
        if path.startswith("pages/"):
            lines |= set(_mentions(text, [f'"{name}.' for name in modules]))
        shown = text.split("\n")
        found += [FileUse(path, line, shown[line - 1].strip()[:200]) for line in sorted(lines)]
        if len(found) >= MAX_USES:
            break
    return found[:MAX_USES]


def _modules(path: str) -> Iterator[str]:
    pure = PurePosixPath(path)
    if pure.suffix == ".py":
        parts = pure.parent.parts if pure.name == "__init__.py" else (*pure.parent.parts, pure.stem)
        if parts:
            yield ".".join(parts)


def _mentions(text: str, words: Iterable[str]) -> Iterator[int]:
    for word in words:
        at = text.find(word)
        while at >= 0:
            yield text.count("\n", 0, at) + 1
            at = text.find(word, at + len(word))


def _imports(path: str, text: str, modules: set[str]) -> Iterator[int]:
    """Lines of ``path`` that import one of ``modules``, or something from it."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = _base(path, node)
            names = {base, *(f"{base}.{alias.name}".lstrip(".") for alias in node.names)}
        else:
            continue
        if any(name == module or name.startswith(f"{module}.") for name in names for module in modules):
            yield node.lineno


def _base(path: str, node: ast.ImportFrom) -> str:
    """What ``from …`` names, dots resolved against the file that it stands in."""
    if not node.level:
        return node.module or ""
    above = PurePosixPath(path).parts[: -node.level]
    return ".".join((*above, *([node.module] if node.module else [])))
