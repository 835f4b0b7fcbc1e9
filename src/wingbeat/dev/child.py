"""The process that runs the app: replaced on every change, and gone when its parent is."""

from __future__ import annotations

import logging
import os
import socket
from contextlib import suppress
from pathlib import Path

import uvicorn

from wingbeat.config import read_config
from wingbeat.errors import ConfigError
from wingbeat.server import DEVELOPMENT_HOST_VARIABLE, App, Hosts

from .failures import ASGIApp, describe_failure, failure_app
from .processes import follow_parent

__all__ = ["run_child"]

log = logging.getLogger("wingbeat")

GRACE_SECONDS = 2


def run_child(project: Path, listener: socket.socket, failure: str = "") -> None:
    """Serve the app at `project`, or, if it cannot start, a page that says why. Given a `failure`, only the page."""
    follow_parent()
    logging.basicConfig(level="INFO", format="%(message)s")
    if not failure:
        failure = _serve_app(project, listener)
        log.error("The app cannot start.\n%s", failure)
    _server(failure_app(failure, _hosts(project)), lifespan="off").run(sockets=[listener])


def _hosts(project: Path) -> Hosts:
    """Return the hosts that the app would answer, as far as its settings can be read."""
    host = os.environ.get(DEVELOPMENT_HOST_VARIABLE, "")
    with suppress(ConfigError):
        return Hosts(read_config(project, {}).public_origins, development=True, development_host=host)
    return Hosts(development=True, development_host=host)


def _serve_app(project: Path, listener: socket.socket) -> str:
    """Serve until the process is told to end. Returns why the app did not start, if it did not."""
    try:
        app = App(project, stands_alone=True)
    except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever the app's modules raise, its author reads)
        return describe_failure(error)
    _server(app, lifespan="on").run(sockets=[listener])
    return "Its lifespan failed. The terminal shows where."


def _server(app: ASGIApp, *, lifespan: str) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            lifespan="on" if lifespan == "on" else "off",
            ws="none",
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
