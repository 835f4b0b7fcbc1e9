"""`wingbeat dev`: the app in a child process, replaced whenever a file of the project changes.

Modules are never reloaded in place: that breaks what registers itself at import, such as SQLAlchemy models.
The parent owns the listening socket, so a request that arrives in between waits for the new child.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import socket
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import uvicorn
from watchfiles import PythonFilter, watch

from wingbeat.errors import WingbeatError
from wingbeat.server import DEVELOPMENT_VARIABLE, App

__all__ = ["serve"]

log = logging.getLogger("wingbeat")

_EXTRA = (".css", ".js", ".html", ".toml", ".svg")
_IGNORED = {".venv", "node_modules", ".wingbeat", ".git", "__pycache__"}
_STOP_SECONDS = 5.0


def serve(project: Path, *, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve `project` until interrupted; `announce` is given each line for the developer."""
    os.environ[DEVELOPMENT_VARIABLE] = "1"
    listener = _listen(host, port)
    announce(f"http://{host}:{listener.getsockname()[1]}")
    context = multiprocessing.get_context("spawn")

    def start() -> BaseProcess:
        child = context.Process(target=_run_child, args=(project, listener), daemon=True)
        child.start()
        return child

    child = start()
    try:
        for changes in watch(project, watch_filter=_filter(), raise_interrupt=False):
            announce(f"{Path(next(iter(changes))[1]).name} changed: restarting")
            _stop(child)
            child = start()
    finally:
        _stop(child)
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen()
    listener.set_inheritable(True)
    return listener


def _filter() -> PythonFilter:
    return PythonFilter(extra_extensions=_EXTRA, ignore_paths=[])


def _stop(child: BaseProcess) -> None:
    child.terminate()
    child.join(_STOP_SECONDS)
    if child.is_alive():
        child.kill()
        child.join()


def _run_child(project: Path, listener: socket.socket) -> None:
    try:
        app = App(project)
    except (WingbeatError, SyntaxError, ImportError) as error:
        log.error("The app cannot start: %s", error)  # noqa: TRY400 (the message has file, line and fix)
        return
    config = uvicorn.Config(app, log_level="warning", lifespan="on", ws="none", timeout_graceful_shutdown=2)
    uvicorn.Server(config).run(sockets=[listener])
