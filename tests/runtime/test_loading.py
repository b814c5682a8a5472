"""Apps that can't be loaded, and what apps do to their surroundings, in real children."""

from __future__ import annotations

import socket
import threading

import pytest
from mainspring.runtime.outlet import MAX_PENDING, Outlet
from mainspring.runtime.protocol import (
    CancelEvent,
    Changes,
    Done,
    LoadFailed,
    Ready,
    Receiver,
    Record,
    ToBuilder,
)

from .apps import write_app
from .children import button, open_child, page, text

BAD = {
    "syntax error": (b"def f(:\n    pass\n", "SyntaxError", "invalid syntax", 1),
    "unclosed bracket": (b"x = 1\ny = (\n", "SyntaxError", "never closed", 2),
    "wrong indentation": (b"def f():\npass\n", "IndentationError", "expected an indented block", 2),
    "UTF-16": ("x = 1\n".encode("utf-16"), "AppError", "UTF-16", None),
    "null byte": (b"x = 1\ny = '\0'\n", "AppError", "null byte in line 2", None),
    "Latin-1": ("x = 1\n\ny = 'é'\n".encode("latin-1"), "AppError", "byte 0xe9 in line 3", None),
    "unknown encoding": (b"# coding: no-such\nx = 1\n", "SyntaxError", "no-such", None),
    "exit": (b"import sys\nsys.exit(3)\n", "SystemExit", "3", 2),
    "exit of the worst kind": (b"raise KeyboardInterrupt\n", "KeyboardInterrupt", "", 1),
    "exception": (b"def f():\n    return 1 / 0\n\n\nf()\n", "ZeroDivisionError", "division by zero", 2),
    "missing module": (b"import no_such_module\n", "ModuleNotFoundError", "no_such_module", 1),
    "rude exception": (
        b"class E(Exception):\n    def __str__(self):\n        raise E\n\n\nraise E\n",
        "E",
        "asking for its message raised E",
        6,
    ),
    "uncopyable state": (
        (
            b"import threading\nfrom mainspring.runtime import init_state\n\n"
            b"init_state({'fine': 1, 'lock': threading.Lock()})\n"
        ),
        "TypeError",
        "'lock' can't be copied",
        4,
    ),
    "endless recursion": (b"def f():\n    f()\n\n\nf()\n", "RecursionError", "maximum recursion", 2),
    "no state": (b"from mainspring.runtime import init_state\ninit_state(3)\n", "TypeError", "not int", 2),
}


@pytest.mark.parametrize("name", BAD)
def test_an_app_that_cannot_load_says_why_and_where(tmp_path, name):
    source, kind, words, line = BAD[name]
    (tmp_path / "main.py").write_bytes(source)
    with open_child() as child:
        failed = child.load(tmp_path)
        assert isinstance(failed, LoadFailed)

    own = [frame for frame in failed.error.frames if frame.owner == "app"]
    assert failed.error.type == kind
    assert words in failed.error.message
    assert (own[-1].line if own else None) == line


def test_a_folder_named_main_py_is_said_to_be_one(tmp_path):
    (tmp_path / "main.py").mkdir()
    with open_child() as child:
        failed = child.load(tmp_path)

    assert "folder" in failed.error.message


def test_a_file_that_cannot_be_read_is_said_to_be_one(tmp_path):
    (tmp_path / "main.py").symlink_to(tmp_path / "main.py")
    with open_child() as child:
        failed = child.load(tmp_path)

    assert "can't be read" in failed.error.message


def test_a_byte_order_mark_and_another_declared_encoding_are_fine(tmp_path):
    for source in (b"\xef\xbb\xbfprint('\xc3\xa9')\n", b"# -*- coding: latin-1 -*-\nprint('\xe9')\n"):
        (tmp_path / "main.py").write_bytes(source)
        with open_child() as child:
            ready = child.load(tmp_path)
            child.open()

            assert isinstance(ready, Ready)
            assert "é" in child.lines()


SHADOWED = ["json", "queue", "hashlib", "logging", "inspect", "traceback", "ctypes", "pickle"]
HANDLERS = """
    from mainspring.runtime import init_state
    import {name}

    init_state({{"said": "", "data": b""}})


    def plain(state):
        state["said"] = {name}.WORD
        state["data"] = b"bytes"


    async def coroutine(state):
        state["said"] = "async"


    def fails():
        raise ValueError("no")


    def endless(state):
        state["said"] = "running"
        while True:
            pass
"""


