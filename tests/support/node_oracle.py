"""A long-lived Node process that answers questions: the real React packages as the oracle of a test.

A script of `tests/oracle/` starts with `require('./frames.cjs').answer(async (question) => answer)`.
Each question and each answer is one frame: four bytes of length (big-endian), then that much JSON.
Bytes travel inside the JSON as base64 (`to_base64`). An exception in the script is an `OracleError` here.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ["ORACLE_SCRIPTS", "NodeOracle", "OracleError", "find_node", "to_base64"]

ROOT = Path(__file__).resolve().parents[2]
ORACLE_SCRIPTS = ROOT / "tests" / "oracle"
ANSWER_SECONDS = 30.0


class OracleError(AssertionError):
    """The script threw, ended or did not answer in time."""


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def find_node() -> str:
    """Return the path of Node: on PATH, or beside the virtual environment's Python."""
    node = shutil.which("node") or shutil.which("node", path=str(ROOT / ".venv" / "bin"))
    if node is None:
        raise OracleError("Node is not installed, but this test asks the real React packages.")
    return node


class NodeOracle:
    """Runs one script of `tests/oracle/`; `ask` sends a JSON value and returns the JSON answer.

    `environment` selects React's build: `{"NODE_ENV": "production"}`. Use it in a `with` statement.
    """

    def __init__(self, script: str, environment: Mapping[str, str] | None = None, *flags: str) -> None:
        self._process = subprocess.Popen(
            [find_node(), *flags, str(ORACLE_SCRIPTS / script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            bufsize=0,
        )

    def ask(self, question: object, *, timeout: float = ANSWER_SECONDS) -> object:
        """Return the script's answer. Raises OracleError with the script's stack when it threw."""
        body = json.dumps(question, ensure_ascii=True).encode("ascii")
        self._write(struct.pack(">I", len(body)) + body)
        (length,) = struct.unpack(">I", self._read(4, timeout))
        answer = json.loads(self._read(length, timeout))
        if "error" in answer:
            raise OracleError(answer["error"])
        return answer["answer"]

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, frame: bytes) -> None:
        assert self._process.stdin is not None
        rest = memoryview(frame)
        while rest:
            rest = rest[self._process.stdin.write(rest) or 0 :]

    def _read(self, size: int, timeout: float) -> bytes:
        assert self._process.stdout is not None
        parts = bytearray()
        while len(parts) < size:
            ready, _, _ = select.select([self._process.stdout], [], [], timeout)
            if not ready:
                raise OracleError(f"No answer from the oracle within {timeout} seconds.")
            part = self._process.stdout.read(size - len(parts))
            if not part:
                raise OracleError(f"The oracle ended with status {self._process.wait(5)}.")
            parts += part
        return bytes(parts)
