"""What ``mainspring.testing`` promises to tests of apps."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_apps import button, text, write_app
from mainspring.testing import OpenedApp, Refused, open_app

MAIN = """
    import asyncio

    import orders
    from mainspring.runtime import init_handlers, init_state, run_async

    init_state({"name": "", "count": 0, "rows": {"a": {"n": 1}}, "got": "", "seen": [], "open": True})
    init_handlers(orders)
    pool = run_async(asyncio.sleep(0, "a pool"))


    def check(cookies):
        return {"name": cookies["who"]} if "who" in cookies else False


    async def around(state, context):
        state["seen"] += [context["target"]]
        if context["target"] == "never":
            return
        yield


    def steps(state):
        for _ in range(3):
            state["count"] += 1
            yield


    async def later(state):
        await asyncio.sleep(0)
        state["got"] = pool


    def row(state, context):
        state["got"] = context["keyVariable"]


    def take(state, payload):
        state["got"] = [(file["name"], file["type"], file["data"]) for file in payload]


    def fail():
        raise KeyError("of the app")


    def never(state):
        state["got"] = "never"
"""
SETTINGS = 'verify_session = "check"\naround_event = ["around"]\n'
PARTS = [
    {"id": "name", "type": "text_input", "binding": "name"},
    {"id": "amount", "type": "number_input", "binding": "count", "on": {"wf-number-change": "steps"}},
    *(button(name, name) for name in ("steps", "later", "fail", "never")),
    button("ship", "orders.ship"),
    {"id": "nothing", "type": "button"},
    {"id": "files", "type": "file_input", "on": {"wf-file-change": "take"}},
    text("@{name} has @{count}", "shown"),
    {"id": "hidden", "type": "section", "visible": "@{open}", "children": [text("inside", "inside")]},
    {
        "id": "rows",
        "type": "repeater",
        "fields": {"items": "@{rows}"},
        "children": [button("in_row", "row"), text("@{item.n}", "of_row")],
    },
]
ORDERS = "def ship(state):\n    state['got'] = 'shipped'\n"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[OpenedApp]:
    files = {"mainspring.toml": SETTINGS, "orders.py": ORDERS}
    with open_app(write_app(tmp_path / "app", MAIN, files, main=PARTS)) as opened:
        yield opened


def test_events_run_what_they_are_linked_to_on_the_page(app: OpenedApp) -> None:
    ada, bob = app.join(), app.join()
    ada.fire("name", "Ada")
    ada.fire("steps")
    assert ada.shown("shown") == "Ada has 3"
    assert bob.shown("shown") == " has 0"
    ada.fire("later")
    assert ada.state["got"] == "a pool"
    ada.fire("ship")
    assert ada.state["got"] == "shipped"
    ada.fire("in_row", rows=["a"])
    assert (ada.state["got"], ada.shown("of_row", rows=["a"])) == ("a", 1)
    assert ada.state["seen"] == ["name", "steps", "later", "ship", "in_row"]


def test_files_are_given_as_paths(app: OpenedApp, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(b"a,b\n")
    ada = app.join()
    ada.fire("files", [tmp_path / "list.csv"])
    assert ada.state["got"] == [("list.csv", "text/csv", b"a,b\n")]


def test_what_a_handler_raises_the_test_gets(app: OpenedApp) -> None:
    with pytest.raises(KeyError, match="of the app"):
        app.join().fire("fail")


@pytest.mark.parametrize(
    ("component", "said"),
    [
        ("gone", "there is no component"),
        ("nothing", "say which event of nothing happens"),
        ("in_row", "no row was named"),
        ("never", "around did not yield"),
    ],
)
def test_what_a_browser_could_not_do_is_refused(app: OpenedApp, component: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        app.join().fire(component)


def test_a_payload_of_the_wrong_kind_is_refused_and_nothing_bound(app: OpenedApp) -> None:
    ada = app.join()
    with pytest.raises(Refused, match="expected"):
        ada.fire("amount", "many")
    assert ada.state["count"] == 0


def test_what_is_hidden_is_not_seen(app: OpenedApp) -> None:
    ada = app.join()
    assert ada.sees("inside")
    ada.state["open"] = False
    assert not ada.sees("inside")
    with pytest.raises(Refused, match="hidden"):
        ada.shown("inside")


def test_visitors_are_verified_as_the_service_does(app: OpenedApp) -> None:
    assert app.verify() is False
    assert app.verify(cookies={"who": "Ada"}) == {"name": "Ada"}


def test_after_it_nothing_of_the_app_is_left(tmp_path: Path) -> None:
    before, path = set(sys.modules), list(sys.path)
    for word in ("one", "two"):
        code = f'from mainspring.runtime import init_state\ninit_state({{"word": "{word}"}})\n'
        folder = write_app(tmp_path / word, code, main=[text("@{word}", "shown")])
        with open_app(folder) as opened:
            assert opened.join().shown("shown") == word
            with pytest.raises(RuntimeError, match="another app is open"), open_app(folder):
                pass
    assert "main" not in sys.modules
    assert not {name for name in set(sys.modules) - before if name in ("main", "orders")}
    assert sys.path == path


def test_an_app_that_does_not_load_says_why(tmp_path: Path) -> None:
    folder = write_app(tmp_path / "app", "raise ZeroDivisionError('at the top')", main=[])
    with pytest.raises(ZeroDivisionError, match="at the top"), open_app(folder):
        pass
    (folder / "pages" / "main.json").write_text("{")
    with pytest.raises(ValueError, match=r"main\.json, line 1"), open_app(folder):
        pass
