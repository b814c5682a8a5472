"""Kept versions of files, and pages with conflict markers, over HTTP. Edit mode only."""

from __future__ import annotations

import asyncio
from typing import Literal

import msgspec
from aiohttp import web
from mainspring.builder.code.source import Conflict
from mainspring.builder.code.text_bytes import NotText, decode_text
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.pages.page_conflicts import PageConflict, both_versions, questions, resolve
from mainspring.builder.pages.tree_store import PAGES_FOLDER, StoredPage, digest_of, encode_page
from mainspring.builder.web.access import Policy, RequestRefused, Route
from mainspring.builder.web.json_bodies import json_answer, json_body

__all__ = ["version_routes"]


class _Choices(msgspec.Struct, forbid_unknown_fields=True):
    """For each question of the conflict, in their order, whose version to take."""

    digest: str
    choices: list[Literal["ours", "theirs"]]


def version_routes(site: EditingSite) -> list[Route]:
    """The table of what this module serves."""
    handlers = _Handlers(site)
    return [
        Route("GET", "/api/versions/{path:.+}", handlers.versions, Policy.READ),
        Route("GET", "/api/version/{id}/{path:.+}", handlers.version, Policy.READ),
        Route("GET", "/api/pages/{key}/conflict", handlers.conflict, Policy.READ),
        Route("POST", "/api/pages/{key}/conflict", handlers.resolve, Policy.WRITE),
    ]


class _Handlers:
    def __init__(self, site: EditingSite) -> None:
        self._site = site

    async def versions(self, request: web.Request) -> web.StreamResponse:
        found = await asyncio.to_thread(self._site.versions.versions, request.match_info["path"])
        return json_answer({"versions": found})

    async def version(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        data = await asyncio.to_thread(self._site.versions.read, path, request.match_info["id"])
        try:
            text, _ = decode_text(data, python=path.endswith(".py"))
        except NotText as error:
            raise RequestRefused(422, "not_editable", f"This version is no text: {error}.") from None
        return json_answer({"text": text})

    async def conflict(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        ours, theirs, digest = await self._both(key)
        return json_answer(PageConflict(key, digest, questions(ours.component, theirs.component)))

    async def resolve(self, request: web.Request) -> web.StreamResponse:
        """Write the page as it was chosen; what has changed on disk meanwhile is left alone."""
        key = request.match_info["key"]
        body = await json_body(request, _Choices)
        ours, theirs, digest = await self._both(key)
        if digest != body.digest:
            raise RequestRefused(
                409, "conflict", "The file has changed in the meantime; look at the questions again."
            )
        page = resolve(ours.component, theirs.component, body.choices)
        text = encode_page(page, ours.order, self._site.catalogue).decode()
        path = f"{PAGES_FOLDER}/{key}.json"
        try:
            await self._site.files.save(path, text, digest)
        except Conflict:
            raise RequestRefused(409, "conflict", "The file has changed in the meantime.") from None
        await self._site.pages.reload([self._site.app_path / path])
        return json_answer({})

    async def _both(self, key: str) -> tuple[StoredPage, StoredPage, str]:
        file = await self._site.files.read(f"{PAGES_FOLDER}/{key}.json")
        data = await asyncio.to_thread((self._site.app_path / file.path).read_bytes)
        found = both_versions(data, key, self._site.catalogue)
        if found is None:
            raise RequestRefused(
                409, "no_conflict", "The file holds no conflict of two pages that could be read."
            )
        return *found, digest_of(data)
