"""``make screenshots``: the pictures of the README and the documents, taken of the real thing.

Pass a folder to have more of them there (both themes and three widths, of app and gallery) for looking at.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from commands import open_command  # noqa: E402

IMAGES = ROOT / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


async def builder_pictures(browser: Browser, app: Path, folder: Path, sizes: list[tuple[int, int]]) -> None:
    """``builder-<theme>[-<width>].png``, with a component selected, code open and a line in the log."""
    for theme in ("light", "dark"):
        for width, height in sizes:
            async with open_command("edit", app, "--port", "0", "--no-browser") as builder:
                page = await new_page(browser, theme, width, height)
                await page.goto(builder.url)
                inside = page.frame_locator("iframe[title='App']")
                await inside.get_by_role("button").first.wait_for()
                await page.get_by_role("button", name="Use app").click()
                await inside.get_by_role("button").first.click()
                await page.get_by_role("button", name="Use app").click()
                await inside.get_by_role("button").first.click()
                await page.get_by_role("region", name="Code").locator(".cm-line").first.wait_for()
                await page.mouse.move(2, 2)
                name = f"builder-{theme}.png" if len(sizes) == 1 else f"builder-{theme}-{width}.png"
                await page.screenshot(path=folder / name)
                await page.context.close()


async def app_pictures(browser: Browser, app: Path, folder: Path, widths: list[int]) -> None:
    """``app-<theme>-<width>.png``: the whole page as its users see it."""
    async with open_command("run", app, "--port", "0") as served:
        for theme in ("light", "dark"):
            for width in widths:
                page = await new_page(browser, theme, width, 900)
                await page.goto(served.url)
                await page.get_by_role("button").first.wait_for()
                await page.screenshot(path=folder / f"app-{theme}-{width}.png", full_page=True)
                await page.context.close()


async def gallery_pictures(browser: Browser, folder: Path, widths: list[int]) -> None:
    """``gallery-<page>-<theme>-<width>.png``: every component, as it is at first."""
    gallery = ROOT / "examples" / "gallery"
    async with open_command("run", gallery, "--port", "0") as served:
        for theme in ("light", "dark"):
            for width in widths:
                page = await new_page(browser, theme, width, 900)
                for key in sorted(file.stem for file in gallery.glob("pages/*.json")):
                    await page.goto(f"{served.origin}/{key}")
                    await page.wait_for_load_state("networkidle")
                    await page.screenshot(path=folder / f"gallery-{key}-{theme}-{width}.png", full_page=True)
                await page.context.close()


async def new_page(browser: Browser, theme: str, width: int, height: int) -> Page:
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if theme == "dark" else "light"
    )
    return await context.new_page()


async def main() -> None:
    thorough = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    folder = thorough or IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        app = Path(shutil.copytree(ROOT / "examples" / "hello", Path(temporary, "hello")))
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=os.environ.get("MAINSPRING_CHROMIUM", "/usr/bin/chromium"), args=FLAGS
            )
            if thorough:
                await builder_pictures(browser, app, folder, [(1280, 800), (1920, 1080)])
                await app_pictures(browser, app, folder, [360, 820, 1280])
                await gallery_pictures(browser, folder, [360, 820, 1440])
            else:
                await builder_pictures(browser, app, folder, [(1440, 900)])
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
