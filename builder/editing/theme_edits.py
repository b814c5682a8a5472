"""Writing ``[theme]`` into ``mainspring.toml``: only lines that say something else; all other bytes stay."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

import msgspec
from mainspring.builder.web.theme import Theme

__all__ = ["with_theme"]

# Lines end where TOML says, not where Unicode does: a text may hold U+2028.
_LINE: Final = re.compile(r"(?<=\n)")
_HEAD: Final = re.compile(r"[ \t]*\[[ \t]*theme[ \t]*\][ \t]*(#[^\n]*)?\r?\n?")
_TABLE: Final = re.compile(r"[ \t]*\[")
_VALUE: Final = r"""("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s#]+)"""
_ENTRY: Final = re.compile(rf"([ \t]*)([A-Za-z0-9_-]+)([ \t]*=[ \t]*){_VALUE}([ \t]*(?:#[^\n]*?)?)(\r?\n|)")


def with_theme(text: str, theme: Theme) -> str:
    """``text`` of a ``mainspring.toml`` with this theme in it; what is as it is anyway is left out.

    Raises:
        ValueError: The theme stands in the text in a way that can't be edited line by line.
    """
    usual = Theme()
    wanted = {
        name: value for name, value in msgspec.structs.asdict(theme).items() if value != getattr(usual, name)
    }
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = [line for line in _LINE.split(text) if line]
    start = next((at for at, line in enumerate(lines) if _HEAD.fullmatch(line)), None)
    if start is None:
        if wanted:
            _end_last(lines, newline)
            lines += [*([newline] if lines and lines[-1].strip() else []), f"[theme]{newline}"]
            lines += _entries(wanted, newline)
    else:
        end = next((at for at in range(start + 1, len(lines)) if _TABLE.match(lines[at])), len(lines))
        lines[start + 1 : end] = _section(lines, start, end, wanted, newline)
    made = "".join(lines)
    try:
        found = msgspec.convert(tomllib.loads(made).get("theme", {}), Theme)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"mainspring.toml can't be edited here: {error}") from None
    if found != theme:
        raise ValueError("mainspring.toml has its theme in a form that can't be edited here; edit the file.")
    return made


def _section(lines: list[str], start: int, end: int, wanted: dict[str, Any], newline: str) -> list[str]:
    """The lines of the table with the values of ``wanted``; entries of the theme that it lacks go."""
    left = dict(wanted)
    kept: list[str] = []
    last = 0  # Behind the last entry: what follows may belong to the next table.
    for line in lines[start + 1 : end]:
        entry = _ENTRY.fullmatch(line)
        if entry is not None and entry[2] in Theme.__struct_fields__:
            if entry[2] not in left:
                continue
            line = f"{entry[1]}{entry[2]}{entry[3]}{_value(left.pop(entry[2]))}{entry[5]}{entry[6]}"
        kept.append(line)
        if entry is not None:
            last = len(kept)
    if left:
        before = kept[:last] if last else lines[start : start + 1]
        _end_last(before, newline)
        if last:
            kept[:last] = before
        else:
            lines[start] = before[0]
        kept[last:last] = _entries(left, newline)
    return kept


def _end_last(lines: list[str], newline: str) -> None:
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += newline


def _entries(values: dict[str, Any], newline: str) -> list[str]:
    return [f"{name} = {_value(value)}{newline}" for name, value in values.items()]


def _value(value: str | int) -> str:
    # Names and colours need no escapes.
    return str(value) if isinstance(value, int) else f'"{value}"'
