"""Each type of field is set by its control in the settings, and is so in the app and on disk."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from accessibility import see_nothing_serious_in_the_builder
from browser_apps import button, write_app
from commands import open_command
from mainspring.builder.components.component_types import FIELD_TYPES
from playwright.async_api import Locator, Page, expect

# The browser lives in the session's loop.
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# A component of the app's own that has one field of each type, and shows them all as JSON.
TYPE: Final = 'title = "Probe"\ncategory = "Other"\ndescription = "All fields."\nicon = "box"\n' + "".join(
    f'\n[fields.{name}]\ntitle = "The {name}"\ntype = "{name}"\n'
    + ('options = { low = "Low", high = "High" }\ndefault = "low"\n' if name == "option" else "")
    + ("min = 0\nmax = 10\n" if name == "number" else "")
    for name in FIELD_TYPES
)
SCRIPT: Final = """
export default function mount(element, component) {
  const draw = ({ fields }) => { element.textContent = JSON.stringify(fields); };
  draw(component);
  return { update: draw, destroy() {} };
}
"""


def settings(page: Page) -> Locator:
    return page.get_by_role("region", name="Settings", exact=True)


def field(page: Page, title: str) -> Locator:
    return settings(page).get_by_label(title, exact=True)


async def typed(page: Page, name: str, text: str) -> None:
    await field(page, f"The {name}").fill(text)


async def chosen(page: Page, name: str, option: str) -> None:
    await field(page, f"The {name}").select_option(option)


async def set_list(page: Page) -> None:
    rows = settings(page).get_by_role("group", name="The list")
    await rows.get_by_role("button", name="Add a row").click()
    await page.keyboard.type("one")
    await page.keyboard.press("Enter")
    await page.keyboard.type("three")
    await page.keyboard.press("Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Alt+ArrowUp")
    await rows.get_by_role("textbox", name="Entry 1").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("not this one")
    await rows.get_by_role("button", name="Remove not this one").click()
    await expect(rows.get_by_role("textbox")).to_have_count(3)


async def set_key_value(page: Page) -> None:
    rows = settings(page).get_by_role("group", name="The key_value")
    for at, (key, label) in enumerate((("b", "Second"), ("a", "First"), ("a", "Twice")), 1):
        await rows.get_by_role("button", name="Add a row").click()
        await rows.get_by_role("textbox", name=f"Key {at}", exact=True).fill(key)
        await rows.get_by_role("textbox", name=f"Value {at}", exact=True).fill(label)
    await expect(rows.get_by_role("alert")).to_have_text("Two rows have the same key.")
    await rows.get_by_role("textbox", name="Key 3", exact=True).fill("c")
    await rows.get_by_role("textbox", name="Value 3", exact=True).fill("")
    await rows.get_by_role("button", name="Move row 2 up").click()


async def set_json(page: Page) -> None:
    await typed(page, "json", '{\n "a": [1, 2\n}')
    problem = settings(page).get_by_role("status").filter(has_text="Line 3, column 1")
    await expect(problem).to_contain_text("a comma or “]” is expected here")
    await problem.get_by_role("button").click()
    # There the place is selected: what is typed takes its place.
    await page.keyboard.type("]}")


async def set_icon(page: Page) -> None:
    await settings(page).get_by_role("button", name="Choose The icon").click()
    await page.get_by_role("searchbox", name="Search icons").fill("bike")
    await page.get_by_role("button", name="bike", exact=True).click()
    await expect(field(page, "The icon")).to_be_focused()


async def set_size(page: Page) -> None:
    await typed(page, "size", "12")
    await field(page, "Unit of The size").select_option("rem")


Setting = Callable[[Page], Awaitable[None]]
# Of each type: what a person does, and what the field is then.
TABLE: Final[dict[str, tuple[Setting, Any]]] = {
    "text": (lambda page: typed(page, "text", "Words"), "Words"),
    "multiline": (lambda page: typed(page, "multiline", "One\nTwo"), "One\nTwo"),
    "number": (lambda page: typed(page, "number", "70"), 10),
    "boolean": (lambda page: field(page, "The boolean").click(), True),
    "option": (lambda page: chosen(page, "option", "high"), "high"),
    "colour": (lambda page: typed(page, "colour", "#aa2200"), "#aa2200"),
    "size": (set_size, "12rem"),
    "key_value": (set_key_value, {"a": "First", "b": "Second", "c": "c"}),
    "list": (set_list, ["one", "two", "three"]),
    "json": (set_json, {"a": [1, 2]}),
    "icon": (set_icon, "bike"),
    "image": (lambda page: typed(page, "image", "assets/logo.svg"), "assets/logo.svg"),
    "page": (lambda page: chosen(page, "page", "second"), "second"),
    "component": (lambda page: chosen(page, "component", "go"), "go"),
    "state_path": (lambda page: typed(page, "state_path", "form.name"), "form.name"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "components/probe/component.toml": TYPE,
        "components/probe/component.js": SCRIPT,
        "assets/logo.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
    probe: dict[str, Any] = {"id": "probe", "type": "probe"}
    return write_app(tmp_path / "app", "", files, main=[probe, button("go", "run")], second=[])


@pytest_asyncio.fixture(loop_scope="session")
async def shown(page: Page, folder: Path) -> AsyncIterator[Locator]:
    """What the app shows of the component, which is selected."""
    async with open_command("edit", folder, "--port", "0", "--no-browser") as command:
        await page.goto(command.url)
        await page.locator("#row-probe").click()
        yield page.frame_locator("iframe[title='App']").locator("[data-component=probe]")


async def test_each_type_of_field_is_set_by_its_control(page: Page, shown: Locator, folder: Path) -> None:
    assert TABLE.keys() == FIELD_TYPES.keys()

    for name, (setting, value) in TABLE.items():
        await setting(page)
        # As the component draws it: the key and the value, as JSON.
        text = json.dumps({name: value}, ensure_ascii=False, separators=(",", ":"))[1:-1]
        await expect(shown, name).to_contain_text(text)

    await settings(page).get_by_role("button", name="Choose The icon").click()
    await expect(page.get_by_role("button", name="star", exact=True)).to_be_visible()
    await see_nothing_serious_in_the_builder(page, "all types of fields")

    stored = json.loads((folder / "pages" / "main.json").read_text("utf-8"))
    # Lines are stored as lines.
    expected = {name: value for name, (_, value) in TABLE.items()} | {"multiline": ["One", "Two"]}
    assert stored["children"][0]["fields"] == expected


async def test_a_list_of_objects_is_edited_as_json(page: Page, shown: Locator, folder: Path) -> None:
    file = folder / "pages" / "main.json"
    stored = json.loads(file.read_text("utf-8"))
    stored["children"][0]["fields"] = {"list": [{"n": 1}]}
    file.write_text(json.dumps(stored), encoding="utf-8")
    await expect(shown).to_contain_text('"list":[{"n":1}]')
    await expect(field(page, "The list")).to_have_value('[\n  {\n    "n": 1\n  }\n]')
    await expect(settings(page).get_by_role("group", name="The list")).to_have_count(0)

    await typed(page, "list", '[{"n": 1}, {"n": 2}]')

    await expect(shown).to_contain_text('"list":[{"n":1},{"n":2}]')


@pytest.mark.usefixtures("shown")
async def test_an_empty_row_goes_when_the_click_that_leaves_it_is_done(page: Page) -> None:
    rows = settings(page).get_by_role("group", name="The key_value")
    await rows.get_by_role("button", name="Add a row").click()
    await expect(rows.get_by_role("textbox")).to_have_count(2)
    target = settings(page).get_by_role("button", name="Expression for The json")
    box = await target.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    await page.mouse.down()
    assert await target.bounding_box() == box
    await page.mouse.up()

    await expect(target).to_have_attribute("aria-pressed", "true")
    await expect(rows.get_by_role("textbox")).to_have_count(0)


@pytest.mark.usefixtures("shown")
async def test_rows_with_the_same_key_stay_as_they_were_typed_until_they_are_mended(page: Page) -> None:
    rows = settings(page).get_by_role("group", name="The key_value")
    for at, key in enumerate(("a", "b"), 1):
        await rows.get_by_role("button", name="Add a row").click()
        await rows.get_by_role("textbox", name=f"Key {at}", exact=True).fill(key)
    await rows.get_by_role("textbox", name="Key 2", exact=True).fill("a")

    await field(page, "The text").click()

    await expect(rows.get_by_role("textbox", name="Key 2", exact=True)).to_have_value("a")
    await expect(rows.get_by_role("alert")).to_have_text("Two rows have the same key.")


async def test_a_field_of_any_type_but_text_takes_an_expression_and_goes_back(
    page: Page, shown: Locator
) -> None:
    for name in ("number", "list", "json"):
        await settings(page).get_by_role("button", name=f"Expression for The {name}").click()
        await typed(page, name, "@{some.path}")
        await expect(settings(page).get_by_text("some.path").first).to_be_visible()
        await settings(page).get_by_role("button", name=f"Expression for The {name}").click()
        await expect(settings(page).get_by_role("button", name=f"Reset The {name}")).to_have_count(0)
    await expect(shown).to_contain_text('"list":[]')
