"""The page that answers a native form post, its form showing how the action ended (React's form state).

The page is the answer itself and no redirect to it, so a reload asks to post again: there is nowhere else to keep
the result. A failure that the page has no place for is answered as for any other form.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import cast

from starlette.responses import Response

from wingbeat.actions import Ended, Outcome, Returned
from wingbeat.errors import ActionError, ArgumentRefused
from wingbeat.flight import decode_payload, encode_payload
from wingbeat.request import ENDINGS
from wingbeat.ui.posted_forms import FormResult, failed_result, find_form, is_failed, refill

from .exchange import Exchange
from .pages import answer_ending, page_response
from .posted_form import PostedForm
from .refusals import log_refusal

__all__ = ["answer_form_state", "answer_refused_form"]


async def answer_form_state(exchange: Exchange, outcome: Outcome) -> Response | None:
    """Return the page whose form shows how its action ended, or None when no form of the page does."""
    posted = exchange.posted_form
    if posted is None:
        return None
    try:
        match outcome:
            case Returned(value) if not isinstance(value, AsyncIterable):
                state = await _as_sent(exchange, value)
                result: FormResult = {"state": state}
                return await _page(exchange, posted, result if posted.is_action_form else state)
            case Ended(by=ActionError(message=message, data=data)) if posted.is_action_form:
                fields = (
                    cast("Mapping[str, object]", data).get("fields") if isinstance(data, Mapping) else None
                )
                result = failed_result(posted.previous, message=message, errors=fields)
                return await _page(exchange, posted, result, HTTPStatus.BAD_REQUEST)
            case _:
                return None
    except ENDINGS as error:  # the page failed, or what the action returned cannot travel
        return await answer_ending(exchange, error)


async def answer_refused_form(exchange: Exchange, error: ArgumentRefused) -> Response | None:
    """Return the page whose form shows what is wrong with the arguments, or None when no form of the page does."""
    posted = exchange.posted_form
    if posted is None or not posted.is_action_form:
        return None
    result = failed_result(posted.previous, errors=error.fields)
    try:
        response = await _page(exchange, posted, result, error.status)
    except ENDINGS as ending:
        response = await answer_ending(exchange, ending)
    if response is not None:
        log_refusal(error)
    return response


async def _as_sent(exchange: Exchange, value: object) -> object:
    """Return the state as the browser gets it, so that the first HTML shows what hydration will find."""
    return decode_payload(encode_payload(await (await exchange.renderer()).value(value)))


async def _page(
    exchange: Exchange, posted: PostedForm, result: object, status: int = HTTPStatus.OK
) -> Response | None:
    form_state = posted.with_result(result)
    exchange.is_whole = True  # which form it is must be known before the first byte
    page = await exchange.render(exchange.find_page())
    form = find_form(page.tree, form_state)
    # Which kind of form it is, a stranger may say wrongly.
    if form is None or form.is_action_form != posted.is_action_form:
        return None
    if posted.is_action_form:
        shown = cast("FormResult", result)
        if status != HTTPStatus.OK and not form.shows_failure(shown):
            return None
        if exchange.has_invalid_argument or is_failed(shown):
            refill(form, shown, posted.entries)
    return exchange.finish(page_response(exchange, replace(page, form_state=form_state), status))
