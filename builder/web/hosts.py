"""Which Host and Origin headers a listener answers to.

A page of another site can send requests here, and a name of another site can be made to point here:
so a request is only answered if it says, in full and nothing else, that it came for us. Whoever asks
for a prefix, a suffix or a parsed URL can be fooled (``localhost.evil.com``, ``localhost:80@evil.com``).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["Hosts", "HostsError", "is_loopback", "split_host"]

_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST: Final = re.compile(
    rf"(?P<name>{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]{{2,45}}\])(?::(?P<port>[1-9][0-9]{{0,4}}))?",
    re.ASCII,
)
# What a browser leaves out of Host and Origin.
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class HostsError(ValueError):
    """A name that was given for ``--allowed-host`` is none."""


def split_host(text: str) -> tuple[str, int | None] | None:
    """Return name (IPv6 in brackets) and port of a Host header, or ``None`` if it isn't well formed.

    Example:
        ``split_host("Localhost:8000") == ("localhost", 8000)``
    """
    match = _HOST.fullmatch(text.lower()) if len(text) <= 300 and text.isascii() else None
    if match is None:
        return None
    port = int(match["port"]) if match["port"] else None
    if port is not None and port > 65535:
        return None
    return match["name"], port


def is_loopback(name: str) -> bool:
    """Whether a host's name is ``localhost`` or an address of the loopback interface."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Hosts:
    """The names under which one listener may be addressed.

    Attributes:
        port: Where it listens; a Host that names another port is refused.
        allowed: Names beside the loopback ones, each with the port given with it (as behind a proxy).
        proxied: Whether browsers may come through a proxy, which listens on the usual port of its scheme.
    """

    port: int
    allowed: frozenset[tuple[str, int | None]] = frozenset()
    proxied: bool = False

    @classmethod
    def of(cls, port: int, names: Iterable[str] = (), *, proxied: bool = False) -> Hosts:
        """Args:
            names: As given on the command line: ``app.example.com`` or ``app.example.com:8443``.

        Raises:
            HostsError: One of the names is no host name.
        """
        allowed = set()
        for name in names:
            parts = split_host(name)
            if parts is None:
                raise HostsError(
                    f"{name!r} is no host name; give one such as app.example.com, without http://"
                )
            allowed.add(parts)
        return cls(port, frozenset(allowed), proxied)

    def accepts(self, header: str, scheme: str = "http") -> bool:
        """Whether a request with this Host header is for us."""
        parts = split_host(header)
        if parts is None:
            return False
        name, given = parts
        port = given if given is not None else _DEFAULT_PORTS[scheme]
        if (name, port) in self.allowed and (given is not None or self.proxied):
            return True
        if (name, None) in self.allowed and self.proxied and port == _DEFAULT_PORTS[scheme]:
            return True
        return port == self.port and (is_loopback(name) or (name, None) in self.allowed)

    def is_own_origin(self, origin: str, header: str, scheme: str = "http") -> bool:
        """Whether an Origin header names the page's own origin, compared whole with an accepted Host."""
        return origin == f"{scheme}://{header.lower().removesuffix(f':{_DEFAULT_PORTS[scheme]}')}"
