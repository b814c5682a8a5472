"""The command ``mainspring``.

One line on stdout when a service is ready: its URL. Everything else goes to stderr. Exit codes: 0 ended
as asked, 1 the app can't be served, 2 wrong arguments, 130 interrupted. Services are imported when a
command needs them, so that ``--help`` and mistakes are answered at once.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from mainspring.builder.cli_export import export
from mainspring.builder.cli_git import diff, merge_driver
from mainspring.builder.cli_logs import logs
from mainspring.builder.new_app import DEFAULT_TEMPLATE, CannotCreate, create_app, create_component
from mainspring.builder.terminal import open_missing_streams, say

__all__ = ["main"]

HELLO: Final = "hello"
HELLO_FOLDER: Final = "mainspring_hello"
LOOPBACK: Final = "127.0.0.1"
F = TypeVar("F", bound=Callable[..., Any])


@contextlib.contextmanager
def _loading() -> Iterator[None]:
    """While modules are loaded nothing is garbage; what they have made stays, and isn't looked through."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _listening(browser: bool) -> Callable[[F], F]:
    """The options of all commands that serve."""

    def add(command: F) -> F:
        for option in (
            click.option(
                "--browser/--no-browser",
                default=browser,
                show_default=True,
                help="Open the page in a browser when it is ready.",
            ),
            click.option(
                "--allowed-host",
                "allowed_hosts",
                multiple=True,
                metavar="NAME",
                help="A further name under which browsers may ask, such as app.example.com. Repeatable.",
            ),
            click.option(
                "--host",
                default=LOOPBACK,
                show_default=True,
                help="Address to listen on; beyond this machine only if you say so here.",
            ),
            click.option(
                "--port",
                type=click.IntRange(0, 65535),
                default=0,
                help="Port to listen on; 0, the default, takes a free one.",
            ),
        ):
            command = option(command)
        return command

    return add


_app_path = click.argument(
    "path", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="PATH"
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mainspring", message="%(version)s")
def main() -> None:
    """Mainspring: an IDE in the browser for Python apps."""
    open_missing_streams()


main.add_command(diff)
main.add_command(export)
main.add_command(merge_driver)
main.add_command(logs)


@main.command()
@click.argument("path", type=click.Path(path_type=Path), metavar="PATH", required=False)
@click.option("--template", default=DEFAULT_TEMPLATE, show_default=True, help="What to start from.")
@click.option(
    "--component",
    metavar="NAME",
    help="Make a component of the app's own instead: components/NAME in PATH, or here.",
)
def create(path: Path | None, template: str, component: str | None) -> None:
    """Make a new app in the folder PATH, or a component of its own in an app that is there."""
    try:
        if component is not None:
            made = create_component(path or Path(), component)
            say(f"Made {made}: component.toml and component.js. It stands in the Builder's palette.")
            return
        if path is None:
            raise CannotCreate("Say which folder: mainspring create PATH.")
        create_app(path, template)
    except CannotCreate as error:
        raise click.UsageError(str(error)) from None
    say(f"Made {path}. Next: mainspring edit {path}")


@main.command()
@_app_path
@_listening(browser=True)
@click.option(
    "--no-template",
    is_flag=True,
    help="Reload into a spare interpreter, not into a fork of one that has the app's packages loaded.",
)
@click.option("--no-token", is_flag=True, help="Let everyone on this machine in; never with another --host.")
def edit(
    path: Path,
    port: int,
    host: str,
    allowed_hosts: tuple[str, ...],
    browser: bool,
    no_token: bool,
    no_template: bool,
) -> None:
    """Open the Builder on the app in PATH."""
    _edit(path, port, host, allowed_hosts, browser=browser, token=not no_token, template=not no_template)


@main.command()
@_app_path
@_listening(browser=False)
@click.option("--log-json", is_flag=True, help="Write what the app says as JSON lines, for programs.")
@click.option(
    "--base-path",
    default="/",
    show_default=True,
    metavar="PATH",
    help="Serve the app below this path, such as /tools/shop, beside others on the same host.",
)
@click.option(
    "--trust-proxy",
    is_flag=True,
    help="Believe X-Forwarded-For, -Proto, -Host, -Prefix. Only where nobody but the proxy reaches the port.",
)
@click.option(
    "--proxies",
    type=click.IntRange(1, 10),
    default=1,
    show_default=True,
    help="With --trust-proxy: how many proxies stand between browsers and this.",
)
@click.option(
    "--drain",
    "drain_s",
    type=click.FloatRange(0, 3600),
    default=8.0,
    show_default=True,
    metavar="SECONDS",
    help="How long events that run may go on after SIGTERM.",
)
def run(
    path: Path,
    port: int,
    host: str,
    allowed_hosts: tuple[str, ...],
    browser: bool,
    log_json: bool,
    base_path: str,
    trust_proxy: bool,
    proxies: int,
    drain_s: float,
) -> None:
    """Serve the app in PATH to its users, without the editing side."""
    with _loading():
        from mainspring.builder.listening import Listen
        from mainspring.builder.run_app import run_app
        from mainspring.builder.service import Drain, run_service
        from mainspring.builder.web.proxies import BasePathError, Proxies, as_base_path

    _check_listening(host, allowed_hosts)
    try:
        front = Proxies(proxies if trust_proxy else 0, as_base_path(base_path))
    except BasePathError as error:
        raise click.UsageError(f"--base-path: {error}") from None
    listen = Listen(host, port, allowed_hosts, browser, front)
    drain = Drain(drain_s)
    sys.exit(run_service(lambda: run_app(path.resolve(), listen, drain, log_json=log_json), drain))


@main.command()
@_app_path
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, or as annotations of a GitHub workflow.",
)
@click.option("--strict", is_flag=True, help="Warnings count as well.")
def check(path: Path, form: str, strict: bool) -> None:
    """Load the app in PATH once and print what is wrong with it: with any errors, the exit code is 1."""
    import asyncio

    from mainspring.builder.check_app import find_app_problems, render
    from mainspring.builder.service import CannotServe

    try:
        problems = asyncio.run(find_app_problems(path.resolve()))
    except CannotServe as error:
        say(str(error))
        sys.exit(1)
    if problems or form == "json":
        click.echo(render(problems, form))
    counted = [problem for problem in problems if strict or problem.severity == "error"]
    say(f"{len(problems)} found." if problems else "No problems found.")
    sys.exit(1 if counted else 0)


