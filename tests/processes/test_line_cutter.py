"""Output descriptors as lines, whatever is written to them."""

from __future__ import annotations

import pytest
from mainspring.builder.processes.line_cutter import LineCutter


def cut(data: bytes, size: int, limit: int = 64) -> list[str]:
    cutter = LineCutter(limit)
    lines = [line for start in range(0, len(data), size) for line in cutter.feed(data[start : start + size])]
    return lines + cutter.end()


CASES = {
    b"": [],
    b"one\ntwo\n": ["one", "two"],
    b"one\r\n\r\ntwo": ["one", "", "two"],
    b"10%\r20%\r\n": ["10%\r20%"],
    "grün ☃ 😀\n".encode(): ["grün ☃ 😀"],
    b"\xff\xfe\x00\n": ["\ufffd\ufffd\x00"],
    b"x" * 64 + b"\n": ["x" * 64],
}


@pytest.mark.parametrize("data", CASES)
def test_lines_are_the_same_however_the_bytes_come(data: bytes) -> None:
    for size in range(1, max(2, len(data) + 1)):
        assert cut(data, size) == CASES[data]


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_a_long_line_is_cut_with_a_mark_and_its_rest_is_counted(size: int) -> None:
    lines = cut(b"before\n" + b"x" * 200 + b"\nafter\n", size)

    assert lines[0] == "before"
    assert lines[1] == "x" * 64 + " … [cut after 64 bytes]"
    assert lines[2] == "[136 more bytes of that line were left out]"
    assert lines[3:] == ["after"]


def test_a_line_without_an_end_takes_no_memory() -> None:
    cutter = LineCutter(64)
    for _ in range(1000):
        cutter.feed(b"y" * 1000)

    assert len(cutter._rest) <= 64
    assert cutter.end() == ["[999,936 more bytes of that line were left out]"]


def test_a_part_of_a_line_is_given_once_and_its_rest_is_the_next_line() -> None:
    cutter = LineCutter()
    lines = [cutter.feed(b"Loading"), cutter.take_part(), cutter.take_part(), cutter.feed(b" done\nnext\n")]

    assert lines == [[], ["Loading"], [], [" done", "next"]]


def test_the_end_of_a_line_that_was_given_in_part_is_no_empty_line() -> None:
    cutter = LineCutter()
    cutter.feed(b"prompt: ")

    assert [cutter.take_part(), cutter.feed(b"\n"), cutter.feed(b"\n")] == [["prompt: "], [], [""]]


def test_a_part_never_ends_within_a_character() -> None:
    cutter = LineCutter()
    cutter.feed("grü".encode()[:-1])

    assert [cutter.take_part(), cutter.feed(b"\xbc"), cutter.take_part()] == [["gr"], [], ["ü"]]
