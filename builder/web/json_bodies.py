"""JSON in and out of the Builder's routes: bodies become message classes right there."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec
from aiohttp import web
from mainspring.builder.web.access import RequestRefused

__all__ = ["json_answer", "json_body", "number_in"]

MAX_DIGITS: Final = 15
T = TypeVar("T")


async def json_body(request: web.Request, shape: type[T]) -> T:
    """Return the body as a ``shape``.

    Raises:
        RequestRefused: It isn't one; the message says where.
    """
    try:
        return msgspec.json.decode(await request.read(), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RequestRefused(400, "bad_body", f"The body is not what was expected: {error}.") from None


def number_in(request: web.Request) -> int:
    """The number in an address (``{number:[0-9]+}``); one that nothing can have is as good as -1."""
    digits = request.match_info["number"]
    return int(digits) if len(digits) <= MAX_DIGITS else -1


def json_answer(value: Any) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")
