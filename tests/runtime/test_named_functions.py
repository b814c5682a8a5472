"""Functions that mainspring.toml names: who is let in, and what runs around each event."""

from __future__ import annotations

import queue
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from mainspring.runtime.clock import Clock
from mainspring.runtime.execution import Executor
from mainspring.runtime.late_starts import LateStarts
from mainspring.runtime.named_functions import VISITOR, Named
from mainspring.runtime.protocol import (
    CancelEvent,
    Done,
    LoadFailed,
    NamedFunctions,
    OpenSession,
    Ready,
    Record,
    Snapshot,
    Verified,
    Verify,
)
from mainspring.runtime.signature import read_signature
from mainspring.runtime.tracebacks import Sources
from mainspring.runtime.verifying import Verifier

from .apps import write_app
from .children import Child, button, open_child, page, text

# --- around an event ---------------------------------------------------------------------------------

AROUND = """
    import asyncio
    import contextvars
    import threading
    from functools import wraps

    from mainspring.runtime import init_state

    init_state({"seen": [], "bound": "", "name": "", "step": 0})
    where = contextvars.ContextVar("where", default="")


    def outer(state, session, context):
        state["seen"] += [f"outer before {context['target']} {session['page']}"]
        yield
        state["seen"] += ["outer after"]


    def inner(state, payload):
        state["seen"] += ["inner before"]
        where.set("inside")
        try:
            yield
        except KeyError as error:
            state["seen"] += [f"inner saw {error}"]
            raise
        finally:
            state["seen"] += ["inner after"]


    async def later(state):
        async with asyncio.timeout(5):
            await asyncio.sleep(0)
            state["seen"] += ["later before"]
            yield
            await asyncio.sleep(0)
            state["seen"] += ["later after"]


    def forgives(state):
        try:
            yield
        except KeyError:
            state["seen"] += ["forgiven"]


    def keeps_out(state, payload):
        state["seen"] += ["kept out"]
        return
        yield


    async def keeps_out_later(state):
        return
        yield


    def twice():
        yield
        yield


    def fails_before():
        raise LookupError("no rights")
        yield


    def fails_after():
        yield
        raise LookupError("no end")


    async def fails_later():
        yield
        raise LookupError("no end")


    def plain(state):
        state["seen"] += ["plain " + where.get() + threading.current_thread().name[:18]]


    async def coroutine(state):
        await asyncio.sleep(0)
        state["seen"] += ["coroutine " + where.get()]


    def generator(state):
        for step in (1, 2):
            state["step"] = step
            yield
        state["seen"] += ["generator"]


    async def agenerator(state):
        yield
        state["seen"] += ["agenerator"]


    def hidden(function):
        @wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)
        return wrapper


    hidden_coroutine = hidden(coroutine)


    def broken(state):
        state["seen"] += ["broken"]
        raise KeyError("lost")


    async def broken_later():
        raise KeyError("lost")


    def bound(state, payload):
        state["seen"] += [state["name"]]


    def endless():
        while True:
            pass
"""
HANDLERS = (
    "plain",
    "coroutine",
    "generator",
    "agenerator",
    "hidden_coroutine",
    "broken",
    "broken_later",
    "endless",
)
PAGE = page(
    *(button(f"b_{name}", name) for name in HANDLERS),
    msgspec.structs.replace(text("@{seen} @{step} @{name}"), id="shown"),
    msgspec.structs.replace(
        button("b_bound", "bound"), binding="name", type="text_input", on={"wf-change": "bound"}
    ),
    msgspec.structs.replace(button("b_only", ""), binding="name", type="text_input", on={}),
)


class Around:
    """An app with generators around its events, and a session of it."""

    def __init__(self, child: Child) -> None:
        self.child = child

    def fire(self, handler: str, **more: Any) -> tuple[str, str, list[str]]:
        """Return how it ended, why, and what had been seen by then."""
        done = self.child.fire(f"b_{handler}", **more)
        return done.status, done.message, self.child.copies["s"]["seen"]

    def errors(self) -> list[Record]:
        return [seen for seen in self.child.seen if isinstance(seen, Record) and seen.error is not None]


