"""Who is at the other end of a connection: a proxy that may speak for others, or the client itself.

Forwarded headers count only from `trusted_proxies`; from anyone else they are a stranger's words.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from wingbeat.errors import ReplyError

__all__ = ["Peers"]

log = logging.getLogger("wingbeat")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CLIENT_PREFIX_BITS = 64
"""What one customer is given of IPv6 (RFC 6177): its addresses are one client."""


@dataclass(frozen=True, slots=True)
class Peers:
    """The rule of one app; `trusted_proxies` is the setting of that name."""

    trusted_proxies: tuple[str, ...] = ()
    _networks: tuple[Network, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        networks = tuple(ipaddress.ip_network(text, strict=False) for text in self.trusted_proxies)
        object.__setattr__(self, "_networks", networks)

    def is_proxy(self, scope: Mapping[str, Any]) -> bool:
        """Tell whether the connection comes from a trusted proxy."""
        client = scope.get("client")
        if not client or not self._networks:
            return False
        if client[1] == 0:
            _warn_of_rewritten_client()
            return False
        return self._is_trusted(_address(client[0]))

    def forwarded(self, scope: Mapping[str, Any], name: bytes) -> str | None:
        """Return what a trusted proxy says in the header `name`. Raises ReplyError for several values."""
        if not self.is_proxy(scope):
            return None
        values = _values(scope, name)
        if len(values) > 1 or any("," in value for value in values):
            raise ReplyError(f"{name.decode()} has several values; the proxy in front must overwrite it")
        return values[0] if values else None

    def client(self, scope: Mapping[str, Any]) -> str | None:
        """Return the client for whom the request is made, or None where the connection has no address.

        It is the nearest address in `X-Forwarded-For` that is no proxy of ours: what stands left of that one
        may be invented. An IPv6 client is its network.
        """
        peer = scope.get("client")
        if not peer:
            return None
        if not self._networks and ":" not in peer[0]:
            return str(peer[0])
        nearest = _address(peer[0])
        if self.is_proxy(scope):
            said = ",".join(_values(scope, b"x-forwarded-for")).split(",")
            for text in reversed(said):
                if (hop := _address(text)) is None:
                    break
                nearest = hop
                if not self._is_trusted(hop):
                    break
        return _grouped(nearest) if nearest else str(peer[0])

    def _is_trusted(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)


def _values(scope: Mapping[str, Any], name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _address(text: str) -> Address | None:
    """Return the address in `text`; some proxies add the port."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _grouped(address: Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.IPv6Network((int(address), CLIENT_PREFIX_BITS), strict=False))


@cache
def _warn_of_rewritten_client() -> None:
    """Say once that trusted_proxies cannot work: the server in front has put the user's address for the proxy's."""
    log.warning(
        "trusted_proxies has no effect: the ASGI server has replaced the proxy's address from X-Forwarded-For. "
        "Run it without (uvicorn --no-proxy-headers), or set public_origins instead."
    )
