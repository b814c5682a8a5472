"""What the editor asks over the Builder's socket, and who answers: jedi, ruff, the compiler, the app itself.

The names of methods and the shapes of parameters and results are those of the Language Server Protocol;
``docs/protocol.md`` lists them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from mainspring.builder.code.app_paths import resolve_in
from mainspring.builder.code.code_service import METHODS, CodeUnanswered
from mainspring.builder.code.diagnostics import MAX_CHARACTERS, diagnostics
from mainspring.builder.code.installed_files import InstalledFiles, NotInstalled
from mainspring.builder.code.positions import range_between, utf16_units
from mainspring.builder.code.ruff_checks import Ruff, RuffFailed
from mainspring.builder.editing.app_completion import complete_app_names
from mainspring.builder.editing.editing_messages import Params
from mainspring.builder.editing.editing_site import EditingSite

__all__ = ["EditorRequests"]

ORGANISE_IMPORTS: Final = "source.organizeImports"
_DEFINITION: Final = "textDocument/definition"
_CONTENT: Final = "workspace/textDocumentContent"
# What may be asked about files of installed packages, which are shown and never written.
_OF_PACKAGES: Final = (_CONTENT, _DEFINITION, "textDocument/hover")


class EditorRequests:
    """Of one app; all its editors ask here."""

    def __init__(self, site: EditingSite) -> None:
        self._site = site
        self._ruff = Ruff(site.app_path)
        self._installed = InstalledFiles()

    async def answer(self, method: str, params: Params) -> Any:
        """Return what goes out as ``result``.

        Raises:
            CodeUnanswered: There is no answer; the text says why.
            PathRefused: The document is no file of the app.
        """
        handler = _METHODS.get(method)
        if handler is None:
            raise CodeUnanswered(f"There is no method {method}.")
        uri = params.text_document.uri
        if method == _CONTENT and uri not in self._installed and self._site.log.names_file(uri):
            self._installed.learn([{"uri": uri}])
        if method not in _OF_PACKAGES or uri not in self._installed:
            resolve_in(self._site.files.source.root, uri)
        try:
            return await handler(self, method, params)
        except (RuffFailed, NotInstalled) as error:
            raise CodeUnanswered(str(error)) from None

    async def _ask_worker(self, method: str, params: Params) -> Any:
        place = params.position
        if method in ("textDocument/completion", "mainspring/prefetch"):
            known = await complete_app_names(self._site, params)
            if known is not None:
                return known
        for path in params.buffers:
            resolve_in(self._site.files.source.root, path)
        result = await self._site.code.ask(
            method,
            params.text_document.uri,
            params.text,
            place.line,
            place.character,
            params.label,
            params.labels,
            new_name=params.new_name,
            buffers=params.buffers,
        )
        if method == "textDocument/rename" and "refused" in result:
            raise CodeUnanswered(result["refused"])
        if method == _DEFINITION:
            self._installed.learn(result)
        return result

    async def _read_installed(self, _: str, params: Params) -> Any:
        return {"text": await asyncio.to_thread(self._installed.read, params.text_document.uri)}

    async def _diagnose(self, _: str, params: Params) -> Any:
        """At once what the compiler says; what ruff says is asked for when the typing rests."""
        if params.identifier == "ruff":
            # The compiler would hold up the service over a long text; then ruff's syntax errors do.
            long = len(params.text) > MAX_CHARACTERS
            items = await self._ruff.check(params.text_document.uri, params.text, syntax=long)
        else:
            items = await asyncio.to_thread(diagnostics, params.text)
        return {"kind": "full", "items": items}

    async def _format(self, _: str, params: Params) -> Any:
        return _edits(params.text, await self._ruff.format(params.text_document.uri, params.text))

    async def _act(self, _: str, params: Params) -> Any:
        if ORGANISE_IMPORTS not in params.context.only:
            return []
        uri = params.text_document.uri
        edits = _edits(params.text, await self._ruff.organise_imports(uri, params.text))
        action = {"title": "Organise imports", "kind": ORGANISE_IMPORTS, "edit": {"changes": {uri: edits}}}
        return [action] if edits else []


def _edits(before: str, after: str) -> list[dict[str, Any]]:
    """One edit of the whole; the editor applies only what differs."""
    if before == after:
        return []
    lines = before.split("\n")
    return [{"range": range_between(0, 0, len(lines) - 1, utf16_units(lines[-1])), "newText": after}]


_Method = Callable[[EditorRequests, str, Params], Awaitable[Any]]
# All that a page may ask; nothing else is looked up by a name that comes from outside.
_METHODS: Final[Mapping[str, _Method]] = {
    **dict.fromkeys(METHODS, EditorRequests._ask_worker),
    _CONTENT: EditorRequests._read_installed,
    "textDocument/diagnostic": EditorRequests._diagnose,
    "textDocument/formatting": EditorRequests._format,
    "textDocument/codeAction": EditorRequests._act,
}
