"""``mainspring export``: an app for the places where it shall run."""

from __future__ import annotations

from pathlib import Path

import click
from mainspring.builder.terminal import say

__all__ = ["export"]


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="PATH")
@click.option("--docker", is_flag=True, required=True, help="Write a Dockerfile and what belongs to it.")
@click.option(
    "--wheel",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Mainspring's wheel for the image; otherwise that of this installation.",
)
@click.option("--force", is_flag=True, help="Write files anew that are there.")
def export(path: Path, docker: bool, wheel: Path | None, force: bool) -> None:
    """Write into PATH what the app needs to run elsewhere."""
    from mainspring.builder.export_app import CannotExport, export_docker

    try:
        done = export_docker(path.resolve(), wheel, replace=force)
    except CannotExport as error:
        raise click.UsageError(str(error)) from None
    say(f"Wrote {', '.join(done.written)}.")
    if done.kept:
        say(f"{', '.join(done.kept)} was there and stays as it is: see that it names what the app imports.")
    if done.unknown:
        say(f"Not installed here, so not in requirements.txt: {', '.join(done.unknown)}.")
    say(f"Next: docker build -t NAME {path}")
