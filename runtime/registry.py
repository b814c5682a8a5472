"""The handlers of an app: what ``main.py`` and the registered modules offer, by name."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any, Final, NamedTuple

from .protocol import Handler
from .signature import Signature, attribute, called, code_of, read_signature, unwrapped
from .tracebacks import Sources

_COROUTINE, _GENERATOR, _ASYNC_GENERATOR = 0x80, 0x20, 0x200


class Entry(NamedTuple):
    function: Callable[..., Any]
    signature: Signature
    listed: Handler


def collect(
    main: ModuleType, modules: tuple[ModuleType, ...], sources: Sources, but: tuple[Any, ...] = ()
) -> dict[str, Entry]:
    """Return the handlers by name: the app's own first, functions from installed packages last.

    Args:
        but: Functions that have another task, and are no handlers.
    """
    found: list[Entry] = []
    for prefix, module in [("", main), *((f"{module.__name__}.", module) for module in modules)]:
        for name, value in list(vars(module).items()):
            if name.startswith("_") or any(value is other for other in but):
                continue
            if _is_handler(value):
                found.append(_entry(prefix + name, value, sources))
    found.sort(key=lambda entry: not entry.listed.own)
    return {entry.listed.name: entry for entry in found}


def _is_handler(value: Any) -> bool:
    if issubclass(type(value), type) or not callable(value):
        return False
    module = attribute(value, "__module__") or type(value).__module__
    return not (str(module).startswith("mainspring.runtime") or type(value).__module__ in _NO_HANDLERS)


_NO_HANDLERS: Final = frozenset({"typing", "typing_extensions", "types"})


def _entry(name: str, value: Any, sources: Sources) -> Entry:
    inner = unwrapped(value)
    code = code_of(inner)
    file = code.co_filename if code is not None else ""
    own = bool(file) and sources.owner(file) == "app"
    signature = read_signature(value, name)
    doc = attribute(value, "__doc__")
    listed = Handler(
        name=name,
        module=str(attribute(inner, "__module__") or ""),
        file=sources.shown(file) if file else "",
        line=_line(code, sources) if code is not None else 0,
        parameters=signature.parameters,
        kind=kind_of(value),
        own=own,
        doc=doc.strip().partition("\n")[0][:500]
        if isinstance(doc, str) and type(value).__name__ != "partial"
        else "",
        problem=signature.problem,
    )
    return Entry(value, signature, listed)


def kind_of(function: Any) -> str:
    """What a call gives, decorators and all: ``function``, ``async``, ``generator`` or ``async_generator``.

    (An async function may hide in a plain one, and vice versa.)
    """
    outer = code_of(called(function))
    flags = outer.co_flags if outer is not None else 0
    for flag, kind in (
        (_GENERATOR, "generator"),
        (_ASYNC_GENERATOR, "async_generator"),
        (_COROUTINE, "async"),
    ):
        if flags & flag:
            return kind
    return "function"


def _line(code: CodeType, sources: Sources) -> int:
    """The line of its ``def``: a code object begins at the first decorator."""
    first = code.co_firstlineno
    if sources.line(code.co_filename, first).lstrip().startswith("@"):
        last = max((line for *_, line in code.co_lines() if line), default=first)
        for line in range(first, last + 1):
            if sources.line(code.co_filename, line).lstrip().startswith(("def ", "async def ")):
                return line
    return first
