"""Functions of the app that ``mainspring.toml`` names: who is let in, and what runs around each event."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final, NamedTuple

from .loading import AppError
from .protocol import NamedFunctions
from .registry import kind_of
from .signature import NAMES, Signature, read_signature

VISITOR: Final = ("cookies", "headers")


class Named(NamedTuple):
    """``kind`` is that of a handler; an ``async`` one gives an awaitable."""

    name: str
    function: Callable[..., Any]
    signature: Signature
    kind: str


class Found(NamedTuple):
    """The functions behind the names."""

    verifier: Named | None = None
    around: tuple[Named, ...] = ()

    @property
    def functions(self) -> tuple[Any, ...]:
        return tuple(named.function for named in (self.verifier, *self.around) if named is not None)


def find_named(main: ModuleType, names: NamedFunctions) -> Found:
    """Return what the settings name.

    Raises:
        AppError: A function isn't there, or can't be what it shall be; the text says which, and what to do.
    """
    verifier = None
    if names.verify_session:
        verifier = _find(main, "verify_session", names.verify_session, VISITOR)
        if verifier.kind.endswith("generator"):
            raise _no_use("verify_session", verifier.name, "it must return True, False or a dict, not yield")
    around = []
    for name in names.around_event:
        named = _find(main, "around_event", name, NAMES)
        if not named.kind.endswith("generator"):
            raise _no_use(
                "around_event", name, "it must be a generator, with one `yield` where the handler shall run"
            )
        around.append(named)
    return Found(verifier, tuple(around))


def _find(main: ModuleType, setting: str, name: str, parameters: tuple[str, ...]) -> Named:
    found: Any = main
    for part in name.split("."):
        if not hasattr(found, part):
            raise _no_use(setting, name, _missing(found, part))
        found = getattr(found, part)
    if not callable(found):
        raise _no_use(setting, name, "it is no function")
    signature = read_signature(found, name, parameters)
    if signature.problem:
        raise _no_use(setting, name, signature.problem)
    return Named(name, found, signature, kind_of(found))


def _missing(where: Any, name: str) -> str:
    import difflib

    place = "main.py" if where.__name__ == "main" else where.__name__
    close = difflib.get_close_matches(name, vars(where), 1)
    return f"{place} has no {name}" + (f"; did you mean {close[0]}?" if close else "")


def _no_use(setting: str, name: str, why: str) -> AppError:
    return AppError(f"mainspring.toml: {setting} names {name}, but {why}")
