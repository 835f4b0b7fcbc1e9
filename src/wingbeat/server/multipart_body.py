"""A complete multipart/form-data body -> its parts, in order, duplicates kept, under strict bounds.

    --x CRLF Content-Disposition: form-data; name="a" CRLF CRLF 1 CRLF --x--     ->     [("a", "1")]

A part with a file name is a `File`, also when both are empty: browsers send that for a field left empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import multipart  # pyright: ignore[reportMissingTypeStubs]
from multipart import (  # pyright: ignore[reportMissingTypeStubs]
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
)

from wingbeat.errors import BodyTooLarge, ReplyError
from wingbeat.flight import File, Part

__all__ = ["decode_utf8", "media_type", "read_parts"]

MAX_FIELDS = 1000
"""As Django and Starlette."""
MAX_FILES = 100
"""As Django."""
MAX_PART_HEADERS = 8
MAX_PART_HEADER_BYTES = 4224
MAX_NAME_BYTES = 1024
MAX_BOUNDARY_CHARACTERS = 70
"""RFC 2046, section 5.1.1."""

_PLAIN_ENCODINGS = {"binary", "8bit", "7bit"}


def media_type(content_type: str) -> str:
    """Return the media type of a `Content-Type` header, without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def read_parts(body: bytes, content_type: str) -> list[Part]:
    """Return the parts of `body`. Raises BodyTooLarge for too many, ReplyError for what no browser sends."""
    boundary = _boundary(content_type)
    if not body.startswith((f"--{boundary}".encode(), f"\r\n--{boundary}".encode())):
        raise ReplyError("multipart body does not start with its boundary")
    parser = PushMultipartParser(
        boundary,
        content_length=len(body),
        max_header_size=MAX_PART_HEADER_BYTES,
        max_header_count=MAX_PART_HEADERS,
        strict=True,
    )
    try:
        with parser:
            return list(_parts(parser, body))
    except MultipartError as error:
        raise ReplyError(f"multipart body: {str(error)[:200]}") from error


def decode_utf8(content: bytes) -> str:
    """Return `content` as text. Raises ReplyError."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ReplyError(f"text that is not UTF-8, at byte {error.start}") from None


def _boundary(content_type: str) -> str:
    parsed: Any = cast("Any", multipart).parse_options_header(content_type)
    boundary = str(parsed[1].get("boundary", ""))
    if (
        not 0 < len(boundary) <= MAX_BOUNDARY_CHARACTERS
        or not boundary.isascii()
        or not boundary.isprintable()
        or boundary.endswith(" ")
        or content_type.lower().count("boundary=") > 1
    ):
        raise ReplyError(f"multipart boundary {boundary[:80]!r} is none")
    return boundary


def _parts(parser: PushMultipartParser, body: bytes) -> Iterator[Part]:
    segment: MultipartSegment | None = None
    content: list[bytes] = []
    fields = files = 0
    for event in parser.parse(body):
        if isinstance(event, MultipartSegment):
            segment, content = event, []
            files += segment.filename is not None
            fields += segment.filename is None
            if fields > MAX_FIELDS or files > MAX_FILES:
                raise BodyTooLarge(f"multipart body of more than {MAX_FIELDS} fields or {MAX_FILES} files")
        elif event is not None:
            content.append(bytes(event))
        elif segment is not None:
            yield _part(segment, b"".join(content))


def _part(segment: MultipartSegment, content: bytes) -> Part:
    headers: dict[str, str] = dict(segment.headerlist)
    encoding = headers.get("Content-Transfer-Encoding", "binary").lower()
    if encoding not in _PLAIN_ENCODINGS:
        raise ReplyError(f"part encoded as {encoding[:40]!r}")
    name, filename = segment.name or "", segment.filename
    if len(name.encode()) > MAX_NAME_BYTES or len((filename or "").encode()) > MAX_NAME_BYTES:
        raise ReplyError(f"a field or file name of more than {MAX_NAME_BYTES} bytes")
    if filename is None:
        return name, decode_utf8(content)
    return name, File(content, filename, headers.get("Content-Type", "application/octet-stream"))
