"""The only reader of a request's body: bounded in bytes, time and parts.

    text/plain            ->  str            React's reply, one text
    multipart/form-data   ->  list of parts  React's reply, or a native form

Anything else is refused unread. Parts keep their order and their duplicates.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)

from wingbeat.errors import BodyTimeout, BodyTooLarge, MediaTypeRefused, ReplyError
from wingbeat.flight import File

__all__ = ["ClientDisconnected", "Part", "read_body"]

Part = tuple[str, "str | File"]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

IDLE_SECONDS = 15.0
"""Between two pieces of a body; Plug waits as long."""
TOTAL_SECONDS = 60.0
"""For the whole body."""
MAX_FIELDS = 1000
"""As Django and Starlette."""
MAX_FILES = 100
"""As Django."""
MAX_PART_HEADERS = 8
MAX_PART_HEADER_BYTES = 4224
MAX_NAME_BYTES = 1024
MAX_BOUNDARY_CHARACTERS = 70
"""RFC 2046, section 5.1.1."""


class ClientDisconnected(Exception):
    """The client went away before its body was complete; there is nobody to answer."""


async def read_body(headers: Mapping[str, str], receive: Receive, *, limit: int) -> str | list[Part]:
    """Return the decoded body. Raises MediaTypeRefused, BodyTooLarge, BodyTimeout, ReplyError or ClientDisconnected."""
    kind, options = _media_type(headers)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise MediaTypeRefused("compressed bodies are not read")
    announced = headers.get("content-length", "0")
    if not announced.isascii() or not announced.isdigit():
        raise ReplyError(f"Content-Length {announced[:40]!r} is no number")
    if len(announced) > 18 or int(announced) > limit:  # noqa: PLR2004 (18 digits are far beyond any limit)
        raise BodyTooLarge(f"body of {announced[:40]} bytes, at most {limit} are read (body_size_limit)")
    body = await _received(receive, limit)
    if kind == "text/plain":
        return _utf8(body)
    return _parts(body, options.get("boundary", ""))


def _media_type(headers: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    value = headers.get("content-type", "")
    kind, options = parse_options_header(value)
    if kind not in {"text/plain", "multipart/form-data"}:
        raise MediaTypeRefused(f"media type {value[:80]!r} is read by no action")
    return kind, options


async def _received(receive: Receive, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(TOTAL_SECONDS):
            while True:
                async with asyncio.timeout(IDLE_SECONDS):
                    message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnected
                chunk: bytes = message.get("body", b"")
                size += len(chunk)
                if size > limit:
                    raise BodyTooLarge(f"body of more than {limit} bytes (body_size_limit)")
                chunks.append(chunk)
                if not message.get("more_body", False):
                    return b"".join(chunks)
    except TimeoutError:
        raise BodyTimeout(f"the body stopped after {size} bytes") from None


def _parts(body: bytes, boundary: str) -> list[Part]:
    if (
        not 0 < len(boundary) <= MAX_BOUNDARY_CHARACTERS
        or not boundary.isascii()
        or not boundary.isprintable()
    ):
        raise ReplyError(f"multipart boundary {boundary[:80]!r} is none")
    parser = PushMultipartParser(
        boundary,
        content_length=len(body),
        max_header_size=MAX_PART_HEADER_BYTES,
        max_header_count=MAX_PART_HEADERS,
        max_segment_count=MAX_FIELDS + MAX_FILES,
        strict=True,
    )
    try:
        with parser:
            return _collected(parser, body)
    except ParserLimitReached as error:
        raise BodyTooLarge(f"multipart body: {error}") from error
    except MultipartError as error:
        raise ReplyError(f"multipart body: {error}") from error


def _collected(parser: PushMultipartParser, body: bytes) -> list[Part]:
    parts: list[Part] = []
    segment: MultipartSegment | None = None
    content: list[bytes] = []
    files = 0
    for event in parser.parse(body):
        if isinstance(event, MultipartSegment):
            segment, content = event, []
        elif event is not None:
            content.append(bytes(event))
        elif segment is not None:
            files += segment.filename is not None
            if files > MAX_FILES or len(parts) - files >= MAX_FIELDS:
                raise BodyTooLarge(f"multipart body with more than {MAX_FIELDS} fields or {MAX_FILES} files")
            parts.append(_part(segment, b"".join(content)))
    return parts


def _part(segment: MultipartSegment, content: bytes) -> Part:
    encoding = segment.header("Content-Transfer-Encoding", "binary").lower()
    if encoding not in {"binary", "8bit", "7bit"}:
        raise ReplyError(f"part encoded as {encoding[:40]!r}")
    name = _unescaped(segment.name)
    if len(name.encode()) > MAX_NAME_BYTES:
        raise ReplyError(f"a field name of more than {MAX_NAME_BYTES} bytes")
    if segment.filename is None:
        return name, _utf8(content)
    kind = segment.header("Content-Type", "application/octet-stream")
    return name, File(content, _unescaped(segment.filename), kind)


def _unescaped(text: str) -> str:
    """Undo exactly what browsers escape in the names of parts (WHATWG HTML, multipart/form-data encoding)."""
    return text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def _utf8(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ReplyError(f"text that is not UTF-8, at byte {error.start}") from None
