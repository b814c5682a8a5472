"""``make screenshots``: the pictures of the README and the documents, taken of the real thing.

Pass a folder to have more of them there for looking at: every pane of the Builder in both themes at 1280 and
1920 pixels, the app and the gallery at three widths.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from commands import open_command  # noqa: E402

IMAGES = ROOT / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def begin_anew(app: Path) -> None:
    """A layout of its own for the next command, as somebody has it who begins."""
    os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(dir=app.parent)


async def builder_pictures(browser: Browser, app: Path, folder: Path, sizes: list[tuple[int, int]]) -> None:
    """``builder-<theme>[-<width>].png``, with a component selected, code open and a line in the log."""
    for theme in ("light", "dark"):
        for width, height in sizes:
            begin_anew(app)
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


# What is opened for a picture, and by which key; the panes below the canvas by their number.
PANES = {"code": 1, "log": 2, "state": 3, "history": 4, "handlers": 5, "problems": 6}
DIALOGS = {"keys": "?", "find": "Control+k", "goto": "Control+p", "insert": "i", "move": "m", "theme": "t"}


async def pane_pictures(browser: Browser, app: Path, folder: Path, sizes: list[tuple[int, int]]) -> None:
    """``pane-<name>-<theme>-<width>.png``: each pane, panes beside each other, dialogs, drags."""
    for theme in ("light", "dark"):
        for width, height in sizes:
            begin_anew(app)
            async with open_command("edit", app, "--port", "0", "--no-browser") as builder:
                page = await new_page(browser, theme, width, height)

                async def shoot(name: str, page: Page = page, end: str = f"{theme}-{width}") -> None:
                    await page.screenshot(path=folder / f"pane-{name}-{end}.png")

                await page.goto(builder.url)
                inside = page.frame_locator("iframe[title='App']")
                await inside.get_by_role("button").first.click()
                await inside.get_by_role("button").first.click()
                await page.get_by_role("region", name="Code").locator(".cm-line").first.wait_for()
                await page.get_by_role("button", name="Show Log beside the others").click()
                await shoot("beside")
                await page.get_by_role("button", name="Put Log into the tabs of State").click()
                for name, number in PANES.items():
                    await page.locator("#row-count_button").click()
                    if not await page.locator(f"[data-pane={name}]").is_visible():
                        await page.keyboard.press(f"Control+{number}")
                    await page.locator(f"[data-pane={name}]").wait_for()
                    await page.mouse.move(2, 2)
                    await shoot(name)
                for name, key in DIALOGS.items():
                    await page.locator("#row-count_button").click()
                    await page.keyboard.press(key)
                    await page.locator("dialog, [role=dialog]").first.wait_for()
                    await shoot(name)
                    await page.keyboard.press("Escape")
                await page.keyboard.press("Control+Shift+m")
                await shoot("enlarged")
                await page.keyboard.press("Control+Shift+m")
                await drag_pictures(page, shoot)
                await page.context.close()


async def drag_pictures(page: Page, shoot: Callable[[str], Awaitable[None]]) -> None:
    """A component that is carried over the canvas, and one over a place that refuses it."""
    canvas = await page.get_by_title("App").bounding_box()
    assert canvas is not None
    for name, tile in (("drag", "Heading"), ("refused", "Column")):
        source = page.get_by_role("region", name="Palette").get_by_role("button", name=tile, exact=True)
        await source.scroll_into_view_if_needed()
        await source.hover()
        await page.mouse.down()
        await page.mouse.move(canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2, steps=8)
        await page.locator(".carried").wait_for()
        await shoot(name)
        await page.keyboard.press("Escape")
        await page.mouse.up()


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
                    # In a window of the whole page's height frames and films are drawn as well.
                    height = await page.evaluate("() => document.documentElement.scrollHeight")
                    await page.set_viewport_size({"width": width, "height": height})
                    await page.wait_for_load_state("networkidle")
                    await page.screenshot(path=folder / f"gallery-{key}-{theme}-{width}.png")
                    await page.set_viewport_size({"width": width, "height": 900})
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
                await pane_pictures(browser, app, folder, [(1280, 800), (1920, 1080)])
                await app_pictures(browser, app, folder, [360, 820, 1280])
                await gallery_pictures(browser, folder, [360, 820, 1440])
            else:
                await builder_pictures(browser, app, folder, [(1440, 900)])
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
