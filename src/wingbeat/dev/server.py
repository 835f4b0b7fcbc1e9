"""`wingbeat dev`: the app in a child process, replaced whenever a file of the project changes.

Modules are never reloaded in place: that breaks what registers itself at import, such as SQLAlchemy models. A child
is forked from a process that has imported the packages of others only, so they are not imported again each time.
The parent owns the listening socket, so a request that arrives in between waits for the new child; open pages learn
from its events (`events.py`) that there is something new to show.
"""

from __future__ import annotations

import ipaddress
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

from watchfiles import Change, watch

from wingbeat.server import DEVELOPMENT_HOST_VARIABLE, DEVELOPMENT_VARIABLE

from .child import THREADED_EXIT, run_child
from .listening import listen, url_of
from .processes import StartMethod, start_process, stop_process
from .warm import FOREIGN_FOLDERS, WARM_VARIABLE, foreign_imports

__all__ = ["is_source", "serve"]

STEP_MILLISECONDS = 20
"""How long nothing more must change before what has is acted on."""
LOOK_MILLISECONDS = 500
"""How often the parent looks whether its child still lives."""

_SOURCE_SUFFIXES = {".py", ".toml", ".html"}
_CLIENT_SUFFIXES = {".js", ".mjs", ".ts", ".tsx", ".jsx"}


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
        child = _Child(project, listener, _start_method(project))
        try:
            child.start()
            for changes in watch(
                project,
                watch_filter=lambda _change, path: is_source(project, path) or bool(told(project, path)),
                stop_event=stop,
                step=STEP_MILLISECONDS,
                rust_timeout=LOOK_MILLISECONDS,
                yield_on_timeout=True,
            ):
                _follow(child, changes, announce)
        finally:
            child.stop()


def _follow(child: _Child, changes: set[tuple[Change, str]], announce: Callable[[str], None]) -> None:
    """Do what was changed asks for; with nothing changed, look whether the child still lives."""
    sources = sorted(path for _, path in changes if is_source(child.project, path))
    if sources:
        child.stop()
        announce(f"{Path(sources[0]).relative_to(child.project)} changed: restarting")
        child.start()
    elif changes:
        for event in sorted({told(child.project, path) for _, path in changes}):
            child.tell(event)
    elif child.exit_code == THREADED_EXIT:
        child.method = "spawn"
        child.start()
    elif child.exit_code is not None:
        said = f"The app ended with exit code {child.exit_code}. Save a file to start it again."
        announce(said)
        child.start(said)


class _Child:
    """The process that serves now, and the way to tell it things."""

    def __init__(self, project: Path, listener: socket.socket, method: StartMethod) -> None:
        self.project = project
        self.method: StartMethod = method
        self._listener = listener
        self._process: BaseProcess | None = None
        self._orders: Connection | None = None

    @property
    def exit_code(self) -> int | None:
        """None while it lives."""
        return None if self._process is None or self._process.is_alive() else self._process.exitcode

    def start(self, failure: str = "") -> None:
        """Start it, after `stop` or when it has ended."""
        received, self._orders = Pipe(duplex=False)
        self._process = start_process(
            run_child, self.project, self._listener, received, failure, method=self.method
        )
        received.close()

    def stop(self) -> None:
        """End it, once it has answered what it was asked."""
        if self._process is not None:
            stop_process(self._process)

    def tell(self, event: str) -> None:
        """Let the open pages know of an event."""
        with suppress(OSError):  # it has just ended
            if self._orders is not None:
                self._orders.send(event)


def is_source(project: Path, path: str) -> bool:
    """Whether a change of the file at `path` asks for a restart: sources and settings, no data, no output."""
    return not _is_foreign(project, path) and Path(path).suffix in _SOURCE_SUFFIXES


def told(project: Path, path: str) -> str:
    """Return the event by which open pages are told of a change of the file at `path`; empty for none."""
    if _is_foreign(project, path) or is_source(project, path):
        return ""
    suffix = Path(path).suffix
    if suffix in _CLIENT_SUFFIXES:
        return "reload"
    is_public = Path(path).relative_to(project).parts[0] == "public"
    return "styles" if suffix == ".css" or is_public else ""


def _is_foreign(project: Path, path: str) -> bool:
    parts = Path(path).relative_to(project).parts
    return any(part.startswith(".") or part in FOREIGN_FOLDERS for part in parts)


def _start_method(project: Path) -> StartMethod:
    """Return how children are started, and prepare for it: forked where there is such a thing."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return "spawn"
    os.environ[WARM_VARIABLE] = ",".join(["wingbeat.dev.child", *foreign_imports(project)])
    multiprocessing.get_context("forkserver").set_forkserver_preload(["wingbeat.dev.warmed"])
    return "forkserver"


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
