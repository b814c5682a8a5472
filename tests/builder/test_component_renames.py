"""A component's id changes on all pages and in the code that means it, as one operation, and back in one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mainspring.builder.code.id_literals import id_literals
from served_apps import Served, serve

MAIN = """from mainspring.runtime import init_state

init_state({"save": 0})


def act(state, payload, context):
    # "save" stays
    if context["target"] == "save":
        state["save"] += 1
    é = "😀"; print(é, 'save')


def other(state): return f"save {state['save']}"
"""
BROKEN = 'def half(:\n    x = "save"\n'
ASKED = {"component": "save", "page": "main", "new_name": "keep"}


def page(key: str, order: int, *children: dict[str, Any]) -> str:
    return json.dumps({"schema": 1, "order": order, "id": key, "type": "page", "children": children})


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = tmp_path / "shop"
    (path / "pages").mkdir(parents=True)
    (path / "main.py").write_bytes(MAIN.replace("\n", "\r\n").encode())
    (path / "half.py").write_text(BROKEN)
    (path / "aside.py").write_text("saved = 'save me'\n")
    opens = {"id": "go", "type": "button", "on": {"wf-click": {"action": "open_dialog", "dialog": "save"}}}
    save = {"id": "save", "type": "dialog"}
    again = {"id": "again", "type": "reuse", "fields": {"component": "save"}}
    unused = {"id": "unused", "type": "text"}
    (path / "pages" / "main.json").write_text(page("main", 1, opens, save, unused))
    (path / "pages" / "second.json").write_text(page("second", 2, again, opens | {"id": "too"}))
    return path


@pytest.fixture
def builder(app: Path) -> Iterator[Served]:
    with serve(app, "edit") as (builder, _):
        yield builder


def ask(builder: Served, address: str, /, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = builder.ask("POST", address, json.dumps(body).encode(), Content_Type="application/json")
    return answer.status, json.loads(answer.body)


def plan_of(builder: Served, **asked: Any) -> dict[str, Any]:
    status, plan = ask(builder, "/api/renames/plan", **asked)
    assert status == 200, plan
    return plan


def rename(builder: Served, **asked: Any) -> dict[str, Any]:
    plan = plan_of(builder, **{name: value for name, value in asked.items() if name != "leave"})
    status, done = ask(builder, "/api/renames", **asked, plan=plan["fingerprint"])
    assert status == 200, done
    return done


def contents(app: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in app.rglob("*") if path.suffix in (".py", ".json")}


def named(app: Path) -> list[str]:
    """The component's id, and what names it."""
    main, second = (json.loads((app / "pages" / f"{key}.json").read_text()) for key in ("main", "second"))
    return [
        main["children"][1]["id"],
        main["children"][0]["on"]["wf-click"]["dialog"],
        second["children"][0]["fields"]["component"],
        second["children"][1]["on"]["wf-click"]["dialog"],
    ]


def test_the_preview_shows_lines_that_mean_it_lines_that_may_and_what_could_not_be_read(
    builder: Served, app: Path
) -> None:
    before = contents(app)

    plan = plan_of(builder, **ASKED)

    assert [(file["path"], [(at["line"], at["sure"]) for at in file["lines"]]) for file in plan["files"]] == [
        ("main.py", [(8, True), (10, False)])
    ]
    assert [(link["page"], link["component"], link["event"]) for link in plan["links"]] == [
        ("main", "go", "wf-click"),
        ("second", "again", "component"),
        ("second", "too", "wf-click"),
    ]
    assert plan["elsewhere"]
    assert plan["notes"] == [
        "half.py mentions save and is no Python at the moment, line 1; it stays as it is."
    ]
    assert contents(app) == before


def test_code_and_all_pages_change_to_the_byte_and_one_undo_brings_all_back(
    builder: Served, app: Path
) -> None:
    before = contents(app)

    done = rename(builder, **ASKED, leave=[{"path": "main.py", "line": 10}])

    after = contents(app)
    assert after["main.py"] == before["main.py"].replace(b'== "save"', b'== "keep"')
    assert (after["half.py"], after["aside.py"]) == (before["half.py"], before["aside.py"])
    assert named(app) == ["keep"] * 4
    assert done["pages"] == ["main", "second"]

    status, _ = ask(builder, "/api/renames/undo", number=done["number"])

    assert status == 200
    assert contents(app)["main.py"] == before["main.py"]
    assert named(app) == ["save"] * 4


