"""What a dataframe shows, as a file: who may have it, and what becomes of one that breaks off."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import pytest
from mainspring.builder.sessions.session_messages import DownloadRows
from mainspring.builder.web.row_downloads import DownloadFailed, RowDownloads
from mainspring.runtime.protocol import ReadRows, Rows
from sites import Site

ASKED = DownloadRows(page="main", component="table", rows=(), version="v")


class Asked:
    """Requests that reached the runtime, and its answers: ``answer`` gives what comes next."""

    def __init__(self, answer: Callable[[ReadRows], Rows | None]) -> None:
        self.requests: list[ReadRows] = []
        self.downloads = RowDownloads(_numbers(), self._send)
        self._answer = answer

    def _send(self, request: ReadRows) -> None:
        self.requests.append(request)
        if (rows := self._answer(request)) is not None:
            asyncio.get_running_loop().call_soon(self.downloads.take, rows)


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def piece(request: ReadRows, lines: int) -> Rows:
    count = min(2, max(0, lines - request.start))
    return Rows(request.session_id, request.request, "ok", body=b"x\n" * count, count=count)


async def test_a_file_is_asked_for_piece_by_piece_until_there_is_no_more() -> None:
    asked = Asked(lambda request: piece(request, 5))

    pieces = [each async for each in asked.downloads.pieces("s", ASKED)]

    assert b"".join(pieces) == b"x\n" * 5
    assert [request.start for request in asked.requests] == [0, 2, 4, 5]
    assert {request.form for request in asked.requests} == {"csv"}


async def test_nothing_more_is_asked_for_than_is_taken() -> None:
    asked = Asked(lambda request: piece(request, 100))
    async with contextlib.aclosing(asked.downloads.pieces("s", ASKED)) as pieces:
        await anext(pieces)

        assert len(asked.requests) == 1


async def test_a_session_has_one_download_at_a_time_and_others_theirs() -> None:
    asked = Asked(lambda request: piece(request, 5))
    async with contextlib.aclosing(asked.downloads.pieces("s", ASKED)) as first:
        await anext(first)
        with pytest.raises(DownloadFailed) as refused:
            await anext(asked.downloads.pieces("s", ASKED))
        assert refused.value.busy
        async with contextlib.aclosing(asked.downloads.pieces("other", ASKED)) as second:
            assert await anext(second) == b"x\n" * 2

    assert await anext(asked.downloads.pieces("s", ASKED)) == b"x\n" * 2


async def test_a_frame_that_changes_and_a_session_that_ends_break_a_download_off() -> None:
    def changed(request: ReadRows) -> Rows:
        return piece(request, 9) if request.start == 0 else Rows("s", request.request, "refused", "changed")

    with pytest.raises(DownloadFailed, match="changed"):
        [each async for each in Asked(changed).downloads.pieces("s", ASKED)]

    def gone(_: ReadRows) -> None:
        asyncio.get_running_loop().call_soon(ended.downloads.forget, "s")

    ended = Asked(gone)
    with pytest.raises(DownloadFailed, match="has ended"):
        await anext(ended.downloads.pieces("s", ASKED))


async def posted(site: Site, session: str, query: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("query", json.dumps(query))
    sent = {"Origin": site.url, "X-Mainspring-Ticket": session, **headers}
    async with site.client.post(f"{site.url}/rows.csv", data=form, headers=sent) as got:
        return got.status, await got.json()


QUERY = {"page": "main", "component": "table", "rows": [], "version": "v"}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"component": "save"}, 400, "bad_query"),
        ({"component": "gone_table"}, 400, "bad_query"),
        ({"page": "other"}, 400, "bad_query"),
        ({"columns": ["a"]}, 400, "bad_query"),
        ({"path": "/etc/passwd"}, 400, "bad_query"),
    ],
    ids=str,
)
async def test_only_what_a_dataframe_of_the_page_shows_can_be_downloaded(
    site: Site, query: dict[str, Any], status: int, code: str
) -> None:
    async with site.joined() as (_, joined):
        answered, body = await posted(site, joined["key"], QUERY | query)

    assert (answered, body["error"]["code"]) == (status, code)
    assert site.app.all(ReadRows) == []


async def test_a_download_belongs_to_a_session_and_an_origin(site: Site) -> None:
    async with site.joined() as (_, joined):
        assert (await posted(site, "no-such-session", QUERY))[0] == 403
        assert (await posted(site, joined["key"], QUERY, Origin="http://evil.example"))[0] == 403

    assert site.app.all(ReadRows) == []
