"""Which arguments a handler takes, and what fills them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, Final, NamedTuple

NAMES: Final = ("state", "payload", "context", "session")


class Signature(NamedTuple):
    """``positional`` (with defaults) and ``keywords`` are filled by name.

    ``problem`` says why it can't be called.
    """

    parameters: tuple[str, ...]
    positional: tuple[tuple[str, Any], ...]
    keywords: tuple[str, ...]
    problem: str | None

    def arguments(self, values: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        positional = [values[name] if name in NAMES else default for name, default in self.positional]
        return positional, {name: values[name] for name in self.keywords}


def called(function: Any) -> Any:
    """The function that a call of ``function`` enters: beneath partials and bound methods, not decorators."""
    while True:
        if _is_partial(function):
            function = function.func
        elif (inner := getattr(function, "__func__", None)) is not None:
            function = inner
        else:
            call = None if hasattr(function, "__code__") else type(function).__call__
            return call if isinstance(call, FunctionType) else function


def unwrapped(function: Any) -> Any:
    """The function beneath decorators, partials and bound methods."""
    seen: set[int] = set()
    while id(function) not in seen:
        seen.add(id(function))
        inner = called(function)
        function = getattr(inner, "__wrapped__", inner)
    return function


def _is_partial(function: Any) -> bool:
    return any(
        kind.__name__ == "partial" and kind.__module__ == "functools" for kind in type(function).__mro__
    )


def _bound_keywords(function: Any) -> set[str]:
    """What a partial has filled by keyword; ``inspect`` shows it like a default."""
    bound: set[str] = set()
    while _is_partial(function):
        bound |= set(function.keywords)
        function = function.func
    return bound


def read_signature(function: Callable[..., Any], name: str) -> Signature:
    """Return what ``function`` takes; decorators that keep ``__wrapped__`` are looked through."""
    import inspect

    try:
        found = inspect.signature(function)
    except (ValueError, TypeError):
        return Signature((), (), (), f"{name} doesn't say which parameters it takes")
    bound = _bound_keywords(function)
    positional: list[tuple[str, Any]] = []
    keywords: list[str] = []
    missing: list[str] = []
    for parameter in found.parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.name in bound:
            continue
        if parameter.kind is parameter.POSITIONAL_ONLY:
            positional.append((parameter.name, parameter.default))
        elif parameter.name in NAMES:
            keywords.append(parameter.name)
        if parameter.name not in NAMES and parameter.default is parameter.empty:
            missing.append(parameter.name)
    problem = None
    if missing:
        listed = ", ".join(missing)
        problem = (
            f"nothing fills the parameter{'s' if len(missing) > 1 else ''} {listed} of {name}: a handler "
            f"may take {', '.join(NAMES)}; give {'others' if len(missing) > 1 else 'it'} a default, or begin "
            "the name with _ if this is no handler"
        )
    return Signature(tuple(found.parameters), tuple(positional), tuple(keywords), problem)
