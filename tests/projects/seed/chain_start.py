import another_handlers_module

from mainspring.runtime import init_handlers

init_handlers(another_handlers_module)
