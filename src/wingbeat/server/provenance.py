"""May this POST run? Decided from headers alone, before the body, the session and the action are looked at.

`Sec-Fetch-Site` is consulted first: browsers set it, pages cannot. Without it, `Origin` (or `Referer`) must be
one of the app's own origins or of `allowed_origins`. `null` is a value and is never trusted. Forwarded headers
count only from `trusted_proxies`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from wingbeat.errors import OriginRefused, ReplyError

__all__ = ["Provenance", "is_host_allowed"]

Origin = tuple[str, str, int]
"""Scheme, host and port."""

_SINGLE = (
    b"origin",
    b"host",
    b"referer",
    b"sec-fetch-site",
    b"sec-fetch-mode",
    b"content-type",
    b"wingbeat-action",
)
_LONGEST = {b"host": 261, b"origin": 512, b"referer": 8192, b"wingbeat-action": 128}
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9\-_.]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?")
_PORTS = {"http": 80, "https": 443}
MAX_LOGGED_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Provenance:
    """The rule of one app; its fields are the settings of the same names."""

    allowed_origins: tuple[str, ...] = ()
    public_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()

    def require_own(self, scope: Mapping[str, Any], *, is_form: bool) -> None:
        """Raise OriginRefused unless the POST comes from a page of this app; ReplyError for ambiguous headers.

        `is_form` tells a native form submission from a call with the action header, which browsers send to
        another site only after a preflight that is never answered.
        """
        headers = single_headers(scope["headers"])
        own = self._own_origins(scope, headers)
        origin = headers.get("origin")
        site = headers.get("sec-fetch-site")
        if site == "same-origin":
            if self.public_origins and origin not in {None, "null"} and not self._is_known(origin, own):
                self._refuse("public_origins does not list the page's origin", headers, own)
        elif site == "none":
            typed = is_form and headers.get("sec-fetch-mode") == "navigate"
            if not typed or (origin not in {None, "null"} and not self._is_known(origin, own)):
                self._refuse("the browser says that no page made the call", headers, own)
        elif site is not None:
            if not self._is_allowed(origin):
                self._refuse("the call comes from another site; allowed_origins may list it", headers, own)
        else:
            self._require_known_origin(headers, own)

    def _require_known_origin(self, headers: Mapping[str, str], own: set[Origin]) -> None:
        origin = headers.get("origin", headers.get("referer"))
        if origin is None:
            if "cookie" in headers or "authorization" in headers:
                self._refuse("no Origin or Referer, but credentials", headers, own)
        elif not self._is_known(origin, own, path_allowed="origin" not in headers):
            self._refuse("the page's origin is none of ours; set public_origins behind a proxy", headers, own)

    def _is_known(self, text: str | None, own: set[Origin], *, path_allowed: bool = False) -> bool:
        origin = _parsed_origin(text, path_allowed=path_allowed)
        if origin is None:
            return False
        if origin in own or self._is_allowed(text, path_allowed=path_allowed):
            return True
        # TLS may end in front of us: the page is https where we see http. Never the other way round.
        scheme, host, port = origin
        return (
            not self.public_origins
            and scheme == "https"
            and any(
                mine == ("http", host, port) or (mine == ("http", host, _PORTS["http"]) and port == _PORTS["https"]) for mine in own
            )
        )

    def _is_allowed(self, text: str | None, *, path_allowed: bool = False) -> bool:
        origin = _parsed_origin(text, path_allowed=path_allowed)
        if origin is None:
            return False
        scheme, host, port = origin
        spelled = host if port == _PORTS[scheme] else f"{host}:{port}"
        return any(is_host_allowed(spelled, pattern) for pattern in self.allowed_origins)

    def _own_origins(self, scope: Mapping[str, Any], headers: Mapping[str, str]) -> set[Origin]:
        if self.public_origins:
            return {origin for text in self.public_origins if (origin := _parsed_origin(text))}
        scheme, host = scope.get("scheme", "http"), headers.get("host", "").lower()
        if self._is_trusted_proxy(scope.get("client")):
            scheme = _single_value(headers, "x-forwarded-proto") or scheme
            host = (_single_value(headers, "x-forwarded-host") or host).lower()
        if not _HOST.fullmatch(host) or scheme not in _PORTS:
            raise ReplyError(f"Host {host[:MAX_LOGGED_CHARACTERS]!r} is no host")
        origin = _parsed_origin(f"{scheme}://{host}")
        return {origin} if origin else set()

    def _is_trusted_proxy(self, client: tuple[str, int] | None) -> bool:
        if not client or not self.trusted_proxies:
            return False
        try:
            address = ipaddress.ip_address(client[0])
        except ValueError:
            return False
        return any(address in ipaddress.ip_network(network, strict=False) for network in self.trusted_proxies)

    @staticmethod
    def _refuse(reason: str, headers: Mapping[str, str], own: set[Origin]) -> None:
        compared = {
            name: headers.get(name, "")[:MAX_LOGGED_CHARACTERS]
            for name in ("sec-fetch-site", "origin", "referer", "host")
        }
        ours = ", ".join(f"{scheme}://{host}:{port}" for scheme, host, port in sorted(own))
        raise OriginRefused(f"{reason}: {compared} against {ours}")


def single_headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers that decide, each at most once, short, ASCII and without controls; others as they are.

    Names with `_` are ignored, since servers behind proxies may take them for names with `-`.
    Raises ReplyError for what is ambiguous.
    """
    found: dict[str, str] = {}
    for name, value in raw:
        if b"_" in name:
            continue
        if name in _SINGLE:
            if name.decode() in found:
                raise ReplyError(f"more than one {name.decode()} header")
            if (
                len(value) > _LONGEST.get(name, 1024)
                or not value.isascii()
                or not value.decode().isprintable()
            ):
                raise ReplyError(f"{name.decode()} header is too long or holds control characters")
        found[name.decode("latin-1")] = value.decode("latin-1")
    return found


def is_host_allowed(host: str, pattern: str) -> bool:
    """Tell whether `host` (with its port, if not the default) matches an `allowed_origins` entry.

    Next.js's rule: `*` stands for one label, a leading `**` for one or more.
    """
    labels, wanted = host.lower().split("."), pattern.lower().split(".")
    if wanted[0] == "**":
        wanted = wanted[1:]
        labels = labels[-len(wanted) :] if len(labels) > len(wanted) else []
    return (
        bool(wanted)
        and len(labels) == len(wanted)
        and all(label == part or (part == "*" and label) for label, part in zip(labels, wanted, strict=True))
    )


def _single_value(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name)
    if value is not None and "," in value:
        raise ReplyError(f"{name} has several values; the proxy in front must overwrite it")
    return value


def _parsed_origin(text: str | None, *, path_allowed: bool = False) -> Origin | None:
    try:
        parts = urlsplit(text or "")
        port = parts.port
    except ValueError:
        return None
    plain = path_allowed or not (parts.path or parts.query or parts.fragment)
    host = (parts.hostname or "").lower()
    if (
        parts.scheme not in _PORTS
        or not host.isascii()
        or host.endswith(".")
        or "@" in parts.netloc
        or not plain
    ):
        return None
    return (parts.scheme, host, port or _PORTS[parts.scheme]) if host else None