@pytest.mark.parametrize("name", SHADOWED)
def test_an_apps_module_that_is_named_like_pythons_own_disturbs_nobody(tmp_path, name):
    """What we have imported before stays Python's; ``import`` in the app is as in any script."""
    source = HANDLERS.format(name=name).replace(f"{name}.WORD", f"getattr({name}, 'WORD', 'python')")
    app = write_app(tmp_path, source, **{name: "WORD = 'mine'\n"})
    names = ("plain", "coroutine", "fails", "endless")
    with open_child() as child:
        ready = child.load(app, page(text("@{said}"), text("@{data}", "t2"), *(button(n, n) for n in names)))
        assert isinstance(ready, Ready), ready
        child.open()

        assert child.fire("plain").status == "ok"
        assert child.copies["s"]["said"] in ("mine", "python")
        assert child.copies["s"]["data"].startswith("blob/")
        assert child.fire("coroutine").status == "ok"
        assert child.fire("fails").status == "error"
        sequence = child.event("endless")
        child.until(Changes, lambda changes: b"running" in changes.operations)
        child.send(CancelEvent("s", sequence))
        assert child.until(Done, lambda done: done.sequence == sequence).status == "cancelled"


OUTPUT = """
    import asyncio
    import gc
    import logging
    import sys
    import threading
    import warnings

    from mainspring.runtime import init_state

    logging.basicConfig(level=logging.DEBUG, format="%(message)s", {more})
    log = logging.getLogger("shop.cart")
    log.debug("at start")
    init_state({{"said": ""}})


    def logs():
        log.info("put %s", "tea")
        try:
            1 / 0
        except ZeroDivisionError:
            log.exception("failed")
        log.info("%d", "no number")
        warnings.warn("careful")


    def thread_fails():
        def fail():
            raise ValueError("in a thread")
        threading.Thread(target=fail, name="worker").start()


    async def task_fails():
        async def fail():
            raise ValueError("in a task")
        asyncio.create_task(fail())


    async def callback_fails():
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)


    def unraisable():
        class Bad:
            def __del__(self):
                raise ValueError("in a finaliser")
        Bad()
        gc.collect()


    def chain():
        try:
            raise KeyError("first")
        except KeyError as error:
            error.add_note("a note")
            raise RuntimeError("second") from error


    def group():
        raise ExceptionGroup("many", [ValueError("one"), TypeError("two")])


    def flood():
        for number in range(20_000):
            print("line", number)


    def floods():
        threads = [threading.Thread(target=flood) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


    class Dawdler:
        def __str__(self):
            threading.Event().wait(0.4)
            return "after another"


    def dawdles():
        print("one word,", Dawdler())


    def long_line():
        print("x" * 2_500_000)
        for _ in range(40):
            print("-" * 50_000, end="")
        print()
        print("part", end="")
        sys.stderr.write("to stderr\\n")
        sys.stdout.buffer.write("bytes é\\n".encode())
"""
OUTPUTS = (
    "logs", "thread_fails", "task_fails", "callback_fails", "unraisable", "chain", "group", "flood", "floods",
    "dawdles", "long_line",
)  # fmt: skip


@pytest.fixture(params=["", "force=True"])
def child(tmp_path, request):
    app = write_app(tmp_path, OUTPUT.format(more=request.param))
    with open_child() as child:
        ready = child.load(app, page(text("@{said}"), *(button(name, name) for name in OUTPUTS)))
        assert isinstance(ready, Ready), ready
        child.open()
        yield child


def records(child, **facts):
    return [
        m
        for m in child.seen
        if isinstance(m, Record) and all(getattr(m, name) == value for name, value in facts.items())
    ]


def test_logging_keeps_its_levels_once_each_whatever_the_app_configures(child):
    child.fire("logs")
    logged = records(child, logger="shop.cart")

    assert [(m.level, m.text) for m in logged][:3] == [
        ("debug", "at start"), ("info", "put tea"), ("error", "failed"),
    ]  # fmt: skip
    assert logged[2].error.type == "ZeroDivisionError"
    assert "its arguments don't fit" in logged[3].text
    assert len(logged) == 4
    assert (logged[1].handler, logged[0].handler) == ("logs", "")
    assert "UserWarning: careful (main.py, line" in records(child, logger="py.warnings")[0].text


@pytest.mark.parametrize(
    ("name", "words", "kind"),
    [
        ("thread_fails", "worker ended with ValueError: in a thread", "ValueError"),
        ("task_fails", "in a task", "ValueError"),
        ("callback_fails", "division by zero", "ZeroDivisionError"),
        ("unraisable", "Exception ignored in", "ValueError"),
    ],
)
def test_what_fails_outside_a_handler_is_in_the_log_with_its_traceback(child, name, words, kind):
    child.fire(name)
    record = child.until(Record, lambda m: m.error is not None) if not _failed(child) else _failed(child)[0]

    assert words in record.text
    assert record.error.type == kind
    assert record.error.frames[-1].file == "main.py"


