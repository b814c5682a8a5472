"""Which functions are handlers, what fills their parameters, and what is said of those that can't run."""

from __future__ import annotations

import functools
import types

import pytest
from mainspring.runtime.api import init_handlers
from mainspring.runtime.protocol import CheckLinks, Ready, Record, SetPages
from mainspring.runtime.registry import collect
from mainspring.runtime.signature import read_signature
from mainspring.runtime.tracebacks import Sources

from .apps import write_app
from .children import button, open_child, page, text

KINDS = """
    import functools
    from functools import partial, wraps

    from mainspring.runtime import init_state

    init_state({"said": ""})


    def logged(function):
        @wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)
        return wrapper


    def logged_async(function):
        @wraps(function)
        async def wrapper(*args, **kwargs):
            return function(*args, **kwargs)
        return wrapper


    def blocking(function):
        @wraps(function)
        def wrapper(*args, **kwargs):
            import asyncio
            return asyncio.run(function(*args, **kwargs))
        return wrapper


    def plain(state):
        state["said"] = "plain"


    async def coroutine(state):
        state["said"] = "coroutine"


    def generator(state):
        state["said"] = "half"
        yield
        state["said"] = "generator"


    async def async_generator(state):
        state["said"] = "half"
        yield
        state["said"] = "async_generator"


    def _write(word, state, payload=None):
        state["said"] = word


    part = partial(_write, "part")
    part_of_part = partial(partial(_write, word="inner"), payload=5)


    class Desk:
        word = "method"

        def method(self, state):
            state["said"] = self.word

        async def async_method(self, state):
            state["said"] = "async_method"

        @classmethod
        def class_method(cls, state):
            state["said"] = "class_method"

        @staticmethod
        def static_method(state):
            state["said"] = "static_method"

        def __call__(self, state, *, payload):
            state["said"] = "callable"


    class Lower(Desk):
        pass


    class Waiting:
        async def __call__(self, state):
            state["said"] = "async_callable"


    desk = Desk()
    method = desk.method
    async_method = desk.async_method
    class_method = Desk.class_method
    static_method = Desk.static_method
    callable_object = desk
    inherited_callable = Lower()
    async_callable = Waiting()


    @logged
    def decorated(state, *, session):
        state["said"] = "decorated"


    @logged
    async def decorated_coroutine(state):
        state["said"] = "decorated_coroutine"


    @logged_async
    def awaited_function(state):
        state["said"] = "awaited_function"


    @blocking
    async def run_by_its_decorator(state):
        state["said"] = "run_by_its_decorator"


    @functools.lru_cache
    def remembered(state=None):
        return None


    def keywords(*, context, state, payload, session):
        state["said"] = f"keywords {context['event']} {payload['ctrl_key']} {session.id}"


    def defaults(state, times=3, payload=None, *rest, flag=True, **more):
        state["said"] = f"defaults {times} {payload['ctrl_key']} {rest} {flag} {more}"


    def positional(times=2, state=None, /):
        state["said"] = f"positional {times}"


    small = lambda state: state.update(said="small")  # noqa: E731
    alias = plain
"""
SAID = {
    "plain": "plain",
    "coroutine": "coroutine",
    "generator": "generator",
    "async_generator": "async_generator",
    "part": "part",
    "part_of_part": "inner",
    "method": "method",
    "async_method": "async_method",
    "class_method": "class_method",
    "static_method": "static_method",
    "callable_object": "callable",
    "inherited_callable": "callable",
    "async_callable": "async_callable",
    "decorated": "decorated",
    "decorated_coroutine": "decorated_coroutine",
    "awaited_function": "awaited_function",
    "run_by_its_decorator": "run_by_its_decorator",
    "keywords": "keywords wf-click False s",
    "defaults": "defaults 3 False () True {}",
    "positional": "positional 2",
    "small": "small",
    "alias": "plain",
}


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    app = write_app(tmp_path_factory.mktemp("kinds"), KINDS)
    with open_child() as child:
        ready = child.load(app, page(text("@{said}"), *(button(f"b_{name}", name) for name in SAID)))
        assert isinstance(ready, Ready), ready
        child.listed = {handler.name: handler for handler in ready.handlers}
        child.open()
        yield child


@pytest.mark.parametrize("name", SAID)
def test_every_kind_of_callable_runs_with_what_it_asks_for(kinds, name):
    done = kinds.fire(f"b_{name}")

    assert (done.status, kinds.copies["s"]["said"]) == ("ok", SAID[name])


def test_the_list_says_of_each_what_kind_it_is_and_where_it_stands(kinds):
    found = {name: kinds.listed[name].kind for name in SAID if kinds.listed[name].kind != "function"}
    lines = (write_app.__globals__["textwrap"].dedent(KINDS)).splitlines()

    assert found == {
        "coroutine": "async",
        "generator": "generator",
        "async_generator": "async_generator",
        "async_method": "async",
        "async_callable": "async",
        "awaited_function": "async",
    }
    assert all(kinds.listed[name].own for name in SAID)
    for name in ("plain", "decorated", "decorated_coroutine", "keywords", "small"):
        assert name in lines[kinds.listed[name].line - 1]
    assert kinds.listed["alias"].line == kinds.listed["plain"].line


