"""Where the package's own data lives, and what an app's ``mainspring.toml`` sets."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Final

import msgspec
from mainspring.builder.web.media_origins import is_origin
from mainspring.builder.web.theme import Theme, theme_problem
from mainspring.runtime.protocol import NamedFunctions

__all__ = [
    "SETTINGS_FILE",
    "AppSettings",
    "SettingsError",
    "examples_folder",
    "load_settings",
    "static_folder",
    "templates_folder",
]

SETTINGS_FILE: Final = "mainspring.toml"

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


class SettingsError(Exception):
    """``mainspring.toml`` can't be used; the text names the file and what is wrong."""


_Positive = Annotated[int, msgspec.Meta(ge=1)]
# Of a function, as main.py would write it.
_Name = Annotated[str, msgspec.Meta(pattern=r"^([^\W\d]\w*(\.[^\W\d]\w*)*)?$")]


class AppSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An app's settings; all of them may be missing.

    Attributes:
        title: What browsers show; the folder's name if it isn't set.
        pool_size: Threads for handlers; the runtime's default if it isn't set.
        sessions: How many browsers may be there at a time.
        events_per_s: How many events of one browser are taken, on average; twice as many at once.
        upload_mb: The largest file that a user may upload.
        log_file: Where `mainspring run` also writes the log as JSON lines, relative to the app; a full file
            becomes ``NAME.1`` and so on.
        log_file_mb: How large a file becomes before the next begins.
        log_files: How many full ones are kept.
        media_origins: From where film, sound, PDF and map tiles may come whose addresses stand in state, such
            as ``https://media.example.org``. Origins that a page's settings name need not be listed.
        verify_session: The function of the app that says who is let in, such as ``check_visitor``.
        around_event: Generators of the app that run around each event, the first one outermost.
        theme: Colours, radius, density and font of the app's pages.
        python_environment: The folder of the virtual environment whose packages the editor completes,
            relative to the app; otherwise ``.venv``, ``venv`` or ``$VIRTUAL_ENV``.
        template_exclude: Packages that a reload shall load anew, not find loaded (edit mode on Linux).
    """

    title: str = ""
    pool_size: _Positive | None = None
    sessions: _Positive = 1_000
    events_per_s: _Positive = 50
    upload_mb: _Positive = 200
    log_file: str = ""
    log_file_mb: _Positive = 10
    log_files: _Positive = 5
    python_environment: str = ""
    template_exclude: tuple[str, ...] = ()
    media_origins: tuple[str, ...] = ()
    verify_session: _Name = ""
    around_event: tuple[_Name, ...] = ()
    theme: Theme = Theme()

    @property
    def functions(self) -> NamedFunctions:
        """What of the app's functions has a task of its own."""
        return NamedFunctions(self.verify_session, self.around_event)

    def title_of(self, app_path: Path) -> str:
        """Example: an app in ``stock_list/`` without a title is called "Stock list"."""
        words = app_path.resolve().name.replace("_", " ").replace("-", " ").strip()
        return self.title or words[:1].upper() + words[1:] or "App"


_AT: Final = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<key>[^`]*)`)?", re.DOTALL)
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(?P<key>.*)`")


def _explained(error: str, text: str) -> str:
    """What msgspec says of the settings in ``text``, with the line, the key, and what may stand there."""
    found = _AT.fullmatch(error)
    assert found is not None
    what, key = found["what"], found["key"] or ""
    if (unknown := _UNKNOWN.fullmatch(what)) is not None:
        key, what = ".".join(filter(None, (key, unknown["key"]))), "there is no such setting"
    elif "regex" in what and key.startswith(("verify_session", "around_event")):
        what = "name a function of main.py, such as check_visitor or rights.check_visitor"
    elif "regex" in what:
        what = "write a colour as #rrggbb, such as #0f766e"
    name = re.escape(key.rpartition(".")[2].partition("[")[0])
    line = re.search(rf"^[ \t]*{name}[ \t]*=", text, re.MULTILINE) if name else None
    place = f", line {text.count(chr(10), 0, line.start()) + 1}" if line is not None else ""
    return f"{place}: {key}: {what}" if key else f"{place}: {what}"


def load_settings(app_path: Path) -> AppSettings:
    """Read an app's settings.

    Raises:
        SettingsError: The file isn't TOML, or holds what nobody knows.
    """
    file = app_path / SETTINGS_FILE
    text = ""
    try:
        text = file.read_text(encoding="utf-8")
        settings = msgspec.convert(tomllib.loads(text), AppSettings)
    except FileNotFoundError:
        return AppSettings()
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file}{_explained(str(error), text)}") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file}: {error}") from None
    for origin in settings.media_origins:
        if not is_origin(origin):
            raise SettingsError(
                f"{file}: media_origins: {origin!r} is no origin; write it like https://media.example.org"
            )
    if (problem := theme_problem(settings.theme)) is not None:
        raise SettingsError(f"{file}: theme: {problem}")
    return settings
