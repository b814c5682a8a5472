"""References and renames over all files of an app, by a real jedi in its real process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from mainspring.builder.code.code_service import CodeService, open_code_service

PATIENT_S = 120.0
FILES = 300


@pytest_asyncio.fixture
async def code(tmp_path: Path) -> AsyncIterator[CodeService]:
    (tmp_path / "app").mkdir()
    async with open_code_service(tmp_path / "app", call_s=PATIENT_S) as service:
        yield service


@pytest.fixture
def app(tmp_path: Path, code: CodeService) -> Path:
    return tmp_path / "app"


def write(app: Path, **files: str) -> None:
    for name, text in files.items():
        (app / f"{name}.py").write_bytes(text.encode())


async def ask(
    code: CodeService, app: Path, method: str, at: str, path: str = "main.py", new: str = "", **buffers: str
) -> Any:
    """About the name before the first `|` of `at`, a part of the file's text."""
    texts = {f"{name}.py": text for name, text in buffers.items()}
    text = texts.get(path) or (app / path).read_bytes().decode().replace("\r\n", "\n")
    before = text[: text.index(at.replace("|", "")) + at.index("|")]
    line = before.count("\n")
    character = len(before.split("\n")[-1].encode("utf-16-le")) // 2
    async with asyncio.timeout(PATIENT_S):
        return await code.ask(
            f"textDocument/{method}", path, text, line, character, new_name=new, buffers=texts
        )


def spots(places: list[dict[str, Any]]) -> list[tuple[str, int, int]]:
    return [
        (place["uri"], place["range"]["start"]["line"], place["range"]["start"]["character"])
        for place in places
    ]


def changed(answer: dict[str, Any]) -> dict[str, list[tuple[int, int, int]]]:
    assert "refused" not in answer, answer
    return {
        uri: [
            (
                edit["range"]["start"]["line"],
                edit["range"]["start"]["character"],
                edit["range"]["end"]["character"],
            )
            for edit in edits
        ]
        for uri, edits in answer["changes"].items()
    }


async def test_references_and_a_rename_in_300_files_are_complete(code: CodeService, app: Path) -> None:
    write(app, shop="def total(x):\n    return x\n", main="from shop import total\ntotal(1)\n")
    for number in range(FILES):
        ways = ("import shop\nshop.total(2)\n", "from shop import total as t\nt(2)\n")
        write(app, **{f"user_{number:03}": ways[number % 2]})

    found = spots(await ask(code, app, "references", "total|(1)"))

    expected = [("main.py", 0, 17), ("main.py", 1, 0), ("shop.py", 0, 4)]
    expected += [(f"user_{n:03}.py", *((0, 17) if n % 2 else (1, 5))) for n in range(FILES)]
    assert found == expected
    answer = await ask(code, app, "rename", "total|(1)", new="whole")
    renamed = [(path, line, start) for path, edits in changed(answer).items() for line, start, _ in edits]
    assert sorted(renamed) == expected


async def test_places_count_in_utf16_with_emoji_tabs_and_windows_line_ends(
    code: CodeService, app: Path
) -> None:
    text = "def save():\r\n\tpass\r\n\r\n\r\ndef other():\r\n\tx = '😀😀'; save()\r\n"
    write(app, main=text, more="from main import save\r\n\r\nprint('😀', save)\r\n")

    answer = await ask(code, app, "rename", "def save|", new="keep")

    assert changed(answer) == {"main.py": [(0, 4, 8), (5, 13, 17)], "more.py": [(0, 17, 21), (2, 12, 16)]}


async def test_short_names_are_found_in_other_files_too(code: CodeService, app: Path) -> None:
    write(app, main="def go():\n    pass\n", more="from main import go\ngo()\nimport main\nmain.go()\n")

    answer = await ask(code, app, "rename", "def go|", new="run")

    assert changed(answer) == {"main.py": [(0, 4, 6)], "more.py": [(0, 17, 19), (1, 0, 2), (3, 5, 7)]}


async def test_unsaved_tabs_are_searched_as_they_are_shown(code: CodeService, app: Path) -> None:
    write(app, main="def save():\n    pass\n", more="from main import save\nsave()\n")
    before = await ask(code, app, "references", "def save|")

    typed = "# new\nfrom main import save\n\nsave()\n"
    during = await ask(code, app, "references", "def save|", more=typed)
    after = await ask(code, app, "references", "def save|")

    assert spots(before) == [("main.py", 0, 4), ("more.py", 0, 17), ("more.py", 1, 0)]
    assert spots(during) == [("main.py", 0, 4), ("more.py", 1, 17), ("more.py", 3, 0)]
    assert after == before


