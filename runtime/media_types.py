"""What bytes are, by how they begin: the media type that browsers need to show or play them."""

from __future__ import annotations

from typing import Final

__all__ = ["UNKNOWN", "sniff", "suffix"]

UNKNOWN: Final = "application/octet-stream"

_STARTS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
)
# The form type in a RIFF file, and the major brand of an ISO base media file (ISO/IEC 14496-12).
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_BRANDS: Final = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_SUFFIXES: Final = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/avif": ".avif",
    "image/svg+xml": ".svg",
    "application/pdf": ".pdf",
    "audio/aac": ".aac",
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
    "video/ogg": ".ogv",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
}
# Within so many bytes, Ogg and Matroska say what is in them.
_HEAD_BYTES: Final = 256


def sniff(data: bytes) -> str:
    """Return the media type of ``data``; ``UNKNOWN`` for what isn't a picture, sound, film or PDF.

    Never SVG: only what we made ourselves is taken for that.
    """
    head = data[:_HEAD_BYTES]
    for start, media_type in _STARTS:
        if head.startswith(start):
            return media_type
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head.startswith(b"OggS"):
        return "video/ogg" if b"theora" in head else "audio/ogg"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head else "video/x-matroska"
    return _frames(head)


def _frames(head: bytes) -> str:
    """MPEG audio without a tag begins with a frame: eleven bits set, then version and layer."""
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return UNKNOWN
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    is_layer_3 = head[1] & 0x06 == 0x02
    is_version = head[1] & 0x18 != 0x08
    return "audio/mpeg" if is_layer_3 and is_version else UNKNOWN


def suffix(media_type: str) -> str:
    """Return how a file of that type ends, for those who save it; ``.bin`` for others."""
    return _SUFFIXES.get(media_type, ".bin")
