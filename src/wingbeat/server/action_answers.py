"""How a call ended -> its response, for the browser runtime and for a browser without JavaScript.

A runtime gets one payload: the value in a row of its own, and the page anew where something was invalidated,
a cookie changed or the action went elsewhere. A value that is yet to come is streamed; what the call changed or
where it leads then follows in the row `end`. A native form gets a redirect, so that a reload never submits again,
or a page.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import assert_never, cast

from starlette.responses import RedirectResponse, Response

from wingbeat.actions import Ended, Outcome, Returned, TimedOut
from wingbeat.errors import ActionError, ArgumentRefused
from wingbeat.request import ENDINGS, HttpInterrupt, Interrupt, Redirect, sole_interrupt

from .exchange import Exchange, RenderedPage
from .pages import answer_error, answer_status, page_response, render_error, render_status
from .payload_driver import Last, Settled, encoded_response
from .redirects import redirect_headers, redirect_target, redirect_type
from .refusals import PLAIN_TYPE, log_refusal, new_digest, status_page
from .unread_results import run_to_end

__all__ = ["RenderTarget", "answer_call", "answer_form", "refuse_arguments"]

RenderTarget = Callable[[Exchange, str], Awaitable[RenderedPage | None]]
"""Renders the page at a URL as a GET of the same client would get it, through the app's middleware; or None."""

log = logging.getLogger("wingbeat")


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the runtime gets: the root row, and what stands in the headers."""

    root: dict[str, object]
    status: int = HTTPStatus.OK
    redirect: Redirect | None = None


async def answer_call(
    exchange: Exchange, outcome: Outcome, name: str, render_target: RenderTarget
) -> Response:
    """Return the answer for the browser runtime."""
    try:
        return await _answered(exchange, outcome, name, render_target)
    except ENDINGS as error:  # what the action returned or raised cannot travel, or elements in it failed
        return await _answered(exchange, Ended(_meant(error)), name, render_target)


async def answer_form(exchange: Exchange, outcome: Outcome, name: str) -> Response:
    """Return the answer for a form that was posted without JavaScript."""
    match outcome:
        case Returned(value):
            ending = await run_to_end(exchange, value)
            if ending is not None:
                return await answer_form(exchange, ending, name)
            return exchange.finish(RedirectResponse(exchange.context.url, HTTPStatus.SEE_OTHER))
        case Ended(by=error):
            return await _answer_ended_form(exchange, error, name)
        case TimedOut():
            _log_timeout(outcome, name)
            return exchange.finish(status_page(HTTPStatus.GATEWAY_TIMEOUT))
        case _:
            assert_never(outcome)


async def _answer_ended_form(exchange: Exchange, error: BaseException, name: str) -> Response:
    match error:
        case Redirect():
            url = redirect_target(error, exchange.context)
            return exchange.finish(RedirectResponse(url, HTTPStatus.SEE_OTHER))
        case HttpInterrupt():
            return await answer_status(exchange, error.status)
        case ActionError():
            page = await render_error(exchange, error, None)
            if page is not None:
                return exchange.finish(page_response(exchange, page, HTTPStatus.BAD_REQUEST))
            back = '<p><a href="">Back to the page</a></p>'
            text = f"<p>{html.escape(error.message)}</p>{back}"
            return exchange.finish(status_page(HTTPStatus.BAD_REQUEST, "That did not work", text))
        case _:
            return await answer_error(exchange, error, name)


async def refuse_arguments(exchange: Exchange, error: ArgumentRefused) -> Response:
    """Answer a call whose arguments are not what the annotations ask: 422 with what is wrong with each."""
    log_refusal(error)
    public = {"code": "invalid_arguments", "message": error.public_text, "data": {"fields": error.fields}}
    return _encoded(exchange, _Answer({"error": public}, error.status))


async def _answered(exchange: Exchange, outcome: Outcome, name: str, render_target: RenderTarget) -> Response:
    match outcome:
        case Returned(value):
            return await _returned(exchange, value, render_target)
        case Ended(by=Redirect() as redirect):
            return await _sent_on(exchange, redirect, render_target)
        case Ended(by=HttpInterrupt(status=status)):
            page = await render_status(exchange, status)
            return _encoded(exchange, _Answer(exchange.payload_root(page), status))
        case Ended(by=ActionError() as error):
            root: dict[str, object] = {"error": _public(error)}
            return _encoded(exchange, await _with_page(exchange, root, HTTPStatus.BAD_REQUEST))
        case Ended(by=error):
            return _encoded(exchange, await _with_page(exchange, {"value": Settled(error=error)}))
        case TimedOut():
            _log_timeout(outcome, name)
            return exchange.finish(Response("Gateway timeout", 504, media_type=PLAIN_TYPE))
        case _:
            assert_never(outcome)


async def _returned(exchange: Exchange, value: object, render_target: RenderTarget) -> Response:
    renderer = await exchange.renderer()
    settled = Settled(await renderer.value(value))
    failed = {"failed": True} if exchange.has_invalid_argument else {}
    if not renderer.met_promise:
        return _encoded(exchange, await _with_page(exchange, {"value": settled, **failed}))
    rest = _Rest(exchange, render_target)
    exchange.context.enter("stream")
    root: dict[str, object] = {
        "value": settled,
        "end": Last(rest.row, rest.without_page),
        "build": exchange.site.build,
        **failed,
    }
    return _encoded(exchange, _Answer(root), rest.digest)


class _Rest:
    """What becomes of a call whose value was streamed, once all of it has been sent."""

    def __init__(self, exchange: Exchange, render_target: RenderTarget) -> None:
        self._exchange = exchange
        self._render_target = render_target
        self._ending: BaseException | None = None

    def digest(self, error: BaseException) -> str:
        """Return the name of an error in the stream; what is meant for the browser is kept for the end."""
        meant = _meant(error)
        if not isinstance(meant, Interrupt | ActionError):
            return new_digest(error, self._exchange.action)
        self._ending = self._ending or meant
        return ""

    async def row(self) -> object:
        """Return the row `end`: what a redirect, an interrupt or an `ActionError` asks for, and the page anew."""
        exchange = self._exchange
        exchange.context.enter("render")
        match self._ending:
            case Redirect() as redirect:
                answer = await _target(exchange, redirect, self._render_target)
            case HttpInterrupt(status=status):
                answer = _Answer(exchange.payload_root(await render_status(exchange, status)))
            case ActionError() as error:
                answer = await _with_page(exchange, {"error": _public(error)})
            case _:
                answer = await _with_page(exchange, {})
        if (onward := answer.redirect) is None:
            return answer.root
        where = {"url": redirect_target(onward, exchange.context), "type": redirect_type(onward)}
        return answer.root | {"redirect": where}

    def without_page(self, row: object, error: BaseException) -> object:
        """Return the row `end` for a page that cannot travel: where to go and what is out of date still arrive."""
        root = cast("dict[str, object]", row)
        if "tree" not in root:
            raise error
        return _without_page(root, error)


async def _with_page(exchange: Exchange, root: dict[str, object], status: int = HTTPStatus.OK) -> _Answer:
    """Return the answer with `root`, and with the page anew if the action changed what it shows."""
    context = exchange.context
    invalidated = context.changes_pages
    root = {**root, "invalidated": invalidated, "build": exchange.site.build, "url": context.url}
    if not invalidated:
        return _Answer(root, status)
    try:
        return _Answer(root | exchange.payload_root(await exchange.render(exchange.find_page())), status)
    except ENDINGS as error:
        interrupt = sole_interrupt(error)
        if isinstance(interrupt, Redirect):
            return _Answer(root, status, interrupt)
        if isinstance(interrupt, HttpInterrupt):
            return _Answer(
                root | exchange.payload_root(await render_status(exchange, interrupt.status)), status
            )
        # The action has run; its value must arrive. The runtime asks for the page, and meets the error there.
        new_digest(error, f"the page {context.path} after an action")
        return _Answer(root, status)


async def _sent_on(exchange: Exchange, redirect: Redirect, render_target: RenderTarget) -> Response:
    return _encoded(exchange, await _target(exchange, redirect, render_target))


async def _target(exchange: Exchange, redirect: Redirect, render_target: RenderTarget) -> _Answer:
    """Return the answer that sends the browser on, with the target's page if it is ours to show."""
    url = redirect_target(redirect, exchange.context)
    page = None if redirect.external else await render_target(exchange, url)
    root: dict[str, object] = {"invalidated": True, "build": exchange.site.build}
    return _Answer(root if page is None else root | exchange.payload_root(page), redirect=redirect)