def _failed(child):
    return [m for m in child.seen if isinstance(m, Record) and m.error is not None]


def test_causes_notes_and_groups_are_kept(child):
    child.fire("chain")
    child.fire("group")
    chained, grouped = (m.error for m in _failed(child))

    assert (chained.message, chained.cause.type, chained.cause.notes) == ("second", "KeyError", ("a note",))
    assert [each.message for each in grouped.members] == ["one", "two"]


@pytest.mark.parametrize(("name", "times"), [("flood", 1), ("floods", 4)])
def test_a_flood_of_lines_arrives_or_is_counted_and_no_line_is_torn(child, name, times):
    done = child.fire(name)
    lines = [m.text for m in records(child, stream="stdout")]
    dropped = sum(
        int(m.text.partition(" ")[0].replace(",", ""))
        for m in records(child, stream="system", level="warning")
        if "left out" in m.text
    )

    assert done.status == "ok"
    assert {line for line in lines if not line.startswith("line ")} == set()
    assert len(lines) + dropped == 20_000 * times


def test_a_line_whose_words_take_their_time_is_one_line(child):
    assert child.fire("dawdles").status == "ok"
    assert [m.text for m in records(child, stream="stdout")] == ["one word, after another"]


def test_what_the_log_cannot_take_is_counted_and_what_matters_arrives_in_order():
    ours, theirs = socket.socketpair()
    outlet, receiver = Outlet(theirs, 7), Receiver(ToBuilder, 7)

    def write():
        for number in range(20_000):
            outlet.record(Record(0.0, "stdout", "info", f"{number}"))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    ender = threading.Thread(target=outlet.send, args=(Done("s", 1, "ok"),))
    ender.start()
    ours.settimeout(20)
    found = []
    while not (found and isinstance(found[-1], Done)):
        found += receiver.feed(ours.recv(1 << 16))
    ender.join(20)
    ours.close()
    theirs.close()

    lines = [m for m in found if isinstance(m, Record) and m.stream == "stdout"]
    said = [m.text for m in found if isinstance(m, Record) and m.stream == "system"]
    dropped = sum(int(text.partition(" ")[0].replace(",", "")) for text in said)
    assert MAX_PENDING <= len(lines) < 80_000
    assert len(lines) + dropped == 80_000


def test_what_belongs_together_is_written_together_and_after_what_was_printed():
    ours, theirs = socket.socketpair()
    outlet, receiver = Outlet(theirs, 7), Receiver(ToBuilder, 7)
    ours.settimeout(20)

    outlet.send(Changes("s", 1, b"[]"), more=True)
    outlet.record(Record(0.0, "stdout", "info", "printed"))
    outlet.send(Done("s", 1, "ok"))
    found = []
    while not (found and isinstance(found[-1], Done)):
        found += receiver.feed(ours.recv(1 << 16))

    assert [type(each) for each in found] == [Record, Changes, Done]
    ours.close()
    theirs.close()


def test_who_sends_while_another_writes_neither_waits_nor_overtakes():
    ours, theirs = socket.socketpair()
    outlet, receiver = Outlet(theirs, 7), Receiver(ToBuilder, 7)
    ours.settimeout(20)
    # More than the pipe holds: this thread writes until someone reads.
    first = threading.Thread(target=outlet.send, args=(Changes("s", 1, b"1" * 4_000_000),))
    first.start()
    head = ours.recv(1)
    outlet.send(Done("s", 1, "ok"))
    outlet.send(Done("s", 2, "ok"))

    found = receiver.feed(head)
    while len(found) < 3:
        found += receiver.feed(ours.recv(1 << 16))
    first.join(20)

    assert [getattr(each, "sequence", 0) for each in found] == [0, 1, 2]
    ours.close()
    theirs.close()


def test_long_lines_are_several_records_without_loss_and_every_stream_is_named(child):
    child.fire("long_line")
    of_event = records(child, handler="long_line")
    found = [(m.stream, m.level, m.text[-30:]) for m in of_event]

    first, *rest = [m.text for m in of_event if m.text.endswith("x")]
    assert (len(first), len(rest)) == (1024 * 1024, 2)
    assert first + "".join(text.removeprefix("... ") for text in rest) == "x" * 2_500_000
    dashes = [m.text for m in of_event if m.text.endswith("-")]
    assert len(dashes) > 1
    assert "".join(text.removeprefix("... ") for text in dashes) == "-" * 2_000_000
    assert ("stderr", "warning", "to stderr") in found
    assert any(text == "partbytes é" for _, _, text in found)
