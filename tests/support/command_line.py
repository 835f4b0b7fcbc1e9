"""The `wingbeat` command as a developer runs it: a process of its own, its output read line by line.

with command("start", project, "--port", "0") as running:
    assert get(running.url).status == 200
"""

from __future__ import annotations

import os
import queue
import select
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

__all__ = ["Answer", "Command", "command", "get", "has_ended", "post", "run"]

WAIT_SECONDS = 30.0
FOREIGN = ("WINGBEAT_", "NEXT_", "PYTHONWARNINGS")


@dataclass
class Answer:
    status: int
    text: str


@dataclass
class Command:
    """A command that is running."""

    process: subprocess.Popen[str]
    lines: queue.Queue[str] = field(default_factory=queue.Queue)
    seen: list[str] = field(default_factory=list)
    url: str = ""
    """What its first line says."""

    def next_line(self) -> str:
        """Return the next line that it prints."""
        line = self.lines.get(timeout=WAIT_SECONDS)
        self.seen.append(line)
        return line

    def end(self, number: int, *, group: bool = False) -> int:
        """Send a signal, to the whole terminal with `group`, and return the exit code."""
        (os.killpg if group else os.kill)(self.process.pid, number)
        return self.process.wait(WAIT_SECONDS)

    def errors(self) -> str:
        """Return what it has written to stderr, once it has ended."""
        assert self.process.stderr is not None
        return self.process.stderr.read()


def _environment(added: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**inherited, "NO_COLOR": "1", "COLUMNS": "40", **added}


def run(*words: object, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "wingbeat", *map(str, words)],
        cwd=cwd,
        env=_environment(environ),
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS,
        check=False,
    )


@contextmanager
def command(*words: object, **environ: str) -> Iterator[Command]:
    """Run a command that serves, in a session of its own, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "wingbeat", *map(str, words)],
        env=_environment(environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    running = Command(process)
    reader = threading.Thread(target=_read, args=(process.stdout, running.lines))
    reader.start()
    try:
        running.url = running.next_line().removeprefix("wingbeat ")
        yield running
    finally:
        if process.poll() is None:
            running.end(signal.SIGTERM)
        reader.join(WAIT_SECONDS)
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


def _read(stream: IO[str], lines: queue.Queue[str]) -> None:
    for line in stream:
        lines.put(line.rstrip("\n"))


def get(url: str, accept: str = "text/html", *, host: str = "") -> Answer:
    """Ask for a page; waits while the server restarts."""
    headers = {"Accept": accept, "Connection": "close", **({"Host": host} if host else {})}
    return _ask(urllib.request.Request(url, headers=headers))


def post(url: str, *, origin: str) -> Answer:
    """Post an empty form from a page of `origin`."""
    headers = {"Origin": origin, "Content-Type": "multipart/form-data; boundary=x", "Connection": "close"}
    return _ask(urllib.request.Request(url, b"--x--\r\n", headers))


def _ask(request: urllib.request.Request) -> Answer:
    try:
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as response:
            return Answer(response.status, response.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read().decode())


def has_ended(pid: int) -> bool:
    """Wait until the process `pid` has ended; False if it goes on."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], WAIT_SECONDS)[0])
    finally:
        os.close(handle)
