"""The app's theme over HTTP: read from ``mainspring.toml`` and written there. Edit mode only."""

from __future__ import annotations

import asyncio

import msgspec
from aiohttp import web
from mainspring.builder.code.source import NoSuchFile
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.theme_edits import with_theme
from mainspring.builder.settings import SETTINGS_FILE, SettingsError, load_settings
from mainspring.builder.web.access import Policy, RequestRefused, Route
from mainspring.builder.web.json_bodies import json_answer, json_body
from mainspring.builder.web.theme import Theme, theme_problem

__all__ = ["theme_routes"]


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    theme: Theme


def theme_routes(site: EditingSite) -> list[Route]:
    """The table of what this module serves."""
    handlers = _Handlers(site)
    return [
        Route("GET", "/api/theme", handlers.read, Policy.READ),
        Route("PUT", "/api/theme", handlers.write, Policy.WRITE),
    ]


class _Handlers:
    def __init__(self, site: EditingSite) -> None:
        self._site = site

    async def read(self, request: web.Request) -> web.StreamResponse:
        try:
            settings = await asyncio.to_thread(load_settings, self._site.app_path)
        except SettingsError as error:
            raise RequestRefused(409, "bad_settings", str(error)) from None
        return json_answer({"theme": settings.theme})

    async def write(self, request: web.Request) -> web.StreamResponse:
        """Only the theme's lines change; the open pages take it when the file is seen to have changed."""
        theme = (await json_body(request, _Body)).theme
        if (problem := theme_problem(theme)) is not None:
            raise RequestRefused(422, "bad_theme", f"{problem[:1].upper()}{problem[1:]}.")
        files = self._site.files
        try:
            file = await files.read(SETTINGS_FILE)
        except NoSuchFile:
            if text := _edited("", theme):
                await files.create(SETTINGS_FILE, text)
        else:
            await files.save(SETTINGS_FILE, _edited(file.text, theme), file.digest)
        return json_answer({"theme": theme})


def _edited(text: str, theme: Theme) -> str:
    try:
        return with_theme(text, theme)
    except ValueError as error:
        raise RequestRefused(409, "bad_settings", str(error)) from None
