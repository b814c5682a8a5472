"""The HTML pages: a few lines around the bundles, with what the scripts start from as JSON."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from aiohttp import web
from mainspring.builder.settings import static_folder, templates_folder

if TYPE_CHECKING:
    import jinja2

__all__ = ["FrontEndMissing", "PageRenderer"]

_FILE: Final = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")


class FrontEndMissing(Exception):
    """The bundles were not built; the text says what to do."""


class PageRenderer:
    """Renders templates with the names that the built files have now."""

    def __init__(self, static: Path | None = None, templates: Path | None = None) -> None:
        """Raises:
        FrontEndMissing: There is no ``dist/manifest.json``, or no ``imports.json`` beside it.
        """
        self.dist = (static or static_folder()) / "dist"
        try:
            manifest = msgspec.json.decode((self.dist / "manifest.json").read_bytes(), type=dict[str, str])
            imports = (self.dist / "imports.json").read_bytes()
        except FileNotFoundError:
            raise FrontEndMissing(
                f"The front end was not built: {self.dist} is missing. "
                "Run `npm ci` and `node build.mjs` in static/."
            ) from None
        self._files = manifest
        self._imports = msgspec.json.decode(imports, type=dict[str, tuple[str, ...]])
        self._templates = templates or templates_folder()

    @functools.cached_property
    def _environment(self) -> jinja2.Environment:
        import jinja2

        return jinja2.Environment(
            loader=jinja2.FileSystemLoader(self._templates),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def prepare(self, *templates: str) -> None:
        """Make ready to render these: while the first browser is on its way here, there is time for it."""
        for template in templates:
            self._environment.get_template(template)

    @property
    def error_style(self) -> str:
        """What a policy says to allow the style of the error page, and no other one."""
        text = (self._templates / "error.html").read_text(encoding="utf-8")
        style = text.partition("<style>")[2].partition("</style>")[0]
        return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"

    def page(
        self, template: str, title: str, bootstrap: Mapping[str, Any], *, style_nonce: str = ""
    ) -> web.Response:
        """The page of a bundle, ``app.html`` or ``builder.html``; its script starts from ``bootstrap``.

        Args:
            style_nonce: By which its script may make style sheets, where the page's policy asks for one.
        """
        values = {
            "title": title,
            "bootstrap": dict(bootstrap),
            "files": self._files,
            "imports": self._imports,
        }
        return self._render(template, 200, style_nonce=style_nonce, **values)

    def error(self, status: int, message: str) -> web.Response:
        """A page that says in a sentence why there is no other one."""
        return self._render("error.html", status, status=status, message=message)

    def static_file(self, name: str) -> Path | None:
        """The path of a built file; names have no folders."""
        path = self.dist / name
        return path if _FILE.fullmatch(name) and path.is_file() else None

    def _render(self, template: str, status_code: int, /, **values: Any) -> web.Response:
        text = self._environment.get_template(template).render(values)
        return web.Response(text=text, status=status_code, content_type="text/html")
