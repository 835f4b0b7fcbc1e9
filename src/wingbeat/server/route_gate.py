"""May a request that changes something reach a `route.py`? From its headers alone, before any middleware.

    a page of ours, or no browser (a webhook, a script)     it may
    a page of another site                                  403, unless the module says `cross_origin = True`

Browsers say where a request comes from, in `Sec-Fetch-Site` or `Origin`. What says nothing and brings no cookie is
no browser's, so a forged request has nothing to forge with. Actions are stricter: nothing but pages calls them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from wingbeat.errors import BodyTooLarge, ReplyError
from wingbeat.routing import path_parts

from .mount_points import split_mount
from .provenance import single_headers
from .route_modules import RouteModule
from .site import Site

__all__ = ["READING_ROUTES", "find_route", "require_route_access"]

READING_ROUTES: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""The methods that change nothing, by HTTP's own word (RFC 9110 §9.2.1)."""

_CREDENTIALS_OF_SCRIPTS = "authorization"


def find_route(site: Site, scope: Mapping[str, Any]) -> RouteModule | None:
    """Return the `route.py` that answers the URL of an ASGI scope, or would without a final slash."""
    if not site.route_modules:
        return None
    path = split_mount(scope)[1]
    parts = path_parts(path.removesuffix("/") or "/")
    match = site.routes.match(parts) if parts is not None else None
    return site.route_modules.get(match.route.module) if match else None


def require_route_access(site: Site, route: RouteModule, scope: Mapping[str, Any]) -> None:
    """Refuse what another site's page sends, or what is too long. Raises OriginRefused, ReplyError or BodyTooLarge."""
    if scope["method"] in READING_ROUTES:
        return
    headers = single_headers(scope["headers"])
    if not route.cross_origin:
        # A browser names the page's origin even with an Authorization header; a script sends nothing but that.
        told = {name: value for name, value in headers.items() if name != _CREDENTIALS_OF_SCRIPTS}
        site.provenance.require_own(scope, told, is_form=False)
    announced, limit = headers.get("content-length", "0"), site.body_limits.of(route.module)
    if not (announced.isascii() and announced.isdigit()):
        raise ReplyError(f"Content-Length {announced[:40]!r} is no number")
    if len(announced) > len(str(limit)) or int(announced) > limit:
        raise BodyTooLarge(f"body of {announced[:40]} bytes, at most {limit} are read (body_size_limit)")
