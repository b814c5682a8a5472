"""From which other origins an app's pages may load film, sound, PDF and map tiles: those it names itself.

A page may name one in a setting, at its beginning and literally; an app whose addresses come from state names
them in ``mainspring.toml``. The policy that browsers get with a page (``security_headers.py``) allows these.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec
from mainspring.runtime.protocol import Component

__all__ = ["MediaOrigins", "is_origin", "media_origins"]

# Nothing else may stand in a policy: a space or a semicolon would end the rule.
_ORIGIN: Final = re.compile(r"https?://(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?")
_BEGINNING: Final = re.compile(rf"({_ORIGIN.pattern})(?=[/?#]|$)")

_FIELDS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "audio_player": (("media", "src"),),
    "map": (("images", "tile_url"),),
    "pdf_viewer": (("documents", "src"),),
    "video_player": (("media", "src"), ("images", "poster")),
}


class MediaOrigins(msgspec.Struct, frozen=True):
    """Origins, sorted, by what is loaded from them: ``media`` is film and sound, ``documents`` are PDF."""

    media: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


def is_origin(text: str) -> bool:
    """Whether ``text`` is an origin as a policy names it: ``https://tiles.example.org``, perhaps ``*.``."""
    return _ORIGIN.fullmatch(text) is not None


def media_origins(pages: Iterable[Component], always: Iterable[str] = ()) -> MediaOrigins:
    """Return what ``pages`` name; ``always`` are allowed for everything."""
    found: dict[str, set[str]] = {kind: set(always) for kind in ("media", "images", "documents")}
    for page in pages:
        for component in _walk(page):
            for kind, field in _FIELDS.get(component.type, ()):
                if (origin := _origin(component.fields.get(field))) is not None:
                    found[kind].add(origin)
    return MediaOrigins(**{kind: tuple(sorted(origins)) for kind, origins in found.items()})


def _origin(address: object) -> str | None:
    """``https://{s}.example.org/{z}``, as tile servers name several hosts, allows all of them."""
    if not isinstance(address, str):
        return None
    match = _BEGINNING.match(address.strip().replace("://{s}.", "://*.", 1))
    return match[1].lower() if match else None


def _walk(component: Component) -> Iterator[Component]:
    yield component
    for child in component.children:
        yield from _walk(child)
