"""What the open pages of a browser are told while their app is developed: server-sent events of the same origin.

    GET /_wingbeat/dev-events  ->  event: hello     a child serves; `failure` is why it cannot serve the app
                                   event: styles    a style sheet or another public file changed
                                   event: reload    a client module changed

A stream lives as long as the child that sends it. When the child is replaced the browser asks again, waits in the
listening socket, and the next child's hello says that there is something new to show.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from multiprocessing.connection import Connection
from typing import Any

from starlette.responses import PlainTextResponse

from wingbeat.errors import ProtocolError
from wingbeat.server import DEVELOPMENT_EVENTS_PATH, Hosts

__all__ = ["EventStreams"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
_END = ""


class EventStreams:
    """Answers requests for the events itself and leaves all others to `app`.

    What it says may hold lines of the app, so hosts and origins are checked as the app's own are.
    """

    def __init__(self, app: ASGIApp, hosts: Hosts, failure: str = "") -> None:
        self._app = app
        self._hosts = hosts
        self._hello = {"child": secrets.token_hex(4), "failure": failure}
        self._listeners: set[asyncio.Queue[str]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http" or scope["path"] != DEVELOPMENT_EVENTS_PATH:
            await self._app(scope, receive, send)
        elif refused := self._refusal(scope):
            await refused(scope, receive, send)
        else:
            await self._stream(receive, send)

    def follow(self, orders: Connection) -> None:
        """Pass on the names of events that come from the parent, from now on. Call it in the running loop."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._pass_on, args=(loop, orders), daemon=True).start()

    def close(self) -> None:
        """End every stream in order: one that is cut off is an error in the browser's console."""
        self._tell(_END)

    def _pass_on(self, loop: asyncio.AbstractEventLoop, orders: Connection) -> None:
        try:
            while True:
                loop.call_soon_threadsafe(self._tell, _event(orders.recv(), {}))
        except (EOFError, OSError, RuntimeError):  # the parent is gone, or the loop has ended
            return

    def _tell(self, text: str) -> None:
        for listener in self._listeners:
            listener.put_nowait(text)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        try:
            self._hosts.require_own(scope)
        except ProtocolError as refused:
            return PlainTextResponse(f"{refused.public_text}: {refused}\n", refused.status)
        sites = [value for name, value in scope["headers"] if name == b"sec-fetch-site"]
        if scope["method"] != "GET" or any(site != b"same-origin" for site in sites):
            return PlainTextResponse("Only a page of this app may listen.\n", 403)
        return None

    async def _stream(self, receive: Receive, send: Send) -> None:
        listener: asyncio.Queue[str] = asyncio.Queue()
        listener.put_nowait(_event("hello", self._hello))
        self._listeners.add(listener)
        leaving = asyncio.create_task(_departure(receive, listener))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            while (text := await listener.get()) != _END:
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._listeners.discard(listener)
            leaving.cancel()


async def _departure(receive: Receive, listener: asyncio.Queue[str]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.put_nowait(_END)


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
