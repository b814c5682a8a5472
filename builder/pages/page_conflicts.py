"""Page files with conflict markers, as merges leave them: both versions, and choosing between them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

import msgspec
from mainspring.builder.components.catalogue import Catalogue
from mainspring.builder.pages.built_in_actions import described
from mainspring.builder.pages.page_merge import Clash, Side, merge
from mainspring.builder.pages.tree import find, name_of, words
from mainspring.builder.pages.tree_store import BrokenPage, StoredPage, decode_page, encode_page
from mainspring.runtime.protocol import BuiltIn, Component

__all__ = ["PageConflict", "Question", "both_versions", "in_words", "marked", "resolve"]

_OURS: Final = "<<<<<<<"
_BASE: Final = "|||||||"
_MIDDLE: Final = "======="
_THEIRS: Final = ">>>>>>>"


class Question(msgspec.Struct, frozen=True):
    """One thing to choose: in words, and what each side has, as short texts."""

    id: str
    aspect: str
    title: str
    ours: str
    theirs: str


class PageConflict(msgspec.Struct, frozen=True):
    """A page in two versions. ``digest`` names the file as it was read."""

    key: str
    digest: str
    questions: tuple[Question, ...]


def split(text: str) -> tuple[str, str] | None:
    """Our text and theirs of a file with conflict markers; ``None`` if it holds none, or half of one."""
    ours: list[str] = []
    theirs: list[str] = []
    where, found = "both", False
    for line in text.splitlines(keepends=True):
        mark = line[:7]
        if where == "both" and mark == _OURS:
            where, found = "ours", True
        elif where == "ours" and mark == _BASE:
            where = "base"
        elif where in ("ours", "base") and line.rstrip("\r\n") == _MIDDLE:
            where = "theirs"
        elif where == "theirs" and mark == _THEIRS:
            where = "both"
        else:
            if where in ("both", "ours"):
                ours.append(line)
            if where in ("both", "theirs"):
                theirs.append(line)
    return ("".join(ours), "".join(theirs)) if found and where == "both" else None


def both_versions(data: bytes, key: str, catalogue: Catalogue) -> tuple[StoredPage, StoredPage] | None:
    """Our page and theirs of a file with conflict markers; ``None`` if one of them is no page."""
    try:
        texts = split(data.decode())
    except UnicodeDecodeError:
        return None
    if texts is None:
        return None
    ours, theirs = (decode_page(text.encode(), key, catalogue) for text in texts)
    if isinstance(ours, BrokenPage) or isinstance(theirs, BrokenPage):
        return None
    return ours, theirs


def questions(ours: Component, theirs: Component) -> tuple[Question, ...]:
    """Everything in which two versions differ."""
    _, clashes = merge(None, ours, theirs)
    return tuple([_question(clash, ours, theirs) for clash in clashes])


def resolve(ours: Component, theirs: Component, choices: Sequence[Side]) -> Component:
    """The page with a side chosen for each of ``questions``, in their order; what is not said is ours."""
    waiting = iter(choices)
    page, _ = merge(None, ours, theirs, lambda _: next(waiting, "ours"))
    return page


def marked(ours: bytes, theirs: bytes, names: tuple[str, str] = ("ours", "theirs")) -> bytes:
    """Two versions of a file as one with conflict markers around what differs."""
    a, b = ours.decode().splitlines(keepends=True), theirs.decode().splitlines(keepends=True)
    lines: list[str] = []
    for tag, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += a[a1:a2]
        else:
            lines += [
                f"{_OURS} {names[0]}\n",
                *a[a1:a2],
                f"{_MIDDLE}\n",
                *b[b1:b2],
                f"{_THEIRS} {names[1]}\n",
            ]
    return "".join(lines).encode()


def merged_file(
    base: bytes, ours: bytes, theirs: bytes, key: str, catalogue: Catalogue
) -> tuple[bytes, list[str]] | None:
    """Three versions of a page file as one, and in words what clashes: then it has conflict markers.

    ``None`` if one of them is no page, so that lines are all there is to be merged.
    """
    read = [decode_page(data, key, catalogue) for data in (base, ours, theirs)]
    was, mine, other = (page if isinstance(page, StoredPage) else None for page in read)
    if mine is None or other is None:
        return None
    root = was.component if was is not None else None
    orders = (was.order if was is not None else mine.order, mine.order, other.order)
    order = orders[2] if orders[1] == orders[0] else orders[1]
    page, clashes = merge(root, mine.component, other.component)
    if not clashes:
        return encode_page(page, order, catalogue), []
    second, _ = merge(root, mine.component, other.component, lambda _: "theirs")
    data = marked(encode_page(page, order, catalogue), encode_page(second, order, catalogue))
    return data, [_question(clash, mine.component, other.component).title for clash in clashes]


def _question(clash: Clash, ours: Component, theirs: Component) -> Question:
    component = find(ours, clash.id) or find(theirs, clash.id)
    name = words(clash.id) if component is None else f"{name_of(component)} ({clash.id})"
    kind, _, detail = clash.aspect.partition(" ")
    title = {
        "there": f"Whether {name} is there",
        "type": f"Type of {name}",
        "place": f"Where {name} stands",
        "order": f"Order in {name}",
        "binding": f"Binding of {name}",
        "visible": f"When {name} is visible",
        "field": f"{words(detail)} of {name}",
        "on": f"What {detail} of {name} runs",
    }[kind]
    return Question(clash.id, clash.aspect, title, in_words(clash.ours, kind), in_words(clash.theirs, kind))


def in_words(value: object, kind: str = "field") -> str:
    """A value of one side as a short text."""
    if value is None:
        return "deleted" if kind == "there" else "not set"
    if kind == "there":
        return "kept"
    if kind == "order" and isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, BuiltIn):
        return described(value)
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 200 else text[:200] + "…"
