"""The only reader of a request's body: bounded in bytes, in time, and over all requests of the process.

    text/plain            ->  str            React's reply, one text; not from a form
    multipart/form-data   ->  list of parts  React's reply, or a native form

Anything else is refused unread. The body is complete before anything looks into it. Uploads of more than
`SPOOL_BYTES` stand on disk, not in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

from wingbeat.errors import BodyTimeout, BodyTooLarge, MediaTypeRefused, ReplyError
from wingbeat.flight import Part

from .intake import Intake, Place
from .multipart_body import PartReader, decode_utf8, media_type
from .spool import Spool

__all__ = ["Body", "read_body", "require_readable", "require_size"]

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

IDLE_SECONDS = 15.0
"""Before the first piece of a body and between two; Plug waits as long."""
TOTAL_SECONDS = 60.0
"""For a whole body of up to 1 MiB, and for each MiB that its limit is higher."""
MIN_BYTES_PER_SECOND = 500
"""On average, after the first IDLE_SECONDS. The number is that of Apache's mod_reqtimeout."""
SPOOL_BYTES = 1024 * 1024
"""Of one body's files in memory; what is more goes to disk. Starlette's number."""

_MIB = 1024 * 1024
_FORM_TYPE = "multipart/form-data"
_CALL_TYPES = {_FORM_TYPE, "text/plain"}


@dataclass(frozen=True, slots=True)
class Body:
    """A complete body."""

    content: str | list[Part]
    size: int
    """Bytes, as they arrived."""


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
    if len(announced) > 18:  # noqa: PLR2004 (far beyond any limit)
        raise BodyTooLarge(f"body of {announced[:40]} bytes, at most {limit} are read (body_size_limit)")
    require_size(int(announced), limit)


def require_size(size: int, limit: int) -> None:
    """Refuse a body of `size` bytes that is over `limit`. Raises BodyTooLarge."""
    if size > limit:
        raise BodyTooLarge(f"body of {size} bytes, at most {limit} are read (body_size_limit)")


async def read_body(
    headers: Mapping[str, str],
    receive: Receive,
    *,
    limit: int,
    intake: Intake,
    client: str | None = None,
) -> Body:
    """Return the decoded body of a request of `client` whose headers passed `require_readable`.

    Raises BodyTooLarge, BodyTimeout, Overloaded, or ReplyError for what is malformed or incomplete.
    """
    # The gate knew only the largest of all limits.
    require_size(int(headers.get("content-length", "0")), limit)
    content_type = headers.get("content-type", "")
    with intake.place(client) as place:
        async with aclosing(_pieces(receive, limit, place)) as pieces:
            if media_type(content_type) != _FORM_TYPE:
                text = bytearray()
                async for piece in pieces:
                    text += piece
                return Body(decode_utf8(text), len(text))
            return await _read_parts(pieces, content_type, place, intake)


async def _read_parts(pieces: AsyncIterator[bytes], content_type: str, place: Place, intake: Intake) -> Body:
    reader = PartReader(content_type)
    spool: Spool | None = None
    size = 0
    try:
        async for piece in pieces:
            size += len(piece)
            reader.feed(piece)
            if reader.buffered > SPOOL_BYTES:
                spool = spool or Spool(intake)
                await reader.spill(spool, place)
        return Body(await reader.finish(spool, place), size)
    except BaseException:
        if spool is not None:
            spool.close()
        raise


async def _pieces(receive: Receive, limit: int, place: Place) -> AsyncGenerator[bytes]:
    """Yield a body as it arrives, each piece counted. Raises when it is too long, too slow or cut off."""
    clock = asyncio.get_running_loop().time
    start, size, more = clock(), 0, True
    while more:
        message = await _received(receive, start + _seconds_for(size, limit) - clock(), size)
        if message["type"] == "http.disconnect":
            raise ReplyError(f"the client went away after {size} bytes of its body")
        piece: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(piece)
        if size > limit:
            raise BodyTooLarge(f"body of more than {limit} bytes (body_size_limit)")
        if piece:
            place.hold(len(piece))
            yield piece


async def _received(receive: Receive, seconds_left: float, size: int) -> MutableMapping[str, Any]:
    if seconds_left > 0:
        with suppress(TimeoutError):
            async with asyncio.timeout(min(IDLE_SECONDS, seconds_left)):
                return await receive()
    raise BodyTimeout(f"the body stopped, or came too slowly, after {size} bytes")


def _seconds_for(size: int, limit: int) -> float:
    """Return how long after its beginning a body may go on that has brought `size` bytes so far."""
    return min(TOTAL_SECONDS * max(1.0, limit / _MIB), IDLE_SECONDS + size / MIN_BYTES_PER_SECOND)
