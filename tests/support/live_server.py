"""An app served by uvicorn in a process of its own, stopped when the test ends.

    with live_server(project) as server:
        tab.page.goto(server.url)

The modules of every app are named `app.*` and the import hook belongs to the process, so two apps never share
one. Nothing is written into the project: the key comes by the environment.
"""

from __future__ import annotations

import base64
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from wingbeat import App

__all__ = ["LiveServer", "live_server"]

READY = "ready"
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class LiveServer:
    """A served app."""

    url: str
    """Scheme, host and port, without a final slash."""
    _log: Path

    @property
    def log(self) -> str:
        """What the server has written so far."""
        return self._log.read_text(encoding="utf-8")


@contextmanager
def live_server(
    project: Path, *, mode: str = "development", environ: Mapping[str, str] | None = None
) -> Iterator[LiveServer]:
    """Serve `project` on a free port of this machine, in `mode` "development" or "production"."""
    with (
        tempfile.TemporaryDirectory() as folder,
        (Path(folder) / "log").open("wb") as log,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        server = LiveServer(f"http://127.0.0.1:{listener.getsockname()[1]}", Path(log.name))
        process = subprocess.Popen(
            [sys.executable, __file__, str(project), str(listener.fileno())],
            env=_environment(mode, environ or {}),
            pass_fds=[listener.fileno()],
            stdout=subprocess.PIPE,
            stderr=log,
        )
        with process:
            assert process.stdout is not None
            try:
                ready = process.stdout.readline()
                assert ready.decode().strip() == READY, f"the app did not start:\n{server.log}"
                listener.close()  # now a server that dies refuses connections instead of letting them hang
                yield server
            finally:
                _stop(process)


def _environment(mode: str, added: Mapping[str, str]) -> dict[str, str]:
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    development = {"WINGBEAT_DEV": "1"} if mode == "development" else {}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("WINGBEAT_")}
    return {**inherited, "WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY": key, **development, **added}


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _serve(project: str, listener: int) -> None:
    app = App(project, stands_alone=True)  # as `wingbeat start`
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listener)])


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
