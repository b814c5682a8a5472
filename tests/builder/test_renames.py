"""A rename is one operation over code and pages: looked at first, all or nothing, and taken back in one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from editing_sites import LIMIT_S, open_editing_site
from mainspring.builder.code.code_service import open_code_service
from mainspring.builder.code.handler_edits import Place, top_level_name
from mainspring.builder.editing.fired_events import Fired
from mainspring.builder.web.html_pages import PageRenderer
from served_apps import Served, serve

MAIN = """from shop import price as cost
from mainspring.runtime import init_handlers, init_state
import shop

init_handlers(shop)
init_state({"n": 0})


def save(state):
    # save it
    state["n"] += cost()


def other(state):
    save(state)
"""
SHOP = """import main


def price():
    return 1


def sell(state):
    main.save(state); print("😀", main.save)
"""


def page(key: str, *links: str) -> str:
    buttons = [
        {"id": f"{key}_{n}", "type": "button", "on": {"wf-click": link}} for n, link in enumerate(links)
    ]
    return json.dumps({"schema": 1, "order": 1, "id": key, "type": "page", "children": buttons})


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = tmp_path / "shop"
    (path / "pages").mkdir(parents=True)
    (path / "main.py").write_bytes(MAIN.replace("\n", "\r\n").encode())
    (path / "shop.py").write_text(SHOP, encoding="utf-8")
    (path / "pages" / "main.json").write_text(page("main", "save", "shop.sell"))
    (path / "pages" / "second.json").write_text(page("second", "save", "other"))
    return path


@pytest.fixture
def builder(app: Path) -> Iterator[Served]:
    with serve(app, "edit") as (builder, _):
        yield builder


def ask(builder: Served, address: str, /, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = builder.ask("POST", address, json.dumps(body).encode(), Content_Type="application/json")
    return answer.status, json.loads(answer.body)


def contents(app: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(app)): path.read_bytes()
        for path in app.rglob("*")
        if path.suffix in (".py", ".json")
    }


def rename(builder: Served, **asked: Any) -> dict[str, Any]:
    status, plan = ask(builder, "/api/renames/plan", **asked)
    assert status == 200, plan
    status, done = ask(builder, "/api/renames", **asked, plan=plan["fingerprint"])
    assert status == 200, done
    return {"plan": plan, "done": done}


def test_a_handler_changes_in_code_and_on_all_pages_and_back(builder: Served, app: Path) -> None:
    before = contents(app)

    told = rename(builder, handler="save", new_name="keep")

    plan = told["plan"]
    assert [(link["page"], link["component"]) for link in plan["links"]] == [
        ("main", "main_0"),
        ("second", "second_0"),
    ]
    shown = {
        file["path"]: [(line["line"], line["after"]) for line in file["lines"]] for file in plan["files"]
    }
    assert shown["main.py"] == [(9, "def keep(state):"), (15, "    keep(state)")]
    assert shown["shop.py"] == [(9, '    main.keep(state); print("😀", main.keep)')]
    assert [place["range"]["start"]["line"] for place in plan["left"]] == [9]
    after = contents(app)
    assert after["main.py"] == before["main.py"].replace(b"save(", b"keep(")
    assert after["shop.py"] == before["shop.py"].replace(b"main.save", b"main.keep")
    assert b'"keep"' in after["pages/main.json"]
    assert b'"keep"' in after["pages/second.json"]

    status, _ = ask(builder, "/api/renames/undo", number=told["done"]["number"])

    assert status == 200
    back = contents(app)
    assert (back["main.py"], back["shop.py"]) == (before["main.py"], before["shop.py"])
    assert b'"save"' in back["pages/main.json"]
    assert b"keep" not in back["pages/second.json"]


async def test_what_is_clicked_between_the_new_code_and_the_last_page_of_a_rename_waits_for_that(
    app: Path, renderer: PageRenderer
) -> None:
    async with open_code_service(app) as code, open_editing_site(app, code, renderer) as site:
        fired: asyncio.Queue[Fired] = asyncio.Queue()
        site.history.subscribe(fired.put_nowait)
        await site.supervisor.settled()

        async def clicked_during(change: Coroutine[Any, Any, Any], click: int) -> Any:
            """What came of a change whose pages take long to write: longer than a version to come."""
            live = asyncio.Event()
            before = site.supervisor.status.generation
            unsubscribe = site.supervisor.subscribe(
                lambda status: live.set() if status.generation != before else None
            )
            async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as tasks, site.pages._lock:
                changing = tasks.create_task(change)
                await live.wait()
                site.click("main_0", click)
                site.click("main_1", click + 1)
            unsubscribe()
            return changing.result()

        asked = {"handler": "save", "new_name": "keep"}
        plan = await site.post("/api/renames/plan", asked)
        renaming = site.post("/api/renames", {**asked, "plan": plan["fingerprint"]})
        done = await clicked_during(renaming, 1)
        await clicked_during(site.post("/api/renames/undo", {"number": done["number"]}), 3)

        async with asyncio.timeout(LIMIT_S):
            ended = [await fired.get() for _ in range(4)]
    assert [(event.sequence, event.status) for event in ended] == [(1, "ok"), (2, "ok"), (3, "ok"), (4, "ok")]


def test_a_handler_of_another_module_keeps_its_module(builder: Served, app: Path) -> None:
    rename(builder, handler="shop.sell", new_name="sell_now")

    assert b'"shop.sell_now"' in contents(app)["pages/main.json"]


def test_from_a_place_in_the_code_the_links_follow_too(builder: Served, app: Path) -> None:
    line, character = 14, 6
    told = rename(builder, path="main.py", line=line, character=character, new_name="keep")

    assert (told["plan"]["name"], len(told["plan"]["links"])) == ("save", 2)


def test_an_import_under_another_name_is_the_handlers_name(builder: Served, app: Path) -> None:
    (app / "pages" / "main.json").write_text(page("main", "cost"))
    told = rename(builder, handler="cost", new_name="fee")

    assert b"price as fee" in contents(app)["main.py"]
    assert [file["path"] for file in told["plan"]["files"]] == ["main.py"]


def test_unsaved_text_is_renamed_and_saved_with_it(builder: Served, app: Path) -> None:
    file = json.loads(builder.ask("GET", "/api/files/main.py").body)
    typed = "# typed\n" + file["text"]
    buffers = {"main.py": {"text": typed, "base_digest": file["digest"]}}

    told = rename(builder, handler="save", new_name="keep", buffers=buffers)

    assert [file["unsaved"] for file in told["plan"]["files"]] == [True, False]
    assert contents(app)["main.py"].startswith(b"# typed\r\nfrom shop")
    assert b"def keep(" in contents(app)["main.py"]


def test_what_changed_since_the_preview_is_not_renamed(builder: Served, app: Path) -> None:
    asked = {"handler": "save", "new_name": "keep"}
    _, plan = ask(builder, "/api/renames/plan", **asked)
    (app / "shop.py").write_text(SHOP + "\n\nmain.save({})\n", encoding="utf-8")
    before = contents(app)

    status, refused = ask(builder, "/api/renames", **asked, plan=plan["fingerprint"])

    assert (status, refused["error"]["code"]) == (409, "changed")
    assert contents(app) == before


def test_when_one_file_can_not_be_written_nothing_is_renamed(builder: Served, app: Path) -> None:
    asked = {"handler": "save", "new_name": "keep"}
    _, plan = ask(builder, "/api/renames/plan", **asked)
    before = contents(app)
    second = app / "pages" / "second.json"
    second.write_text("damaged")

    status, refused = ask(builder, "/api/renames", **asked, plan=plan["fingerprint"])

    assert status == 409, refused
    after = contents(app)
    assert (after["main.py"], after["shop.py"]) == (before["main.py"], before["shop.py"])
    assert json.loads(after["pages/main.json"]) == json.loads(before["pages/main.json"])
    assert after["pages/second.json"] == b"damaged"


def test_a_rename_is_not_taken_back_over_newer_work(builder: Served, app: Path) -> None:
    told = rename(builder, handler="save", new_name="keep")
    main = app / "main.py"
    main.write_bytes(main.read_bytes() + b"# newer\r\n")
    before = contents(app)

    status, refused = ask(builder, "/api/renames/undo", number=told["done"]["number"])

    assert (status, refused["error"]["code"]) == (409, "changed")
    assert contents(app) == before


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"handler": "save", "new_name": "2nd"}, "no name in Python"),
        ({"handler": "save", "new_name": "other"}, "already"),
        ({"handler": "absent", "new_name": "x"}, "has no absent"),
        ({"handler": "../evil.save", "new_name": "x"}, ""),
        ({"path": "/etc/passwd", "new_name": "x"}, ""),
    ],
)
def test_what_can_not_be_renamed_is_refused_with_the_reason(
    builder: Served, asked: dict[str, Any], words: str
) -> None:
    status, refused = ask(builder, "/api/renames/plan", **asked)

    assert status in (400, 404, 409)
    assert words in refused["error"]["message"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("def save(): pass", Place(0, 4)),
        ("@x\nasync  def  save(): pass", Place(1, 12)),
        ("class save: pass", Place(0, 6)),
        ("é = 1; save = 2", Place(0, 7)),
        ("from a import (\n    save\n)", Place(1, 4)),
        ("import a.b as save", Place(0, 14)),
        ("save: int = 1\ndef save(): pass", Place(1, 4)),
        ("def f():\n    save = 1", None),
        ("def save(:", None),
    ],
)
def test_where_a_module_gets_a_name(text: str, place: Place | None) -> None:
    assert top_level_name(text, "save") == place


def test_a_module_takes_its_imports_and_links_along_and_back(builder: Served, app: Path) -> None:
    before = contents(app)
    (app / "mainspring.toml").write_text('around_event = ["shop.sell"]\n')

    told = rename(builder, file="shop.py", new_name="till/store.py")

    assert told["done"]["moved"] == [["shop.py", "till/store.py"]]
    assert [(link["page"], link["after"]) for link in told["plan"]["links"]] == [("main", "till.store.sell")]
    assert [place["uri"] for place in told["plan"]["left"]] == ["mainspring.toml"]
    after = contents(app)
    assert "shop.py" not in after
    assert after["till/store.py"] == before["shop.py"]
    assert after["main.py"] == before["main.py"].replace(b"from shop", b"from till.store").replace(
        b"import shop", b"import till.store"
    ).replace(b"(shop)", b"(till.store)")
    assert b'"till.store.sell"' in after["pages/main.json"]

    status, back = ask(builder, "/api/renames/undo", number=told["done"]["number"])

    assert (status, back["moved"]) == (200, [["till/store.py", "shop.py"]])
    restored = contents(app)
    assert (restored["main.py"], restored["shop.py"]) == (before["main.py"], before["shop.py"])
    assert b'"shop.sell"' in restored["pages/main.json"]
    assert "till/store.py" not in restored


def test_a_package_moves_with_unsaved_work_on_its_files(builder: Served, app: Path) -> None:
    (app / "lib").mkdir()
    (app / "lib" / "tax.py").write_text("RATE = 1\n")
    (app / "lib" / "price.py").write_text("from lib.tax import RATE\n")
    file = json.loads(builder.ask("GET", "/api/files/lib/price.py").body)
    buffers = {"lib/price.py": {"text": file["text"] + "# typed\n", "base_digest": file["digest"]}}

    told = rename(builder, file="lib", new_name="library", buffers=buffers)

    assert [file["path"] for file in told["done"]["files"]] == ["library/price.py"]
    assert (app / "library" / "price.py").read_text() == "from library.tax import RATE\n# typed\n"

    status, back = ask(builder, "/api/renames/undo", number=told["done"]["number"])

    assert (status, [file["path"] for file in back["files"]]) == (200, ["lib/price.py"])
    assert (app / "lib" / "price.py").read_text() == "from lib.tax import RATE\n# typed\n"


@pytest.mark.parametrize(
    ("file", "to", "words"),
    [
        ("shop.py", "my-shop.py", "can't be imported"),
        ("shop.py", "class.py", "a word of Python"),
        ("shop.py", "main.py", "There is a main.py already"),
        ("main.py", "other.py", "where the app begins"),
        ("absent.py", "x.py", "There is no absent.py"),
    ],
)
def test_a_module_keeps_a_path_that_it_can_not_change(
    builder: Served, app: Path, file: str, to: str, words: str
) -> None:
    status, refused = ask(builder, "/api/renames/plan", file=file, new_name=to)

    assert (status, refused["error"]["code"]) == (409, "cannot_rename")
    assert words in refused["error"]["message"]


def test_where_a_module_can_not_be_moved_nothing_is_renamed(builder: Served, app: Path) -> None:
    asked = {"file": "shop.py", "new_name": "till/store.py"}
    _, plan = ask(builder, "/api/renames/plan", **asked)
    before = contents(app)
    (app / "till").write_text("in the way")

    status, refused = ask(builder, "/api/renames", **asked, plan=plan["fingerprint"])

    assert (status, refused["error"]["code"]) == (409, "not_renamed")
    assert contents(app) == before
