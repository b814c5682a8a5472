"""The example works as it stands, in the finished app: each idea of it by the gesture that a person makes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from commands import Command, open_command
from playwright.async_api import Page, Request, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def desk(page: Page, copy_of_hello: Path) -> AsyncIterator[Command]:
    """The page of the example, open in the browser."""
    async with open_command("run", copy_of_hello, "--port", "0") as served:
        await page.goto(served.url)
        await expect(page.get_by_text("12 visitors today")).to_be_visible()
        yield served


async def test_a_click_counts_and_what_is_printed_reaches_the_operator(page: Page, desk: Command) -> None:
    await page.get_by_role("button", name="One more").click()

    await expect(page.get_by_text("13 visitors today")).to_be_visible()
    await desk.until_said("Visitors today: 13")


@pytest.mark.usefixtures("desk")
async def test_inputs_reach_their_handlers_and_a_binding_empties_the_field(page: Page) -> None:
    await page.get_by_label("Customer").press_sequentially("Grace Hopper")
    await expect(page.get_by_text("Good morning, Grace Hopper!")).to_be_visible()
    await page.get_by_label("Hours").fill("2.5")
    await expect(page.get_by_text("168 €")).to_be_visible()
    await page.get_by_label("Work").select_option("brakes")
    await expect(page.get_by_text("195 €")).to_be_visible()

    await page.get_by_role("button", name="Take the job").click()

    await expect(page.get_by_text("Job 103 for Grace Hopper is on the list.")).to_be_visible()
    await expect(page.get_by_label("Customer")).to_have_value("")


@pytest.mark.usefixtures("desk")
async def test_a_button_in_a_repeater_acts_on_its_row(page: Page) -> None:
    await page.get_by_role("button", name="Done").nth(1).click()

    await expect(page.get_by_text(re.compile("Alan Turing · Brakes · done"))).to_be_visible()
    await expect(page.get_by_text(re.compile("Ada Lovelace · Full service · waiting"))).to_be_visible()
    await expect(page.get_by_role("button", name="Done")).to_have_count(1)


@pytest.mark.usefixtures("desk")
async def test_a_list_that_is_sorted_and_assigned_to_itself_is_shown_sorted(page: Page) -> None:
    await page.get_by_role("button", name="Sort by stock").click()

    await expect(page.locator("table td").first).to_have_text("Brake pads")


@pytest.mark.usefixtures("desk")
async def test_an_async_handler_shows_how_far_it_is_while_the_page_goes_on(page: Page) -> None:
    # Noted as it comes: each of it is there for less than a second.
    await page.evaluate("""() => {
        window.shown = new Set();
        const note = () => {
            const now = document.body.innerText;
            const steps = now.match(/\\d of 2/g) ?? [];
            for (const step of steps) shown.add(step);
            if (steps.length && now.includes("13 visitors today")) shown.add("both");
        };
        const all = { childList: true, characterData: true, subtree: true };
        new MutationObserver(note).observe(document.body, all);
    }""")
    await page.get_by_role("button", name="Order what is missing").click()
    await page.wait_for_function("() => shown.has('1 of 2')")

    await page.get_by_role("button", name="One more").click()

    await page.wait_for_function("() => shown.has('both') && shown.has('2 of 2')")
    await expect(page.get_by_text("2 of 2")).to_have_count(0)


@pytest.mark.usefixtures("desk")
async def test_a_photo_of_the_camera_reaches_its_handler_and_the_page(page: Page) -> None:
    await page.get_by_role("button", name="Turn on camera").click()
    await page.get_by_role("button", name="Take a photo").click()

    photo = page.get_by_role("img", name="The bicycle")
    await expect(photo).to_be_visible()
    assert await photo.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0


async def test_another_visitor_has_state_of_their_own(page: Page, desk: Command) -> None:
    await page.get_by_role("button", name="One more").click()
    await expect(page.get_by_text("13 visitors today")).to_be_visible()
    assert page.context.browser is not None

    other = await page.context.browser.new_context()
    visitor = await other.new_page()
    await visitor.goto(desk.url)

    await expect(visitor.get_by_text("12 visitors today")).to_be_visible()
    await other.close()


async def test_nothing_is_asked_of_another_origin(page: Page, copy_of_hello: Path) -> None:
    asked: list[Request] = []
    page.context.on("request", lambda request: asked.append(request))
    async with open_command("edit", copy_of_hello, "--port", "0", "--no-browser") as builder:
        await page.goto(builder.url)
        app = page.frame_locator("iframe[title='App']")
        await expect(app.get_by_text("12 visitors today")).to_be_visible()
        await expect(
            page.get_by_role("region", name="Code").get_by_text("The front desk").first
        ).to_be_visible()

    hosts = {re.sub(r"^\w+://([^:/]*).*", r"\1", request.url) for request in asked}
    assert hosts == {"127.0.0.1"}
