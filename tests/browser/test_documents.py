"""PDF: pages drawn as one gets to them, zoom, text that is found and copied, and what can't be shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import button, write_app
from commands import open_command
from pdf_files import make_pdf
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGES = 200
MAIN = """
    from pathlib import Path

    from mainspring.runtime import init_state

    init_state({
        "report": (Path(__file__).parent / "assets" / "report.pdf").read_bytes(),
        "broken": b"%PDF-1.7 and no more",
        "page": 1,
    })


    def last(state):
        state["page"] = 200
"""


def viewer(name: str, **fields: Any) -> dict[str, Any]:
    return {"id": name, "type": "pdf_viewer", "fields": fields}


@pytest_asyncio.fixture(loop_scope="session")
async def origin(tmp_path: Path) -> AsyncIterator[str]:
    reading = [button("last", "last"), viewer("report", src="@{report}", label="Report", page="@{page}")]
    wrong = [
        viewer("broken", src="@{broken}"),
        viewer("gone", src="assets/gone.pdf"),
        viewer("evil", src="data:application/pdf,x"),
        viewer("empty"),
    ]
    folder = write_app(tmp_path / "app", MAIN, reading=reading, wrong=wrong)
    (folder / "assets").mkdir()
    texts = [f"Page {n} has a Needle and a needle" if n == 150 else f"Page {n}" for n in range(1, PAGES + 1)]
    (folder / "assets" / "report.pdf").write_bytes(make_pdf(texts))
    async with open_command("run", folder, "--port", "0") as command:
        yield command.origin


async def test_of_a_long_document_the_pages_in_view_are_drawn(page: Page, origin: str) -> None:
    elsewhere: list[str] = []
    page.on(
        "request", lambda r: None if r.url.startswith((origin, "blob:", "data:")) else elsewhere.append(r.url)
    )
    await page.goto(f"{origin}/reading")
    await expect(page.get_by_role("region", name="Page 1", exact=True)).to_contain_text("Page 1")
    inked = """(canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, i) => i % 4 === 0 && value < 100);
    }"""
    assert await page.locator(".pdf-page[data-drawn] canvas").first.evaluate(inked)

    await page.get_by_role("button", name="Last", exact=True).click()

    await expect(page.get_by_role("region", name="Page 200")).to_contain_text("Page 200")
    await expect(page.get_by_label("Page", exact=True)).to_have_value("200")
    await expect(page.get_by_role("button", name="Next page")).to_be_disabled()
    assert await page.locator(".pdf-page").count() <= 5
    assert elsewhere == []


async def test_a_page_is_gone_to_by_its_number_and_by_buttons(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/reading")
    number = page.get_by_label("Page", exact=True)

    await number.fill("42")
    await number.press("Enter")
    await expect(page.get_by_role("region", name="Page 42")).to_be_in_viewport()
    await page.get_by_role("button", name="Next page").click()
    await expect(page.get_by_role("region", name="Page 43")).to_be_in_viewport()
    await number.fill("999")
    await number.press("Enter")

    await expect(number).to_have_value("43")


async def test_who_zooms_goes_on_looking_at_the_same_page(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/reading")
    number = page.get_by_label("Page", exact=True)
    await number.fill("42")
    await number.press("Enter")
    shown = page.get_by_role("region", name="Page 42")
    await expect(shown).to_have_attribute("data-drawn", "true")
    before = await shown.bounding_box()
    assert before is not None

    await page.get_by_role("button", name="Smaller").click()

    await expect(page.get_by_role("status", name="Zoom")).not_to_have_text("124 %")
    after = await shown.bounding_box()
    assert after is not None
    assert after["width"] < before["width"]
    await expect(shown).to_be_in_viewport()
    await page.get_by_role("button", name="Fit the width").click()
    await expect(page.get_by_role("button", name="Fit the width")).to_be_disabled()
    assert await shown.bounding_box() == before


async def test_text_is_found_marked_and_selected(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/reading")
    search = page.get_by_role("searchbox", name="Search the document")

    await search.fill("needle")

    await expect(page.get_by_text("1 of 2", exact=True)).to_be_visible()
    found = page.get_by_role("region", name="Page 150")
    await expect(found).to_have_attribute("data-drawn", "true")
    marked = "() => [...(CSS.highlights.get('pdf-chosen') ?? [])].map(String).join()"
    await page.wait_for_function(f"() => ({marked})() === 'Needle'")
    await search.press("Enter")
    await page.wait_for_function(f"() => ({marked})() === 'needle'")
    await expect(page.get_by_text("2 of 2", exact=True)).to_be_visible()
    await search.fill("nowhere at all")
    await expect(page.get_by_text("Not found")).to_be_visible()
    await found.locator(".pdf-text span").first.select_text()
    assert "Page 150 has" in await page.evaluate("() => String(getSelection())")


async def test_what_can_not_be_shown_says_why(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/wrong")

    for name, words in [
        ("broken", "it is no PDF, or it is damaged"),
        ("gone", "it isn’t there"),
        ("evil", "This address can't be read."),
    ]:
        await expect(page.locator(f"[data-component={name}]").get_by_role("alert")).to_contain_text(words)
    await expect(page.locator("[data-component=empty]")).to_have_count(0)


# The worker of pdf.js has the file fetched, and asks for the answer late.
SLOW_WORKER = """
    const listen = Worker.prototype.addEventListener;
    Worker.prototype.addEventListener = function (type, listener, options) {
        const late = (event) => {
            if (event.data?.action === "GetReader") window.fetched = true;
            if (!window.fetched || event.data?.action === "GetReader") return listener(event);
            setTimeout(() => listener(event), 300);
        };
        return listen.call(this, type, type === "message" ? late : listener, options);
    };
"""


async def test_an_answer_that_is_quicker_than_the_worker_is_told_once(page: Page, origin: str) -> None:
    # The page fixture fails a test in whose page a promise is rejected that nobody holds.
    await page.add_init_script(SLOW_WORKER)
    await page.goto(f"{origin}/wrong")

    await expect(page.locator("[data-component=gone]").get_by_role("alert")).to_contain_text("it isn’t there")
    assert await page.evaluate("() => window.fetched")
