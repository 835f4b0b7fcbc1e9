"""The process that runs the app: replaced on every change, and gone when its parent is."""

from __future__ import annotations

import logging
import os
import socket
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import uvicorn

from wingbeat.config import read_config
from wingbeat.errors import ConfigError
from wingbeat.server import DEVELOPMENT_HOST_VARIABLE, App, Hosts

from .events import EventStreams
from .failures import ASGIApp, describe_failure, failure_app
from .processes import follow_parent

__all__ = ["THREADED_EXIT", "run_child"]

log = logging.getLogger("wingbeat")

GRACE_SECONDS = 2
THREADED_EXIT = 75
"""The exit code of a child that was forked from a process with threads, where nothing can be relied on."""

_WARMED = "wingbeat.dev.warmed"


def run_child(project: Path, listener: socket.socket, orders: Connection, failure: str = "") -> None:
    """Serve the app at `project`, or, if it cannot start, a page that says why. Given a `failure`, only the page.

    `orders` brings the names of events for the open pages.
    """
    follow_parent()
    if getattr(sys.modules.get(_WARMED), "threaded_by", ""):
        sys.exit(THREADED_EXIT)
    logging.basicConfig(level="INFO", format="%(message)s")
    if not failure:
        failure = _serve_app(project, listener, orders)
        log.error("The app cannot start.\n%s", failure)
    hosts = _hosts(project)
    streams = EventStreams(failure_app(failure, hosts), hosts, failure)
    _Server(streams, orders, lifespan="off").run(sockets=[listener])


def _hosts(project: Path) -> Hosts:
    """Return the hosts that the app would answer, as far as its settings can be read."""
    host = os.environ.get(DEVELOPMENT_HOST_VARIABLE, "")
    with suppress(ConfigError):
        return Hosts(read_config(project, {}).public_origins, development=True, development_host=host)
    return Hosts(development=True, development_host=host)


def _serve_app(project: Path, listener: socket.socket, orders: Connection) -> str:
    """Serve until the process is told to end. Returns why the app did not start, if it did not."""
    try:
        app: ASGIApp = App(project, stands_alone=True)
    except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever the app's modules raise, its author reads)
        return describe_failure(error)
    _Server(EventStreams(app, _hosts(project)), orders, lifespan="on").run(sockets=[listener])
    return "Its lifespan failed. The terminal shows where."


class _Server(uvicorn.Server):
    """Tells the open pages what the parent says, and ends their streams in order."""

    def __init__(self, streams: EventStreams, orders: Connection, *, lifespan: str) -> None:
        config = uvicorn.Config(
            streams,
            log_level="warning",
            lifespan="on" if lifespan == "on" else "off",
            ws="none",
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        super().__init__(config)
        self._streams = streams
        self._orders = orders

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._streams.follow(self._orders)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.close()
        await super().shutdown(sockets=sockets)
