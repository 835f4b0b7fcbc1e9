"""Who is at the other end: forwarded headers count from trusted proxies only."""

from __future__ import annotations

import pytest

from wingbeat.server.peers import Peers

PROXIED = Peers(("10.0.0.0/8", "2001:db8::/32"))


def client(peers: Peers, address: str | None, *forwarded: str) -> str | None:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return peers.client({"client": (address, 4711) if address else None, "headers": headers})


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["192.0.2.1"], "203.0.113.7"),  # D09: nobody else speaks for others
        ("10.1.2.3", ["192.0.2.1"], "192.0.2.1"),
        ("10.1.2.3", ["1.1.1.1, 192.0.2.1"], "192.0.2.1"),  # what stands left of it is invented
        ("10.1.2.3", ["1.1.1.1", "192.0.2.1"], "192.0.2.1"),
        ("10.1.2.3", ["192.0.2.1, 10.9.9.9"], "192.0.2.1"),
        ("10.1.2.3", ["192.0.2.1:5000"], "192.0.2.1"),
        ("10.1.2.3", ["[2a00::1]:5000"], "2a00::/64"),
        ("10.1.2.3", ["unknown"], "10.1.2.3"),
        ("10.1.2.3", [], "10.1.2.3"),
        ("::ffff:10.1.2.3", ["192.0.2.1"], "192.0.2.1"),
        ("2a00:1:2:3::7", [], "2a00:1:2:3::/64"),
        (None, ["192.0.2.1"], None),
        ("/run/socket", [], "/run/socket"),
    ],
)
def test_the_client_is_the_nearest_address_that_is_no_proxy(
    peer: str | None, forwarded: list[str], expected: str | None
) -> None:
    assert client(PROXIED, peer, *forwarded) == expected


def test_without_trusted_proxies_the_peer_is_the_client() -> None:
    assert client(Peers(), "10.1.2.3", "192.0.2.1") == "10.1.2.3"


def test_f31_an_address_that_the_server_put_there_is_no_proxy_s() -> None:
    scope = {"client": ("10.1.2.3", 0), "headers": [(b"x-forwarded-for", b"192.0.2.1")]}

    assert not PROXIED.is_proxy(scope)
    assert PROXIED.client(scope) == "10.1.2.3"
