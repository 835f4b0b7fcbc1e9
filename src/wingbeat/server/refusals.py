"""What a stranger reads when something goes wrong: a status and a fixed sentence. Development adds the reason."""

from __future__ import annotations

import html
import logging
import secrets
import traceback
from http import HTTPStatus

from starlette.responses import Response

from wingbeat.errors import ProtocolError, StaleCapture, UnknownAction

from .wire_names import ACTION_NOT_FOUND_HEADER, ACTION_STALE_HEADER

__all__ = ["NO_STORE", "error_details", "new_digest", "plain_refusal", "refusal_page", "status_page"]

log = logging.getLogger("wingbeat")

NO_STORE = "private, no-store"
MAX_LOGGED_CHARACTERS = 500

_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"/><meta name="robots" content="noindex"/>'
    "<title>{title}</title><style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:10vh auto;"
    "padding:0 1.5rem;color:#1c1917}}pre{{white-space:pre-wrap;background:#f5f5f4;padding:1rem;border-radius:.5rem}}"
    "a{{color:inherit}}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
)


def plain_refusal(error: ProtocolError, *, development: bool) -> Response:
    """Answer a call from the browser runtime that did not get through."""
    _log(error)
    text = f"{error.public_text}: {error}" if development else error.public_text
    return Response(text, error.status, _markers(error), "text/plain; charset=utf-8")


def refusal_page(error: ProtocolError, *, development: bool) -> Response:
    """Answer a native form, or a page request, that did not get through."""
    _log(error)
    reason = f"<pre>{html.escape(str(error))}</pre>" if development else ""
    again = '<p><a href="">Load the page again</a></p>' if error.status in {404, 409} else ""
    return status_page(error.status, error.public_text, reason + again, _markers(error))


def status_page(
    status: int, title: str = "", body: str = "", headers: dict[str, str] | None = None
) -> Response:
    """Answer with a small page of its own; `body` is HTML."""
    title = title or HTTPStatus(status).phrase
    page = _PAGE.format(title=html.escape(title), body=body)
    return Response(page, status, {"Cache-Control": NO_STORE, **(headers or {})}, "text/html; charset=utf-8")


def new_digest(error: BaseException, what: str) -> str:
    """Log an exception of user code once, and return the name under which both sides know it."""
    digest = secrets.token_hex(6)
    log.error("%s failed (digest %s)", what, digest, exc_info=error)
    return digest


def error_details(error: BaseException, digest: str, *, development: bool) -> str:
    """Return what the page says about an exception, as HTML: the traceback in development, else its digest."""
    if not development:
        return f"<p>Something went wrong. Digest: {digest}</p>"
    return f"<pre>{html.escape(''.join(traceback.format_exception(error)))}</pre>"


def _log(error: ProtocolError) -> None:
    text = str(error)[:MAX_LOGGED_CHARACTERS].encode("unicode_escape").decode()
    log.warning("refused %d: %s", error.status, text)


def _markers(error: ProtocolError) -> dict[str, str]:
    headers = {"Cache-Control": NO_STORE}
    if isinstance(error, UnknownAction):
        headers[ACTION_NOT_FOUND_HEADER] = "1"
    if isinstance(error, StaleCapture):
        headers[ACTION_STALE_HEADER] = "1"
    if error.status == HTTPStatus.FORBIDDEN:
        headers["Vary"] = "Origin, Sec-Fetch-Site"
    if error.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = "GET, HEAD, POST"
    return headers
