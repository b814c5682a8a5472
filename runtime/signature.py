"""Which arguments a handler takes, and what fills them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import CodeType, FunctionType, MethodType
from typing import Any, Final, NamedTuple

NAMES: Final = ("state", "payload", "context", "session")
# Some objects have every attribute, one more wrapped function among them.
MOST_LAYERS: Final = 50


class Signature(NamedTuple):
    """``positional`` (with defaults) and ``keywords`` are filled by name.

    ``problem`` says why it can't be called.
    """

    parameters: tuple[str, ...]
    positional: tuple[tuple[str, Any], ...]
    keywords: tuple[str, ...]
    problem: str | None

    def arguments(self, values: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        positional = [values.get(name, default) for name, default in self.positional]
        return positional, {name: values[name] for name in self.keywords}


def attribute(value: Any, name: str) -> Any:
    """``value.name``; ``None`` where there is none, and where asking for it raises, as proxies do."""
    try:
        return getattr(value, name, None)
    except Exception:
        return None


def code_of(function: Any) -> CodeType | None:
    """What ``function`` runs; ``None`` for what is not written in Python."""
    code = attribute(function, "__code__")
    return code if isinstance(code, CodeType) else None


def called(function: Any) -> Any:
    """The function that a call of ``function`` enters: beneath partials and bound methods, not decorators."""
    while True:
        if _is_partial(function):
            function = function.func
        elif issubclass(type(function), MethodType | staticmethod):
            function = function.__func__
        else:
            call = None if code_of(function) else type(function).__call__
            return call if isinstance(call, FunctionType) else function


def unwrapped(function: Any) -> Any:
    """The function beneath decorators, partials and bound methods."""
    for _ in range(MOST_LAYERS):
        inner = called(function)
        function = attribute(inner, "__wrapped__")
        if not callable(function):
            return inner
    return inner


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


def read_signature(function: Callable[..., Any], name: str, names: tuple[str, ...] = NAMES) -> Signature:
    """Return what ``function`` takes; decorators that keep ``__wrapped__`` are looked through.

    Args:
        names: What there is to fill parameters with.
    """
    import inspect

    try:
        found = inspect.signature(function)
    except Exception:  # Whatever an object answers that isn't a function.
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
        elif parameter.name in names:
            keywords.append(parameter.name)
        if parameter.name not in names and parameter.default is parameter.empty:
            missing.append(parameter.name)
    problem = None
    if missing:
        listed = ", ".join(missing)
        problem = (
            f"nothing fills the parameter{'s' if len(missing) > 1 else ''} {listed} of {name}: "
            f"{'a handler' if names is NAMES else 'it'} may take {', '.join(names)}; "
            f"give {'others' if len(missing) > 1 else 'it'} a default"
            f"{', or begin the name with _ if this is no handler' if names is NAMES else ''}"
        )
    return Signature(tuple(found.parameters), tuple(positional), tuple(keywords), problem)