@pytest.fixture
def around(tmp_path: Path, request: pytest.FixtureRequest):
    with open_child() as child:
        names = NamedFunctions(around_event=request.param)
        ready = child.load(write_app(tmp_path, AROUND), PAGE, functions=names)
        assert isinstance(ready, Ready), ready
        child.open()
        yield Around(child)


def named(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("around", [names], indirect=True, ids=["+".join(names)])


@named("outer", "inner")
def test_generators_nest_in_their_order_around_every_kind_of_handler(around: Around) -> None:
    for handler, said in (
        ("plain", "plain insidemainspring-handler"),
        ("coroutine", "coroutine inside"),
        ("generator", "generator"),
        ("agenerator", "agenerator"),
        ("hidden_coroutine", "coroutine "),
    ):
        before = len(around.child.copies["s"]["seen"])
        status, _, seen = around.fire(handler)

        assert (status, seen[before:]) == (
            "ok",
            [f"outer before b_{handler} main", "inner before", said, "inner after", "outer after"],
        )


@named("outer", "later", "inner")
def test_asynchronous_ones_stand_around_every_kind_of_handler_too(around: Around) -> None:
    for handler, said in (
        # It still runs in a thread, and sees what the generators have set.
        ("plain", "plain insidemainspring-handler"),
        ("coroutine", "coroutine inside"),
        ("generator", "generator"),
        ("agenerator", "agenerator"),
        ("hidden_coroutine", "coroutine inside"),
    ):
        before = len(around.child.copies["s"]["seen"])
        status, _, seen = around.fire(handler)

        assert (status, seen[before:]) == (
            "ok",
            [
                f"outer before b_{handler} main",
                "later before",
                "inner before",
                said,
                "inner after",
                "later after",
                "outer after",
            ],
        )


@named("inner", "later")
def test_a_generator_handler_still_shows_its_steps(around: Around) -> None:
    around.fire("generator")

    operations = [
        operation
        for message in around.child.seen
        for operation in msgspec.json.decode(getattr(message, "operations", b"[]"))
    ]
    assert [operation[2] for operation in operations if operation[1] == ["step"]] == [1, 2]


@pytest.mark.parametrize("handler", ["broken", "broken_later"])
@named("inner")
def test_they_see_what_the_handler_raises(around: Around, handler: str) -> None:
    status, _, seen = around.fire(handler)

    assert status == "error"
    assert seen[-2:] == ["inner saw 'lost'", "inner after"]
    (error,) = around.errors()
    assert error.error is not None
    assert (error.error.type, error.error.notes) == ("KeyError", ())
    assert error.handler == handler


@named("later")
def test_asynchronous_ones_see_what_a_plain_handler_raises(around: Around) -> None:
    status, _, seen = around.fire("broken")

    assert (status, seen[-1]) == ("error", "broken")
    assert len(around.errors()) == 1


@named("forgives")
def test_an_exception_that_they_keep_is_none(around: Around) -> None:
    status, _, seen = around.fire("broken")

    assert (status, seen[-1]) == ("ok", "forgiven")
    assert not around.errors()


@pytest.mark.parametrize("around", [("keeps_out",), ("keeps_out_later",)], indirect=True)
def test_one_that_does_not_yield_keeps_the_handler_from_running_and_that_is_said(around: Around) -> None:
    for handler in ("plain", "coroutine"):
        status, message, seen = around.fire(handler)

        assert status == "refused"
        assert "did not yield, so the handler was not run" in message
        assert not [line for line in seen if handler in line]
    assert [line for line in around.child.lines() if "did not yield" in line]


@named("keeps_out")
def test_and_the_binding_from_being_written(around: Around) -> None:
    for component in ("bound", "only"):
        status, *_ = around.fire(component, payload=b'"Ada"', kind="text", event="wf-change", binds=True)

        assert status == "refused"
        assert around.child.copies["s"]["name"] == ""


@named("outer")
def test_the_handler_sees_the_bound_value_and_an_event_that_only_binds_is_one_too(around: Around) -> None:
    change: dict[str, Any] = {"kind": "text", "event": "wf-change", "binds": True}
    _, _, seen = around.fire("bound", payload=b'"Ada"', **change)
    assert seen[-2:] == ["Ada", "outer after"]

    status, _, seen = around.fire("only", payload=b'"Bob"', **change)
    assert (status, seen[-2:]) == ("ok", ["outer before b_only main", "outer after"])
    assert around.child.copies["s"]["name"] == "Bob"


@pytest.mark.parametrize(
    ("around", "said"),
    [
        (("twice",), "twice yielded twice"),
        (("fails_before",), "no rights"),
        (("fails_after",), "no end"),
        (("fails_later",), "no end"),
        (("outer", "fails_after"), "no end"),
    ],
    indirect=["around"],
)
def test_an_error_of_theirs_is_said_to_be_theirs(around: Around, said: str) -> None:
    for handler in ("plain", "coroutine"):
        status, *_ = around.fire(handler)
        assert status == "error"
    for error in around.errors():
        assert error.error is not None
        assert said in error.text
        assert "which mainspring.toml names as around_event" in error.error.notes[-1]


@pytest.mark.parametrize("around", [("inner",), ("inner", "later")], indirect=True)
def test_a_cancelled_handler_lets_them_end(around: Around) -> None:
    sequence = around.child.event("b_endless")
    # The generators have begun when their first words are there.
    while "inner before" not in around.child.copies["s"]["seen"]:
        around.child.receive()
    around.child.send(CancelEvent("s", sequence))

    ended = around.child.until(Done, lambda message: message.sequence == sequence)
    assert ended.status == "cancelled"
    assert "inner after" in around.child.copies["s"]["seen"]


# --- being let in ------------------------------------------------------------------------------------

VERIFIERS = """
    import asyncio
    import os

    HIDDEN = "no function"


    def check(cookies, headers):
        return cookies.get("sso") == "good" and headers.get("x-user") == "ada"


    async def check_later(cookies):
        await asyncio.sleep(0)
        return {"name": cookies["sso"], "roles": ["admin"]}


    def fails():
        raise LookupError("no such user: hunter2")


    def nothing(cookies): pass
    def word(): return "yes"
    def number(): return 1
    def unkept(): return {"connection": object()}
    def large(): return {"text": "x" * 100_000}
    def yields(): yield True
    def strange(user): return True


    def show(state, session):
        state["user"] = session["user"]
"""


def verdict(child: Child, number: int = 1, **cookies: str) -> Verified:
    child.send(Verify(number, cookies, {"x-user": "ada"}))
    answer: Verified = child.until(Verified, lambda message: message.request == number)
    return answer


def verifying(child: Child, folder: Path, name: str) -> Any:
    shown = page(button("show", "show"), text("@{user}"))
    return child.load(write_app(folder, VERIFIERS), shown, functions=NamedFunctions(verify_session=name))


def test_a_plain_function_says_who_is_let_in(tmp_path: Path) -> None:
    with open_child() as child:
        ready = verifying(child, tmp_path, "check")

        assert verdict(child, 1, sso="good").status == "allowed"
        assert verdict(child, 2, sso="bad").status == "refused"
        assert verdict(child, 3).status == "refused"
        # It is no handler, and so no event can call it.
        assert "check" not in [handler.name for handler in ready.handlers]
        assert "check_later" in [handler.name for handler in ready.handlers]


def test_an_asynchronous_one_says_who_it_is_and_handlers_see_it(tmp_path: Path) -> None:
    with open_child() as child:
        verifying(child, tmp_path, "check_later")
        verified = verdict(child, sso="ada")
        assert verified.status == "allowed"

        child.send(OpenSession("s", {}, {}, "main", {}, verified.user))
        child.until(Snapshot)
        child.fire("show")

        assert child.copies["s"]["user"] == {"name": "ada", "roles": ["admin"]}


def test_an_app_without_one_lets_everybody_in(tmp_path: Path) -> None:
    with open_child() as child:
        verifying(child, tmp_path, "")

        assert verdict(child) == Verified(1, "allowed")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("fails", "no such user"),
        ("nothing", "must return True, False or a dict"),
        ("word", "must return True, False or a dict"),
        ("number", "must return True, False or a dict"),
        ("unkept", "a dict that can't be kept"),
        ("large", "65,536 are kept"),
    ],
)
def test_whatever_fails_keeps_out_and_is_in_the_log_under_its_id(
    tmp_path: Path, name: str, said: str
) -> None:
    with open_child() as child:
        verifying(child, tmp_path, name)
        verified = verdict(child)

        assert (verified.status, verified.user) == ("error", b"null")
        record = next(r for r in child.seen if isinstance(r, Record) and r.error_id == verified.error_id)
        assert said in record.text
        assert (record.event, record.handler) == ("verify_session", name)


