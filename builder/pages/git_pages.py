"""Pages and git: what changed between two revisions, and merging them component by component."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

from mainspring.builder.code.atomic_write import write_file
from mainspring.builder.components.catalogue import Catalogue, load_app_catalogue
from mainspring.builder.pages.page_conflicts import merged_file
from mainspring.builder.pages.page_outline import PageOutline, outline
from mainspring.builder.pages.tree_store import PAGES_FOLDER, BrokenPage, StoredPage, decode_page, read_pages
from mainspring.runtime.protocol import Component

__all__ = ["GitProblem", "changed_pages", "merge_files", "set_up_driver"]

GIT_S: Final = 30.0
ATTRIBUTES: Final = f"{PAGES_FOLDER}/*.json merge=mainspring"


class GitProblem(Exception):
    """git, or what it holds, is not as it must be; the message is for people."""


def changed_pages(app_path: Path, old: str, new: str | None) -> list[PageOutline]:
    """Compare the pages of two revisions; ``new`` is ``None`` for the files as they are now.

    Raises:
        GitProblem: This is no repository, there is no such revision, or a page can't be read.
    """
    catalogue = load_app_catalogue(app_path)
    before = _pages_of(app_path, old, catalogue)
    after = _pages_now(app_path, catalogue) if new is None else _pages_of(app_path, new, catalogue)
    return outline(before, after)


def merge_files(base: Path, ours: Path, theirs: Path, name: str) -> list[str]:
    """What git asks of a merge driver: leave the merged page in ``ours``.

    Returns:
        What clashes, in words; then the file has conflict markers, as git expects it.
    """
    key = Path(name).stem
    data = [file.read_bytes() for file in (base, ours, theirs)]
    merged = merged_file(data[0], data[1], data[2], key, load_app_catalogue(Path(name).parent.parent))
    if merged is None:
        # One of them is no page: git's own way by lines, which leaves markers where it must.
        done = _git(ours.parent, "merge-file", str(ours), str(base), str(theirs), check=False)
        return [] if done.returncode == 0 else [f"{name} can't be read as a page; its lines were merged"]
    ours.write_bytes(merged[0])
    return merged[1]


def set_up_driver(app_path: Path) -> list[str]:
    """Have the repository around ``app_path`` merge pages by components; return what was changed.

    Raises:
        GitProblem: This is no repository.
    """
    _git(app_path, "rev-parse", "--git-dir")
    said = []
    _git(app_path, "config", "merge.mainspring.name", "pages of Mainspring apps, by component")
    _git(app_path, "config", "merge.mainspring.driver", _driver())
    said.append("The repository's configuration knows the merge driver mainspring.")
    attributes = app_path / ".gitattributes"
    known = attributes.read_text(encoding="utf-8") if attributes.exists() else ""
    if ATTRIBUTES not in known.splitlines():
        start = known if not known or known.endswith("\n") else known + "\n"
        write_file(attributes, f"{start}{ATTRIBUTES}\n".encode())
        said.append(f"{attributes} says that pages are merged with it; commit that file.")
    return said


def _driver() -> str:
    # Whoever calls git may have another PATH than whoever set this up.
    return f"{shlex.quote(sys.executable)} -m mainspring.builder.cli merge-driver %O %A %B %P"


def _pages_now(app_path: Path, catalogue: Catalogue) -> dict[str, Component]:
    return {page.key: _read(page) for page in read_pages(app_path, catalogue)}


def _pages_of(app_path: Path, revision: str, catalogue: Catalogue) -> dict[str, Component]:
    commit = _git(
        app_path, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}", check=False
    )
    if commit.returncode != 0:
        _git(app_path, "rev-parse", "--git-dir")
        raise GitProblem(f"There is no revision {revision!r} here.")
    name = commit.stdout.decode().strip()
    listed = _git(app_path, "ls-tree", "-z", "--name-only", name, f"./{PAGES_FOLDER}/").stdout.decode()
    pages: dict[str, Component] = {}
    for path in filter(None, listed.split("\0")):
        file = Path(path)
        if file.suffix == ".json":
            data = _git(app_path, "show", f"{name}:./{PAGES_FOLDER}/{file.name}").stdout
            pages[file.stem] = _read(decode_page(data, file.stem, catalogue))
    return pages


def _read(page: StoredPage | BrokenPage) -> Component:
    if isinstance(page, BrokenPage):
        raise GitProblem(f"{page.file}, line {page.line}, column {page.column}: {page.message}")
    return page.component


def _git(folder: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, timeout=GIT_S, check=False
        )
    except FileNotFoundError:
        raise GitProblem("git is not installed here.") from None
    except subprocess.TimeoutExpired:
        raise GitProblem(f"git {arguments[0]} took longer than {GIT_S:g} s.") from None
    if check and done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise GitProblem(said[-1] if said else f"git {arguments[0]} failed.")
    return done
