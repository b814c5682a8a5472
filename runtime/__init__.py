"""What an app imports: ``from mainspring.runtime import init_state, init_handlers, State``."""

from .api import init_handlers, init_state
from .calls import FrontendError
from .state import State

__all__ = ["FrontendError", "State", "init_handlers", "init_state"]
