"""The one thing about an app's code that jedi can't know: which keys its state has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

__all__ = ["state_completion"]

_KEY: Final = re.compile(r"""\bstate\[\s*(["'])((?:[^"'\\\n]|\\.)*)\1""")
_OPEN: Final = re.compile(r"""\bstate\[\s*(["'])([^"'\\\n]*)$""")


def state_completion(text: str, line: int, character: int, keys: Iterable[str] = ()) -> Any | None:
    """Answer a completion inside ``state["…``; ``None``: the place is another one, ask jedi.

    The keys are those of the running app, and those that ``text`` uses elsewhere.
    """
    lines = text.split("\n")
    if not 0 <= line < len(lines):
        return None
    before = lines[line].encode("utf-16-le", "surrogatepass")[: character * 2].decode("utf-16-le", "ignore")
    if _OPEN.search(before) is None:
        return None
    # The string that is being typed ends somewhere behind, so it isn't a key itself.
    rest = "\n".join([*lines[:line], *lines[line + 1 :]])
    used = {match[2] for match in _KEY.finditer(rest)}
    found = sorted({*keys, *used})
    return {"items": [{"label": key, "kind": "property"} for key in found]}
