"""Where a name is used in all files of an app, and what a rename of it would change.

jedi finds, a plain search for the word checks: each place that has the word and that jedi didn't name is
looked up by itself. A rename is refused where something may mean the name and nobody can tell.
Imported by the code worker only.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from jedi.inference import references as jedi_references
from mainspring.builder.code.code_messages import Ask
from mainspring.builder.code.code_mirror import CodeMirror
from mainspring.builder.code.positions import code_points, range_between, utf16_units
from parso.tree import search_ancestor

__all__ = ["ReferenceSearch", "RenameRefused"]

# jedi stops after 30 files that have the word, and says nothing.
jedi_references._PARSED_FILE_LIMIT = jedi_references._OPENED_FILE_LIMIT = 1_000_000

# Each costs a call of jedi; a word with more of them is too common to be sure about.
MAX_LOOKED_UP: Final = 400
MAX_PLACES_SHOWN: Final = 50

OpenScript = Callable[[Path, str, Path], Any]


class RenameRefused(Exception):
    """The text says why; ``places`` are what it is about, as ``Spot``."""

    def __init__(self, message: str, places: tuple[Spot, ...] = ()) -> None:
        super().__init__(message)
        self.places = places


class Spot(msgspec.Struct, frozen=True, order=True):
    """Where a name begins: a file, its line from 1 and its column in code points from 0, as jedi counts."""

    path: str
    line: int
    column: int


class _Scope(msgspec.Struct, frozen=True):
    """What kind of name it is: of a ``module``, a ``member`` of a class, or ``local`` to a function.

    ``first`` to ``last`` are the lines within which a name that isn't a module's may be meant.
    """

    kind: str
    path: str
    first: int
    last: int
    parameter: bool


class _Found(msgspec.Struct):
    name: str
    spots: set[Spot]
    scope: _Scope
    doubtful: list[Spot]
    mentioned: list[Spot]
    trees: dict[str, Any]


class ReferenceSearch:
    """Belongs to one thread."""

    def __init__(self, app_path: Path, folder: Path, open_script: OpenScript) -> None:
        """Args:
        folder: An empty one for a copy of the app's code.
        open_script: Makes a ``jedi.Script`` from a path, its text and the project's folder.
        """
        self._mirror = CodeMirror(app_path, folder)
        self._open = open_script

    def references(self, ask: Ask) -> list[dict[str, Any]]:
        """Return all places in the app's files as LSP's ``Location``, sorted by file and place."""
        self._follow(ask)
        found = self._find(ask)
        return [self._location(spot, found.name) for spot in sorted(found.spots)] if found else []

    def rename(self, ask: Ask) -> dict[str, Any]:
        """Return LSP's ``WorkspaceEdit`` and what a person should know before it is done::

            {"name": "on_save", "changes": {"main.py": [{"range": …, "newText": "save_order"}]},
             "digests": {"main.py": "…"}, "left": [{"uri": "main.py", "range": …, "reason": "…"}]}

        or, if it must not be done, ``{"refused": "…", "places": [Location, …]}``.
        """
        try:
            return self._renamed(ask)
        except RenameRefused as error:
            places = [self._location(spot, "") for spot in error.places[:MAX_PLACES_SHOWN]]
            return {"refused": str(error), "places": places}

    def _renamed(self, ask: Ask) -> dict[str, Any]:
        unreadable = self._follow(ask)
        found = self._find(ask)
        if found is None:
            raise RenameRefused("There is no name at the cursor.")
        if not ask.new_name:
            # Someone opens a dialog and has typed nothing yet: what is there is shown.
            ask = msgspec.structs.replace(ask, new_name=found.name)
        _check_new_name(ask.new_name)
        if unreadable and found.scope.kind != "local":
            raise RenameRefused(
                f"{', '.join(unreadable)} can't be read as text, so it can't be told whether it uses "
                f"“{found.name}”. Mend or remove it first."
            )
        if found.doubtful:
            raise RenameRefused(
                f"It can't be told whether “{found.name}” means this name at "
                f"{self._in_words(found.doubtful)}. Change these by hand first.",
                tuple(sorted(found.doubtful)),
            )
        if ask.new_name != found.name:
            self._check_collisions(found, ask.new_name)
        changes: dict[str, list[dict[str, Any]]] = {}
        for spot in sorted(found.spots):
            location = self._location(spot, found.name)
            changes.setdefault(spot.path, []).append({"range": location["range"], "newText": ask.new_name})
        return {
            "name": found.name,
            "changes": changes,
            "digests": {path: self._mirror.files[path].digest for path in changes},
            "left": [self._location(spot, found.name) for spot in sorted(found.mentioned)],
        }

    # --- finding ---

    def _follow(self, ask: Ask) -> tuple[str, ...]:
        return self._mirror.follow({**dict(ask.buffers), ask.path: ask.text})

    def _script(self, path: str) -> Any:
        return self._open(self._mirror.folder / path, self._mirror.files[path].text, self._mirror.folder)

    def _find(self, ask: Ask) -> _Found | None:
        script = self._script(ask.path)
        lines = ask.text.split("\n")
        number = min(max(ask.line, 0), len(lines) - 1)
        column = code_points(lines[number], ask.character)
        leaf = script._module_node.get_name_of_position((number + 1, column))
        if leaf is None:
            return None
        names = script.get_references(number + 1, column, include_builtins=True)
        spots: set[Spot] = set()
        for name in names:
            spot = self._spot(name)
            if spot is None:
                raise RenameRefused(_outside(leaf.value, name))
            spots.add(spot)
        # Of `import price as cost`, jedi counts both names as one; they are two.
        spots = {spot for spot in spots if self._is_at(spot, leaf.value)}
        if not spots:
            # jedi knows nothing of it, such as an attribute of something unknown.
            raise RenameRefused(f"It can't be told what “{leaf.value}” is here, nor where else it is used.")
        trees = {path: self._script(path)._module_node for path in sorted({spot.path for spot in spots})}
        scope = _scope_of(spots, leaf.value, trees)
        found = _Found(leaf.value, spots, scope, [], [], trees)
        self._cross_check(found)
        return found

    def _spot(self, name: Any) -> Spot | None:
        """Where a name of jedi's stands; ``None`` if that is no place in the app's own text."""
        if name.module_path is None or name.line is None or name._name.tree_name is None:
            return None
        path = Path(name.module_path)
        if not path.is_relative_to(self._mirror.folder):
            return None
        return Spot(path.relative_to(self._mirror.folder).as_posix(), name.line, name.column)

    def _is_at(self, spot: Spot, name: str) -> bool:
        file = self._mirror.files.get(spot.path)
        lines = file.text.split("\n") if file is not None else []
        # A file that has changed under the search is found out by the cross-check.
        return spot.line > len(lines) or _word_at(lines[spot.line - 1], spot.column) == name

    def _cross_check(self, found: _Found) -> None:
        """Take in what jedi missed; note what can't be told, and what only mentions the word."""
        looked_up = 0
        words: set[Spot] = set()
        paths = [found.scope.path] if found.scope.kind == "local" else list(self._mirror.files)
        for path in paths:
            spots = set(_words(path, self._mirror.files[path].text, found.name))
            words |= spots
            if found.scope.kind == "local":
                spots = {spot for spot in spots if found.scope.first <= spot.line <= found.scope.last}
            if spots <= found.spots:
                continue
            script = self._script(path)
            leaves = {leaf.start_pos: leaf for leaf in _leaves(script._module_node, found.name)}
            for spot in sorted(spots - found.spots):
                leaf = leaves.get((spot.line, spot.column))
                if leaf is None:
                    found.mentioned.append(spot)
                    continue
                looked_up += 1
                if looked_up > MAX_LOOKED_UP:
                    raise RenameRefused(
                        f"“{found.name}” stands at more than {MAX_LOOKED_UP} places that mean something "
                        "else or can't be told. Choose a rarer name by hand first."
                    )
                self._look_up(script, spot, leaf, found)
        if stale := found.spots - words:
            raise RenameRefused(
                f"The search for “{found.name}” and jedi differ at {self._in_words(stale)}. Try again.",
                tuple(sorted(stale)),
            )

    def _look_up(self, script: Any, spot: Spot, leaf: Any, found: _Found) -> None:
        names = script.goto(spot.line, spot.column, follow_imports=True)
        meant = {self._spot(name) for name in names}
        if meant & found.spots:
            found.spots.add(spot)
        elif not names and _may_be_meant(leaf, spot, found):
            found.doubtful.append(spot)
        elif not names:
            found.mentioned.append(spot)

    # --- checking ---

    def _check_collisions(self, found: _Found, new: str) -> None:
        taken: list[Spot] = []
        for path in sorted({spot.path for spot in found.spots}):
            tree = found.trees.get(path) or self._script(path)._module_node
            for leaf in _leaves(tree, new):
                line, column = leaf.start_pos
                if _collides(leaf, found.scope, path):
                    taken.append(Spot(path, line, column))
        if taken:
            raise RenameRefused(
                f"There is a “{new}” already at {self._in_words(taken)}; the two would become one. "
                "Choose another name.",
                tuple(sorted(taken)),
            )

    # --- saying ---

    def _in_words(self, spots: set[Spot] | list[Spot]) -> str:
        shown = [f"{spot.path}:{spot.line}" for spot in sorted(spots)]
        more = f" and {len(shown) - 5} more places" if len(shown) > 5 else ""
        return ", ".join(shown[:5]) + more

    def _location(self, spot: Spot, name: str) -> dict[str, Any]:
        line = self._mirror.files[spot.path].text.split("\n")[spot.line - 1]
        start = utf16_units(line[: spot.column])
        end = start + utf16_units(name or _word_at(line, spot.column))
        return {"uri": spot.path, "range": range_between(spot.line - 1, start, spot.line - 1, end)}


