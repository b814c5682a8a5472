"""The commands for pages in git: ``mainspring diff`` and ``mainspring merge-driver``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from mainspring.builder.terminal import say

__all__ = ["diff", "merge_driver"]


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="PATH")
@click.argument("old", default="HEAD", metavar="[OLD]")
@click.argument("new", default="", metavar="[NEW]")
def diff(path: Path, old: str, new: str) -> None:
    """Print what changed in the pages of the app in PATH, component by component.

    OLD and NEW are git revisions; without them, what changed since the last commit.
    """
    from mainspring.builder.pages.git_pages import GitProblem, changed_pages

    try:
        pages = changed_pages(path.resolve(), old, new or None)
    except GitProblem as problem:
        say(str(problem))
        sys.exit(1)
    for page in pages:
        click.echo(f"page {page.page}" + ("" if page.kind == "changed" else f" ({page.kind})"))
        for line in page.lines:
            click.echo(f"  {line}")
    if not pages:
        say("The pages are the same.")


@click.command("merge-driver")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[BASE OURS THEIRS NAME]")
@click.option(
    "--setup",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="PATH",
    help="Have git merge the pages of the app in PATH this way.",
)
def merge_driver(files: tuple[Path, ...], setup: Path | None) -> None:
    """Merge page files by component, for git.

    `mainspring merge-driver --setup PATH`, once in each clone, is all that is to be done; git calls the rest.
    """
    from mainspring.builder.pages.git_pages import GitProblem, merge_files, set_up_driver

    if (setup is None) == (not files) or len(files) not in (0, 4):
        raise click.UsageError("Give --setup PATH, or the four arguments that git gives: %O %A %B %P.")
    try:
        if setup is not None:
            for line in set_up_driver(setup.resolve()):
                say(line)
            return
        base, ours, theirs, name = files
        clashes = merge_files(base, ours, theirs, str(name))
    except (GitProblem, OSError) as problem:
        say(str(problem))
        # git takes more than 128 for "the driver failed" and stops; less means "merged, with conflicts".
        sys.exit(129)
    for clash in clashes:
        say(f"{name}: both sides changed: {clash}")
    sys.exit(1 if clashes else 0)
