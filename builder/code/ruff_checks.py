"""What ruff says of a Python text, and the text as ruff would write it. One short process for each question.

    ruff = Ruff(app_path)
    for found in await ruff.check("main.py", text): ...
    formatted = await ruff.format("main.py", text)

The app's own ruff settings apply, from the nearest ``ruff.toml``, ``.ruff.toml`` or ``pyproject.toml`` with
``[tool.ruff]``; where there are none, rules that find mistakes and leave taste alone.
"""

from __future__ import annotations

import asyncio
import os
import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec
from mainspring.builder.code.positions import range_between, utf16_units
from mainspring.builder.code.short_process import SaidTooMuch, TookTooLong, converse
from ruff.__main__ import find_ruff_bin  # Where old versions have it too.

__all__ = ["Ruff", "RuffFailed", "has_own_settings"]

# Mistakes: statements, names, comparisons, and the traps that bugbear knows.
DEFAULT_RULES: Final = ("E4", "E7", "E9", "F", "B", "PLE")
CALL_S: Final = 5.0
MAX_CHARACTERS: Final = 1_000_000
MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
MAX_FOUND: Final = 500
_ERROR: Final = 1
_WARNING: Final = 2
# What fails as soon as it is run.
_FAILING: Final = ("F821", "F822", "F823", "PLE", "E9", "F7")
_SYNTAX: Final = "invalid-syntax"
_AT_A_TIME: Final = 2


class RuffFailed(Exception):
    """There is no answer; the text says why, for people."""


class _Place(msgspec.Struct, frozen=True):
    """From 1; columns count code points."""

    row: int
    column: int


class _Edit(msgspec.Struct, frozen=True):
    content: str
    location: _Place
    end_location: _Place


class _Fix(msgspec.Struct, frozen=True):
    applicability: str
    edits: tuple[_Edit, ...]
    message: str | None = None


class _Found(msgspec.Struct, frozen=True):
    message: str
    location: _Place
    end_location: _Place
    code: str | None = None
    fix: _Fix | None = None


_decode = msgspec.json.Decoder(list[_Found]).decode


class Ruff:
    """Belongs to one event loop; a few processes at a time, each limited in time and output."""

    def __init__(self, app_path: Path) -> None:
        self._app_path = app_path.resolve()
        self._places = asyncio.Semaphore(_AT_A_TIME)

    async def check(self, path: str, text: str, *, syntax: bool = False) -> list[dict[str, Any]]:
        """Return LSP diagnostics of ``text``, which stands or shall stand at ``path`` of the app.

        A safe fix stands in ``data``: ``{"title": str, "edits": [{"range", "newText"}]}``.

        Args:
            syntax: Also tell syntax errors, which ``diagnostics`` finds sooner where a text is short.

        Raises:
            RuffFailed: ruff isn't there, refuses its settings, or takes too long.
        """
        if len(text) > MAX_CHARACTERS:
            return []
        rules = () if has_own_settings(self._app_path, path) else ("--select", ",".join(DEFAULT_RULES))
        said = await self._run("check", path, text, "--output-format=json", "--exit-zero", "--quiet", *rules)
        try:
            found = _decode(said)
        except msgspec.DecodeError as error:
            raise RuffFailed(f"ruff's answer can't be read: {error}") from None
        lines = text.split("\n")
        wanted = [each for each in found if syntax or each.code not in (_SYNTAX, None)]
        return [_diagnostic(each, lines) for each in wanted[:MAX_FOUND]]

    async def format(self, path: str, text: str) -> str:
        """Return ``text`` as ``ruff format`` writes it.

        Raises:
            RuffFailed: As ``check``, and when the text can't be parsed.
        """
        return (await self._run("format", path, text)).decode()

    async def organise_imports(self, path: str, text: str) -> str:
        """Return ``text`` with its imports sorted; one that can't be parsed stays as it is.

        Raises:
            RuffFailed: As ``check``.
        """
        return (await self._run("check", path, text, "--select", "I", "--fix", "--exit-zero")).decode()

    async def _run(self, command: str, path: str, text: str, *arguments: str) -> bytes:
        """What ruff writes about ``text``."""
        try:
            given = text.encode()
        except UnicodeEncodeError:
            raise RuffFailed("The text has characters that no file can hold.") from None
        own = () if has_own_settings(self._app_path, path) else ("--isolated",)
        # Of a relative name ruff looks at its own folders only, not at those above.
        name = str(self._app_path / path)
        call = (command, *own, *arguments, "--no-cache", "--stdin-filename", name, "-")
        program = (find_ruff_bin(), *call)
        env = {**os.environ, "RAYON_NUM_THREADS": "1", "NO_COLOR": "1"}
        async with self._places:
            try:
                said = await converse(
                    program, given, limit_s=CALL_S, max_bytes=MAX_ANSWER_BYTES, cwd=self._app_path, env=env
                )
            except OSError as error:
                raise RuffFailed(f"ruff can't be started: {error}") from None
            except TookTooLong:
                raise RuffFailed(f"ruff took more than {CALL_S:g} s.") from None
            except SaidTooMuch:
                raise RuffFailed("ruff has too much to say of this file.") from None
        if said.status != 0:
            complaint = _first_sentence(said.errors.decode(errors="replace"))
            raise RuffFailed(complaint.replace(f"{self._app_path}{os.sep}", ""))
        return said.output


def _first_sentence(complaint: str) -> str:
    """ruff's message in one line, without its decoration."""
    told = " ".join(complaint.replace("Cause:", "").split())
    return told.removeprefix("ruff failed").removeprefix("error:").strip()[:500] or "ruff failed."


def has_own_settings(app_path: Path, path: str) -> bool:
    """Whether ruff finds settings for this file, looking the way ruff does: upwards, the nearest counts."""
    for folder in (app_path.resolve() / path).parents:
        if (folder / "ruff.toml").is_file() or (folder / ".ruff.toml").is_file():
            return True
        try:
            settings = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, ValueError):
            # ruff says itself what is wrong with it.
            return True
        if "ruff" in settings.get("tool", {}):
            return True
    return False


def _diagnostic(found: _Found, lines: list[str]) -> dict[str, Any]:
    code = found.code or _SYNTAX
    said: dict[str, Any] = {
        "range": _range(found.location, found.end_location, lines),
        "severity": _ERROR if code == _SYNTAX or code.startswith(_FAILING) else _WARNING,
        "code": code,
        "source": "ruff",
        "message": found.message,
    }
    if found.fix is not None and found.fix.applicability == "safe" and found.fix.edits:
        said["data"] = {
            "title": found.fix.message or f"Fix {code}",
            "edits": [
                {"range": _range(edit.location, edit.end_location, lines), "newText": edit.content}
                for edit in found.fix.edits
            ],
        }
    return said


def _range(start: _Place, end: _Place, lines: list[str]) -> dict[str, Any]:
    return range_between(*_position(start, lines), *_position(end, lines))


def _position(place: _Place, lines: list[str]) -> tuple[int, int]:
    """From 0, in UTF-16 units; the place behind the last line is its end."""
    if place.row > len(lines):
        return len(lines) - 1, utf16_units(lines[-1])
    line = max(place.row - 1, 0)
    return line, utf16_units(lines[line][: max(place.column - 1, 0)])
