"""Calls of the page's functions, files and the address, in a real child."""

from __future__ import annotations

import asyncio
import gc
import pickle
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from mainspring.runtime import FrontendError
from mainspring.runtime.files import File, news
from mainspring.runtime.frontend_calls import MOST_OPEN, FrontendCalls
from mainspring.runtime.offers import is_accepted
from mainspring.runtime.protocol import (
    Action,
    CloseSession,
    Component,
    Done,
    FrontendResult,
    Navigate,
    OpenSession,
    Snapshot,
    Upload,
    UploadsHeld,
)

from .children import button, open_child, page, text

MAIN = """
from mainspring.runtime import init_state
init_state({"result": "", "file": None})

async def ask(state):
    state["result"] = await state.call_frontend_function("tools", "add", [1, {"b": 2}])

def ask_in_a_thread(state):
    try:
        state["result"] = state.call_frontend_function("tools", "add").result()
    except Exception as error:
        state["result"] = f"{type(error).__name__}: {error}"

def not_json(state):
    state.call_frontend_function("tools", "add", [object()])

def where(state, session):
    state["result"] = f"{session.page} {session['route_vars']}"

def keep(state, payload):
    state["file"] = payload[0]

def drop(state):
    state["file"] = None
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(MAIN)
    return tmp_path


def a_page() -> Component:
    names = ("ask", "ask_in_a_thread", "not_json", "where", "drop")
    file = Component(id="file", type="file_input", on={"wf-file-change": "keep"})
    return page(text("@{result} @{file.name} @{file.size}"), file, *(button(name, name) for name in names))


@pytest.mark.parametrize("handler", ["ask", "ask_in_a_thread"])
def test_the_answer_comes_back_to_the_handler_that_asked(app, handler):
    with open_child() as child:
        child.load(app, a_page())
        child.open()
        sequence = child.event(handler)
        action = child.until(Action)
        child.send(FrontendResult("s", "made up", b"666"))
        child.send(FrontendResult("other", action.call, b"666"))
        child.send(FrontendResult("s", action.call, b'{"sum":3}'))
        child.until(Done, lambda done: done.sequence == sequence)

        body = msgspec.json.decode(action.body)
        assert (body["action"], body["module"], body["name"], body["call"]) == (
            "call_frontend_function", "tools", "add", action.call,
        )  # fmt: skip
        assert child.copies["s"]["result"] == {"sum": 3}


REFUSED = "the browser's answer was refused:"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"error": "TypeError: no chart"}, "TypeError: no chart"),
        ({"value": b"nonsense"}, f"{REFUSED} expected JSON"),
        ({"value": b"[" * 40 + b"]" * 40}, f"{REFUSED} expected at most 32"),
        ({"value": b'"' + b"x" * 600_000 + b'"'}, f"{REFUSED} expected at most 524,288"),
    ],
)
def test_an_answer_that_is_none_is_an_exception_in_the_handler(app, answer, words):
    with open_child() as child:
        child.load(app, a_page())
        child.open()
        sequence = child.event("ask_in_a_thread")
        child.send(FrontendResult("s", child.until(Action).call, **answer))
        child.until(Done, lambda done: done.sequence == sequence)

        assert child.copies["s"]["result"].startswith(f"FrontendError: {words}")


def test_a_browser_that_is_gone_ends_the_call(app):
    with open_child() as child:
        child.load(app, a_page())
        child.open()
        sequence = child.event("ask")
        child.until(Action)
        child.send(CloseSession("s"))

        assert child.until(Done, lambda done: done.sequence == sequence).status == "error"
        assert any("the browser is gone" in line for line in child.lines())


def test_arguments_that_are_no_json_are_said_so(app):
    with open_child() as child:
        child.load(app, a_page())
        child.open()

        assert child.fire("not_json").status == "error"
        assert any("arguments of add must be JSON" in line for line in child.lines())


def test_a_call_ends_when_its_time_is_over():
    waiting: list[Callable[[], None]] = []
    calls = FrontendCalls(lambda delay, do: waiting.append(do))
    _, call = calls.open("add", 2.5)
    waiting[0]()

    with pytest.raises(TimeoutError, match=r"within 2.5 s"):
        call.result()
    with pytest.raises(TimeoutError):
        asyncio.run(awaited(call))


async def awaited(call):
    return await call


def test_only_so_many_calls_are_open_and_none_after_the_end():
    calls = FrontendCalls(lambda delay, do: None)
    opened = [calls.open("add", 1)[1] for _ in range(MOST_OPEN)]
    with pytest.raises(FrontendError, match="wait for their answers"):
        calls.open("add", 1)
    calls.close()

    assert all(isinstance(call.exception(), FrontendError) for call in opened)
    with pytest.raises(FrontendError, match="gone"):
        calls.open("add", 1)


def test_handlers_see_the_address_that_was_told_last(app):
    with open_child() as child:
        child.load(app, a_page())
        child.send(OpenSession("s", {}, {}, "main", {"id": "1"}))
        child.until(Snapshot)
        child.fire("where")
        assert child.copies["s"]["result"] == "main {'id': '1'}"
        child.send(Navigate("s", "orders", {"id": "2"}))
        child.fire("where")

        assert child.copies["s"]["result"] == "orders {'id': '2'}"


def test_a_file_in_state_is_held_until_it_is_let_go_and_shows_no_data(app, tmp_path):
    stored = tmp_path / "stored"
    stored.write_bytes(b"content")
    upload = Upload("a.txt", "text/plain", 7, str(stored))
    with open_child() as child:
        child.load(app, a_page())
        child.open()
        more = {"event": "wf-file-change", "kind": "files", "uploads": (upload,)}
        done = child.fire("file", b"null", **more)
        held = [message for message in child.seen if isinstance(message, UploadsHeld)]
        assert done.status == "ok"
        assert held == [UploadsHeld((str(stored),), ())]
        assert child.seen.index(held[0]) < child.seen.index(done)
        assert child.copies["s"]["file"] == {"name": "a.txt", "size": 7}

        child.fire("drop")
        free = child.until(UploadsHeld) if len(held) == 1 and not freed(child) else freed(child)
        assert free.free == (str(stored),)


def freed(child):
    """The message that some file is free, if it came already."""
    return next((m for m in child.seen if isinstance(m, UploadsHeld) and m.free), None)


# --- what a File is ----------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> File:
    (tmp_path / "stored").write_bytes(b"content")
    return File(Upload("a.txt", "text/plain", 7, str(tmp_path / "stored")))


def test_a_file_is_a_mapping_whose_data_is_read_when_it_is_asked_for(file):
    assert list(file) == ["name", "type", "data"]
    assert repr(file) == "<File 'a.txt', 7 bytes>"
    assert dict.__getitem__(file, "data") is None
    assert {**file} == dict(file) == {"name": "a.txt", "type": "text/plain", "data": b"content"}
    assert file.get("data") == b"content"
    assert dict(file.items())["data"] == b"content"
    with file.open() as opened:
        assert opened.read(3) == b"con"


def test_a_file_goes_to_the_next_version_of_the_app_without_its_data(file):
    pickled = pickle.dumps(file)
    again = pickle.loads(pickled)

    assert b"content" not in pickled
    assert (again["data"], again.size, again.path) == (b"content", 7, file.path)


def test_a_file_whose_session_has_ended_says_so(file):
    Path(file.path).unlink()

    with pytest.raises(FileNotFoundError, match=r"a\.txt went with the session"):
        file.open()


def test_a_file_is_held_while_any_copy_of_it_is(tmp_path):
    gc.collect()
    news()
    file = File(Upload("a", "", 0, str(tmp_path / "a")))
    copy = pickle.loads(pickle.dumps(file))
    assert news() == UploadsHeld((file.path,), ())
    path = file.path
    del file
    gc.collect()
    assert news() is None
    del copy
    gc.collect()

    assert news() == UploadsHeld((), (path,))


@pytest.mark.parametrize(
    ("name", "media_type", "accepted", "expected"),
    [
        ("A.CSV", "", ".csv", True),
        ("a.csv.exe", "text/csv", ".csv", False),
        ("a", "image/png; x=1", "image/*", True),
        ("a", "image/png", "image/jpeg", False),
        ("a", "", "", True),
        ("a", "", " , ", True),
        ("a", "text/plain", ".csv, text/plain", True),
    ],
)
def test_which_files_are_accepted(name, media_type, accepted, expected):
    assert is_accepted(name, media_type, accepted) is expected
