"""The command table: parse, call one function, print."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import uvicorn
from rich.console import Console

from wingbeat.actions import new_key
from wingbeat.build import build as build_project
from wingbeat.dev import describe_failure, listen, serve, url_of
from wingbeat.server import BUILD_FOLDER, KEY_VARIABLES, App

from .new import create_project
from .routes_table import routes_table
from .terminal import console, print_line, show_log
from .workers import production_environ, server_config, start_workers

__all__ = ["main"]

STARTUP_FAILED = 3
"""uvicorn's own exit code for it."""

UNBOUNDED_COLUMNS = 10_000
"""Wider than any table: it takes what it needs."""

_project = click.argument(
    "project", type=click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True), default="."
)
_host = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
_port = click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)


class _Commands(click.Group):
    """Shows our own errors as sentences, and an app's as the lines that its author wrote."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            raise click.ClickException(describe_failure(error)) from error


@click.group(cls=_Commands)
@click.version_option(package_name="wingbeat")
def main() -> None:
    """Wingbeat: React's Server Actions for Python."""
    show_log()


@main.command()
@click.argument("name")
def new(name: str) -> None:
    """Create a project NAME: one page, one action, one test."""
    folder = create_project(Path.cwd(), name)
    print_line(f"Created {folder.name}/\n\n  cd {folder.name}\n  wingbeat dev\n")
    print_line('Its test runs with pytest; install both with: pip install pytest "wingbeat[testing]"')


@main.command()
@_project
@_host
@_port
def dev(project: Path, host: str, port: int) -> None:
    """Serve PROJECT for development and restart it on change."""
    serve(project, host=host, port=port, announce=_announce)


@main.command()
@_project
def build(project: Path) -> None:
    """Check PROJECT and write its key and manifest for production."""
    report = build_project(project)
    for route in report.routes:
        print_line(f"  page    {route}")
    for answer in report.answers:
        print_line(f"  route   {answer}")
    for action in report.actions:
        print_line(f"  action  {action}")
    for parameter in report.unchecked:
        print_line(f"  unchecked  {parameter} has no annotation: it may be anything")
    for action in report.unused:
        mark = "dropped" if report.dropped else "unused"
        print_line(f"  {mark}  {action} is used by no page, client module or import statement")
    source = f"a new key in {BUILD_FOLDER / 'key'}" if report.made_key else "the key of the environment"
    print_line(
        f"Built {_count(report.routes, 'page')} and {_count(report.actions, 'action')}, with {source}."
    )


@main.command()
@_project
@_host
@_port
@click.option(
    "--workers",
    default=1,
    show_default=True,
    envvar="WEB_CONCURRENCY",
    show_envvar=True,
    type=click.IntRange(1),
    help="Processes that share the address.",
)
def start(project: Path, host: str, port: int, workers: int) -> None:
    """Serve PROJECT in production, after `wingbeat build`."""
    if workers > 1:
        with listen(host, port) as listener:
            start_workers(project, listener, workers, announce=lambda: _announce(url_of(listener)))
        return
    app = App(project, stands_alone=True, environ=production_environ(project))
    listener = listen(host, port)
    server = uvicorn.Server(server_config(app))
    with listener, suppress(KeyboardInterrupt):  # uvicorn has stopped in order when it raises this
        _announce(url_of(listener))
        server.run(sockets=[listener])
        if not server.started:
            sys.exit(STARTUP_FAILED)


@main.command()
@_project
def routes(project: Path) -> None:
    """Print every URL of PROJECT and the file that answers it."""
    key = {} if any(os.environ.get(variable) for variable in KEY_VARIABLES) else {KEY_VARIABLES[0]: new_key()}
    table = routes_table(App(project, environ={**os.environ, **key}), project)
    # Into a file or a pipe goes one line for each, however long.
    (console if console.is_terminal else Console(width=UNBOUNDED_COLUMNS)).print(table)


def _count(things: list[str], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def _announce(line: str) -> None:
    console.print("[bold]wingbeat[/]", end=" ")
    print_line(line)
