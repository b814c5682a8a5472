"""Files moved, copied, deleted, received and taken back over HTTP; what needs them; unsaved work on them."""

from __future__ import annotations

import io
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from editing_sites import EditingSite, open_editing_site
from mainspring.builder.code.code_service import CodeService
from mainspring.builder.code.file_uses import uses_of
from mainspring.builder.code.trash import Trash
from mainspring.builder.web.html_pages import PageRenderer

PAGE = {
    "schema": 1,
    "order": 1,
    "id": "main",
    "type": "page",
    "children": [
        {"id": "go", "type": "button", "on": {"wf-click": "shop.orders.sell"}},
        {"id": "logo", "type": "image", "fields": {"source": "assets/logo.png"}},
    ],
}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = tmp_path / "app"
    for name in ("pages", "shop", "assets"):
        (path / name).mkdir(parents=True)
    (path / "pages" / "main.json").write_text(json.dumps(PAGE, indent=1), encoding="utf-8")
    (path / "main.py").write_bytes(b"from shop import orders\n\nprint(orders.price())\n")
    (path / "shop" / "orders.py").write_bytes(b"\xef\xbb\xbfdef price():\r\n    return 1")
    (path / "assets" / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0")
    return path


@pytest.fixture
async def editing(app: Path, renderer: PageRenderer) -> AsyncIterator[EditingSite]:
    async with open_editing_site(app, CodeService(app, 1.0, app), renderer) as site:
        yield site


def names(app: Path) -> list[str]:
    return sorted(
        each.relative_to(app).as_posix() for each in app.rglob("*") if "__pycache__" not in str(each)
    )


async def raw(editing: EditingSite, path: str, data: bytes, status: int = 200, query: str = "") -> Any:
    headers = {
        "Origin": editing.url,
        "X-Mainspring-Token": editing.guard.write_token,
        "Content-Type": "application/octet-stream",
    }
    url = f"{editing.url}/api/raw/{path}{query}"
    async with editing.client.put(url, data=io.BytesIO(data), headers=headers) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


async def test_a_folder_moves_with_its_bytes_and_its_versions_and_over_nothing(
    editing: EditingSite, app: Path
) -> None:
    before = (app / "shop/orders.py").read_bytes()
    async with editing.page() as page:
        await page.hear("files")

        answer = await editing.post("/api/files/move", {"path": "shop", "to": "store/all"})
        heard = await page.hear("files")

    assert answer["moved"] == [["shop/orders.py", "store/all/orders.py"]]
    assert (app / "store/all/orders.py").read_bytes() == before
    assert "store/all" in heard["folders"]
    assert "store/all/orders.py" in [file["path"] for file in heard["files"]]
    taken = await editing.post("/api/files/move", {"path": "store/all/orders.py", "to": "main.py"}, 409)
    assert taken["error"]["message"] == "There is a main.py already."
    await editing.post("/api/files/move", {"path": "store", "to": "store/store"}, 409)
    await editing.post("/api/files/move", {"path": "gone.py", "to": "x.py"}, 404)
    await editing.post("/api/files/move", {"path": "store", "to": "../outside"}, 400)


async def test_a_link_is_neither_moved_nor_deleted_and_what_it_leads_to_stays(
    editing: EditingSite, app: Path
) -> None:
    (app / "linked.py").symlink_to("main.py")
    before = (app / "main.py").read_bytes()

    refused = await editing.call("DELETE", "/api/files/linked.py", 422)

    assert "is a link" in refused["error"]["message"]
    assert (app / "linked.py").is_symlink()
    assert (app / "main.py").read_bytes() == before


async def test_main_can_be_copied_and_neither_renamed_nor_deleted(editing: EditingSite, app: Path) -> None:
    moved = await editing.post("/api/files/move", {"path": "main.py", "to": "other.py"}, 422)
    deleted = await editing.call("DELETE", "/api/files/main.py", 422)
    copies = [(await editing.post("/api/files/duplicate", {"path": "main.py"}))["path"] for _ in range(2)]

    assert moved["error"]["message"] == "main.py can't be renamed: it is where the app begins."
    assert deleted["error"]["message"] == "main.py can't be deleted: it is where the app begins."
    assert copies == ["main_copy.py", "main_copy2.py"]
    assert (app / "main_copy2.py").read_bytes() == (app / "main.py").read_bytes()


async def test_what_was_deleted_comes_back_whole_unless_something_took_its_place(
    editing: EditingSite, app: Path
) -> None:
    (app / "shop" / "empty").mkdir()
    before = names(app)
    file = await editing.call("DELETE", "/api/files/assets/logo.png", 200)
    folder = await editing.call("DELETE", "/api/files/shop", 200)
    assert names(app) == ["assets", "main.py", "pages", "pages/main.json"]

    (app / "shop").mkdir()
    await editing.post("/api/files/restore", {"id": folder["id"]}, 409)
    (app / "shop").rmdir()
    await editing.post("/api/files/restore", {"id": folder["id"]})
    await editing.post("/api/files/restore", {"id": file["id"]})

    assert names(app) == before
    assert (app / "shop/orders.py").read_bytes() == b"\xef\xbb\xbfdef price():\r\n    return 1"
    await editing.post("/api/files/restore", {"id": file["id"]}, 404)
    await editing.post("/api/files/restore", {"id": "../../app"}, 404)


async def test_a_deleted_page_is_gone_from_the_builder_and_back_when_it_is_restored(
    editing: EditingSite,
) -> None:
    deleted = await editing.call("DELETE", "/api/files/pages/main.json", 200)
    assert not editing.pages.pages

    await editing.post("/api/files/restore", {"id": deleted["id"]})

    assert list(editing.pages.pages) == ["main"]


async def test_a_file_from_elsewhere_replaces_one_only_when_that_is_said(
    editing: EditingSite, app: Path
) -> None:
    data = os.urandom(3_000_000)

    await raw(editing, "data/new.bin", data)
    await raw(editing, "data/new.bin", b"x", 409)
    assert (app / "data/new.bin").read_bytes() == data
    await raw(editing, "data/new.bin", b"x", query="?replace=1")

    assert (app / "data/new.bin").read_bytes() == b"x"
    await raw(editing, "../out.bin", b"x", 404)
    await raw(editing, "%2e%2e%2fout.bin", b"x", 400)
    assert not (app.parent / "out.bin").exists()


async def test_pictures_are_shown_and_nothing_that_could_run_is(editing: EditingSite, app: Path) -> None:
    (app / "assets/x.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>")
    (app / "assets/x.html").write_text("<script>1</script>")
    found = {}
    for name in ("logo.png", "x.svg", "x.html"):
        async with editing.client.get(f"{editing.url}/api/raw/assets/{name}") as answer:
            assert await answer.read() == (app / "assets" / name).read_bytes()
            assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            found[name] = (answer.content_type, answer.headers.get("Content-Disposition"))

    assert found == {
        "logo.png": ("image/png", None),
        "x.svg": ("image/svg+xml", None),
        "x.html": ("application/octet-stream", "attachment; filename*=UTF-8''x.html"),
    }


async def test_what_needs_a_file_is_said_with_its_lines(editing: EditingSite) -> None:
    module = await editing.get("/api/uses/shop/orders.py")
    folder = await editing.get("/api/uses/assets")

    assert [(use["path"], use["line"], use["text"]) for use in module["uses"]] == [
        ("main.py", 1, "from shop import orders"),
        ("pages/main.json", 11, '"wf-click": "shop.orders.sell"'),
    ]
    assert [use["text"] for use in folder["uses"]] == ['"source": "assets/logo.png"']


@pytest.mark.parametrize(
    ("path", "line", "uses"),
    [
        ("main.py", "import shop.orders as o", True),
        ("main.py", "from shop.orders import price", True),
        ("main.py", "import shop", False),
        ("main.py", "import shop.orders_old", False),
        ("main.py", "# import shop.orders", False),
        ("shop/till.py", "from . import orders", True),
        ("shop/till.py", "from .orders import price", True),
        ("shop/deep/till.py", "from ..orders import price", True),
        ("shop/deep/till.py", "from .orders import price", False),
        ("main.py", "from shop import (", False),
    ],
)
def test_an_import_counts_however_it_is_written(path: str, line: str, uses: bool) -> None:
    found = uses_of(["shop/orders.py"], [path], lambda _: f"x = 1\n{line}\n")

    assert [(use.path, use.line) for use in found] == ([(path, 2)] if uses else [])


def test_the_trash_lets_the_oldest_go_and_keeps_what_was_deleted_last(tmp_path: Path) -> None:
    trash = Trash(tmp_path, tmp_path / "trash")
    taken = []
    for number in range(102):
        (tmp_path / "file").write_text(str(number))
        taken.append(trash.take(tmp_path / "file", "file"))

    assert len(list((tmp_path / "trash").glob("*/*"))) == 100
    assert trash.find(taken[-1].id)[0].read_text() == "101"


# --- unsaved work ---


async def test_unsaved_work_is_kept_until_it_is_dropped_also_for_another_start(
    editing: EditingSite, app: Path, renderer: PageRenderer
) -> None:
    await editing.put("/api/drafts/main.py", {"text": "x = 1\n", "base": "0"})
    await editing.put("/api/drafts/shop/orders.py", {"text": "y", "base": "1"})
    await editing.put("/api/drafts/main.py", {"text": "x = 2\n", "base": "0"})

    async with open_editing_site(app, CodeService(app, 1.0, app), renderer) as second:
        found = (await second.get("/api/drafts"))["drafts"]
        await second.call("DELETE", "/api/drafts/main.py", 200)
        rest = (await second.get("/api/drafts"))["drafts"]

    assert [(each["path"], each["text"], each["base"]) for each in found] == [
        ("shop/orders.py", "y", "1"),
        ("main.py", "x = 2\n", "0"),
    ]
    assert [each["path"] for each in rest] == ["shop/orders.py"]


async def test_every_change_of_the_list_is_told_also_when_somebody_looked_at_it_meanwhile(
    editing: EditingSite, app: Path
) -> None:
    async with editing.page() as page:
        await page.hear("files")
        (app / "new.py").write_text("")
        await editing.get("/api/overview")

        await editing.files.look_at(["new.py"])

        heard = await page.hear("files")
    assert "new.py" in [file["path"] for file in heard["files"]]