@main.command()
@_listening(browser=True)
def hello(port: int, host: str, allowed_hosts: tuple[str, ...], browser: bool) -> None:
    """Open the Builder on an example: a copy of it in ./mainspring_hello."""
    path = Path(HELLO_FOLDER)
    if not (path / "main.py").is_file():
        try:
            create_app(path, HELLO)
        except CannotCreate as error:
            raise click.UsageError(str(error)) from None
        say(f"Made {path}, a copy of the example.")
    _edit(path, port, host, allowed_hosts, browser=browser, token=True)


def _edit(
    path: Path,
    port: int,
    host: str,
    allowed_hosts: tuple[str, ...],
    *,
    browser: bool,
    token: bool,
    template: bool = True,
) -> None:
    with _loading():
        from mainspring.builder.edit_app import edit_app
        from mainspring.builder.listening import Listen
        from mainspring.builder.service import run_service

    local = _check_listening(host, allowed_hosts)
    if not token and not local:
        raise click.UsageError(f"--no-token would let everyone who reaches {host} run code; leave it out.")
    if not local:
        say(f"Warning: whoever reaches {host} and has the token can run code on this machine.")
    listen = Listen(host, port, allowed_hosts, browser)
    sys.exit(run_service(lambda: edit_app(path.resolve(), listen, token=token, template=template)))


def _check_listening(host: str, allowed_hosts: tuple[str, ...]) -> bool:
    """Refuse names that are none; say whether only this machine can reach ``host``."""
    from mainspring.builder.listening import Listen
    from mainspring.builder.web.hosts import HostsError, is_loopback

    try:
        Listen(host, allowed_hosts=allowed_hosts).hosts(1)
    except HostsError as error:
        raise click.UsageError(str(error)) from None
    local = is_loopback(host.lower())
    if not local and not allowed_hosts:
        say("Browsers elsewhere need a name to ask for: give it with --allowed-host NAME.")
    return local


if __name__ == "__main__":
    main()
