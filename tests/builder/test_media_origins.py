"""Which origins the policy of an app's pages allows: those that the app names, and no text of a page more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.settings import SettingsError, load_settings
from mainspring.builder.web.media_origins import MediaOrigins, media_origins
from mainspring.builder.web.served_pages import ServedPages
from mainspring.runtime.protocol import Component


def page(type_: str, **fields: Any) -> Component:
    inner = Component(id="it", type=type_, fields=fields)
    return Component(
        id="main", type="page", children=(Component(id="box", type="section", children=(inner,)),)
    )


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org"),
        ("http://127.0.0.1:8080/{z}/{x}/{y}.png", "http://127.0.0.1:8080"),
        ("https://{s}.tile.example.org/{z}/{x}/{y}.png", "https://*.tile.example.org"),
        ("https://tiles.example.org/@{style}/{z}/{x}/{y}.png", "https://tiles.example.org"),
        ("https://@{host}/{z}/{x}/{y}.png", None),
        ("https://tiles@{suffix}/{z}", None),
        ("https://user@tiles.example.org/", None),
        ("https://a.example.org; script-src */", None),
        ("https://a.example.org 'unsafe-inline'/", None),
        ("//tiles.example.org/", None),
        ("assets/tiles/{z}/{x}/{y}.png", None),
        ("", None),
    ],
)
def test_an_origin_is_allowed_if_it_stands_literally_at_the_beginning(
    address: str, origin: str | None
) -> None:
    expected = MediaOrigins(images=(origin,) if origin else ())

    assert media_origins([page("map", tile_url=address)]) == expected


def test_film_sound_and_documents_are_allowed_from_where_they_are_named() -> None:
    pages = [
        page("video_player", src="https://films.example.org/a.mp4", poster="http://stills.example.org/a.png"),
        page("audio_player", src="https://sound.example.org/a.mp3"),
        page("pdf_viewer", src="https://papers.example.org/a.pdf"),
        page("text", text="https://elsewhere.example.org/"),
    ]

    assert media_origins(pages, ["https://own.example.org"]) == MediaOrigins(
        media=("https://films.example.org", "https://own.example.org", "https://sound.example.org"),
        images=("http://stills.example.org", "https://own.example.org"),
        documents=("https://own.example.org", "https://papers.example.org"),
    )


def test_what_no_page_names_is_allowed_to_nobody() -> None:
    pages = [page(type_) for type_ in ("map", "video_player", "audio_player", "pdf_viewer")]

    assert ServedPages(pages, load_catalogue()).media_origins == MediaOrigins()


@pytest.mark.parametrize(
    "wrong", ["media.example.org", "https://media.example.org/films", "https://a b", "*", "data:"]
)
def test_a_setting_that_is_no_origin_is_refused_with_words(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "mainspring.toml").write_text(f'media_origins = ["https://a.example.org", "{wrong}"]')

    with pytest.raises(SettingsError, match="is no origin; write it like https://media"):
        load_settings(tmp_path)
