"""GET: a page as a document, or as the payload that the browser runtime asks for."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from starlette.responses import RedirectResponse, Response

from wingbeat.errors import ActionError
from wingbeat.request import ENDINGS, HttpInterrupt, NotFound, Redirect, sole_interrupt

from .documents import Document, new_nonce
from .exchange import Exchange, RenderedPage
from .failure_panel import failure_panel
from .gate import READING
from .payload_driver import Frame, encoded_response
from .redirects import redirect_target
from .refusals import error_details, new_digest, status_page
from .wire_names import COMPONENT_TYPE, REDIRECT_HEADER, REDIRECT_TYPE_HEADER

__all__ = [
    "answer_ending",
    "answer_error",
    "answer_page",
    "answer_status",
    "page_response",
    "render_error",
    "render_status",
]


async def answer_page(exchange: Exchange) -> Response:
    """Answer a GET with the page of its URL, or with what went wrong."""
    context = exchange.context
    try:
        if exchange.parts is None:
            return _without_slash(exchange)
        if exchange.is_payload and COMPONENT_TYPE not in context.headers.get("accept", ""):
            # A restored tab or a pasted URL: a person must see the page, never its payload.
            return exchange.finish(RedirectResponse(context.url, HTTPStatus.SEE_OTHER))
        return exchange.finish(page_response(exchange, await exchange.render(exchange.find_page())))
    except ENDINGS as error:
        return await answer_ending(exchange, error)


async def answer_ending(exchange: Exchange, error: BaseException) -> Response:
    """Answer with what ended a page early: where a redirect leads, the page of a status, or the error's."""
    interrupt = sole_interrupt(error)
    if isinstance(interrupt, HttpInterrupt):
        return await answer_status(exchange, interrupt.status)
    if isinstance(interrupt, Redirect):
        return exchange.finish(_redirected(exchange, interrupt))
    return await answer_error(exchange, error, f"the page {exchange.context.path}")


async def answer_error(exchange: Exchange, error: BaseException, what: str) -> Response:
    """Answer with the nearest error page of the app, else a small one of its own; `what` failed, says the log."""
    digest = new_digest(error, what)
    if isinstance(error, Exception) and (page := await render_error(exchange, error, digest)):
        try:
            return exchange.finish(page_response(exchange, page, 500))
        except ENDINGS as second:  # it holds what cannot travel
            new_digest(second, "the error page")
    details = error_details(error, digest, development=exchange.site.development)
    return exchange.finish(status_page(500, "Something went wrong", details))


async def render_error(exchange: Exchange, error: Exception, digest: str | None) -> RenderedPage | None:
    """Render the nearest error page of the app that does not fail itself, or return None."""
    for element in exchange.site.pages.error_pages(exchange.find_match(), error, digest):
        try:
            page = await exchange.render_element(element)
            return page if isinstance(error, ActionError) else replace(page, failure=error)
        except ENDINGS as second:  # a layout, or the error page: the next one may do without it
            if sole_interrupt(second) is None and second is not error:
                new_digest(second, "an error page, or a layout around it,")
    return None


async def answer_status(exchange: Exchange, status: int) -> Response:
    """Answer with the page for a status, or where its layout redirects to."""
    try:
        page = await render_status(exchange, status)
    except Redirect as redirect:
        return exchange.finish(_redirected(exchange, redirect))
    return exchange.finish(page_response(exchange, page))


async def render_status(exchange: Exchange, status: int) -> RenderedPage:
    """Render the nearest page for a status in the layouts of its folder; where one fails, the next one up.

    Raises Redirect when a layout redirects.
    """
    *inner, last = exchange.site.pages.status_pages(exchange.find_match(), status)
    for element in inner:
        try:
            return replace(await exchange.render_element(element), status=status)
        except ENDINGS as error:
            interrupt = sole_interrupt(error)
            if isinstance(interrupt, Redirect):
                raise interrupt from None
            if interrupt is None:
                new_digest(error, f"the page for status {status}, or a layout around it,")
    return replace(await exchange.render_element(last), status=status)


def page_response(exchange: Exchange, page: RenderedPage, status: int = HTTPStatus.OK) -> Response:
    """Answer with a rendered page, as document or payload, and with its own status unless another one is due."""
    status = page.status if status == HTTPStatus.OK else status
    return _encoded(exchange, page, status) if exchange.is_payload else _document(exchange, page, status)


def _document(exchange: Exchange, page: RenderedPage, status: int) -> Response:
    site = exchange.site
    nonce = new_nonce()
    document = Document(
        site.assets,
        tree=page.tree,
        base=exchange.context.base,
        nonce=nonce,
        whole_url=exchange.whole_url,
        digest=exchange.digest,
        form_state=page.form_state,
        panel=failure_panel(page.failure, nonce) if page.failure and site.development else "",
    )
    response = _encoded(exchange, page, status, document)
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    if policy := site.config.csp:
        if site.development:  # React's development build shows server stacks with eval
            policy = policy.replace("'nonce-{nonce}'", "'nonce-{nonce}' 'unsafe-eval'")
        response.headers["Content-Security-Policy"] = policy.replace("{nonce}", nonce)
    return response


def _encoded(exchange: Exchange, page: RenderedPage, status: int, frame: Frame | None = None) -> Response:
    return encoded_response(
        exchange.payload_root(page),
        status,
        development=exchange.site.development,
        max_duration=exchange.max_duration,
        departure=exchange.departure,
        digest=exchange.digest,
        frame=frame,
    )


def _redirected(exchange: Exchange, redirect: Redirect) -> Response:
    url = redirect_target(redirect, exchange.context)
    if exchange.is_payload:
        kind = "replace external" if redirect.external else "replace"
        return Response(headers={REDIRECT_HEADER: url, REDIRECT_TYPE_HEADER: kind})
    if exchange.scope["method"] not in READING:
        return RedirectResponse(url, HTTPStatus.SEE_OTHER)  # never repeat the body
    status = HTTPStatus.PERMANENT_REDIRECT if redirect.permanent else HTTPStatus.TEMPORARY_REDIRECT
    return RedirectResponse(url, status)


def _without_slash(exchange: Exchange) -> Response:
    """Send `/page/` to `/page`. No other path that pages cannot have leads anywhere: `//host` is another site."""
    path, question, query = exchange.context.url.partition("?")
    shorter = path.removesuffix("/")
    if exchange.context.path.count("//") or shorter == path:
        raise NotFound
    return exchange.finish(RedirectResponse(shorter + question + query, HTTPStatus.PERMANENT_REDIRECT))
