"""HTTP byte for byte: requests that no client library would write, and what comes back."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType

LIMIT_S = 20.0


@dataclass(frozen=True)
class Answer:
    """``headers`` by their names in small letters; those that came twice stand joined by a comma."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class Line:
    """One connection that is used as long as it is open, then the next.

    ``ask`` returns status 0 where the other side hangs up without an answer.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket: socket.socket | None = None
        self._rest = b""

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self._rest = b""

    def ask(self, request: bytes) -> Answer:
        """Write a request, read the whole answer."""
        reused = self._socket is not None
        try:
            answer = self._answer(request)
        except ConnectionError:
            answer = Answer(0)
        if answer.status == 0:
            self.hang_up()
            # The line was closed after the answer before; that says nothing of this one.
            return self.ask(request) if reused else answer
        if answer.status == 101 or answer.headers.get("connection", "").lower() == "close":
            self.hang_up()
        return answer

    def _answer(self, request: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        while b"\r\n\r\n" not in self._rest:
            if not self._read():
                return Answer(0)
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            before = headers.get(name.lower())
            headers[name.lower()] = value.strip() if before is None else f"{before}, {value.strip()}"
        status = int(first.split()[1])
        length = int(headers.get("content-length", 0))
        if request.startswith(b"HEAD ") or status in (101, 204, 304):
            length = 0
        while len(self._rest) < length:
            if not self._read():
                break
        body, self._rest = self._rest[:length], self._rest[length:]
        return Answer(status, headers, body)

    def _read(self) -> bool:
        assert self._socket is not None
        piece = self._socket.recv(1 << 16)
        self._rest += piece
        return bool(piece)


def text_frame(text: bytes) -> bytes:
    """A text as a browser sends it over a WebSocket (RFC 6455, 5.2); the mask changes nothing."""
    size = len(text)
    assert size < 65_536
    head = bytes([0x81, 0x80 | size]) if size < 126 else bytes([0x81, 0xFE]) + size.to_bytes(2, "big")
    return head + b"\0\0\0\0" + text


def request(
    method: str, target: str, headers: Mapping[str, str | None] | list[tuple[str, str]], body: bytes = b""
) -> bytes:
    """A request as bytes. Nothing is added but Content-Length; a header that is ``None`` is left out."""
    pairs = headers if isinstance(headers, list) else list(headers.items())
    lines = [f"{method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in pairs if value is not None]
    if body or method in ("POST", "PUT", "DELETE", "PATCH"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body
