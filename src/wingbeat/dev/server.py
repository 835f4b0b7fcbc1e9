"""`wingbeat dev`: the app in a child process, replaced whenever a file of the project changes.

Modules are never reloaded in place: that breaks what registers itself at import, such as SQLAlchemy models.
The parent owns the listening socket, so a request that arrives in between waits for the new child.
"""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

from watchfiles import Change, watch

from wingbeat.server import DEVELOPMENT_HOST_VARIABLE, DEVELOPMENT_VARIABLE

from .child import run_child
from .listening import listen, url_of
from .processes import start_process, stop_process

__all__ = ["is_source", "serve"]

LOOK_MILLISECONDS = 500
"""How often the parent looks whether its child still lives."""

_SOURCE_SUFFIXES = {".py", ".toml", ".html"}
_FOREIGN_FOLDERS = {"node_modules", "__pycache__"}


def serve(project: Path, *, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve `project` until Ctrl-C or SIGTERM; `announce` is given each line for the developer, the URL first.

    Raises ConfigError when the address cannot be listened on.
    """
    os.environ |= {DEVELOPMENT_VARIABLE: "1", DEVELOPMENT_HOST_VARIABLE: host}
    listener = listen(host, port)
    announce(url_of(listener))
    if not _is_this_machine(listener):
        announce("Other machines can reach this address, and read tracebacks and sources in its error pages.")
    with listener, _stop_event() as stop:
        child = _start(project, listener)
        try:
            for changes in watch(
                project,
                watch_filter=lambda _change, path: is_source(project, path),
                stop_event=stop,
                rust_timeout=LOOK_MILLISECONDS,
                yield_on_timeout=True,
            ):
                if changes:
                    stop_process(child)
                    announce(f"{_first(project, changes)} changed: restarting")
                    child = _start(project, listener)
                elif not child.is_alive():
                    said = f"The app ended with exit code {child.exitcode}. Save a file to start it again."
                    announce(said)
                    child = _start(project, listener, said)
        finally:
            stop_process(child)


def is_source(project: Path, path: str) -> bool:
    """Whether a change of the file at `path` asks for a restart: sources and settings, no data, no output."""
    parts = Path(path).relative_to(project).parts
    foreign = any(part.startswith(".") or part in _FOREIGN_FOLDERS for part in parts)
    return not foreign and Path(path).suffix in _SOURCE_SUFFIXES


def _start(project: Path, listener: socket.socket, failure: str = "") -> BaseProcess:
    # Spawned, not forked: a fork would keep the modules that the change is about.
    return start_process(run_child, project, listener, failure)


@contextmanager
def _stop_event() -> Generator[threading.Event]:
    """Turn Ctrl-C and SIGTERM into an event, so that nothing is cut short and the child is stopped in any case."""
    stop = threading.Event()

    def set_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, set_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_this_machine(listener: socket.socket) -> bool:
    """Whether only programs of this machine can connect."""
    return ipaddress.ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback


def _first(project: Path, changes: set[tuple[Change, str]]) -> Path:
    return Path(min(path for _, path in changes)).relative_to(project)
