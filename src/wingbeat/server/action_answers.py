"""How a call ended -> its response, for the browser runtime and for a browser without JavaScript.

A runtime gets one payload: the value in a row of its own, and the page anew where something was invalidated,
a cookie changed or the action went elsewhere. A native form gets a redirect, so that a reload never submits
again, or a page.
"""

from __future__ import annotations

import html
import logging
from collections.abc import AsyncIterable, Awaitable, Callable
from http import HTTPStatus
from typing import assert_never, cast

from starlette.responses import RedirectResponse, Response

from wingbeat.actions import Failed, Interrupted, Outcome, Redirected, Refused, Returned, TimedOut
from wingbeat.errors import ActionError, ArgumentRefused
from wingbeat.request import ENDINGS, HttpInterrupt, Redirect, sole_interrupt

from .exchange import Exchange, RenderedPage
from .pages import answer_status, render_status
from .payload_driver import Settled, complete_payload, payload_response
from .redirects import redirect_headers, redirect_target
from .refusals import PLAIN_TYPE, error_details, new_digest, status_page

__all__ = ["RenderTarget", "answer_call", "answer_form", "refuse_arguments"]

RenderTarget = Callable[[Exchange, str], Awaitable[RenderedPage | None]]
"""Renders the page at a URL as a GET of the same client would get it, through the app's middleware; or None."""

log = logging.getLogger("wingbeat")


async def answer_call(
    exchange: Exchange, outcome: Outcome, name: str, render_target: RenderTarget
) -> Response:
    """Return the answer for the browser runtime."""
    try:
        return await _answered(exchange, outcome, name, render_target)
    except ENDINGS as error:  # what the action returned or raised cannot travel, or elements in it failed
        return await _answered(exchange, _outcome(error), name, render_target)


async def answer_form(exchange: Exchange, outcome: Outcome, name: str) -> Response:
    """Return the answer for a form that was posted without JavaScript."""
    match outcome:
        case Returned(value):
            if isinstance(value, AsyncIterable):  # nobody reads it, but what it does must be done
                await _completed(exchange, cast("AsyncIterable[object]", value))
            return exchange.finish(RedirectResponse(exchange.context.url, HTTPStatus.SEE_OTHER))
        case Redirected(redirect):
            url = redirect_target(redirect, exchange.context)
            return exchange.finish(RedirectResponse(url, HTTPStatus.SEE_OTHER))
        case Interrupted(status):
            return await answer_status(exchange, status)
        case Refused(error):
            back = '<p><a href="">Back to the page</a></p>'
            text = f"<p>{html.escape(error.message)}</p>{back}"
            return exchange.finish(status_page(HTTPStatus.BAD_REQUEST, "That did not work", text))
        case Failed(error):
            details = error_details(error, new_digest(error, name), development=exchange.site.development)
            return exchange.finish(status_page(500, "Something went wrong", details))
        case TimedOut():
            _log_timeout(outcome, name)
            return exchange.finish(status_page(HTTPStatus.GATEWAY_TIMEOUT))
        case _:
            assert_never(outcome)


async def refuse_arguments(exchange: Exchange, error: ArgumentRefused) -> Response:
    """Answer a call whose arguments are not what the annotations ask: 422 with what is wrong with each."""
    log.warning("refused %d: %s", error.status, error)
    public = {"code": "invalid_arguments", "message": error.public_text, "data": {"fields": error.fields}}
    return await _encoded(exchange, {"error": public}, error.status)


async def _answered(exchange: Exchange, outcome: Outcome, name: str, render_target: RenderTarget) -> Response:
    match outcome:
        case Returned(value):
            return await _with_page(exchange, {"value": Settled(await exchange.renderer().value(value))})
        case Refused(error):
            return await _with_page(exchange, {"error": _public(error)}, HTTPStatus.BAD_REQUEST)
        case Failed(error):
            return await _with_page(exchange, {"value": Settled(error=error)})
        case TimedOut():
            _log_timeout(outcome, name)
            return exchange.finish(Response("Gateway timeout", 504, media_type=PLAIN_TYPE))
        case Interrupted(status):
            root = exchange.payload_root(await render_status(exchange, status))
            return await _encoded(exchange, root, status)
        case Redirected(redirect):
            return await _redirected(exchange, redirect, render_target)
        case _:
            assert_never(outcome)


async def _with_page(exchange: Exchange, root: dict[str, object], status: int = HTTPStatus.OK) -> Response:
    """Answer with `root`, and with the page anew if the action changed what it shows."""
    context = exchange.context
    invalidated = bool(context.invalidated) or context.cookies.changed
    root = {**root, "invalidated": invalidated, "build": exchange.site.build, "url": context.url}
    if not invalidated:
        return await _encoded(exchange, root, status)
    try:
        page = exchange.payload_root(await exchange.render(exchange.find_page()))
        return await _encoded(exchange, root | page, status)
    except ENDINGS as error:
        interrupt = sole_interrupt(error)
        if isinstance(interrupt, Redirect):
            return await _sent_on(exchange, root, interrupt, status)
        if isinstance(interrupt, HttpInterrupt):
            page = exchange.payload_root(await render_status(exchange, interrupt.status))
            return await _encoded(exchange, root | page, status)
        # The action has run; its value must arrive. The runtime asks for the page, and meets the error there.
        new_digest(error, f"the page {context.path} after an action")
        return await _encoded(exchange, root, status)


async def _redirected(exchange: Exchange, redirect: Redirect, render_target: RenderTarget) -> Response:
    url = redirect_target(redirect, exchange.context)
    page = None if redirect.external else await render_target(exchange, url)
    root: dict[str, object] = {"invalidated": True, "build": exchange.site.build}
    if page is not None:
        try:
            return await _sent_on(exchange, root | exchange.payload_root(page), redirect)
        except ENDINGS as error:  # its tree cannot travel: the browser asks for the page, and meets the error
            new_digest(error, f"the page {page.url} after a redirect")
    return await _sent_on(exchange, root, redirect)


async def _sent_on(
    exchange: Exchange, root: dict[str, object], redirect: Redirect, status: int = HTTPStatus.OK
) -> Response:
    response = await _encoded(exchange, root, status)
    response.headers.update(redirect_headers(redirect, exchange.context))
    return response


async def _completed(exchange: Exchange, root: object) -> bytes:
    site = exchange.site
    return await complete_payload(root, development=site.development, max_duration=site.config.max_duration)


async def _encoded(exchange: Exchange, root: dict[str, object], status: int) -> Response:
    payload = await _completed(exchange, root)
    value = root.get("value")
    if isinstance(value, Settled) and value.error is not None:
        status = HTTPStatus.INTERNAL_SERVER_ERROR
    return exchange.finish(payload_response(payload, status))


def _outcome(error: BaseException) -> Outcome:
    """Return how a call ended whose result could not be sent."""
    match sole_interrupt(error):
        case Redirect() as redirect:
            return Redirected(redirect)
        case HttpInterrupt() as interrupt:
            return Interrupted(interrupt.status)
        case _:
            return Failed(error)


def _public(error: ActionError) -> dict[str, object]:
    return {"code": error.code, "message": error.message, "data": error.data}


def _log_timeout(outcome: TimedOut, name: str) -> None:
    rest = "; its thread is still running and keeps its place in the pool" if outcome.still_running else ""
    log.error("%s took longer than %g seconds (max_duration)%s", name, outcome.seconds, rest)
