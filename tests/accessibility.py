"""What axe-core finds on a page, in both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal

from playwright.async_api import Page

__all__ = ["see_nothing_serious", "see_nothing_serious_in_the_builder"]

AXE: Final = Path(__file__).resolve().parents[1] / "static" / "node_modules" / "axe-core" / "axe.min.js"
FIND: Final = """(options) => axe.run(document, { resultTypes: ["violations"], ...options })
    .then(({ violations }) => violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 200)} ${
        node.any.map(({ message }) => message).join("; ")}`).join(" | ")}`))"""
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
# The app in its frame is looked at by itself. A row of the state is named by key and value; what else stands
# in it are controls with names of their own.
BUILDER: Final = {"iframes": False, "rules": {"label-content-name-mismatch": {"enabled": False}}}


async def see_nothing_serious(page: Page, what: str = "", options: dict[str, Any] | None = None) -> None:
    """Nothing serious or critical is found on the page as it is now, light and dark.

    Args:
        what: What is on the page, for the message of a failure.
        options: Of ``axe.run``.
    """
    if not await page.evaluate("() => 'axe' in window"):
        assert AXE.is_file(), "axe-core is missing: run `npm ci` in static/"
        # As a debugger does it: the page's own policy lets no script of others in.
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    for theme in THEMES:
        # Without motion a colour is at once what it becomes.
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert await page.evaluate(FIND, options or {}) == [], f"{what}, {theme}"


async def see_nothing_serious_in_the_builder(page: Page, what: str) -> None:
    """As ``see_nothing_serious``, on the Builder but for the app in it."""
    await see_nothing_serious(page, what, BUILDER)
