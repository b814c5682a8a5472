"""Functions of other modules become handlers: ``main.py`` says so then, and the rest of it stays as it is.

A module is registered (``init_handlers(shop)``, its functions are ``shop.save`` and so on), or one function
is imported (``from shop import save``, it is ``save``).
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection, Iterator, Mapping
from typing import Final

import msgspec
from mainspring.builder.code.handler_edits import top_level_name

__all__ = ["CannotRegister", "Registration", "register", "registrations_for"]

RUNTIME: Final = "mainspring.runtime"
INIT: Final = "init_handlers"
# More modules with a function of one name are no help to choose from.
MOST: Final = 3


class Registration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``function`` of ``module`` shall be imported; without one, the module shall be registered."""

    module: str
    function: str = ""

    def __str__(self) -> str:
        name = f"{self.function} from {self.module}" if self.function else self.module
        return f"{'Import' if self.function else 'Register'} {name} in main.py"


class CannotRegister(Exception):
    """It can't be written into this text; the message says why."""


def registrations_for(
    missing: str, known: Collection[str], functions: Mapping[str, Collection[str]]
) -> list[Registration]:
    """What would make ``missing``, the name of a handler that isn't there, one that is.

    Args:
        known: The names of all handlers.
        functions: What the app's modules define, by module.
    """
    registered = {name.rpartition(".")[0] for name in known}
    module, _, function = missing.rpartition(".")
    if module:
        offered = function in functions.get(module, ()) and module not in registered
        return [Registration(module)] if offered else []
    modules = sorted(name for name, names in functions.items() if function in names)
    return [Registration(name, function) for name in modules[:MOST] if name not in registered]


def register(text: str, asked: Registration) -> str:
    """Return ``text``, that of ``main.py`` with ``\\n`` at line ends, with what makes the handlers known.

    Raises:
        CannotRegister: The text can't be read, says it already, or means something else by these names.
    """
    code = _Code(text)
    if asked.function:
        code.import_name(asked.module, asked.function)
    else:
        code.register_module(asked.module)
    return code.written()


class _Code:
    """A text that can be parsed, and what is to be put into it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._new_lines: dict[int, list[str]] = {}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._body = ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise CannotRegister(f"main.py can't be read: {error}. Mend that first.") from None

    def written(self) -> str:
        lines: list[str] = []
        for number, line in enumerate(["", *self._lines]):
            lines += [line] if number else []
            new = self._new_lines.get(number, [])
            below = self._lines[number] if number < len(self._lines) else ""
            if new and _is_import(new[0]) and line.strip() and not _is_import(line):
                new.insert(0, "")
            if new and below.strip() and not (_is_import(new[-1]) and _is_import(below)):
                new.append("")
            lines += new
        return "\n".join(lines)

    def import_name(self, module: str, name: str) -> None:
        """``from module import name``, in a line that imports from there already if there is one."""
        if self._bound(f"{module}.{name}") is not None:
            raise CannotRegister(f"main.py imports {name} from {module} already.")
        self._check_free(name)
        for node in self._imports():
            if isinstance(node, ast.ImportFrom) and _from(node) == module and node.names[0].name != "*":
                self._add_name(node, name)
                return
        self._add(self._end_of_imports(), f"from {module} import {name}")

    def register_module(self, module: str) -> None:
        known, init = self._bound(module), self._init_handlers()
        calls = self._calls(init[0]) if init is not None else []
        if known is not None and any(known[0] in _arguments(call) for call in calls):
            raise CannotRegister(f"main.py registers {module} already.")
        after = max([self._end_of_imports(), *(call.end_lineno or 0 for call in calls)])
        if known is None:
            self._check_free(module.partition(".")[0])
            self._add(self._end_of_imports(), f"import {module}")
            known = module, 0
        if init is None:
            self.import_name(RUNTIME, INIT)
            init = INIT, 0
        after = max(after, known[1], init[1])
        self._add(after, *([] if calls else [""]), f"{init[0]}({known[0]})")

    # --- what is there ---

    def _imports(self) -> Iterator[ast.Import | ast.ImportFrom]:
        return (node for node in self._body if isinstance(node, ast.Import | ast.ImportFrom))

    def _bound(self, dotted: str) -> tuple[str, int] | None:
        """By what expression a module, or a name in one, can be reached, and after which line (from 1)."""
        for node in self._imports():
            for alias in node.names:
                module = _from(node)
                if dotted == (f"{module}.{alias.name}" if module else alias.name):
                    return alias.asname or alias.name, node.end_lineno or node.lineno
        return None

    def _init_handlers(self) -> tuple[str, int] | None:
        found = self._bound(f"{RUNTIME}.{INIT}")
        if found is None and (package := self._bound(RUNTIME)) is not None:
            return f"{package[0]}.{INIT}", package[1]
        return found

    def _calls(self, init: str) -> list[ast.Call]:
        values = [node.value for node in self._body if isinstance(node, ast.Expr)]
        return [each for each in values if isinstance(each, ast.Call) and ast.unparse(each.func) == init]

    def _check_free(self, name: str) -> None:
        place = top_level_name(self._text, name)
        if place is not None:
            raise CannotRegister(
                f"main.py calls something else {name}, in line {place.line + 1}. Rename one of them."
            )

    def _end_of_imports(self) -> int:
        """The last line (from 1) of the imports above what is defined, or of what opens the file."""
        end = next((i for i, line in enumerate(self._lines) if not line.startswith("#")), len(self._lines))
        for node in self._body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                break
            if isinstance(node, ast.Import | ast.ImportFrom) or _is_docstring(node, self._body):
                end = node.end_lineno or node.lineno
        return end

    # --- what is put in ---

    def _add(self, after: int, *lines: str) -> None:
        self._new_lines.setdefault(after, []).extend(lines)

    def _add_name(self, node: ast.ImportFrom, name: str) -> None:
        """Among the names of an import, before the first that comes later in the alphabet."""
        later = next((alias for alias in node.names if alias.name > name), None)
        alias = later or node.names[-1]
        line = self._lines[alias.lineno - 1].encode()
        # On a line of its own, as formatters write long lists, it stays alone.
        indent = line[: alias.col_offset].decode()
        between = f",\n{indent}" if not indent.strip() else ", "
        at = alias.col_offset if later else alias.end_col_offset or 0
        new = f"{name}{between}" if later else f"{between}{name}"
        self._lines[alias.lineno - 1] = (line[:at] + new.encode() + line[at:]).decode()


def _from(node: ast.Import | ast.ImportFrom) -> str:
    """What an import takes names from; empty if it imports modules, or is relative."""
    return (node.module or "") if isinstance(node, ast.ImportFrom) and not node.level else ""


def _arguments(call: ast.Call) -> set[str]:
    """The modules that are passed, one by one or in a list, as they are written."""
    return {
        ast.unparse(each)
        for argument in call.args
        for each in (argument.elts if isinstance(argument, ast.List | ast.Tuple) else [argument])
    }


def _is_docstring(node: ast.stmt, body: list[ast.stmt]) -> bool:
    return node is body[0] and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_import(line: str) -> bool:
    # The bracket ends a long one.
    return line.startswith(("import ", "from ", ")"))
