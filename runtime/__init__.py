"""What an app imports: ``from mainspring.runtime import init_state, init_handlers, run_async, State``.

The names are looked up when they are asked for: who imports ``mainspring.runtime.protocol`` gets that alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import init_handlers, init_state, run_async
    from .calls import FrontendError
    from .state import State

__all__ = ["FrontendError", "State", "init_handlers", "init_state", "run_async"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"mainspring.runtime has no {name!r}; it has {', '.join(__all__)}")
    from . import api, calls, state

    home = {"FrontendError": calls, "State": state}.get(name, api)
    return getattr(home, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
