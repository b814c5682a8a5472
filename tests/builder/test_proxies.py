"""What a request says about where it comes from, and how much of it is believed."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from mainspring.builder.web.hosts import Hosts
from mainspring.builder.web.proxies import Asked, BasePathError, Proxies, as_base_path
from multidict import CIMultiDict

FORWARDED = {
    "Host": "127.0.0.1:8000",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "shop.example.com",
    "X-Forwarded-Prefix": "/tools/shop",
}


def asked(proxies: Proxies, headers: dict[str, str]) -> Asked:
    return proxies.asked(make_mocked_request("GET", "/", headers=CIMultiDict(headers)))


def told(proxies: Proxies, headers: dict[str, str]) -> dict[str, str]:
    return proxies.told(make_mocked_request("GET", "/", headers=CIMultiDict(headers)))


def test_without_trust_nothing_of_it_counts() -> None:
    assert asked(Proxies(), FORWARDED) == Asked("http", "127.0.0.1:8000", "/", "")
    assert told(Proxies(), FORWARDED) == {"host": "127.0.0.1:8000"}


def test_whom_a_proxy_has_signed_on_is_told_only_where_it_is_trusted() -> None:
    signed_on = {
        "X-Forwarded-User": "ada",
        "X-Forwarded-Email": "ada@example.com",
        "X-Forwarded-Preferred-Username": "Ada",
        "X-Forwarded-Groups": "admins,staff",
    }
    headers = {**FORWARDED, **signed_on, "X-Forwarded-Access-Token": "secret"}

    assert told(Proxies(), headers) == {"host": "127.0.0.1:8000"}
    assert told(Proxies(1), headers) == told(Proxies(1), FORWARDED) | {
        name.lower(): text for name, text in signed_on.items()
    }


def test_what_a_trusted_proxy_says_is_how_the_browser_has_asked() -> None:
    assert asked(Proxies(1), FORWARDED) == Asked("https", "shop.example.com", "/tools/shop/", "203.0.113.9")


def test_what_a_proxy_has_taken_off_stands_before_what_it_has_left() -> None:
    assert asked(Proxies(1, "/shop/"), {**FORWARDED, "X-Forwarded-Prefix": "tools/"}).base == "/tools/shop/"


@pytest.mark.parametrize(
    ("count", "line", "client"),
    [
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (3, "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (1, "203.0.113.9:51234", "203.0.113.9"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "unknown", ""),
        (1, "<script>", ""),
    ],
)
def test_of_a_chain_the_address_counts_that_the_outermost_trusted_proxy_saw(
    count: int, line: str, client: str
) -> None:
    assert asked(Proxies(count), {**FORWARDED, "X-Forwarded-For": line}).client == client


def test_a_client_that_sends_the_header_too_is_not_believed() -> None:
    lines = CIMultiDict([("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "203.0.113.9"), ("Host", "x")])

    assert Proxies(1).asked(make_mocked_request("GET", "/", headers=lines)).client == "203.0.113.9"


@pytest.mark.parametrize(
    ("said", "scheme"),
    [
        ("https", "https"),
        ("HTTPS", "https"),
        ("wss", "https"),
        ("ws", "http"),
        ("", "http"),
        ("gopher", "http"),
    ],
)
def test_a_scheme_is_one_of_two(said: str, scheme: str) -> None:
    assert asked(Proxies(1), {**FORWARDED, "X-Forwarded-Proto": said}).scheme == scheme


def test_an_app_is_told_one_true_value_each_and_nothing_else() -> None:
    claims = {"Forwarded": "for=6.6.6.6", "X-Real-IP": "6.6.6.6", "CF-Connecting-IP": "6.6.6.6", "X-App": "1"}

    assert told(Proxies(), {**FORWARDED, **claims}) == {"host": "127.0.0.1:8000", "x-app": "1"}
    assert told(Proxies(1), {**FORWARDED, **claims, "X-Forwarded-For": "6.6.6.6, 203.0.113.9"}) == {
        "host": "127.0.0.1:8000",
        "x-app": "1",
        "x-forwarded-for": "203.0.113.9",
        "x-forwarded-host": "shop.example.com",
        "x-forwarded-prefix": "/tools/shop",
        "x-forwarded-proto": "https",
    }


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "/"),
        ("/", "/"),
        ("shop", "/shop/"),
        ("/tools/shop", "/tools/shop/"),
        ("//tools//shop//", "/tools/shop/"),
    ],
)
def test_a_base_path_has_a_slash_at_both_ends(text: str, path: str) -> None:
    assert as_base_path(text) == path


@pytest.mark.parametrize(
    "text", ["/a b", "/{page}", "/..", "/a/../b", "/a%2f", "/a?b", "/a#b", "/a;b", '/"', "/é", "http://a.b/c"]
)
def test_what_is_no_plain_path_is_refused(text: str) -> None:
    with pytest.raises(BasePathError, match="is no path"):
        as_base_path(text)

    assert not Proxies(1).understands(
        make_mocked_request("GET", "/", headers=CIMultiDict({"X-Forwarded-Prefix": text}))
    )


# --- names behind a proxy ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "host", "scheme"),
    [
        ("shop.example.com", "shop.example.com", "https"),
        ("shop.example.com", "shop.example.com:443", "https"),
        ("shop.example.com", "shop.example.com", "http"),
        ("shop.example.com:443", "shop.example.com", "https"),
        ("shop.example.com:8443", "shop.example.com:8443", "https"),
        ("shop.example.com", "127.0.0.1:8000", "https"),
        ("shop.example.com", "localhost:8000", "http"),
    ],
)
def test_behind_a_proxy_a_name_is_ours_on_the_usual_port_or_the_one_given(
    allowed: str, host: str, scheme: str
) -> None:
    assert Hosts.of(8000, [allowed], proxied=True).accepts(host, scheme)


@pytest.mark.parametrize(
    ("allowed", "host", "scheme"),
    [
        ("shop.example.com", "shop.example.com:8443", "https"),
        ("shop.example.com", "shop.example.com:443", "http"),
        ("shop.example.com", "shop.example.com:80", "https"),
        ("shop.example.com:8443", "shop.example.com", "https"),
        ("shop.example.com", "localhost", "https"),
        ("shop.example.com", "127.0.0.1", "http"),
        ("shop.example.com", "evil.com", "https"),
    ],
)
def test_behind_a_proxy_no_other_name_or_port_is_ours(allowed: str, host: str, scheme: str) -> None:
    assert not Hosts.of(8000, [allowed], proxied=True).accepts(host, scheme)


def test_the_scheme_is_a_part_of_the_origin() -> None:
    hosts = Hosts.of(8000, ["shop.example.com"], proxied=True)

    assert hosts.is_own_origin("https://shop.example.com", "shop.example.com", "https")
    assert hosts.is_own_origin("https://shop.example.com", "shop.example.com:443", "https")
    assert not hosts.is_own_origin("http://shop.example.com", "shop.example.com", "https")
    assert not hosts.is_own_origin("https://shop.example.com", "shop.example.com", "http")
    assert not hosts.is_own_origin("https://shop.example.com:8443", "shop.example.com", "https")
