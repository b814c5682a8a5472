"""Loading an app: ``main.py`` as module ``main``, with the app's folder first on the path."""

from __future__ import annotations

import importlib.machinery
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

from .tracebacks import Sources

# What we import late, for a quick start. An app with a file of such a name must not get in the way of it.
_LATE: Final = (
    "asyncio",
    "concurrent.futures",
    "ctypes",
    "hashlib",
    "inspect",
    "io",
    "json",
    "linecache",
    "logging",
    "pickle",
    "traceback",
)


class AppError(Exception):
    """The app can't be loaded, for a reason that Python has no exception of its own for."""


def load_main(app_path: str, sources: Sources) -> ModuleType:
    """Run ``main.py`` and return it as a module.

    Raises:
        BaseException: Whatever the app raises; ``AppError`` and ``SyntaxError`` for a file that can't be run.
    """
    path = Path(app_path, "main.py")
    text = _read(path)
    sources.texts[str(path)] = text.decode("utf-8", "replace").splitlines()
    code = compile(text, str(path), "exec", dont_inherit=True)
    _import_late_ones_if_shadowed(app_path)
    sys.dont_write_bytecode = True
    sys.path.insert(0, app_path)
    loader = importlib.machinery.SourceFileLoader("main", str(path))
    module = ModuleType("main")
    module.__file__ = str(path)
    module.__loader__ = loader
    module.__spec__ = importlib.machinery.ModuleSpec("main", loader, origin=str(path))
    sys.modules["main"] = module
    try:
        exec(code, module.__dict__)  # noqa: S102 (running the developer's code is what we are for)
    finally:
        sources.remember()
    return module


def _read(path: Path) -> bytes:
    if path.is_dir():
        raise AppError("main.py is a folder; it has to be a Python file")
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise AppError(f"there is no main.py in {path.parent}; create one to go on") from None
    except OSError as error:
        raise AppError(f"main.py can't be read: {error.strerror}") from error
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise AppError("main.py is UTF-16; save it as UTF-8")
    if b"\0" in text:
        line = text[: text.index(b"\0")].count(b"\n") + 1
        raise AppError(f"main.py holds a null byte in line {line}; it is no text file, or a damaged one")
    head = b"\n".join(text.split(b"\n", 2)[:2])
    if b"coding" not in head:
        try:
            text.decode("utf-8")
        except UnicodeDecodeError as error:
            line = text[: error.start].count(b"\n") + 1
            raise AppError(
                f"main.py is not UTF-8 (byte 0x{text[error.start]:02x} in line {line}); save it as UTF-8"
            ) from None
    return text


def _import_late_ones_if_shadowed(app_path: str) -> None:
    try:
        names = {path.name.partition(".")[0] for path in Path(app_path).iterdir()}
    except OSError:
        return
    if names & sys.stdlib_module_names:
        for name in _LATE:
            __import__(name)


def imported_packages(before: frozenset[str], sources: Sources) -> tuple[str, ...]:
    """The third-party top-level modules that came in since ``before``."""
    names = set()
    for name, module in list(sys.modules.items()):
        top = name.partition(".")[0]
        if (
            name in before
            or top != name
            or top in sys.stdlib_module_names
            or top.startswith("_")
            or top == "main"
        ):
            continue
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and sources.owner(file) == "installed":
            names.add(top)
    return tuple(sorted(names))


def foreign_modules(before: frozenset[str], app_path: str) -> tuple[str, ...]:
    """The modules that came in since ``before`` and belong to Python or to installed packages.

    By full name, in the order in which they came. A package that is worked on (an editable installation)
    isn't among them: its next version would go unnoticed by a process that has imported it.
    """
    standard = str(Path(sys.modules["os"].__file__ or "").parent) + "/"
    own = app_path + "/"
    names = []
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name in before or not isinstance(file, str) or name.partition(".")[0] in ("main", "mainspring"):
            continue
        inner = file.removeprefix(own)
        if "site-packages/" in inner or "dist-packages/" in inner or inner.startswith(standard):
            names.append(name)
    return tuple(names)


def forget_shadowed(names: frozenset[str], app_path: str) -> None:
    """Of the modules ``names``, imported ahead of the app, drop those that the app has a file for."""
    try:
        own = {path.name.partition(".")[0] for path in Path(app_path).iterdir()}
    except OSError:
        return
    for name in names:
        if name.partition(".")[0] in own:
            sys.modules.pop(name, None)
