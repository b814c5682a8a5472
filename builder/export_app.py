"""What an app needs to run in a container: a Dockerfile, and the packages that it imports."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import jinja2
from mainspring.builder.code.app_files import kind_of, look
from mainspring.builder.settings import templates_folder

__all__ = ["CannotExport", "Exported", "export_docker", "imported_packages"]

OURS: Final = "mainspring"
REQUIREMENTS: Final = "requirements.txt"
WHEELS: Final = "wheels"
# A page shows their frames through it, and nothing imports it before.
_WITH_FRAMES: Final = ("narwhals", frozenset({"pandas", "polars", "pyarrow"}))
PIP_LIMIT_S: Final = 600


class CannotExport(Exception):
    """Nothing was written; the text says why and what to do."""


class Exported(NamedTuple):
    """Attributes:
    written: Files, relative to the app.
    kept: Files that were there and stay as they are.
    unknown: Modules that the app imports and that nothing installed here provides.
    """

    written: tuple[str, ...]
    kept: tuple[str, ...]
    unknown: tuple[str, ...]


def export_docker(app_path: Path, wheel: Path | None = None, *, replace: bool = False) -> Exported:
    """Write ``Dockerfile``, ``.dockerignore`` and, where there is none, ``requirements.txt``.

    Args:
        wheel: Mainspring's, for the image. Otherwise the one that this was installed from; if it came from a
            package index, the image takes the same version from there.
        replace: Whether a Dockerfile that is there is written anew.

    Raises:
        CannotExport: There is no app, a Dockerfile, or no way to Mainspring's wheel.
    """
    if not (app_path / "main.py").is_file():
        raise CannotExport(f"{app_path} has no main.py, so there is no app in it.")
    folder = templates_folder() / "export"
    texts = {".dockerignore": (folder / "dockerignore").read_text(encoding="utf-8")}
    there = [name for name in ("Dockerfile", *texts) if (app_path / name).exists()]
    if there and not replace:
        raise CannotExport(f"{' and '.join(there)} would be overwritten; --force does so.")
    held = _hold_wheel(app_path / WHEELS, wheel)
    template = jinja2.Template(
        (folder / "Dockerfile.jinja").read_text(encoding="utf-8"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    version = importlib.metadata.version(OURS)
    texts["Dockerfile"] = template.render(
        name=_image_name(app_path),
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        mainspring=f"./{held.name}" if held is not None else f"{OURS}=={version}",
    )
    unknown: tuple[str, ...] = ()
    kept = (REQUIREMENTS,) if (app_path / REQUIREMENTS).exists() else ()
    if not kept:
        pins, unknown = imported_packages(app_path)
        texts[REQUIREMENTS] = _requirements(pins, unknown)
    for name, text in texts.items():
        (app_path / name).write_text(text, encoding="utf-8")
    wheels = (f"{WHEELS}/{held.name}",) if held is not None else ()
    return Exported((*sorted(texts), *wheels), kept, unknown)


def imported_packages(app_path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what provides the modules that an app imports, as ``name==version``, and the others' names."""
    files = [path for path in look(app_path).signatures if kind_of(path) == "code"]
    own = {path.partition("/")[0].removesuffix(".py") for path in files}
    imported = {name for path in files for name in _imports(app_path / path)}
    imported -= {*sys.stdlib_module_names, *own, OURS}
    providers = importlib.metadata.packages_distributions()
    found = {name for module in imported for name in providers.get(module, ())}
    extra, frames = _WITH_FRAMES
    if not frames.isdisjoint(imported) and extra in providers:
        found.add(extra)
    pins = sorted(f"{name}=={importlib.metadata.version(name)}" for name in found)
    return tuple(pins), tuple(sorted(imported - providers.keys()))


def _imports(file: Path) -> Iterator[str]:
    """Top-level modules that a file imports, wherever in it; none for one that is no Python."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _requirements(pins: Iterable[str], unknown: Iterable[str]) -> str:
    lines = ["# What the app imports, in the versions that it was exported with.", *pins]
    lines += [f"# {module}: imported, but not installed where this was written" for module in unknown]
    return "\n".join(lines) + "\n"


def _image_name(app_path: Path) -> str:
    name = "".join(char if char.isascii() and char.isalnum() else "-" for char in app_path.name.lower())
    return name.strip("-") or "app"


def _hold_wheel(folder: Path, wheel: Path | None) -> Path | None:
    """Put Mainspring's wheel into ``folder``, alone; ``None`` if the package index has it."""
    with tempfile.TemporaryDirectory() as made:
        if wheel is None and (source := _installed_from()) is not None:
            wheel = _make_wheel(source, Path(made))
        if wheel is None:
            return None
        folder.mkdir(exist_ok=True)
        held = Path(shutil.copy(wheel, folder))
    for old in folder.glob(f"{OURS}-*.whl"):
        if old != held:
            old.unlink()
    return held


def _make_wheel(source: str, folder: Path) -> Path:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        source,
    ]
    made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PIP_LIMIT_S)
    found = next(folder.glob(f"{OURS}-*.whl"), None)
    if made.returncode or found is None:
        last = made.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise CannotExport(
            f"Mainspring was installed from {source}, and pip can't make a wheel of that ({last[0]}). "
            "Give one with --wheel FILE."
        )
    return found


def _installed_from() -> str | None:
    """The folder, file or repository that this Mainspring was installed from; ``None``: a package index."""
    told = importlib.metadata.distribution(OURS).read_text("direct_url.json")
    if told is None:
        return None
    where = json.loads(told)
    vcs = where.get("vcs_info")
    return f"{vcs['vcs']}+{where['url']}@{vcs['commit_id']}" if vcs else str(where["url"])