def _encoded(
    exchange: Exchange, answer: _Answer, digest: Callable[[BaseException], str] | None = None
) -> Response:
    try:
        return _response(exchange, answer, digest)
    except ENDINGS as error:
        if "tree" not in answer.root or ("value" not in answer.root and answer.redirect is None):
            raise
        kept = _without_page(answer.root, error)
        return _response(exchange, _Answer(kept, answer.status, answer.redirect), digest)


def _without_page(root: dict[str, object], error: BaseException) -> dict[str, object]:
    """Return `root` for a page that cannot travel: the browser asks for the page, and meets the error there."""
    new_digest(error, f"the page {root['url']} after an action")
    return {name: root[name] for name in root if name not in {"tree", "stamp", "formState"}}


def _response(exchange: Exchange, answer: _Answer, digest: Callable[[BaseException], str] | None) -> Response:
    response = encoded_response(
        answer.root,
        answer.status,
        development=exchange.site.development,
        max_duration=exchange.max_duration,
        departure=exchange.departure,
        digest=digest or (lambda error: new_digest(error, exchange.action)),
    )
    value = answer.root.get("value")
    if isinstance(value, Settled) and value.error is not None:
        response.status_code = HTTPStatus.INTERNAL_SERVER_ERROR
    if answer.redirect is not None:
        response.headers.update(redirect_headers(answer.redirect, exchange.context))
    return exchange.finish(response)


def _meant(error: BaseException) -> BaseException:
    """Return the signal that `error` is, also in a task group that holds one and nothing else; or `error`."""
    return sole_interrupt(error) or error


def _public(error: ActionError) -> dict[str, object]:
    return {"code": error.code, "message": error.message, "data": error.data}


def _log_timeout(outcome: TimedOut, name: str) -> None:
    rest = "; its thread is still running and keeps its place in the pool" if outcome.still_running else ""
    log.error("%s took longer than %g seconds (max_duration)%s", name, outcome.seconds, rest)
