"""`App`: one Wingbeat project as an ASGI application, alone or mounted in another one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.responses import Response

from wingbeat.config import Config, read_config
from wingbeat.errors import MethodRefused, ProtocolError
from wingbeat.request import RequestContext, sole_interrupt

from .action_requests import answer_action
from .app_key import read_keyring
from .body import ClientDisconnected
from .exchange import Exchange, RenderedPage, open_exchange
from .pages import answer_page
from .refusals import refusal_page
from .site import load_site
from .wire_names import ACTION_HEADER

__all__ = ["App"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

DEVELOPMENT_VARIABLE = "WINGBEAT_DEV"
_TARGET = "wingbeat.target"
"""Scope key of a page that is rendered for a redirect, inside the action's own request."""


@dataclass(slots=True)
class _Target:
    page: RenderedPage | None = None


class App:
    """The project in a folder (the parent of `app/`) as an ASGI application.

    `App("path/to/project")` runs under any ASGI server and mounts in Starlette and FastAPI at `/` or below a
    prefix. Keywords are settings, over `WINGBEAT_…` variables (of `environ`), over `[tool.wingbeat]` in
    `pyproject.toml`.
    Raises UsageError (with file, line and fix) when the project cannot be served as it is.
    """

    def __init__(
        self,
        project: str | os.PathLike[str] = ".",
        *,
        environ: Mapping[str, str] = os.environ,
        **settings: Any,
    ) -> None:
        folder = Path(project).resolve()
        development = environ.get(DEVELOPMENT_VARIABLE) == "1"
        self.config: Config = read_config(folder, settings, environ)
        keyring = read_keyring(folder, development=development, environ=environ)
        self.site = load_site(folder, self.config, keyring, development=development)
        self._stack: ASGIApp = reduce(
            lambda app, wrap: wrap(app), reversed(self.config.middleware), self._answer
        )
        self._resources = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._open = self.config.lifespan is None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._opened()
            await self._stack(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _opened(self) -> None:
        """Open what the app needs. A mounted app gets no lifespan event, so the first request does it."""
        if self._open:
            return
        async with self._opening:
            await self._open_once()

    async def _open_once(self) -> None:
        if not self._open and self.config.lifespan is not None:
            await self._resources.enter_async_context(self.config.lifespan(self))
        self._open = True

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            try:
                if message["type"] == "lifespan.startup":
                    await self._opened()
                else:
                    await self._resources.aclose()
            except Exception as error:
                await send(
                    {"type": f"{message['type']}.failed", "message": f"{type(error).__name__}: {error}"}
                )
                raise
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._response(scope, receive)
        except ClientDisconnected:
            return
        await response(scope, receive, send)

    async def _response(self, scope: Scope, receive: Receive) -> Response:
        exchange = open_exchange(self.site, dict(scope))
        with exchange.context.activated():
            try:
                return await self._routed(exchange, scope, receive)
            except ProtocolError as error:
                return refusal_page(error, development=self.site.development)

    async def _routed(self, exchange: Exchange, scope: Scope, receive: Receive) -> Response:
        target = scope.get(_TARGET)
        if isinstance(target, _Target):
            target.page = await exchange.render(exchange.match())
            return Response()
        method = scope["method"]
        if method == "POST":
            return await answer_action(exchange, receive, self._render_target)
        if method not in {"GET", "HEAD"} or ACTION_HEADER in exchange.context.headers:
            raise MethodRefused(f"{method[:20]} {'with an action' if method in {'GET', 'HEAD'} else ''}")
        return self.site.assets.find(exchange.context.path) or await answer_page(exchange)

    async def _render_target(self, exchange: Exchange, url: str) -> RenderedPage | None:
        """Render the page that an action redirects to, as a GET of this client would get it.

        The GET passes the app's middleware with the new cookies, so that a guard of the target is not
        bypassed. Whatever is not plainly one of our pages is left to the browser.
        """
        path, _, query = url.partition("#")[0].partition("?")
        if "app" in exchange.scope:  # mounted: the outer app's middleware cannot be asked
            return None
        target = _Target()
        scope = {
            **exchange.scope,
            "method": "GET",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": _get_headers(exchange.context, exchange.scope["headers"]),
            "state": dict(exchange.scope.get("state", {})),
            _TARGET: target,
        }
        try:
            await self._stack(scope, _no_body, _discard)
        except BaseException as error:
            if not isinstance(error, Exception | BaseExceptionGroup) and sole_interrupt(error) is None:
                raise
            return None
        return target.page


def _get_headers(context: RequestContext, raw: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers of the action's request as a GET of the target would have them."""
    dropped = {
        b"cookie",
        b"content-type",
        b"content-length",
        b"transfer-encoding",
        ACTION_HEADER.lower().encode(),
    }
    cookies = context.cookies.header()
    kept = [(name, value) for name, value in raw if name not in dropped]
    return [*kept, (b"cookie", cookies.encode())] if cookies else kept


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _discard(message: Message) -> None:
    """Drop the response to a target's GET: its page was handed over in the scope."""
