"""Where the package's own data lives."""

from __future__ import annotations

from pathlib import Path

# The folders stand side by side in a checkout, in the wheel and in an editable install;
# importlib.resources sees nothing of them in the last.
_PACKAGE = Path(__file__).resolve().parent.parent


def static_folder() -> Path:
    """The built front end and the catalogue: ``dist/`` and ``components/``."""
    return _PACKAGE / "static"


def templates_folder() -> Path:
    """Jinja2 templates of pages, stubs and new apps."""
    return _PACKAGE / "templates"


def examples_folder() -> Path:
    """Whole apps, each of which ``mainspring create --template`` offers."""
    return _PACKAGE / "examples"
