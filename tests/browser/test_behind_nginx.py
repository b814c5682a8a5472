"""An app below a path, behind a real nginx with TLS: all that a page loads, sends and shows."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from commands import Command, mainspring_command, open_command
from playwright.async_api import Browser, Page, expect
from web_server import NAME, documented, free_port, open_nginx

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from base64 import b64decode

    from mainspring.runtime import init_state
    import plotly.graph_objects as go

    PICTURE = b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    init_state({"count": 0, "got": "", "who": "", "name": "", "picked": "", "picture": PICTURE})


    def count(state, session):
        state["count"] += 1
        state["who"] = session["headers"]["x-forwarded-for"]


    def take(state, payload):
        state["got"] = f"{payload[0]['name']} {payload[0].size}"


    def pick(state, payload):
        state["picked"] = payload


    def chart(state):
        state["chart"] = go.Figure(go.Bar(x=["a", "b"], y=[1, 2]))


    def save(state):
        state.file_download(b"saved", "saved.txt")
"""
PARTS: list[Any] = [
    text("Count @{count} for @{who}, @{got}, picked @{picked}, named @{name}", "told"),
    button("count", "count"),
    button("chart", "chart"),
    button("save", "save"),
    {"id": "logo", "type": "image", "fields": {"src": "assets/logo.svg", "alt": "Logo"}},
    {"id": "picture", "type": "image", "fields": {"src": "@{picture}", "alt": "Picture"}},
    {"id": "files", "type": "file_input", "fields": {"label": "Files"}, "on": {"wf-file-change": "take"}},
    {"id": "name", "type": "text_input", "fields": {"label": "Name"}, "binding": "name"},
    {"id": "dial", "type": "gauge", "fields": {"label": "Speed"}, "on": {"pick": "pick"}},
    {"id": "plot", "type": "plotly_graph", "fields": {"figure": "@{chart}"}},
    {"id": "to_orders", "type": "link", "fields": {"text": "Orders", "url": "orders?customer=7"}},
]
ORDERS: list[Any] = [text("These are the orders", "title"), text("![Logo](assets/logo.svg)", "inline")]
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30"><circle r="9"/></svg>'
BASE = "/tools/shop/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {"assets/logo.svg": LOGO, "mainspring.toml": '[theme]\naccent = "#0f766e"\n'}
    path = write_app(tmp_path / "app", MAIN, files, main=PARTS, orders=ORDERS)
    command = [*mainspring_command(), "create", str(path), "--component", "gauge"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return path


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """In a context that takes the test's own certificate."""
    context = await browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(15_000)
    yield await context.new_page()
    await context.close()


def serve(folder: Path, port: int, origin: str, *more: str) -> Any:
    host = origin.removeprefix("https://")
    return open_command("run", folder, "--port", str(port), "--allowed-host", host, "--trust-proxy", *more)


async def shown(page: Page, name: str) -> bool:
    """Whether a picture was loaded and has a size."""
    picture = page.get_by_role("img", name=name)
    await expect(picture).to_be_visible()
    width = await picture.evaluate("async (img) => { await img.decode(); return img.naturalWidth }")
    return int(width) > 0


async def test_everything_of_an_app_works_below_a_path_and_survives_a_restart(
    page: Page, folder: Path, tmp_path: Path
) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.on(
        "response", lambda got: complaints.append(f"{got.status} {got.url}") if got.status >= 400 else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    port = free_port()
    config = documented("nginx").replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    assert config.count(str(port)) == 1
    with open_nginx(tmp_path, config) as origin:
        async with serve(folder, port, origin, "--base-path", "/tools/shop") as command:
            assert command.url == f"http://127.0.0.1:{port}{BASE}"
            await page.goto(f"{origin}/tools/shop")
            told = page.locator("[data-component=told]")

            await page.get_by_role("button", name="Count").click()
            await expect(told).to_contain_text("Count 1 for 127.0.0.1")
            assert await shown(page, "Logo")
            assert await shown(page, "Picture")
            await page.get_by_label("Files").set_input_files(
                {"name": "a.txt", "mimeType": "text/plain", "buffer": b"12345"}
            )
            await expect(told).to_contain_text("a.txt 5")
            dial = page.get_by_role("slider", name="Speed")
            await dial.focus()
            await dial.press("ArrowRight")
            await expect(told).to_contain_text(re.compile(r"picked [\d.]+"))
            await page.get_by_role("button", name="Chart").click()
            await expect(page.locator("[data-component=plot] svg.main-svg").first).to_be_visible()
            async with page.expect_download() as download:
                await page.get_by_role("button", name="Save").click()
            saved = await (await download.value).path()
            assert await asyncio.to_thread(saved.read_bytes) == b"saved"
            accent = "getComputedStyle(document.documentElement).getPropertyValue('--accent')"
            assert str(await page.evaluate(accent)).strip() == "#0f766e"

            await page.get_by_role("link", name="Orders").click()
            await expect(page.get_by_text("These are the orders")).to_be_visible()
            await expect(page).to_have_url(f"{origin}{BASE}orders?customer=7")
            assert await shown(page, "Logo")
            await page.go_back()
            await expect(told).to_contain_text("Count 1")
            await page.goto(f"{origin}{BASE}orders")
            await expect(page.get_by_text("These are the orders")).to_be_visible()
            await page.goto(f"{origin}{BASE}")
            await expect(told).to_contain_text("Count 1")

            assert complaints == []
            elsewhere = [url for url in asked if not re.match(rf"(?:https|wss)://{NAME}:\d+{BASE}", url)]
            assert [url for url in elsewhere if not url.startswith(("blob:", "data:"))] == [
                f"{origin}/tools/shop"
            ]
            assert f"wss://{origin.removeprefix('https://')}{BASE}session" in asked
            await stop(command)
        # The service is gone, the page is not, and nginx answers in its place.
        await expect(page.get_by_text("No connection")).to_be_visible()
        await page.get_by_label("Name").fill("Ada")
        async with serve(folder, port, origin, "--base-path", "/tools/shop"):
            await expect(page.get_by_text("No connection")).to_be_hidden()
            await expect(told).to_contain_text("named Ada")
            await page.get_by_role("button", name="Count").click()
            await expect(told).to_contain_text("Count 1")


async def stop(command: Command) -> None:
    command.process.terminate()
    async with asyncio.timeout(15):
        assert await command.process.wait() == 0


async def test_a_proxy_that_takes_the_path_off_and_says_so_is_as_good(folder: Path, tmp_path: Path) -> None:
    port = free_port()
    location = documented("nginx", 1).replace("127.0.0.1:8001", f"127.0.0.1:{port}")
    with open_nginx(tmp_path, documented("nginx"), location) as origin:
        base = f"{origin.replace(NAME, '127.0.0.1')}/tools/stock/"
        headers = {"Host": origin.removeprefix("https://"), "Origin": origin}
        async with (
            serve(folder, port, origin),
            aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(ssl=False)) as client,
        ):
            async with client.get(base) as got:
                started = json.loads(
                    (await got.text()).partition('id="bootstrap">')[2].partition("</script>")[0]
                )
            assert started["base"] == "/tools/stock/"
            async with client.ws_connect(f"{base}session") as socket:
                await socket.send_json(
                    {
                        "type": "join",
                        "ticket": started["ticket"],
                        "session": None,
                        "page": "main",
                        "route_vars": {},
                    }
                )
                async with asyncio.timeout(15):
                    joined = await socket.receive_json()
            assert joined["type"] in ("status", "joined")
