"""A multipart/form-data body, fed as it arrives -> its parts, in order, duplicates kept, under strict bounds.

    --x CRLF Content-Disposition: form-data; name="a" CRLF CRLF 1 CRLF --x--     ->     [("a", "1")]

A part with a file name is a `File`, also when both are empty: browsers send that for a field left empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, cast

import multipart  # pyright: ignore[reportMissingTypeStubs]
from multipart import (  # pyright: ignore[reportMissingTypeStubs]
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
)

from wingbeat.errors import BodyTooLarge, ReplyError
from wingbeat.flight import File, Part

from .intake import Place
from .spool import Spool, Spooled

__all__ = ["PartReader", "decode_utf8", "media_type"]

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


def decode_utf8(content: bytes | bytearray) -> str:
    """Return `content` as text. Raises ReplyError."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ReplyError(f"text that is not UTF-8, at byte {error.start}") from None


@dataclass(slots=True)
class _PartSoFar:
    name: str
    filename: str | None
    kind: str
    content: bytearray = field(default_factory=bytearray)
    """What is in memory."""
    start: int | None = None
    """Where it begins on disk, if any of it is there."""
    size: int = 0


class PartReader:
    """Reads one body. Raises ReplyError for what no browser sends, BodyTooLarge for too many parts."""

    def __init__(self, content_type: str) -> None:
        boundary = _boundary(content_type)
        self._beginnings = (f"--{boundary}".encode(), f"\r\n--{boundary}".encode())
        self._head: bytearray | None = bytearray()
        """The first bytes, until there are enough to tell whether the body starts with its boundary."""
        self._parser: Any = PushMultipartParser(
            boundary,
            max_header_size=MAX_PART_HEADER_BYTES,
            max_header_count=MAX_PART_HEADERS,
            strict=True,
        )
        self._parts: list[_PartSoFar] = []
        self._unwritten: list[_PartSoFar] = []
        """The files of which something is in memory, in order."""
        self._files = 0
        self._ended = False
        self.buffered = 0
        """Bytes of files in memory."""

    def feed(self, piece: bytes) -> None:
        """Take the next piece of the body, of any length."""
        if self._head is not None:
            self._head += piece
            if len(self._head) < len(self._beginnings[1]):
                return
            piece, self._head = bytes(self._head), None
            if not piece.startswith(self._beginnings):
                raise _no_start()
        if self._ended:
            return
        try:
            for event in self._parser.parse(piece):
                self._take(event)
        except MultipartError as error:
            if not self._is_complete():
                raise _malformed(error) from error
            self._ended = True  # that was what follows the last boundary, which is ignored (RFC 2046)

    async def spill(self, spool: Spool, place: Place) -> None:
        """Write the files' bytes in memory to `spool`, and give their room back."""
        at = spool.size
        for part in self._unwritten:
            if part.start is None:
                part.start = at
            at += len(part.content)
        await spool.append([part.content for part in self._unwritten])
        place.hold(-self.buffered)
        self.buffered = 0
        for part in self._unwritten:
            part.content = bytearray()
        self._unwritten = self._unwritten[-1:]  # the last one may go on

    async def finish(self, spool: Spool | None, place: Place) -> list[Part]:
        """Return the parts, now that the body is complete. Raises ReplyError when it is not."""
        if self._head is not None:
            raise _no_start()
        try:
            self._parser.close()
        except MultipartError as error:
            raise _malformed(error) from error
        if spool is not None and any(part.start is not None and part.content for part in self._unwritten):
            await self.spill(spool, place)
        return [(part.name, _value(part, spool)) for part in self._parts]

    def _take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event:
            part = self._parts[-1]
            part.content += event
            part.size += len(event)
            if part.filename is not None:
                self.buffered += len(event)

    def _begin(self, segment: MultipartSegment) -> None:
        part = _part(segment)
        self._parts.append(part)
        if part.filename is not None:
            self._files += 1
            self._unwritten.append(part)
        if self._files > MAX_FILES or len(self._parts) - self._files > MAX_FIELDS:
            raise BodyTooLarge(f"multipart body of more than {MAX_FIELDS} fields or {MAX_FILES} files")

    def _is_complete(self) -> bool:
        try:
            self._parser.close()
        except MultipartError:
            return False
        return True


def _no_start() -> ReplyError:
    return ReplyError("multipart body does not start with its boundary")


def _malformed(error: MultipartError) -> ReplyError:
    return ReplyError(f"multipart body: {str(error)[:200]}")


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


def _part(segment: MultipartSegment) -> _PartSoFar:
    headers: dict[str, str] = dict(segment.headerlist)
    if len(headers) != len(segment.headerlist) or _has_twice(headers.get("Content-Disposition", "")):
        # Parsers differ in which one they take, so what looks at requests in front of us may see another field.
        raise ReplyError("a part with a header or a parameter given twice")
    encoding = headers.get("Content-Transfer-Encoding", "binary").lower()
    if encoding not in _PLAIN_ENCODINGS:
        raise ReplyError(f"part encoded as {encoding[:40]!r}")
    name, filename = segment.name or "", segment.filename
    if len(name.encode()) > MAX_NAME_BYTES or len((filename or "").encode()) > MAX_NAME_BYTES:
        raise ReplyError(f"a field or file name of more than {MAX_NAME_BYTES} bytes")
    return _PartSoFar(name, filename, headers.get("Content-Type", "application/octet-stream"))


def _has_twice(disposition: str) -> bool:
    """Return whether a parameter is given twice, in whatever case; what stands in quotes is none."""
    names = re.findall(r";\s*([^\s=;]+)\s*=", re.sub(r'"[^"]*"', '""', disposition).lower())
    return len(set(names)) != len(names)


def _value(part: _PartSoFar, spool: Spool | None) -> str | File:
    if part.filename is None:
        return decode_utf8(part.content)
    if part.start is None or spool is None:
        return File(bytes(part.content), part.filename, part.kind)
    return File(Spooled(spool, part.start, part.size), part.filename, part.kind)
