"""`App`: one Wingbeat project as an ASGI application, alone or mounted in another one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path
from typing import Any

from starlette.responses import Response

from wingbeat.config import Config, read_config
from wingbeat.flight import taint_scope
from wingbeat.rendering import Rendering
from wingbeat.request import ENDINGS, Deferred, Headers, NotFound

from .action_requests import answer_action
from .after_answers import AfterAnswers
from .app_key import read_keyring
from .exchange import Exchange, RenderedPage, open_exchange
from .gate import READING, find_refusal, is_call
from .hosts import DEVELOPMENT_HOST_VARIABLE
from .lifespan import Lifespan
from .pages import answer_page
from .refusals import error_details, new_digest, refusal, status_page
from .route_answers import answer_route, leave_to_browser
from .route_gate import find_route
from .site import load_site
from .tracebacks import own_traceback

__all__ = ["App"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

DEVELOPMENT_VARIABLE = "WINGBEAT_DEV"
_TO_ROUTE = "wingbeat.route"
"""Scope key of a request that the gate judged as one to a `route.py`."""
_TARGET = "wingbeat.target"
"""Scope key of a page that is rendered for a redirect, inside the action's own request."""


@dataclass(slots=True)
class _Target:
    deferred: list[Deferred]
    """What the page puts off until after the answer, which is the action's."""
    renderings: list[Rendering]
    """What of the page comes late: it ends with the action's answer."""
    page: RenderedPage | None = None


