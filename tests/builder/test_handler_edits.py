"""New functions in files: where they go, and that nothing else moves."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mainspring.builder.code.handler_edits import (
    Insertion,
    Place,
    find_function,
    insert_function,
    remove_function,
)

NEW = 'def handle_x(state):\n    """Doc."""\n    print(1)\n'


def inserted(before: str) -> str:
    return insert_function(before, NEW).text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", NEW),
        ("\n", "\n" + NEW),
        ("x = 1\n", "x = 1\n\n\n" + NEW),
        ("x = 1\n\n\n\n", "x = 1\n\n\n\n" + NEW),
        ("x = 1", "x = 1\n\n\n" + NEW.rstrip("\n")),
        ("def a():\n    pass\n", "def a():\n    pass\n\n\n" + NEW),
        ("def a():\n    pass", "def a():\n    pass\n\n\n" + NEW.rstrip("\n")),
        ("def a(): pass\nx = 1\n", "def a(): pass\n\n\n" + NEW + "\n\nx = 1\n"),
        ("def a(): pass\n\n\nx = 1\n", "def a(): pass\n\n\n" + NEW + "\n\nx = 1\n"),
        ("def a(): pass  \n\t\nx = 1", "def a(): pass  \n\n\n" + NEW + "\t\n\nx = 1"),
        (
            "async def a():\n\tpass\n\t# mine\n# theirs\nx = 1\n",
            "async def a():\n\tpass\n\t# mine\n\n\n" + NEW + "\n\n# theirs\nx = 1\n",
        ),
        (
            "def a(): pass\n\n\nclass C:\n    def b(self): pass\n",
            "def a(): pass\n\n\n" + NEW + "\n\nclass C:\n    def b(self): pass\n",
        ),
        ("if True:\n    def a(): pass\n", "if True:\n    def a(): pass\n\n\n" + NEW),
        (
            'def a():\n    return """\ndef b(): pass\n"""\n',
            'def a():\n    return """\ndef b(): pass\n"""\n\n\n' + NEW,
        ),
    ],
)
def test_a_function_goes_after_the_last_one_or_to_the_end(before: str, after: str) -> None:
    # What stands between two lines is blank or it isn't; which of the blank lines is the new one nobody sees.
    assert [line.rstrip() for line in inserted(before).split("\n")] == [
        line.rstrip() for line in after.split("\n")
    ]


@pytest.mark.parametrize(
    ("before", "above", "below"),
    [
        ("def a(:\n    pass\n\nx = (\n", "pass", "x = ("),
        ("def a():\n    pass\n\ndef b():\n    x = [1,\n", "x = [1,", None),
        ("def a():\n    x = (\n        1\n)\n    return x +\ny = 1\n", "return x +", "y = 1"),
        ("def a(\n    state,\n) -> None:\n    pass +\n\n\n# about y\ny = 1\n", "pass +", "# about y"),
        ('def a():\n    pass\n\ndef b():\n    """never closed\n\ndef c():\n    pass\n', "pass", "def b():"),
        ('x = """never closed\ndef a():\n    pass\n', None, 'x = """never closed'),
        ('def a():\n    s = """\ndef not_one(): x\n"""\n    )\nz = 1\n', "    )", "z = 1"),
        ("@broken(\ndef a():\n    return 1 1\n", "return 1 1", None),
        ("x = = 1\n", "x = = 1", None),
        ("\0\n", "\0", None),
    ],
)
def test_in_a_file_that_does_not_parse_it_goes_between_whole_statements(
    before: str, above: str | None, below: str | None
) -> None:
    lines = [line for line in inserted(before).split("\n") if line.strip()]
    start = lines.index("def handle_x(state):")

    assert lines[start : start + 3] == NEW.rstrip("\n").split("\n")
    assert (lines[start - 1].strip() if start else None) == (above.strip() if above is not None else None)
    assert (lines[start + 3].strip() if start + 3 < len(lines) else None) == below


@given(
    st.lists(
        st.sampled_from(
            [
                "def a():",
                "    x = 1",
                "",
                "  \t",
                "y = (",
                ")",
                "# c",
                "    # c",
                '"""',
                "'",
                "class C:",
                "é = '😀'",
                "\\",
                "@d",
                "}",
            ]
        ),
        max_size=12,
    ),
    st.sampled_from(["", "\n"]),
)
def test_whatever_the_file_holds_it_only_grows_by_the_function(lines: list[str], end: str) -> None:
    before = "\n".join(lines) + end

    insertion = insert_function(before, NEW)

    after = insertion.text
    head = 0
    while head < len(before) and before[head] == after[head]:
        head += 1
    tail = len(before) - head
    assert before[head:] == (after[-tail:] if tail else "")
    assert after.replace("\n", "").count(NEW.replace("\n", "")) == 1
    assert after.split("\n")[insertion.body.line] == "    print(1)"
    assert removed(insertion) in (before, None)


def removed(insertion: Insertion) -> str | None:
    return remove_function(insertion.text, NEW, insertion.above, insertion.below)


@pytest.mark.parametrize(
    "before", ["", "x = 1", "x = 1\n", "def f():\n    pass\n\n\n\n\nx = 1\n", "x = 1\n\n\n"]
)
def test_a_function_that_was_put_in_comes_out_without_a_trace(before: str) -> None:
    assert removed(insert_function(before, NEW)) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("print(1)", "print(2)"),
        ("    print(1)\n", "    print(1)\n    print(2)\n"),
        ("    print(1)\n", "    print(1)\n\n    # More.\n"),
        ("def handle_x", "@cache\ndef handle_x"),
        (NEW, NEW + "\n\n" + NEW),
        (NEW, ""),
    ],
)
def test_a_function_that_somebody_has_touched_stays(old: str, new: str) -> None:
    insertion = insert_function("x = 1\n", NEW)
    touched = insertion.text.replace(old, new)
    assert touched != insertion.text

    assert remove_function(touched, NEW, insertion.above, insertion.below) is None


def test_the_cursor_goes_to_the_body_below_the_docstring() -> None:
    assert insert_function("x = 1\n", NEW).body == Place(5, 4)


def test_functions_are_found_by_name_the_last_one_of_two() -> None:
    text = (
        'def a():\n    """Doc."""\n    return 1\n\n\nasync def b():\n\tawait x\n\n\n'
        'def a():\n    "only a docstring"\n'
    )

    assert find_function(text, "a") == Place(10, 4)
    assert find_function(text, "b") == Place(6, 1)
    assert find_function(text, "c") is None


def test_a_body_on_the_line_of_its_def_is_found_by_utf16_column() -> None:
    text = "def a(x='😀'): return x\n"

    place = find_function(text, "a")

    assert place == Place(0, text.index("return") + 1)


def test_a_handler_that_was_made_by_assignment_is_found_too() -> None:
    assert find_function("from f import partial\nsave = partial(print)\n", "save") == Place(1, 0)


def test_functions_are_found_in_a_file_that_does_not_parse() -> None:
    text = 's = """\ndef a(): 1\n"""\ndef a():\n    x = (\n\ndef b(:\n'

    assert find_function(text, "a") == Place(4, 4)
    assert find_function(text, "b") == Place(6, 7)
    assert find_function(text, "c") is None


def test_what_was_inserted_into_a_good_file_leaves_a_good_file() -> None:
    text = "import os\n\n\nclass A:\n    pass\n\n\nif os:\n    pass\n"

    names = [node.name for node in ast.parse(inserted(text)).body if isinstance(node, ast.FunctionDef)]

    assert names == ["handle_x"]
