"""Pages on disk: the same page has the same bytes, and a file that is no page says where and why."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.pages.tree_edits import apply, prepare
from mainspring.builder.pages.tree_operations import OperationError
from mainspring.builder.pages.tree_store import (
    BrokenPage,
    StoredPage,
    decode_page,
    encode_page,
    read_page,
    read_pages,
)
from mainspring.builder.settings import examples_folder
from mainspring.runtime.protocol import Component
from page_trees import CATALOGUE, SAMPLE, button, operations, page

CANONICAL = """{
 "schema": 1,
 "order": 2,
 "id": "main",
 "type": "page",
 "fields": {
  "title": "Größe"
 },
 "children": [
  {
   "id": "name",
   "type": "input",
   "fields": {
    "label": "Name",
    "max": 3,
    "notes": [
     "one",
     "",
     "three"
    ],
    "unknown": 1
   },
   "binding": "form.name",
   "on": {
    "wf-change": "check",
    "blur": "leave"
   },
   "visible": "@{open}"
  }
 ]
}
"""


def stored(text: str | bytes, key: str = "main") -> StoredPage:
    found = decode_page(text if isinstance(text, bytes) else text.encode(), key, CATALOGUE)
    assert isinstance(found, StoredPage), found
    return found


def broken(text: str | bytes, key: str = "main") -> BrokenPage:
    found = decode_page(text if isinstance(text, bytes) else text.encode(), key, CATALOGUE)
    assert isinstance(found, BrokenPage), found
    return found


def test_a_page_is_written_in_one_way_only() -> None:
    component = Component(
        id="name",
        type="input",
        fields={
            "unknown": 1,
            "notes": "one\n\nthree",
            "max": 3,
            "options": {"a": "A"},
            "label": "Name",
        },
        binding="form.name",
        on={"blur": "leave", "wf-change": "check"},
        visible="@{open}",
    )
    tree = Component(id="main", type="page", fields={"title": "Größe"}, children=(component,))

    assert encode_page(tree, 2.0, CATALOGUE).decode() == CANONICAL
    assert encode_page(stored(CANONICAL).component, 2, CATALOGUE).decode() == CANONICAL


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_what_is_read(data: st.DataObject) -> None:
    tree = SAMPLE
    for _ in range(6):
        try:
            tree, _ = apply(tree, prepare(data.draw(operations(tree)), tree, CATALOGUE), CATALOGUE)
        except OperationError:
            continue

    encoded = encode_page(tree, 1, CATALOGUE)

    assert stored(encoded).component == tree
    assert encode_page(stored(encoded).component, 1, CATALOGUE) == encoded


def test_every_page_of_the_examples_is_canonical() -> None:
    catalogue = load_catalogue()
    files = sorted(examples_folder().glob("*/pages/*.json"))

    assert files
    for file in files:
        found = decode_page(file.read_bytes(), file.stem, catalogue)
        assert isinstance(found, StoredPage), found
        assert encode_page(found.component, found.order, catalogue) == file.read_bytes(), file


def test_a_byte_order_mark_and_other_line_ends_are_no_obstacle() -> None:
    data = b"\xef\xbb\xbf" + changed("\n", "\r\n").encode()

    assert stored(data).component == stored(CANONICAL).component


def test_the_name_of_the_file_is_the_key_of_the_page() -> None:
    assert stored(CANONICAL, "copy").key == "copy"


def test_an_id_that_stands_twice_in_a_file_is_made_unique() -> None:
    tree = page(button("go", "First"), button("go_2"))
    text = encode_page(tree, 1, CATALOGUE).decode().replace('"go_2"', '"go"')

    found = stored(text)

    assert [child.id for child in found.component.children] == ["go", "go_2"]
    assert found.renamed == {"go_2": "go"}


def changed(old: str, new: str) -> str:
    assert old in CANONICAL
    return CANONICAL.replace(old, new)


INSERTED = [b"{", b"]", b'"', b"\\ud800", b"\xff", b"1e999", b","]

CONFLICT = """<<<<<<< HEAD
 "order": 2,
=======
 "order": 3,
