"""Bytes that state refers to as ``blob/<name>``: pictures, files, figures. They go to browsers by HTTP.

Names are digests of the content, so they say nothing and can be cached for ever; who doesn't know the
content and wasn't told the name can't ask for it.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import msgspec

__all__ = ["Blobs", "StoredBlob"]

MAX_BYTES: Final = 256 * 1024 * 1024


class StoredBlob(msgspec.Struct, frozen=True):
    media_type: str
    data: bytes


class Blobs:
    """The newest blobs up to a size; those that were asked for longest ago go first."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._blobs: OrderedDict[str, StoredBlob] = OrderedDict()
        self._max_bytes = max_bytes
        self._bytes = 0
        self.dropped = 0

    def put(self, name: str, media_type: str, data: bytes) -> None:
        before = self._blobs.pop(name, None)
        self._bytes += len(data) - (len(before.data) if before is not None else 0)
        self._blobs[name] = StoredBlob(media_type, data)
        while self._bytes > self._max_bytes and len(self._blobs) > 1:
            _, gone = self._blobs.popitem(last=False)
            self._bytes -= len(gone.data)
            self.dropped += 1

    def get(self, name: str) -> StoredBlob | None:
        found = self._blobs.get(name)
        if found is not None:
            self._blobs.move_to_end(name)
        return found
