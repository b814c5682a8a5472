"""The tables of routes of both sides, for tests that ask all of them."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mainspring.builder.editing.editing_app import editing_table
from mainspring.builder.editing.editing_socket import EditingSockets
from mainspring.builder.web.access import Policy, Route
from mainspring.builder.web.routes_app import app_routes

# What a request of the right kind has as its body's type.
CONTENT_TYPES = {
    Policy.WRITE: "application/json",
    Policy.WRITE_BYTES: "application/octet-stream",
    Policy.UPLOAD: "multipart/form-data; boundary=x",
}
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def tables() -> tuple[list[Route], list[Route]]:
    """The routes of the Builder, and those of an app. Making them asks a site for next to nothing."""
    site: Any = SimpleNamespace(app_path=Path(), renderer=None)
    return editing_table(site, EditingSockets(site)), app_routes(site)


def filled(path: str) -> str:
    """A route's path with something in its places."""
    return re.sub(r"\{[^}]+\}", "main", re.sub(r"\{\w+:\[0-9\]\+\}", "1", path))
