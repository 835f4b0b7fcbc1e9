"""Which `Host` a request may name: the first question after its method, and the answer to DNS rebinding.

A page of another site can make its own name lead to this machine; then the browser takes us for that site. It
cannot make a browser send an address or `localhost` for its name, so these are always ours, as health checks
need it. Without `public_origins`, production takes any host: it cannot know its names.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from wingbeat.errors import HostRefused

from .peers import Peers

__all__ = ["DEVELOPMENT_HOST_VARIABLE", "Hosts"]

DEVELOPMENT_HOST_VARIABLE = "WINGBEAT_DEV_HOST"
"""The `--host` that `wingbeat dev` was given."""
MAX_HOST_CHARACTERS = 261
"""A name of RFC 1035 and its port."""
MAX_PORT = 65535
MAX_LOGGED_CHARACTERS = 100
_HOST = re.compile(
    r"(?P<name>[a-z0-9](?:[a-z0-9\-_.]*[a-z0-9])?|\[(?P<v6>[0-9a-f:.]+)\])(?::(?P<port>\d{1,5}))?"
)
_TEST_CLIENT = "testserver"
"""What Starlette's test client calls itself; no DNS answers to a name without a dot."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """The rule of one app."""

    public_origins: tuple[str, ...] = ()
    peers: Peers = field(default_factory=Peers)
    development: bool = False
    development_host: str = ""
    _names: frozenset[str | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = {urlsplit(origin).hostname for origin in self.public_origins}
        if self.development:
            names |= {self.development_host.lower(), _TEST_CLIENT}
        object.__setattr__(self, "_names", frozenset(names))

    def require_own(self, scope: Mapping[str, Any]) -> None:
        """Raise HostRefused unless the request names one host, and one of ours where they are known.

        A trusted proxy may rewrite `Host` to any name; what it forwards must be ours all the same.
        """
        host = _only_host(scope)
        if not (self.public_origins or self.development):
            return
        if self.peers.is_proxy(scope):
            host = self.peers.forwarded(scope, b"x-forwarded-host")
        if host is not None and not self._is_ours(_name(host)):
            raise HostRefused(self._refusal(host, scope))

    def _is_ours(self, name: str) -> bool:
        if name in self._names or name == "localhost" or name.endswith(".localhost"):
            return True
        return _is_address(name)

    def _refusal(self, host: str, scope: Mapping[str, Any]) -> str:
        shown = repr(host[:MAX_LOGGED_CHARACTERS])
        if self.development:
            port = (scope.get("server") or ("", None))[1]
            return (
                f"Host {shown} is not this server's, so the page may be another site's (DNS rebinding). "
                f"Open http://localhost{f':{port}' if port else ''}, or allow the name: "
                f'public_origins = ["http://{host[:MAX_LOGGED_CHARACTERS]}"] in [tool.wingbeat] of pyproject.toml'
            )
        return (
            f"Host {shown} is none of public_origins ({', '.join(self.public_origins)}). Let the proxy in front "
            "pass Host on, or list its address in trusted_proxies"
        )


def _only_host(scope: Mapping[str, Any]) -> str | None:
    """Return the `Host`; None where a page is asked for by HTTP/1.0, which has none."""
    hosts: list[str] = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    if not hosts and scope.get("http_version") == "1.0" and scope["method"] != "POST":
        return None
    if len(hosts) != 1:
        raise HostRefused("more than one Host header" if hosts else "no Host header")
    _name(hosts[0])
    return hosts[0]


def _name(host: str) -> str:
    """Return the name in `host`, in lower case, without its port. Raises HostRefused for what is no host."""
    found = _HOST.fullmatch(host.lower()) if len(host) <= MAX_HOST_CHARACTERS else None
    if found is None or int(found["port"] or 1) not in range(1, MAX_PORT + 1):
        raise HostRefused(f"Host {host[:MAX_LOGGED_CHARACTERS]!r} is no host")
    if found["v6"] and not _is_address(found["v6"]):
        raise HostRefused(f"Host {host[:MAX_LOGGED_CHARACTERS]!r} is no host")
    return found["v6"] or found["name"]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
