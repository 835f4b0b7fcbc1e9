"""One request to one app: where it stands, who asks, and the rendering of pages for its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from wingbeat.actions import Action, Sealer
from wingbeat.flight import ServerReference
from wingbeat.html.server_functions import ServerFunction
from wingbeat.rendering import Renderer
from wingbeat.request import Cookies, Headers, NotFound, RequestContext
from wingbeat.routing import Match

from .documents import with_document
from .page_modules import SearchParams
from .refusals import NO_STORE, new_digest
from .site import Site
from .wire_names import PAYLOAD_PARAMETER

__all__ = ["Exchange", "RenderedPage", "open_exchange", "split_path"]

Scope = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page as it goes over the wire, with what the browser must know to apply it."""

    tree: object
    stamp: list[object]
    url: str


@dataclass(slots=True)
class Exchange:
    """One request being answered."""

    site: Site
    scope: Scope
    context: RequestContext
    query: list[tuple[str, str]]
    """The query without Wingbeat's own parameter."""
    is_payload: bool
    """The runtime asked for the page's payload, by its URL."""
    subject: str | None = None
    _sealer: Sealer = field(init=False)

    def __post_init__(self) -> None:
        self._sealer = Sealer(self.site.keyring)

    @property
    def parts(self) -> tuple[str, ...] | None:
        """The decoded path's parts below the mount point, or None when no page can have such a path."""
        return split_path(self.context.path)

    def match(self) -> Match:
        """Return the page of this URL. Raises NotFound."""
        match = self.site.routes.match(self.parts) if self.parts is not None else None
        if match is None:
            raise NotFound
        return match

    async def render(self, match: Match) -> RenderedPage:
        """Render the page with the request's cookies as they are now. Raises what the page raises."""
        request = Request({**self.scope, "query_string": urlencode(self.query).encode()})
        return await self.render_element(
            self.site.pages.element(match, request, self.context.path, _search_params(self.query))
        )

    async def render_element(self, element: object) -> RenderedPage:
        """Render `element` as the page of this URL."""
        stamp = self.site.stamp()
        tree = with_document(await self.renderer().render(element))
        return RenderedPage(tree, stamp, self.context.url)

    def renderer(self) -> Renderer:
        """Return a renderer for this answer."""
        return Renderer(reference=self._reference, report=self._report, base=self.context.base)

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

    def _reference(self, action: ServerFunction) -> ServerReference:
        assert isinstance(action, Action)
        return self.site.registry.reference(action, self._sealer, self.subject)

    def _report(self, error: BaseException) -> dict[str, object]:
        digest = new_digest(error, f"a component of {self.context.path}")
        details = {"message": f"{type(error).__name__}: {error}"} if self.site.development else {}
        return {"digest": digest, **details}


def open_exchange(site: Site, scope: Scope) -> Exchange:
    """Read an ASGI scope. Security rests on its path and raw headers only, never on a reassembled URL."""
    base = scope.get("root_path", "").rstrip("/")
    path: str = scope["path"]
    below = path.removeprefix(base) if path.startswith(f"{base}/") or path == base else path
    query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    own = [(name, value) for name, value in query if name != PAYLOAD_PARAMETER]
    headers = Headers(scope["headers"])
    cookies = Cookies(headers.get("cookie", ""), path=base or "/", secure=scope.get("scheme") == "https")
    context = RequestContext(
        path=below or "/",
        url=_browser_url(f"{base}{below or '/'}", own),
        base=base,
        headers=headers,
        cookies=cookies,
    )
    subject = site.config.identify(Request(scope)) if site.config.identify else None
    return Exchange(site, scope, context, own, len(own) != len(query), subject)


def split_path(path: str) -> tuple[str, ...] | None:
    """Return the parts of a decoded path; None for one that has empty or dot parts, which no page has."""
    if not path.startswith("/"):
        return None
    parts = tuple(path[1:].split("/")) if path != "/" else ()
    return None if any(part in {"", ".", ".."} for part in parts) else parts


def _browser_url(path: str, query: list[tuple[str, str]]) -> str:
    encoded = quote(path, safe="/:@!$&'()*+,;=-._~")
    return f"{encoded}?{urlencode(query)}" if query else encoded


def _search_params(query: list[tuple[str, str]]) -> SearchParams:
    values: dict[str, list[str]] = {}
    for name, value in query:
        values.setdefault(name, []).append(value)
    return {name: found if len(found) > 1 else found[0] for name, found in values.items()}
