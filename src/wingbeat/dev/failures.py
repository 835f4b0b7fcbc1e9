"""An app that cannot start: what went wrong in words, and the page that says so until it is mended."""

from __future__ import annotations

import html
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from wingbeat.errors import ProtocolError, WingbeatError
from wingbeat.server import Hosts, own_traceback

__all__ = ["describe_failure", "failure_app"]

ASGIApp = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]

FAILURE_HEADER = "Wingbeat-Start-Failed"
_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"/><title>The app cannot start</title>'
    '<noscript><meta http-equiv="refresh" content="2"/></noscript>'
    "<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:10vh auto;padding:0 1.5rem;color:#1c1917}}"
    "pre{{white-space:pre-wrap;overflow-wrap:anywhere;background:#f5f5f4;padding:1rem;border-radius:.5rem;"
    "border-left:.25rem solid #dc2626}}</style></head>"
    '<body><main role="alert"><h1>The app cannot start</h1><pre>{text}</pre>'
    "<p>This page goes on by itself once the error is mended and saved.</p></main><script>"
    "const again=()=>fetch(location.href,{{headers:{{Accept:'text/html'}},cache:'no-store'}})"
    ".then(answer=>answer.headers.has('{header}')?setTimeout(again,500):location.reload(),()=>setTimeout(again,500));"
    "setTimeout(again,500)</script></body></html>"
)


def describe_failure(error: BaseException) -> str:
    """Return what went wrong while an app was loaded: the message, and for the app's own exceptions where.

    Our errors name file, line and fix themselves. Of a traceback, only what the developer wrote is shown.
    """
    return str(error) if isinstance(error, WingbeatError) else own_traceback(error)


def failure_app(text: str, hosts: Hosts) -> ASGIApp:
    """Return an app that answers every request with `text`; in a browser, a page that loads again when mended.

    It holds lines of the app, so it answers the same hosts alone as the app itself.
    """

    async def answer(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await _response(scope, text, hosts)(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})  # before accepting: 403

    return answer


def _response(scope: MutableMapping[str, Any], text: str, hosts: Hosts) -> Response:
    try:
        hosts.require_own(scope)
    except ProtocolError as refused:
        return PlainTextResponse(f"{refused.public_text}: {refused}\n", refused.status)
    request = Request(scope)
    headers = {FAILURE_HEADER: "1", "Cache-Control": "no-store"}
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(f"The app cannot start.\n\n{text}\n", 500, headers)
    return HTMLResponse(_PAGE.format(text=html.escape(text), header=FAILURE_HEADER), 500, headers)
