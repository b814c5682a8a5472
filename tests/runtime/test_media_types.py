"""Bytes are recognised by how they begin, so that browsers show and play them."""

from __future__ import annotations

import io
import wave

import pytest
from mainspring.runtime.media_types import UNKNOWN, sniff, suffix
from mainspring.runtime.serialise import Serialiser


def wav() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(16_000))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type", "ending"),
    [
        (wav(), "audio/wav", ".wav"),
        (b"ID3\x04\x00", "audio/mpeg", ".mp3"),
        (b"\xff\xfb\x90\x64", "audio/mpeg", ".mp3"),
        (b"\xff\xf1\x50\x80", "audio/aac", ".aac"),
        (b"fLaC\x00", "audio/flac", ".flac"),
        (b"OggS\x00\x02" + bytes(22) + b"\x01\x1eOpusHead", "audio/ogg", ".ogg"),
        (b"OggS\x00\x02" + bytes(22) + b"\x01\x2a\x80theora", "video/ogg", ".ogv"),
        (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", "video/mp4", ".mp4"),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00\x02\x00", "audio/mp4", ".m4a"),
        (b"\x00\x00\x00\x20ftypqt  \x00\x00\x02\x00", "video/quicktime", ".mov"),
        (b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00", "image/avif", ".avif"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "video/webm", ".webm"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska", "video/x-matroska", ".mkv"),
        (b"%PDF-1.7\n", "application/pdf", ".pdf"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp", ".webp"),
        (b"RIFF\x00\x00\x00\x00AVI ", UNKNOWN, ".bin"),
        # Layer I, the version that is none, a byte order mark, and what would run as a page.
        (b"\xff\xff", UNKNOWN, ".bin"),
        (b"\xff\xeb", UNKNOWN, ".bin"),
        (b"\xff\xfe<\x00", UNKNOWN, ".bin"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UNKNOWN, ".bin"),
        (b"", UNKNOWN, ".bin"),
    ],
)
def test_bytes_have_the_media_type_and_the_ending_that_they_begin_like(
    data: bytes, media_type: str, ending: str
) -> None:
    assert (sniff(data), suffix(sniff(data))) == (media_type, ending)


def test_sound_in_state_becomes_a_blob_that_browsers_play() -> None:
    sent: list[tuple[str, str, bytes]] = []

    address = Serialiser(lambda *blob: sent.append(blob)).plain(wav())

    assert address == f"blob/{sent[0][0]}"
    assert sent[0][0].endswith(".wav")
    assert sent[0][1:] == ("audio/wav", wav())
