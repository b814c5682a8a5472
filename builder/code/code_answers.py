"""jedi's answers in the shape of the Language Server Protocol. Imported by the code worker only.

Names come first and alone: to ask jedi for the type of each name in a large package takes seconds,
so kinds are given where they cost nothing, and the rest for the one name that is looked at.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import jedi
from mainspring.builder.code.code_messages import WARM, Ask
from mainspring.builder.code.positions import code_points, utf16_units
from mainspring.builder.code.reference_search import ReferenceSearch, RenameRefused

__all__ = ["CodeAnswers", "sweep_torn"]

MAX_ITEMS: Final = 5_000
MAX_DOCUMENTATION: Final = 8_000
MAX_DETAILS: Final = 40
MAX_SIGNATURE: Final = 200
# Questions of the next key wait so long at most.
DETAILS_S: Final = 0.1


class CodeAnswers:
    """Belongs to one thread. The last text's analysis is kept, which makes questions about it cheap."""

    def __init__(self, app_path: Path, work_folder: Path, environment: Path | None = None) -> None:
        """Args:
        work_folder: An empty one that this process may fill.
        """
        self._cache = _cache_folder()
        jedi.settings.cache_directory = str(self._cache)
        sweep_torn(self._cache)
        # Nothing that someone types is ever run to find out what it is.
        jedi.settings.allow_unsafe_interpreter_executions = False
        self._app_path = app_path.resolve()
        self._environment = _environment(environment)
        self._environment_path = str(environment) if environment is not None else None
        self._project = self._make_project(self._app_path)
        self._search_project: Any = None
        self._known: tuple[tuple[str, str], Any] | None = None
        self._completed: tuple[Any, tuple[int, int], list[Any]] | None = None
        # What jedi remembers of the copy must not lie among what it remembers for the next time.
        self._search_cache = work_folder / "cache"
        self._search = ReferenceSearch(self._app_path, work_folder / "code", self._open_script)
        self._methods: Mapping[str, Callable[[Ask], Any]] = {
            "textDocument/completion": self._completion,
            "mainspring/prefetch": self._completion,
            WARM: self._completion,
            "mainspring/completionDetails": self._details,
            "completionItem/resolve": self._resolve,
            "textDocument/signatureHelp": self._signature_help,
            "textDocument/hover": self._hover,
            "textDocument/definition": self._definition,
            "textDocument/references": self._references,
            "textDocument/rename": self._rename,
        }

    def answer(self, ask: Ask) -> Any:
        """Return what goes out as ``result``; raises whatever jedi raises."""
        try:
            return self._methods[ask.method](ask)
        except jedi.InternalError:
            # Its helper process for the virtualenv died; the next one usually does better.
            self._known = None
        except (EOFError, pickle.UnpicklingError):
            # A worker was ended while it wrote into the cache, or is writing there now.
            self._known = None
            sweep_torn(self._cache)
        return self._methods[ask.method](ask)

    def _script(self, ask: Ask) -> Any:
        key = (ask.path, ask.text)
        if self._known is None or self._known[0] != key:
            script = self._open_script(self._app_path / ask.path, ask.text, self._app_path)
            self._known = (key, script)
        return self._known[1]

    def _open_script(self, path: Path, text: str, project_path: Path) -> Any:
        if project_path != self._app_path and self._search_project is None:
            self._search_project = self._make_project(project_path)
        project = self._project if project_path == self._app_path else self._search_project
        return jedi.Script(text, path=str(path), project=project, environment=self._environment)

    def _make_project(self, path: Path) -> Any:
        return jedi.Project(str(path), environment_path=self._environment_path, load_unsafe_extensions=False)

    def _place(self, ask: Ask) -> tuple[int, int]:
        lines = ask.text.split("\n")
        line = min(max(ask.line, 0), len(lines) - 1)
        return line + 1, code_points(lines[line], ask.character)

    def _names(self, ask: Ask) -> list[Any]:
        """All that could stand there; questions about some of them follow the one for all."""
        script, place = self._script(ask), self._place(ask)
        if self._completed is None or self._completed[0] is not script or self._completed[1] != place:
            self._completed = (script, place, script.complete(*place))
        return self._completed[2]

    def _completion(self, ask: Ask) -> Any:
        return {"items": [_item(name) for name in self._names(ask)[:MAX_ITEMS]]}

    def _details(self, ask: Ask) -> Any:
        """Kinds and signatures of some completions: of as many as there is time for."""
        names = {name.name_with_symbols: name for name in self._names(ask)}
        end = time.monotonic() + DETAILS_S
        told = []
        for label in ask.labels[:MAX_DETAILS]:
            if (name := names.get(label)) is not None:
                told.append({"label": label, "kind": name.type, "detail": _signature(name)})
            if time.monotonic() > end:
                break
        return {"items": told}

    def _resolve(self, ask: Ask) -> Any:
        for name in self._names(ask):
            if name.name_with_symbols == ask.label:
                documentation = name.docstring()[:MAX_DOCUMENTATION]
                return {
                    "label": ask.label,
                    "kind": name.type,
                    "detail": name.description,
                    "documentation": documentation,
                }
        return None

    def _signature_help(self, ask: Ask) -> Any:
        found = self._script(ask).get_signatures(*self._place(ask))
        return {
            "signatures": [
                {
                    "label": signature.to_string(),
                    "documentation": signature.docstring(raw=True)[:MAX_DOCUMENTATION],
                    "parameters": [{"label": parameter.to_string()} for parameter in signature.params],
                }
                for signature in found
            ],
            "activeSignature": 0,
            "activeParameter": next((signature.index for signature in found), None),
        }

    def _hover(self, ask: Ask) -> Any:
        texts = [name.docstring() or name.description for name in self._script(ask).help(*self._place(ask))]
        text = "\n\n".join(text for text in texts if text)[:MAX_DOCUMENTATION]
        return {"contents": text} if text else None

    def _definition(self, ask: Ask) -> Any:
        found = self._script(ask).goto(*self._place(ask), follow_imports=True)
        return [self._location(name) for name in found if name.module_path is not None and name.line]

    def _references(self, ask: Ask) -> Any:
        with self._searching():
            try:
                return self._search.references(ask)
            except RenameRefused:
                # Nothing is refused where nothing is changed: there are no places then.
                return []

    def _rename(self, ask: Ask) -> Any:
        with self._searching():
            return self._search.rename(ask)

    @contextlib.contextmanager
    def _searching(self) -> Iterator[None]:
        usual = jedi.settings.cache_directory
        jedi.settings.cache_directory = str(self._search_cache)
        try:
            yield
        finally:
            jedi.settings.cache_directory = usual

    def _location(self, name: Any) -> Any:
        path = Path(name.module_path)
        inside = path.is_relative_to(self._app_path)
        uri = path.relative_to(self._app_path).as_posix() if inside else path.as_posix()
        line_text = name.get_line_code().rstrip("\n")
        start = utf16_units(line_text[: name.column])
        end = start + utf16_units(name.name)
        line = name.line - 1
        return {
            "uri": uri,
            "range": {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}},
        }


