"""What browsers keep, for how long, and in which form it travels."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from mainspring.builder.web.html_pages import PageRenderer
from mainspring.builder.web.looks import Looks
from mainspring.builder.web.theme import Theme
from sites import Site

FOREVER = "public, max-age=31536000, immutable"
SCRIPT = "app-1A2B.js"


@pytest.fixture
def compressed(renderer: PageRenderer) -> None:
    """As a wheel has them, beside the file itself."""
    (renderer.dist / f"{SCRIPT}.gz").write_bytes(gzip.compress(b"packed"))
    (renderer.dist / f"{SCRIPT}.br").write_bytes(b"as brotli")


@pytest.mark.parametrize(
    ("accepted", "encoding", "begins"),
    [
        ("gzip, deflate, br, zstd", "br", b"as brotli"),
        ("gzip, deflate", "gzip", b"\x1f\x8b"),
        ("identity", None, b"/* app"),
    ],
)
async def test_a_file_of_ours_comes_in_the_smallest_form_that_the_browser_takes_and_is_kept_for_ever(
    compressed: None, site: Site, accepted: str, encoding: str | None, begins: bytes
) -> None:
    headers = {"Accept-Encoding": accepted}
    async with site.client.get(f"{site.url}/static/{SCRIPT}", headers=headers, auto_decompress=False) as got:
        body = await got.read()

    assert body.startswith(begins)
    assert got.headers.get("Content-Encoding") == encoding
    assert "javascript" in got.headers["Content-Type"]
    assert got.headers["Vary"] == "Accept-Encoding"
    assert got.headers["Cache-Control"] == FOREVER


async def test_without_a_compressed_copy_the_file_itself_comes(site: Site) -> None:
    async with site.client.get(f"{site.url}/static/{SCRIPT}") as got:
        assert (await got.text()).startswith("/* app")
        assert got.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path", ["/assets/logo.svg", "/theme.css", "/blob/abc", "/components/dial/component.js"]
)
async def test_what_a_browser_has_is_not_sent_again(site: Site, served_app: Path, path: str) -> None:
    (served_app / "components" / "dial").mkdir(parents=True)
    (served_app / "components" / "dial" / "component.js").write_text("export default 1")
    site.gateway.looks = Looks("auto", ("theme.css?v=1",), ":root { --accent: red }", Theme())
    site.gateway.blobs.put("abc", "image/png", b"picture")

    async with site.client.get(site.url + path) as first:
        tag = first.headers["ETag"]
        assert (first.status, bool(await first.read())) == (200, True)
    async with site.client.get(site.url + path, headers={"If-None-Match": tag}) as again:
        assert (again.status, await again.read()) == (304, b"")
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"] != "no-store"
    async with site.client.get(site.url + path, headers={"If-None-Match": '"other"'}) as other:
        assert other.status == 200


@pytest.mark.parametrize("path", ["/", "/main", "/nothing", "/healthz", "/readyz"])
async def test_a_page_holds_a_secret_and_is_not_kept(site: Site, path: str) -> None:
    async with site.client.get(site.url + path) as got:
        assert got.headers["Cache-Control"] == "no-store"
