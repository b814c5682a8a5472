"""The layout of the Builder over HTTP; the page that begins has it in its bootstrap. Edit mode only."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web
from mainspring.builder.editing.editing_site import EditingSite
from mainspring.builder.editing.kept_layout import LayoutTooLarge, Name
from mainspring.builder.web.access import Policy, RequestRefused, Route
from mainspring.builder.web.json_bodies import json_answer, json_body

__all__ = ["layout_routes"]


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    values: dict[Name, Any]


def layout_routes(site: EditingSite) -> list[Route]:
    """The table of what this module serves."""

    async def change(request: web.Request) -> web.StreamResponse:
        values = (await json_body(request, _Body)).values
        try:
            await site.layout.change(values)
        except LayoutTooLarge as error:
            raise RequestRefused(422, "too_large", str(error)) from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise RequestRefused(409, "not_saved", f"The layout could not be kept: {reason}.") from None
        return json_answer({})

    return [Route("PUT", "/api/layout", change, Policy.WRITE)]