def test_one_that_never_answers_is_given_up() -> None:
    """One loops, one waits outside of Python, where nothing can interrupt it."""
    over = threading.Event()
    answers: queue.SimpleQueue[Verified] = queue.SimpleQueue()
    said: list[str] = []

    def failed(error: BaseException, call: object) -> str:
        said.append(str(error))
        return "id"

    def stuck(cookies: dict[str, str]) -> bool:
        while cookies["way"] == "loops":
            pass
        return over.wait()

    outlet: Any = SimpleNamespace(send=answers.put)
    output: Any = SimpleNamespace(failed=failed, finish=lambda _: None)
    clock = Clock("test-clock", lambda _: None)
    named = Named("stuck", stuck, read_signature(stuck, "stuck", VISITOR), "function")
    executor = Executor(2, clock, lambda _: None, LateStarts(clock, lambda _: None, Sources("")))
    verifier = Verifier(named, executor, clock, output, outlet, limit_s=0.1)
    try:
        verifier.ask(Verify(1, {"way": "loops"}, {}))
        verifier.ask(Verify(2, {"way": "waits"}, {}))

        found = sorted((answers.get(timeout=10), answers.get(timeout=10)), key=lambda answer: answer.request)
    finally:
        over.set()
    assert found == [Verified(1, "error", error_id="id"), Verified(2, "error", error_id="id")]
    assert said == ["stuck did not answer within 0.1 s"] * 2


@pytest.mark.parametrize(
    ("functions", "said"),
    [
        (NamedFunctions("chek"), "verify_session names chek, but main.py has no chek; did you mean check?"),
        (NamedFunctions("os.chek"), "verify_session names os.chek, but os has no chek"),
        (NamedFunctions("HIDDEN"), "it is no function"),
        (NamedFunctions("yields"), "it must return True, False or a dict, not yield"),
        (
            NamedFunctions("strange"),
            "nothing fills the parameter user of strange: it may take cookies, headers",
        ),
        (
            NamedFunctions("", ("check",)),
            "around_event names check, but nothing fills the parameters cookies",
        ),
        (NamedFunctions("", ("word",)), "it must be a generator, with one `yield`"),
        (NamedFunctions("", ("yields", "gone")), "around_event names gone, but main.py has no gone"),
    ],
)
def test_a_name_that_leads_to_nothing_of_use_keeps_the_app_from_loading(
    tmp_path: Path, functions: NamedFunctions, said: str
) -> None:
    with open_child() as child:
        failed = child.load(write_app(tmp_path, VERIFIERS), functions=functions)

        assert isinstance(failed, LoadFailed)
        assert failed.error.message.startswith("mainspring.toml: ")
        assert said in failed.error.message
