"""The catalogue: the components of the package are in order, and a mistake is named by file and key."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from mainspring.builder.components.catalogue import (
    Catalogue,
    components_folder,
    load_app_catalogue,
    load_catalogue,
)
from mainspring.builder.components.component_types import FIELD_TYPES
from mainspring.builder.components.payload_kinds import PAYLOAD_KINDS
from mainspring.runtime.protocol import Component

PROPER = """
title = "Knob"
category = "Input"
description = "Turns."
icon = "circle"
default_event = "wf-number-change"
binding = "wf-number-change"
common = ["base"]

[fields.size]
title = "Size"
type = "option"
options = { small = "Small", large = "Large" }

[events.wf-number-change]
payload = "number"
description = "It is turned."
"""

COMMON = """
[base.tooltip]
title = "Tooltip"
type = "text"
group = "Behaviour"
"""


def catalogue_of(folder: Path, text: str, name: str = "knob") -> Catalogue:
    (folder / "components" / name).mkdir(parents=True)
    (folder / "components" / "common.toml").write_text(COMMON, encoding="utf-8")
    (folder / "components" / name / "component.toml").write_text(text, encoding="utf-8")
    return load_catalogue([folder / "components"])


def test_every_component_of_the_package_is_in_order() -> None:
    catalogue = load_catalogue()

    assert [str(problem) for problem in catalogue.problems] == []
    assert set(catalogue.types) == {file.parent.name for file in components_folder().glob("*/component.toml")}
    assert {"page", "section", "columns", "column", "button", "text_input"} <= set(catalogue.types)


def test_what_the_components_of_the_package_name_exists() -> None:
    types = load_catalogue().types

    for known in types.values():
        for names in (known.children, known.parents, known.initial_children):
            assert isinstance(names, str) or set(names) <= set(types), known.type
        assert all(event.payload in PAYLOAD_KINDS for event in known.events.values()), known.type
        assert all(spec.type in FIELD_TYPES for spec in known.fields.values()), known.type
        assert known.default_event in {None, *known.events}, known.type
        assert known.binding in {None, *known.events}, known.type


def test_a_new_component_of_the_package_accepts_its_initial_children() -> None:
    catalogue = load_catalogue()

    for known in catalogue.types.values():
        for child in known.initial_children:
            assert catalogue.refusal(known.type, child) is None


def test_a_component_is_its_own_fields_followed_by_the_common_ones(tmp_path: Path) -> None:
    catalogue = catalogue_of(tmp_path, PROPER)

    knob = catalogue.types["knob"]
    assert list(knob.fields) == ["size", "tooltip"]
    assert knob.fields["size"].default == "small"
    assert knob.fields["tooltip"].default == ""
    assert knob.events["wf-number-change"].payload == "number"


def test_the_catalogue_is_json_as_it_is() -> None:
    catalogue = load_catalogue()

    decoded = msgspec.json.decode(msgspec.json.encode(catalogue.types))

    assert decoded["button"]["fields"]["text"]["default"] == "Button"
    assert decoded["columns"]["children"] == ["column"]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (('title = "Knob"', 'title = "Knob"\ncolor = "red"'), "color"),
        (('title = "Knob"\n', ""), ""),
        (('icon = "circle"', 'icon = " "'), "icon"),
        (('category = "Input"', 'category = "Things"'), "category"),
        (('title = "Knob"', 'title = "Knob"\naxis = "diagonal"'), "axis"),
        (('title = "Knob"', 'title = "Knob"\nchildren = "some"'), "children"),
        (('title = "Size"', 'title = "Size"\ncolour = "red"'), "fields.size.colour"),
        (('type = "option"', 'type = "choice"'), "fields.size.type"),
        (('type = "option"', 'type = "option"\ndefault = "huge"'), "fields.size.default"),
        (('type = "option"', 'type = "text"'), "fields.size.options"),
        (('type = "option"', 'type = "option"\ngroup = "Colours"'), "fields.size.group"),
        (('payload = "number"', 'payload = "digits"'), "events.wf-number-change.payload"),
        (('default_event = "wf-number-change"', 'default_event = "wf-turn"'), "default_event"),
        (('binding = "wf-number-change"', 'binding = "wf-turn"'), "binding"),
        (('common = ["base"]', 'common = ["basic"]'), "common"),
        (("[fields.size]", "[fields.size"), ""),
    ],
)
def test_a_mistake_is_named_by_file_and_key(tmp_path: Path, change: tuple[str, str], key: str) -> None:
    assert change[0] in PROPER
    catalogue = catalogue_of(tmp_path, PROPER.replace(*change))

    assert catalogue.types == {}
    (problem,) = catalogue.problems
    assert (problem.file, problem.key) == ("components/knob/component.toml", key)
    assert problem.message


def test_a_component_with_a_mistake_does_not_take_others_with_it(tmp_path: Path) -> None:
    catalogue_of(tmp_path, PROPER)
    catalogue = catalogue_of(tmp_path, "title = 3", name="wrong")

    assert set(catalogue.types) == {"knob"}
    assert [problem.key for problem in catalogue.problems] == ["title"]


def test_defaults_are_filled_in_all_the_way_down_and_taken_out_again() -> None:
    catalogue = load_catalogue()
    inner = Component(id="save", type="button", fields={"text": "Save"})
    outer = Component(id="box", type="section", children=(inner,))

    filled = catalogue.with_defaults(outer)

    assert filled.fields["title"] == "Section"
    assert filled.children[0].fields["text"] == "Save"
    assert filled.children[0].fields["style"] == "primary"
    assert catalogue.without_defaults(filled) == outer


def test_events_are_the_declared_ones_and_those_of_the_browser() -> None:
    catalogue = load_catalogue()

    click, custom = catalogue.event("button", "wf-click"), catalogue.event("button", "mouseenter")

    assert click is not None
    assert click.payload == "click"
    assert custom is not None
    assert custom.payload == "json"
    assert catalogue.event("button", "wf-change") is None
    assert catalogue.event("button", "On Click") is None


@pytest.mark.parametrize(
    ("parent", "child", "reason"),
    [
        ("section", "button", None),
        ("columns", "column", None),
        ("columns", "button", "Columns takes only Column."),
        ("section", "column", "Column can stand only in Columns."),
        ("button", "text", "Button takes no components inside it."),
        ("section", "page", "A page can't stand inside another component."),
        ("section", "thing", "There is no component type 'thing'."),
    ],
)
def test_a_parent_that_refuses_says_why(parent: str, child: str, reason: str | None) -> None:
    assert load_catalogue().refusal(parent, child) == reason


def test_the_examples_of_the_guide_make_a_component_and_one_of_ours_is_never_replaced(tmp_path: Path) -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "own-components.md").read_text("utf-8")
    for name in ("gauge", "button"):
        folder = tmp_path / "components" / name
        folder.mkdir(parents=True)
        (folder / "component.toml").write_text(guide.split("```toml\n")[1].split("```")[0])
        (folder / "component.js").write_text(guide.split("```js\n")[1].split("```")[0])

    catalogue = load_app_catalogue(tmp_path)

    assert (catalogue.types["gauge"].binding, catalogue.types["button"].binding) == ("pick", None)
    assert catalogue.types["gauge"].module is not None
    assert [str(problem) for problem in catalogue.problems] == [
        "components/button/component.toml: there is a component 'button' already"
    ]


def test_a_component_without_its_script_is_a_problem_that_names_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "components" / "gauge"
    folder.mkdir(parents=True)
    (folder / "component.toml").write_text(
        'title = "G"\ncategory = "Other"\ndescription = "d"\nicon = "gauge"\n'
    )

    assert [str(problem) for problem in load_app_catalogue(tmp_path).problems] == [
        "components/gauge/component.js: is missing"
    ]


def test_what_takes_input_can_be_disabled_labelled_and_bound() -> None:
    types = load_catalogue().types
    no_value = {"click", "key", "none", "page", "route", "json"}
    takes_input = {
        name for name, type_ in types.items() if {each.payload for each in type_.events.values()} - no_value
    }
    # In these, what is shown is pressed; in those, one part of several is opened.
    takes_input -= {"tags", "map", "plotly_graph", "vega_lite_chart"} | {"dialog", "tabs", "steps"}
    # Handlers decide what becomes of an edit or a message.
    takes_values = takes_input - {"dataframe", "chatbot"}
    common = {"label", "help", "required", "error"}

    assert {name for name in takes_input if "disabled" not in types[name].fields} == set()
    assert {name for name in takes_values if types[name].binding is None} == set()
    # Pages are leafed through, not filled in.
    assert {name for name in types if common <= types[name].fields.keys()} == takes_values - {"pagination"}
    assert {
        name for name, type_ in types.items() if not {"tooltip", "css_class"} <= type_.fields.keys()
    } == set()
