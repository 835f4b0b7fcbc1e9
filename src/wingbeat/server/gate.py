"""The first thing that happens to a request: may it go on? Decided from method, path and headers alone.

The order is method, host, provenance, the id of the action, media type, announced size. Nothing has run by
then: no middleware, no session, no user code; and no byte of the body has been read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wingbeat.errors import MethodRefused, ProtocolError, ReplyError
from wingbeat.request import Headers

from .body import require_readable
from .provenance import single_headers
from .route_gate import find_route, require_route_access
from .site import Site
from .wire_names import ACTION_HEADER

__all__ = ["READING", "find_refusal", "is_call"]

READING = frozenset({"GET", "HEAD"})
"""The methods that never run an action."""


def is_call(headers: Mapping[str, str]) -> bool:
    """Tell a call of the browser runtime from a native form: browsers cannot add this header without asking us."""
    return ACTION_HEADER in headers


def find_refusal(site: Site, scope: Mapping[str, Any]) -> ProtocolError | None:
    """Return why a request is refused, or None if it may go on."""
    try:
        _pass(site, scope)
    except ProtocolError as error:
        return error
    return None


def _pass(site: Site, scope: Mapping[str, Any]) -> None:
    method, raw = scope["method"], scope["headers"]
    call = is_call(Headers(raw))
    route = find_route(site, scope) if method not in READING else None
    if route is None and method != "POST" and (call or method not in READING):
        raise MethodRefused(f"{method[:20]}{' with an action' if call else ''}", only_post=call)
    if not scope["path"].startswith("/"):
        raise ReplyError(f"path {scope['path'][:80]!r} does not start with '/'")
    site.hosts.require_own(scope)
    if route is not None:
        require_route_access(site, route, scope)
    if route is not None or method in READING:
        return
    headers = single_headers(raw)
    site.provenance.require_own(scope, headers, is_form=not call)
    if "prefetch" in headers.get("sec-purpose", "").lower():
        raise ReplyError("what is fetched ahead (Sec-Purpose) runs no action")
    limit = site.body_limits.largest  # which action a form means stands in its body
    if call:
        limit = site.body_limits.of(site.registry.find(headers[ACTION_HEADER.lower()]).module)
    require_readable(headers, limit=limit, is_form=not call)
