"""Writing ``[theme]`` into ``mainspring.toml``: only the lines that say something else; comments stay."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

import msgspec
from mainspring.builder.theme import Theme

__all__ = ["with_theme"]

_HEAD: Final = re.compile(r"^\s*\[\s*theme\s*\]\s*(#.*)?$")
_TABLE: Final = re.compile(r"^\s*\[")
_ENTRY: Final = re.compile(
    r"""^(\s*)([A-Za-z0-9_-]+)(\s*=\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#]+)(\s*(?:#.*)?)$"""
)


def with_theme(text: str, theme: Theme) -> str:
    """``text`` of a ``mainspring.toml`` with this theme in it; what is as it is anyway is left out.

    Raises:
        ValueError: The theme stands in the text in a way that can't be edited line by line.
    """
    wanted = {
        name: value
        for name, value in msgspec.structs.asdict(theme).items()
        if value != getattr(Theme(), name)
    }
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    start = next((at for at, line in enumerate(lines) if _HEAD.match(line)), None)
    if start is None:
        if wanted:
            lines += [*([""] if lines and lines[-1].strip() else []), "[theme]", *_entries(wanted)]
    else:
        end = next((at for at in range(start + 1, len(lines)) if _TABLE.match(lines[at])), len(lines))
        lines[start + 1 : end] = _section(lines[start + 1 : end], wanted)
    made = newline.join(lines) + (newline if lines else "")
    try:
        found = msgspec.convert(tomllib.loads(made).get("theme", {}), Theme)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"mainspring.toml can't be edited here: {error}") from None
    if found != theme:
        raise ValueError("mainspring.toml has its theme in a form that can't be edited here; edit the file.")
    return made


def _section(lines: list[str], wanted: dict[str, Any]) -> list[str]:
    """The lines of the table with the values of ``wanted``; entries of the theme that it lacks go."""
    left = dict(wanted)
    kept: list[str] = []
    for line in lines:
        entry = _ENTRY.match(line)
        if entry is None or entry[2] not in Theme.__struct_fields__:
            kept.append(line)
        elif entry[2] in left:
            kept.append(f"{entry[1]}{entry[2]}{entry[3]}{_value(left.pop(entry[2]))}{entry[5]}")
    while kept and not kept[-1].strip():
        kept.pop()
    blank = len(lines) - len("\n".join(lines).rstrip("\n").split("\n")) if lines else 0
    return [*kept, *_entries(left), *[""] * max(blank, 0)]


def _entries(values: dict[str, Any]) -> list[str]:
    return [f"{name} = {_value(value)}" for name, value in values.items()]


def _value(value: str | int) -> str:
    # Names and colours need no escapes.
    return str(value) if isinstance(value, int) else f'"{value}"'
