"""Versions of pages and files that are kept outside of the app, and pages with conflict markers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from editing_sites import EditingSite, open_editing_site
from mainspring.builder.code.code_service import CodeService, open_code_service
from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.pages.kept_versions import (
    FILE_VERSIONS,
    KeptVersions,
    NoSuchVersion,
    open_kept_versions,
)
from mainspring.builder.pages.page_conflicts import marked
from mainspring.builder.pages.tree_store import digest_of, encode_page
from mainspring.builder.web.html_pages import PageRenderer
from mainspring.runtime.protocol import Component

PAGE = {"schema": 1, "order": 1, "id": "main", "type": "page"}


@pytest.fixture
def app_path(tmp_path: Path) -> Path:
    path = tmp_path / "app"
    (path / "pages").mkdir(parents=True)
    (path / "main.py").write_text("a = 1\n")
    (path / "pages" / "main.json").write_text(json.dumps(PAGE))
    return path


def write(file: Path, text: str, kept: KeptVersions, name: str) -> None:
    file.write_text(text)
    kept.keep(name)


def test_each_other_content_is_a_version_the_newest_first(app_path: Path, tmp_path: Path) -> None:
    kept = KeptVersions(app_path, tmp_path / "kept")
    for text in ("a = 1\n", "a = 2\n", "a = 2\n"):
        write(app_path / "main.py", text, kept, "main.py")

    found = kept.versions("main.py")

    assert [kept.read("main.py", version.id) for version in found] == [b"a = 2\n", b"a = 1\n"]
    assert [version.size for version in found] == [6, 6]
    assert found[0].time >= found[1].time


def test_as_many_stay_as_were_promised_and_of_each_file_the_newest(app_path: Path, tmp_path: Path) -> None:
    kept = KeptVersions(app_path, tmp_path / "kept")
    for number in range(FILE_VERSIONS + 5):
        write(app_path / "main.py", f"a = {number}\n", kept, "main.py")
    write(app_path / "other.py", "b\n", kept, "other.py")

    assert len(kept.versions("main.py")) == FILE_VERSIONS
    kept._stay_within(0)
    assert [len(kept.versions(name)) for name in ("main.py", "other.py")] == [1, 1]


def test_what_is_typed_into_a_page_within_a_minute_is_one_version(app_path: Path, tmp_path: Path) -> None:
    kept = KeptVersions(app_path, tmp_path / "kept")
    for number in range(30):
        write(app_path / "pages" / "main.json", f"{number}", kept, "pages/main.json")

    texts = [kept.read("pages/main.json", version.id) for version in kept.versions("pages/main.json")]

    assert texts == [b"29", b"0"]


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "gone.py", "pages"])
def test_nothing_outside_of_the_app_and_nothing_that_is_no_file_is_kept(
    app_path: Path, tmp_path: Path, path: str
) -> None:
    (tmp_path / "secret").write_text("secret")
    kept = KeptVersions(app_path, tmp_path / "kept")

    kept.keep(path)

    assert kept.versions(path) == []


@pytest.mark.parametrize("id_", ["", "..", "../../app/main.py", "1-2"])
def test_a_version_is_named_by_its_id_only(app_path: Path, tmp_path: Path, id_: str) -> None:
    with pytest.raises(NoSuchVersion):
        KeptVersions(app_path, tmp_path / "kept").read("main.py", id_)


async def test_what_a_save_replaces_is_kept_even_if_it_was_asked_for_before(
    app_path: Path, tmp_path: Path
) -> None:
    async with open_kept_versions(app_path, tmp_path / "kept") as kept:
        first = (app_path / "main.py").read_bytes()
        # Somebody looks at the file, and it is replaced before there was time to keep it.
        kept.soon("main.py", digest_of(first))
        (app_path / "main.py").write_bytes(b"b = 2\n")
        kept.soon("main.py", digest_of(first), first)
        kept.soon("main.py", digest_of(b"b = 2\n"), b"b = 2\n")
        async with asyncio.timeout(20):
            while len(kept.versions("main.py")) < 2:
                await asyncio.to_thread(lambda: None)

        assert [kept.read("main.py", each.id) for each in kept.versions("main.py")] == [b"b = 2\n", first]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def code(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CodeService]:
    path = tmp_path_factory.mktemp("code")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(path / "cache"))
        async with open_code_service(path, call_s=60.0) as service:
            yield service


@pytest_asyncio.fixture(loop_scope="module")
async def editing(app_path: Path, renderer: PageRenderer, code: CodeService) -> AsyncIterator[EditingSite]:
    async with open_editing_site(app_path, code, renderer) as site:
        yield site


async def versions_of(editing: EditingSite, path: str, most: int) -> list[dict[str, Any]]:
    """The versions of a file, once there are so many."""
    async with asyncio.timeout(20):
        while True:
            found: list[dict[str, Any]] = (await editing.get(f"/api/versions/{path}"))["versions"]
            if len(found) >= most:
                return found


@pytest.mark.asyncio(loop_scope="module")
async def test_saves_are_kept_and_can_be_had_back(editing: EditingSite) -> None:
    file = await editing.get("/api/files/main.py")
    saved = await editing.put("/api/files/main.py", {"text": "b = 2\n", "base_digest": file["digest"]})
    await editing.put("/api/files/main.py", {"text": "c = 3\n", "base_digest": saved["digest"]})

    found = await versions_of(editing, "main.py", 3)

    texts = [(await editing.get(f"/api/version/{each['id']}/main.py"))["text"] for each in found]
    assert texts == ["c = 3\n", "b = 2\n", "a = 1\n"]
    await editing.call("GET", "/api/version/x/main.py", 404)


@pytest.mark.asyncio(loop_scope="module")
async def test_of_saves_in_quick_succession_each_is_kept(editing: EditingSite) -> None:
    digest = (await editing.get("/api/files/main.py"))["digest"]
    for number in range(10):
        body = {"text": f"n = {number}\n", "base_digest": digest}
        digest = (await editing.put("/api/files/main.py", body))["digest"]

    found = await versions_of(editing, "main.py", 11)

    texts = [(await editing.get(f"/api/version/{each['id']}/main.py"))["text"] for each in found]
    assert texts == [f"n = {number}\n" for number in reversed(range(10))] + ["a = 1\n"]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_version_comes_back_byte_for_byte_against_what_is_there_now(
    editing: EditingSite, app_path: Path
) -> None:
    first = "# coding: latin-1\r\nx = '\xe9'".encode("latin-1")
    (app_path / "main.py").write_bytes(first)
    file = await editing.get("/api/files/main.py")
    await editing.put("/api/files/main.py", {"text": "b = 2\n", "base_digest": file["digest"]})
    versions = await versions_of(editing, "main.py", 2)
    back = f"/api/version/{versions[-1]['id']}/main.py"

    refused = await editing.post(back, {"base_digest": file["digest"]}, status=409)
    now = (await editing.get("/api/files/main.py"))["digest"]
    restored = await editing.post(back, {"base_digest": now})

    assert refused["current"]["text"] == "b = 2\n"
    assert (app_path / "main.py").read_bytes() == first
    assert restored["text"] == "# coding: latin-1\nx = 'é'"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_page_is_kept_from_the_start_and_a_damaged_one_is_not(
    editing: EditingSite, app_path: Path
) -> None:
    first = await versions_of(editing, "pages/main.json", 1)
    (app_path / "pages" / "main.json").write_bytes(b"{")
    await editing.files.look_at(["pages/main.json"])
    await editing.pages.reload()
    editing_broken = editing.pages.broken
    await versions_of(editing, "pages/main.json", 1)

    assert [page.key for page in editing_broken] == ["main"]
    assert await versions_of(editing, "pages/main.json", 1) == first
    text = (await editing.get(f"/api/version/{first[0]['id']}/pages/main.json"))["text"]
    assert json.loads(text) == PAGE


@pytest.mark.asyncio(loop_scope="module")
async def test_a_page_with_conflict_markers_is_resolved_by_questions(
    editing: EditingSite, app_path: Path
) -> None:
    catalogue = load_catalogue()

    def page(text: str, *more: str) -> bytes:
        parts = [Component(id="a", type="text", fields={"text": text})]
        parts += [Component(id=name, type="text") for name in more]
        return encode_page(Component(id="main", type="page", children=tuple(parts)), 1, catalogue)

    file = app_path / "pages" / "main.json"
    file.write_bytes(marked(page("Mine"), page("Theirs", "b"), ("HEAD", "branch")))
    await editing.pages.reload()

    asked = await editing.get("/api/pages/main/conflict")
    assert [(each["title"], each["ours"], each["theirs"]) for each in asked["questions"]] == [
        ("Whether B (b) is there", "deleted", "kept"),
        ("Text of Mine (a)", "Mine", "Theirs"),
    ]
    refused = {"digest": "0" * 64, "choices": []}
    await editing.post("/api/pages/main/conflict", refused, status=409)
    await editing.post("/api/pages/main/conflict", {"digest": asked["digest"], "choices": ["theirs", "ours"]})

    assert file.read_bytes() == page("Mine", "b")
    assert editing.pages.broken == ()
    await editing.call("GET", "/api/pages/main/conflict", 409)
