"""What events do without code, in a real child: the same checks as for handlers, and the browser is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from mainspring.runtime.built_in import can_be_opened
from mainspring.runtime.protocol import (
    Action,
    BuiltIn,
    CloseDialog,
    Component,
    GoToPage,
    Happened,
    OpenDialog,
    OpenLink,
    SetState,
)

from .children import Child, open_child, page, text

MAIN = """
from mainspring.runtime import init_state

init_state({"asks": False, "word": "w", "form": {"name": ""}, "_secret": 1, "rows": [{"n": 1}, {"n": 2}]})
"""
ACTIONS: dict[str, BuiltIn] = {
    "go": GoToPage(page="other"),
    "stray": GoToPage(page="nowhere"),
    "set": SetState(path="form.name", value={"of": ["@{word}", "@{payload.ctrl_key}", 1]}),
    "hidden": SetState(path="_secret", value=2),
    "below_text": SetState(path="word.a", value=2),
    "no_path": SetState(path="a..b", value=2),
    "ask": OpenDialog(dialog="bound"),
    "answer": CloseDialog(dialog="bound"),
    "ask_plain": OpenDialog(dialog="plain"),
    "ask_by_words": OpenDialog(dialog="by_words"),
    "no_dialog": OpenDialog(dialog="go"),
    "link": OpenLink(url="https://example.org/?q=@{word}"),
    "script": OpenLink(url="javascript:alert(1)"),
}


def dialog(name: str, **more: Any) -> Component:
    return Component(id=name, type="dialog", **more)


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    folder: Path = tmp_path_factory.mktemp("app")
    (folder / "main.py").write_text(MAIN)
    buttons = [Component(id=name, type="button", on={"wf-click": does}) for name, does in ACTIONS.items()]
    in_row = Component(id="mark", type="button", on={"wf-click": SetState(path="item.n", value="@{item_id}")})
    rows = Component(id="repeated", type="repeater", fields={"items": "@{rows}"}, children=(in_row,))
    dialogs = [
        dialog("bound", binding="asks"),
        dialog("plain"),
        dialog("by_words", fields={"open": "@{asks}@{word}"}),
    ]
    shown = text("@{asks} @{word} @{form} @{rows}", "shown")
    with open_child() as child:
        child.load(
            folder, page(*buttons, rows, *dialogs, shown), Component(id="other", type="page", children=())
        )
        child.open()
        yield child


def acted(child: Child) -> Any:
    return msgspec.json.decode(next(m.body for m in reversed(child.seen) if isinstance(m, Action)))


def test_going_to_a_page_and_opening_a_link_are_told_to_the_browser(child: Child) -> None:
    assert child.fire("go").status == "ok"
    assert acted(child) == {"action": "set_page", "key": "other"}

    assert child.fire("link").status == "ok"
    assert acted(child) == {"action": "open_url", "url": "https://example.org/?q=w"}


def test_state_is_set_with_templates_and_the_payload_filled_in_and_the_change_is_told(child: Child) -> None:
    done = child.fire("set")

    assert done.status == "ok"
    assert child.copies["s"]["form"]["name"] == {"of": ["w", False, 1]}
    told = next(m for m in child.seen if isinstance(m, Happened) and m.sequence == done.sequence)
    assert [change["path"] for change in msgspec.json.decode(told.changes)] == [["form", "name"]]


def test_in_a_row_of_a_repeater_the_row_is_meant(child: Child) -> None:
    assert child.fire("mark", rows=("1",)).status == "ok"

    assert child.copies["s"]["rows"] == [{"n": 1}, {"n": 1}]


def test_a_dialog_that_state_shows_is_opened_and_closed_there_and_any_other_by_the_browser(
    child: Child,
) -> None:
    child.fire("ask")
    assert child.copies["s"]["asks"] is True
    child.fire("answer")
    assert child.copies["s"]["asks"] is False

    child.fire("ask_plain")
    assert acted(child) == {"action": "show_dialog", "dialog": "plain", "rows": [], "open": True}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("stray", "there is no page 'nowhere'"),
        ("hidden", "leads nowhere"),
        ("below_text", "no dict or list"),
        ("no_path", "is not a path"),
        ("ask_by_words", "can't be set"),
        ("no_dialog", "there is no dialog 'go'"),
        ("script", "can't be opened"),
    ],
)
def test_what_leads_nowhere_is_refused_with_the_reason(child: Child, name: str, reason: str) -> None:
    done = child.fire(name)

    assert done.status == "refused"
    assert reason in done.message


@pytest.mark.parametrize("address", ["https://a.b", "HTTP://a", "mailto:a@b", "tel:1", "/second?x=a:b", "a"])
def test_addresses_that_may_be_opened(address: str) -> None:
    assert can_be_opened(address)


@pytest.mark.parametrize(
    "address", ["", "javascript:1", "JaVaScript:1", "java\tscript:1", "data:x", "file:/a"]
)
def test_addresses_that_may_not(address: str) -> None:
    assert not can_be_opened(address)