def module_of(tmp_path, source):
    file = tmp_path / "main.py"
    file.write_text(source, "utf-8")
    module = types.ModuleType("main")
    exec(compile(source, str(file), "exec"), module.__dict__)
    return module


def handlers(tmp_path, source, *modules):
    return collect(module_of(tmp_path, source), modules, Sources(str(tmp_path)))


def test_what_nothing_fills_is_a_problem_of_its_own_file_and_line(tmp_path):
    found = handlers(
        tmp_path,
        "import functools\n"
        "def fine(state, x=1): pass\n"
        "@functools.wraps(fine)\n"
        "def hidden(*a): pass\n"
        "@functools.lru_cache\n"
        "def stray(state, one, *, two): pass\n"
        "bound = functools.partial(stray, one=1, two=2)\n",
    )
    stray = found["stray"].listed

    assert (stray.file, stray.line) == ("main.py", 6)
    assert "parameters one, two of stray" in stray.problem
    assert [name for name, entry in found.items() if entry.listed.problem] == ["stray"]


def test_a_parameter_that_a_partial_has_filled_is_left_alone(tmp_path):
    found = handlers(
        tmp_path,
        "import functools\ndef f(state, payload): pass\ng = functools.partial(f, payload='mine')\n",
    )

    assert found["g"].signature.arguments({"state": 1, "payload": 2}) == ([], {"state": 1})
    assert found["f"].signature.arguments({"state": 1, "payload": 2}) == ([], {"state": 1, "payload": 2})


def test_functions_of_packages_are_last_and_not_the_apps_own(tmp_path):
    found = handlers(
        tmp_path,
        "from functools import wraps\nfrom math import sin\nfrom typing import cast\n"
        "from collections.abc import Callable\nfrom mainspring.runtime import init_state, State\n"
        "import os\nclass Thing: pass\ndef own(): pass\n",
    )

    assert list(found) == ["own", "wraps", "sin", "cast"]
    assert [entry.listed.own for entry in found.values()] == [True, False, False, False]
    assert "nothing fills" in found["sin"].listed.problem


def test_objects_that_have_every_attribute_or_none_keep_no_app_from_loading(tmp_path):
    found = handlers(
        tmp_path,
        """
class Anything:
    def __getattr__(self, name):
        return Anything()

    def __call__(self):
        pass


class Proxy:
    def __getattribute__(self, name):
        raise RuntimeError("outside of a request")

    def __call__(self):
        pass


anything, proxy = Anything(), Proxy()


def own(state):
    pass
""",
    )

    assert set(found) == {"anything", "proxy", "own"}
    assert all("doesn't say" in found[name].listed.problem for name in ("anything", "proxy"))
    assert found["own"].listed.problem is None


def test_what_has_no_signature_is_a_problem_and_not_an_exception():
    class Odd:
        __signature__ = 3

        def __call__(self):
            pass

    assert "doesn't say" in read_signature(Odd(), "odd").problem
    assert read_signature(functools.partial(len), "size").problem


def test_a_problem_is_logged_where_it_is_linked_and_only_there(tmp_path):
    app = write_app(tmp_path, "def stray(one):\n    pass\n\n\ndef other(two):\n    pass\n")
    first, second = button("first", "stray"), button("second", "gone")
    with open_child() as child:
        child.load(app, page(first))
        child.send(CheckLinks(), SetPages((page(first, second),)), CheckLinks())
        done = child.until(Record, lambda record: "gone" in record.text)

    said = [line for line in child.lines() if "stray" in line or "other" in line]
    assert done.level == "error"
    assert len(said) == 1
    assert said[0].startswith("main.py, line 1: nothing fills the parameter one of stray")


def test_init_handlers_takes_modules_and_names_what_is_none(tmp_path):
    with pytest.raises(TypeError, match="'cart'"):
        init_handlers("cart")
    with pytest.raises(TypeError, match="3"):
        init_handlers([types, 3])
    with pytest.raises(TypeError, match="None"):
        init_handlers(None)


def test_registered_modules_chain_whoever_registers_them(tmp_path):
    app = write_app(
        tmp_path,
        """
        import first
        from mainspring.runtime import init_handlers

        init_handlers((first,))
        init_handlers(first)

        def here():
            pass
        """,
        first="import second\nfrom mainspring.runtime import init_handlers\n\n"
        "init_handlers(m for m in [second])\n\n\ndef one():\n    pass\n\n\ndef _no():\n    pass\n",
        second="from functools import wraps\n\n\ndef two(state):\n    pass\n",
    )
    with open_child() as child:
        ready = child.load(app)

    assert [handler.name for handler in ready.handlers] == ["here", "second.two", "first.one", "second.wraps"]
