"""One request to one app: where it stands, who asks, and the rendering of pages for its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from starlette.requests import Request
from starlette.responses import Response

from wingbeat.actions import Action, Sealer
from wingbeat.flight import ServerReference
from wingbeat.html.server_functions import ServerFunction
from wingbeat.rendering import Renderer
from wingbeat.request import Cookies, Headers, NotFound, RequestContext

from .documents import with_document
from .gate import READING
from .page_modules import FoundPage, SearchParams
from .refusals import NO_STORE, new_digest
from .site import Site
from .wire_names import ACTION_HEADER, PAYLOAD_PARAMETER

__all__ = ["Exchange", "RenderedPage", "open_exchange"]

Scope = dict[str, Any]

# What a URL may hold unescaped, and `%`, so that an escape stays one.
_SAFE_IN_PATH = "/:@!$&'()*+,;=-._~"
_SAFE_IN_QUERY = _SAFE_IN_PATH + "?%[]"

# What an action's request has and a page's has not.
_BODY_HEADERS = frozenset(
    {b"content-type", b"content-length", b"content-encoding", b"transfer-encoding", b"expect", b"origin"}
)


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page as it goes over the wire, with what the browser must know to apply it."""

    tree: object
    stamp: list[object]
    url: str


@dataclass(slots=True)
class Exchange:
    """One request being answered. `scope` is without Wingbeat's own query parameter."""

    site: Site
    scope: Scope
    context: RequestContext
    is_payload: bool
    """The runtime asked for the page's payload, by its URL."""
    _sealer: Sealer = field(init=False)

    def __post_init__(self) -> None:
        self._sealer = Sealer(self.site.keyring)

    @property
    def parts(self) -> tuple[str, ...] | None:
        """The decoded path's parts below the mount point, or None when no page can have such a path."""
        return _split_path(self.context.path)

    def identify(self) -> str | None:
        """Return who asks, by the app's own word, with the cookies as they are now."""
        identify = self.site.config.identify
        return identify(self._page_request()) if identify else None

    def find_page(self) -> FoundPage:
        """Return the page of this URL. Raises NotFound."""
        match = self.site.routes.match(self.parts) if self.parts is not None else None
        if match is None:
            raise NotFound
        return self.site.pages.find(match)

    async def render(self, found: FoundPage) -> RenderedPage:
        """Render the page with the request's cookies as they are now. Raises what the page raises."""
        query = _search_params(self.scope.get("query_string", b""))
        element = self.site.pages.element(found, self._page_request(), self.context.path, query)
        return await self.render_element(element)

    async def render_element(self, element: object) -> RenderedPage:
        """Render `element` as the page of this URL."""
        stamp = self.site.stamp()
        tree = with_document(await self.renderer().render(element))
        return RenderedPage(tree, stamp, self.context.url)

    def renderer(self) -> Renderer:
        """Return a renderer for this answer."""
        subject = self.identify()

        def reference(action: ServerFunction) -> ServerReference:
            assert isinstance(action, Action)
            return self.site.registry.reference(action, self._sealer, subject)

        return Renderer(reference=reference, report=self._report, base=self.context.base)

    def get_scope(self, path: str, query: bytes) -> Scope:
        """Return the scope of a GET by the same client, with the cookies as they are now."""
        dropped = _BODY_HEADERS | {b"cookie", ACTION_HEADER.lower().encode()}
        headers = [(name, value) for name, value in self.scope["headers"] if name not in dropped]
        if cookies := self.context.cookies.header():
            headers.append((b"cookie", cookies.encode("latin-1")))
        return {
            **self.scope,
            "method": "GET",
            "path": path,
            "raw_path": quote(path, safe=_SAFE_IN_PATH).encode(),
            "query_string": query,
            "headers": headers,
            "state": dict(self.scope.get("state", {})),
        }

    def payload_root(self, page: RenderedPage) -> dict[str, object]:
        """Return what the runtime needs to show `page`."""
        return {
            "tree": page.tree,
            "formState": None,
            "stamp": page.stamp,
            "url": page.url,
            "base": self.context.base,
            "build": self.site.build,
        }

    def finish(self, response: Response) -> Response:
        """Add to `response` what every dynamic answer carries: cookies, and that nobody may store it."""
        response.headers["Cache-Control"] = NO_STORE
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.add_vary_header("Accept")
        for cookie in self.context.cookies.set_cookie_headers():
            response.headers.append("Set-Cookie", cookie)
        return response

    def _page_request(self) -> Request:
        """Return the request as pages see it: always a GET, for they are the same after an action."""
        if self.scope["method"] in READING:
            return Request(self.scope)
        return Request(self.get_scope(self.scope["path"], self.scope.get("query_string", b"")))

    def _report(self, error: BaseException) -> dict[str, object]:
        digest = new_digest(error, f"a component of {self.context.path}")
        details = {"message": f"{type(error).__name__}: {error}"} if self.site.development else {}
        return {"digest": digest, **details}


def open_exchange(site: Site, scope: Scope) -> Exchange:
    """Read an ASGI scope. Security rests on its path and raw headers only, never on a reassembled URL."""
    mount: str = scope.get("root_path", "").rstrip("/")
    path: str = scope["path"]
    below = path.removeprefix(mount) if path.startswith(f"{mount}/") or path == mount else path
    # As browsers spell it: it goes into URLs, headers and cookies, and may come from the request's own path.
    base = quote(mount, safe=_SAFE_IN_PATH)
    sent = scope.get("query_string", b"")
    query = _own_query(sent)
    headers = Headers(scope["headers"])
    context = RequestContext(
        path=below or "/",
        url=_browser_url(f"{mount}{below or '/'}", query),
        base=base,
        headers=headers,
        cookies=Cookies(headers.get("cookie", ""), path=base or "/", secure=site.provenance.is_secure(scope)),
    )
    is_payload = query != sent and scope["method"] in READING
    return Exchange(site, {**scope, "query_string": query}, context, is_payload)


def _split_path(path: str) -> tuple[str, ...] | None:
    """Return the parts of a decoded path; None for one with empty, dot or unprintable parts, which no page has."""
    if not path.startswith("/"):
        return None
    parts = tuple(path[1:].split("/")) if path != "/" else ()
    return None if any(part in {"", ".", ".."} or "\0" in part for part in parts) else parts


def _own_query(query: bytes) -> bytes:
    """Return the query without Wingbeat's parameter, otherwise as it was written."""
    pieces = query.split(b"&")
    own = PAYLOAD_PARAMETER.encode()
    return b"&".join(piece for piece in pieces if unquote_to_bytes(piece.partition(b"=")[0]) != own)


def _browser_url(path: str, query: bytes) -> str:
    url = quote(path, safe=_SAFE_IN_PATH)
    return f"{url}?{quote(query, safe=_SAFE_IN_QUERY)}" if query else url


def _search_params(query: bytes) -> SearchParams:
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query.decode(errors="replace"), keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return {name: found if len(found) > 1 else found[0] for name, found in values.items()}
