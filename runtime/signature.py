"""Which arguments a handler takes, and what fills them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, Final, NamedTuple

NAMES: Final = ("state", "payload", "context", "session")


class Signature(NamedTuple):
    """``positional`` and ``keywords`` are filled by name; ``problem`` says why it can't be called."""

    parameters: tuple[str, ...]
    positional: tuple[str, ...]
    keywords: tuple[str, ...]
    problem: str | None

    def arguments(self, values: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        return [values[name] for name in self.positional], {name: values[name] for name in self.keywords}


def unwrapped(function: Any) -> Any:
    """The function beneath decorators, partials and bound methods."""
    seen: set[int] = set()
    while id(function) not in seen:
        seen.add(id(function))
        inner = getattr(function, "__wrapped__", None)
        if inner is None and type(function).__name__ == "partial":
            inner = function.func
        if inner is None:
            inner = getattr(function, "__func__", None)
        if inner is None:
            break
        function = inner
    if not isinstance(function, FunctionType) and not hasattr(function, "__code__"):
        call = vars(type(function)).get("__call__")
        if isinstance(call, FunctionType):
            return call
    return function


def read_signature(function: Callable[..., Any], name: str) -> Signature:
    """Return what ``function`` takes; decorators that keep ``__wrapped__`` are looked through."""
    import inspect

    try:
        found = inspect.signature(function)
    except (ValueError, TypeError):
        return Signature((), (), (), f"{name} doesn't say which parameters it takes")
    positional: list[str] = []
    keywords: list[str] = []
    missing: list[str] = []
    for parameter in found.parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.name in NAMES:
            only = parameter.kind is parameter.POSITIONAL_ONLY
            (positional if only else keywords).append(parameter.name)
        elif parameter.default is parameter.empty:
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
