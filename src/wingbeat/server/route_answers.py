"""Any method on a URL of a `route.py`: run the function of that name, and answer with what it returns.

    str -> text/plain      bytes -> application/octet-stream      None -> 204
    dict, list, dataclass, Pydantic model -> application/json      any Starlette Response as it is

A `Redirect` may be returned instead of raised.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import is_dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, cast, final

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_json
from starlette.requests import Request
from starlette.responses import Response

from wingbeat.actions import ThreadCall, in_own_loop, run_guards
from wingbeat.errors import BodyTimeout, BodyTooLarge, ProtocolError, ReplyError, UsageError
from wingbeat.request import ENDINGS, HttpInterrupt, Redirect, sole_interrupt
from wingbeat.routing import Match

from .body import IDLE_SECONDS
from .exchange import Exchange
from .intake import Place
from .multipart_body import media_type
from .redirects import redirect_target
from .refusals import NO_STORE, PLAIN_TYPE, error_details, new_digest, refusal, status_page
from .route_modules import RouteFunction, RouteModule
from .wire_names import REDIRECT_HEADER, REDIRECT_TYPE_HEADER

__all__ = ["answer_route", "leave_to_browser"]

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_JSON_TYPE = "application/json"


async def answer_route(exchange: Exchange, match: Match, receive: Receive) -> Response:
    """Answer a request to a `route.py` with the function of its method."""
    if exchange.is_payload:  # a link of a page leads here
        return leave_to_browser(exchange)
    route = exchange.site.route_modules[match.route.module]
    exchange.settings = route.settings
    method: str = exchange.scope["method"]
    found = route.functions.get(method)
    if found is None:
        is_asked = method == "OPTIONS"
        status = HTTPStatus.NO_CONTENT if is_asked else HTTPStatus.METHOD_NOT_ALLOWED
        return _finished(exchange, _plain(status, {"Allow": route.allowed}))
    response = _finished(exchange, await _answered(exchange, match, route, found, receive))
    return _WithoutBody(response) if method == "HEAD" else response


def leave_to_browser(exchange: Exchange) -> Response:
    """Tell the browser runtime that this URL is no page: the browser itself goes there, and nothing runs twice."""
    headers = {REDIRECT_HEADER: exchange.context.url, REDIRECT_TYPE_HEADER: "external"}
    return exchange.finish(Response(headers=headers))


async def _answered(
    exchange: Exchange, match: Match, route: RouteModule, found: RouteFunction, receive: Receive
) -> Response:
    site = exchange.site
    timeout = asyncio.timeout(exchange.max_duration or None)
    try:
        with site.intake.place(site.peers.client(exchange.scope)) as place:
            body = _Body(receive, site.body_limits.of(route.module), place)
            in_thread = found.is_async and exchange.runtime == "thread"
            offered = {
                "request": Request(exchange.scope, await body.complete() if in_thread else body.receive),
                "search_params": exchange.search_params,
            }
            call = partial(found.function, **found.arguments.chosen(match.params, offered))
            with exchange.context.action_phase("route"):
                async with timeout:
                    if ended := await run_guards(found.guards, offered["request"]):
                        raise ended
                    result = await _called(found, call, in_thread=in_thread)
        if isinstance(result, Redirect):
            raise result
        return _response(found, result)
    except ProtocolError as error:
        return refusal(error, is_call=True, development=site.development)
    except ENDINGS as error:
        if timeout.expired() and isinstance(error, TimeoutError):
            new_digest(error, f"{found.where}, after {exchange.max_duration:g} seconds (max_duration),")
            return _plain(HTTPStatus.GATEWAY_TIMEOUT)
        return _ended(exchange, found, error)


async def _called(found: RouteFunction, call: Callable[[], Any], *, in_thread: bool) -> object:
    if in_thread:
        return await in_own_loop(call).run()
    result = call() if found.is_async else await ThreadCall(call).run()
    return await result if inspect.isawaitable(result) else result


def _response(found: RouteFunction, result: object) -> Response:
    match result:
        case Response():
            return result
        case None:
            return Response(status_code=HTTPStatus.NO_CONTENT)
        case str():
            return Response(result, media_type=PLAIN_TYPE)
        case bytes():
            return Response(result, media_type="application/octet-stream")
        case _ if isinstance(result, dict | list | BaseModel) or is_dataclass(result):
            return _json(found, cast("object", result))
        case _:
            raise UsageError(
                f"{found.where} returned a {type(result).__name__}. Return text, bytes, a dict, a list, "
                "a dataclass, a Pydantic model, None or a Starlette Response."
            )


def _json(found: RouteFunction, result: object) -> Response:
    try:
        return Response(to_json(result), media_type=_JSON_TYPE)
    except PydanticSerializationError as error:
        raise UsageError(f"{found.where} returned what is no JSON: {error}.") from error


def _ended(exchange: Exchange, found: RouteFunction, error: BaseException) -> Response:
    match sole_interrupt(error):
        case Redirect() as redirect:
            return _redirected(exchange, redirect)
        case HttpInterrupt() as interrupt:
            return _plain(HTTPStatus(interrupt.status))
        case _:
            digest = new_digest(error, found.where)
            if not exchange.site.development:
                return _plain(HTTPStatus.INTERNAL_SERVER_ERROR)
            return status_page(500, "Something went wrong", error_details(error, digest, development=True))


def _redirected(exchange: Exchange, redirect: Redirect) -> Response:
    """Send the client on as Next.js does: after a form by a GET, else with the method that it used."""
    status = HTTPStatus.PERMANENT_REDIRECT if redirect.permanent else HTTPStatus.TEMPORARY_REDIRECT
    content_type = exchange.context.headers.get("content-type", "")
    if exchange.scope["method"] == "POST" and media_type(content_type) in _FORM_TYPES:
        status = HTTPStatus.SEE_OTHER
    return Response(status_code=status, headers={"Location": redirect_target(redirect, exchange.context)})


def _plain(status: HTTPStatus, headers: dict[str, str] | None = None) -> Response:
    if status is HTTPStatus.NO_CONTENT:
        return Response(status_code=status, headers=headers)
    return Response(status.phrase, status, headers, PLAIN_TYPE)


def _finished(exchange: Exchange, response: Response) -> Response:
    """Add what the function has not said itself: that nobody may store the answer, and the cookies that were set.

    A browser takes the last cookie of a name, so one that the response itself sets wins.
    """
    response.headers.setdefault("Cache-Control", NO_STORE)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    cookies = exchange.context.cookies.set_cookie_headers()
    response.raw_headers[:0] = [(b"set-cookie", cookie.encode("latin-1")) for cookie in cookies]
    return response


@final
class _Body:
    """A request's body on its way to the function that reads it: bounded in bytes, counted, never too slow."""

    def __init__(self, receive: Receive, limit: int, place: Place) -> None:
        self._receive = receive
        self._limit = limit
        self._place = place
        self._size = 0
        self._more = True

    async def receive(self) -> MutableMapping[str, Any]:
        """Return the next message. Raises BodyTooLarge, BodyTimeout, Overloaded, or ReplyError for one cut off."""
        if not self._more:
            return await self._receive()
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                message = await self._receive()
        except TimeoutError:
            raise BodyTimeout(f"the body stopped after {self._size} bytes") from None
        if message["type"] == "http.disconnect":
            raise ReplyError(f"the client went away after {self._size} bytes of its body")
        piece: bytes = message.get("body", b"")
        self._size += len(piece)
        self._more = message.get("more_body", False)
        if self._size > self._limit:
            raise BodyTooLarge(f"body of more than {self._limit} bytes (body_size_limit)")
        if piece:
            self._place.hold(len(piece))
        return message

    async def complete(self) -> Receive:
        """Read the whole body, and return what hands it on in another event loop, which cannot wait for ours."""
        pieces = [(await self.receive()).get("body", b"")]
        while self._more:
            pieces.append((await self.receive()).get("body", b""))

        async def receive() -> MutableMapping[str, Any]:
            if not pieces:
                await asyncio.Event().wait()  # whether the client leaves is not told there
            body = b"".join(pieces)
            pieces.clear()
            return {"type": "http.request", "body": body, "more_body": False}

        return receive


@final
class _WithoutBody(Response):
    """The head of another response, for HEAD."""

    def __init__(self, response: Response) -> None:
        self._response = response
        self.status_code = response.status_code
        self.background = None
        self.raw_headers = response.raw_headers
        self.body = b""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Send the start of the response, and an empty body as soon as it would send a piece."""

        async def send_head(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                await send(message)
            elif not message.get("more_body", False):
                await send({"type": "http.response.body", "body": b""})

        await self._response(scope, receive, send_head)