async def test_other_things_of_the_same_name_stay_as_they_are(code: CodeService, app: Path) -> None:
    write(
        app,
        main="def count(state):\n    return 'abc'.count('a')\n\n\ndef other(count):\n    return count\n",
        more="def count():\n    pass\nclass Shelf:\n    def count(self): pass\n\nShelf().count()\n",
    )

    answer = await ask(code, app, "rename", "def count|(state)", new="tally")

    assert changed(answer) == {"main.py": [(0, 4, 9)]}


async def test_what_only_mentions_the_word_is_told_and_left(code: CodeService, app: Path) -> None:
    write(app, main="def save():\n    pass\n\n\n# save it\nprint('save', f'{save}')\n")

    answer = await ask(code, app, "rename", "def save|", new="keep")

    assert changed(answer) == {"main.py": [(0, 4, 8), (5, 17, 21)]}
    assert spots(answer["left"]) == [("main.py", 4, 2), ("main.py", 5, 7)]


async def test_a_rename_is_refused_with_the_places_where_nobody_can_tell(
    code: CodeService, app: Path
) -> None:
    write(
        app,
        main="class Cart:\n    def pay(self):\n        pass\n\n\ndef buy(state):\n    state['cart'].pay()\n",
    )

    answer = await ask(code, app, "rename", "def pay|", new="settle")

    assert "can't be told" in answer["refused"]
    assert "main.py:7" in answer["refused"]
    assert spots(answer["places"]) == [("main.py", 6, 18)]


async def test_a_local_name_changes_in_its_function_alone(code: CodeService, app: Path) -> None:
    write(
        app,
        main="def a():\n    row = 1\n    return row\n\n\ndef b(state):\n    row = 2\n    state.row = row\n",
    )

    answer = await ask(code, app, "rename", "return row|", new="line")

    assert changed(answer) == {"main.py": [(1, 4, 7), (2, 11, 14)]}


async def test_a_method_changes_with_its_callers(code: CodeService, app: Path) -> None:
    write(
        app,
        shop="class Cart:\n    def pay(self):\n        return self.pay\n",
        main="from shop import Cart\n\ncart = Cart()\ncart.pay()\n",
    )

    answer = await ask(code, app, "rename", "cart.pay|", new="settle")

    assert changed(answer) == {"shop.py": [(1, 8, 11), (2, 20, 23)], "main.py": [(3, 5, 8)]}


@pytest.mark.parametrize(
    ("at", "new", "words"),
    [
        ("os.getcwd|", "here", "installed package"),
        ("print|(", "say", "installed package"),
        ("import shop|", "store", "module"),
        ("def save|", "2nd", "no name in Python"),
        ("def save|", "class", "word of Python"),
        ("def save|", "load", "main.py:6"),
    ],
)
async def test_what_can_t_be_renamed_is_refused_with_the_reason(
    code: CodeService, app: Path, at: str, new: str, words: str
) -> None:
    write(app, shop="x = 1\n")
    write(
        app,
        main="import os\nimport shop\ndef save():\n    os.getcwd()\n    print(shop.x)\ndef load(): pass\n",
    )

    answer = await ask(code, app, "rename", at, new=new)

    assert words in answer["refused"]


async def test_a_file_that_is_no_text_stops_a_rename(code: CodeService, app: Path) -> None:
    write(app, main="def save():\n    pass\n")
    (app / "odd.py").write_bytes(b"from main import save\n\xff\xfe\n")

    answer = await ask(code, app, "rename", "def save|", new="keep")

    assert "odd.py" in answer["refused"]


async def test_code_that_does_not_parse_elsewhere_is_searched_too(code: CodeService, app: Path) -> None:
    write(app, main="def save():\n    pass\n", more="from main import save\n\ndef f(:\n    save()\n\nsave(\n")

    found = spots(await ask(code, app, "references", "def save|"))

    assert found == [("main.py", 0, 4), ("more.py", 0, 17), ("more.py", 3, 4), ("more.py", 5, 0)]
