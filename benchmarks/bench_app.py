"""A page of 50 bound forms and one call of its action, beside what FastAPI needs for the same by hand.

The same work in one process, in turns, through ASGI without sockets: a page that lists 50 rows, and a POST that
changes one and gives back its number. FastAPI's page is one joined string, its endpoint a Pydantic model, its
forms carry a plain id where Wingbeat seals one. So the ratios are the price of everything else that is there.
"""

from __future__ import annotations

import asyncio
import html
import json
import os
import re
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from wingbeat import App

ROUNDS = 7
PAGES_PER_ROUND = 20
CALLS_PER_ROUND = 200
ROWS = [(number, f"Customer {number}", number * 10) for number in range(50)]

PAGE = """
from wingbeat import component, html as h

ROWS = [(number, f"Customer {number}", number * 10) for number in range(50)]


@component
def row(number, name, amount):
    async def pay():
        "use server"
        return number

    return h.li(class_="row")[h.b[name], " ", amount, h.form(action=pay)[h.button["Pay"]]]


async def page():
    return h.main[h.h1["Invoices"], h.ul[(row(*one).keyed(one[0]) for one in ROWS)]]
"""


class Payment(BaseModel):
    number: int


def by_hand() -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def page() -> HTMLResponse:
        rows = "".join(
            f'<li class="row"><b>{html.escape(name)}</b> {amount}<form action="/pay" method="post">'
            f'<input type="hidden" name="number" value="{number}"/><button>Pay</button></form></li>'
            for number, name, amount in ROWS
        )
        return HTMLResponse(
            f"<!DOCTYPE html><html><body><main><h1>Invoices</h1><ul>{rows}</ul></main></body></html>"
        )

    @app.post("/pay")
    async def pay(payment: Payment) -> int:
        return payment.number

    return app


ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]


async def ask(app: ASGIApp, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    raw = [(name.encode(), value.encode()) for name, value in {"host": "bench", **headers}.items()]
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": raw, "scheme": "http", "root_path": "", "http_version": "1.1", "client": ("127.0.0.1", 1),
        "server": ("bench", 80),
    }  # fmt: skip
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == HTTPStatus.OK, sent
    return b"".join(message.get("body", b"") for message in sent)


async def rate(times: int, work: Callable[[], Awaitable[object]]) -> float:
    start = time.perf_counter()
    for _ in range(times):
        await work()
    return times / (time.perf_counter() - start)


async def compare(
    label: str, times: int, ours: Callable[[], Awaitable[object]], peer: Callable[[], Awaitable[object]]
) -> None:
    rates: dict[str, list[float]] = {"wingbeat": [], "by hand": []}
    for _ in range(ROUNDS):
        rates["wingbeat"].append(await rate(times, ours))
        rates["by hand"].append(await rate(times, peer))
    wingbeat, hand = (statistics.median(found) for found in rates.values())
    print(
        f"{label:22} wingbeat {wingbeat:9.0f}/s   FastAPI by hand {hand:9.0f}/s   ratio {wingbeat / hand:.2f}"
        f"   memory {await peak(ours):6.0f} and {await peak(peer):.0f} KiB"
    )


async def peak(work: Callable[[], Awaitable[object]]) -> float:
    """Return the most KiB that one answer held at once, by Python's own count."""
    tracemalloc.start()
    await work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1024


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "app").mkdir()
        (Path(folder) / "app" / "page.py").write_text(PAGE)
        app = App(
            folder,
            environ={
                "WINGBEAT_SERVER_ACTIONS_ENCRYPTION_KEY": "xPTzy4EeIBSwOgYmFvRXFcmJfzgNqjPvVsGrQJ3GAt0="
            },
        )
    peer = by_hand()
    page = (await ask(app, "GET", "/", {})).decode()
    reference = json.loads(html.unescape(re.findall(r'name="\$ACTION_7:0" value="([^"]+)"', page)[0]))
    bound = html.unescape(re.findall(r'name="\$ACTION_7:1" value="([^"]+)"', page)[0])
    headers = {
        "wingbeat-action": reference["id"],
        "content-type": "text/plain",
        "sec-fetch-site": "same-origin",
    }
    await compare(
        "page, 50 bound forms",
        PAGES_PER_ROUND,
        lambda: ask(app, "GET", "/", {}),
        lambda: ask(peer, "GET", "/", {}),
    )
    await compare(
        "call of an action",
        CALLS_PER_ROUND,
        lambda: ask(app, "POST", "/", headers, bound.encode()),
        lambda: ask(peer, "POST", "/pay", {"content-type": "application/json"}, b'{"number":7}'),
    )


if __name__ == "__main__":
    os.environ.pop("WINGBEAT_DEV", None)
    asyncio.run(main())
