"""What ruff says, asked of a real ruff about texts that stand in no file."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from mainspring.builder.code import ruff_checks
from mainspring.builder.code.ruff_checks import Ruff, RuffFailed, has_own_settings


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    return tmp_path / "app"


def is_there(pid_file: Path) -> bool:
    """Whether the process whose number stands in a file still runs."""
    # On a busy machine it may have been ended before it could write that.
    number = pid_file.read_text().strip() if pid_file.exists() else ""
    if not number:
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    return True


def codes(found: list[dict[str, Any]]) -> list[str]:
    return [each["code"] for each in found]


async def test_a_mistake_is_found_with_its_rule_and_its_place_in_utf16_columns(app: Path) -> None:
    (found,) = await Ruff(app).check("main.py", "x = ('😀', unknown)\n")

    assert (found["code"], found["source"], found["severity"]) == ("F821", "ruff", 1)
    assert "unknown" in found["message"]
    assert found["range"] == {"start": {"line": 0, "character": 11}, "end": {"line": 0, "character": 18}}


async def test_a_safe_fix_is_offered_and_an_unsafe_one_is_not(app: Path) -> None:
    unused_import, unused_name = await Ruff(app).check("main.py", "import os\ndef f():\n    x = 1\n")

    assert unused_import["data"]["edits"] == [
        {
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}},
            "newText": "",
        }
    ]
    assert "os" in unused_import["data"]["title"]
    assert unused_name["code"] == "F841"
    assert "data" not in unused_name


async def test_without_settings_taste_is_left_alone(app: Path) -> None:
    assert await Ruff(app).check("main.py", "x = 'a'  \nprint( x )\n" + "#" * 200 + "\n") == []


@pytest.mark.parametrize(
    ("file", "settings"),
    [
        ("ruff.toml", 'lint.select = ["E501"]\nline-length = 20\n'),
        (".ruff.toml", 'lint.select = ["E501"]\nline-length = 20\n'),
        ("pyproject.toml", '[tool.ruff]\nlint.select = ["E501"]\nline-length = 20\n'),
        ("../pyproject.toml", '[tool.ruff]\nlint.select = ["E501"]\nline-length = 20\n'),
    ],
)
async def test_the_settings_of_the_app_or_of_its_repository_are_honoured(
    app: Path, file: str, settings: str
) -> None:
    text = "import os\n# one two three four five\n"
    before = await Ruff(app).check("main.py", text)
    (app / file).write_text(settings, encoding="utf-8")

    assert codes(before) == ["F401"]
    assert codes(await Ruff(app).check("main.py", text)) == ["E501"]


def test_a_project_file_that_says_nothing_of_ruff_is_not_its_settings(app: Path) -> None:
    (app / "pyproject.toml").write_text("[project]\nname = 'app'\n", encoding="utf-8")

    assert not has_own_settings(app, "main.py")


async def test_settings_that_ruff_refuses_are_an_error_that_says_what_is_wrong(app: Path) -> None:
    (app / "ruff.toml").write_text("lint.select = 3\n", encoding="utf-8")

    with pytest.raises(RuffFailed, match=r"ruff\.toml.*line 1"):
        await Ruff(app).check("main.py", "x = 1\n")


async def test_syntax_errors_are_told_only_where_they_are_asked_for(app: Path) -> None:
    ruff = Ruff(app)

    assert await ruff.check("main.py", "x = (\n") == []
    assert codes(await ruff.check("main.py", "x = (\n", syntax=True)) == ["invalid-syntax"]


async def test_a_text_is_formatted_and_one_that_cannot_be_parsed_is_refused(app: Path) -> None:
    ruff = Ruff(app)

    assert await ruff.format("main.py", "x = { 'ä':1 }") == 'x = {"ä": 1}\n'
    with pytest.raises(RuffFailed, match="parse"):
        await ruff.format("main.py", "x = (\n")
    with pytest.raises(RuffFailed, match="no file can hold"):
        await ruff.format("main.py", "'\ud800'")


async def test_imports_are_sorted_and_nothing_else_is_touched(app: Path) -> None:
    text = "import sys\nimport os\n\nx = [ 'a' ]\n"

    assert await Ruff(app).organise_imports("main.py", text) == "import os\nimport sys\n\nx = [ 'a' ]\n"
    assert (
        await Ruff(app).organise_imports("main.py", "import sys\nimport os\n(") == "import sys\nimport os\n("
    )


async def test_a_ruff_that_hangs_is_ended_and_said_so(
    app: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hanging = tmp_path / "ruff"
    hanging.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 1000\n", encoding="utf-8")
    hanging.chmod(0o755)
    monkeypatch.setattr(ruff_checks, "find_ruff_bin", lambda: str(hanging))
    monkeypatch.setattr("mainspring.builder.code.ruff_checks.CALL_S", 0.5)

    with pytest.raises(RuffFailed, match="took more than"):
        await Ruff(app).check("main.py", "x = 1\n")

    assert not is_there(tmp_path / "pid")


async def test_a_question_that_is_given_up_leaves_no_process(
    app: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hanging = tmp_path / "ruff"
    os.mkfifo(tmp_path / "started")
    script = f"#!/bin/sh\necho $$ > {tmp_path}/pid\necho > {tmp_path}/started\nexec sleep 1000\n"
    hanging.write_text(script, encoding="utf-8")
    hanging.chmod(0o755)
    monkeypatch.setattr(ruff_checks, "find_ruff_bin", lambda: str(hanging))
    asked = asyncio.create_task(Ruff(app).check("main.py", "x = 1\n"))
    async with asyncio.timeout(20):
        await asyncio.to_thread((tmp_path / "started").read_bytes)

    asked.cancel()
    await asyncio.wait([asked])

    assert not is_there(tmp_path / "pid")


async def test_a_flood_of_words_from_ruff_is_cut_off(
    app: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    loud = tmp_path / "ruff"
    loud.write_text("#!/bin/sh\nexec yes\n", encoding="utf-8")
    loud.chmod(0o755)
    monkeypatch.setattr(ruff_checks, "find_ruff_bin", lambda: str(loud))

    with pytest.raises(RuffFailed, match="too much"):
        await Ruff(app).check("main.py", "x = 1\n")
