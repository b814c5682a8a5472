"""Both sides of each browser wire name the same messages, keys and close codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import msgspec
from mainspring.builder.editing import editing_messages
from mainspring.builder.editing.fired_events import SessionInfo
from mainspring.builder.pages.page_states import PageState
from mainspring.builder.pages.tree_store import BrokenPage
from mainspring.builder.sessions import session_messages

STATIC = Path(__file__).resolve().parent.parent / "static"
APP = (STATIC / "app" / "protocol.ts").read_text(encoding="utf-8")
BUILDER = (STATIC / "builder" / "protocol.ts").read_text(encoding="utf-8")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


def keys_of(body: str) -> set[str]:
    """The keys right in the body of an interface, not those of objects within."""
    body = COMMENT.sub("", body)
    while (without := re.sub(r"\{[^{}]*\}", "object", body)) != body:
        body = without
    return set(re.findall(r"(?:^|[;\n])\s*(\w+)\??:", body))


def interfaces(text: str) -> dict[str, set[str]]:
    """Interfaces by name, each with its keys and those of the one that it extends."""
    found: dict[str, set[str]] = {}
    for name, base, body in re.findall(
        r"^export interface (\w+)(?: extends (\w+))? \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL
    ):
        found[name] = keys_of(body) | found.get(base, set())
    return found


def union(text: str, name: str) -> set[str]:
    declared = re.search(rf"^export type {name} =(.*?);$", text, re.MULTILINE | re.DOTALL)
    assert declared is not None, f"there is no type {name}"
    return set(re.findall(r"\w+", declared[1]))


def keys(message: Any, *, tagged: bool = True) -> set[str]:
    names = {field.encode_name for field in msgspec.structs.fields(message)}
    return names | {"type"} if tagged else names


def by_name(messages: Iterable[Any]) -> dict[str, set[str]]:
    return {message.__name__: keys(message) for message in messages}


def tag(text: str, name: str) -> str:
    found = re.search(rf'^export interface {name} \{{\n  type: "(\w+)";', text, re.MULTILINE)
    assert found is not None, f"{name} has no type"
    return found[1]


def test_what_an_apps_page_sends_has_the_same_names_and_keys_on_both_sides() -> None:
    named = union(APP, "FromBrowser")

    assert {name: interfaces(APP)[name] for name in named} == by_name(get_args(session_messages.FromBrowser))


def test_what_an_apps_page_gets_has_the_same_names_and_keys_on_both_sides() -> None:
    # The body of an action is the runtime's, so that it has no class in the builder.
    named = union(APP, "ToBrowser") - {"Action"}

    assert {name: interfaces(APP)[name] for name in named} == by_name(get_args(session_messages.ToBrowser))
    assert session_messages.action_text(b'{"action":"x"}').startswith(b'{"type":"action"')
    assert tag(APP, "Action") == "action"


def test_messages_have_the_same_type_on_both_sides() -> None:
    messages = get_args(session_messages.FromBrowser) + get_args(session_messages.ToBrowser)

    assert {message.__name__: tag(APP, message.__name__) for message in messages} == {
        message.__name__: message.__struct_config__.tag for message in messages
    }


def test_filters_and_downloads_of_rows_have_the_same_keys_on_both_sides() -> None:
    found = interfaces(APP)
    declared = re.search(r"^export type DownloadRows = Omit<ReadRows, (.*?)> & \{(.*?)^\};", APP, re.M | re.S)
    assert declared is not None
    left_out = set(re.findall(r'"(\w+)"', declared[1]))

    assert found["Filter"] == keys(session_messages.Filter, tagged=False)
    assert (found["ReadRows"] - left_out) | keys_of(declared[2]) == keys(
        session_messages.DownloadRows, tagged=False
    )


def test_lines_are_closed_with_the_same_numbers_on_both_sides() -> None:
    body = re.search(r"^export const CLOSE = \{(.*?)\}", APP, re.MULTILINE | re.DOTALL)
    assert body is not None
    theirs = {
        re.sub(r"([A-Z])", r"_\1", name).upper(): int(number)
        for name, number in re.findall(r"(\w+): (\d+)", body[1])
    }

    assert theirs == {
        name.removeprefix("CLOSE_"): getattr(session_messages, name)
        for name in session_messages.__all__
        if name.startswith("CLOSE_")
    }


def pushes() -> dict[str, set[str]]:
    """What the Builder's socket pushes, by type, with the keys; ``({ type: … } & Name)`` taken together."""
    declared = re.search(r"^export type ServerPush =(.*?);\n\n", BUILDER, re.MULTILINE | re.DOTALL)
    assert declared is not None
    known = interfaces(BUILDER)
    found = {}
    for body, more in re.findall(r"\{ (type: .*?) \}(?: & (\w+))?", declared[1]):
        kind = re.search(r'type: "(\w+)"', body)
        assert kind is not None
        found[kind[1]] = keys_of(";" + body) | known.get(more, set())
    return found


PUSHED = [
    editing_messages.Access,
    editing_messages.Log,
    editing_messages.Pages,
    editing_messages.Handlers,
    editing_messages.Touched,
    editing_messages.Sessions,
    editing_messages.Catalogue,
]


def test_what_the_builders_page_is_pushed_has_the_same_names_and_keys_on_both_sides() -> None:
    classes = {message.__struct_config__.tag: keys(message) for message in PUSHED}

    assert {kind: found for kind, found in pushes().items() if kind in classes} == classes


def test_every_class_that_is_pushed_is_compared() -> None:
    messages = {
        value.__struct_config__.tag
        for value in vars(editing_messages).values()
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__struct_config__.tag
    }

    assert messages - {"join"} == {message.__struct_config__.tag for message in PUSHED}


def test_what_the_builder_is_told_in_parts_has_the_same_keys_on_both_sides() -> None:
    known = interfaces(BUILDER)
    pairs = {
        "PageState": PageState,
        "BrokenPage": BrokenPage,
        "SessionInfo": SessionInfo,
    }

    assert {name: known[name] for name in pairs} == {
        name: keys(kind, tagged=False) for name, kind in pairs.items()
    }
