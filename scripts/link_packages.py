"""Make the packages of an editable installation visible to type checkers and editors.

setuptools' editable hook serves ``mainspring.builder`` from ``builder/`` at run time only: mypy,
pyright and jedi see nothing through it. A folder of links on the path shows them the same files,
and new modules too, without installing again.
"""

from __future__ import annotations

import site
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("builder", "examples", "runtime", "static", "templates", "testing")


def main() -> None:
    links = ROOT / "build" / "live" / "mainspring"
    links.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        link = links / name
        if not link.is_symlink():
            link.symlink_to(ROOT / name, target_is_directory=True)
    Path(site.getsitepackages()[0], "mainspring-live.pth").write_text(f"{links.parent}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
