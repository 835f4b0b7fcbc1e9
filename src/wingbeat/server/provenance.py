"""May this POST run? Decided from headers alone, before the body, the session and the action are looked at.

`Sec-Fetch-Site` is consulted first: browsers set it, pages cannot. Without it, `Origin` (or `Referer`) must be
one of the app's own origins or of `allowed_origins`. `null` is a value and is never trusted. Forwarded headers
count only from `trusted_proxies`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlsplit

from wingbeat.errors import OriginRefused, ReplyError
from wingbeat.request import Headers

from .peers import Peers

__all__ = ["Provenance", "is_host_allowed", "single_headers"]

Origin = tuple[str, str, int]
"""Scheme, host and port."""

_SINGLE = (
    b"origin",
    b"host",
    b"referer",
    b"sec-fetch-site",
    b"sec-fetch-mode",
    b"content-type",
    b"content-length",
    b"content-encoding",
    b"wingbeat-action",
)
_LONGEST = {b"host": 261, b"referer": 8192, b"wingbeat-action": 128}
_LONGEST_OTHER = 512
_NEVER_LISTS = {b"wingbeat-action", b"content-length"}
_PORTS = {"http": 80, "https": 443}
MAX_LOGGED_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Provenance:
    """The rule of one app; `allowed_origins` and `public_origins` are the settings of these names."""

    allowed_origins: tuple[str, ...] = ()
    public_origins: tuple[str, ...] = ()
    peers: Peers = field(default_factory=Peers)
    hosts_are_known: bool = False
    """Every request names a host that is known to be ours, as in development, so its origin counts too."""

    def require_own(self, scope: Mapping[str, Any], headers: Mapping[str, str], *, is_form: bool) -> None:
        """Raise OriginRefused unless the POST comes from a page of this app; ReplyError for ambiguous headers.

        `is_form` tells a native form submission from a call with the action header, which browsers send to
        another site only after a preflight that is never answered. `headers` are what `single_headers` read.
        """
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
            if not self._is_allowed(_parsed_origin(origin), own):
                self._refuse("the call comes from another site; allowed_origins may list it", headers, own)
        else:
            self._require_known_origin(headers, own)

    def is_secure(self, scope: Mapping[str, Any]) -> bool:
        """Tell whether browsers reach this app over TLS, so that cookies may be kept to it."""
        if self.public_origins:
            return all(origin.startswith("https:") for origin in self.public_origins)
        scheme: str = scope.get("scheme", "http")
        if self.peers.is_proxy(scope):
            scheme = Headers(scope["headers"]).get("x-forwarded-proto", scheme)
        return scheme == "https"

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
        return origin in own or self._is_allowed(origin, own) or self._is_ours_over_tls(origin, own)

    def _is_ours_over_tls(self, origin: Origin, own: set[Origin]) -> bool:
        """TLS may end in front of us: the page is https where we see http. Never the other way round."""
        scheme, host, port = origin
        if self.public_origins or scheme != "https":
            return False
        plain_port = _PORTS["http"] if port == _PORTS["https"] else port
        return ("http", host, plain_port) in own or ("http", host, port) in own

    def _is_allowed(self, origin: Origin | None, own: set[Origin]) -> bool:
        if origin is None:
            return False
        scheme, host, port = origin
        if scheme == "http" and not any(mine[0] == "http" for mine in own):
            return False  # whoever sits on the wire could have written that page
        spelled = host if port == _PORTS[scheme] else f"{host}:{port}"
        return any(is_host_allowed(spelled, pattern) for pattern in self.allowed_origins)

    def _own_origins(self, scope: Mapping[str, Any], headers: Mapping[str, str]) -> set[Origin]:
        public = {origin for text in self.public_origins if (origin := _parsed_origin(text))}
        if public and not self.hosts_are_known:
            return public
        scheme, host = scope.get("scheme", "http"), headers["host"]
        scheme = self.peers.forwarded(scope, b"x-forwarded-proto") or scheme
        host = self.peers.forwarded(scope, b"x-forwarded-host") or host
        origin = _parsed_origin(f"{scheme}://{host.lower()}")
        if origin is None:
            raise ReplyError(f"{scheme[:20]!r} and {host[:MAX_LOGGED_CHARACTERS]!r} make no origin")
        return {origin} | public

    @staticmethod
    def _refuse(reason: str, headers: Mapping[str, str], own: set[Origin]) -> NoReturn:
        compared = {
            name: headers.get(name, "")[:MAX_LOGGED_CHARACTERS]
            for name in ("sec-fetch-site", "origin", "referer", "host")
        }
        ours = ", ".join(f"{scheme}://{host}:{port}" for scheme, host, port in sorted(own))
        raise OriginRefused(f"{reason}: {compared} against {ours}")


def single_headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers that decide, each at most once, short, ASCII and without controls; others as they are.

    Raises ReplyError for what is ambiguous.
    """
    found: dict[str, str] = {}
    for name, value in raw:
        if name in _SINGLE:
            spelled = name.decode()
            if spelled in found or (name in _NEVER_LISTS and b"," in value):
                raise ReplyError(f"more than one {spelled} header")
            if len(value) > _LONGEST.get(name, _LONGEST_OTHER):
                raise ReplyError(f"{spelled} header of {len(value)} bytes is too long")
            if not value.isascii() or not value.decode().isprintable():
                raise ReplyError(f"{spelled} header holds more than printable ASCII")
        found[name.decode("latin-1")] = value.decode("latin-1")
    return found


def is_host_allowed(host: str, pattern: str) -> bool:
    """Tell whether `host` (with its port, if not the default) matches an `allowed_origins` entry.

    Next.js's rule: `*` stands for one label, a leading `**` for one or more.
    """
    labels, wanted = host.lower().split("."), pattern.lower().split(".")
    if not all(labels):
        return False
    if wanted[0] == "**":
        wanted = wanted[1:]
        labels = labels[-len(wanted) :] if len(labels) > len(wanted) else []
    return (
        bool(wanted)
        and len(labels) == len(wanted)
        and all(part in {label, "*"} for label, part in zip(labels, wanted, strict=True))
    )


def _parsed_origin(text: str | None, *, path_allowed: bool = False) -> Origin | None:
    try:
        parts = urlsplit(text or "")
        port = parts.port
    except ValueError:
        return None
    plain = path_allowed or not (parts.path or {"?", "#", " "} & set(text or ""))
    host = (parts.hostname or "").lower()
    if parts.scheme not in _PORTS or not host.isascii() or "@" in parts.netloc or port == 0 or not plain:
        return None
    return (parts.scheme, host, port or _PORTS[parts.scheme]) if host else None
