"""POST: one call of an action, from the browser runtime or from a native form, that has passed the gate.

The order is the safety: page, body, decoding, resolving, annotations, and only then the function. Nothing
runs, and nothing is written, before a refusal.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import nullcontext
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from starlette.responses import Response

from wingbeat.actions import Call, Invalid, check_arguments, run_action
from wingbeat.errors import ArgumentRefused, BodyTimeout, ProtocolError, ReplyError
from wingbeat.flight import Limits, Part, decode_action, decode_reply
from wingbeat.request import NotFound

from .action_answers import RenderTarget, answer_call, answer_form, refuse_arguments
from .body import read_body, require_size
from .call_log import CallLog
from .departure import ClientGone, Departure
from .exchange import Exchange
from .form_pages import answer_form_state, answer_refused_form
from .gate import is_call
from .page_modules import FoundPage
from .pages import answer_status
from .posted_form import read_posted_form
from .provenance import single_headers
from .refusals import PLAIN_TYPE, refusal
from .wire_names import ACTION_HEADER

__all__ = ["answer_action"]

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

log = logging.getLogger("wingbeat")

MAX_LOGGED_PATH = 80
"""Characters; it is a stranger's."""

_CLIENT_CLOSED_REQUEST = 499
"""nginx's status for logs: nobody reads it."""


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A call that passed every check; of one that a guard ended, only how it ended is left to run."""

    call: Call
    args: tuple[object, ...]
    kwargs: dict[str, object]


async def answer_action(exchange: Exchange, receive: Receive, render_target: RenderTarget) -> Response:
    """Answer a POST: check it, run its action, and say how that ended in the caller's way."""
    called = is_call(exchange.context.headers)
    calls = CallLog(development=exchange.site.development)
    try:
        page = exchange.find_page()
        accepted = await _accept(exchange, page, receive, called=called)
    except NotFound:
        return await _no_page(exchange, called=called)
    except ProtocolError as error:
        return await _refused(exchange, error, called=called)
    exchange.departure = Departure(receive)
    calls.end("read")
    try:
        response = await _run(exchange, accepted, calls, render_target, called=called)
    except ArgumentRefused as error:  # by the action itself, for a field that it asked for
        return await _refused(exchange, error, called=called)
    except ClientGone:
        return Response(status_code=_CLIENT_CLOSED_REQUEST)
    calls.end("answer")
    if exchange.site.development:
        response.headers["Server-Timing"] = calls.server_timing
    return response


async def _run(
    exchange: Exchange, accepted: _Accepted, calls: CallLog, render_target: RenderTarget, *, called: bool
) -> Response:
    """Run the action to its end, even when the client goes away; what only the client could use is then left."""
    action, departure = accepted.call.action, exchange.departure
    assert departure is not None
    exchange.action = str(action)
    with departure.ends_work() if action.definition.cancels_on_disconnect else nullcontext():
        outcome = await run_action(
            action,
            accepted.args,
            accepted.kwargs,
            request=exchange.context,
            max_duration=exchange.max_duration,
            runtime=exchange.runtime,
        )
    calls.end("action")
    calls.write(action, accepted.args, accepted.kwargs, outcome)
    with departure.ends_work():
        if called:
            return await answer_call(exchange, outcome, str(action), render_target)
        page = await answer_form_state(exchange, outcome)
        return page or await answer_form(exchange, outcome, str(action))


async def _no_page(exchange: Exchange, *, called: bool) -> Response:
    """Answer that no page has this URL, so that nothing has run."""
    log.warning(
        "refused %d: a POST to %a, where there is no page", 404, exchange.context.path[:MAX_LOGGED_PATH]
    )
    if not called:
        return await answer_status(exchange, HTTPStatus.NOT_FOUND)
    return exchange.finish(Response("Not found", HTTPStatus.NOT_FOUND, media_type=PLAIN_TYPE))


async def _refused(exchange: Exchange, error: ProtocolError, *, called: bool) -> Response:
    if isinstance(error, ArgumentRefused) and called:
        return await refuse_arguments(exchange, error)
    if isinstance(error, ArgumentRefused) and (page := await answer_refused_form(exchange, error)):
        return page
    response = refusal(error, is_call=called, development=exchange.site.development)
    if isinstance(error, BodyTimeout) and exchange.scope.get("http_version", "").startswith("1"):
        response.headers["Connection"] = "close"  # the rest of the body may still come
    # The action itself may have refused, for a field that it asked for; then what it did counts.
    return exchange.finish(response) if isinstance(error, ArgumentRefused) else response


async def _accept(exchange: Exchange, page: FoundPage, receive: Receive, *, called: bool) -> _Accepted:
    site, headers = exchange.site, single_headers(exchange.scope["headers"])
    action_id = headers[ACTION_HEADER.lower()] if called else ""
    if called:
        limit = site.body_limits.of(site.registry.find(action_id).module)
    else:
        limit = site.body_limits.of_page(page.route)
    client = site.peers.client(exchange.scope)
    body = await read_body(headers, receive, limit=limit, intake=site.intake, client=client)
    if called:
        args = decode_reply(body.content, limits=site.limits(limit))
        if not isinstance(args, list):
            raise ReplyError("a call's arguments are a list")
        sent = cast("list[object]", args)
        call = site.registry.resolve(action_id, sent, await exchange.identify())
    else:
        parts = cast("list[Part]", body.content)  # the gate lets no other media type in
        call = await _form_call(exchange, parts, site.limits(limit))
        require_size(body.size, site.body_limits.of(call.action.definition.module))
    # Before models are made of the arguments: what a stranger sends is looked at no further.
    ended = await exchange.run_guards(call.action.definition.guards)
    if ended is not None:
        return _Accepted(Call(call.action.ending(ended), []), (), {})
    checked, keywords = check_arguments(call.action, call.args)
    exchange.has_invalid_argument = any(
        isinstance(argument, Invalid) for argument in (*checked, *keywords.values())
    )
    return _Accepted(call, checked, keywords)


async def _form_call(exchange: Exchange, parts: list[Part], limits: Limits) -> Call:
    decoded = decode_action(parts, limits=limits)
    if decoded is None:
        raise ReplyError("a form without an action was posted to a page")
    reference, form = decoded
    exchange.posted_form = read_posted_form(parts, reference, form, limits)
    call = exchange.site.registry.resolve(
        reference.id, list(reference.bound or ()), await exchange.identify()
    )
    # React passes the form after the bound arguments, to a function that takes one more.
    takes_form = call.action.open_arity > len(call.args)
    return Call(call.action, [*call.args, form]) if takes_form else call
