"""What `wingbeat start` keeps of a request that it cannot hand to the app yet."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from support.command_line import Command, command
from support.projects import KEY, write_project
from wingbeat.cli.bounded_heads import MAX_HEAD_BYTES

pytestmark = pytest.mark.timeout(120)

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
ENDLESS = 64 * MAX_HEAD_BYTES
"""Many times what one read of a socket brings."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    project = write_project(
        tmp_path_factory.mktemp("shop"), {"page.py": "async def page():\n    return 'Welcome'\n"}
    )
    with command("start", project, "--port", "0", WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY=KEY) as running:
        yield running


def ask(served: Command, request: bytes) -> bytes:
    """Return the whole answer. A server that closes while we still send may leave none."""
    answer = b""
    with socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])), 20) as connection:
        try:
            connection.sendall(request)
        except OSError:
            return b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass
    return answer


@pytest.mark.parametrize(
    "endless",
    [
        HEAD + b"X: " + b"x" * ENDLESS,
        HEAD + b"X: x\r\n" * (ENDLESS // 6),
        b"GET /" + b"x" * ENDLESS,
        CHUNKED + b"X: x\r\n" * (ENDLESS // 6),
    ],
    ids=["one header", "many headers", "URL", "trailers"],
)
def test_a_head_without_end_is_cut_off(served: Command, endless: bytes) -> None:
    # Without the bound the connection stays open, and no answer comes: this would time out.
    ask(served, endless)

    assert ask(served, HEAD + b"\r\n").startswith(b"HTTP/1.1 200 ")


def test_a_head_within_its_bound_is_answered(served: Command) -> None:
    assert b"Welcome" in ask(served, HEAD + b"X: " + b"x" * (MAX_HEAD_BYTES // 2) + b"\r\n\r\n")


def test_the_bound_is_for_each_request_of_a_connection(served: Command) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * (MAX_HEAD_BYTES // 2) + b"\r\n"

    answer = ask(served, (head + b"\r\n") * 3 + head + b"Connection: close\r\n\r\n")

    assert answer.count(b"HTTP/1.1 200 ") == 4
