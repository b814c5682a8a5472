"""Modules made by Hypothesis: what is registered is what their syntax trees say."""

from __future__ import annotations

import ast
import types
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from mainspring.runtime.registry import collect
from mainspring.runtime.tracebacks import Sources

names = st.sampled_from(["a", "b", "c", "_d", "__e__", "items", "mail", "état"])
parameters = st.lists(
    st.sampled_from(["state", "payload", "context", "session", "other", "more"]), unique=True, max_size=3
)
APP = Path(__file__).parent / "no such folder"


@st.composite
def statements(draw):
    name, other, taken = draw(names), draw(names), ", ".join(draw(parameters))
    return draw(
        st.sampled_from(
            [
                f"def {name}({taken}): pass",
                f"def {name}({taken}): yield",
                f"async def {name}({taken}): pass",
                f"async def {name}({taken}): yield",
                f"{name} = lambda {taken}: None",
                f"{name} = {other}",
                f"{name} = 3",
                f"class {name}: pass",
                f"del {name}",
                f"if True:\n    def {name}({taken}): pass",
                f"def {name}({taken}):\n    def {other}(): pass",
                f"from functools import wraps as {name}",
                f"import functools as {name}",
                f"{name}: int = 1",
            ]
        )
    )


def meaning(tree):
    """What each name stands for at the end: (own, kind, parameters) for a handler, else ``None``.

    Raises:
        KeyError: The module reads or deletes a name that isn't there.
    """
    known = {}
    for node in tree.body:
        if isinstance(node, ast.If):
            (node,) = node.body
        match node:
            case ast.FunctionDef(name=name, args=args) | ast.AsyncFunctionDef(name=name, args=args):
                is_async = isinstance(node, ast.AsyncFunctionDef)
                yields = any(isinstance(each, ast.Yield) for each in ast.walk(node))
                kind = ("async_generator" if yields else "async") if is_async else "function"
                kind = "generator" if yields and not is_async else kind
                known[name] = (True, kind, tuple(arg.arg for arg in args.args))
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=args)):
                known[name] = (True, "function", tuple(arg.arg for arg in args.args))
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)):
                known[name] = known[other]
            case ast.Delete(targets=[ast.Name(id=name)]):
                del known[name]
            case ast.ImportFrom(names=[ast.alias(asname=name)]):
                known[name] = (False, "function", ("wrapped", "assigned", "updated"))
            case (
                ast.Assign(targets=[ast.Name(id=name)])
                | ast.AnnAssign(target=ast.Name(id=name))
                | ast.ClassDef(name=name)
                | ast.Import(names=[ast.alias(asname=name)])
            ):
                known[name] = None
    return {name: what for name, what in known.items() if what and not name.startswith("_")}


@given(st.lists(statements(), max_size=12).map("\n".join))
@settings(max_examples=400, deadline=None)
def test_the_registered_handlers_are_those_of_the_syntax_tree(source):
    try:
        expected = meaning(ast.parse(source))
    except KeyError:
        return  # It would not load.
    module = types.ModuleType("main")
    exec(compile(source, str(APP / "main.py"), "exec"), module.__dict__)

    found = collect(module, (), Sources(str(APP)))

    listed = {
        name: (entry.listed.own, entry.listed.kind, entry.listed.parameters) for name, entry in found.items()
    }
    assert listed == expected
    for entry in found.values():
        stray = set(entry.listed.parameters) - {"state", "payload", "context", "session"}
        required = stray - {"assigned", "updated"}
        assert bool(entry.listed.problem) == bool(required)
