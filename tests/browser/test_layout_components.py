"""Steps, dialog, sidebar, header, frame, icon, element, reuse: what they promise beyond their events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from browser_apps import button, text, write_app
from commands import Command, open_command
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MAIN = """
    from mainspring.runtime import init_state

    init_state({
        "step": "where", "asking": False, "told": 0, "name": "Ada", "paid": False, "n": 0, "flag": "flag",
        "hidden": False, "stern": False, "pages": "javascript:window.hacked=1",
    })


    def ask(state):
        state["asking"] = True


    def tell(state, payload):
        state["told"] += 1


    def be_stern(state):
        state["stern"] = True


    def fail(state):
        raise ValueError("no such order")


    def give_in(state):
        state["stern"] = False


    def to_pay(state):
        state["step"] = "pay"


    def count(state):
        state["n"] += 1


    def change(state):
        state["flag"] = "SquarePen" if state["flag"] == "flag" else "nonsense"
"""


def part(name: str, type_: str, /, *children: Any, **more: Any) -> dict[str, Any]:
    own: dict[str, Any] = {key: more.pop(key) for key in ("on", "binding", "visible") if key in more}
    return {"id": name, "type": type_, "fields": more, "children": list(children), **own}


STEPS = part(
    "wizard", "steps",
    part("who", "step", part("name", "text_input", label="Name", binding="name"), title="Who"),
    part("where", "step", text("Where to?", "q"), title="Where", caption="The address"),
    part("gift", "step", text("Wrapped?", "g"), title="Gift", disabled=True),
    part("pay", "step", text("How much?", "p"), title="Pay"),
    binding="step", label="Order",
)  # fmt: skip
PAGES: dict[str, list[Any]] = {
    "steps": [STEPS, button("skip", "to_pay"), text("At @{step}", "at")],
    "ordered": [
        part(
            "strict", "steps",
            part("o1", "step", title="One"), part("o2", "step", title="Two", completed="@{paid}"),
            part("o3", "step", title="Three"),
            in_order=True, back_label="Return",
        )
    ],
    "dialogs": [
        button("ask", "ask"),
        text("Told @{told}, asking @{asking}", "told_now"),
        part(
            "sure", "dialog",
            part("why", "text_input", label="Why?"), button("more", "count", "More"), button("fail", "fail"),
            title="Sure?", binding="asking", on={"wf-close": "tell"},
        ),
        button("be_stern", "be_stern"),
        part(
            "stern_one", "dialog", button("give_in", "give_in"),
            title="Answer me", open="@{stern}", dismissible=False,
        ),
    ],
    "framed": [
        part("bar", "header", button("new", "count", "New"), title="Workshop desk"),
        part("side", "sidebar", part("orders", "link", text="Orders", url="steps"), title="Menu"),
        part("body", "heading", text="Today", level="2"),
        part("long", "html_element", text="Long", styles={"height": "3000px"}),
    ],
    "rows": [
        part(
            "unwrapped", "horizontal_stack",
            text("A text that has more words than a narrow screen has room for", "words"),
            button("brew", "count"),
            wrap=False,
        )
    ],
    "titled": [
        part("bar_2", "header", title="Workshop desk"),
        part("main_heading", "heading", text="Orders", level="1"),
    ],
    "sided": [part("side_2", "sidebar", text("In it", "in_it"), title="Filters"), text("Beside", "beside")],
    "icons": [
        part("shown", "icon", icon="@{flag}", label="State", size=32, colour="#157347"),
        part("plain", "icon", icon="star"),
        button("change", "change"),
    ],
    "elements": [
        part(
            "list", "html_element",
            part("item", "html_element", element="li", text="<b>@{name}</b>"),
            element="ul",
            attributes={"lang": "de", "onclick": "window.hacked=1", "id": "app", "aria-label": "Names",
                        "data-component": "skip", "style": "color: red"},
            styles={"maxWidth": "300px", "--gap": "4px", "background": "url(https://example.org/x.png)",
                    "color": "red; background: blue"},
        ),
        part("evil", "html_element", element="script", text="window.hacked=1"),
        part("away", "html_element", element="a", text="Away", attributes={"href": "@{pages}"}),
        part("onward", "html_element", element="a", text="Onward",
             attributes={"href": "https://example.org/", "target": "_blank"}),
    ],
    "frames": [
        part("own", "iframe", src="assets/inside.html", title="Report", height=200),
        part("bad", "iframe", src="@{pages}", title="Bad"),
        part("data", "iframe", src="data:text/html,<p>no</p>"),
    ],
    "again": [
        part("again_counter", "reuse", component="counter"),
        part("again_name", "reuse", component="here_name"),
        part("here_name", "text_input", label="Here", binding="name"),
        part("round", "section", part("in_round", "reuse", component="round"), title="Round"),
        part("lost", "reuse", component="nobody"),
        part("in_rows", "repeater", text("@{item}", "each"), items=[1, 2]),
        part("row_again", "reuse", component="each"),
        part("again_hidden", "reuse", component="in_secret"),
    ],
    "origin": [
        part("counter", "section", text("Counted @{n}", "n"), button("one_more", "count"), title="Counter"),
        part("secret", "section", text("In secret", "in_secret"), title="Secret", visible="@{hidden}"),
    ],
}  # fmt: skip
FILES = {"assets/inside.html": "<p>Inside</p><script>document.title = window.origin</script>"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Command]:
    folder: Path = write_app(tmp_path_factory.mktemp("layout") / "app", MAIN, FILES, **PAGES)
    async with open_command("run", folder, "--port", "0") as command:
        yield command


async def show(page: Page, served: Command, name: str) -> None:
    await page.goto(f"{served.origin}/{name}")
    await expect(page.get_by_role("main")).to_be_visible()


async def test_in_a_row_that_does_not_wrap_texts_make_room_for_buttons(page: Page, served: Command) -> None:
    await page.set_viewport_size({"width": 360, "height": 640})
    await show(page, served, "rows")

    brew = page.get_by_role("button", name="Brew")
    height = await brew.evaluate(
        "(button) => button.offsetHeight / parseFloat(getComputedStyle(button).lineHeight)"
    )
    assert height < 2
    await expect(brew).to_be_in_viewport(ratio=1)


# --- steps ---


async def test_one_step_is_shown_and_the_row_says_which_and_what_is_done(page: Page, served: Command) -> None:
    await show(page, served, "steps")

    row = page.get_by_role("navigation", name="Order")
    await expect(row.get_by_role("button", name="Step 2 of 4: Where")).to_have_attribute(
        "aria-current", "step"
    )
    await expect(row.get_by_role("button", name="Step 1 of 4: Who , completed")).to_be_visible()
    await expect(row.get_by_role("button", name="Gift")).to_be_disabled()
    await expect(page.get_by_role("group", name="Where")).to_have_text("Where to?")
    await expect(page.get_by_text("How much?")).to_have_count(0)


async def test_next_passes_over_a_disabled_step_and_takes_the_focus_along(
    page: Page, served: Command
) -> None:
    await show(page, served, "steps")

    await page.get_by_role("button", name="Next").click()

    await expect(page.get_by_text("At pay")).to_be_visible()
    await expect(page.get_by_role("group", name="Pay")).to_be_focused()
    await expect(page.get_by_role("button", name="Next")).to_have_count(0)
    await page.get_by_role("button", name="Back").click()
    await expect(page.get_by_text("At where")).to_be_visible()


async def test_a_handler_leads_to_a_step_by_assigning_its_id(page: Page, served: Command) -> None:
    await show(page, served, "steps")

    await page.get_by_role("button", name="Skip").click()

    await expect(page.get_by_text("How much?")).to_be_visible()


async def test_what_was_entered_in_a_step_is_there_when_it_is_opened_again(
    page: Page, served: Command
) -> None:
    await show(page, served, "steps")
    await page.get_by_role("button", name="Back").click()
    await page.get_by_label("Name").fill("Grace")
    await page.get_by_role("button", name="Next").click()

    await page.get_by_role("button", name="Step 1 of 4").click()

    await expect(page.get_by_label("Name")).to_have_value("Grace")


async def test_steps_in_order_are_reached_one_after_the_other(page: Page, served: Command) -> None:
    await show(page, served, "ordered")
    await expect(page.get_by_role("button", name="Step 3 of 3")).to_be_disabled()
    await expect(page.get_by_role("button", name="Step 2 of 3")).to_be_enabled()

    await page.get_by_role("button", name="Next").click()

    await expect(page.get_by_role("button", name="Step 3 of 3")).to_be_enabled()
    await expect(page.get_by_role("button", name="Return")).to_be_visible()


# --- dialog ---


async def test_a_dialog_keeps_the_focus_gives_it_back_and_tells_of_its_end(
    page: Page, served: Command
) -> None:
    await show(page, served, "dialogs")
    await page.get_by_role("button", name="Ask").click()
    dialog = page.get_by_role("dialog", name="Sure?")
    await expect(dialog.get_by_label("Why?")).to_be_focused()

    for _ in range(4):
        await page.keyboard.press("Tab")
        outside = "document.activeElement !== document.body && !document.activeElement.closest('dialog')"
        assert not await page.evaluate(outside)
    await page.keyboard.press("Escape")

    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("button", name="Ask")).to_be_focused()
    await expect(page.get_by_text("Told 1, asking false")).to_be_visible()


async def test_a_dialog_is_open_before_it_is_painted(page: Page, served: Command) -> None:
    await page.add_init_script("""
        new MutationObserver(() => {
            const inside = document.querySelector('dialog [data-component="more"]');
            if (inside) window.openWhenAdded ??= inside.closest("dialog").open;
        }).observe(document, { childList: true, subtree: true });
    """)
    await show(page, served, "dialogs")

    await page.get_by_role("button", name="Ask").click()
    await expect(page.get_by_role("dialog", name="Sure?")).to_be_visible()
    assert await page.evaluate("window.openWhenAdded")


async def test_a_press_beside_a_dialog_closes_it_and_one_inside_does_not(page: Page, served: Command) -> None:
    await show(page, served, "dialogs")
    await page.get_by_role("button", name="Ask").click()
    dialog = page.get_by_role("dialog", name="Sure?")
    await dialog.get_by_role("heading", name="Sure?").click()
    await dialog.get_by_role("button", name="More").click()
    await expect(dialog).to_be_visible()

    await page.mouse.click(10, 400)

    await expect(dialog).to_have_count(0)
    await expect(page.get_by_text("asking false")).to_be_visible()


async def test_what_goes_wrong_in_a_dialog_is_said_in_it(page: Page, served: Command) -> None:
    await show(page, served, "dialogs")
    await page.get_by_role("button", name="Ask").click()
    dialog = page.get_by_role("dialog", name="Sure?")

    await dialog.get_by_role("button", name="Fail").click()

    notice = dialog.get_by_role("alert").filter(has_text="Something went wrong")
    await expect(notice).to_be_visible()
    await notice.get_by_role("button", name="Close").click()
    await expect(notice).to_have_count(0)
    await expect(dialog).to_be_visible()


async def test_a_dialog_that_must_be_answered_stays_until_a_handler_closes_it(
    page: Page, served: Command
) -> None:
    await show(page, served, "dialogs")
    await page.get_by_role("button", name="Be stern").click()
    dialog = page.get_by_role("dialog", name="Answer me")
    await expect(dialog).to_be_visible()

    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.mouse.click(10, 400)
    await expect(dialog.get_by_role("button", name="Close")).to_have_count(0)
    await expect(dialog).to_be_visible()

    await dialog.get_by_role("button", name="Give in").click()
    await expect(dialog).to_have_count(0)


# --- header and sidebar ---


async def test_header_sidebar_and_content_are_landmarks_beside_one_another(
    page: Page, served: Command
) -> None:
    await show(page, served, "framed")

    banner, side, main = (
        page.get_by_role("banner"),
        page.get_by_role("complementary"),
        page.get_by_role("main"),
    )
    await expect(banner.get_by_role("heading", name="Workshop desk", level=1)).to_be_visible()
    await expect(banner.get_by_role("button", name="New")).to_be_visible()
    await expect(side.get_by_role("link", name="Orders")).to_be_visible()
    await expect(main.get_by_role("heading", name="Today", level=2)).to_be_visible()
    boxes = [await each.bounding_box() for each in (banner, side, main)]
    assert all(boxes)
    top, left, rest = boxes
    assert top and left and rest
    assert top["y"] + top["height"] <= left["y"] == rest["y"]
    assert left["x"] + left["width"] <= rest["x"]


async def test_header_and_sidebar_stay_in_sight_while_the_page_is_scrolled(
    page: Page, served: Command
) -> None:
    await show(page, served, "framed")

    await expect(page.get_by_text("Long", exact=True)).to_be_visible()
    await page.evaluate("() => window.scrollTo(0, 1500)")
    await expect(page.get_by_role("heading", name="Today")).not_to_be_in_viewport()

    await expect(page.get_by_role("heading", name="Workshop desk")).to_be_in_viewport()
    await expect(page.get_by_role("link", name="Orders")).to_be_in_viewport()


async def test_an_element_has_its_styles_before_it_is_painted(page: Page, served: Command) -> None:
    await page.add_init_script("""
        new MutationObserver(() => {
            const long = document.querySelector('[data-component="long"]');
            if (long) window.heightWhenAdded ??= long.style.height;
        }).observe(document, { childList: true, subtree: true });
    """)
    await show(page, served, "framed")

    await expect(page.get_by_text("Long", exact=True)).to_be_visible()
    assert await page.evaluate("window.heightWhenAdded") == "3000px"


async def test_the_title_is_no_heading_where_the_page_has_its_own(page: Page, served: Command) -> None:
    await show(page, served, "titled")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Orders")
    await expect(page.get_by_role("banner")).to_have_text("Workshop desk")


@pytest.mark.parametrize(
    ("name", "button_name", "inside"), [("framed", "Menu", "Orders"), ("sided", "Filters", "In it")]
)
async def test_on_a_narrow_screen_a_button_opens_the_sidebar_and_escape_closes_it(
    page: Page, served: Command, name: str, button_name: str, inside: str
) -> None:
    await page.set_viewport_size({"width": 390, "height": 800})
    await show(page, served, name)
    opener = page.get_by_role("button", name=button_name, exact=True)
    await expect(page.get_by_text(inside, exact=True)).to_have_count(0)

    await opener.click()
    drawer = page.get_by_role("dialog", name=button_name)
    await expect(drawer.get_by_text(inside, exact=True)).to_be_visible()
    await page.keyboard.press("Escape")

    await expect(drawer).to_have_count(0)
    await expect(opener).to_be_focused()
    await expect(opener).to_have_attribute("aria-expanded", "false")


async def test_a_link_in_the_drawer_leads_on_and_closes_it(page: Page, served: Command) -> None:
    await page.set_viewport_size({"width": 390, "height": 800})
    await show(page, served, "framed")
    await page.get_by_role("button", name="Menu", exact=True).click()

    await page.get_by_role("link", name="Orders").click()

    await expect(page.get_by_text("At where")).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)


# --- icon, element, frame ---


async def test_an_icon_is_drawn_by_its_name_and_only_its_letter_is_loaded(
    page: Page, served: Command
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await show(page, served, "icons")
    icon = page.get_by_role("img", name="State")
    await expect(icon.locator("path")).not_to_have_count(0)
    flag = await icon.locator("svg").inner_html()
    assert await icon.bounding_box() is not None
    await expect(icon).to_have_css("width", "32px")
    await expect(icon).to_have_css("color", "rgb(21, 115, 71)")
    plain = page.locator("[data-component=plain]")
    await expect(plain).to_have_attribute("aria-hidden", "true")
    await expect(plain.locator("path")).not_to_have_count(0)
    letters = {
        url.rsplit("/", 1)[1][6] for url in asked if "/chunk-" in url and url.rsplit("/", 1)[1][7] == "-"
    }
    assert letters == {"f", "s"}

    await page.get_by_role("button", name="Change").click()
    await expect(icon.locator("path")).to_have_count(2)
    assert await icon.locator("svg").inner_html() != flag

    await page.get_by_role("button", name="Change").click()
    await expect(icon.locator("svg")).to_have_count(0)


async def test_an_element_has_its_attributes_and_styles_and_nothing_that_could_run(
    page: Page, served: Command
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await show(page, served, "elements")

    names = page.get_by_role("list", name="Names")
    await expect(names).to_have_attribute("lang", "de")
    await expect(names).to_have_attribute("data-component", "list")
    await expect(names).to_have_css("max-width", "300px")
    assert await names.evaluate("(e) => e.style.getPropertyValue('--gap')") == "4px"
    left_out = "(e) => [e.id, e.onclick, e.style.color, e.style.background].map(String)"
    assert await names.evaluate(left_out) == ["", "null", "", ""]
    await expect(names.get_by_role("listitem")).to_have_text("<b>Ada</b>")
    await expect(page.locator("[data-component=evil]")).to_have_js_property("tagName", "DIV")
    assert await page.get_by_text("Away", exact=True).get_attribute("href") is None
    onward = page.get_by_role("link", name="Onward")
    await expect(onward).to_have_attribute("rel", "noopener noreferrer")
    assert await page.evaluate("() => window.hacked") is None
    assert all(url.startswith(served.origin) for url in asked)


async def test_a_frame_shows_the_apps_own_file_apart_from_the_app(page: Page, served: Command) -> None:
    await show(page, served, "frames")

    report = page.frame_locator("iframe[title=Report]")
    await expect(report.get_by_text("Inside")).to_be_visible()
    frame = page.locator("iframe[title=Report]")
    await expect(frame).to_have_attribute("sandbox", "allow-scripts allow-forms")
    inner = await (await frame.element_handle()).content_frame()
    assert inner is not None
    assert await inner.evaluate("window.origin") == "null"
    await expect(page.get_by_text("This address can't be shown in a frame")).to_have_count(2)
    await expect(page.locator("iframe")).to_have_count(1)


# --- reuse ---


async def test_a_reused_component_has_live_state_and_reaches_the_originals_handler(
    page: Page, served: Command
) -> None:
    await show(page, served, "again")
    again = page.locator("[data-component=again_counter]")
    await expect(again.get_by_text("Counted 0")).to_be_visible()

    await again.get_by_role("button", name="One more").click()

    await expect(again.get_by_text("Counted 1")).to_be_visible()


async def test_an_input_shown_twice_is_one_input_with_two_labels(page: Page, served: Command) -> None:
    await show(page, served, "again")
    both = page.get_by_label("Here")
    await expect(both).to_have_count(2)

    await both.first.fill("Grace")

    await expect(both.last).to_have_value("Grace")
    ids = await page.locator("[id]").evaluate_all("(all) => all.map((each) => each.id)")
    assert len(ids) == len(set(ids))


async def test_a_component_that_would_show_itself_is_refused_and_the_page_goes_on(
    page: Page, served: Command
) -> None:
    await show(page, served, "again")

    for name in ("in_round", "lost", "row_again"):
        await expect(page.locator(f"[data-component={name}]")).to_have_text(
            "This part of the page can't be shown."
        )
    await expect(page.locator("[data-component=again_hidden]")).to_have_count(0)
    await expect(page.get_by_text("In secret")).to_have_count(0)
