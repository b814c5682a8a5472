"""How a browser has addressed us, also when proxies stand between it and us.

``X-Forwarded-*`` can be sent by anybody. So they count only where whoever runs the service has said how many
proxies there are, and then only what those have written: each proxy adds to the right end.

    Proxies(1).asked(request) == Asked("https", "shop.example.com", "/tools/shop/", "203.0.113.9")
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Final

import msgspec
from aiohttp import hdrs, web

__all__ = ["Asked", "BasePathError", "Proxies", "as_base_path"]

FORWARDED_FOR: Final = "X-Forwarded-For"
FORWARDED_HOST: Final = "X-Forwarded-Host"
FORWARDED_PREFIX: Final = "X-Forwarded-Prefix"
FORWARDED_PROTO: Final = "X-Forwarded-Proto"

# What says where a request has come from: an app may be told it only by proxies that are trusted.
_TELLING: Final = (
    "x-forwarded-",
    "forwarded",
    "x-real-ip",
    "x-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
)
# Who a proxy has let in, as those that sign users on say it.
_USER: Final = frozenset(f"x-forwarded-{what}" for what in ("user", "email", "preferred-username", "groups"))
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._~-]+")
# Some proxies call a socket's scheme by its own name.
_SCHEMES: Final = {"https": "https", "wss": "https"}


class BasePathError(ValueError):
    """A path that the app can't be served under; the text says what may stand there."""


def as_base_path(text: str) -> str:
    """Return a path with a slash at both ends; ``/`` for none.

    Example:
        ``as_base_path("tools/shop") == "/tools/shop/"``

    Raises:
        BasePathError: It holds what is no plain path.
    """
    segments = [segment for segment in text.split("/") if segment]
    if any(not _SEGMENT.fullmatch(segment) or set(segment) == {"."} for segment in segments):
        raise BasePathError(
            f"{text!r} is no path; write it like /tools/shop, with letters, digits, - . _ and ~"
        )
    return "".join(f"/{segment}" for segment in segments) + "/"


class Asked(msgspec.Struct, frozen=True):
    """What the address in the browser begins with, and who asks.

    Attributes:
        scheme: ``http`` or ``https``.
        host: Name and port as a Host header has them.
        base: The path of the app's first page, with a slash at both ends.
        client: The browser's IP address; empty if nobody knows it.
    """

    scheme: str
    host: str
    base: str
    client: str


class Proxies(msgspec.Struct, frozen=True):
    """What stands in front of a listener.

    Attributes:
        count: How many proxies; 0: whatever they seem to say isn't believed.
        base_path: Under which path they pass requests on, as ``as_base_path`` gives it.
    """

    count: int = 0
    base_path: str = "/"

    def asked(self, request: web.BaseRequest) -> Asked:
        """How the browser has asked; a prefix that is no path counts as none, see ``understands``."""
        host = request.headers.get(hdrs.HOST, "")
        if not self.count:
            return Asked("http", host, self.base_path, _address(request.remote or ""))
        try:
            prefix = as_base_path(self._said(request, FORWARDED_PREFIX)).removesuffix("/")
        except BasePathError:
            prefix = ""
        return Asked(
            _SCHEMES.get(self._said(request, FORWARDED_PROTO).lower(), "http"),
            self._said(request, FORWARDED_HOST) or host,
            prefix + self.base_path,
            _address(self._said(request, FORWARDED_FOR) or request.remote or ""),
        )

    def understands(self, request: web.BaseRequest) -> bool:
        """Whether the path that a proxy says it has taken off is one."""
        try:
            as_base_path(self._said(request, FORWARDED_PREFIX) if self.count else "/")
        except BasePathError:
            return False
        return True

    def told(self, request: web.BaseRequest) -> dict[str, str]:
        """A request's headers as an app may see them, names in lower case.

        Of those that say where a request comes from, only what is known to be true is left: one value each.
        Whom a trusted proxy says it has let in is left too: that nobody else says so is its own affair.
        """
        known = _USER if self.count else frozenset()
        headers = {
            name.lower(): text
            for name, text in request.headers.items()
            if name.lower() in known or not name.lower().startswith(_TELLING)
        }
        if self.count:
            asked = self.asked(request)
            told: Mapping[str, str] = {
                FORWARDED_FOR: asked.client,
                FORWARDED_HOST: asked.host,
                FORWARDED_PREFIX: asked.base.removesuffix("/"),
                FORWARDED_PROTO: asked.scheme,
            }
            headers |= {name.lower(): text for name, text in told.items() if text}
        return headers

    def _said(self, request: web.BaseRequest, header: str) -> str:
        """What the outermost trusted proxy has written; where fewer have written, the first of those."""
        values = [text.strip() for line in request.headers.getall(header, []) for text in line.split(",")]
        return values[-min(self.count, len(values))] if values else ""


def _address(text: str) -> str:
    """An IP address, without the port that some proxies add; empty for anything else."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return ""
