"""The app's files: which are the app's, what a save changes, and what it leaves alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mainspring.builder.code.source import (
    Conflict,
    NoSuchFile,
    NotEditable,
    NotSaved,
    PathRefused,
    Source,
    TakenPath,
)
from mainspring.builder.code.text_bytes import NotText, decode_text, encode_text


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = tmp_path / "app"
    path.mkdir()
    (path / "main.py").write_bytes(b"x = 1\n")
    return path


def test_main_comes_first_then_python_then_the_rest_without_hidden_files_and_environments(app: Path) -> None:
    for name in ("b.py", "a/c.py", "pages/main.json", ".git/config", "__pycache__/x.pyc", "env2/lib/x.py"):
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        (app / name).write_bytes(b"12")
    (app / "env2/pyvenv.cfg").touch()

    listed = Source(app).list()

    assert [file.path for file in listed] == ["main.py", "a/c.py", "b.py", "pages/main.json"]
    assert listed[1].size == 2


def test_hidden_files_and_links_to_files_of_the_app_are_listed_and_links_to_others_are_not(app: Path) -> None:
    for name in (".env", ".DS_Store", ".hidden/x.py", "shop/orders.py", "shop/.gitignore"):
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        (app / name).write_bytes(b"12")
    (app.parent / "outside.py").write_bytes(b"3")
    for name, target in (
        ("orders.py", "shop/orders.py"),
        ("again.py", "orders.py"),
        ("folder", "shop"),
        ("out.py", "../outside.py"),
        ("secret.py", ".hidden/x.py"),
        ("gone.py", "nowhere.py"),
        ("circle.py", "circle.py"),
    ):
        (app / name).symlink_to(target)
    source = Source(app)

    listed = {file.path: file.link for file in source.listing().files}

    assert listed == {
        "main.py": "",
        "again.py": "shop/orders.py",
        "orders.py": "shop/orders.py",
        "shop/orders.py": "",
        ".env": "",
        "shop/.gitignore": "",
    }
    # Whoever goes through the files sees each once.
    assert "orders.py" not in {file.path for file in source.list()}


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "..",
        "../outside.py",
        "a/../../outside.py",
        "a//b.py",
        "/etc/passwd",
        "main.py/",
        "C:/x.py",
        "C:x.py",
        "..\\outside.py",
        "a\0.py",
        "a\n.py",
        "con",
        "NUL.py",
        "a/com1.txt",
        "x. ",
        "x.py.",
        "out/secret.py",
        "secret_link.py",
        "circle.py",
        "x" * 256,
        "a/" * 600 + "x",
        ".0123456789abcdef.mainspring-tmp",
    ],
)
def test_a_path_that_leads_elsewhere_is_neither_read_nor_written(app: Path, path: str) -> None:
    outside = app.parent / "outside"
    outside.mkdir()
    (outside / "secret.py").write_bytes(b"secret")
    (app / "out").symlink_to(outside)
    (app / "secret_link.py").symlink_to(outside / "secret.py")
    (app / "circle.py").symlink_to("circle.py")
    source = Source(app)

    attempts: tuple[Callable[[], object], ...] = (
        lambda: source.read(path),
        lambda: source.save(path, "", ""),
        lambda: source.create(path),
    )
    for attempt in attempts:
        with pytest.raises(PathRefused):
            attempt()

    assert [file.name for file in outside.iterdir()] == ["secret.py"]
    assert (outside / "secret.py").read_bytes() == b"secret"


def test_a_link_inside_the_app_stays_a_link_when_it_is_saved(app: Path) -> None:
    (app / "link.py").symlink_to("main.py")
    source = Source(app)

    source.save("link.py", "x = 2\n", source.read("link.py").digest)

    assert (app / "link.py").is_symlink()
    assert (app / "main.py").read_bytes() == b"x = 2\n"


def test_a_save_is_refused_when_another_version_is_on_disk(app: Path) -> None:
    source = Source(app)
    opened = source.read("main.py")
    (app / "main.py").write_bytes(b"x = 'theirs'\n")

    with pytest.raises(Conflict) as caught:
        source.save("main.py", "x = 'mine'\n", opened.digest)

    assert caught.value.current is not None
    assert caught.value.current.text == "x = 'theirs'\n"
    assert (app / "main.py").read_bytes() == b"x = 'theirs'\n"


def test_a_save_of_a_deleted_file_is_a_conflict_without_a_current_version(app: Path) -> None:
    source = Source(app)
    opened = source.read("main.py")
    (app / "main.py").unlink()

    with pytest.raises(Conflict) as caught:
        source.save("main.py", "x", opened.digest)

    assert caught.value.current is None
    assert not (app / "main.py").exists()


def test_the_digest_that_a_save_answers_is_good_for_the_next(app: Path) -> None:
    source = Source(app)
    digest = source.read("main.py").digest

    for text in ("a\n", "b\n"):
        digest = source.save("main.py", text, digest).digest

    assert (app / "main.py").read_bytes() == b"b\n"
    assert source.digest("main.py") == digest


def test_folders_pipes_large_files_and_binary_ones_are_not_opened(app: Path) -> None:
    (app / "folder.py").mkdir()
    os.mkfifo(app / "pipe.py")
    (app / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (app / "large.txt").write_bytes(b" " * 5_000_000)
    (app / "utf16.py").write_bytes("x = 1".encode("utf-16"))
    source = Source(app)

    for path in ("folder.py", "pipe.py", "picture.png", "large.txt", "utf16.py"):
        with pytest.raises(NotEditable):
            source.read(path)
    with pytest.raises(NoSuchFile):
        source.read("missing.py")


def test_a_new_file_comes_with_its_folders_and_never_replaces_one(app: Path) -> None:
    source = Source(app)

    made = source.create("shop/orders.py")

    assert (app / "shop/orders.py").read_bytes() == b""
    assert source.read("shop/orders.py").digest == made.digest
    with pytest.raises(TakenPath):
        source.create("main.py")
    with pytest.raises(NotSaved):
        source.create("main.py/below.py")


def test_a_read_only_file_is_not_replaced(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(app)
    digest = source.read("main.py").digest
    # Whoever runs the tests as root may write everything, so the system's answer is given here.
    monkeypatch.setattr(os, "access", lambda *_, **__: False)

    with pytest.raises(NotSaved, match="read-only"):
        source.save("main.py", "x = 2\n", digest)

    assert (app / "main.py").read_bytes() == b"x = 1\n"


# --- bytes that nobody edited ---


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        (b"a\r\nb\r\n", ("b", "c"), b"a\r\nc\r\n"),
        (b"a\r\nb", ("b", "c\nd"), b"a\r\nc\r\nd"),
        (b"\xef\xbb\xbfa\n", ("a", "b"), b"\xef\xbb\xbfb\n"),
        (b"# coding: latin-1\nx = '\xe9'\n", ("x =", "y ="), b"# coding: latin-1\ny = '\xe9'\n"),
        (b"a \t\r\nb\nc\rd", ("c", "cc"), b"a \t\r\nb\ncc\rd"),
        (b"one\r\ntwo\nthree\r\nfour\r\n", ("one", "zero\none"), b"zero\r\none\r\ntwo\nthree\r\nfour\r\n"),
        (b"a\x0cb\xe2\x80\xa8c\r\n", ("a", "z"), b"z\x0cb\xe2\x80\xa8c\r\n"),
        (b"# coding: no-such-codec\nx\n", ("no-such-codec", "utf-8"), b"# coding: utf-8\nx\n"),
    ],
)
def test_an_edit_changes_the_bytes_that_were_edited_and_no_others(
    app: Path, before: bytes, edit: tuple[str, str], after: bytes
) -> None:
    (app / "main.py").write_bytes(before)
    source = Source(app)
    opened = source.read("main.py")

    source.save("main.py", opened.text.replace(*edit), opened.digest)

    assert (app / "main.py").read_bytes() == after


def test_a_character_that_the_declared_encoding_lacks_is_named_with_its_line(app: Path) -> None:
    (app / "main.py").write_bytes(b"# coding: latin-1\r\nx = 1\r\n")
    source = Source(app)
    opened = source.read("main.py")

    with pytest.raises(NotEditable, match=r"line 2: '\\u20ac' can't be written in iso-8859-1"):
        source.save("main.py", opened.text.replace("x = 1", "x = '€'"), opened.digest)

    assert (app / "main.py").read_bytes() == b"# coding: latin-1\r\nx = 1\r\n"


LINES = st.lists(
    st.tuples(st.text("ab#é€ \t\x0c", max_size=6), st.sampled_from(["\n", "\r\n", "\r"])), max_size=12
)


@given(LINES, st.text("ab", max_size=3), st.booleans())
def test_a_text_saved_as_it_was_opened_has_the_same_bytes(
    lines: list[tuple[str, str]], tail: str, bom: bool
) -> None:
    data = (b"\xef\xbb\xbf" if bom else b"") + ("".join(a + b for a, b in lines) + tail).encode()

    text, _ = decode_text(data, python=True)

    assert encode_text(text, data, python=True) == data


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_come_back_as_they_were_or_are_no_text(data: bytes, python: bool) -> None:
    try:
        text, _ = decode_text(data, python=python)
    except NotText:
        return

    assert encode_text(text, data, python=python) == data
