"""What an app may import: ``init_state``, ``init_handlers`` and ``run_async``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Iterable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from .state import State, check_copies

if TYPE_CHECKING:
    import asyncio

S = TypeVar("S", bound=State)
T = TypeVar("T")

_loop: Callable[[], asyncio.AbstractEventLoop] | None = None
_initial: State = State()
_modules: list[ModuleType] = []


@overload
def init_state(values: type[S]) -> S: ...
@overload
def init_state(values: S) -> S: ...
@overload
def init_state(values: Mapping[str, Any], schema: type[S]) -> S: ...
@overload
def init_state(values: Mapping[str, Any]) -> State: ...
def init_state(values: Any, schema: type[State] | None = None) -> State:
    """Say what every session's state starts with; each session gets its own deep copy.

    Args:
        values: A dict, a ``State`` or a class derived from it. A second call adds to the first.
        schema: The class of the state, for completion: ``init_state({...}, AppState)``.

    Raises:
        TypeError: A value can't be copied; the message names its key.
    """
    global _initial
    if isinstance(values, type) and issubclass(values, State):
        schema, values = schema or values, values._defaults
    elif not isinstance(values, Mapping):
        raise TypeError(f"init_state takes a dict or a State, not {type(values).__name__}")
    elif isinstance(values, State) and schema is None:
        schema = type(values)
    check_copies(values)
    kind = schema or type(_initial)
    imports = dict(_initial._imports)
    _initial = kind({**_initial, **values})
    _initial._imports.update(imports)
    return _initial


def init_handlers(modules: ModuleType | Iterable[ModuleType]) -> None:
    """Register the functions of one module, or of several, as handlers named ``module.function``.

    Args:
        modules: An imported module, or any iterable of such; one that is known already changes nothing.

    Raises:
        TypeError: Something that is no module; the message names it.
    """
    given: Any = modules
    found = [given] if isinstance(given, ModuleType) else given
    if isinstance(found, str | bytes) or not isinstance(found, Iterable):
        raise TypeError(f"init_handlers takes a module or a list of modules, not {found!r}")
    for module in found:
        if not isinstance(module, ModuleType):
            raise TypeError(f"init_handlers takes modules, not {module!r}: import the module and pass it")
        if module not in _modules:
            _modules.append(module)


def run_async(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run ``coroutine`` in the loop of the async handlers and return its result.

    What is opened there belongs to that loop, so that all async handlers can use it. At start-up:
    ``pool = run_async(create_pool())``. Plain handlers may call it as well; async ones write ``await``.

    Raises:
        RuntimeError: Called in the loop itself, or where no app runs.
    """
    import asyncio

    if _loop is None:
        coroutine.close()
        raise RuntimeError("run_async works in a running app only")
    loop = _loop()
    if asyncio._get_running_loop() is loop:
        coroutine.close()
        raise RuntimeError("run_async would wait for itself here: write await instead")
    return asyncio.run_coroutine_threadsafe(coroutine, loop).result()


def use_loop(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """Say which loop ``run_async`` means; it is asked for at the first call."""
    global _loop
    _loop = loop


def forget() -> None:
    """There is no app any more: what it has said is gone (for tests, which open several)."""
    global _loop, _initial
    _loop, _initial = None, State()
    _modules.clear()


def initial_state() -> State:
    return _initial


def registered_modules() -> tuple[ModuleType, ...]:
    return tuple(sys.modules.get(module.__name__, module) for module in _modules)
