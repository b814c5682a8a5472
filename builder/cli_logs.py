"""``mainspring logs``: what an app says in a Builder that runs, in a terminal beside it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
from mainspring.builder.terminal import say
from mainspring.runtime.protocol import Record

__all__ = ["logs"]

POLL_S: Final = 0.1
LEVELS: Final = ("debug", "info", "warning", "error")
STREAMS: Final = ("stdout", "stderr", "logging", "error", "system")


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="PATH")
@click.option("--follow/--no-follow", "-f", default=True, show_default=True, help="Go on until Ctrl-C.")
@click.option(
    "--lines",
    "-n",
    type=click.IntRange(0, 5_000),
    default=20,
    show_default=True,
    help="How many to begin with.",
)
@click.option("--level", type=click.Choice(LEVELS), default="debug", help="This level and above.")
@click.option("--source", type=click.Choice(STREAMS), multiple=True, help="Only from here. Repeatable.")
@click.option("--handler", metavar="NAME", help="Only what this handler says.")
@click.option("--component", metavar="ID", help="Only what events of this component caused.")
@click.option("--event", metavar="NAME", help="Only what events of this kind caused, such as wf-click.")
@click.option("--session", metavar="ID", help="Only of the session whose id begins so.")
@click.option("--grep", metavar="TEXT", help="Only lines with this text, in capitals or not.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--color/--no-color", default=None, help="Colours; without this option, on terminals only.")
def logs(
    path: Path,
    follow: bool,
    lines: int,
    level: str,
    source: tuple[str, ...],
    handler: str | None,
    component: str | None,
    event: str | None,
    session: str | None,
    grep: str | None,
    as_json: bool,
    color: bool | None,
) -> None:
    """Show what the app in PATH says while a Builder runs it."""
    from mainspring.builder.log_lines import json_line, text_lines
    from mainspring.builder.processes.log_file import kept_log, read_records

    file = kept_log(path.resolve())
    if not file.exists() and not follow:
        say(f"No Builder has kept a log of {path} yet. `mainspring edit {path}` starts one.")
        sys.exit(1)

    def wanted(record: Record) -> bool:
        return (
            _rank(record.level) >= _rank(level)
            and (not source or record.stream in source)
            and (handler is None or record.handler == handler)
            and (component is None or record.component == component)
            and (event is None or record.event == event)
            and (session is None or record.session_id.startswith(session))
            and (grep is None or grep.lower() in record.text.lower())
        )

    colours = color if color is not None else sys.stdout.isatty()

    def show(record: Record) -> None:
        if as_json:
            click.echo(json_line(record))
        else:
            for line in text_lines(record, colours=colours, source=True):
                click.echo(line, color=colours)

    try:
        end = file.stat() if file.exists() else None
        matching = [record for record in read_records(file) if wanted(record)]
        for record in matching[max(0, len(matching) - lines) :]:
            show(record)
        if follow:
            if end is None:
                say(f"Waiting for a Builder on {path} …")
            for record in _growing(file, *((end.st_size, end.st_ino) if end else (0, 0))):
                if wanted(record):
                    show(record)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read it has seen enough: `mainspring logs PATH | head`.
        sys.stderr.close()


def _growing(file: Path, position: int, inode: int) -> Iterator[Record]:
    from mainspring.builder.processes.log_file import GrowingFile, decode_record

    growing = GrowingFile(file, position, inode)
    while True:
        lines = growing.new_lines()
        for line in lines:
            if (record := decode_record(line)) is not None:
                yield record
        if not lines:
            # Files tell nobody that they grow in a way that works everywhere.
            time.sleep(POLL_S)


def _rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)
