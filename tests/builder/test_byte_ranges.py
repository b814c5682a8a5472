"""Parts of a blob, as players ask for them when somebody seeks."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from mainspring.builder.web.byte_ranges import ranged

BODY = bytes(range(100))


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async def serve(request: web.Request) -> web.Response:
        return ranged(request, BODY, "abc", {"Content-Type": "audio/wav"})

    app = web.Application()
    app.router.add_get("/", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("asked", "status", "place", "body"),
    [
        ("bytes=0-9", 206, "bytes 0-9/100", BODY[:10]),
        ("bytes=90-", 206, "bytes 90-99/100", BODY[90:]),
        ("bytes=90-500", 206, "bytes 90-99/100", BODY[90:]),
        ("bytes=-5", 206, "bytes 95-99/100", BODY[95:]),
        ("bytes=-500", 206, "bytes 0-99/100", BODY),
        ("bytes=100-", 416, "bytes */100", b""),
        ("bytes=0-1,5-6", 200, None, BODY),
        ("bytes=5-2", 200, None, BODY),
        ("lines=1-2", 200, None, BODY),
        (None, 200, None, BODY),
    ],
)
async def test_a_range_gets_its_part_and_what_is_none_the_whole(
    url: str, asked: str | None, status: int, place: str | None, body: bytes
) -> None:
    headers = {} if asked is None else {"Range": asked}
    async with aiohttp.ClientSession() as client, client.get(url, headers=headers) as got:
        assert (got.status, got.headers.get("Content-Range"), await got.read()) == (status, place, body)
        assert got.headers["Accept-Ranges"] == "bytes"
        assert got.headers["Content-Type"] == "audio/wav"


@pytest.mark.parametrize(("tag", "status"), [('"abc"', 206), ('"other"', 200)])
async def test_a_range_of_another_version_gets_the_whole(url: str, tag: str, status: int) -> None:
    headers = {"Range": "bytes=0-9", "If-Range": tag}
    async with aiohttp.ClientSession() as client, client.get(url, headers=headers) as got:
        assert got.status == status