def test_every_line_that_is_not_left_out_changes(builder: Served, app: Path) -> None:
    before = contents(app)["main.py"]

    rename(builder, **ASKED)

    after = before.replace(b'== "save"', b'== "keep"').replace(b"'save')", b"'keep')")
    assert contents(app)["main.py"] == after


def test_a_component_that_nothing_else_names_concerns_its_page_alone(builder: Served) -> None:
    plan = plan_of(builder, component="unused", page="main", new_name="used")

    assert not plan["elsewhere"]


def test_when_a_page_can_not_follow_nothing_is_renamed(builder: Served, app: Path) -> None:
    plan = plan_of(builder, **ASKED)
    before = contents(app)
    (app / "pages" / "second.json").write_text("damaged")

    status, refused = ask(builder, "/api/renames", **ASKED, plan=plan["fingerprint"])

    assert status == 409, refused
    assert contents(app)["main.py"] == before["main.py"]
    main = json.loads((app / "pages" / "main.json").read_text())["children"]
    assert (main[1]["id"], main[0]["on"]["wf-click"]["dialog"]) == ("save", "save")


def test_it_is_not_taken_back_when_its_old_id_is_used_again(builder: Served, app: Path) -> None:
    done = rename(builder, **ASKED)
    add = {"op": "add", "component": {"id": "save", "type": "text"}, "parent": "second", "index": 0}
    status, _ = ask(builder, "/api/pages/second/operations", base=1, operation=add)
    assert status == 200
    before = contents(app)

    status, refused = ask(builder, "/api/renames/undo", number=done["number"])

    assert (status, refused["error"]["code"]) == (409, "cannot_rename")
    assert "in use already" in refused["error"]["message"]
    assert contents(app) == before


def test_what_can_not_be_renamed_is_refused_with_the_reason(builder: Served) -> None:
    for asked, words in (
        ({"new_name": "go"}, "in use already"),
        ({"new_name": "too"}, "in use already"),
        ({"new_name": "2nd"}, "can't be an id"),
        ({"component": "absent"}, "no component “absent”"),
        ({"component": "main"}, "the name of its file"),
        ({"page": "absent"}, "no page “absent”"),
    ):
        status, refused = ask(builder, "/api/renames/plan", **{**ASKED, **asked})

        assert status == 409
        assert words in refused["error"]["message"]


@pytest.mark.parametrize(
    "text",
    [
        'context["target"] == "save"',
        '"save" != context.get("target")',
        'context["target"] in ("send", "save")',
        't = context["target"]\nif t == "save": pass',
        'if (t := context["target"]) == "save": pass',
        'LABELS = {"save": 1}\nLABELS[context["target"]]',
        'LABELS: dict = {"save": 1}\nLABELS.get(context["target"], 0)',
        'OURS = frozenset(["save"])\ncontext["target"] in OURS',
        'match context["target"]:\n    case "send" | "save": pass',
    ],
)
def test_what_the_target_is_compared_with_or_looked_up_in_means_the_component(text: str) -> None:
    assert [literal.target for literal in id_literals(text, "save")] == [True]


@pytest.mark.parametrize(
    "text",
    [
        'show("save")',
        'context["event"] == "save"',
        'LABELS = {"x": "save"}\nLABELS[context["target"]]',
        'é = "😀"; x = r"save"',
        "x = '''save'''",
        r'"\d"; x = "save"',
    ],
)
def test_any_other_text_that_is_exactly_the_id_may_mean_it(text: str) -> None:
    assert [literal.target for literal in id_literals(text, "save")] == [False]


@pytest.mark.parametrize(
    "text",
    [
        'state["save"]',
        'state.form.get("save")',
        '"save" in payload',
        'init_state({"save": 1})',
        '# "save"',
        'f"save"',
        'b"save"',
        '"saved"',
        '"sa" "ve"',
        "save = 1",
    ],
)
def test_names_of_the_state_and_parts_of_texts_are_no_ids(text: str) -> None:
    assert id_literals(text, "save") == []
