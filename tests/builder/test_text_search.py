"""What is found in a text, where, and what takes its place."""

from __future__ import annotations

from typing import Any

import pytest
from mainspring.builder.code.text_search import (
    MAX_SHOWN,
    BadQuery,
    FoundLine,
    Query,
    file_filter,
    find_lines,
    pattern_of,
    replacer_of,
)


def found(text: str, wanted: str, **options: Any) -> list[tuple[FoundLine, str]]:
    query = Query(wanted, **options)
    pattern = pattern_of(query)
    return list(find_lines(text, pattern, replacer_of(query, pattern)))


def lines(text: str, wanted: str, **options: Any) -> list[int]:
    return [line.line for line, _ in found(text, wanted, **options)]


def replaced(text: str, wanted: str, replacement: str, **options: Any) -> list[str]:
    return [after for _, after in found(text, wanted, replacement=replacement, **options)]


def test_letters_words_and_expressions_are_told_apart_as_asked() -> None:
    text = "save(a.b)\nSave\nresave(axb)\n"

    assert lines(text, "save") == [1, 2, 3]
    assert lines(text, "save", case=True) == [1, 3]
    assert lines(text, "save", word=True) == [1, 2]
    assert lines(text, "a.b") == [1]
    assert lines(text, "a.b", regex=True) == [1, 3]
    assert lines(text, "b|resave", regex=True, word=True) == [1, 3]


def test_places_are_columns_in_utf16_units() -> None:
    ((line, _),) = found("\t'😀', name, name", "name")

    assert (line.character, line.spans) == (7, ((7, 11), (13, 17)))


def test_of_a_long_line_what_stands_around_the_first_place_is_shown() -> None:
    ((line, _),) = found("x" * 10_000 + "name" + "y" * 10_000, "name")

    (start, end) = line.spans[0]
    assert line.text[start:end] == "name"
    assert len(line.text) == MAX_SHOWN
    assert line.character == 10_000


@pytest.mark.parametrize(
    ("wanted", "replacement", "after"),
    [
        (r"(\w+)\((\w+)\)", "$2.$1()", "a.save(); b.load()"),
        (r"(?P<name>save|load)", "${name}_now", "save_now(a); load_now(b)"),
        (r"save|load", "$&!$$", "save!$(a); load!$(b)"),
        (r"; ", "\\n", "save(a)\nload(b)"),
        (r"(x)?save", "[$1]", "[](a); load(b)"),
        (r"z*", "-", None),
    ],
)
def test_a_replacement_takes_up_the_groups_that_were_found(
    wanted: str, replacement: str, after: str | None
) -> None:
    changed = replaced("save(a); load(b)", wanted, replacement, regex=True)

    assert changed == ([after] if after is not None else [])


def test_without_regular_expressions_a_replacement_is_taken_as_it_stands() -> None:
    assert replaced("a.b", "a.b", r"$1\n\1") == [r"$1\n\1"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (Query("(", regex=True), "no regular expression"),
        (Query("x", regex=True, replacement="$1"), "no group 1; it has 0"),
        (Query("x", regex=True, replacement="${y}"), "no group named y"),
        (Query("x" * 5_000), "longer than 1,000"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_with_the_reason(query: Query, words: str) -> None:
    with pytest.raises(BadQuery, match=words):
        replacer_of(query, pattern_of(query))


@pytest.mark.parametrize(
    ("files", "meant"),
    [
        ("", ["main.py", "pages/main.json", "lib/price.py"]),
        ("*.py", ["main.py", "lib/price.py"]),
        ("lib", ["lib/price.py"]),
        ("main.*", ["main.py", "pages/main.json"]),
        ("pages/*, main.py", ["main.py", "pages/main.json"]),
    ],
)
def test_files_are_chosen_by_patterns_of_their_paths(files: str, meant: list[str]) -> None:
    is_meant = file_filter(Query("x", files=files))

    assert [path for path in ("main.py", "pages/main.json", "lib/price.py") if is_meant(path)] == meant
