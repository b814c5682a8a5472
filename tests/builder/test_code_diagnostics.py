"""What the compiler says about a text."""

from __future__ import annotations

import pytest
from mainspring.builder.code.diagnostics import diagnostics


def test_a_good_text_has_nothing_wrong() -> None:
    assert diagnostics("def f(state):\n    return state['x']\n") == []
    assert diagnostics("") == []


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("x = 1 1\n", (0, 6), (0, 7)),
        ("x = '😀' 1\n", (0, 9), (0, 10)),
        ("def f(:\n", (0, 6), (0, 7)),
        ("if x:\n", (0, 5), None),
        ("x = '''\n", (0, 4), None),
        ("\treturn\n", (0, 0), None),
    ],
)
def test_a_syntax_error_has_its_place_in_utf16_columns(
    text: str, start: tuple[int, int], end: tuple[int, int] | None
) -> None:
    (found,) = diagnostics(text)

    assert found["severity"] == 1
    assert found["message"]
    place = found["range"]
    assert (place["start"]["line"]) == start[0]
    if end is not None:
        assert (place["start"]["line"], place["start"]["character"]) == start
        assert (place["end"]["line"], place["end"]["character"]) == end
    assert (place["end"]["line"], place["end"]["character"]) >= (
        place["start"]["line"],
        place["start"]["character"],
    )


@pytest.mark.parametrize("text", ["x = \0", "(" * 10_000, "-" * 100_000 + "1", "\ud800", "x = '\\ud800'\n\0"])
def test_a_text_that_breaks_compilers_is_reported_or_fine_but_never_raises(text: str) -> None:
    assert all(found["message"] for found in diagnostics(text))


def test_a_warning_of_the_compiler_is_a_warning() -> None:
    (found,) = diagnostics("x = 1\ny = x is 1\n")

    assert (found["severity"], found["range"]["start"]["line"]) == (2, 1)
