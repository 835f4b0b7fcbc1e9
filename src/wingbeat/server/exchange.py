"""One request to one app: where it stands, who asks, and the rendering of pages for its answer."""

from __future__ import annotations

import inspect
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import parse_qsl, quote, unquote, unquote_to_bytes

from starlette.requests import Request
from starlette.responses import Response

from wingbeat.actions import Action, Guard, Runtime, Sealer, in_own_loop, run_guards
from wingbeat.errors import UsageError
from wingbeat.flight import FormState, ServerReference
from wingbeat.html.server_functions import ServerFunction
from wingbeat.rendering import Renderer, Rendering
from wingbeat.request import Cookies, Headers, NotFound, RequestContext, sole_interrupt
from wingbeat.routing import SAFE_IN_PATH, Match, path_parts, spelled_path

from .departure import Departure
from .documents import with_document
from .gate import READING
from .mount_points import split_mount
from .page_modules import FoundPage
from .page_settings import PageSettings
from .posted_form import PostedForm
from .redirects import interrupt_digest
from .refusals import NO_STORE, new_digest
from .site import Site
from .url_arguments import SearchParams
from .wire_names import ACTION_HEADER, PAYLOAD_PARAMETER, WHOLE_PAGE

__all__ = ["Exchange", "RenderedPage", "open_exchange"]

Scope = dict[str, Any]

# What a query may hold unescaped, and `%`, so that an escape stays one.
_SAFE_IN_QUERY = SAFE_IN_PATH + "?%[]"

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
    form_state: FormState | None = None
    """The result of the form that was posted to it without JavaScript."""
    status: int = HTTPStatus.OK
    """That of the document or payload which is this page and nothing else."""
    failure: Exception | None = None
    """What an error page in it shows."""


