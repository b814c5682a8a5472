"""Places in Python code whose names only the app itself knows: its state, payloads, pages, components.

Found by the shape of the line, not by parsing: while someone types, the text can rarely be parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec
from mainspring.builder.code.positions import code_points

__all__ = ["AppPlace", "app_place", "keys_at", "used_keys"]

_MAX_LINE: Final = 2_000
_PART: Final = (
    r"\.(?P<attribute>\w+)"
    r"""|\[\s*(?:"(?P<double>[^"\\\n]*)"|'(?P<single>[^'\\\n]*)'|(?P<position>\d+))\s*\]"""
)
_CHAIN: Final = r"""(?P<chain>(?:\.\w+|\[\s*(?:"[^"\\\n]*"|'[^'\\\n]*'|\d+)\s*\])*)"""
_ROOT: Final = r"(?<![\w.\])])(?P<root>[^\W\d]\w*)"
_part: Final = re.compile(_PART)
_key_open: Final = re.compile(
    rf"""{_ROOT}{_CHAIN}(?:\[|\.(?:get|pop|setdefault)\()\s*(?P<quote>["'])[^"'\\\n]*$"""
)
_dot: Final = re.compile(rf"{_ROOT}{_CHAIN}\.\w*$")
_page_open: Final = re.compile(r"""\bset_page\(\s*(?:key\s*=\s*)?["'][^"'\\\n]*$""")
_compared: Final = re.compile(
    rf"""{_ROOT}{_CHAIN}\s*(?:==|!=|(?:not\s+)?in\s*[\[({{](?:[^\])}}]*,)?)\s*["'][^"'\\\n]*$"""
)
_case: Final = re.compile(r"""(?P<indent>\s*)case\s+(?:["'][^"'\\\n]*["']\s*\|\s*)*["'][^"'\\\n]*$""")
_match: Final = re.compile(r"(?P<indent>\s*)match\s+(?P<value>.*?)\s*:\s*(?:#.*)?$")
_def: Final = re.compile(r"\s*(?:async\s+)?def\s+(\w+)\s*\(")
_used: Final = re.compile(r"""\bstate\[\s*(["'])((?:[^"'\\\n]|\\.)*)\1""")
_ROOTS: Final = ("state", "payload", "context")


class AppPlace(msgspec.Struct, frozen=True):
    """Where the cursor stands.

    Attributes:
        of: Whose names are wanted: those of the state, of a payload, of an event's context, of the pages, of
            the components, of events; or of nothing that is known (``text``).
        path: Where in it; keys and positions.
        attribute: After a dot; otherwise within the quotes of a key.
        handler: The function around it.
    """

    of: Literal["state", "payload", "context", "pages", "components", "events", "text"]
    path: tuple[str | int, ...] = ()
    attribute: bool = False
    handler: str = ""


def app_place(text: str, line: int, character: int) -> AppPlace | None:
    """Return the place before a position (LSP's), or ``None`` where only Python counts.

    Names that were given to parts of state or payload in the same function count as what they stand for.
    """
    lines = text.split("\n")
    if not 0 <= line < len(lines):
        return None
    before = lines[line][: code_points(lines[line], character)][-_MAX_LINE:]
    if _page_open.search(before) is not None:
        return AppPlace("pages")
    above = lines[max(0, line - 2_000) : line]
    handler = next((match[1] for each in reversed(above) if (match := _def.match(each))), "")
    compared = _compared.search(before) or _matched(before, above)
    if compared is not None:
        return AppPlace(_compared_with(compared, above), handler=handler)
    found = _key_open.search(before) or _dot.search(before)
    whole = _resolved(found["root"], found["chain"], above) if found is not None else None
    if found is None or whole is None:
        return None
    (root, path), attribute = whole, found.re is _dot
    if root != "context":
        return AppPlace("state" if root == "state" else "payload", path, attribute, handler)
    return AppPlace("context", handler=handler) if not attribute and not path else None


def _matched(before: str, above: list[str]) -> re.Match[str] | None:
    """What a ``case "`` is compared with: the value of the ``match`` above it."""
    case = _case.match(before)
    if case is None:
        return None
    for each in reversed(above):
        found = _match.match(each)
        if found is not None and len(found["indent"]) < len(case["indent"]):
            return re.fullmatch(_ROOT + _CHAIN, found["value"])
    return None


def _compared_with(value: re.Match[str], above: list[str]) -> Literal["components", "events", "text"]:
    whole = _resolved(value["root"], value["chain"], above)
    if whole == ("context", ("target",)):
        return "components"
    return "events" if whole == ("context", ("event",)) else "text"


def _resolved(root: str, chain: str, above: list[str]) -> tuple[str, tuple[str | int, ...]] | None:
    """Follow names upwards, within the function, until they are state or payload."""
    path = _path(chain, of_state=root == "state")
    if path is None:
        return None
    if root in _ROOTS:
        return root, path
    given = re.compile(
        rf"\s*(?P<loop>for\s+)?{re.escape(root)}\s*(?(loop)in|(?::[^=]*)?=(?!=))\s*(?P<value>.*?)\s*:?\s*(?:#.*)?$"
    )
    for number in range(len(above) - 1, -1, -1):
        if _def.match(above[number]):
            return None
        match = given.match(above[number][:_MAX_LINE])
        if match is None:
            continue
        value = re.fullmatch(_ROOT + _CHAIN, match["value"])
        whole = _resolved(value["root"], value["chain"], above[:number]) if value is not None else None
        if whole is None:
            return None
        return whole[0], (*whole[1], *((0,) if match["loop"] else ()), *path)
    return None


def _path(chain: str, *, of_state: bool) -> tuple[str | int, ...] | None:
    """The keys of a chain. Only the state itself has its keys as attributes too."""
    path: list[str | int] = []
    for number, part in enumerate(_part.finditer(chain)):
        if part["attribute"] is not None and (number or not of_state):
            return None
        if part["position"] is not None:
            path.append(int(part["position"]))
        else:
            path.append(
                next(each for each in part.group("attribute", "double", "single") if each is not None)
            )
    return tuple(path)


def used_keys(text: str, line: int) -> set[str]:
    """The keys of the state that ``text`` names, but in ``line``, where one is being typed."""
    lines = text.split("\n")
    rest = "\n".join([*lines[:line], *lines[line + 1 :]])
    return {match[2] for match in _used.finditer(rest)}


def keys_at(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str, Any]]:
    """The keys of the dict at ``path`` of ``value``, with what they hold; nothing where there is none."""
    for part in path:
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list | tuple) and isinstance(part, int) and value:
            # One element of a list is like the others.
            value = value[min(part, len(value) - 1)]
        else:
            return
    if isinstance(value, dict):
        yield from ((key, item) for key, item in value.items() if isinstance(key, str))
