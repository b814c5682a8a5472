"""What events do without code, on the Builder's side: stored, named, refused, followed, checked."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from editing_sites import open_editing_site
from mainspring.builder.code.code_reading import read_code
from mainspring.builder.code.code_service import CodeService
from mainspring.builder.code.problems import Problem, find_problems
from mainspring.builder.components.catalogue import load_catalogue
from mainspring.builder.pages.built_in_actions import problem_of
from mainspring.builder.pages.page_outline import outline
from mainspring.builder.pages.tree import find
from mainspring.builder.pages.tree_edits import apply, prepare
from mainspring.builder.pages.tree_operations import Add, Link, OperationError, Rename, describe
from mainspring.builder.pages.tree_store import BrokenPage, StoredPage, decode_page, encode_page
from mainspring.builder.web.html_pages import PageRenderer
from mainspring.builder.web.served_pages import ServedPages
from mainspring.runtime.protocol import (
    BuiltIn,
    CloseDialog,
    Component,
    GoToPage,
    OpenDialog,
    OpenLink,
    SetState,
)
from page_trees import button, page

CATALOGUE = load_catalogue()
ASK = OpenDialog(dialog="ask")
ALL: list[BuiltIn] = [
    GoToPage(page="other"),
    SetState(path="form.name", value={"b": 1, "a": ["@{payload}", None]}),
    ASK,
    CloseDialog(dialog="ask"),
    OpenLink(url="https://example.org/@{id}"),
]


def asking(action: BuiltIn = ASK) -> Component:
    return page(
        button("go", "Go", on={"wf-click": action}),
        Component(id="ask", type="dialog", fields={"size": "large"}),
    )


def on_click(tree: Component, name: str = "go") -> Any:
    found = find(tree, name)
    assert found is not None
    return found.on.get("wf-click")


@pytest.mark.parametrize("action", ALL)
def test_an_action_is_stored_as_plain_json_that_comes_back(action: BuiltIn) -> None:
    data = encode_page(asking(action), 1, CATALOGUE)
    read = decode_page(data, "main", CATALOGUE)

    assert isinstance(read, StoredPage)
    assert on_click(read.component) == action
    assert encode_page(read.component, 1, CATALOGUE) == data
    stored = json.loads(data)["children"][0]["on"]["wf-click"]
    assert next(iter(stored)) == "action"


@pytest.mark.parametrize(
    "wrong",
    [
        '{"action": "explode"}',
        '{"action": "go_to_page"}',
        '{"action": "go_to_page", "page": "a", "x": 1}',
        "{}",
    ],
)
def test_a_file_with_an_action_that_nobody_knows_is_said_to_be_broken(wrong: str) -> None:
    data = encode_page(asking(GoToPage(page="a")), 1, CATALOGUE).decode()
    start = data.index("{", data.index('"wf-click"'))
    data = data[:start] + wrong + data[data.index("}", start) + 1 :]

    broken = decode_page(data.encode(), "main", CATALOGUE)

    assert isinstance(broken, BrokenPage)
    assert broken.line > 1


def test_linking_an_action_has_a_name_and_a_way_back() -> None:
    tree = asking()
    link = Link(id="go", event="wf-click", handler=GoToPage(page="other"))

    changed, back = apply(tree, link, CATALOGUE)

    assert on_click(changed) == GoToPage(page="other")
    assert apply(changed, back, CATALOGUE)[0] == tree
    assert describe(link, tree) == "Let wf-click of Go go to page other"
    assert outline({"main": tree}, {"main": changed})[0].lines == (
        "~ wf-click of Go (go): open Ask → go to page other",
    )
    assert msgspec.json.decode(msgspec.json.encode(link), type=Link) == link


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (GoToPage(page=""), "which page"),
        (SetState(path="a b", value=1), "no path of the state"),
        (SetState(path="a", value=object()), "can't be stored"),
        (OpenDialog(dialog=""), "which dialog"),
        (OpenLink(url="javascript:alert(1)"), "can't be opened"),
        (OpenLink(url=" "), "can't be opened"),
    ],
)
def test_what_can_never_be_done_is_refused_when_it_is_linked(action: BuiltIn, reason: str) -> None:
    with pytest.raises(OperationError, match=reason):
        apply(asking(), Link(id="go", event="wf-click", handler=action), CATALOGUE)


def test_an_action_follows_its_dialog_into_a_new_id_and_into_a_copy() -> None:
    renamed, back = apply(asking(), Rename(id="ask", new_id="confirm"), CATALOGUE)
    assert on_click(renamed) == OpenDialog(dialog="confirm")
    assert apply(renamed, back, CATALOGUE)[0] == asking()

    both = Component(id="box", type="section", children=asking().children)
    copied = prepare(Add(component=both, parent="main", index=0), asking(), CATALOGUE)

    assert isinstance(copied, Add)
    assert on_click(copied.component, "go_2") == OpenDialog(dialog="ask_2")


def test_browsers_learn_that_something_is_linked_and_not_what() -> None:
    served = ServedPages([asking(OpenLink(url="https://secret.example.org"))], CATALOGUE)

    assert json.loads(served.json)[0]["children"][0]["on"] == ["wf-click"]
    assert b"secret" not in served.json
    assert served.target("main", "go", "wf-click").kind == "click"


def problems(*pages: Component, references: tuple[dict[str, Any], ...] = ()) -> list[Problem]:
    return find_problems(pages, [], [], references, read_code(Path(), []))


def test_actions_that_lead_nowhere_are_errors_with_their_likely_fixes() -> None:
    found = problems(
        page(
            button("a", on={"wf-click": GoToPage(page="ordrs")}),
            button("b", on={"wf-click": CloseDialog(dialog="askk")}),
            button("c", on={"wf-click": OpenLink(url="file:/etc")}),
            Component(id="ask", type="dialog"),
        ),
        page(button("d", on={"wf-click": GoToPage(page="main")}), key="orders"),
        page(button("e", on={"wf-click": GoToPage(page="orders")}), key="third"),
    )

    assert [(each.code, each.component, [fix.title for fix in each.fixes]) for each in found] == [
        ("missing-page", "a", ["Go to page orders", "Remove the link"]),
        ("missing-dialog", "b", ["Close Ask", "Remove the link"]),
        ("wrong-action", "c", ["Remove the link"]),
        ("unreachable-page", "third", []),
    ]
    assert found[0].message == "wf-click of a goes to page ordrs, which isn't there."


def test_state_that_an_action_sets_is_known() -> None:
    tree = page(button("a", on={"wf-click": SetState(path="form.open", value=True)}))
    missing = {"page": "main", "component": "t", "field": "text", "path": ["form"], "missing": "form"}

    assert problems(tree, references=(missing,)) == []
    assert [each.code for each in problems(page(), references=(missing,))] == ["unknown-state-path"]


async def test_the_history_says_what_was_done_and_no_stub_takes_its_place(
    tmp_path: Path, renderer: PageRenderer
) -> None:
    app = tmp_path / "app"
    (app / "pages").mkdir(parents=True)
    (app / "main.py").write_text("from mainspring.runtime import init_state\ninit_state({'n': 1})\n")
    tree = page(button("go", on={"wf-click": SetState(path="n", value=2)}))
    (app / "pages" / "main.json").write_bytes(encode_page(tree, 1, CATALOGUE))
    async with (
        open_editing_site(app, CodeService(app, 1.0, app), renderer) as site,
        site.page() as browser,
    ):
        await site.supervisor.settled()
        site.click("go")
        fired = await browser.hear("event")
        refused = await site.call(
            "POST", "/api/handlers", 409, {"page": "main", "component": "go", "event": "wf-click"}
        )

    assert (fired["status"], fired["handler"], fired["action"]) == ("ok", "", "set n to 2")
    assert "does this without code: set n to 2" in refused["error"]["message"]
    assert "def" not in (app / "main.py").read_text()


def test_the_documented_actions_are_all_that_there_are() -> None:
    docs = Path(__file__).parents[2] / "docs" / "handlers.md"
    examples = re.findall(r"`(\{\"action\".*?\})`", docs.read_text(encoding="utf-8"))

    actions = [msgspec.json.decode(example, type=BuiltIn) for example in examples]

    assert {type(action) for action in actions} == set(get_args(BuiltIn))
    assert [problem_of(action) for action in actions] == [None] * len(actions)
