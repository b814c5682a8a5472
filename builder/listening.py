"""Sockets that listen, and the block in which an application is served on one."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import msgspec
from aiohttp import web
from mainspring.builder.web.connections import HEAD_S, MAX_CONNECTIONS, Connections
from mainspring.builder.web.hosts import Hosts
from mainspring.builder.web.proxies import Proxies

__all__ = ["CannotListen", "Listen", "bind", "port_of", "serving"]

# Requests that are under way may end; sockets have been closed before.
SHUTDOWN_S: Final = 0.5
KEEP_ALIVE_S: Final = 75.0
BACKLOG: Final = 128
# Every address, and how to reach it from here.
_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (recognised, not bound)


class CannotListen(Exception):
    """The address can't be used; the text says what to do."""


class Listen(msgspec.Struct, frozen=True):
    """Where a command was asked to listen.

    Attributes:
        allowed_hosts: Names under which browsers may ask, beside the loopback ones.
        browser: Whether to open a browser when it is ready.
        proxies: What stands between this and the browsers.
    """

    host: str = "127.0.0.1"
    port: int = 0
    allowed_hosts: tuple[str, ...] = ()
    browser: bool = False
    proxies: Proxies = Proxies()

    def hosts(self, port: int) -> Hosts:
        """The names that a listener on ``port`` answers to; an address that was named here is one."""
        named = () if self.host in _ANY else (f"[{self.host}]" if ":" in self.host else self.host,)
        return Hosts.of(port, (*self.allowed_hosts, *named), proxied=self.proxies.count > 0)

    def address(self, port: int) -> str:
        """The URL of a listener as a browser on this machine may write it."""
        name = _ANY.get(self.host, self.host)
        return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def bind(host: str, port: int) -> socket.socket:
    """Return a bound socket; port 0 takes a free one.

    Raises:
        CannotListen: The host is unknown or not ours, the port is taken or not allowed.
    """
    try:
        family, kind, number, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, number)
    except OSError as error:
        raise CannotListen(f"Can't listen on {host}: {_reason(error)}.") from None
    try:
        if not hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            # On Windows this option would let two services share a port.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(place)
        # Some systems let two sockets bind to a port; only one may listen.
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotListen(
                f"Port {port} is taken. End the program that uses it, or choose another one with --port "
                "(--port 0 takes a free one)."
            ) from None
        raise CannotListen(f"Can't listen on {host}, port {port}: {_reason(error)}.") from None
    return bound


def port_of(bound: socket.socket) -> int:
    return int(bound.getsockname()[1])


@asynccontextmanager
async def serving(
    app: web.Application,
    bound: socket.socket,
    *,
    head_s: float = HEAD_S,
    connection_limit: int = MAX_CONNECTIONS,
) -> AsyncIterator[None]:
    """Serve ``app`` while the block runs. Nothing logs requests: their URLs may hold tokens.

    Args:
        head_s: Seconds within which a connection must have sent the head of its first request.
        connection_limit: How many connections there may be at a time.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        shutdown_timeout=SHUTDOWN_S,
        keepalive_timeout=KEEP_ALIVE_S,
    )
    try:
        await runner.setup()
        assert runner.server is not None
        connections = Connections(
            runner.server, keep_alive_s=KEEP_ALIVE_S, head_s=head_s, limit=connection_limit
        )
        loop = asyncio.get_running_loop()
        listener = await loop.create_server(connections, sock=bound, backlog=BACKLOG)
        try:
            yield
        finally:
            listener.close()
    finally:
        await runner.cleanup()
        bound.close()


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
