"""POST: one call of an action, from the browser runtime or from a native form.

The order is the safety: method, host, provenance, id, size, decoding, resolving, annotations, and only then
the function. Nothing runs, and nothing is written, before a refusal.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from wingbeat.actions import Call, check_arguments, run_action
from wingbeat.errors import ArgumentRefused, MediaTypeRefused, ProtocolError, ReplyError
from wingbeat.flight import decode_action, decode_reply
from wingbeat.request import HttpInterrupt

from .action_answers import RenderTarget, answer_call, answer_form, refuse_arguments
from .body import read_body
from .exchange import Exchange
from .pages import interrupt_page
from .provenance import single_headers
from .refusals import plain_refusal, refusal_page
from .wire_names import ACTION_HEADER

__all__ = ["answer_action"]

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A call that passed every check."""

    call: Call
    args: tuple[object, ...]
    kwargs: dict[str, object]


async def answer_action(exchange: Exchange, receive: Receive, render_target: RenderTarget) -> Response:
    """Answer a POST: check it, run its action, and say how that ended in the caller's way."""
    is_call = ACTION_HEADER in exchange.context.headers
    try:
        accepted = await _accept(exchange, receive, is_call=is_call)
        action = accepted.call.action
        outcome = await run_action(
            action,
            accepted.args,
            accepted.kwargs,
            request=exchange.context,
            max_duration=exchange.site.config.max_duration,
        )
    except ArgumentRefused as error:
        if is_call:
            return await refuse_arguments(exchange, error)
        return exchange.finish(refusal_page(error, development=exchange.site.development))
    except ProtocolError as error:
        refusal = plain_refusal if is_call else refusal_page
        return refusal(error, development=exchange.site.development)
    except HttpInterrupt as interrupt:  # no such page: nothing has run
        return await interrupt_page(exchange, interrupt.status)
    if is_call:
        return await answer_call(exchange, outcome, str(action), render_target)
    return await answer_form(exchange, outcome, str(action))


async def _accept(exchange: Exchange, receive: Receive, *, is_call: bool) -> _Accepted:
    site, headers = exchange.site, single_headers(exchange.scope["headers"])
    site.provenance.require_own(exchange.scope, is_form=not is_call)
    exchange.match()
    if is_call:
        site.registry.find(
            headers[ACTION_HEADER.lower()]
        )  # an unknown action is refused with its body unread
    body = await read_body(headers, receive, limit=site.config.body_size_limit)
    if is_call:
        args = decode_reply(body)
        if not isinstance(args, list):
            raise ReplyError("a call's arguments are a list")
        call = site.registry.resolve(headers[ACTION_HEADER.lower()], args, exchange.subject)
    else:
        call = _form_call(exchange, body)
    checked, keywords = check_arguments(call.action, call.args)
    return _Accepted(call, checked, keywords)


def _form_call(exchange: Exchange, body: object) -> Call:
    if not isinstance(body, list):
        raise MediaTypeRefused("a native form must be multipart/form-data")
    decoded = decode_action(body)
    if decoded is None:
        raise ReplyError("a form without an action was posted to a page")
    reference, form = decoded
    call = exchange.site.registry.resolve(reference.id, list(reference.bound or ()), exchange.subject)
    # React passes the form after the bound arguments, to a function that takes one more.
    takes_form = call.action.open_arity > len(call.args)
    return Call(call.action, [*call.args, form]) if takes_form else call
