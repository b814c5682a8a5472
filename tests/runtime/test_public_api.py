"""What apps may use says in its docstring what each parameter is, and what it raises."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable
from typing import Any

import mainspring.runtime as public
import pytest
from mainspring.runtime.files import File
from mainspring.runtime.frontend_calls import FrontendCall

CLASSES = [public.State, FrontendCall, File]


def own_methods(kind: type) -> list[tuple[str, Callable[..., Any]]]:
    return [
        (f"{kind.__name__}.{name}", member)
        for name, member in vars(kind).items()
        if inspect.isfunction(member) and not name.startswith("_")
    ]


def public_functions() -> list[tuple[str, Callable[..., Any]]]:
    found = [(name, getattr(public, name)) for name in public.__all__]
    functions = [(name, value) for name, value in found if inspect.isfunction(value)]
    return functions + [method for kind in CLASSES for method in own_methods(kind)]


FUNCTIONS = [pytest.param(function, id=name) for name, function in public_functions()]


def raised_by(function: Callable[..., Any], owner: type | None, seen: set[str]) -> set[str]:
    """The names of the exceptions that a function raises, itself or through its module's private helpers."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    module = sys.modules[function.__module__]
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            names.add(ast.unparse(node.exc.func))
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name):
            helper, name = getattr(module, called.id, None), called.id
        elif isinstance(called, ast.Attribute) and ast.unparse(called.value) == "self":
            helper, name = getattr(owner, called.attr, None), called.attr
        else:
            continue
        if inspect.isfunction(helper) and helper.__module__ == function.__module__ and name not in seen:
            names |= raised_by(helper, owner, seen | {name})
    return names


def class_of(function: Callable[..., Any]) -> type | None:
    return next((kind for kind in CLASSES if function in vars(kind).values()), None)


def test_the_public_functions_are_found() -> None:
    names = {name for name, _ in public_functions()}

    assert {"init_state", "init_handlers", "run_async", "State.set_page", "File.open"} <= names
    assert raised_by(public.State.set_page, public.State, set()) == {"RuntimeError"}
    assert raised_by(public.State.import_script, public.State, set()) == {"ValueError"}


@pytest.mark.parametrize("kind", [*CLASSES, public.FrontendError], ids=lambda kind: kind.__name__)
def test_each_public_class_says_what_it_is(kind: type) -> None:
    assert kind.__doc__


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_docstring_names_each_parameter(function: Callable[..., Any]) -> None:
    text = function.__doc__ or ""
    parameters = [name for name in inspect.signature(function).parameters if name != "self"]

    assert text
    assert [name for name in parameters if not re.search(rf"`{name}`|^\s+{name}: ", text, re.MULTILINE)] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_docstring_says_which_exceptions_come(function: Callable[..., Any]) -> None:
    _, _, part = (function.__doc__ or "").partition("Raises:")

    missing = raised_by(function, class_of(function), set()) - set(re.findall(r"^\s+(\w+): ", part, re.M))
    assert missing == set()
