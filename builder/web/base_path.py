"""An app below a path, beside others on the same host: ``/tools/shop/`` instead of ``/``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from aiohttp import hdrs, web
from mainspring.builder.web.access import Policy, Route

__all__ = ["below"]

# Whoever probes asks the process, not the address that people use.
_ALSO_ON_TOP: Final = frozenset({"/healthz", "/readyz"})


def below(base_path: str, routes: Iterable[Route]) -> Iterator[Route]:
    """The routes, all of them below ``base_path`` (``/`` or ``/…/``), in their order."""
    top = base_path.removesuffix("/")
    for route in routes:
        if top and route.path in _ALSO_ON_TOP:
            yield route
        yield replace(route, path=top + route.path)
    if top:
        yield Route("GET", top, _add_slash, Policy.OPEN)


async def _add_slash(request: web.Request) -> web.StreamResponse:
    # Relative, so that it is right also where a proxy has taken a path off.
    last = request.path.rpartition("/")[2]
    query = f"?{request.query_string}" if request.query_string else ""
    return web.Response(status=307, headers={hdrs.LOCATION: f"{last}/{query}"})
