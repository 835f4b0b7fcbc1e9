"""GET: a page as a document, or as the payload that the browser runtime asks for."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import RedirectResponse, Response

from wingbeat import html as h
from wingbeat.request import ENDINGS, HttpInterrupt, NotFound, Redirect, sole_interrupt

from .documents import Document, new_nonce
from .exchange import Exchange, RenderedPage
from .gate import READING
from .payload_driver import Frame, encoded_response
from .redirects import redirect_target
from .refusals import error_details, new_digest, status_page
from .wire_names import COMPONENT_TYPE, REDIRECT_HEADER, REDIRECT_TYPE_HEADER

__all__ = ["answer_ending", "answer_page", "answer_status", "page_response", "render_status"]

_NOTICES = {
    401: ("Please sign in", "This page is for people who are signed in."),
    403: ("Not allowed", "You may not see this page."),
    404: ("Page not found", "There is nothing at this address."),
}


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
    digest = new_digest(error, f"the page {exchange.context.path}")
    details = error_details(error, digest, development=exchange.site.development)
    return exchange.finish(status_page(500, "Something went wrong", details))


async def answer_status(exchange: Exchange, status: int) -> Response:
    """Answer with the page for a status, or where its layout redirects to."""
    try:
        page = await render_status(exchange, status)
    except Redirect as redirect:
        return exchange.finish(_redirected(exchange, redirect))
    return exchange.finish(page_response(exchange, page, status))


async def render_status(exchange: Exchange, status: int) -> RenderedPage:
    """Render the page for a status, in the layout that all pages share; without it, where the layout fails.

    Raises Redirect when the layout redirects.
    """
    title, text = _NOTICES[status]
    notice = h.main[
        h.meta(name="robots", content="noindex"),
        h.title[title],
        h.h1[title],
        h.p[text],
        h.p[h.a(href="/")["Go to the start page"]],
    ]
    try:
        return await exchange.render_element(exchange.site.pages.in_root_layout(notice))
    except ENDINGS as error:
        interrupt = sole_interrupt(error)
        if isinstance(interrupt, Redirect):
            raise interrupt from None
        if interrupt is None:
            new_digest(error, f"the layout around the page for status {status}")
        return await exchange.render_element(notice)


def page_response(exchange: Exchange, page: RenderedPage, status: int = HTTPStatus.OK) -> Response:
    """Answer with a rendered page, as document or payload."""
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
