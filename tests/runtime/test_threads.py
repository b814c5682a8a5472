"""What threads and pools that a handler starts say belongs to its event."""

from __future__ import annotations

import pytest
from mainspring.runtime.protocol import Record

from .apps import write_app
from .children import button, open_child, page

MAIN = """
    import asyncio, logging, sys, threading, warnings
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(1)
    {at_start}
    go_on, both = threading.Event(), threading.Barrier(2, timeout=20)


    def by_words(name):
        for word in ("one", "two", "three"):
            both.wait()
            sys.stdout.write(f"{name} {word} ")
        print()


    def threads():
        started = [threading.Thread(target=by_words, args=(name,)) for name in ("a", "b")]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join()


    def later():
        def wait():
            go_on.wait(20)
            logging.warning("late")
            print("no end of line", end="")
        threading.Timer(0, wait).start()


    def release():
        go_on.set()


    def in_pool():
        pool.submit(print, "pooled").result()


    def in_pool_too():
        pool.submit(print, "pooled too").result()


    async def in_loop():
        await asyncio.get_running_loop().run_in_executor(None, print, "from the loop")
        await asyncio.get_running_loop().run_in_executor(None, threading.Thread(target=fails).start)


    def fails():
        raise ValueError("in a thread of a thread")


    def outside():
        threading.Thread(target=print, args=("no event",)).start()

    def outside_again():
        # Given by a thread of its own that no event has started.
        again.set()


    def give():
        again.wait()
        pool.submit(print, "given outside")

    again = threading.Event()
    threading.Thread(target=give, daemon=True).start()
    outside()
"""
HANDLERS = ("threads", "later", "release", "in_pool", "in_pool_too", "in_loop", "outside_again")


@pytest.mark.parametrize("at_start", ["", "pool.submit(int).result()"])
def test_what_threads_say_belongs_to_the_event_that_started_them(tmp_path, at_start):
    app = write_app(tmp_path, MAIN.replace("{at_start}", at_start))
    with open_child() as child:
        child.load(app, page(*(button(name, name) for name in HANDLERS)))
        child.open()

        def said(text):
            found = [m for m in child.seen if isinstance(m, Record) and text in m.text]
            return found[0] if found else child.until(Record, lambda m: text in m.text)

        child.fire("threads")
        for name in "ab":
            line = said(f"{name} one")
            assert line.text == f"{name} one {name} two {name} three "
            assert (line.handler, line.component, line.session_id) == ("threads", "threads", "s")
        child.fire("later")
        child.fire("release")
        assert said("late").handler == said("no end of line").handler == "later"
        for handler, text in [
            ("in_pool", "pooled"),
            ("in_pool_too", "pooled too"),
            ("in_loop", "from the loop"),
        ]:
            child.fire(handler)
            assert said(text).handler == handler
        assert said("in a thread of a thread").handler == "in_loop"
        child.fire("outside_again")
        assert said("given outside").handler == said("no event").handler == ""


def test_a_thread_that_the_runtime_starts_for_an_event_belongs_to_none(tmp_path):
    # The first asynchronous handler starts the loop's thread; what the loop says later is not of that event.
    app = write_app(
        tmp_path,
        """
        import asyncio, contextvars

        async def first():
            global loop
            loop = asyncio.get_running_loop()

        async def fails():
            def wrong():
                raise ValueError("of nobody")
            loop.call_soon(wrong, context=contextvars.Context())
        """,
    )
    with open_child() as child:
        child.load(app, page(button("first", "first"), button("fails", "fails")))
        child.open()
        child.fire("first")
        child.fire("fails")
        failed = [m for m in child.seen if isinstance(m, Record) and "of nobody" in m.text]
        record = failed[0] if failed else child.until(Record, lambda m: "of nobody" in m.text)

        assert record.handler == ""
