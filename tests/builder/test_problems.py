"""What is wrong with an app, as the Problems pane and `mainspring check` say it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from browser_apps import button, text, write_app
from commands import mainspring_command
from mainspring.builder.code.code_reading import read_code
from mainspring.builder.code.problems import find_problems
from mainspring.runtime.protocol import Component, Handler

MAIN = """
    from mainspring.runtime import init_state

    init_state({"person": {"name": "Ada"}})

    def save_order(state):
        state["later"] = 1

    def lacks(state, whatever):
        pass
"""


def app(folder: Path, *components: dict[str, Any], code: str = MAIN, **pages: Any) -> Path:
    return write_app(folder / "app", code, main=list(components), **pages)


def check(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [*mainspring_command(), "check", str(path), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def found(path: Path) -> list[dict[str, Any]]:
    done = check(path, "--format", "json")
    problems: list[dict[str, Any]] = json.loads(done.stdout)
    return problems


def test_an_app_without_problems_passes(tmp_path: Path) -> None:
    done = check(app(tmp_path, button("save", "save_order"), text("@{person.name} @{later}", "shown")))

    assert (done.returncode, done.stdout) == (0, "")
    assert "No problems found." in done.stderr


def test_a_missing_handler_is_an_error_with_its_likely_fix(tmp_path: Path) -> None:
    (problem,) = found(app(tmp_path, button("save", "save_ordr")))

    assert (problem["code"], problem["severity"]) == ("missing-handler", "error")
    assert (problem["page"], problem["component"], problem["field"]) == ("main", "save", "wf-click")
    assert [fix["title"] for fix in problem["fixes"]] == ["Link to save_order", "Remove the link"]
    assert problem["fixes"][0]["operations"] == [
        {"op": "link", "id": "save", "event": "wf-click", "handler": "save_order"}
    ]


def test_a_handler_of_a_module_that_main_does_not_know_is_an_error_with_what_makes_it_known(
    tmp_path: Path,
) -> None:
    path = app(tmp_path, button("a", "shop.sell"), button("b", "sell"), button("c", "shop._own"))
    (path / "shop.py").write_text("def sell(): ...\ndef _own(): ...\n", encoding="utf-8")

    unregistered, unimported, private = found(path)

    assert "main.py doesn't register shop" in unregistered["message"]
    assert unregistered["fixes"][0]["title"] == "Register shop in main.py"
    assert unregistered["fixes"][0]["registration"] == {"module": "shop", "function": ""}
    assert "it stands in shop, and main.py doesn't import it" in unimported["message"]
    assert unimported["fixes"][0]["title"] == "Import sell from shop in main.py"
    assert all(fix["registration"] is None for fix in private["fixes"])


def test_a_handler_that_a_registered_module_has_is_offered_by_its_whole_name(tmp_path: Path) -> None:
    code = (
        "import stock.shelves\nfrom mainspring.runtime import init_handlers\ninit_handlers(stock.shelves)\n"
    )
    path = app(tmp_path, button("a", "sell"), code=code)
    (path / "stock").mkdir()
    (path / "stock" / "shelves.py").write_text("def sell(): ...\n", encoding="utf-8")

    (problem,) = found(path)

    assert [fix["title"] for fix in problem["fixes"]] == ["Link to stock.shelves.sell", "Remove the link"]


def test_a_linked_handler_that_cannot_be_called_is_an_error_at_its_line(tmp_path: Path) -> None:
    (problem,) = found(app(tmp_path, button("go", "lacks")))

    assert problem["code"] == "handler-signature"
    assert "whatever" in problem["message"]
    assert (problem["file"], problem["line"]) == ("main.py", 9)


def test_a_path_that_neither_state_nor_code_knows_is_a_warning(tmp_path: Path) -> None:
    (problem,) = found(app(tmp_path, text("@{person.name} @{persn.name}", "shown")))

    assert (problem["code"], problem["severity"]) == ("unknown-state-path", "warning")
    assert "@{persn.name}" in problem["message"]
    assert (problem["component"], problem["field"]) == ("shown", "text")


def test_pages_that_nothing_leads_to_and_pictures_without_description_are_warnings(tmp_path: Path) -> None:
    link = {"id": "link", "type": "link", "fields": {"url": "/second?id=1"}}
    picture = {"id": "picture", "type": "image", "fields": {"src": "assets/a.png"}}

    problems = found(app(tmp_path, link, picture, second=[], third=[]))

    assert [(problem["code"], problem["component"]) for problem in problems] == [
        ("unreachable-page", "third"),
        ("image-without-description", "picture"),
    ]


def test_an_id_on_two_pages_is_an_error(tmp_path: Path) -> None:
    problems = found(app(tmp_path, text("a", "same"), second=[text("b", "same")]))

    (twice,) = [problem for problem in problems if problem["code"] == "duplicate-id"]
    assert (twice["page"], twice["component"]) == ("second", "same")
    assert twice["fixes"][0]["title"] == "Rename it to same_2"
    assert twice["fixes"][0]["operations"] == [{"op": "rename", "id": "same", "new_id": "same_2"}]


def test_an_app_that_does_not_load_is_an_error_at_its_place_and_the_rest_is_checked(tmp_path: Path) -> None:
    path = app(tmp_path, button("save", "save_order"), code="import mainspring\n\n1 / 0\n", second=[])

    problems = found(path)

    assert [problem["code"] for problem in problems] == ["not-loaded", "unreachable-page"]
    assert (problems[0]["file"], problems[0]["line"]) == ("main.py", 3)
    assert "ZeroDivisionError" in problems[0]["message"]


def test_a_broken_page_is_an_error_at_its_line(tmp_path: Path) -> None:
    path = app(tmp_path)
    (path / "pages" / "bad.json").write_text('{\n "schema": 1,\n')

    (problem,) = found(path)

    assert (problem["code"], problem["file"], problem["line"]) == ("broken-page", "pages/bad.json", 3)


def test_text_has_places_that_editors_can_jump_to_and_errors_end_with_1(tmp_path: Path) -> None:
    done = check(app(tmp_path, button("go", "lacks"), button("save", "gone_away")))

    assert done.returncode == 1
    assert "main.py:9: error: lacks can't be called" in done.stdout
    assert "main/save/wf-click: error: wf-click of save runs gone_away" in done.stdout


def test_warnings_fail_only_a_strict_check(tmp_path: Path) -> None:
    path = app(tmp_path, text("@{nothing_sets_it}", "shown"))

    assert check(path).returncode == 0
    assert check(path, "--strict").returncode == 1


def test_annotations_of_a_workflow_escape_what_it_would_misread(tmp_path: Path) -> None:
    done = check(app(tmp_path, button("save", "a%b,c:d")), "--format", "github")

    assert done.stdout.startswith("::error file=pages/main.json,title=missing-handler::save: ")
    assert "a%25b,c:d" in done.stdout


def test_a_folder_without_an_app_is_said_so(tmp_path: Path) -> None:
    done = check(tmp_path)

    assert done.returncode == 1
    assert "has no main.py" in done.stderr


@pytest.mark.parametrize(
    ("code", "calls"),
    [
        ("import time\nasync def f():\n    time.sleep(1)\n", ["time.sleep"]),
        ("from time import sleep as s\nasync def f():\n    s(1)\n", ["time.sleep"]),
        ("import requests as r\nasync def f():\n    x = r.get('u').json()\n", ["requests.get"]),
        (
            "import urllib.request as u\nasync def f():\n    u.urlopen('u')\n",
            ["urllib.request.urlopen"],
        ),
        ("import time\nasync def f():\n    def g():\n        time.sleep(1)\n", []),
        ("import time\ndef f():\n    time.sleep(1)\n", []),
        ("class time:\n    sleep = print\nasync def f():\n    time.sleep(1)\n", []),
    ],
)
def test_calls_that_block_are_found_in_async_functions_only(
    tmp_path: Path, code: str, calls: list[str]
) -> None:
    (tmp_path / "main.py").write_text(code)

    assert [call.call for call in read_code(tmp_path, ["main.py", "gone.py"]).blocking] == calls


def test_nothing_is_said_of_links_while_no_version_is_loaded() -> None:
    page = Component(
        id="main",
        type="page",
        children=(Component(id="save", type="button", on={"wf-click": "gone"}),),
    )
    handler = Handler("save", "main", "main.py", 1, ("state",), "function", True)
    reading = read_code(Path(), [])

    assert find_problems([page], [], None, [], reading) == []
    assert [p.code for p in find_problems([page], [], [handler], [], reading)] == ["missing-handler"]


def test_a_function_that_the_settings_name_and_the_app_has_not_is_an_error_there(tmp_path: Path) -> None:
    path = app(tmp_path, text("@{person.name}", "shown"))
    (path / "mainspring.toml").write_text('around_event = ["save_ordr"]\n')

    (problem,) = found(path)

    assert (problem["code"], problem["severity"], problem["file"]) == (
        "not-loaded",
        "error",
        "mainspring.toml",
    )
    assert "main.py has no save_ordr; did you mean save_order?" in problem["message"]
