"""What an app imports: ``from mainspring.runtime import init_state, init_handlers, State``."""

from .api import init_handlers, init_state
from .state import State

__all__ = ["State", "init_handlers", "init_state"]