def _check_new_name(new: str) -> None:
    if not new.isidentifier() or unicodedata.normalize("NFKC", new) != new:
        raise RenameRefused(
            f"“{new}” is no name in Python: begin with a letter or _, go on with letters, digits and _."
        )
    if keyword.iskeyword(new):
        raise RenameRefused(f"“{new}” is a word of Python itself.")


def _outside(word: str, name: Any) -> str:
    if name.type in ("module", "namespace") and name._name.tree_name is None:
        return f"“{word}” is a module: its name is that of its file, which the list of files renames."
    return f"“{word}” belongs to Python or to an installed package; only the app's own names can be renamed."


def _words(path: str, text: str, name: str) -> Iterator[Spot]:
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    if word.search(text) is None:
        return
    for number, line in enumerate(text.split("\n"), 1):
        for match in word.finditer(line):
            yield Spot(path, number, match.start())


def _word_at(line: str, column: int) -> str:
    match = re.compile(r"\w*").match(line, column)
    return match[0] if match else ""


def _leaves(tree: Any, name: str) -> list[Any]:
    """The places of a parsed file where ``name`` is code, in f-strings too."""
    used: Mapping[str, list[Any]] = tree.get_used_names()
    return list(used.get(name, ()))


def _is_attribute(leaf: Any) -> bool:
    before = leaf.get_previous_leaf()
    return before is not None and before == "."