@dataclass(slots=True)
class Exchange:
    """One request being answered. `scope` is without Wingbeat's own query parameter."""

    site: Site
    scope: Scope
    context: RequestContext
    is_payload: bool
    """The runtime asked for the page's payload, by its URL."""
    is_whole: bool = False
    """A browser without JavaScript asked for the page with everything in it, by its URL."""
    departure: Departure | None = None
    """Tells when the client goes away, once the body of its call has been read."""
    action: str = "a value"
    """What the log calls a value that failed: the action that it comes from, once that is known."""
    settings: PageSettings = field(default_factory=PageSettings)
    """What the modules of the page that was found last say."""
    posted_form: PostedForm | None = None
    """The form that was posted without JavaScript and shows how its action ended."""
    has_invalid_argument: bool = False
    """The action ran although a `Validated` argument was not ok, so what it returns is a failed result."""
    renderings: list[Rendering] = field(default_factory=list[Rendering])
    """What is still being rendered; whoever ends the exchange cancels it."""
    _sealer: Sealer = field(init=False)
    _digests: dict[int, tuple[BaseException, str]] = field(
        init=False, default_factory=dict[int, tuple[BaseException, str]]
    )

    def __post_init__(self) -> None:
        self._sealer = Sealer(self.site.keyring)

    @property
    def parts(self) -> tuple[str, ...] | None:
        """The decoded path's parts below the mount point, or None when no page can have such a path."""
        below = self.context.url.partition("?")[0].removeprefix(self.context.base)
        return path_parts(below or "/")

    async def identify(self) -> str | None:
        """Return who asks, by the app's own word, with the cookies as they are now."""
        identify = self.site.config.identify
        if identify is None:
            return None
        found = identify(self._page_request())
        subject = cast("object", await found if inspect.isawaitable(found) else found)
        if subject is not None and not isinstance(subject, str):
            raise UsageError(f"identify returned {subject!r:.80}. It returns the user's id as text, or None.")
        return subject

    def find_match(self) -> Match | None:
        """Return the page or route of this URL."""
        parts = self.parts
        return None if parts is None else self.site.routes.match(parts)

    @property
    def search_params(self) -> SearchParams:
        """The query as pages see it."""
        return _search_params(self.scope.get("query_string", b""))

    async def run_guards(self, guards: Collection[Guard]) -> BaseException | None:
        """Return what ended the request, None if `guards` let it go on; they see it as pages do."""
        return await run_guards(guards, self._page_request()) if guards else None

    def find_page(self) -> FoundPage:
        """Return the page of this URL. Raises NotFound."""
        match = self.find_match()
        if match is None or not match.route.is_page:
            raise NotFound
        found = self.site.pages.find(match)
        self.settings = found.settings
        return found

    @property
    def runtime(self) -> Runtime:
        """Where the page and the actions used on it run."""
        return self.settings.runtime or self.site.config.runtime

    @property
    def max_duration(self) -> float:
        """Seconds that an action used on the page may run; 0 for no limit."""
        seconds = self.settings.max_duration
        return self.site.config.max_duration if seconds is None else seconds

    async def render(self, found: FoundPage) -> RenderedPage:
        """Render the page with the request's cookies as they are now. Raises what the page raises."""
        element = self.site.pages.element(found, self._page_request(), self.context.path, self.search_params)
        return await self.render_element(element)

    async def render_element(self, element: object) -> RenderedPage:
        """Render `element` as the page of this URL."""
        stamp = self.site.stamp()
        renderer = await self.renderer()
        if self.runtime == "thread":  # its loop ends with the call, so nothing can come later
            tree = await in_own_loop(partial(renderer.whole_page, element)).run()
        elif self.is_whole or self.scope["method"] == "HEAD":
            tree = await renderer.whole_page(element)
        else:
            rendering = await renderer.stream(element)
            self.renderings.append(rendering)
            tree = rendering.tree
        failure = renderer.failure
        status = HTTPStatus.OK if failure is None else HTTPStatus.INTERNAL_SERVER_ERROR
        return RenderedPage(with_document(tree), stamp, self.context.url, status=status, failure=failure)

    async def stop_rendering(self) -> None:
        """Cancel what is still being rendered, and wait for its end."""
        for rendering in self.renderings:
            await rendering.cancel()

    @property
    def whole_url(self) -> str:
        """The URL of this page with everything in it, for a browser without JavaScript."""
        url = self.context.url
        return f"{url}{'&' if '?' in url else '?'}{PAYLOAD_PARAMETER}={WHOLE_PAGE}"

    def digest(self, error: BaseException) -> str:
        """Log an error that a part of the page ended with, once, and return its name on the wire.

        An Interrupt is no error: its name says what the browser is to do.
        """
        interrupt = sole_interrupt(error)
        if interrupt is not None:
            return interrupt_digest(interrupt, self.context)
        if id(error) not in self._digests:
            self._digests[id(error)] = error, new_digest(error, f"a part of the page {self.context.path}")
        return self._digests[id(error)][1]

    async def renderer(self) -> Renderer:
        """Return a renderer for this answer."""
        if self.scope["method"] not in READING:
            self.context.page_headers = lambda: Headers(self._page_request().scope["headers"])
        subject = await self.identify()

        def reference(action: ServerFunction) -> ServerReference:
            assert isinstance(action, Action)
            return self.site.registry.reference(action, self._sealer, subject)

        # In a thread already, everything runs in that one: blocking database sessions belong to a thread.
        return Renderer(
            reference=reference,
            report=self._report,
            status_page=lambda status: self.site.pages.late_status_page(self.find_match(), status),
            base=self.context.base,
            threads=self.runtime != "thread",
            sequential=self.settings.sequential,
        )

    def get_scope(self, path: str, query: bytes) -> Scope:
        """Return the scope of a GET of a percent-encoded path by the same client, with the cookies as they are now."""
        dropped = _BODY_HEADERS | {b"cookie", ACTION_HEADER.lower().encode()}
        headers = [(name, value) for name, value in self.scope["headers"] if name not in dropped]
        if cookies := self.context.cookies.header():
            headers.append((b"cookie", cookies.encode("latin-1")))
        return {
            **self.scope,
            "method": "GET",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query,
            "headers": headers,
            "state": dict(self.scope.get("state", {})),
        }

    def payload_root(self, page: RenderedPage) -> dict[str, object]:
        """Return what the runtime needs to show `page`."""
        return {
            "tree": page.tree,
            "formState": page.form_state,
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
        return Request(self.get_scope(spelled_path(self.scope), self.scope.get("query_string", b"")))

    def _report(self, error: BaseException) -> dict[str, object]:
        digest = self.digest(error)
        details = {"message": f"{type(error).__name__}: {error}"} if self.site.development else {}
        return {"digest": digest, **details}


def open_exchange(site: Site, scope: Scope) -> Exchange:
    """Read an ASGI scope. Security rests on its path and raw headers only, never on a reassembled URL."""
    base, below = split_mount(scope)
    sent = scope.get("query_string", b"")
    query = _own_query(sent)
    headers = Headers(scope["headers"])
    context = RequestContext(
        path=unquote(below),
        url=_browser_url(base + below, query),
        base=base,
        headers=headers,
        cookies=Cookies(headers.get("cookie", ""), path=base or "/", secure=site.provenance.is_secure(scope)),
    )
    is_own = query != sent and scope["method"] in READING
    is_whole = is_own and f"{PAYLOAD_PARAMETER}={WHOLE_PAGE}".encode() in sent.split(b"&")
    return Exchange(site, {**scope, "query_string": query}, context, is_own and not is_whole, is_whole)


def _own_query(query: bytes) -> bytes:
    """Return the query without Wingbeat's parameter, otherwise as it was written."""
    pieces = query.split(b"&")
    own = PAYLOAD_PARAMETER.encode()
    return b"&".join(piece for piece in pieces if unquote_to_bytes(piece.partition(b"=")[0]) != own)


def _browser_url(path: str, query: bytes) -> str:
    return f"{path}?{quote(query, safe=_SAFE_IN_QUERY)}" if query else path


def _search_params(query: bytes) -> SearchParams:
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query.decode(errors="replace"), keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return {name: found if len(found) > 1 else found[0] for name, found in values.items()}