>>>>>>> other
"""


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "The file is empty."),
        ("[]", 1, 1, "A page is one JSON object"),
        (CANONICAL[:-40], 26, 20, "no proper JSON"),
        (changed('"order": 2,', '"order": 2'), 4, 2, "no proper JSON"),
        (changed(' "schema": 1,\n', ""), 1, 1, "“schema” is missing here."),
        (changed('"schema": 1', '"schema": 2'), 2, 12, "a newer Mainspring wrote it"),
        (changed('"type": "page"', '"type": "section"'), 5, 10, 'must be of type "page"'),
        (changed('"max": 3', '"max": NaN'), 14, 12, ""),
        (changed('"id": "name"', '"id": 7'), 11, 10, "“id” must be a text, not a number."),
        (changed('"id": "name"', '"id": "a b"'), 11, 10, "“a b” can't be an id"),
        (changed('"type": "input"', '"type": "page"'), 12, 12, "A page can't stand inside"),
        (
            changed('"binding": "form.name"', '"bound": "form.name"'),
            23,
            13,
            "no such key here",
        ),
        (
            changed('"visible": "@{open}"', '"visible": 1'),
            28,
            15,
            "must be true or false or a text",
        ),
        (changed(' "order": 2,\n', CONFLICT), 3, 1, "unresolved git conflict"),
        (CANONICAL.encode("utf-16"), 1, 1, "isn't in UTF-8"),
        (CANONICAL.encode("latin-1"), 7, 15, "isn't in UTF-8"),
        ('{"schema": 1, "id": "main", "type": "page", "children": ' + "[" * 100_000, 1, 1, "nested too deep"),
    ],
)
def test_a_broken_file_says_where_and_why(text: str | bytes, line: int, column: int, message: str) -> None:
    found = broken(text)

    assert message in found.message
    assert found.file == "pages/main.json"
    if not isinstance(text, str) or "NaN" not in text:
        assert (found.line, found.column) == (line, column)
    else:
        assert found.line in (1, line)


def test_no_damage_to_a_file_is_more_than_a_broken_page() -> None:
    luck = random.Random(3)
    data = CANONICAL.encode()

    for _ in range(3_000):
        damaged = bytearray(data)
        for _ in range(luck.randrange(1, 4)):
            place = luck.randrange(len(damaged))
            match luck.randrange(3):
                case 0:
                    damaged[place] ^= 1 << luck.randrange(8)
                case 1:
                    del damaged[place : place + luck.randrange(1, 60)]
                case _:
                    damaged[place:place] = luck.choice(
                        [b"{", b"]", b'"', b"\\ud800", b"\xff", b"1e999", b","]
                    )

        found = decode_page(bytes(damaged), "main", CATALOGUE)

        assert isinstance(found, StoredPage) or (found.line >= 1 and found.message)


def test_nesting_without_end_is_refused() -> None:
    text = '{"id":"x","type":"section","children":[' * 99
    found = broken('{"schema":1,"id":"main","type":"page","children":[' + text + "]}" * 100)

    assert "levels deep" in found.message


def test_pages_come_in_their_order_and_broken_ones_last(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for key, order in (("b", 1), ("a", 1), ("z", 0.5), ("m", 3)):
        (folder / f"{key}.json").write_bytes(encode_page(page(key=key), order, CATALOGUE))
    (folder / "broken.json").write_text("{", encoding="utf-8")
    (folder / "2 nd.json").write_bytes(encode_page(page(), 1, CATALOGUE))
    (folder / "notes.txt").write_text("-", encoding="utf-8")

    assert [found.key for found in read_pages(tmp_path, CATALOGUE)] == ["z", "a", "b", "m", "2 nd", "broken"]
    assert read_page(tmp_path, "none", CATALOGUE) is None


def test_ids_that_are_not_unique_are_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    twice = encode_page(page(button("go"), button("go_2")), 1, CATALOGUE).replace(b'"go_2"', b'"go"')
    (folder / "main.json").write_bytes(twice)
    (folder / "copy.json").write_bytes(encode_page(page(button("go")), 2, CATALOGUE))

    read_pages(tmp_path, CATALOGUE)

    assert caplog.messages == [
        "pages/main.json: the id go stands twice; the later one is go_2",
        "the id go stands on several pages: copy, main",
    ]


def test_an_app_without_pages_has_none(tmp_path: Path) -> None:
    assert read_pages(tmp_path, CATALOGUE) == []


def test_a_page_that_is_a_folder_is_a_broken_page(tmp_path: Path) -> None:
    (tmp_path / "pages" / "main.json").mkdir(parents=True)

    (found,) = read_pages(tmp_path, CATALOGUE)

    assert isinstance(found, BrokenPage)
    assert "can't be read" in found.message


# Writes two versions in turn and says so before each; runs until it is killed.
WRITER = """
import os, sys
from pathlib import Path
from mainspring.builder.code.atomic_write import write_file

file, old, new = Path(sys.argv[1]), *(Path(name).read_bytes() for name in sys.argv[2:])
while True:
    for data in (new, old):
        os.write(1, b".")
        write_file(file, data)
"""


def test_a_killed_write_leaves_the_old_page_or_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "pages" / "main.json"
    file.parent.mkdir()
    many = page(*(button(f"b{n}", "x" * 200) for n in range(400)))
    versions = {encode_page(SAMPLE, 1, CATALOGUE), encode_page(many, 1, CATALOGUE)}
    for number, data in enumerate(sorted(versions)):
        (tmp_path / str(number)).write_bytes(data)
    file.write_bytes(min(versions))
    luck = random.Random(7)

    for _ in range(50):
        command = [sys.executable, "-c", WRITER, str(file), str(tmp_path / "0"), str(tmp_path / "1")]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            os.read(writer.stdout.fileno(), 1)
            for _ in range(luck.randrange(12)):
                os.read(writer.stdout.fileno(), 1)
            writer.send_signal(signal.SIGKILL)

        assert file.read_bytes() in versions
        assert isinstance(read_page(tmp_path, "main", CATALOGUE), StoredPage)
