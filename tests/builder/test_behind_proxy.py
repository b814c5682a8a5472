"""An app below a path and behind a proxy: what its own proxy may say, and what strangers may not."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from mainspring.builder.web.entry import Entry
from mainspring.builder.web.hosts import Hosts
from mainspring.builder.web.proxies import Proxies
from mainspring.runtime.protocol import OpenSession
from sites import Browser, Site, SiteMaker

NAME = "shop.example.com"
PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", "Host": NAME}


def trusting(site: Site) -> Site:
    site.guard.hosts = Hosts.of(site.guard.hosts.port, [NAME], proxied=True)
    return site


@pytest.fixture
async def shop(open_site: SiteMaker) -> AsyncIterator[Site]:
    """Below ``/tools/shop/``, behind one proxy."""
    async with open_site(proxies=Proxies(1, "/tools/shop/")) as site:
        yield trusting(site)


async def bootstrap(site: Site, path: str, headers: dict[str, str]) -> tuple[Any, aiohttp.ClientResponse]:
    async with site.client.get(site.url + path, headers=headers) as got:
        text = await got.text()
        assert got.status == 200, text
        found = re.search(r'id="bootstrap">(.*?)</script>', text, re.DOTALL)
        assert found is not None
        return json.loads(found[1]), got


async def status(site: Site, path: str, headers: dict[str, str]) -> int:
    async with site.client.get(site.url + path, headers=headers, allow_redirects=False) as got:
        return got.status


async def test_the_page_says_under_which_path_it_is_and_which_sockets_it_may_open(shop: Site) -> None:
    started, got = await bootstrap(shop, "/tools/shop/", PROXY)

    assert started["base"] == "/tools/shop/"
    assert f"connect-src 'self' wss://{NAME};" in got.headers["Content-Security-Policy"]


async def test_a_path_that_the_proxy_has_taken_off_stands_in_the_address_of_the_page(
    open_site: SiteMaker,
) -> None:
    async with open_site(proxies=Proxies(1)) as site:
        started, _ = await bootstrap(trusting(site), "/", {**PROXY, "X-Forwarded-Prefix": "/tools/shop"})

    assert started["base"] == "/tools/shop/"


async def test_nothing_is_served_beside_the_path_but_what_says_how_the_service_is(shop: Site) -> None:
    served = [
        path
        for path in (
            "/",
            "/main",
            "/healthz",
            "/readyz",
            "/theme.css",
            "/assets/logo.svg",
            "/tools/",
            "/tools",
        )
        if await status(shop, path, PROXY) == 200
    ]

    assert served == ["/healthz", "/readyz"]
    for path in ("", "main", "healthz", "readyz", "theme.css", "assets/logo.svg"):
        assert await status(shop, f"/tools/shop/{path}", PROXY) == 200


async def test_the_path_without_its_last_slash_leads_to_the_one_with_it(shop: Site) -> None:
    async with shop.client.get(f"{shop.url}/tools/shop?order=7", headers=PROXY, allow_redirects=False) as got:
        assert (got.status, got.headers["Location"]) == (307, "shop/?order=7")


async def test_a_socket_is_opened_for_the_origin_that_the_browser_sees(shop: Site) -> None:
    headers = {**PROXY, "Origin": f"https://{NAME}"}
    async with shop.client.ws_connect(f"{shop.url}/tools/shop/session", headers=headers) as socket:
        browser = Browser(socket)
        await browser.say({"type": "join", "ticket": shop.ticket, "session": None, "page": "main"})
        await browser.hear("joined")

    (opened,) = shop.app.all(OpenSession)
    assert opened.headers["x-forwarded-for"] == "203.0.113.9"
    assert opened.headers["x-forwarded-prefix"] == "/tools/shop"


@pytest.mark.parametrize(
    "headers",
    [
        {**PROXY, "Origin": f"http://{NAME}"},
        {**PROXY, "Origin": f"https://{NAME}:8443"},
        {**PROXY, "Origin": "https://evil.com"},
        {**PROXY, "Origin": "https://evil.com", "X-Forwarded-Host": "evil.com"},
        {"Host": NAME, "Origin": f"https://{NAME}"},
    ],
)
async def test_a_socket_is_not_opened_for_any_other_origin(shop: Site, headers: dict[str, str]) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await shop.client.ws_connect(f"{shop.url}/tools/shop/session", headers=headers)

    assert refused.value.status in (403, 421)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Host": "evil.com"}, 421),
        ({"Host": "evil.com", "X-Forwarded-Host": NAME}, 421),
        ({"Host": NAME, "X-Forwarded-Host": "evil.com"}, 421),
        ({"X-Forwarded-Host": "localhost", "X-Forwarded-Proto": "https"}, 421),
        ({"X-Forwarded-Host": NAME, "X-Forwarded-Proto": "https"}, 200),
        ({"Host": NAME, "X-Forwarded-Prefix": "/a b"}, 400),
        ({"Host": NAME, "X-Forwarded-Prefix": "//evil.com/<script>"}, 400),
    ],
)
async def test_both_names_of_a_request_must_be_ours_and_its_prefix_a_path(
    shop: Site, headers: dict[str, str], code: int
) -> None:
    assert await status(shop, "/tools/shop/", headers) == code


async def test_without_trust_a_stranger_s_headers_change_nothing(site: Site) -> None:
    claims = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": NAME, "X-Forwarded-Prefix": "/tools/shop"}
    started, got = await bootstrap(site, "/", claims)
    async with site.socket(**claims, **{"X-Forwarded-For": "6.6.6.6", "X-Real-IP": "6.6.6.6"}) as browser:
        await browser.say({"type": "join", "ticket": site.ticket, "session": None, "page": "main"})
        await browser.hear("joined")

    assert started["base"] == "/"
    assert "wss://" not in got.headers["Content-Security-Policy"]
    (opened,) = site.app.all(OpenSession)
    assert "6.6.6.6" not in str(opened.headers)
    assert NAME not in str(opened.headers)


async def test_a_cookie_is_for_the_app_s_path_alone_and_never_sent_in_the_clear(open_site: SiteMaker) -> None:
    entry = Entry("door", "token", token=True)
    async with open_site(proxies=Proxies(1, "/tools/shop/"), entry=entry) as site:
        address = f"{trusting(site).url}/tools/shop/?token={entry.token}"
        async with site.client.get(address, headers=PROXY, allow_redirects=False) as behind:
            safe = behind.cookies["door"]
        async with site.client.get(address, allow_redirects=False) as direct:
            plain = direct.cookies["door"]

    assert (safe["path"], bool(safe["secure"])) == ("/tools/shop/", True)
    assert (plain["path"], bool(plain["secure"])) == ("/tools/shop/", False)