class App:
    """The project in a folder (the parent of `app/`) as an ASGI application.

    `App("path/to/project")` runs under any ASGI server and mounts in Starlette and FastAPI at `/` or below a
    prefix. Keywords are settings, over `WINGBEAT_…` variables (of `environ`), over `[tool.wingbeat]` in
    `pyproject.toml`.
    Raises UsageError (with file, line and fix) when the project cannot be served as it is.

    `stands_alone` says that nothing stands between the ASGI server and this app but its own `middleware`. Then an
    action that redirects brings the target's page in the same answer; otherwise the browser asks for it, so that
    a guard in front sees that request. `wingbeat dev` and `wingbeat start` set it.
    """

    def __init__(
        self,
        project: str | os.PathLike[str] = ".",
        *,
        stands_alone: bool = False,
        environ: Mapping[str, str] = os.environ,
        **settings: Any,
    ) -> None:
        self.stands_alone = stands_alone
        folder = Path(project).resolve()
        development = environ.get(DEVELOPMENT_VARIABLE) == "1"
        self.config: Config = read_config(folder, settings, environ)
        keyring = read_keyring(folder, development=development, environ=environ)
        self.site = load_site(
            folder,
            self.config,
            keyring,
            development=development,
            development_host=environ.get(DEVELOPMENT_HOST_VARIABLE, ""),
        )
        self._stack: ASGIApp = reduce(
            lambda app, wrap: wrap(app), reversed(self.config.middleware), self._answer
        )
        lifespan = self.config.lifespan
        self._after_answers = AfterAnswers()
        self._lifespan = Lifespan(partial(lifespan, self) if lifespan else None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        match scope["type"]:
            case "http":
                with taint_scope():
                    await self._serve(scope, receive, send)
            case "lifespan":
                await self._follow_lifespan(receive, send)
            case "websocket":
                await send({"type": "websocket.close", "code": 1000})  # before accepting: 403
            case other:
                raise ValueError(f"an ASGI connection of type {other!r} is not served")

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request whatever happens: refuse it at the gate, or let the app and its middleware answer."""
        development = self.site.development
        if error := find_refusal(self.site, scope):
            called = is_call(Headers(scope["headers"]))
            await refusal(error, is_call=called, development=development)(scope, receive, send)
            return
        if scope["method"] not in READING and find_route(self.site, scope):
            scope = {**scope, _TO_ROUTE: True}
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._lifespan.open()
            await self._stack(scope, receive, watched)
        except ENDINGS as error:
            digest = new_digest(error, f"{scope['method']} {scope['path']}")
            if started:
                raise  # what has been sent cannot be taken back: the server cuts the connection
            details = error_details(error, digest, development=development)
            await status_page(500, "Something went wrong", details)(scope, receive, send)

    async def _follow_lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            starting = message["type"] == "lifespan.startup"
            try:
                await (self._lifespan.open() if starting else self._close())
            except Exception as error:
                reason = own_traceback(error)  # the server logs it: once, and with the lines to mend
                await send({"type": f"{message['type']}.failed", "message": reason})
                raise
            await send({"type": f"{message['type']}.complete"})
            if not starting:
                return

    async def _close(self) -> None:
        """Let what runs after answers end, with all that the lifespan holds open for it."""
        await self._after_answers.drain()
        await self._lifespan.close()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that passed the gate and the app's middleware."""
        exchange = open_exchange(self.site, dict(scope))
        with exchange.context.activated():
            try:
                response = await self._response(exchange, receive)
                if scope["method"] == "HEAD":
                    response.body = b""  # the headers stay those of the GET
                await response(scope, receive, send)
            finally:
                if (
                    _TARGET not in exchange.scope
                ):  # else its page goes on being rendered for the other exchange
                    await exchange.stop_rendering()
                work = self._finish(exchange)
        if work is not None:
            await asyncio.shield(
                work
            )  # the server's graceful end waits for it, also where there is no lifespan

    def _finish(self, exchange: Exchange) -> Awaitable[None] | None:
        """Begin what was put off until after the answer, which has been sent or will never be."""
        if exchange.departure is not None:
            exchange.departure.stop()
        if _TARGET in exchange.scope:
            return None
        return self._after_answers.begin(exchange.context, max_duration=exchange.max_duration)

    async def _response(self, exchange: Exchange, receive: Receive) -> Response:
        target = exchange.scope.get(_TARGET)
        if isinstance(target, _Target):
            exchange.context.deferred = target.deferred
            exchange.renderings = target.renderings
            if self.site.assets.find(exchange.context.path, exchange.scope):
                raise NotFound  # a file, whatever page would answer its URL: the browser goes there
            target.page = await exchange.render(exchange.find_page())
            return Response()
        reads = exchange.scope["method"] in READING
        if reads and (file := self.site.assets.find(exchange.context.path, exchange.scope)):
            return leave_to_browser(exchange) if exchange.is_payload else file
        match = exchange.find_match()
        if match is not None and not match.route.is_page:
            return await answer_route(exchange, match, receive)
        to_route = _TO_ROUTE in exchange.scope
        if reads or (to_route and exchange.parts is None):  # where a route has a final slash too many
            return await answer_page(exchange)
        # The middleware may have sent on to a page what the gate let through to a route, where more may pass.
        if to_route and (error := find_refusal(self.site, exchange.scope)):
            return refusal(error, is_call=True, development=self.site.development)
        return await answer_action(exchange, receive, self._render_target)

    async def _render_target(self, exchange: Exchange, url: str) -> RenderedPage | None:
        """Render the page that an action redirects to, as a GET of this client would get it.

        The GET passes the app's middleware with the new cookies, so that a guard of the target is not
        bypassed. Whatever is not plainly one of our pages is left to the browser.
        """
        if not self.stands_alone or "app" in exchange.scope:  # whoever guards us from outside cannot be asked
            return None
        path, _, query = url.partition("#")[0].partition("?")
        target = _Target(exchange.context.deferred, exchange.renderings)
        scope: Scope = {**exchange.get_scope(path, query.encode()), _TARGET: target}
        try:
            await self._stack(scope, _no_body, _discard)
        except ENDINGS:
            return None  # the browser asks for the page, and meets there what it ends with
        return target.page


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _discard(message: Message) -> None:
    """Drop the response to a target's GET: its page was handed over in the scope."""
