"""A browser on raw ASGI that reads its answer piece by piece, and may stop reading or leave at any time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from .projects import FORM_TYPE, HOST, OWN, Project, multipart

__all__ = ["Reading", "driven"]

BOUND_SECONDS = 20.0


class Reading:
    """A browser that reads one answer, piece by piece, and may stop or leave."""

    def __init__(self, project: Project, name: str, *, native: bool = False) -> None:
        self.project = project
        self.name = name
        self.native = native
        self.received = asyncio.Queue[bytes]()
        self.status = 0
        self.left = asyncio.Event()
        self.reads = asyncio.Event()
        self.reads.set()

    def start(self) -> asyncio.Task[None]:
        headers, body = self._sent()
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "https",
            "path": "/",
            "raw_path": b"/",
            "query_string": b"",
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("203.0.113.7", 50000),
            "server": ("127.0.0.1", 8000),
        }
        pieces: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Any:
            if pieces:
                return pieces.pop()
            await self.left.wait()
            return {"type": "http.disconnect"}

        return asyncio.create_task(self.project.app(scope, receive, self._take))

    def _sent(self) -> tuple[dict[str, str], bytes]:
        known = self.project.action_id(self.name)
        if self.native:
            return {"host": HOST, "content-type": FORM_TYPE, **OWN}, multipart([(f"$ACTION_ID_{known}", "")])
        return {"host": HOST, "wingbeat-action": known, "content-type": "text/plain", **OWN}, b"[]"

    async def _take(self, message: Any) -> None:
        await self.reads.wait()
        self.status = message.get("status", self.status)
        if message.get("body"):
            self.received.put_nowait(message["body"])

    async def until(self, text: bytes) -> bytes:
        """Read until *text* has come."""
        read = b""
        while text not in read:
            read += await asyncio.wait_for(self.received.get(), 10)
        return read


def driven(test: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(BOUND_SECONDS):
            await test()

    asyncio.run(bounded())
