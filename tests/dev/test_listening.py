"""The listening socket: a free port on request, and a sentence when it cannot be had."""

from __future__ import annotations

import socket

import pytest

from wingbeat.dev import listen, url_of
from wingbeat.errors import ConfigError


def test_port_0_takes_a_free_one() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]

        assert url_of(listener) == f"http://127.0.0.1:{port}"
        socket.create_connection(("127.0.0.1", port), timeout=5).close()


def test_an_ipv6_address_stands_in_brackets() -> None:
    try:
        with listen("::1", 0) as listener:
            assert url_of(listener).startswith("http://[::1]:")
    except ConfigError:
        pytest.skip("this machine has no IPv6")


@pytest.mark.parametrize("address", [("no.such.host.invalid", 0), ("203.0.113.1", 0)])
def test_an_address_that_cannot_be_had_is_told_with_what_to_do(address: tuple[str, int]) -> None:
    host, port = address

    with pytest.raises(
        ConfigError, match=rf"^cannot listen on {host}, port {port}: .* 0 takes a free one\.$"
    ):
        listen(host, port)
