"""Which names are the app's: told from the shape of a line, while nothing can be parsed."""

from __future__ import annotations

import pytest
from mainspring.builder.code.app_names import AppPlace, app_place, keys_at, used_keys


def at_end(text: str) -> AppPlace | None:
    lines = text.split("\n")
    return app_place(text, len(lines) - 1, len(lines[-1].encode("utf-16-le")) // 2)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ('state["', ()),
        ("state['na", ()),
        ('x = 1 + state[ "', ()),
        ('state["person"]["', ("person",)),
        ("state['a b'][0][\"", ("a b", 0)),
        ('state.person["', ("person",)),
        ('state.get("', ()),
        ('state["person"].get("na', ("person",)),
        ('print(f(state["😀"]["', ("😀",)),
    ],
)
def test_within_the_quotes_of_a_key_of_the_state_its_path_is_known(line: str, path: tuple[str | int]) -> None:
    assert at_end(line) == AppPlace("state", path)


@pytest.mark.parametrize(
    ("line", "path"), [("state.", ()), ("state.na", ()), ('state["frame"].', ("frame",))]
)
def test_after_a_dot_attributes_are_wanted(line: str, path: tuple[str | int]) -> None:
    assert at_end(line) == AppPlace("state", path, attribute=True)


@pytest.mark.parametrize(
    "line",
    [
        "sta",
        "state",
        "other['",
        "state['a'] + x",
        "mystate['",
        "x.state['",
        "state['a'].head().",
        "f().",
        "1.",
    ],
)
def test_elsewhere_only_python_counts(line: str) -> None:
    assert at_end(line) is None
    assert app_place(line, 5, 0) is None


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ('context["', "context"),
        ("context.get('ta", "context"),
        ('if context["target"] == "', "components"),
        ('if context["target"] in ("a", "', "components"),
        ('target = context["target"]\n    if target != "sa', "components"),
        ('match context["target"]:\n        case "a" | "', "components"),
        ('if context["event"] == "', "events"),
        ('if state["name"] == "', "text"),
        ('if other == "', "text"),
        ('context["row"]["', None),
        ("context.", None),
    ],
)
def test_what_an_event_tells_is_known_and_what_it_is_compared_with(text: str, of: str | None) -> None:
    place = at_end(f"def f(context):\n    {text}")

    assert (place.of if place is not None else None) == of


def test_a_name_given_to_a_part_of_the_state_stands_for_it_within_the_function() -> None:
    text = 'def f(state):\n    person = state["person"]  # who\n    home = person["home"]\n    home["'

    assert at_end(text) == AppPlace("state", ("person", "home"), handler="f")
    assert at_end(text.replace('home["', 'other["')) is None
    assert at_end('def f(state):\n    a = state["a"]\n\ndef g(a):\n    a["') is None
    assert at_end('def f(state):\n    a = state["a"]\n    a = {}\n    a["') is None
    assert at_end('for row in state["rows"]:\n    row["') == AppPlace("state", ("rows", 0))


def test_a_name_that_is_given_to_itself_ends_nowhere() -> None:
    assert at_end("x = x\nx['") is None


def test_a_payload_is_known_with_the_function_around_it() -> None:
    assert at_end('async def on_key(state, payload):\n    if True:\n        payload["') == AppPlace(
        "payload", handler="on_key"
    )


def test_pages_are_wanted_where_a_page_is_set() -> None:
    assert at_end('state.set_page("de') == AppPlace("pages")
    assert at_end('state.set_page(key="') == AppPlace("pages")


def test_a_very_long_line_is_answered_soon() -> None:
    assert at_end("x = " + "(" * 50_000 + "state['") == AppPlace("state")
    assert at_end("x" + "['a']" * 20_000 + "[") is None
    assert at_end("y = " + " " * 50_000 + "\ny['") is None


def test_the_keys_a_text_uses_are_those_of_other_lines() -> None:
    assert used_keys("state['a']\nstate[\"b\"]\nstate['c", 2) == {"a", "b"}


def test_keys_of_a_sample_are_followed_through_lists() -> None:
    sample = {"files": [{"name": "a", "size": 1}], "n": 1}

    assert dict(keys_at(sample, ("files", 3))) == {"name": "a", "size": 1}
    assert dict(keys_at(sample, ("n",))) == {}
    assert dict(keys_at(sample, ("missing",))) == {}