def _is_keyword_argument(leaf: Any) -> bool:
    return (
        leaf.parent.type == "argument" and leaf.parent.children[0] is leaf and leaf.parent.children[1] == "="
    )


def _is_imported(leaf: Any) -> bool:
    return search_ancestor(leaf, "import_from", "import_name") is not None


def _scope_of(spots: set[Spot], name: str, trees: Mapping[str, Any]) -> _Scope:
    """From the definitions among ``spots``; what is defined in several ways counts as the widest."""
    rank = {"local": 0, "member": 1, "module": 2}
    best: _Scope | None = None
    for path, tree in trees.items():
        for leaf in _leaves(tree, name):
            if Spot(path, *leaf.start_pos) not in spots or not leaf.is_definition() or _is_imported(leaf):
                continue
            scope = _scope_at(leaf, path)
            if best is None or rank[scope.kind] > rank[best.kind]:
                best = scope
    return best or _Scope("module", min(spots).path, 1, 1, parameter=False)


def _scope_at(leaf: Any, path: str) -> _Scope:
    definition = leaf.get_definition()
    inside = search_ancestor(definition, "funcdef", "classdef", "lambdef")
    parameter = definition.type == "param"
    if _is_attribute(leaf):
        inside = search_ancestor(leaf, "classdef") or inside
        kind = "member"
    elif inside is None:
        kind = "module"
    else:
        kind = "member" if inside.type == "classdef" else "local"
        if kind == "local" and _is_global(inside, leaf.value):
            kind, inside = "module", None
    if inside is None:
        return _Scope(kind, path, 1, 1, parameter=False)
    if parameter and inside.type == "funcdef":
        # A parameter has callers, which name it.
        kind = "member"
    return _Scope(kind, path, inside.start_pos[0], inside.end_pos[0], parameter)


def _is_global(function: Any, name: str) -> bool:
    return any(leaf.parent.type == "global_stmt" for leaf in _leaves(function.get_root_node(), name))


def _may_be_meant(leaf: Any, spot: Spot, found: _Found) -> bool:
    """Whether a place that jedi knows nothing of may be this name, so that leaving it would break the app."""
    scope = found.scope
    if _is_attribute(leaf):
        return scope.kind == "member" and not scope.parameter
    if _is_keyword_argument(leaf):
        return scope.parameter
    if scope.kind == "module":
        return _is_imported(leaf) or spot.path in {each.path for each in found.spots}
    return spot.path == scope.path and scope.first <= spot.line <= scope.last


def _collides(leaf: Any, scope: _Scope, path: str) -> bool:
    line = leaf.start_pos[0]
    if scope.kind == "module":
        return not _is_attribute(leaf) and not _is_keyword_argument(leaf)
    if path != scope.path or not scope.first <= line <= scope.last:
        return False
    if scope.kind == "member" and not scope.parameter:
        return _is_attribute(leaf) or (leaf.is_definition() and _scope_at(leaf, path).kind == "member")
    return not _is_attribute(leaf) and not _is_keyword_argument(leaf)
