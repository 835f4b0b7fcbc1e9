"""A live server and real sockets: uploads that hang, hundreds of them, leave everybody else served."""

from __future__ import annotations

import http.client
import select
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from support.live_server import LiveServer, live_server
from support.projects import FORM_TYPE, multipart, write_project
from wingbeat.testing.forms import read_forms

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform != "linux", reason="needs a second loopback address"),
]

ATTACKER, SOMEBODY = "127.0.0.3", "127.0.0.2"
PAGE = """
    from wingbeat import html as h

    async def page():
        async def save():
            "use server"
        return h.form(action=save)[h.button["Save"]]
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    project = write_project(tmp_path_factory.mktemp("shop"), {"page.py": PAGE})
    with live_server(project, mode="production") as running:
        yield running


def connect(server: LiveServer, source: str, sent: bytes = b"") -> socket.socket:
    """Begin an upload from the address `source`: its headers, and `sent` of its body."""
    where = urlsplit(server.url)
    assert where.hostname is not None
    connection = socket.create_connection((where.hostname, where.port), source_address=(source, 0))
    connection.sendall(
        f"POST / HTTP/1.1\r\nHost: {where.netloc}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: {FORM_TYPE}\r\nContent-Length: 1000000\r\n\r\n".encode()
        + sent
    )
    return connection


def submit(server: LiveServer, source: str) -> int:
    """Load the page from the address `source`, press its button, and return the status."""
    where = urlsplit(server.url)
    assert where.hostname is not None
    client = http.client.HTTPConnection(where.hostname, where.port, source_address=(source, 0), timeout=60)
    try:
        client.request("GET", "/")
        (form,) = read_forms(client.getresponse().read().decode())
        headers = {"Content-Type": FORM_TYPE, "Sec-Fetch-Site": "same-origin"}
        client.request("POST", "/", multipart(form.entries(form.submitters[0], {})), headers)
        answer = client.getresponse()
        answer.read()
        return answer.status
    finally:
        client.close()


def test_c11_c12_hundreds_of_uploads_without_a_byte_shut_nobody_out(server: LiveServer) -> None:
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(connect(server, ATTACKER))

        assert submit(server, SOMEBODY) == 303
        assert submit(server, ATTACKER) == 303  # not even those who share the address


def test_c12_uploads_that_stop_half_way_shut_out_their_own_address_at_most(server: LiveServer) -> None:
    beginning = multipart([("a", "x" * 200_000)])[:-200]
    with ExitStack() as stack:
        hanging = [
            stack.enter_context(connect(server, ATTACKER, beginning))
            for _ in range(16 * 1024 * 1024 // 200_000)
        ]
        refused, _, _ = select.select(hanging, [], [], 60)

        assert b" 503 " in refused[0].recv(100)
        assert submit(server, SOMEBODY) == 303
    assert submit(server, SOMEBODY) == 303
