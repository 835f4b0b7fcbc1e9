"""What a stranger reads when something goes wrong: a status and a fixed sentence. Development adds the reason."""

from __future__ import annotations

import html
import logging
import secrets
import traceback
from http import HTTPStatus

from starlette.responses import Response

from wingbeat.errors import (
    ArgumentRefused,
    MethodRefused,
    OriginRefused,
    Overloaded,
    ProtocolError,
    StaleCapture,
    UnknownAction,
)

from .failure_panel import follow_script
from .tracebacks import traceback_html
from .wire_names import ACTION_NOT_FOUND_HEADER, ACTION_STALE_HEADER

__all__ = ["NO_STORE", "PLAIN_TYPE", "error_details", "log_refusal", "new_digest", "refusal", "status_page"]

log = logging.getLogger("wingbeat")

NO_STORE = "private, no-store"
PLAIN_TYPE = "text/plain; charset=utf-8"
MAX_LOGGED_CHARACTERS = 500
MAX_TRACEBACK_CHARACTERS = 64 * 1024
RETRY_AFTER_SECONDS = 1

_SAFE = {"Cache-Control": NO_STORE, "X-Content-Type-Options": "nosniff"}
_RELOADABLE = {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}

_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"/><meta name="robots" content="noindex"/>'
    "<title>{title}</title><style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:10vh auto;"
    "padding:0 1.5rem;color:#1c1917}}pre{{white-space:pre-wrap;background:#f5f5f4;padding:1rem;border-radius:.5rem}}"
    "a{{color:inherit}}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
)


def refusal(error: ProtocolError, *, is_call: bool, development: bool) -> Response:
    """Answer a request that did not get through: the browser runtime with a line of text, a person with a page."""
    log_refusal(error)
    if is_call:
        text = f"{error.public_text}: {error}" if development else error.public_text
        return Response(text, error.status, _markers(error), PLAIN_TYPE)
    reason = f"<pre>{html.escape(str(error))}</pre>" if development else ""
    again = '<p><a href="">Load the page again</a></p>' if error.status in _RELOADABLE else ""
    body = _wrong_fields(error) + reason + again
    return status_page(error.status, error.public_text, body, _markers(error))


def log_refusal(error: ProtocolError) -> None:
    """Write the one line that the operator gets of a request that did not get through."""
    log.warning("refused %d: %s", error.status, _loggable(str(error)))


def status_page(
    status: int, title: str = "", body: str = "", headers: dict[str, str] | None = None
) -> Response:
    """Answer with a small page of its own; `body` is HTML."""
    title = title or HTTPStatus(status).phrase
    page = _PAGE.format(title=html.escape(title), body=body)
    return Response(page, status, {**_SAFE, **(headers or {})}, "text/html; charset=utf-8")


def new_digest(error: BaseException, what: str) -> str:
    """Log an exception of user code once, and return the name under which both sides know it."""
    digest = secrets.token_hex(6)
    text = "".join(traceback.format_exception(error))
    if len(text) <= MAX_TRACEBACK_CHARACTERS:
        log.error("%s failed (digest %s)", _loggable(what), digest, exc_info=error)
    else:  # what an exception says of itself may be as long as what the app was given
        half = MAX_TRACEBACK_CHARACTERS // 2
        log.error("%s failed (digest %s)\n%s\n…\n%s", _loggable(what), digest, text[:half], text[-half:])
    return digest


def error_details(error: BaseException, digest: str, *, development: bool) -> str:
    """Return what the page says about an exception, as HTML: the traceback in development, else its digest."""
    if not development:
        return f"<p>Something went wrong. Digest: {digest}</p>"
    return traceback_html(error) + follow_script()


def _wrong_fields(error: ProtocolError) -> str:
    """Return what is wrong with each field of a form, as a list; names are a stranger's, so they are escaped."""
    if not isinstance(error, ArgumentRefused):
        return ""
    items = (
        f"<li>{html.escape(f'{name}: {text}')}</li>" for name, texts in error.fields.items() for text in texts
    )
    return f"<ul>{''.join(items)}</ul>"


def _loggable(text: str) -> str:
    """Return `text` on one line and not too long: parts of it are a stranger's."""
    return text[:MAX_LOGGED_CHARACTERS].encode("unicode_escape").decode()


def _markers(error: ProtocolError) -> dict[str, str]:
    headers = dict(_SAFE)
    match error:
        case UnknownAction():
            headers[ACTION_NOT_FOUND_HEADER] = "1"
        case StaleCapture():
            headers[ACTION_STALE_HEADER] = "1"
        case OriginRefused():
            headers["Vary"] = "Origin, Sec-Fetch-Site"
        case MethodRefused():
            headers["Allow"] = error.allowed
        case Overloaded():
            headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        case _:
            pass
    return headers
