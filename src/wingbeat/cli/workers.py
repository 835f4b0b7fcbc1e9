"""`wingbeat start --workers N`: one listening socket, N processes that answer, one that watches over them.

Each worker imports the app and runs its lifespan itself; all are given one key, also those that come later. One
that dies is replaced. The first is started alone, so that an app that cannot start says so once.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

import uvicorn

from wingbeat.dev import describe_failure, follow_parent, start_process
from wingbeat.errors import ConfigError
from wingbeat.server import BUILD_FOLDER, DEVELOPMENT_VARIABLE, KEY_VARIABLES, App

from .bounded_heads import BoundedHeads
from .terminal import show_log

__all__ = ["production_environ", "server_config", "start_workers"]

log = logging.getLogger("wingbeat")

MIN_LIFE_SECONDS = 1.0
"""A worker that lived shorter is replaced no sooner than this after its start."""


def production_environ(project: Path) -> dict[str, str]:
    """Return the environment in which to load the app: in production, and with the key that is there now.

    A build that is made while workers run changes the key in its file, and a worker that comes later would not
    understand the pages of the others.
    """
    environ = {**os.environ, DEVELOPMENT_VARIABLE: ""}
    built = project / BUILD_FOLDER / "key"
    if not any(environ.get(variable) for variable in KEY_VARIABLES) and built.is_file():
        environ[KEY_VARIABLES[0]] = built.read_text(encoding="ascii").strip()
    return environ


def server_config(app: App) -> uvicorn.Config:
    """Return how production serves `app`. Which proxies are believed is the app's own setting, trusted_proxies."""
    return uvicorn.Config(
        app, http=BoundedHeads, log_level="warning", log_config=None, server_header=False, proxy_headers=False
    )


def start_workers(
    project: Path, listener: socket.socket, count: int, *, announce: Callable[[], None]
) -> None:
    """Serve `project` on `listener` with `count` processes until Ctrl-C or SIGTERM, which lets requests end.

    A second signal cuts them off. `announce` is called once a signal ends it in order. Raises ConfigError with what
    went wrong when the first worker cannot start.
    """
    with _signals() as signals:
        announce()
        _Workers(project, listener, count, production_environ(project), signals).run()


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    report: Connection
    """Brings one text: empty when the worker serves, else why it cannot."""
    started: float = field(default_factory=time.monotonic)
    failure: str = ""


@dataclass(slots=True)
class _Workers:
    project: Path
    listener: socket.socket
    count: int
    environ: Mapping[str, str]
    signals: Connection
    running: list[_Worker] = field(default_factory=list[_Worker])
    serves: bool = False
    """Whether any worker ever did."""

    def run(self) -> None:
        try:
            self._start()
            while not self._stopped():
                for worker in list(self.running):
                    self._look_at(worker)
        finally:
            self._end()

    def _stopped(self) -> bool:
        """Wait until something happens. Returns whether it is time to end."""
        reports = [worker.report for worker in self.running if not worker.report.closed]
        sentinels = [worker.process.sentinel for worker in self.running]
        return self.signals in wait([self.signals, *reports, *sentinels])

    def _look_at(self, worker: _Worker) -> None:
        if not worker.report.closed and worker.report.poll():
            self._hear(worker)
        if not worker.process.is_alive():
            self._replace(worker)

    def _hear(self, worker: _Worker) -> None:
        try:
            worker.failure = worker.report.recv()
        except EOFError:  # it died before it could say anything
            return
        finally:
            worker.report.close()
        if worker.failure:
            return
        self.serves = True
        while len(self.running) < self.count:
            self._start()

    def _replace(self, worker: _Worker) -> None:
        worker.process.join()
        worker.report.close()
        self.running.remove(worker)
        said = (
            worker.failure or f"Worker {worker.process.pid} ended with exit code {worker.process.exitcode}."
        )
        if not self.serves:
            raise ConfigError(said)
        log.error("%s Another one takes its place.", said)
        pause = worker.started + MIN_LIFE_SECONDS - time.monotonic()
        if pause > 0:
            self.signals.poll(pause)  # the signal is read by the loop
        self._start()

    def _start(self) -> None:
        report, reports = Pipe(duplex=False)
        process = start_process(_serve, self.project, self.listener, self.environ, reports)
        reports.close()  # the worker's end is its own, and its death closes it
        self.running.append(_Worker(process, report))

    def _end(self) -> None:
        while self.signals.poll():
            self.signals.recv_bytes()
        for worker in self.running:
            worker.process.terminate()
        while alive := [worker.process.sentinel for worker in self.running if worker.process.is_alive()]:
            if self.signals in wait([self.signals, *alive]):
                self.signals.recv_bytes()
                for worker in self.running:
                    worker.process.kill()
        for worker in self.running:
            worker.process.join()
            worker.report.close()


@contextmanager
def _signals() -> Generator[Connection]:
    """Turn Ctrl-C and SIGTERM into messages that can be waited for beside other things."""
    received, sender = Pipe(duplex=False)

    def send(_number: int, _frame: FrameType | None) -> None:
        sender.send_bytes(b"!")

    before = {number: signal.signal(number, send) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        sender.close()
        received.close()


class _ReportingServer(uvicorn.Server):
    """Says when it serves."""

    def __init__(self, config: uvicorn.Config, reports: Connection) -> None:
        super().__init__(config)
        self._reports = reports

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._reports.send("")
            self._reports.close()


def _serve(project: Path, listener: socket.socket, environ: Mapping[str, str], reports: Connection) -> None:
    """Be a worker."""
    follow_parent()
    show_log()
    try:
        app = App(project, stands_alone=True, environ=environ)
    except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever the app's modules raise, its author reads)
        reports.send(describe_failure(error))
        return
    server = _ReportingServer(server_config(app), reports)
    server.run(sockets=[listener])
    if not server.started:
        reports.send("Its lifespan failed. The lines above show where.")
