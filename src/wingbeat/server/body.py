"""The only reader of a request's body: bounded in bytes, in time, and over all requests of the process.

    text/plain            ->  str            React's reply, one text; not from a form
    multipart/form-data   ->  list of parts  React's reply, or a native form

Anything else is refused unread. The body is complete before anything looks into it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

from wingbeat.errors import BodyTimeout, BodyTooLarge, MediaTypeRefused, Overloaded, ReplyError
from wingbeat.flight import Part

from .multipart_body import decode_utf8, media_type, read_parts

__all__ = ["Intake", "read_body", "require_readable"]

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

IDLE_SECONDS = 15.0
"""Between two pieces of a body; Plug waits as long."""
TOTAL_SECONDS = 60.0
"""For the whole body."""
MAX_BODIES = 64
"""Read at the same time by one process."""
MAX_BUFFERED_BYTES = 64 * 1024 * 1024
"""Of all bodies that are being read."""

_FORM_TYPE = "multipart/form-data"
_CALL_TYPES = {_FORM_TYPE, "text/plain"}


class Intake:
    """The room that one process has for bodies on their way in. `body_limit` always fits."""

    def __init__(self, body_limit: int) -> None:
        self._bodies = 0
        self._bytes = 0
        self._max_bytes = max(MAX_BUFFERED_BYTES, body_limit)

    @contextmanager
    def place(self) -> Generator[Callable[[int], None]]:
        """Take the place of one body; what is yielded is told of each piece. Raises Overloaded when full."""
        if self._bodies >= MAX_BODIES:
            raise Overloaded(f"{MAX_BODIES} bodies are being read")
        held = 0

        def hold(size: int) -> None:
            nonlocal held
            held += size
            self._bytes += size
            if self._bytes > self._max_bytes:
                raise Overloaded(f"bodies of {self._bytes} bytes are being read")

        self._bodies += 1
        try:
            yield hold
        finally:
            self._bodies -= 1
            self._bytes -= held


def require_readable(headers: Mapping[str, str], *, limit: int, is_form: bool) -> None:
    """Refuse what the headers alone condemn. Raises MediaTypeRefused, BodyTooLarge or ReplyError."""
    value = headers.get("content-type", "")
    if media_type(value) not in ({_FORM_TYPE} if is_form else _CALL_TYPES):
        raise MediaTypeRefused(f"media type {value[:80]!r} is read by no {'form' if is_form else 'call'}")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise MediaTypeRefused("compressed bodies are not read")
    announced = headers.get("content-length", "0")
    if not announced.isascii() or not announced.isdigit():
        raise ReplyError(f"Content-Length {announced[:40]!r} is no number")
    if len(announced) > 18 or int(announced) > limit:  # noqa: PLR2004 (18 digits are far beyond any limit)
        raise BodyTooLarge(f"body of {announced[:40]} bytes, at most {limit} are read (body_size_limit)")


async def read_body(
    headers: Mapping[str, str], receive: Receive, *, limit: int, intake: Intake
) -> str | list[Part]:
    """Return the decoded body of a request whose headers passed `require_readable`.

    Raises BodyTooLarge, BodyTimeout, Overloaded, or ReplyError for what is malformed or incomplete.
    """
    with intake.place() as hold:
        body = await _received(receive, limit, hold)
        content_type = headers.get("content-type", "")
        return read_parts(body, content_type) if media_type(content_type) == _FORM_TYPE else decode_utf8(body)


async def _received(receive: Receive, limit: int, hold: Callable[[int], None]) -> bytes:
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(TOTAL_SECONDS):
            while True:
                async with asyncio.timeout(IDLE_SECONDS):
                    message = await receive()
                if message["type"] == "http.disconnect":
                    raise ReplyError(f"the client went away after {size} bytes of its body")
                chunk: bytes = message.get("body", b"")
                size += len(chunk)
                if size > limit:
                    raise BodyTooLarge(f"body of more than {limit} bytes (body_size_limit)")
                hold(len(chunk))
                chunks.append(chunk)
                if not message.get("more_body", False):
                    return b"".join(chunks)
    except TimeoutError:
        raise BodyTimeout(f"the body stopped after {size} bytes") from None
