"""Parts of what is held in memory (RFC 9110, 14): players seek by asking for them."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import hdrs, web

__all__ = ["ranged"]


def ranged(request: web.Request, body: bytes, tag: str, headers: Mapping[str, str]) -> web.Response:
    """Return ``body``, or the part of it that the request asks for.

    Whoever has it already gets 304. A range that nobody understands, several at once, or one of another
    version gets the whole; one that begins behind the end gets 416.

    Args:
        tag: Differs when the body does; without quotes.
    """
    all_headers = {**headers, hdrs.ACCEPT_RANGES: "bytes", hdrs.ETAG: f'"{tag}"'}
    if request.headers.get(hdrs.IF_NONE_MATCH) == f'"{tag}"':
        return web.Response(status=304, headers=all_headers)
    asked = _asked(request, tag)
    if asked is None:
        return web.Response(body=body, headers=all_headers)
    start, stop = _bounds(asked, len(body))
    if start >= stop:
        all_headers[hdrs.CONTENT_RANGE] = f"bytes */{len(body)}"
        return web.Response(status=416, headers=all_headers)
    all_headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{stop - 1}/{len(body)}"
    return web.Response(status=206, body=body[start:stop], headers=all_headers)


def _asked(request: web.Request, tag: str) -> slice | None:
    if request.method != hdrs.METH_GET or hdrs.RANGE not in request.headers:
        return None
    if request.headers.get(hdrs.IF_RANGE, f'"{tag}"') != f'"{tag}"':
        return None
    try:
        asked = request.http_range
    except ValueError:
        return None
    return None if asked.start is None and asked.stop is None else asked


def _bounds(asked: slice, size: int) -> tuple[int, int]:
    """``bytes=-500`` are the last 500, which aiohttp gives as a negative start."""
    start = 0 if asked.start is None else asked.start
    if start < 0:
        return max(0, size + start), size
    return start, size if asked.stop is None else min(asked.stop, size)
