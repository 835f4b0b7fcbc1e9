"""How a call ended -> its response, for the browser runtime and for a browser without JavaScript.

A runtime gets one payload: the value in a row of its own, and the page anew where something was invalidated,
a cookie changed or the action went elsewhere. A native form gets a redirect, so that a reload never submits
again, or a page.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import assert_never
from urllib.parse import urljoin

from starlette.responses import RedirectResponse, Response

from wingbeat.actions import Failed, Interrupted, Outcome, Redirected, Refused, Returned, TimedOut
from wingbeat.errors import ActionError, ArgumentRefused
from wingbeat.rendering import rebased
from wingbeat.request import HttpInterrupt, Redirect, sole_interrupt

from .exchange import Exchange, RenderedPage
from .pages import interrupt_page, render_status
from .payload_driver import Settled, complete_payload
from .refusals import error_details, new_digest, status_page
from .wire_names import COMPONENT_TYPE, REDIRECT_HEADER, REDIRECT_TYPE_HEADER

__all__ = ["RenderTarget", "answer_call", "answer_form", "refuse_arguments"]

RenderTarget = Callable[[Exchange, str], Awaitable[RenderedPage | None]]
"""Renders the page at a URL as a GET of the same client would get it, through the app's middleware; or None."""

log = logging.getLogger("wingbeat")


async def answer_call(
    exchange: Exchange, outcome: Outcome, name: str, render_target: RenderTarget
) -> Response:
    """Return the answer for the browser runtime."""
    match outcome:
        case Returned(value):
            return await _with_value(exchange, value)
        case Refused(error):
            return await _with_page(exchange, {"error": _public(error)}, HTTPStatus.BAD_REQUEST)
        case Failed(error):
            return await _with_page(
                exchange, {"value": Settled(error=error)}, HTTPStatus.INTERNAL_SERVER_ERROR
            )
        case TimedOut():
            return exchange.finish(_timed_out(outcome, name, is_call=True))
        case Interrupted(status):
            root = exchange.payload_root(await render_status(exchange, status))
            return await _encoded(exchange, root, status)
        case Redirected(redirect):
            return await _redirected(exchange, redirect, render_target)
        case _:
            assert_never(outcome)


async def answer_form(exchange: Exchange, outcome: Outcome, name: str) -> Response:
    """Return the answer for a form that was posted without JavaScript."""
    match outcome:
        case Returned():
            return exchange.finish(RedirectResponse(exchange.context.url, HTTPStatus.SEE_OTHER))
        case Redirected(redirect):
            return exchange.finish(RedirectResponse(_target(exchange, redirect), HTTPStatus.SEE_OTHER))
        case Interrupted(status):
            return await interrupt_page(exchange, status)
        case Refused(error):
            back = '<p><a href="">Back to the page</a></p>'
            text = f"<p>{html.escape(error.message)}</p>{back}"
            return exchange.finish(status_page(HTTPStatus.BAD_REQUEST, "That did not work", text))
        case Failed(error):
            details = error_details(error, new_digest(error, name), development=exchange.site.development)
            return exchange.finish(status_page(500, "Something went wrong", details))
        case TimedOut():
            return exchange.finish(_timed_out(outcome, name, is_call=False))
        case _:
            assert_never(outcome)


async def refuse_arguments(exchange: Exchange, error: ArgumentRefused) -> Response:
    """Answer a call whose arguments are not what the annotations ask: 422 with what is wrong with each."""
    log.warning("refused %d: %s", error.status, error)
    public = {"code": "invalid_arguments", "message": error.public_text, "data": {"fields": error.fields}}
    return await _encoded(exchange, {"error": public}, error.status)


async def _with_value(exchange: Exchange, value: object) -> Response:
    return await _with_page(
        exchange, {"value": Settled(await exchange.renderer().value(value))}, HTTPStatus.OK
    )


async def _with_page(exchange: Exchange, root: dict[str, object], status: int) -> Response:
    """Answer with `root`, and with the page anew if the action changed what it shows."""
    context = exchange.context
    invalidated = bool(context.invalidated) or context.cookies.changed
    root |= {"invalidated": invalidated, "build": exchange.site.build, "url": context.url}
    if not invalidated:
        return await _encoded(exchange, root, status)
    try:
        page = await exchange.render(exchange.match())
    except BaseException as error:
        interrupt = sole_interrupt(error)
        if isinstance(interrupt, HttpInterrupt):
            return await _encoded(
                exchange,
                root | exchange.payload_root(await render_status(exchange, interrupt.status)),
                status,
            )
        if isinstance(interrupt, Redirect):
            response = await _encoded(exchange, root, status)
            response.headers.update(_redirect_headers(exchange, interrupt))
            return response
        if not isinstance(error, Exception | BaseExceptionGroup):
            raise
        # The action has run; its value must arrive. The runtime asks for the page, and meets the error there.
        new_digest(error, f"the page {context.path} after an action")
        return await _encoded(exchange, root, status)
    return await _encoded(exchange, root | exchange.payload_root(page), status)


async def _redirected(exchange: Exchange, redirect: Redirect, render_target: RenderTarget) -> Response:
    url = _target(exchange, redirect)
    page = None if redirect.external else await render_target(exchange, url)
    root: dict[str, object] = {"invalidated": True, "build": exchange.site.build}
    response = await _encoded(exchange, root | exchange.payload_root(page) if page else root, HTTPStatus.OK)
    response.headers.update(_redirect_headers(exchange, redirect))
    return response


def _redirect_headers(exchange: Exchange, redirect: Redirect) -> dict[str, str]:
    kind = "external" if redirect.external else redirect.type
    return {REDIRECT_HEADER: _target(exchange, redirect), REDIRECT_TYPE_HEADER: kind}


def _target(exchange: Exchange, redirect: Redirect) -> str:
    """Return the URL to go to. A relative one takes the page for a folder, as Next does: `./edit` is below it."""
    if redirect.external:
        return redirect.url
    if redirect.url.startswith("/"):
        return rebased(redirect.url, exchange.context.base)
    page = exchange.context.url.partition("?")[0]
    return urljoin(f"{page.rstrip('/')}/" if redirect.url.startswith(".") else page, redirect.url)


def _public(error: ActionError) -> dict[str, object]:
    return {"code": error.code, "message": error.message, "data": error.data}


def _timed_out(outcome: TimedOut, name: str, *, is_call: bool) -> Response:
    rest = "; its thread is still running and keeps its place in the pool" if outcome.still_running else ""
    log.error("%s took longer than %g seconds (max_duration)%s", name, outcome.seconds, rest)
    if is_call:
        return Response("Gateway timeout", HTTPStatus.GATEWAY_TIMEOUT, media_type="text/plain; charset=utf-8")
    return status_page(HTTPStatus.GATEWAY_TIMEOUT)


async def _encoded(exchange: Exchange, root: dict[str, object], status: int) -> Response:
    payload = await complete_payload(root, development=exchange.site.development)
    return exchange.finish(Response(payload, status, media_type=COMPONENT_TYPE))
