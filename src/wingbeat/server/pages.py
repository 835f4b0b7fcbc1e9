"""GET: a page as a document, or as the payload that the browser runtime asks for."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import RedirectResponse, Response

from wingbeat import html as h
from wingbeat.flight import encode_payload
from wingbeat.rendering import rebased
from wingbeat.request import HttpInterrupt, Redirect, sole_interrupt

from .documents import new_nonce, write_document
from .exchange import Exchange, RenderedPage
from .refusals import error_details, new_digest, status_page
from .wire_names import COMPONENT_TYPE, REDIRECT_HEADER, REDIRECT_TYPE_HEADER

__all__ = ["answer_page", "interrupt_page", "render_status"]

_NOTICES = {
    401: ("Please sign in", "This page is for people who are signed in."),
    403: ("Not allowed", "You may not see this page."),
    404: ("Page not found", "There is nothing at this address."),
}


async def answer_page(exchange: Exchange) -> Response:
    """Answer a GET with the page of its URL, or with what went wrong."""
    context = exchange.context
    if exchange.is_payload and COMPONENT_TYPE not in context.headers.get("accept", ""):
        # A restored tab or a pasted URL: a person must see the page, never its payload.
        return exchange.finish(RedirectResponse(context.url, HTTPStatus.SEE_OTHER))
    if context.path != "/" and context.path.endswith("/") and exchange.parts is None:
        return _without_slash(exchange)
    try:
        page = await exchange.render(exchange.match())
    except BaseException as error:
        interrupt = sole_interrupt(error)
        if isinstance(interrupt, Redirect | HttpInterrupt):
            return await _interrupted(exchange, interrupt)
        if not isinstance(error, Exception | BaseExceptionGroup):
            raise
        return exchange.finish(_failed(exchange, error))
    return exchange.finish(_response(exchange, page))


async def interrupt_page(exchange: Exchange, status: int) -> Response:
    """Answer with the page for `not_found()`, `forbidden()` or `unauthorized()`."""
    return exchange.finish(_response(exchange, await render_status(exchange, status), status))


async def render_status(exchange: Exchange, status: int) -> RenderedPage:
    """Render the page for a status, in the layout that all pages share."""
    title, text = _NOTICES[status]
    notice = h.main[
        h.meta(name="robots", content="noindex"),
        h.title[title],
        h.h1[title],
        h.p[text],
        h.p[h.a(href="/")["Go to the start page"]],
    ]
    return await exchange.render_element(exchange.site.pages.in_root_layout(notice))


def _response(exchange: Exchange, page: RenderedPage, status: int = HTTPStatus.OK) -> Response:
    response = _payload(exchange, page) if exchange.is_payload else _document(exchange, page)
    response.status_code = status
    return response


def _document(exchange: Exchange, page: RenderedPage) -> Response:
    site = exchange.site
    nonce = new_nonce()
    payload = encode_payload(exchange.payload_root(page), development=site.development)
    content = write_document(page.tree, payload, site.assets, base=exchange.context.base, nonce=nonce)
    response = Response(content, media_type="text/html; charset=utf-8")
    if site.config.csp:
        # React's development build shows server stacks with eval.
        source = f"'nonce-{nonce}' 'unsafe-eval'" if site.development else f"'nonce-{nonce}'"
        response.headers["Content-Security-Policy"] = site.config.csp.replace("'nonce-{nonce}'", source)
    return response


def _payload(exchange: Exchange, page: RenderedPage) -> Response:
    payload = encode_payload(exchange.payload_root(page), development=exchange.site.development)
    return Response(payload, media_type=COMPONENT_TYPE)


async def _interrupted(exchange: Exchange, interrupt: Redirect | HttpInterrupt) -> Response:
    if isinstance(interrupt, HttpInterrupt):
        return await interrupt_page(exchange, interrupt.status)
    url = interrupt.url if interrupt.external else rebased(interrupt.url, exchange.context.base)
    if exchange.is_payload:
        kind = "external" if interrupt.external else "replace"
        return exchange.finish(Response(headers={REDIRECT_HEADER: url, REDIRECT_TYPE_HEADER: kind}))
    status = HTTPStatus.PERMANENT_REDIRECT if interrupt.permanent else HTTPStatus.TEMPORARY_REDIRECT
    return exchange.finish(RedirectResponse(url, status))


def _without_slash(exchange: Exchange) -> Response:
    path, question, query = exchange.context.url.partition("?")
    target = path.rstrip("/") or "/"
    return exchange.finish(RedirectResponse(target + question + query, HTTPStatus.PERMANENT_REDIRECT))


def _failed(exchange: Exchange, error: BaseException) -> Response:
    digest = new_digest(error, f"the page {exchange.context.path}")
    details = error_details(error, digest, development=exchange.site.development)
    return status_page(500, "Something went wrong", details)
