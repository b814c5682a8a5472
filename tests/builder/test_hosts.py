"""Which Host and Origin headers are taken for ours."""

from __future__ import annotations

import pytest
from mainspring.builder.web.hosts import Hosts, HostsError

PORT = 8123
OURS = ["localhost:8123", "LOCALHOST:8123", "127.0.0.1:8123", "127.8.8.8:8123", "[::1]:8123"]
HOSTILE = [
    "",
    "localhost",
    "localhost:80",
    "localhost:8124",
    "localhost:08123",
    "localhost:8123 ",
    " localhost:8123",
    "localhost:8123:8123",
    "localhost:",
    "localhost.:8123",
    "localhost.evil.com:8123",
    "localhost.evil.com",
    "evil.com:8123",
    "evil.com/localhost:8123",
    "evil.com#localhost:8123",
    "evil.com?localhost:8123",
    "localhost:8123@evil.com",
    "localhost:8123@evil.com:8123",
    "user@localhost:8123",
    "localhost#.evil.com:8123",
    "localhost\\.evil.com:8123",
    "localhost%00.evil.com:8123",
    "localhost\x00:8123",
    "localhost\t:8123",
    "127.0.0.1.evil.com:8123",
    "127.0.0.1.nip.io:8123",
    "127.1:8123",
    "0x7f000001:8123",
    "2130706433:8123",
    "017700000001:8123",
    "0.0.0.0:8123",
    "[::]:8123",
    "::1:8123",
    "[::1%25lo]:8123",
    "[::ffff:10.0.0.1]:8123",
    "10.0.0.1:8123",
    "192.168.0.1:8123",
    "169.254.169.254:8123",
    "lоcalhost:8123",
    "ⓛocalhost:8123",
    "localhost:８１２３",
    "localhost:99999",
    "localhost:0",
    "http://localhost:8123",
    "localhost,evil.com:8123",
    "*:8123",
]


@pytest.mark.parametrize("header", OURS)
def test_loopback_names_with_the_right_port_are_ours(header: str) -> None:
    assert Hosts.of(PORT).accepts(header)


@pytest.mark.parametrize("header", HOSTILE)
def test_nothing_else_is_ours(header: str) -> None:
    assert not Hosts.of(PORT).accepts(header)


def test_a_name_that_was_allowed_is_ours_with_the_listening_port_only() -> None:
    hosts = Hosts.of(PORT, ["App.example.com"])

    accepted = [
        name
        for name in ("app.example.com:8123", "app.example.com", "b.example.com:8123")
        if hosts.accepts(name)
    ]

    assert accepted == ["app.example.com:8123"]


def test_a_name_that_was_allowed_with_a_port_is_ours_with_that_port() -> None:
    assert Hosts.of(PORT, ["app.example.com:8443"]).accepts("app.example.com:8443")


@pytest.mark.parametrize("name", ["http://app.example.com", "app example", "", "-a.example.com", "a..b"])
def test_what_is_no_name_can_not_be_allowed(name: str) -> None:
    with pytest.raises(HostsError, match="is no host name"):
        Hosts.of(PORT, [name])


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://localhost",
        "http://localhost:8124",
        "https://localhost:8123",
        "http://localhost:8123/",
        "http://localhost:8123.evil.com",
        "http://evil.com",
        "http://localhost:8123@evil.com",
        "http://127.0.0.1:8123",
        "HTTP://LOCALHOST:8123",
        "file://",
        "chrome-extension://abc",
        "http://localhost:8123 http://evil.com",
        "localhost:8123",
    ],
)
def test_an_origin_is_compared_whole(origin: str) -> None:
    assert not Hosts.of(PORT).is_own_origin(origin, "localhost:8123")


def test_the_page_s_own_origin_is_known_by_the_host_it_came_from() -> None:
    hosts = Hosts.of(80)

    assert hosts.is_own_origin("http://localhost", "localhost")
    assert hosts.is_own_origin("http://localhost", "localhost:80")
    assert Hosts.of(PORT).is_own_origin("http://[::1]:8123", "[::1]:8123")
