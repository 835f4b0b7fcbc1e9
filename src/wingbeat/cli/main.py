"""The command table: parse, call one function, print."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import click
import uvicorn
from rich.console import Console
from rich.logging import RichHandler

from wingbeat.build import build as build_project
from wingbeat.dev import serve
from wingbeat.errors import WingbeatError
from wingbeat.server import App

from .new import create_project

__all__ = ["main"]

console = Console(highlight=False)

_project = click.argument(
    "project", type=click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True), default="."
)


class _Commands(click.Group):
    """Shows our own errors as sentences, not as tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WingbeatError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands)
@click.version_option(package_name="wingbeat")
def main() -> None:
    """Wingbeat: React's Server Actions for Python."""
    logging.basicConfig(
        level="INFO", format="%(message)s", handlers=[RichHandler(console=Console(stderr=True), show_path=False)]
    )


@main.command()
@click.argument("name")
def new(name: str) -> None:
    """Create a project NAME: one page, one action, one test."""
    folder = create_project(Path.cwd(), name)
    console.print(f"Created {folder.name}/\n\n  cd {folder.name}\n  wingbeat dev\n  pytest")


@main.command()
@_project
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int, help="0 takes a free one.")
def dev(project: Path, host: str, port: int) -> None:
    """Serve PROJECT for development and restart it on change."""
    serve(project, host=host, port=port, announce=lambda line: console.print(f"[bold]wingbeat[/] {line}"))


@main.command()
@_project
def build(project: Path) -> None:
    """Check PROJECT and write its key and manifest for production."""
    report = build_project(project)
    for route in report.routes:
        console.print(f"  page    {route}", markup=False)
    for action in report.actions:
        console.print(f"  action  {action}", markup=False)
    for parameter in report.unchecked:
        console.print(f"  unchecked  {parameter} has no annotation: it may be anything", markup=False)
    console.print(f"Built {len(report.routes)} pages and {len(report.actions)} actions.")


@main.command()
@_project
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
def start(project: Path, host: str, port: int) -> None:
    """Serve PROJECT in production, after `wingbeat build`."""
    console.print(f"[bold]wingbeat[/] http://{host}:{port}")
    uvicorn.run(App(project), host=host, port=port, log_level="warning", server_header=False)


@main.command()
@_project
def routes(project: Path) -> None:
    """Print the pages of PROJECT."""
    for route in App(project).site.routes.routes:
        console.print(f"{route.pattern:30}  {route.file}", markup=False, soft_wrap=True)
    sys.stdout.flush()
