"""The Builder's HTTP interface to the app's files, and to unsaved work on them. Edit mode only."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Mapping
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import Final
from urllib.parse import quote

import msgspec
from aiohttp import hdrs, web
from mainspring.builder.code.file_operations import MAX_FILE_BYTES
from mainspring.builder.editing.drafts import Draft
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.file_changes import FileChanges
from mainspring.builder.pages.tree_store import PAGES_FOLDER
from mainspring.builder.web.access import Policy, RequestRefused, Route
from mainspring.builder.web.json_bodies import json_answer, json_body

__all__ = ["file_routes"]

# What an <img> shows. Nothing of it may run, even where it is opened by itself: an SVG can hold scripts.
_PICTURES: Final = frozenset(
    {"png", "jpeg", "gif", "webp", "avif", "bmp", "svg+xml", "x-icon", "vnd.microsoft.icon"}
)
_INERT: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_SPOOLED_BYTES: Final = 1024 * 1024


class _Save(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    base_digest: str


class _Path(msgspec.Struct, forbid_unknown_fields=True):
    path: str


class _Move(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    to: str


class _Restore(msgspec.Struct, forbid_unknown_fields=True):
    id: str


class _PutBack(msgspec.Struct, forbid_unknown_fields=True):
    base_digest: str


class _DraftBody(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    base: str


def file_routes(site: EditingSite, changes: FileChanges) -> list[Route]:
    """The table of what this module serves."""
    files, drafts = _Files(site, changes), _Drafts(site)
    return [
        Route("POST", "/api/files", files.create, Policy.WRITE),
        Route("POST", "/api/files/move", files.move, Policy.WRITE),
        Route("POST", "/api/files/duplicate", files.duplicate, Policy.WRITE),
        Route("POST", "/api/files/restore", files.restore, Policy.WRITE),
        Route("POST", "/api/folders", files.make_folder, Policy.WRITE),
        Route("GET", "/api/files/{path:.+}", files.read, Policy.READ),
        Route("PUT", "/api/files/{path:.+}", files.save, Policy.WRITE),
        Route("DELETE", "/api/files/{path:.+}", files.delete, Policy.WRITE),
        Route("GET", "/api/raw/{path:.+}", files.raw, Policy.READ),
        Route("PUT", "/api/raw/{path:.+}", files.receive, Policy.WRITE_BYTES),
        Route("GET", "/api/uses/{path:.+}", files.uses, Policy.READ),
        Route("POST", "/api/version/{id}/{path:.+}", files.put_back, Policy.WRITE),
        Route("GET", "/api/drafts", drafts.all, Policy.READ),
        Route("PUT", "/api/drafts/{path:.+}", drafts.keep, Policy.WRITE),
        Route("DELETE", "/api/drafts/{path:.+}", drafts.drop, Policy.WRITE),
    ]


class _Files:
    def __init__(self, site: EditingSite, changes: FileChanges) -> None:
        self._site = site
        self._changes = changes

    async def read(self, request: web.Request) -> web.StreamResponse:
        file = await self._site.files.read(request.match_info["path"])
        if not file.path.startswith(f"{PAGES_FOLDER}/"):
            # What somebody looks at before another program writes over it can be had back as well.
            self._site.versions.soon(file.path, file.digest)
        return json_answer(file)

    async def save(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        body = await json_body(request, _Save)
        saved = await self._site.save_file(path, body.text, body.base_digest)
        return json_answer({"digest": saved.digest})

    async def create(self, request: web.Request) -> web.StreamResponse:
        body = await json_body(request, _Path)
        return json_answer(await self._site.create_file(body.path))

    async def make_folder(self, request: web.Request) -> web.StreamResponse:
        await self._changes.make_folder((await json_body(request, _Path)).path)
        return json_answer({})

    async def move(self, request: web.Request) -> web.StreamResponse:
        body = await json_body(request, _Move)
        return json_answer({"moved": await self._changes.move(body.path, body.to)})

    async def duplicate(self, request: web.Request) -> web.StreamResponse:
        copy = await self._changes.duplicate((await json_body(request, _Path)).path)
        return json_answer({"path": copy})

    async def delete(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._changes.delete(request.match_info["path"]))

    async def restore(self, request: web.Request) -> web.StreamResponse:
        return json_answer({"path": await self._changes.restore((await json_body(request, _Restore)).id)})

    async def put_back(self, request: web.Request) -> web.StreamResponse:
        path, version = request.match_info["path"], request.match_info["id"]
        body = await json_body(request, _PutBack)
        return json_answer(await self._changes.put_back(path, version, body.base_digest))

    async def uses(self, request: web.Request) -> web.StreamResponse:
        return json_answer({"uses": await self._changes.uses(request.match_info["path"])})

    async def raw(self, request: web.Request) -> web.StreamResponse:
        """The file's bytes: a picture to be shown, anything else to be downloaded."""
        path = request.match_info["path"]
        source = self._site.files.source
        data = await asyncio.to_thread(source.read_bytes, path, MAX_FILE_BYTES)
        return web.Response(body=data, headers=_raw_headers(path))

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """A file from elsewhere; ``?replace=1``: instead of the one that is there."""
        path = request.match_info["path"]
        size = 0
        with TemporaryFile() as file:
            waiting = bytearray()
            async for chunk in request.content.iter_any():
                size += len(chunk)
                if size > MAX_FILE_BYTES:
                    most = MAX_FILE_BYTES // 1024**2
                    raise RequestRefused(413, "too_large", f"{path} is larger than {most} MB.")
                waiting += chunk
                if len(waiting) > _SPOOLED_BYTES:
                    await asyncio.to_thread(file.write, bytes(waiting))
                    waiting.clear()
            file.write(waiting)
            file.seek(0)
            await self._changes.receive(path, file, replace=request.query.get("replace") == "1")
        return json_answer({})


class _Drafts:
    def __init__(self, site: EditingSite) -> None:
        self._site = site

    async def all(self, _: web.Request) -> web.StreamResponse:
        return json_answer({"drafts": await asyncio.to_thread(self._site.drafts.all)})

    async def keep(self, request: web.Request) -> web.StreamResponse:
        body = await json_body(request, _DraftBody)
        draft = msgspec.convert(
            {"path": request.match_info["path"], "text": body.text, "base": body.base}, Draft
        )
        await asyncio.to_thread(self._site.drafts.keep, draft.path, draft.text, draft.base)
        return json_answer({})

    async def drop(self, request: web.Request) -> web.StreamResponse:
        await asyncio.to_thread(self._site.drafts.drop, request.match_info["path"])
        return json_answer({})


def _raw_headers(path: str) -> Mapping[str, str]:
    name = PurePosixPath(path).name
    kind = mimetypes.guess_type(name)[0] or ""
    headers = {"Content-Security-Policy": _INERT, hdrs.CACHE_CONTROL: "no-store"}
    if kind.startswith("image/") and kind.removeprefix("image/") in _PICTURES:
        return {**headers, hdrs.CONTENT_TYPE: kind}
    return {
        **headers,
        hdrs.CONTENT_TYPE: "application/octet-stream",
        hdrs.CONTENT_DISPOSITION: f"attachment; filename*=UTF-8''{quote(name, safe='')}",
    }
