"""Links from events to handlers: which there are, which lead nowhere, and how they are mended."""

from __future__ import annotations

import pytest
from mainspring.builder.pages.links import (
    PageLink,
    dangling_links,
    links_by_handler,
    relinking,
    suggestion,
)
from mainspring.builder.pages.tree_operations import Link
from page_trees import button, columns, page

MAIN = page(
    columns((button("save", on={"wf-click": "save", "mouseenter": "hint"}),)),
    button("keep", on={"wf-click": "save"}),
)
OTHER = page(button("go", on={"wf-click": "stock.refill"}), button("save"), key="other")


def test_links_are_known_by_their_handler() -> None:
    by_handler = links_by_handler([MAIN, OTHER])

    assert [(link.component, link.event) for link in by_handler["save"]] == [
        ("save", "wf-click"),
        ("keep", "wf-click"),
    ]
    assert by_handler["stock.refill"][0].page == "other"


def test_links_to_handlers_that_do_not_exist_are_found_on_all_pages() -> None:
    assert dangling_links([MAIN, OTHER], ["save", "unused"]) == [
        PageLink(page="main", component="save", event="mouseenter", handler="hint"),
        PageLink(page="other", component="go", event="wf-click", handler="stock.refill"),
    ]


@pytest.mark.parametrize("new", ["store", None])
def test_a_renamed_handler_takes_its_links_with_it(new: str | None) -> None:
    assert relinking([MAIN, OTHER], "save", new) == {
        "main": (
            Link(id="save", event="wf-click", handler=new),
            Link(id="keep", event="wf-click", handler=new),
        )
    }


@pytest.mark.parametrize(
    ("missing", "before", "after", "expected"),
    [
        ("on_save", ["on_save", "other"], ["save_order", "other"], "save_order"),
        ("save_order", ["save_order"], ["unrelated", "save_orders", "x"], "save_orders"),
        ("save_order", [], ["save_orders"], "save_orders"),
        ("on_save", ["on_save", "a"], ["q", "w"], None),
        ("on_save", ["on_save"], [], None),
    ],
)
def test_what_a_missing_handler_may_be_called_now_is_suggested(
    missing: str, before: list[str], after: list[str], expected: str | None
) -> None:
    assert suggestion(missing, before, after) == expected