def sweep_torn(cache: Path) -> None:
    """Remove the files of jedi's cache that were not written to their end: every pickle ends with a dot."""
    for file in cache.rglob("*.pkl"):
        with contextlib.suppress(OSError):
            with file.open("rb") as opened:
                size = opened.seek(0, os.SEEK_END)
                opened.seek(max(0, size - 1))
                whole = opened.read(1) == b"."
            if not whole:
                file.unlink()


def _signature(name: Any) -> str:
    """``(count: int) -> str`` of what can be called; empty for the rest."""
    if name.type not in ("function", "class"):
        return ""
    signature = next(iter(name.get_signatures()), None)
    if signature is None:
        return ""
    text = signature.to_string()
    return text[text.find("(") :][:MAX_SIGNATURE] if "(" in text else ""


def _item(name: Any) -> dict[str, str]:
    kind = _cheap_kind(name)
    label = name.name_with_symbols
    return {"label": label, "kind": kind} if kind else {"label": label}


def _cheap_kind(name: Any) -> str | None:
    """The kind of a completion, if it stands in a text that is parsed already."""
    inner = name._name
    tree_name = getattr(inner, "tree_name", None)
    if tree_name is None:
        return "keyword" if type(inner).__name__ == "KeywordName" else None
    definition = tree_name.get_definition(import_name_always=True)
    if definition is None or definition.type in ("import_from", "import_name"):
        return None
    kinds = {"classdef": "class", "funcdef": "function", "param": "param"}
    return kinds.get(definition.type, "statement")


def _environment(path: Path | None) -> Any:
    """jedi's view of a virtualenv; of ours if there is none, or if its Python can't be started."""
    if path is not None:
        with contextlib.suppress(jedi.InvalidPythonEnvironment):
            return jedi.create_environment(str(path), safe=False)
    return jedi.InterpreterEnvironment()


def _cache_folder() -> Path:
    """A folder that only we can write: what lies in it is unpickled."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "mainspring" / "jedi"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except (OSError, RuntimeError):
        return Path(tempfile.mkdtemp(prefix="mainspring-jedi-"))
    return folder
