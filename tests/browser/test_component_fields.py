"""Each field of each component does something: another value of it makes another picture or another control.

Two of a component stand on a page, which differ in one field; all that a browser knows of both is compared.
Two that differ in nothing are compared as well: those have to be the same.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from browser_apps import write_app
from commands import open_command
from component_pages import ASSETS, BARS, CATALOGUE, DOT, shown_alone, specimen
from mainspring.builder.components.component_types import FieldSpec
from playwright.async_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# What a field needs beside it to show: other fields of both.
BESIDE: Final[Mapping[tuple[str, str], Mapping[str, Any]]] = {
    ("chatbot", "empty_text"): {"conversation": []},
    ("chatbot", "user_name"): {"conversation": [{"role": "user", "content": "Hello"}]},
    ("chatbot", "user_avatar"): {"conversation": [{"role": "user", "content": "Hello"}]},
    ("chatbot", "accept"): {"allow_files": True},
    ("code_viewer", "empty_text"): {"code": ""},
    ("dataframe", "empty_text"): {"data": []},
    ("header", "logo_alt"): {"title": "", "logo": DOT},
    ("json_viewer", "empty_text"): {"data": "@{nothing}"},
    ("map", "latitude"): {"longitude": 10},
    ("map", "longitude"): {"latitude": 50},
    ("plotly_graph", "height"): {"figure": {"data": BARS["data"]}},
    ("text", "use_markdown"): {"text": "This **matters**"},
}
# Values of fields for which their type alone gives none.
VALUES: Final[Mapping[tuple[str, str], Any]] = {
    ("dialog", "open"): False,
    ("html_element", "element"): "blockquote",
    ("html_element", "attributes"): {"lang": "de"},
    ("html_element", "styles"): {"max-width": "20rem"},
    ("reuse", "component"): "other",
    ("section", "collapsible"): False,
}
# Fields that show only when something is done; and where that is done.
DONE: Final[Mapping[tuple[str, str], str]] = {
    ("chatbot", "max_size"): "test_chatbot.py: max_size=1",
    ("download_button", "data"): '../gestures/inputs.py: "data": "@{raw_bytes}"',
    ("download_button", "file_name"): '../gestures/inputs.py: "file_name": "raw.bin"',
    ("figure", "file_name"): 'test_figures.py: file_name="points"',
    ("pdf_viewer", "page"): 'test_documents.py: page="@{page}"',
    ("plotly_graph", "scroll_zoom"): "test_plots.py: scroll_zoom=True",
    ("repeater", "key_field"): 'test_nested_repeaters.py: "key_field": apart',
    ("repeater", "key_variable"): 'test_nested_repeaters.py: "key_variable": key',
    ("repeater", "value_variable"): 'test_nested_repeaters.py: "value_variable": value',
    ("select_multiple", "options"): 'test_comboboxes.py: "options":',
    ("steps", "back_label"): 'test_layout_components.py: back_label="Return"',
    ("timer", "interval"): 'test_timer.py: "interval": 0.1',
    ("timer", "active"): 'test_timer.py: "active": "@{on}"',
}
# The texts that a reused component shows.
REUSED: Final = [{"id": name, "type": "text", "fields": {"text": name}} for name in ("shown_again", "other")]

# All that a person or a screen reader could tell apart; ids differ anyway, and so may sizes in half pixels.
PICTURE = r"""(id) => {
    const root = document.querySelector(`[data-component="${id}"]`);
    const random = /(?<=\b(?:defs|topdefs|legend|modebar)-|\bclip)[0-9a-f]{6}/g;  // Plotly's ids.
    const bare = (text) => text.replaceAll(id, "ID").replaceAll(random, "");
    const properties = "value checked disabled muted loop autoplay controls min max step".split(" ");
    const texts = (element) => [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
    const styles = (all) => [...all].filter((name) => !/-origin|-size$/.test(name));
    const picture = (element) => {
        const style = getComputedStyle(element);
        return [
            element.tagName,
            [...element.attributes].map(({ name, value }) => bare(`${name}=${value}`)).sort(),
            properties.map((name) => String(element[name])),
            texts(element).map(({ data }) => bare(data)),
            styles(style).map((name) => bare(style.getPropertyValue(name))),
        ];
    };
    return root && JSON.stringify([root, ...root.querySelectorAll("*")].map(picture));
}"""


def fields_of(type_: str) -> dict[str, FieldSpec]:
    """The fields of a component and of those that stand only in it."""
    known = CATALOGUE.types[type_]
    inside = known.children if isinstance(known.children, tuple) else ()
    fields = [CATALOGUE.types[each].fields for each in (type_, *inside)]
    return {name: field for each in reversed(fields) for name, field in each.items()}


def another(type_: str, name: str, field: FieldSpec) -> Any:
    """A value that the specimen doesn't have."""
    if (type_, name) in VALUES:
        return VALUES[type_, name]
    if field.type == "boolean":
        return not field.default
    if field.type == "option":
        return next(each for each in field.options or {} if each != field.default)
    if field.type == "number":
        low = field.min or 0
        return next(n for n in ((field.default or low) + 3, low + 1) if field.max is None or n <= field.max)
    others: dict[str, Any] = {"image": DOT.replace("AAAAB", "AAAAC"), "icon": "heart", "colour": "#c02040"}
    others |= {"key_value": {"k": "Other"}, "list": ["7", "9"], "json": [{"other": 1}]}
    return others.get(field.type, "Other words")


def page_of(type_: str) -> list[dict[str, Any]]:
    shown = [specimen(type_, f"{type_}_control_{which}") for which in ("one", "two")]
    for name, field in fields_of(type_).items():
        beside = BESIDE.get((type_, name), {})
        shown.append(specimen(type_, f"{type_}_{name}_one", **beside))
        other = {**beside, name: another(type_, name, field)}
        shown.append(specimen(type_, f"{type_}_{name}_two", **other))
    # What stands before a component may change how far away it stands: before each there is the same.
    words = {"type": "text", "fields": {"text": "Next:"}}
    parted = [({**words, "id": f"{each['id']}_before"}, each) for each in shown]
    return [*(REUSED if type_ == "reuse" else []), *(each for pair in parted for each in pair)]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def origin(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    folder: Path = tmp_path_factory.mktemp("fields") / "app"
    main = "def take(state, payload):\n    pass\n"
    write_app(folder, main, ASSETS, **{type_: page_of(type_) for type_ in shown_alone()})
    async with open_command("run", folder, "--port", "0") as served:
        yield served.origin


@pytest.mark.parametrize("type_", shown_alone())
async def test_another_value_of_a_field_makes_a_difference(page: Page, origin: str, type_: str) -> None:
    await page.goto(f"{origin}/{type_}")
    await expect(page.locator(f"[data-component='{type_}_control_two']")).to_be_attached()
    if type_ != "pdf_viewer":  # What it has read enough of, it doesn't read to the end.
        await page.wait_for_load_state("networkidle")
    await page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")

    async def pair(name: str) -> list[str | None]:
        return [await page.evaluate(PICTURE, f"{type_}_{name}_{which}") for which in ("one", "two")]

    # What is drawn piece by piece, such as a document, is whole when it is the same.
    same = f"([one, two]) => {{ const picture = {PICTURE}; return picture(one) === picture(two); }}"
    await page.wait_for_function(same, arg=[f"{type_}_control_{which}" for which in ("one", "two")])
    pictures = {name: await pair(name) for name in fields_of(type_) if (type_, name) not in DONE}
    assert [name for name, (one, two) in pictures.items() if one == two or one is None] == []


async def test_what_shows_when_something_is_done_is_tried_elsewhere() -> None:
    here = Path(__file__).parent

    for where in DONE.values():
        name, _, code = where.partition(": ")
        assert code in (here / name).read_text(encoding="utf-8"), where
