"""One real Chromium for all browser tests, a fresh context for each.

The browser lives in the session's loop: the modules here name that scope in their `pytestmark`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A camera that shows a moving test picture, and no question before it is used.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost",
]

# How long an expectation may take to come true; only a failure waits so long.
LIMIT_MS = 15_000
expect.set_options(timeout=LIMIT_MS)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    opened = await browser.new_context(
        viewport={"width": 1440, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    opened.set_default_timeout(LIMIT_MS)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A page that fails its test when a script of ours throws."""
    opened = await context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    assert not errors, errors


@pytest.fixture(autouse=True)
def own_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How one test has laid out the Builder is none of another's business."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "user_state"))


@pytest.fixture
def copy_of_hello(tmp_path: Path) -> Iterator[Path]:
    import shutil

    from mainspring.builder.settings import examples_folder

    yield Path(shutil.copytree(examples_folder() / "hello", tmp_path / "hello"))
