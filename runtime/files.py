"""Files that a browser has uploaded, as handlers get them, and how long they last.

A file is there as long as something in the app holds its ``File``, and at most as long as its session. Who
needs it longer copies it: ``shutil.copy(file.path, …)``.
"""

from __future__ import annotations

import io
import threading
import weakref
from collections import deque
from collections.abc import ItemsView, Iterator, ValuesView
from typing import Any, Final

from .protocol import Upload, UploadsHeld


class File(dict[str, Any]):
    """An uploaded file: ``file["name"]``, ``["type"]``, ``["data"]``; ``.size``, ``.path``, ``.open()``.

    ``["data"]`` is read when it is asked for; a large file is better read in pieces from ``open()``, or given
    by its ``path`` to whatever reads files. Name and type are what the browser says, so they prove nothing.
    """

    size: int
    path: str

    def __init__(self, upload: Upload) -> None:
        super().__init__(name=upload.name, type=upload.type, data=None)
        self.size = upload.size
        self.path = upload.path
        _holds.take(self)

    def open(self) -> io.BufferedReader:
        """Return the file, open for reading bytes.

        Raises:
            FileNotFoundError: Its session has ended.
        """
        try:
            return io.open(self.path, "rb")  # noqa: UP020
        except FileNotFoundError:
            raise FileNotFoundError(
                f"{super().__getitem__('name')} went with the session that uploaded it; copy what is to stay"
            ) from None

    def __getitem__(self, key: str) -> Any:
        if key == "data" and super().__getitem__("data") is None:
            with self.open() as file:
                self["data"] = file.read()
        return super().__getitem__(key)

    # What a dict does by itself would not ask `__getitem__`, and find no data.
    def __iter__(self) -> Iterator[str]:
        return super().__iter__()

    def get(self, key: str, default: Any = None) -> Any:
        """Return ``file[key]``, or ``default`` where ``key`` isn't one of a file's.

        Raises:
            FileNotFoundError: ``key`` is ``"data"`` and its session has ended.
        """
        return self[key] if key in self else default  # noqa: SIM401

    def items(self) -> Any:
        """Return a view of keys and values; ``data`` is read on the way, and may raise as ``open`` does."""
        return ItemsView(self)

    def values(self) -> Any:
        """Return a view of the values; ``data`` is read on the way, and may raise as ``open`` does."""
        return ValuesView(self)

    def __repr__(self) -> str:
        return f"<File {super().__getitem__('name')!r}, {self.size:,} bytes>"

    def __reduce__(self) -> Any:
        name, type_ = super().__getitem__("name"), super().__getitem__("type")
        return File, (Upload(name, type_, self.size, self.path),)


class _Holds:
    """Which files the app holds, by path: a handler's end frees only what nobody holds then."""

    def __init__(self) -> None:
        # What a finalizer may do: it runs anywhere, also within the lock of whoever makes garbage.
        self._news: deque[tuple[str, int]] = deque()
        self._counts: dict[str, int] = {}
        self._told: set[str] = set()
        self._lock = threading.Lock()

    def take(self, file: File) -> None:
        self._news.append((file.path, 1))
        weakref.finalize(file, self._news.append, (file.path, -1)).atexit = False

    def news(self) -> UploadsHeld | None:
        """What is held and what is free since the last time; ``None`` where nothing is new."""
        if not self._news:
            return None
        with self._lock:
            touched = set()
            while self._news:
                path, change = self._news.popleft()
                self._counts[path] = self._counts.get(path, 0) + change
                touched.add(path)
            held = {path for path in touched if self._counts[path] > 0} - self._told
            free = {path for path in touched if self._counts[path] <= 0}
            for path in free:
                del self._counts[path]
            self._told = (self._told | held) - free
        return UploadsHeld(tuple(held), tuple(free)) if held or free else None


_holds: Final = _Holds()
news: Final = _holds.news
