"""Search over all files of an app, and replacing as one operation: looked at, all or nothing, taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mainspring.builder.code.app_search import search_app
from mainspring.builder.code.text_search import BadQuery, Query
from served_apps import Served, serve

MAIN = "total = 1\n\n\ndef save(state):\n    state['total'] = total  # total\n"
LIB = "from main import total\r\nprint('😀', total)\r\n"
PAGE = {
    "schema": 1,
    "order": 1,
    "id": "main",
    "type": "page",
    "children": [{"id": "t", "type": "text", "fields": {"text": "@{total}"}}],
}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = tmp_path / "app"
    (path / "pages").mkdir(parents=True)
    (path / "main.py").write_text(MAIN, encoding="utf-8")
    (path / "lib.py").write_bytes(LIB.encode())
    (path / "picture.png").write_bytes(b"\x89PNG total \x00\xff")
    (path / "pages" / "main.json").write_text(json.dumps(PAGE), encoding="utf-8")
    return path


@pytest.fixture
def builder(app: Path) -> Iterator[Served]:
    with serve(app, "edit") as (builder, _):
        yield builder


def ask(builder: Served, address: str, /, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = builder.ask("POST", address, json.dumps(body).encode(), Content_Type="application/json")
    return answer.status, json.loads(answer.body)


def search(builder: Served, text: str, /, **options: Any) -> dict[str, Any]:
    buffers = options.pop("buffers", {})
    status, found = ask(builder, "/api/search", query={"text": text, **options}, buffers=buffers)
    assert status == 200, found
    return found


def replace(builder: Served, text: str, by: str, /, **more: Any) -> tuple[int, dict[str, Any]]:
    query = {"text": text, "replacement": by}
    buffers = more.get("buffers", {})
    status, found = ask(builder, "/api/search", query=query, buffers=buffers)
    assert status == 200, found
    more.setdefault("seen", found["fingerprint"])
    return ask(builder, "/api/replacements", query=query, **more)


def digest(builder: Served, path: str) -> str:
    answer = json.loads(builder.ask("GET", f"/api/files/{path}").body)
    found: str = answer["digest"]
    return found


def test_all_texts_of_the_app_are_searched_as_editors_show_them(builder: Served) -> None:
    unsaved = {"lib.py": {"text": "total\n\ntotal", "base_digest": digest(builder, "lib.py")}}

    found = search(builder, "TOTAL", replacement="sum", buffers=unsaved)

    places = {
        file["path"]: [(line["line"], line["spans"]) for line in file["lines"]] for file in found["files"]
    }
    assert places == {
        "main.py": [(1, [[0, 5]]), (5, [[11, 16], [21, 26], [30, 35]])],
        "lib.py": [(1, [[0, 5]]), (3, [[0, 5]])],
        "pages/main.json": places["pages/main.json"],
    }
    assert [file["unsaved"] for file in found["files"]] == [False, True, False]
    assert found["files"][0]["lines"][1]["inserted"] == ["sum", "sum", "sum"]
    assert found["complete"]


def test_a_replacement_is_one_operation_that_keeps_line_ends_leaves_what_is_left_out_and_is_taken_back(
    builder: Served, app: Path
) -> None:
    status, done = replace(builder, "total", "sum", without=[["main.py", 1]])

    assert (status, done["places"]) == (200, 6)
    assert (app / "main.py").read_text("utf-8") == (
        "total = 1\n\n\ndef save(state):\n    state['sum'] = sum  # sum\n"
    )
    assert (app / "lib.py").read_bytes() == LIB.replace("total", "sum").encode()
    assert "@{sum}" in (app / "pages" / "main.json").read_text("utf-8")
    assert b"total" in (app / "picture.png").read_bytes()

    status, _ = ask(builder, "/api/replacements/undo", number=done["number"])

    assert status == 200
    assert (app / "main.py").read_text("utf-8") == MAIN
    assert (app / "lib.py").read_bytes() == LIB.encode()
    assert "@{total}" in (app / "pages" / "main.json").read_text("utf-8")
    assert ask(builder, "/api/replacements/undo", number=done["number"])[0] == 409


def test_unsaved_work_is_replaced_saved_with_it_and_not_lost_when_it_is_taken_back(
    builder: Served, app: Path
) -> None:
    unsaved = {"main.py": {"text": f"{MAIN}typed = total\n", "base_digest": digest(builder, "main.py")}}

    status, done = replace(builder, "total", "sum", buffers=unsaved)

    assert status == 200
    assert (app / "main.py").read_text("utf-8").endswith("typed = sum\n")
    assert ask(builder, "/api/replacements/undo", number=done["number"])[0] == 200
    assert (app / "main.py").read_text("utf-8").endswith("typed = total\n")


def test_what_changed_since_it_was_looked_at_is_not_replaced(builder: Served, app: Path) -> None:
    seen = search(builder, "total", replacement="sum")["fingerprint"]
    stale = {"main.py": {"text": MAIN, "base_digest": "0" * 64}}
    (app / "lib.py").write_text("total = 2\n", encoding="utf-8")

    changed = replace(builder, "total", "sum", seen=seen)
    conflict = replace(builder, "total", "sum", buffers=stale)

    assert (changed[0], changed[1]["error"]["code"]) == (409, "changed")
    assert (conflict[0], "main.py has changed on disk" in conflict[1]["error"]["message"]) == (409, True)
    assert (app / "main.py").read_text("utf-8") == MAIN
    assert (app / "lib.py").read_text("utf-8") == "total = 2\n"


def test_when_one_file_cannot_be_written_nothing_is_replaced(builder: Served, app: Path) -> None:
    (app / "zz.py").write_bytes(b"# -*- coding: ascii -*-\ntotal = 1\n")

    status, told = replace(builder, "total", "sümme")

    assert status == 409
    assert "Nothing was replaced" in told["error"]["message"]
    assert "zz.py" in told["error"]["message"]
    assert (app / "main.py").read_text("utf-8") == MAIN
    assert (app / "lib.py").read_bytes() == LIB.encode()


def test_a_replacement_is_not_taken_back_over_newer_work(builder: Served, app: Path) -> None:
    _, done = replace(builder, "total", "sum")
    (app / "lib.py").write_text("newer\n", encoding="utf-8")

    status, told = ask(builder, "/api/replacements/undo", number=done["number"])

    assert (status, "lib.py" in told["error"]["message"]) == (409, True)
    assert "sum" in (app / "main.py").read_text("utf-8")


def test_what_cannot_be_looked_for_is_refused_in_words(builder: Served) -> None:
    status, told = ask(builder, "/api/search", query={"text": "(", "regex": True})

    assert (status, told["error"]["code"]) == (400, "bad_query")
    assert "no regular expression" in told["error"]["message"]


async def test_an_expression_that_takes_for_ever_is_ended(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (app / "main.py").write_text("a" * 60 + "!", encoding="utf-8")
    monkeypatch.setattr("mainspring.builder.code.app_search.LIMIT_S", 1.0)

    with pytest.raises(BadQuery, match="took more than 1 s"):
        await search_app(app, Query("(a|aa)+$", regex=True), {}, [])


async def test_more_lines_than_anybody_reads_are_cut_off_and_said_so(app: Path) -> None:
    (app / "main.py").write_text("x\n" * 1_990, encoding="utf-8")
    (app / "other.py").write_text("x\n" * 10, encoding="utf-8")
    (app / "pages" / "main.json").write_text("{}", encoding="utf-8")

    whole = await search_app(app, Query("x", word=True), {}, [])
    (app / "other.py").write_text("x\n" * 11, encoding="utf-8")
    cut = await search_app(app, Query("x", word=True), {}, [])

    counts = [sum(len(file.lines) for file in found.files) for found in (whole, cut)]
    assert (counts, whole.complete, cut.complete) == ([2_000, 2_000], True, False)
